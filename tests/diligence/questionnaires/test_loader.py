"""Templates are read with messages that name file, line and remedy."""

import json

import jsonschema
import pytest
import yaml

from diligence.questionnaires.loader import (
    TemplateError,
    library_sources,
    load_template,
    parse_template,
    template_json_schema,
)
from tests.diligence.questionnaires.toy import HEAD, OPTIONS, question, text_of, toy


def refusal(text: str) -> str:
    with pytest.raises(TemplateError) as caught:
        parse_template(text, "toy.v1.yaml")
    return str(caught.value)


def test_sound_conditions_are_not_refused() -> None:
    template = toy(
        question("first", "multiple", OPTIONS + "with_other: true"),
        question("second", "single", OPTIONS),
        question(
            "third",
            extra="show_if: {all: [{question: first, any_of: [a, other]},"
            " {not: {question: second, equals: b}}, {question: first, equals: b}]}",
        ),
        question("fourth", "number", "show_if: {question: third, equals: yes}\nmaximum: 5"),
        question("fifth", "file", "show_if: {question: fourth, answered: false}"),
    )
    assert len(template.questions) == 5


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (
            [question("a1", extra="show_if: {question: nowhere, equals: yes}")],
            (
                "toy.v1.yaml, line 14: the condition refers to nowhere, and there is no such "
                "question; correct the id or remove the condition."
            ),
        ),
        (
            [question("a1", extra="show_if: {question: b1, answered: true}"), question("b1")],
            (
                "toy.v1.yaml, line 14: the condition refers to b1, which comes later; "
                "move b1 before a1."
            ),
        ),
        (
            [question("a1", extra="show_if: {question: a1, equals: yes}")],
            (
                "toy.v1.yaml, line 14: the conditions of a1 and a1 form a loop; "
                "remove one of the two conditions."
            ),
        ),
        (
            [
                question("a1", extra="show_if: {question: b1, equals: yes}"),
                question("b1", extra="show_if: {question: a1, equals: yes}"),
            ],
            (
                "toy.v1.yaml, line 14: the conditions of a1 and b1 form a loop; "
                "remove one of the two conditions."
            ),
        ),
        (
            [question("a1"), question("a1")],
            (
                "toy.v1.yaml, line 14: the question id a1 is used twice; "
                "give one of the two another id."
            ),
        ),
        (
            [
                question("a1", "single", OPTIONS),
                question("b1", extra="show_if: {question: a1, equals: z}"),
            ],
            (
                "toy.v1.yaml, line 19: a1 can never have the answer z, so the condition can never "
                "hold; use one of a, b, c."
            ),
        ),
        (
            [
                question("a1", "single", OPTIONS),
                question(
                    "b1",
                    extra="show_if: {all: [{question: a1, equals: a}, {question: a1, equals: b}]}",
                ),
            ],
            (
                "toy.v1.yaml, line 19: the condition of b1 can never hold; "
                "loosen it, or remove the question."
            ),
        ),
        (
            [
                question("a1"),
                question("b1", extra="show_if: {question: a1, equals: yes}"),
                question(
                    "c1",
                    extra="show_if: {all: [{question: b1, answered: true},"
                    " {question: a1, equals: no}]}",
                ),
            ],
            (
                "toy.v1.yaml, line 23: the condition of c1 can never hold; "
                "loosen it, or remove the question."
            ),
        ),
        (
            [
                question("a1", "scale", "low: Bad\nhigh: Good"),
                question("b1", extra="show_if: {question: a1, equals: 9}"),
            ],
            (
                "toy.v1.yaml, line 20: a1 can never have the answer 9, so the condition can never "
                "hold; use a value that this question accepts."
            ),
        ),
        (
            [question("a1", "essay")],
            (
                "toy.v1.yaml, line 10: the question type essay is not known; use one of yes-no, "
                "single, multiple, scale, short-text, long-text, number, date, table, file."
            ),
        ),
        (
            [question("a1", extra="requird: yes")],
            "toy.v1.yaml, line 14: `requird` is not known here; correct its spelling or remove it.",
        ),
        (
            [question("a1", "single", "options: [{id: no, label: No}, {id: b, label: Bee}]")],
            "toy.v1.yaml, line 14: `id` is not text: False; write it in quotes.",
        ),
        (
            [question("a1", extra="show_if: {question: b1}")],
            (
                "toy.v1.yaml, line 14: this is no condition; "
                "use one of all, any, not, equals, any_of, answered."
            ),
        ),
        (
            [question("a1", extra="claim: {kind: metric, text: x, fields: {metric: f1}}")],
            (
                "toy.v1.yaml, line 14: a claim of kind metric needs the field value; "
                "correct this entry."
            ),
        ),
        (
            [question("a1", extra="claim: {kind: statement, text: $nothing}")],
            (
                "toy.v1.yaml, line 14: the claim's text has a placeholder that cannot be filled: "
                "nothing; use ${answer}, or $$ for a dollar sign."
            ),
        ),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_its_line(
    questions: list[str], message: str
) -> None:
    assert refusal(text_of(*questions)) == message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "line 1: this is no questionnaire template"),
        ("- a\n- b\n", "line 1: this is no questionnaire template"),
        ("slug: [\n", "this is not valid YAML"),
        ("slug: [", "line 1: this is not valid YAML"),
        (HEAD.replace("title: Toy\n", "title: Toy\ntitle: Two\n"), "line 4: the key title"),
        (HEAD.replace("summary: For tests.", "summary: !!python/name:os.system"), "not valid YAML"),
        ("a: &a [x]\nb: *a\n", "line 1: an anchor is used twice"),
        ("a: " + "[" * 100 + "]" * 100, "nested too deeply"),
        ("a: " + "[" * 20000, "nested too deeply"),
        ("- " * 400_000, "nested too deeply"),
        ("x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_text_that_is_no_template_ends_in_one_sentence(text: str, part: str) -> None:
    message = refusal(text)
    assert part in message
    assert message.startswith("toy.v1.yaml, line ")


def test_the_file_name_must_agree_with_slug_and_version() -> None:
    with pytest.raises(TemplateError, match=r"name the file toy\.v1\.yaml"):
        parse_template(text_of(question("a1")), "toy.v2.yaml")


def test_an_unknown_library_template_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="no questionnaire mlops-audit version 99"):
        load_template("mlops-audit", 99)


@pytest.mark.parametrize("source", library_sources(), ids=lambda source: source.name)
def test_the_published_schema_accepts_the_library(source: object) -> None:
    schema = template_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    # The parameter is typed as any object.
    data = yaml.safe_load(getattr(source, "text"))  # noqa: B009
    jsonschema.validate(json.loads(json.dumps(data)), schema)
