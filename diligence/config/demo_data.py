"""Reads the demo under `demo/`: startups, answers, evidence, scores and notes, as written there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "demo"


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")))


@dataclass(frozen=True)
class DemoStartup:
    """One startup's folder."""

    folder: Path

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """`startup`, `deal`, `founders`, `team`, `owner`."""
        return _read(self.folder / "startup.yaml")

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """`template`, `version`, `due_on`, `state`, `answers`, `cannot_answer`."""
        return _read(self.folder / "answers.yaml")

    @cached_property
    def evidence(self) -> list[Mapping[str, Any]]:
        """`file`, `title`, `dated_on`, `questions`, `kind`, and `columns` of a table."""
        return list(_read(self.folder / "evidence.yaml")["evidence"])

    @cached_property
    def scores(self) -> Mapping[str, Any]:
        """`reviewer`, `mode`, `submitted`, `scores`."""
        return _read(self.folder / "scores.yaml")

    @cached_property
    def notes(self) -> list[Mapping[str, Any]]:
        """`author`, `written_on`, `body`."""
        return list(_read(self.folder / "notes.yaml")["notes"])

    @cached_property
    def claims(self) -> Mapping[str, Any]:
        """`claims`, `put_to_the_startup`, `requests`."""
        return _read(self.folder / "claims.yaml")

    @property
    def name(self) -> str:
        """The company's name."""
        return str(self.about["startup"]["name"])

    @property
    def repository(self) -> Path:
        """The described history of its repository."""
        return self.folder / "repo"

    def file(self, name: str) -> Path:
        """A file of its evidence."""
        return self.folder / "evidence" / name


def demo_people() -> list[Mapping[str, Any]]:
    """The firm's people: `email`, `name`, `role`."""
    return list(_read(FOLDER / "firm.yaml")["people"])


def demo_startups() -> list[DemoStartup]:
    """The startups, in the order of the firm's file."""
    return [DemoStartup(FOLDER / slug) for slug in _read(FOLDER / "firm.yaml")["startups"]]


def not_past(day: date | None) -> date | None:
    """A due date of the demo, moved to today where it has passed."""
    return max(day, date.today()) if day else None  # noqa: DTZ011 - a date of the demo, in any zone
