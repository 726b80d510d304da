"""Evidence: handed in, kept, withdrawn, shared, downloaded, by whom and by whom not."""

import hashlib
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from diligence.models import Activity, Blob, EvidenceItem, EvidenceVersion
from diligence.services.evidence import share_evidence
from diligence.web.views import evidence
from tests.cast import Cast, signed_in, some_evidence


def room(cast: Cast, *more: object) -> str:
    return "/".join(["", "room", str(cast.deal.pk), "evidence", *map(str, more), ""])


def firm(cast: Cast, *more: object) -> str:
    return "/".join(["", "deals", str(cast.deal.pk), "evidence", *map(str, more), ""])


def file(content: bytes = b"day,auc\n1,0.9\n", name: str = "metrics.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


# Who may -------------------------------------------------------------------------------------


def test_a_file_is_never_given_to_anyone_else(cast: Cast) -> None:
    version = some_evidence(cast.deal, by=cast.founder).versions.get()
    address = f"/evidence/{version.pk}/download/"
    for user in (cast.other_founder, cast.outsider):
        assert signed_in(user).get(address).status_code == 404
    assert signed_in(None).get(address).headers["Location"].startswith("/account/login/")
    assert not Activity.objects.filter(verb="evidence.download").exists()


def test_a_founder_gets_only_their_own_and_what_was_shared(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.analyst, filename="probe.csv")
    address = f"/evidence/{item.versions.get().pk}/download/"
    browser = signed_in(cast.founder)
    assert browser.get(address).status_code == 404
    assert browser.get(room(cast, item.pk)).status_code == 404
    assert "probe.csv" not in browser.get(room(cast)).content.decode()
    share_evidence(actor=cast.analyst, item=item, shared=True)
    assert browser.get(address).status_code == 200
    assert "Shared by the firm" in browser.get(room(cast)).content.decode()


def test_neither_side_enters_the_others_pages(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    for user in (cast.founder, cast.other_founder, cast.outsider):
        assert signed_in(user).get(firm(cast)).status_code == 404
        assert signed_in(user).get(firm(cast, item.pk)).status_code == 404
        assert signed_in(user).post(firm(cast, item.pk, "withdraw")).status_code == 404
        assert signed_in(user).post(firm(cast, item.pk, "share")).status_code == 404
    for user in (cast.analyst, cast.partner, cast.reviewer, cast.outsider, cast.other_founder):
        assert signed_in(user).get(room(cast)).status_code == 404
        assert signed_in(user).post(room(cast), {"upload": file()}).status_code == 404


def test_an_item_is_not_reached_through_another_deal(cast: Cast) -> None:
    item = some_evidence(cast.other_deal, by=cast.other_founder)
    assert signed_in(cast.admin).get(firm(cast, item.pk)).status_code == 404
    assert signed_in(cast.founder).get(room(cast, item.pk)).status_code == 404


def test_a_reviewer_reads_but_does_not_add(cast: Cast) -> None:
    some_evidence(cast.deal, by=cast.founder)
    browser = signed_in(cast.reviewer)
    text = browser.get(firm(cast)).content.decode()
    assert "metrics.csv" in text
    assert "Hand in files" not in text
    assert browser.post(firm(cast), {"upload": file(), "origin": "observed"}).status_code == 403


# Handing in ----------------------------------------------------------------------------------


def test_nothing_chosen_is_said_in_a_sentence(cast: Cast) -> None:
    response = signed_in(cast.founder).post(room(cast), {})
    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_an_empty_file_does_not_keep_the_others_out(cast: Cast) -> None:
    files = [file(b"", "empty.csv"), file()]
    response = signed_in(cast.founder).post(room(cast), {"upload": files, "dated_on": "2026-09-01"})
    assert response.status_code == 422
    text = response.content.decode()
    assert "empty.csv is empty (0 bytes); choose the file again." in text
    assert 'value="2026-09-01"' in text
    assert "1 file is in." in text
    assert [e.title for e in EvidenceItem.objects.all()] == ["metrics.csv"]


def test_a_file_over_the_limit_is_refused(cast: Cast, settings: Settings) -> None:
    settings.PROOFROOM_UPLOAD_BYTES = 1000**2
    response = signed_in(cast.founder).post(room(cast), {"upload": file(b"x" * (1000**2 + 1))})
    assert (
        "metrics.csv is larger than the 1 MB that are accepted here." in response.content.decode()
    )
    assert not EvidenceItem.objects.exists()


def test_evidence_is_not_from_the_future(cast: Cast) -> None:
    data = {"upload": file(), "dated_on": "2999-01-01"}
    response = signed_in(cast.founder).post(room(cast), data)
    assert "This date lies in the future" in response.content.decode()


def test_what_is_handed_in_is_listed_with_its_fingerprint(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    content = b"\x89PNG\r\n\x1a\n" + b"0" * 64
    data = {"upload": [file(content, "not-really.csv"), file()], "dated_on": "2026-09-01"}
    assert browser.post(room(cast), data).headers["Location"] == room(cast)
    item = EvidenceItem.objects.get(title="not-really.csv")
    text = browser.get(room(cast, item.pk)).content.decode()
    assert hashlib.sha256(content).hexdigest() in text
    assert "image/png" in text
    assert "1 September 2026" in text


def test_the_firm_says_where_its_evidence_is_from(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    assert browser.post(firm(cast), {"upload": file()}).status_code == 422
    browser.post(firm(cast), {"upload": file(), "origin": "observed"})
    item = EvidenceItem.objects.get()
    assert (item.origin, item.from_startup, item.shared) == ("observed", False, False)
    assert "Observed" in browser.get(firm(cast)).content.decode()


def test_a_founder_does_not_choose_the_grade(cast: Cast) -> None:
    signed_in(cast.founder).post(room(cast), {"upload": file(), "origin": "observed"})
    assert EvidenceItem.objects.get().origin == "founder-file"


# Versions, withdrawal, sharing ---------------------------------------------------------------


def test_a_new_version_leaves_the_old_one(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    browser = signed_in(cast.founder)
    assert browser.post(room(cast, item.pk), {"upload": file(b"newer")}).status_code == 302
    assert [v.number for v in item.versions.all()] == [1, 2]
    assert Blob.objects.count() == 2
    same = browser.post(room(cast, item.pk), {"upload": file(b"newer")})
    assert same.status_code == 422
    assert "the same, byte for byte, as version 2" in same.content.decode()


def test_the_firm_cannot_replace_or_withdraw_what_the_startup_gave(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    browser = signed_in(cast.analyst)
    text = browser.get(firm(cast, item.pk)).content.decode()
    assert "Withdraw it" not in text
    assert browser.post(firm(cast, item.pk), {"upload": file(b"forged")}).status_code == 422
    assert browser.post(firm(cast, item.pk, "withdraw"), {"reason": "no"}).status_code == 403
    assert browser.post(firm(cast, item.pk, "share"), {"shared": "1"}).status_code == 404
    assert EvidenceVersion.objects.count() == 1


def test_a_withdrawal_needs_a_reason_and_deletes_nothing(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    browser = signed_in(cast.founder)
    refused = browser.post(room(cast, item.pk, "withdraw"), {"reason": ""})
    assert refused.status_code == 422
    assert "Say in a few words why this is withdrawn." in refused.content.decode()
    browser.post(room(cast, item.pk, "withdraw"), {"reason": "Wrong customer"})
    text = browser.get(room(cast, item.pk)).content.decode()
    assert "Wrong customer" in text
    assert "Hand in a newer version" not in text
    assert browser.get(f"/evidence/{item.versions.get().pk}/download/").status_code == 200
    assert "Wrong customer" in signed_in(cast.analyst).get(firm(cast, item.pk)).content.decode()


def test_the_firm_shares_what_is_its_own_and_stops(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.analyst)
    browser = signed_in(cast.analyst)
    for shared in (True, False):
        browser.post(firm(cast, item.pk, "share"), {"shared": "1" if shared else "0"})
        item.refresh_from_db()
        assert item.shared is shared


# Download ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["founder", "analyst", "reviewer", "partner"])
def test_a_download_is_the_same_bytes_as_an_attachment(cast: Cast, who: str) -> None:
    content = b"<script>alert(1)</script>"
    item = some_evidence(cast.deal, by=cast.founder, filename='a "b".html', content=content)
    response = signed_in(getattr(cast, who)).get(f"/evidence/{item.versions.get().pk}/download/")
    assert body(response) == content
    headers = response.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert headers["Cache-Control"] == "private, no-store"
    line = Activity.objects.get(verb="evidence.download")
    assert line.actor == getattr(cast, who)


def test_looking_for_a_download_without_taking_it_leaves_no_line(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    address = f"/evidence/{item.versions.get().pk}/download/"
    assert signed_in(cast.founder).head(address).status_code == 405
    assert not Activity.objects.filter(verb="evidence.download").exists()


def test_a_file_gone_from_the_storage_is_said_with_its_remedy(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    version = item.versions.get()
    storages["default"].delete(version.blob.path)
    response = signed_in(cast.analyst).get(f"/evidence/{version.pk}/download/", follow=True)
    assert "restore it from a backup" in response.content.decode()


CONTENT = bytes(range(256)) * 1000


def download(cast: Cast, item: EvidenceItem, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"/evidence/{item.versions.get().pk}/download/"
    return signed_in(cast.analyst).get(address, headers=named)


def test_a_download_that_broke_off_goes_on_where_it_was_and_is_one_read(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, content=CONTENT)
    whole = download(cast, item)
    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
    have = body(whole)[:100_000]
    rest = download(cast, item, Range="bytes=100000-", If_Range=whole.headers["ETag"])
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes 100000-255999/{len(CONTENT)}"
    assert rest.headers["Content-Length"] == "156000"
    assert rest.headers["Content-Disposition"].startswith("attachment")
    assert have + body(rest) == CONTENT
    assert Activity.objects.filter(verb="evidence.download").count() == 1


def test_a_part_of_what_was_never_begun_is_a_read_as_well(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, content=CONTENT)
    assert body(download(cast, item, Range="bytes=-1")) == CONTENT[-1:]
    assert Activity.objects.filter(verb="evidence.download").count() == 1


def test_who_holds_a_part_of_another_version_gets_the_whole(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, content=CONTENT)
    response = download(cast, item, Range="bytes=5-", If_Range='"of something else"')
    assert response.status_code == 200
    assert body(response) == CONTENT


def test_what_begins_behind_the_end_of_a_file_is_refused_with_its_size(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, content=CONTENT)
    response = download(cast, item, Range=f"bytes={len(CONTENT)}-")
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(CONTENT)}"
    assert not Activity.objects.filter(verb="evidence.download").exists()


def test_much_evidence_comes_in_pages_and_is_counted_as_a_whole(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "PAGE", 2)
    for n in range(5):
        some_evidence(cast.deal, by=cast.founder, filename=f"log-{n}.csv", content=b"%d" % n)
    for browser, address in (
        (signed_in(cast.founder), room(cast)),
        (signed_in(cast.analyst), firm(cast)),
    ):
        pages = [browser.get(address, {"page": n}).content.decode() for n in (1, 2, 3)]
        assert '<span class="count">5</span>' in pages[0]
        shown = [[n for n in range(5) if f"log-{n}.csv" in page] for page in pages]
        assert shown == [[3, 4], [1, 2], [0]]
