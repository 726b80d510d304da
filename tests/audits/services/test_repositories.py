"""Where code may come from, and that a token is never seen again."""

import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from pytest_django import Settings

from audits.models import Repository
from audits.services.repositories import add_repository_file, add_repository_url, token_of
from diligence.models import Activity
from diligence.services.errors import Refused
from diligence.services.evidence import withdraw_evidence
from tests.cast import Cast, signed_in, some_evidence

TOKEN = "ghp_TheTokenThatNobodyMaySee0123456789"
ADDRESS = "https://git.example.com/northwind/vision.git"


def with_url(cast: Cast, url: str = ADDRESS, token: str = "") -> Repository:
    return add_repository_url(actor=cast.analyst, deal=cast.deal, url=url, token=token)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://git.example.com/a/b", "Only https:// addresses are fetched"),
        ("ssh://git@git.example.com/a/b", "Only https:// addresses are fetched"),
        ("file:///etc/passwd", "Only https:// addresses are fetched"),
        ("--upload-pack=id", "Only https:// addresses are fetched"),
        ("https://ada:pass@git.example.com/a/b", "Put the token into its own field"),
        ("https://pass@git.example.com/a/b", "Put the token into its own field"),
        ("https://git.example.com/a/b?private_token=x", "This is not the address of a git"),
        ("https://[::1", "This is not the address of a git"),
        ("https://git.example.com:notaport/a", "This is not the address of a git"),
        ("https://", "This is not the address of a git"),
        ("https://git.example.com", "This is not the address of a git"),
        (f"https://git.example.com/{'a' * 500}", "This is not the address of a git"),
    ],
)
def test_an_address_that_is_not_fetched(cast: Cast, url: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        with_url(cast, url)
    assert not Repository.objects.exists()


def test_an_outsider_a_reviewer_and_the_founder_add_nothing(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    for actor in (cast.outsider, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            add_repository_url(actor=actor, deal=cast.deal, url=ADDRESS)
        with pytest.raises(PermissionDenied):
            add_repository_file(actor=actor, deal=cast.deal, item=item)


def test_evidence_of_another_deal_or_withdrawn_is_not_taken(cast: Cast) -> None:
    foreign = some_evidence(cast.other_deal, by=cast.other_founder)
    with pytest.raises(Refused, match="belongs to another deal"):
        add_repository_file(actor=cast.analyst, deal=cast.deal, item=foreign)
    item = some_evidence(cast.deal, by=cast.founder)
    withdraw_evidence(actor=cast.founder, item=item, because="The wrong file.")
    with pytest.raises(Refused, match="was withdrawn"):
        add_repository_file(actor=cast.analyst, deal=cast.deal, item=item)


def test_the_same_evidence_is_one_repository(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, filename="code.bundle")
    first = add_repository_file(actor=cast.analyst, deal=cast.deal, item=item)
    assert add_repository_file(actor=cast.analyst, deal=cast.deal, item=item) == first
    assert first.location == "code.bundle"
    assert Activity.objects.filter(verb="repository.add").count() == 1


def test_an_address_is_named_for_its_path(cast: Cast) -> None:
    assert with_url(cast).name == "northwind/vision"
    assert with_url(cast, f" {ADDRESS}#readme\n").url == ADDRESS


def test_a_token_stands_in_no_column_no_page_and_no_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        repository = with_url(cast, token=TOKEN)
        page = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/audits/").content.decode()
    assert token_of(repository) == TOKEN
    assert "with a token" in page
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for (table,) in cursor.fetchall():
            # The names are of our own tables.
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s',  # noqa: S608
                           [f"%{TOKEN}%"])  # fmt: skip
            assert cursor.fetchone() == (0,), table
    assert TOKEN.encode() not in bytes(repository.token or b"")
    assert TOKEN not in page
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(vars(repository))


def test_without_keys_no_token_is_kept(cast: Cast, settings: Settings) -> None:
    settings.PROOFROOM_FIELD_KEYS = []
    with pytest.raises(Refused, match="PROOFROOM_FIELD_KEYS is not set"):
        with_url(cast, token=TOKEN)
    assert token_of(with_url(cast)) == ""


def test_a_token_of_lost_keys_is_asked_for_again(cast: Cast, settings: Settings) -> None:
    repository = with_url(cast, token=TOKEN)
    other = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMSE="
    settings.PROOFROOM_FIELD_KEYS = [other]
    with pytest.raises(Refused, match="enter it again"):
        token_of(repository)
