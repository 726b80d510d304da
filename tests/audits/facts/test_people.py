"""Which identities are one person, and which are none."""

import pytest

from audits.facts.people import Persons


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ada", "ada@a.ai"), ("Ada", "ada@b.ai")),
        (("root", "root@localhost"), ("root", "root@web-1.local")),
        (("Ada Byron", "x@a.ai"), ("Bea Byron", "y@a.ai")),
        (("Ada", "noreply@github.com"), ("Bea", "noreply@github.com")),
        (("Ada", ""), ("Bea", "")),
        (("Ada", "1+ada@users.noreply.github.com"), ("Bea", "2+bea@users.noreply.github.com")),
    ],
)
def test_two_people_are_not_taken_for_one(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(Persons.of([one, other]).people) == 2


@pytest.mark.parametrize("name", ["Jan Bot", "Robot Maker", "Abbott", "Jenkinson Lee"])
def test_surnames_are_no_bots(name: str) -> None:
    assert not Persons.of([(name, "j@a.ai")]).is_bot(name, "j@a.ai")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ada Byron", "ada@home.net"), ("Ada  byron", "ada@acme.ai")),
        (("Ada Byron", "ada@acme.ai"), ("ada", "ADA@acme.ai")),
        (("ada", "7+ada@users.noreply.github.com"), ("Ada B", "ada@users.noreply.github.com")),
    ],
)
def test_aliases_of_one_person_are_merged(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(Persons.of([one, other]).people) == 1


def test_aliases_are_merged_over_a_third() -> None:
    identities = [("ada", "a@x.ai"), ("Ada Byron", "a@x.ai"), ("Ada Byron", "b@y.ai")]
    persons = Persons.of([*identities, ("Ada Byron", "b@y.ai")])
    assert {persons.named(*i) for i in identities} == {"Ada Byron"}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("GitHub Actions", "actions@github.com"),
        ("Release", "release-bot@acme.ai"),
        ("renovate", "r@acme.ai"),
    ],
)
def test_programs_are_told_apart(name: str, address: str) -> None:
    persons = Persons.of([(name, address), ("Ada", "ada@a.ai")])
    assert persons.is_bot(name, address)
    assert persons.people == ("Ada",)
