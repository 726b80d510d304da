"""A gigabyte on its way: the wire cut, the upload paused, the server killed, the browser closed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from diligence.lib.fingerprints import fingerprint_of
from diligence.models import EvidenceItem, IncomingUpload
from diligence.services.evidence_requests import Need, request_evidence
from diligence.services.uploads import received
from tests.browser.premises import House, furnish, let_sign_in, open_house, sign_in
from tests.browser.wire import Wire, wire_to
from tests.cast import Cast, whole_cast

pytestmark = pytest.mark.browser
PATIENCE = 180_000
"""Milliseconds: ten seconds on an idle machine, minutes on one that is shared by many."""
GIGABYTE = 1024**3


@dataclass(frozen=True)
class Scene:
    """A running house, the wire to it, and who is in it."""

    house: House
    wire: Wire
    cast: Cast

    def sign_in(self, context: BrowserContext) -> Page:
        page = context.new_page()
        evidence = f"{self.wire.address}/room/{self.cast.deal.pk}/evidence/"
        sign_in(page, self.cast.founder.email, evidence)
        page.wait_for_url(evidence)
        return page


@pytest.fixture
def scene(process_environment: dict[str, str], tmp_path: Path) -> Iterator[Scene]:
    furnish()
    cast = whole_cast()
    let_sign_in(cast.founder)
    with open_house(process_environment, tmp_path) as house, wire_to(house.address) as wire:
        yield Scene(house, wire, cast)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A gigabyte that costs nothing to make: mostly holes, with a word at every 64 MiB."""
    path = tmp_path / "predictions.bin"
    with path.open("wb") as file:
        for at in range(0, GIGABYTE, 64 * 1024**2):
            file.seek(at)
            file.write(f"block at {at}".encode())
        file.truncate(GIGABYTE)
    return path


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Hand in").click()


def question_page(cast: Cast) -> str:
    """The section of the questionnaire that asks for the main model."""
    return f"/room/{cast.deal.pk}/questionnaire/{cast.questionnaire.pk}/models/"


def reach(page: Page, share: float) -> None:
    """Waits until this share of the file is there."""
    page.wait_for_function(
        "share => document.querySelector('.upload-row progress')?.value >= share",
        arg=share, timeout=PATIENCE,
    )  # fmt: skip


def test_a_gigabyte_arrives_whatever_happens_on_its_way(
    browser: Browser, scene: Scene, large: Path
) -> None:
    context = browser.new_context()
    page = scene.sign_in(context)
    choose(page, large)
    row = page.locator(".upload-row")

    reach(page, 0.05)
    scene.wire.cut()
    expect(row).to_contain_text("Trying again in", timeout=PATIENCE)
    upload = IncomingUpload.objects.get()
    at_the_cut = received(upload)
    assert 0 < at_the_cut < GIGABYTE
    scene.wire.mend()

    reach(page, at_the_cut / GIGABYTE + 0.1)
    row.get_by_text("Pause", exact=True).click()
    expect(row).to_contain_text("Paused", timeout=PATIENCE)
    row.get_by_text("Go on", exact=True).click()

    reach(page, 0.35)
    scene.house.kill_web()
    expect(row).to_contain_text("Trying again in", timeout=PATIENCE)
    at_the_kill = received(upload)
    assert at_the_kill > at_the_cut
    scene.house.raise_web()

    reach(page, at_the_kill / GIGABYTE + 0.1)
    context.close()

    another = browser.new_context()
    page = scene.sign_in(another)
    row = page.locator(".upload-row")
    expect(row).to_contain_text("Unfinished. Choose the same file again to go on.")
    before = scene.wire.carried
    choose(page, large)
    expect(row).to_contain_text("In", timeout=PATIENCE)
    expect(page.get_by_role("link", name="predictions.bin", exact=True)).to_be_visible()
    another.close()

    assert scene.wire.carried - before < GIGABYTE - at_the_kill
    version = EvidenceItem.objects.get(title="predictions.bin").versions.get()
    with large.open("rb") as file:
        assert version.blob_id == hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        assert IncomingUpload.objects.get().sender_tree == fingerprint_of(file).tree
    assert version.blob.size == GIGABYTE


