"""The demo's data files fit the questionnaire, the rubric and one another."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from diligence.lib.git_history import build_repository
from diligence.questionnaires.claims import claims_of
from diligence.questionnaires.conditions import visible_questions
from diligence.questionnaires.loader import load_template
from diligence.questionnaires.progress import Given, lack_of
from diligence.questionnaires.schema import AnswerValue, Profile, Question, Template
from diligence.questionnaires.values import clean_value
from rubrics.catalog.loader import load_rubric
from rubrics.catalog.schema import Criterion

DEMO = Path(__file__).parents[3] / "diligence" / "config" / "demo"
FIRM = yaml.safe_load((DEMO / "firm.yaml").read_text())
SLUGS: list[str] = FIRM["startups"]
PEOPLE = {person["email"] for person in FIRM["people"]}
# A grade cannot carry a higher level; E4 carries a 4 only with the record of a drill.
HIGHEST = {"E0": 1, "E1": 1, "E2": 2, "E3": 2, "E4": 4, "E5": 4}


@dataclass(frozen=True)
class DemoStartup:
    """Everything that is stored of one startup of the demo."""

    slug: str
    startup: dict[str, Any]
    answers: dict[str, Any]
    evidence: list[dict[str, Any]]
    scores: dict[str, Any]
    notes: list[dict[str, Any]]

    @property
    def template(self) -> Template:
        return load_template(self.answers["template"], self.answers["version"])

    @property
    def profile(self) -> Profile:
        deal = self.startup["deal"]
        return Profile(frozenset(deal["archetypes"]), frozenset(deal["flags"]))

    @property
    def values(self) -> dict[str, AnswerValue]:
        given = self.answers["answers"]
        return {name: clean_value(self.template.question(name), raw) for name, raw in given.items()}

    @property
    def missing(self) -> list[str]:
        attached = [name for item in self.evidence for name in item["questions"]]
        declined, values = self.answers["cannot_answer"], self.values
        return [
            asked.id
            for asked in visible(self)
            if lack_of(
                asked, Given(values.get(asked.id), asked.id in declined, attached.count(asked.id))
            )
        ]


@cache
def startup(slug: str) -> DemoStartup:
    def read(name: str) -> Any:
        return yaml.safe_load((DEMO / slug / f"{name}.yaml").read_text())

    return DemoStartup(
        slug=slug,
        startup=read("startup"),
        answers=read("answers"),
        evidence=read("evidence")["evidence"],
        scores=read("scores"),
        notes=read("notes")["notes"],
    )


def applicable(demo: DemoStartup) -> dict[str, Criterion]:
    return {
        criterion.id: criterion
        for criterion in load_rubric("mlops-diligence", 1).criteria
        if criterion.archetypes == "all" or demo.profile.archetypes & set(criterion.archetypes)
        if not demo.profile.flags & set(criterion.not_with_flags)
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_every_answer_is_canonical_and_to_a_question_that_is_asked(slug: str) -> None:
    demo = startup(slug)
    shown = {item.id for item in visible(demo)}
    for name, raw in demo.answers["answers"].items():
        assert name in shown, name
        value = clean_value(demo.template.question(name), raw)
        assert value is not None or raw == [], name
    assert set(demo.answers["cannot_answer"]) <= shown


def visible(demo: DemoStartup) -> list[Question]:
    return list(visible_questions(demo.template, demo.values, demo.profile))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_questionnaire_that_went_in_misses_nothing_and_an_open_one_does(slug: str) -> None:
    demo = startup(slug)
    if demo.answers["state"] == "open":
        assert 5 <= len(demo.missing) <= 20
    else:
        assert demo.missing == []


def test_one_questionnaire_is_partly_done() -> None:
    assert [slug for slug in SLUGS if startup(slug).answers["state"] == "open"] == ["tenura"]


def test_the_washed_startup_claims_what_can_be_contradicted() -> None:
    demo = startup("claustra")
    kinds = {claim.kind for claim in claims_of(demo.template, demo.values, demo.profile)}
    assert {"own-model", "metric", "traceability", "practice", "stable-performance"} <= kinds


@pytest.mark.parametrize("slug", SLUGS)
def test_evidence_is_there_and_attached_to_questions_that_are_asked(slug: str) -> None:
    demo = startup(slug)
    stored = {path.name for path in (DEMO / slug / "evidence").iterdir()}
    assert stored == {item["file"] for item in demo.evidence}
    shown = {item.id for item in visible(demo)}
    for item in demo.evidence:
        assert set(item["questions"]) <= shown, item["file"]
        columns = item.get("columns", {})
        with (DEMO / slug / "evidence" / item["file"]).open(errors="replace") as file:
            head = next(file).rstrip().split(",")
        named = [name for key, name in columns.items() if key != "groups"]
        assert set(named) | set(columns.get("groups", [])) <= set(head), item["file"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_reviewer_said_something_on_every_criterion_that_applies(slug: str) -> None:
    demo = startup(slug)
    named = [score["criterion"] for score in demo.scores["scores"]]
    assert len(named) == len(set(named))
    assert set(named) == set(applicable(demo))


@pytest.mark.parametrize("slug", SLUGS)
def test_no_score_goes_beyond_what_its_evidence_can_prove(slug: str) -> None:
    demo = startup(slug)
    files = {item["file"] for item in demo.evidence}
    shown = {item.id for item in visible(demo)}
    for score in demo.scores["scores"]:
        outcome = score.get("outcome", "scored")
        assert outcome in {"scored", "unknown", "not-supplied"}
        assert (outcome == "scored") == ("level" in score)
        assert score.get("level", 0) <= HIGHEST[score["grade"]], score["criterion"]
        assert score["rationale"].endswith(".")
        assert set(score["cites"].get("evidence", [])) <= files, score["criterion"]
        assert set(score["cites"].get("answers", [])) <= shown, score["criterion"]


@pytest.mark.parametrize("slug", SLUGS)
def test_people_are_known_and_addresses_are_invented(slug: str) -> None:
    demo = startup(slug)
    founders = {person["email"] for person in demo.startup["founders"]}
    assert set(demo.startup["team"]) <= PEOPLE
    assert {note["author"] for note in demo.notes} <= PEOPLE
    assert demo.scores["reviewer"] in PEOPLE
    assert all(email.endswith(".example") for email in founders | PEOPLE)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_repository_builds_to_the_same_commit_twice(slug: str, tmp_path: Path) -> None:
    folder = DEMO / slug / "repo"
    commit = build_repository(folder, tmp_path / "one")
    assert build_repository(folder, tmp_path / "two") == commit
    compile_all(tmp_path / "one")


def compile_all(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        compile(path.read_text(), str(path), "exec")
