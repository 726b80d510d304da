"""The page of what was found elsewhere: forms, refusals in a sentence, and runs that say whose."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.services.collection import key_of_invitation, spoken
from tests.audits.building import (
    a_collection,
    a_finished_run,
    a_report,
    a_repository,
    a_result,
    a_sarif,
)
from tests.cast import Cast, signed_in

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/deals/{cast.deal.pk}/audits/elsewhere/"


def a_file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_neither_founder_nor_outsider_gets_there(cast: Cast, address: str) -> None:
    for who in (cast.founder, cast.other_founder, cast.outsider):
        assert signed_in(who).get(address).status_code == 404
        sent = {"file": a_file("x", a_sarif(a_result()))}
        assert signed_in(who).post(f"{address}findings/", sent).status_code == 404


def test_a_reviewer_reads_and_brings_nothing(cast: Cast, address: str) -> None:
    browser = signed_in(cast.reviewer)
    assert 'type="file"' not in browser.get(address).content.decode()
    assert browser.post(f"{address}invitation/").status_code == 403


@pytest.mark.parametrize(
    ("part", "words"),
    [("collection", "This is not a collection"), ("findings", "cannot be read as JSON")],
)
def test_a_bad_file_is_refused_in_a_sentence_on_the_page(
    cast: Cast, address: str, part: str, words: str
) -> None:
    response = signed_in(cast.analyst).post(f"{address}{part}/", {"file": a_file("x", b"nope")})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert signed_in(cast.analyst).post(f"{address}{part}/").status_code == 422


def test_a_collection_comes_in_with_its_digest(cast: Cast, address: str) -> None:
    data = a_collection()
    sent = {"file": a_file("n.collection", data), "digest": spoken(data).lower()}
    response = signed_in(cast.analyst).post(f"{address}collection/", sent, follow=True)
    page = response.content.decode()
    assert "The collection is in" in page
    assert "Collected on the startup" in page
    assert "Audit again" not in page
    tab = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/audits/").content.decode()
    assert "Collected" in tab
    assert 'name="rev"' not in tab


def test_the_invitation_is_a_code_with_a_key(cast: Cast, address: str) -> None:
    page = signed_in(cast.analyst).post(f"{address}invitation/").content.decode()
    code = next(word for word in page.replace("<", " ").replace(">", " ").replace('"', " ").split()
                if word.startswith("PR1"))  # fmt: skip
    key_of_invitation(code)


def test_findings_of_a_tool_stand_beside_ours(cast: Cast, address: str) -> None:
    repository = a_repository(cast.deal, cast.analyst)
    ours = a_finished_run(repository, a_report({"ci-present": "yes"}))
    sent = {
        "file": a_file("scan.sarif", a_sarif(a_result(HOSTILE), tool="Sem<b>grep")),
        "repository": repository.pk,
    }
    page = signed_in(cast.analyst).post(f"{address}findings/", sent, follow=True).content.decode()
    assert HOSTILE not in page
    assert "Sem<b>grep" not in page
    assert "Nobody here has checked them" in page
    shown = signed_in(cast.analyst).get(f"/audits/{ours.pk}/").content.decode()
    assert "What other tools found" in shown
    assert "Sem&lt;b&gt;grep" in shown
    assert signed_in(cast.analyst).get(address).status_code == 200


def test_half_a_sign_in_a_file_of_findings_costs_that_sign_alone(cast: Cast, address: str) -> None:
    """A tool that cuts its texts by length leaves such halves behind."""
    data = a_sarif(a_result("cut here: \ud83d"), tool="Halves \ud83d")
    sent = {"file": a_file("halves.sarif", data)}
    shown = signed_in(cast.analyst).post(f"{address}findings/", sent, follow=True)
    assert shown.status_code == 200
    run = cast.deal.audit_runs.get()
    assert (run.tool, run.findings.get().title) == ("Halves ?", "cut here: ?")
