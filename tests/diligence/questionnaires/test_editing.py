"""A template's text changed in place: one question's lines, and nothing else."""

import pytest

from diligence.questionnaires.editing import (
    SKELETONS,
    free_id,
    moved,
    outline_of,
    question_in,
    rewritten,
    with_head,
    with_question,
    without,
)
from diligence.questionnaires.loader import library_sources, parse_template
from tests.diligence.questionnaires.toy import HEAD, question

TEXT = (
    HEAD
    + question("first")
    + "      # Why the second is asked.\n"
    + question("second", extra="show_if: {question: first, equals: yes}")
    + question("third")
    + "  # The other part.\n  - id: two\n    title: Two\n    questions:\n"
    + question("fourth").rstrip("\n")
)


def ids(text: str) -> list[str]:
    return [each.id for section in outline_of(text) for each in section.questions]


def test_a_text_that_is_no_yaml_has_no_outline_and_is_left_alone() -> None:
    assert outline_of("a: [") == ()
    assert moved("a: [", "first", 1) == "a: ["
    assert without("slug: x\nsections: 3\n", "first") == "slug: x\nsections: 3\n"


def test_the_first_does_not_move_up_nor_the_last_of_a_section_out_of_it() -> None:
    assert moved(TEXT, "first", -1) == TEXT
    assert moved(TEXT, "third", 1) == TEXT
    assert without(TEXT, "fourth") == TEXT


def test_a_question_moves_with_the_comment_above_it() -> None:
    text = moved(TEXT, "second", 1)
    assert ids(text) == ["first", "third", "second", "fourth"]
    assert text.index("- id: third") < text.index("# Why the second") < text.index("- id: second")
    assert moved(text, "second", -1) == TEXT


def test_a_question_is_taken_out_with_its_lines_alone() -> None:
    text = without(TEXT, "third")
    assert ids(text) == ["first", "second", "fourth"]
    assert "# The other part." in text
    assert parse_template(text, "toy.v1.yaml").slug == "toy"


@pytest.mark.parametrize("kind", sorted(SKELETONS))
@pytest.mark.parametrize("after", ["first", "third", "fourth"])
def test_a_new_question_of_every_type_is_right_at_once(kind: str, after: str) -> None:
    name = free_id(TEXT, "first")
    new = {"id": name, "type": kind, "text": "New?", "why": "To see."} | dict(SKELETONS[kind])
    text = with_question(TEXT, after, new)
    assert name == "first-2"
    assert ids(text)[ids(text).index(after) + 1] == name
    assert parse_template(text, "toy.v1.yaml").question(name).type == kind


def test_a_changed_question_keeps_what_the_form_does_not_know() -> None:
    text = rewritten(TEXT, "second", {"text": "Über: was? # genau", "help": "See here."})
    read = parse_template(text, "toy.v1.yaml").question("second")
    assert (read.text, read.help) == ("Über: was? # genau", "See here.")
    assert read.show_if is not None
    assert question_in(text, "second")["why"] == "To test."
    assert text.split("- id: third")[1] == TEXT.split("- id: third")[1]


def test_dates_stay_text_in_a_changed_question() -> None:
    text = HEAD + question("day", "date", "earliest: 2020-01-01")
    again = rewritten(text, "day", {"required": True})
    assert str(parse_template(again, "toy.v1.yaml").question("day").earliest) == "2020-01-01"  # type: ignore[union-attr] # it is there, or the test fails


def test_the_head_is_renamed_in_its_place() -> None:
    text = with_head(TEXT, {"slug": "ours", "version": 3, "title": "Ours: the audit"})
    read = parse_template(text, "ours.v3.yaml")
    assert (read.slug, read.version, read.title) == ("ours", 3, "Ours: the audit")
    assert text.split("summary:")[1] == TEXT.split("summary:")[1]


@pytest.mark.parametrize("source", library_sources(), ids=lambda s: s.name)
# Sources of the library come as parameters, without a type.
def test_every_question_of_the_library_can_be_moved_and_written_anew(source) -> None:  # type: ignore[no-untyped-def]
    outline = outline_of(source.text)
    assert [q.id for s in outline for q in s.questions] == [q.id for q in source.template.questions]
    for section in outline:
        for each in section.questions:
            text = rewritten(source.text, each.id, {})
            assert parse_template(text, source.name) == source.template
        first = section.questions[0].id
        assert moved(moved(source.text, first, 1), first, -1) == source.text
