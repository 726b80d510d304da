"""Whether outputs of notebooks show lists of personal data. Every number here is made up."""

import json
from collections.abc import Callable

import pytest

from audits.facts.tools.personal_data import is_card, is_codice_fiscale, is_cpf, is_dni, is_iban
from tests.audits.examining import judged, notebook, verdict

PRACTICE = "personal-data-in-notebooks"
PEOPLE = [f"{n}.{m}@kunden-nord.de" for n in ("ada", "bea", "cid") for m in ("a", "b", "c", "d")]
HEADS = (
    "401288888888188", "543210987654321", "453957876362148", "471658971234567", "542523343301990",
)  # fmt: skip
CARDS = [f"{head}{n}" for head in HEADS for n in range(10) if is_card(f"{head}{n}")]


def shows(*lines: str) -> str:
    """A notebook whose one cell prints these lines."""
    output = {"output_type": "stream", "name": "stdout", "text": [f"{row}\n" for row in lines]}
    document = json.loads(notebook((1, "print(customers)")))
    document["cells"][0]["outputs"] = [output]
    return json.dumps(document, indent=1)


def test_without_notebooks_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.txt": "\n".join(PEOPLE)}) == "n/a"


@pytest.mark.parametrize(
    "lines",
    [
        ["Author: ada@acme.ai"],
        PEOPLE[:9],
        PEOPLE[:1] * 50,
        [f"user{n}@example.com" for n in range(40)],
        [f"rank_abs@{n}.gv" for n in range(40)],
        [f"package@{n}.2.0" for n in range(40)],
        ["4111 1111 1111 1111"],
        [f"4{n:015d}" for n in range(111111111111111, 111111111112111, 7)],
        [f"2023-{n:02d}-1234" for n in range(40)],
        [f"{n:08d}A" for n in range(12345670, 12345710)],
        ["+0.5 +0.25 +1.125 +10 -3" for _ in range(40)],
        ["DE00 1234 5678 9012 3456 78", "DE01 1234 5678 9012 3456 78"],
    ],
)
def test_single_addresses_and_numbers_that_only_look_so_are_a_no(lines: list[str]) -> None:
    assert verdict(PRACTICE, {"a.ipynb": shows(*lines)}) == "no"


def test_addresses_in_the_code_are_no_output() -> None:
    assert verdict(PRACTICE, {"a.ipynb": notebook((1, f"x = {PEOPLE}"))}) == "no"


def test_an_unreadable_notebook_is_unknown() -> None:
    assert verdict(PRACTICE, {"a.ipynb": "<html>"}) == "unknown"


def test_a_list_in_an_example_is_partly() -> None:
    assert verdict(PRACTICE, {"examples/a.ipynb": shows(*PEOPLE)}) == "partly"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (PEOPLE, "12 different email addresses"),
        ([f"tel +49 30 1234 {n}7" for n in range(10, 32)], "22 different telephone numbers"),
        (["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
         "2 different bank accounts (IBAN)"),
        (CARDS, "5 different payment cards"),
    ],
)  # fmt: skip
def test_lists_are_a_yes_with_kind_and_number_alone(lines: list[str], told: str) -> None:
    text = shows(*lines)
    judgement = judged(PRACTICE, {"a.ipynb": text})
    assert (judgement.verdict.value, judgement.evidence[0].note) == ("yes", told)
    assert lines[0] in text.splitlines()[judgement.evidence[0].line - 1]
    assert not any(line in repr(judgement) for line in lines)


@pytest.mark.parametrize(
    ("valid", "good", "bad"),
    [
        (is_iban, "FR14 2004 1010 0505 0001 3M02 606", "FR14 2004 1010 0505 0001 3M02 607"),
        (is_card, "4012888888881881", "4012888888881882"),
        (is_cpf, "529.982.247-25", "529.982.247-26"),
        (is_dni, "12345678Z", "12345678A"),
        (is_codice_fiscale, "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
    ],
)
def test_check_digits_decide(valid: Callable[[str], bool], good: str, bad: str) -> None:
    assert valid(good)
    assert not valid(bad)
