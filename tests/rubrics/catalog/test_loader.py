"""Rubric files are read whole, or refused in one sentence with file, line and remedy."""

import hashlib
from importlib import resources

import jsonschema
import pytest
import yaml

from rubrics.catalog.loader import (
    RubricError,
    RubricRef,
    available,
    load_rubric,
    parse_rubric,
    rubric_json_schema,
)

NAME = "mlops-diligence.v1.yaml"
TEXT = resources.files("rubrics.catalog").joinpath(NAME).read_text(encoding="utf-8")


def refusal(old: str, new: str) -> str:
    assert old in TEXT
    with pytest.raises(RubricError) as caught:
        parse_rubric(TEXT.replace(old, new, 1), NAME)
    return str(caught.value)


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


def test_every_rubric_of_the_catalogue_loads() -> None:
    assert RubricRef("mlops-diligence", 1) in available()
    for ref in available():
        rubric = load_rubric(ref.slug, ref.version)
        assert (rubric.slug, rubric.version) == (ref.slug, ref.version)


def test_digest_is_that_of_the_file() -> None:
    rubric = load_rubric("mlops-diligence", 1)
    assert rubric.digest == hashlib.sha256(TEXT.encode()).hexdigest()


def test_a_rubric_without_a_file_name_of_that_form_may_be_called_anything() -> None:
    assert parse_rubric(TEXT, "the firm's draft").slug == "mlops-diligence"


def test_every_rubric_satisfies_the_exported_json_schema() -> None:
    schema = rubric_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(TEXT), schema)


def test_an_unknown_rubric_is_refused_with_those_that_exist() -> None:
    with pytest.raises(RubricError, match=r"no rubric mlops-diligence\.v9\.yaml.*choose one of"):
        load_rubric("mlops-diligence", 9)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "weight: 2\n",
            "weight: 7\n",
            "'criteria.0.weight' is wrong: it should be a whole number from 1 to 3. Correct the",
        ),
        ("lens: data\n", "lens: dta\n", "there is no lens 'dta'. Use one of data,"),
        ("knock_outs: [K2]", "knock_outs: [K77]", "there is no knock-out 'K77'"),
        ("archetypes: [clf, ft]", "archetypes: [clv]", "there is no archetype 'clv'. Use one of"),
        ("[no-people]", "[people]", "there is no flag 'people'"),
        ("proof: ", "profe: ", "'criteria.0.profe' is not a key of a rubric. Remove it or correct"),
        ("    proof: ", "    # ", "'criteria.0.proof' is missing. Add 'proof' there."),
        ("title: MLOps", "name: MLOps", "'name' is not a key of a rubric."),
        ("title: MLOps", "'x - at `$.y': MLOps", "Correct the value."),
        ("summary: ", "# ", "'summary' is missing. Add 'summary' there."),
        ("level: 4, flag: hr", "level: 4, flag: hrr", "there is no flag 'hrr'"),
        ("[data-rights-consent,", "[data-rights,", "there is no criterion 'data-rights'"),
        ("id: seed", "id: pre-seed", "the id 'pre-seed' is used twice"),
        ("version: 1", "version: 2", "the version differs from the file name"),
        ("rubric: mlops-diligence", "rubric: other", "the slug differs from the file name"),
        ("title: MLOps", "digest: abc\ntitle: MLOps", "the digest is computed. Remove"),
        ("title: MLOps", "version: 1\ntitle: MLOps", "'version' stands twice"),
        ("level_if_yes: 2", "level_if_yes: 4", "level 4 is for people only"),
        ("level_if_yes: 2", "level_if_yes: yes", "a whole number from 0 to 4, or nothing."),
        ("level_if_yes: 2", "level_if_yes: '2'", "a whole number from 0 to 4, or nothing."),
        ("level_if_yes: 2", "level_if_yes: 2.0", "a whole number from 0 to 4, or nothing."),
        (
            "version: 1",
            "version: 0",
            "'version' is wrong: it should be a whole number of at least 1.",
        ),
        (
            "lens: data\n",
            "lens: Data\n",
            "should be words in lower case, joined by hyphens. Correct",
        ),
        (
            "lens: data\n",
            'lens: "data\\n"\n',
            "should be words in lower case, joined by hyphens. Correct",
        ),
        ("id: clf", "id: classical-ml", "joined by hyphens, of at most 8 characters."),
        (
            "knock_outs: [K2]",
            "knock_outs: [two]",
            "'criteria.1.knock_outs.0' is wrong: it should be K",
        ),
        ("keystone: false", "keystone: 0", "it should be true or false."),
        (
            "risk: [V, L, R]",
            "risk: [V, X, R]",
            "'criteria.0.risk.1' is wrong: it should be one of C, L, R, V.",
        ),
        ("archetypes: [clf, ft]", "archetypes: some", "one of all, or a list that is not empty."),
        ("archetypes: [clf, ft]", "archetypes: []", "one of all, or a list that is not empty."),
        (
            "    proof: ",
            "    1: x\n    proof: ",
            "'criteria.0' is wrong: it should be a mapping with names",
        ),
        (
            "title: MLOps",
            "1: x\ntitle: MLOps",
            "the rubric is wrong: it should be a mapping with names",
        ),
        (
            "title: MLOps",
            "title: ''  # MLOps",
            "'title' is wrong: it should be text of 1 to 200 characters.",
        ),
        (
            "    proof: ",
            "    weeks: [[1, 2, 3]]\n    proof: ",
            "'criteria.0.weeks' is wrong: it should be a list of 4",
        ),
    ],
)
def test_a_fault_names_what_is_wrong_and_the_remedy(old: str, new: str, expected: str) -> None:
    message = refusal(old, new)
    assert message.startswith(f"{NAME}, line ")
    assert expected in message
    assert message.endswith(".")


def test_a_fault_names_its_line() -> None:
    wanted = f"{NAME}, line {line_of('weight: 2')}:"
    assert refusal("weight: 2\n", "weight: 7\n").startswith(wanted)
    second = line_of("knock_outs: [K2]")
    assert refusal("knock_outs: [K2]", "knock_outs: [K77]").startswith(f"{NAME}, line {second}:")


def test_a_document_that_is_absent_may_not_propose_a_level() -> None:
    practice = "practice: model-card, level_if_yes: 1"
    message = refusal(practice, practice + ", level_if_no: 0")
    assert "a document that a repository lacks proves nothing" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: a rubric is a mapping"),
        ("- a\n- b\n", "line 1: a rubric is a mapping"),
        ("rubric: x\n  bad: y\n", "line 2: not valid YAML"),
        ("rubric: 'x\n", "not valid YAML"),
        ("rubric: \x00\n", "not valid YAML"),
        ("a: 1\nrubric: &a [*a]\n", "line 2: aliases are not allowed"),
        ("[" * 5000, "not valid YAML"),
        ("[" * 200_000, "not valid YAML (nested too deeply)"),
        ("a: &b 1\n? [1, 2]\n: 3\n", "line 2: not valid YAML"),
        ("a: 2026-13-45\n", "not valid YAML"),
    ],
)
def test_text_that_is_no_rubric_is_refused(text: str, expected: str) -> None:
    with pytest.raises(RubricError) as caught:
        parse_rubric(text, NAME)
    assert expected in str(caught.value)
