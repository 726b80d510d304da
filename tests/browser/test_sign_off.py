"""A partner signs off, issues the report, and every figure is the same wherever it stands.

Two people scored blind; what they differ on is settled, the decision is signed in the browser, a
worker draws and signs the PDF, and somebody without an account verifies the file.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from diligence.services.tokens import create_token
from rubrics.models import Assessment
from rubrics.services.reviewing import assign
from rubrics.services.settling import Decided, adjudicate, dissent
from tests.browser.premises import furnish, let_sign_in, open_premises, sign_in
from tests.cast import Cast, some_evidence, whole_cast
from tests.rubrics.building import scored_blind

pytestmark = pytest.mark.browser
PATIENCE = 60_000
SECONDS_OF_A_WORKER = 90_000
WIDE = "label-quality"
VARIED = {"data-versioning": 1, "experiment-tracking": 0, "audit-trail": None}
DISSENT = "The guide covers both vendors."


@dataclass(frozen=True)
class House:
    """The running product, its people, and an assessment that waits for a third person."""

    address: str
    cast: Cast
    assessment: Assessment
    token: str


@pytest.fixture
def house(process_environment: dict[str, str], tmp_path: Path) -> Iterator[House]:
    furnish()
    cast = whole_cast()
    assessment = scored_blind(
        cast.deal, (cast.reviewer, {**VARIED, WIDE: 2}), (cast.outsider, {**VARIED, WIDE: 0})
    )
    let_sign_in(cast.partner)
    token = create_token(actor=cast.analyst, name="Spreadsheet")[1]
    with open_premises(process_environment, tmp_path / "processes") as address:
        yield House(address, cast, assessment, token)


def test_what_a_partner_signs_is_printed_and_every_figure_is_the_same_everywhere(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    page = partners_page(browser, house)
    is_refused_while_reviewers_differ(page, house)
    is_settled_by_a_third_person(house)
    signs_with_a_condition(page, house)
    path = issues_and_downloads(page, house, tmp_path)
    data, text = attached(path), printed(path)
    shown = on_the_dashboard(page, house)
    told = asked_of_the_api(house)
    figures_are_the_same(data, text, shown, told)
    decision_and_dissent_are_printed(text)
    file_is_signed_and_anybody_can_verify_it(browser, house, path, data)


def partners_page(browser: Browser, house: House) -> Page:
    context = browser.new_context(base_url=house.address, locale="en-GB", accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in(page, house.cast.partner.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pipeline")
    return page


def is_refused_while_reviewers_differ(page: Page, house: House) -> None:
    page.goto(f"/deals/{house.cast.deal.pk}/reports/")
    page.get_by_role("link", name="Sign-off").click()
    expect(page.locator(".notice")).to_contain_text("waits for a third person's decision")
    page.get_by_label("Go", exact=True).check()
    page.get_by_label("Why").fill("It looks fine.")
    page.get_by_role("button", name="Sign").click()
    expect(page.locator("main")).to_contain_text("waits for a third person's decision")
    assert not house.assessment.sign_offs.exists()


def is_settled_by_a_third_person(house: House) -> None:
    cast, assessment = house.cast, house.assessment
    assign(actor=cast.analyst, assessment=assessment, user=cast.partner, role="third")
    evidence = some_evidence(cast.deal, by=cast.founder)
    decided = adjudicate(
        actor=cast.partner, assessment=assessment, criterion_id=WIDE, no_conflict=True,
        given=Decided(1, "The guide is dated.", evidence=(evidence.pk,)),
    )  # fmt: skip
    dissent(actor=cast.reviewer, adjudication=decided, words=DISSENT)


def signs_with_a_condition(page: Page, house: House) -> None:
    page.goto(f"/deals/{house.cast.deal.pk}/sign-off/")
    page.get_by_label("Go, with conditions").check()
    page.get_by_label("Why").fill("Sound, once the labels have a guide.")
    page.get_by_label("Condition 1", exact=True).fill("A labelling guide that two people use.")
    page.get_by_label("To be met by, condition 1").fill("2099-01-31")
    page.get_by_role("button", name="Sign").click()
    expect(page.locator("aside")).to_contain_text("A labelling guide that two people use.")


def issues_and_downloads(page: Page, house: House, folder: Path) -> Path:
    page.goto(f"/deals/{house.cast.deal.pk}/reports/")
    page.get_by_role("button", name="Issue a report").click()
    link = page.get_by_role("link", name="PDF")
    expect(link).to_be_visible(timeout=SECONDS_OF_A_WORKER)
    with page.expect_download() as download:
        link.click()
    path = folder / "report.pdf"
    download.value.save_as(path)
    return path


def attached(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PdfReader(path).attachments["report.json"][0])
    return found


def printed(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def on_the_dashboard(page: Page, house: House) -> str:
    page.goto(f"/deals/{house.cast.deal.pk}/risk/")
    return " ".join(page.locator("main").inner_text().split())


def asked_of_the_api(house: House) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the server of this test
        f"{house.address}/api/v1/deals/{house.cast.deal.pk}/score/",
        headers={"Authorization": f"Bearer {house.token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - a server of this test
        told: dict[str, Any] = json.load(answer)
    return told


def figures_are_the_same(data: dict[str, Any], text: str, shown: str, told: dict[str, Any]) -> None:
    head, asked = data["rollup"]["headline"], told["rollup"]["headline"]
    for name in ("score", "low", "high"):
        assert head[name] == asked[name]
        assert f"{head[name]:.1f}" in text
        assert f"{head[name]:.1f}" in shown
    assert data["rollup"]["notation"] == told["standing"]["notation"]
    assert data["rollup"]["notation"] in text
    assert data["rollup"]["notation"] in shown
    for name in ("coverage", "confidence", "confidence_word"):
        assert data["rollup"][name] == told["rollup"][name]
    word, confidence = data["rollup"]["confidence_word"], f"{data['rollup']['confidence']:.2f}"
    assert f"Confidence {word} ({confidence})" in text
    assert f"Confidence {word} {confidence}" in shown
    assert len(data["lenses"]) == len(told["rollup"]["lenses"]) == 6
    for lens, other in zip(data["lenses"], told["rollup"]["lenses"], strict=True):
        assert lens["title"] == other["title"]
        assert lens["score"] == pytest.approx(other["score"], abs=5e-5)
        assert f"{lens['score']:.2f} of 4" in text
        assert f"{lens['title']} {lens['score']:.1f}" in shown
    levels = {c["id"]: c["level"] for lens in data["lenses"] for c in lens["criteria"]}
    asked_levels = {
        t["criterion"]: t["level"] for x in told["rollup"]["lenses"] for t in x["terms"]
    }
    assert levels == {name: asked_levels[name] for name in levels}
    assert levels[WIDE] == 1
    alpha = data["agreement"]["overall"]["alpha"]
    assert f"{alpha:.2f}" in text


def decision_and_dissent_are_printed(text: str) -> None:
    assert "Go, with conditions" in text
    assert "A labelling guide that two people use." in text
    assert "by 2099-01-31" in text
    assert DISSENT in text
    assert "The guide is dated." in text


def file_is_signed_and_anybody_can_verify_it(
    browser: Browser, house: House, path: Path, data: dict[str, Any]
) -> None:
    with path.open("rb") as file:
        (signature,) = PdfFileReader(file).embedded_signatures
        signature.compute_integrity_info()
        assert signature.coverage.name == "ENTIRE_FILE"
        assert signature.signer_cert.sha256.hex() == data["signature"]["certificate_sha256"]
    page = browser.new_context(base_url=house.address, locale="en-GB").new_page()
    page.goto("/verify/")
    page.get_by_label("The PDF").set_input_files(path)
    page.get_by_role("button", name="Verify").click()
    answer = page.locator(".notice")
    expect(answer).to_contain_text("was issued here and is unchanged")
    expect(answer).to_contain_text(data["mark"])
    assert not re.search("Northwind", page.content())
    changed = path.with_name("changed.pdf")
    changed.write_bytes(path.read_bytes() + b"\n")
    page.get_by_label("The PDF").set_input_files(changed)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".notice")).to_contain_text("This file is not known here")
