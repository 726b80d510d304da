"""What ClamAV says of a file; a small daemon that speaks its protocol stands in for it."""

import socketserver
import threading
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from diligence.models import Activity, Blob, Preview
from diligence.services.previews import make_preview
from diligence.services.scanning import scan_waiting
from tests.cast import Cast, signed_in, some_evidence

LIMIT = 1000


class Daemon(socketserver.BaseRequestHandler):
    """Finds malware in what holds the word, and takes no stream over LIMIT."""

    def handle(self) -> None:
        assert self._bytes(10) == b"zINSTREAM\0"
        stream = b""
        while length := int.from_bytes(self._bytes(4), "big"):
            stream += self._bytes(length)
            if len(stream) > LIMIT:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        said = b"Win.Test.EICAR FOUND" if b"malware" in stream else b"OK"
        self.request.sendall(b"stream: " + said + b"\0")

    def _bytes(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            part = self.request.recv(count - len(got))
            if not part:
                break
            got += part
        return got


@pytest.fixture
def clamd(settings: Settings) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Daemon) as server:
        settings.PROOFROOM_CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def scan_of(content: bytes) -> tuple[str, str]:
    blob = Blob.objects.get(size=len(content))
    return blob.scan, blob.scan_note


def test_without_a_scanner_it_says_not_scanned(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    scan_waiting()
    text = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/evidence/{item.pk}/")
    assert "Not scanned" in text.content.decode()


def test_a_scanner_that_is_gone_leaves_it_not_scanned(cast: Cast, settings: Settings) -> None:
    settings.PROOFROOM_CLAMD = "unix:///nowhere/clamd.sock"
    some_evidence(cast.deal, by=cast.founder)
    scan_waiting()
    assert Blob.objects.get().scan == "not"


@pytest.mark.usefixtures("clamd")
def test_each_file_gets_what_the_scanner_says(cast: Cast) -> None:
    clean, bad, large = b"day,auc\n", b"some malware here", b"x" * (LIMIT * 300)
    for content in (clean, bad, large):
        some_evidence(cast.deal, by=cast.founder, content=content)
    scan_waiting()
    assert scan_of(clean) == ("clean", "")
    assert scan_of(bad) == ("found", "Win.Test.EICAR")
    assert scan_of(large) == ("unable", "larger than the scanner takes")


@pytest.mark.usefixtures("clamd")
def test_malware_is_told_to_both_sides_and_not_given_out(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, content=b"some malware here")
    version = item.versions.get()
    scan_waiting()
    line = Activity.objects.get(verb="evidence.malware")
    assert (line.text, line.in_room) == (
        "the scanner found Win.Test.EICAR in metrics.csv", True,
    )  # fmt: skip
    for user in (cast.analyst, cast.founder):
        page = signed_in(user).get(f"/evidence/{version.pk}/download/", follow=True)
        assert "is kept and not given out" in page.content.decode()


@pytest.mark.usefixtures("clamd")
def test_malware_has_no_preview_even_where_one_was_made_before(cast: Cast) -> None:
    version = some_evidence(
        cast.deal, by=cast.founder, content=b"some malware here", filename="notes.txt"
    ).versions.get()
    preview, _ = Preview.objects.get_or_create(blob=version.blob)
    make_preview(preview.pk)
    analyst = signed_in(cast.analyst)
    address = f"/evidence/{version.pk}"
    assert "some malware here" in analyst.get(f"{address}/preview/").content.decode()
    scan_waiting()
    shown = analyst.get(f"{address}/preview/").content.decode()
    assert "some malware here" not in shown
    assert "The scanner found Win.Test.EICAR in this file" in shown
    page = analyst.get(f"/deals/{cast.deal.pk}/evidence/{version.item_id}/").content.decode()
    assert f"{address}/download/" not in page
    Preview.objects.update(pictures=1)
    assert analyst.get(f"{address}/pages/1/").status_code == 404
    version.media_type = "application/pdf"
    version.save()
    assert analyst.get(f"{address}/read/").status_code == 404