def test_many_files_arrive_and_a_refused_one_says_why_beside_them(
    context: BrowserContext, scene: Scene, tmp_path: Path
) -> None:
    page = scene.sign_in(context)
    files = [tmp_path / f"log-{n}.csv" for n in range(12)]
    for n, file in enumerate(files):
        file.write_text(f"day,auc\n{n},0.9\n")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    page.get_by_label("What it is").select_option(label="Prediction log")
    page.get_by_label("Files", exact=True).set_input_files([*files, empty])
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".upload-row[data-state=kept]")).to_have_count(12, timeout=PATIENCE)
    failed = page.locator(".upload-row[data-state=failed]")
    expect(failed).to_contain_text("empty.csv is empty (0 bytes); choose the file again.")
    expect(page.get_by_role("link", name="log-11.csv", exact=True)).to_be_visible()
    assert EvidenceItem.objects.filter(kind="prediction-log").count() == 12


def test_a_file_chosen_before_what_was_begun_is_listed_stands_there_once(
    context: BrowserContext, scene: Scene, tmp_path: Path
) -> None:
    page = scene.sign_in(context)
    held: list[Route] = []
    page.route(f"**/uploads/{scene.cast.deal.pk}/", lambda route: _hold_reading(route, held))
    with page.expect_request(f"**/uploads/{scene.cast.deal.pk}/"):
        page.reload()
    file = tmp_path / "log.csv"
    file.write_text("day,auc\n1,0.9\n")
    choose(page, file)
    page.wait_for_timeout(1000)
    assert held
    for route in held:
        route.continue_()
    expect(page.locator(".upload-row[data-state=kept]")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".upload-row")).to_have_count(1)


def _hold_reading(route: Route, held: list[Route]) -> None:
    """As a slow link does with the list of what was begun, and not with what is sent after it."""
    if route.request.method == "GET":
        held.append(route)
    else:
        route.continue_()


def test_a_request_is_answered_with_a_file_that_was_sent_in_pieces(
    context: BrowserContext, scene: Scene, tmp_path: Path
) -> None:
    cast = scene.cast
    asked = request_evidence(actor=cast.analyst, deal=cast.deal, need=Need("Log", "To see it."))
    page = scene.sign_in(context)
    page.goto(f"{scene.wire.address}/room/{cast.deal.pk}/requests/{asked.pk}/")
    file = tmp_path / "log.csv"
    file.write_text("day,auc\n1,0.9\n")
    page.get_by_label("Hand in files").set_input_files(file)
    page.get_by_label("A word on it").fill("Since May.")
    page.get_by_role("button", name="Send to the firm").click()
    page.wait_for_url(f"**/room/{cast.deal.pk}/")
    asked.refresh_from_db()
    assert asked.state == "answered"
    assert [item.title for item in asked.given] == ["log.csv"]


def test_a_file_within_an_answer_goes_on_after_the_wire_was_cut_and_the_page_closed(
    browser: Browser, scene: Scene, large: Path
) -> None:
    address = f"{scene.wire.address}{question_page(scene.cast)}"
    context = browser.new_context()
    page = scene.sign_in(context)
    page.goto(address)
    part = page.locator("#q-main-model")
    part.get_by_text("Attach evidence").click()
    part.get_by_label("Upload").set_input_files(large)
    reach(page, 0.05)
    scene.wire.cut()
    expect(part.locator(".upload-row")).to_contain_text("Trying again in", timeout=PATIENCE)
    at_the_cut = received(IncomingUpload.objects.get())
    assert 0 < at_the_cut < GIGABYTE
    scene.wire.mend()
    reach(page, at_the_cut / GIGABYTE + 0.05)
    held = received(IncomingUpload.objects.get())
    reach(page, held / GIGABYTE + 0.05)
    context.close()

    another = browser.new_context()
    page = scene.sign_in(another)
    page.goto(address)
    part = page.locator("#q-main-model")
    row = part.locator(".upload-row")
    expect(row).to_contain_text("Unfinished. Choose the same file again to go on.")
    before = scene.wire.carried
    part.get_by_label("Upload").set_input_files(large)
    attached = part.get_by_role("link", name="predictions.bin", exact=True)
    expect(attached).to_be_visible(timeout=PATIENCE)
    expect(row).to_have_count(0)
    another.close()
    assert scene.wire.carried - before < GIGABYTE - held
    answer = scene.cast.questionnaire.answers.get(question="main-model")
    assert [item.title for item in answer.evidence.all()] == ["predictions.bin"]
