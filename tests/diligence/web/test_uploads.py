"""The protocol of resumable uploads, as any client of tus 1.0 speaks it."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from diligence.models import EvidenceItem, IncomingUpload
from diligence.services.invitations import remove_room_member
from tests.cast import Cast, signed_in

CONTENT = b"day,auc\n1,0.9\n" * 100
TUS = {"Tus-Resumable": "1.0.0"}


def said(**pairs: str) -> str:
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())


def announce(browser: Client, cast: Cast, size: int = len(CONTENT), **pairs: str) -> Any:
    headers = {
        **TUS, "Upload-Length": str(size),
        "Upload-Metadata": said(**{"filename": "log.csv", **pairs}),
    }  # fmt: skip
    return browser.post(f"/uploads/{cast.deal.pk}/", headers=headers)


def patch(browser: Client, url: str, content: bytes, at: int, **headers: str) -> Any:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.patch(
        url, content, content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(at), **more},
    )  # fmt: skip


def test_the_server_says_what_it_speaks(cast: Cast) -> None:
    answer = signed_in(cast.founder).options(f"/uploads/{cast.deal.pk}/")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration,checksum"


def test_a_file_comes_in_pieces_and_is_evidence_at_the_end(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    made = announce(browser, cast, kind="prediction-log", dated_on="2026-09-01")
    assert made.status_code == 201
    url = made.headers["Location"]
    assert patch(browser, url, CONTENT[:500], 0).headers["Upload-Offset"] == "500"
    head = browser.head(url, headers=TUS)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("500", "1400")
    assert head.headers["Cache-Control"] == "no-store"
    digest = b64encode(hashlib.sha256(CONTENT[500:]).digest()).decode()
    last = patch(browser, url, CONTENT[500:], 500, Upload_Checksum=f"sha256 {digest}")
    assert last.status_code == 204
    shown = browser.get(url).json()
    item = EvidenceItem.objects.get()
    assert (shown["state"], shown["evidence"]) == ("kept", str(item.pk))
    assert (item.kind, item.versions.get().blob_id) == (
        "prediction-log", hashlib.sha256(CONTENT).hexdigest(),
    )  # fmt: skip


def test_conflict_and_damage_have_the_protocols_answers(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    url = announce(browser, cast).headers["Location"]
    patch(browser, url, CONTENT[:500], 0)
    wrong = patch(browser, url, CONTENT, 0)
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "500")
    digest = b64encode(b"\0" * 32).decode()
    damaged = patch(browser, url, CONTENT[500:], 500, Upload_Checksum=f"sha256 {digest}")
    assert damaged.status_code == 460
    assert browser.head(url, headers=TUS).headers["Upload-Offset"] == "500"


@pytest.mark.parametrize(
    ("headers", "status", "sentence"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "tus 1.0.0"),
        ({"Upload-Offset": "-1"}, 400, "Upload-Offset should be a whole number"),
        ({"Upload-Offset": "٣"}, 400, "Upload-Offset should be a whole number"),
        ({"Upload-Checksum": "md5 AAAA"}, 400, "Upload-Checksum should be sha256"),
        ({"Proofroom-Tree-SHA256": "x"}, 400, "64 hexadecimal digits"),
    ],
)
def test_a_header_that_is_not_the_protocols_is_named(
    cast: Cast, headers: dict[str, str], status: int, sentence: str
) -> None:
    browser = signed_in(cast.founder)
    url = announce(browser, cast).headers["Location"]
    answer = browser.patch(
        url, b"x", content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": "0", **headers},
    )  # fmt: skip
    assert (answer.status_code, sentence in answer.content.decode()) == (status, True)
    assert browser.patch(url, b"x", headers={**TUS, "Upload-Offset": "0"}).status_code == 400


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ({"filename": ""}, "Name the file."),
        ({"dated_on": "2999-01-01"}, "lies in the future"),
        ({"kind": "poem"}, "not one of the available choices"),
        ({"item": "no-id"}, "valid UUID"),
    ],
)
def test_what_is_said_of_a_file_is_checked_before_it_is_sent(
    cast: Cast, pairs: dict[str, str], sentence: str
) -> None:
    answer = announce(signed_in(cast.founder), cast, len(CONTENT), **pairs)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_a_file_over_the_limit_is_413_with_the_sentence(cast: Cast, settings: Settings) -> None:
    settings.PROOFROOM_UPLOAD_BYTES = 1000
    answer = announce(signed_in(cast.founder), cast, 1001)
    assert answer.status_code == 413
    assert "larger than the 1 kB" in answer.content.decode()


def test_metadata_that_is_no_base64_is_refused(cast: Cast) -> None:
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": "filename %%%"}
    answer = signed_in(cast.founder).post(f"/uploads/{cast.deal.pk}/", headers=headers)
    assert answer.status_code == 400


def test_a_founder_cannot_raise_the_grade_of_their_file(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    url = announce(browser, cast, origin="observed").headers["Location"]
    patch(browser, url, CONTENT, 0)
    assert EvidenceItem.objects.get().origin == "founder-file"


def test_the_firm_says_where_its_file_is_from(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    patch(browser, announce(browser, cast, origin="observed").headers["Location"], CONTENT, 0)
    item = EvidenceItem.objects.get()
    assert (item.origin, item.from_startup) == ("observed", False)


def test_an_upload_is_there_for_its_sender_alone(cast: Cast) -> None:
    url = announce(signed_in(cast.founder), cast).headers["Location"]
    for user in (cast.analyst, cast.admin, cast.reviewer, cast.outsider, cast.other_founder):
        browser = signed_in(user)
        assert browser.get(url).status_code == 404
        assert browser.head(url).status_code == 404
        assert patch(browser, url, b"x", 0).status_code == 404
        assert browser.delete(url, headers=TUS).status_code == 404
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get(user=cast.founder))
    assert signed_in(cast.founder).head(url).status_code == 404
    assert announce(signed_in(cast.founder), cast).status_code == 404


def test_what_is_unfinished_is_listed_until_it_is_cancelled(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    url = announce(browser, cast, modified="1764000000000").headers["Location"]
    patch(browser, url, CONTENT[:500], 0)
    (shown,) = browser.get(f"/uploads/{cast.deal.pk}/").json()["uploads"]
    assert (shown["filename"], shown["received"], shown["modified"]) == (
        "log.csv", 500, "1764000000000",
    )  # fmt: skip
    assert browser.delete(url, headers=TUS).status_code == 204
    assert browser.get(f"/uploads/{cast.deal.pk}/").json()["uploads"] == []
    assert not IncomingUpload.objects.exists()
