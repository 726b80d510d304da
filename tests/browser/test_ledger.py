"""What they say, held against what was measured: from the uploaded log to the printed rebuttal.

One test, because each step stands on what the people before left behind. Web and workers are real
processes; the figures are those that a worker measured on the files that were handed in.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from audits.models import Artifact
from diligence.models import Deal, User
from tests.audits.data_rooms import a_registry
from tests.browser.premises import furnish, let_sign_in, open_premises, sign_in
from tests.cast import whole_cast
from tests.faults.workers import wait_for
from tests.rubrics.building import an_assessment

pytestmark = pytest.mark.browser
PATIENCE = 60_000
SECONDS_OF_A_WORKER = 90_000
REBUTTAL = "The log is of the pilot in March; production runs on version 9 since June."


@dataclass(frozen=True)
class House:
    """The running product, the deal, and who meets on it."""

    address: str
    deal: Deal
    analyst: User
    founder: User


@pytest.fixture
def house(process_environment: dict[str, str], tmp_path: Path) -> Iterator[House]:
    furnish()
    cast = whole_cast()
    an_assessment(cast.deal)
    let_sign_in(cast.analyst, cast.founder)
    with open_premises(process_environment, tmp_path / "processes") as address:
        yield House(address, cast.deal, cast.analyst, cast.founder)


def a_served_log(rows: int = 2000, *, scored: bool = False) -> bytes:
    """Nine of ten are right by `outcome`; `label` only repeats what was predicted."""
    made = io.StringIO()
    out = csv.writer(made)
    head = ["prediction_id", "predicted_at", "model_version", "region", "predicted"]
    out.writerow([*head, *(["score", "actual"] if scored else ["label", "outcome"])])
    for n in range(rows):
        truth = n % 2
        predicted = truth if n % 10 < 9 else 1 - truth
        at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=2 * n)
        score = round(0.2 + 0.6 * predicted + 0.0001 * (n % 1000), 4)
        row = [f"p{n:05d}", at.isoformat(), n % 2 + 1, "AB"[(n // 10) % 2], predicted]
        out.writerow([*row, *([score, truth] if scored else [predicted, truth])])
    return made.getvalue().encode()


def a_deck(pages: int = 3) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=800, height=450)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def page_of(browser: Browser, house: House, user: User, lands_on: str) -> Page:
    """A page of someone who signed in with address and password."""
    context = browser.new_context(
        base_url=house.address, locale="en-GB", timezone_id="UTC", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in(page, user.email)
    expect(page.get_by_role("heading", level=1)).to_have_text(lands_on)
    return page


def test_a_claim_goes_from_the_deck_to_the_rebuttal_in_the_report(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    analyst = page_of(browser, house, house.analyst, "Pipeline")
    hands_in(analyst, house, ("predictions.csv", a_served_log()), ("registry.json", a_registry()))
    hands_in(analyst, house, ("deck.pdf", a_deck()))
    confirms(analyst, house, "registry.json")
    confirms(analyst, house, "predictions.csv")
    corrects_the_label(analyst, house)
    quotes_the_deck(analyst, house)
    sees_it_contradicted(analyst, house)
    asks_for_what_decides(analyst, house)
    founder = page_of(browser, house, house.founder, "Northwind Vision")
    founder_hands_it_in(founder)
    sees_the_verdict_change(analyst, house)
    puts_it_to_the_startup(analyst, house, founder)
    founder_rebuts(founder)
    text = " ".join(issued_report(analyst, house, tmp_path).split())
    assert REBUTTAL in text
    assert "Freya Founder" in text
    assert "95% accuracy in production" in text


def hands_in(page: Page, house: House, *files: tuple[str, bytes]) -> None:
    page.goto(f"/deals/{house.deal.pk}/evidence/")
    payloads = [
        FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        for name, content in files
    ]
    page.locator("input[type=file]").first.set_input_files(payloads)
    page.locator("form").filter(has=page.locator("input[type=file]")).get_by_role(
        "button"
    ).last.click()
    for name, _ in files:
        expect(page.locator(".table")).to_contain_text(name)


def confirms(page: Page, house: House, name: str) -> None:
    """Waits until a worker has looked at it, takes its guess as it is, and waits for figures."""
    # A page from before the look was asked for would not ask again how far it is.
    wait_for(Artifact.objects.filter(evidence__title=name).exists, "nobody was asked to look")
    page.goto(f"/deals/{house.deal.pk}/data-room/")
    link = page.locator(".card", has_text="by its content").get_by_role("link", name=name)
    expect(link).to_be_visible(timeout=SECONDS_OF_A_WORKER)
    link.click()
    page.get_by_role("button", name="Confirm and measure").click()
    row = measured_row(page, name)
    expect(row).to_contain_text("Ada Analyst", timeout=SECONDS_OF_A_WORKER)
    expect(page.locator("#room-progress")).to_have_count(0, timeout=SECONDS_OF_A_WORKER)


def measured_row(page: Page, name: str) -> Locator:
    return page.locator("tr", has_text=name)


def corrects_the_label(page: Page, house: House) -> None:
    """By the guessed label all is right; by the column that came later nine of ten are."""
    expect(measured_row(page, "predictions.csv")).to_contain_text("2,000 rows, accuracy 1")
    page.get_by_role("link", name="predictions.csv").click()
    page.get_by_label("What turned out to be true").select_option(label="outcome")
    page.get_by_role("button", name="Correct and measure").click()
    expect(measured_row(page, "predictions.csv")).to_contain_text(
        "accuracy 0.900", timeout=SECONDS_OF_A_WORKER
    )
    page.get_by_role("link", name="predictions.csv").click()
    accuracy = page.locator("tr", has_text="Accuracy").first
    expect(accuracy).to_contain_text("0.9000")
    expect(accuracy).to_contain_text("0.8861 to 0.9124")
    expect(accuracy).to_contain_text("2,000")
    expect(page.get_by_text("20 predictions drawn, each followed to its end")).to_be_visible()
    expect(page.locator("ol li", has_text="accuracy")).to_have_count(2)


def quotes_the_deck(page: Page, house: House) -> None:
    page.goto(f"/deals/{house.deal.pk}/claims/")
    page.get_by_role("link", name="Quote a claim").click()
    page.get_by_label("In their words").fill("95% accuracy in production")
    page.get_by_label("Claimed value").fill("95%")
    page.get_by_label("Document").select_option(label="deck.pdf")
    page.locator("#id_page").fill("2")
    page.get_by_role("button", name="Add and test").click()
    expect(page.locator("#toasts")).to_contain_text("The claim stands in the ledger: contradicted.")


def sees_it_contradicted(page: Page, house: House) -> None:
    row = page.locator(".ledger tr", has_text="95% accuracy in production")
    expect(row).to_contain_text("Contradicted")
    expect(row).to_contain_text("95% interval 0.886 to 0.912")
    expect(row.get_by_role("link", name="deck.pdf, page 2")).to_have_attribute(
        "href", pattern_of_page(2)
    )
    row.locator("summary").click()
    place = row.locator(".places li").first
    expect(place).to_contain_text("predictions.csv")
    expect(place).to_contain_text("n = 2,000")


def pattern_of_page(number: int) -> re.Pattern[str]:
    return re.compile(rf"/evidence/[0-9a-f-]+/read/#page={number}$")


def asks_for_what_decides(page: Page, house: House) -> None:
    """The log has no score, so nothing decides the ROC AUC until one with scores comes."""
    page.goto(f"/deals/{house.deal.pk}/claims/quote/")
    page.get_by_label("In their words").fill("ROC AUC above 0.8")
    page.get_by_label("Metric").select_option(label="ROC AUC")
    page.get_by_label("Claimed value").fill("0.8")
    page.get_by_role("button", name="Add and test").click()
    row = page.locator(".ledger tr", has_text="ROC AUC above 0.8")
    expect(row).to_contain_text("Unsupported")
    expect(row).to_contain_text("Would decide it")
    row.get_by_role("button", name="Ask the founder").click()
    expect(page.locator("#toasts")).to_contain_text("On the startup's list now")
    expect(page.locator(".ledger tr", has_text="ROC AUC above 0.8")).to_contain_text("Asked for on")


def founder_hands_it_in(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="A log of predictions with the true outcome beside each").click()
    file = FilePayload(name="scored.csv", mimeType="text/csv", buffer=a_served_log(scored=True))
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator("form").filter(has=page.locator("input[type=file]")).get_by_role(
        "button"
    ).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind Vision")


def sees_the_verdict_change(page: Page, house: House) -> None:
    confirms(page, house, "scored.csv")
    page.goto(f"/deals/{house.deal.pk}/claims/")
    row = page.locator(".ledger tr", has_text="ROC AUC above 0.8")
    expect(row).to_contain_text("Supported")
    expect(row).to_contain_text("Answered: scored.csv")
    row.get_by_role("link", name="ROC AUC above 0.8").click()
    history = page.locator("ol .verdict")
    expect(history).to_have_text(["Supported", "Unsupported"])


def puts_it_to_the_startup(page: Page, house: House, founder: Page) -> None:
    founder.reload()
    expect(founder.get_by_text("What do you say to this?")).to_have_count(0)
    page.goto(f"/deals/{house.deal.pk}/claims/")
    page.locator(".ledger").get_by_role("link", name="95% accuracy in production").click()
    page.get_by_label("A word to the founder").fill("Is this the pilot?")
    page.get_by_role("button", name="Put it to the startup").click()
    expect(page.locator("#toasts")).to_contain_text("The startup sees this contradiction now")


def founder_rebuts(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="95% accuracy in production").click()
    expect(page.locator("main")).to_contain_text("0.900, 95% interval 0.886 to 0.912")
    expect(page.locator("main")).to_contain_text("Is this the pilot?")
    page.get_by_label("What you say to it").fill(REBUTTAL)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind Vision")


def issued_report(page: Page, house: House, folder: Path) -> str:
    page.goto(f"/deals/{house.deal.pk}/claims/")
    expect(page.locator(".ledger tr", has_text="95% accuracy")).to_contain_text(REBUTTAL)
    page.goto(f"/deals/{house.deal.pk}/reports/")
    page.get_by_role("button", name="Issue a report").click()
    link = page.get_by_role("link", name="PDF")
    expect(link).to_be_visible(timeout=SECONDS_OF_A_WORKER)
    with page.expect_download() as download:
        link.click()
    path = folder / "report.pdf"
    download.value.save_as(path)
    return "\n".join(each.extract_text() for each in PdfReader(path).pages)
