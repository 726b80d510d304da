"""Questions appear and disappear with earlier answers and with the profile."""

import pytest

from diligence.questionnaires.conditions import visible_questions
from diligence.questionnaires.schema import AnswerValue, Profile, Template
from tests.diligence.questionnaires.toy import OPTIONS, question, toy


def shown(
    template: Template, answers: dict[str, AnswerValue], profile: Profile | None = None
) -> list[str]:
    return [item.id for item in visible_questions(template, answers, profile)]


def test_an_answer_to_a_hidden_question_does_not_show_another() -> None:
    template = toy(
        question("a1"),
        question("b1", extra="show_if: {question: a1, equals: yes}"),
        question("c1", extra="show_if: {question: b1, equals: yes}"),
    )
    assert shown(template, {"a1": False, "b1": True}) == ["a1"]
    assert shown(template, {"a1": True, "b1": True}) == ["a1", "b1", "c1"]


@pytest.mark.parametrize(
    ("condition", "answers", "visible"),
    [
        ("{question: m, equals: a}", {}, False),
        ("{question: m, equals: a}", {"m": ["b"]}, False),
        ("{question: m, equals: a}", {"m": ["a", "b"]}, True),
        ("{question: m, any_of: [other]}", {"m": ["other:own words"]}, True),
        ("{question: n, equals: 1}", {"y": True}, False),
        ("{question: y, equals: yes}", {"n": 1, "y": False}, False),
        ("{question: y, answered: true}", {"y": False}, True),
        ("{question: n, answered: true}", {"n": 0}, True),
        ("{question: m, answered: true}", {"m": []}, False),
        ("{not: {question: y, equals: yes}}", {}, True),
        ("{any: [{question: y, equals: yes}, {question: n, equals: 3}]}", {"n": 3.0}, True),
        ("{all: [{question: y, equals: yes}, {question: n, equals: 3}]}", {"n": 3}, False),
    ],
)
def test_conditions_hold_only_for_their_answers(
    condition: str, answers: dict[str, AnswerValue], *, visible: bool
) -> None:
    template = toy(
        question("m", "multiple", OPTIONS + "with_other: true"),
        question("n", "number"),
        question("y"),
        question("last", extra=f"show_if: {condition}"),
    )
    assert ("last" in shown(template, answers)) is visible


def test_the_profile_leaves_out_what_does_not_concern_the_startup() -> None:
    template = toy(
        question("for-all"),
        question("for-rag", extra="archetypes: [rag, ft]"),
        question("for-personal", extra="flags: [pd]"),
    )
    clf = Profile(frozenset({"clf"}))
    assert shown(template, {}, clf) == ["for-all"]
    both = Profile(frozenset({"clf", "rag"}), frozenset({"pd"}))
    assert shown(template, {}, both) == ["for-all", "for-rag", "for-personal"]


def test_an_archetype_not_known_yet_hides_nothing() -> None:
    template = toy(question("for-rag", extra="archetypes: [rag]"))
    assert shown(template, {}, Profile()) == ["for-rag"]
    assert shown(template, {}) == ["for-rag"]
