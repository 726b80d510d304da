"""The catalogue as a whole: no practice is forgotten, every check has its page and its tests."""

import os
from pathlib import Path

import pytest

from audits.engine.registry import catalogue
from audits.engine.types import Check

SNAPSHOT = Path(__file__).with_name("catalog.txt")
PAGE = ("Why an investor asks", "How we look", "What we cannot see", "Remedy", "False alarms")


def as_text() -> str:
    """One line a check: id, nature, when it makes sense, title."""
    return "".join(f"{c.id} | {c.nature} | {c.needs or '-'} | {c.title}\n" for c in catalogue())


def test_the_catalogue_is_what_was_reviewed() -> None:
    """Rewritten with UPDATE_SNAPSHOTS=1; the diff shows what came and went."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(as_text(), "utf-8")
    assert as_text() == SNAPSHOT.read_text("utf-8")


@pytest.mark.parametrize("check", catalogue(), ids=lambda check: check.practice)
def test_every_check_has_its_whole_page(check: Check) -> None:
    missing = [part for part in PAGE if part.lower() not in check.doc.lower()]
    assert missing == []


@pytest.mark.parametrize("check", catalogue(), ids=lambda check: check.practice)
def test_every_check_has_its_tests(check: Check) -> None:
    name = f"test_{check.practice.replace('-', '_')}.py"
    assert (SNAPSHOT.parent / "checks" / check.lens.value / name).is_file()
