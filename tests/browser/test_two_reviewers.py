"""Two who score blind, to alpha, to a talk and to a third person's decision, in real browsers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from diligence.models import Deal, EvidenceItem, User
from rubrics.models import Assessment, Citation, Scorecard, Standing
from rubrics.selectors.assessments import applicable_criteria
from tests.browser.premises import open_premises
from tests.cast import Cast, signed_in, some_evidence, whole_cast
from tests.rubrics.building import give, the_rubric
from tests.rubrics.services.test_settling import STEP, VARIED, WIDE

pytestmark = pytest.mark.browser
FIRST = "data-inventory-provenance"
RITA: Mapping[str, int | None] = {**VARIED, STEP: 1, WIDE: 2}
OTTO: Mapping[str, int | None] = {**VARIED, STEP: 2, WIDE: 0}


@dataclass(frozen=True)
class Firm:
    """The running product, whom it is about, and a browser for each person."""

    cast: Cast
    evidence: EvidenceItem
    page_of: Callable[[User], Page]

    @property
    def deal(self) -> Deal:
        return self.cast.deal

    def at(self, rest: str) -> str:
        return f"/deals/{self.deal.pk}/{rest}"


@pytest.fixture
def firm(
    process_environment: dict[str, str], transactional_db: None, tmp_path: Path, browser: Browser
) -> Iterator[Firm]:
    cast = whole_cast()
    the_rubric()
    evidence = some_evidence(cast.deal, by=cast.founder)
    pages: dict[User, Page] = {}
    with open_premises(process_environment, tmp_path / "processes", ("web",)) as address:

        def page_of(user: User) -> Page:
            if user not in pages:
                context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
                session = signed_in(user).cookies["sessionid"].value
                context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
                pages[user] = context.new_page()
            return pages[user]

        yield Firm(cast, evidence, page_of)
        for page in pages.values():
            page.context.close()


def test_two_blind_reviewers_to_alpha_and_to_one_level_each(firm: Firm) -> None:
    cast = firm.cast
    opens_for_two(firm)
    scores(firm, cast.reviewer, RITA)
    nobody_sees_anything(firm)
    scores(firm, cast.outsider, OTTO)
    reads_the_agreement(firm)
    before = Standing.objects.get()
    assert before.low != before.high
    for user, level in ((cast.reviewer, 2), (cast.outsider, 1)):
        talks(firm.page_of(user), firm, level)
    expect(firm.page_of(cast.outsider).locator("article")).to_contain_text(
        "The talk came to no one level, so the lower counts: 1."
    )
    decides(firm)
    dissents(firm)
    page = firm.page_of(cast.analyst)
    page.goto(firm.at("agreement/"))
    expect(page.locator("main")).to_contain_text("Nothing stands in the way.")
    after = Standing.objects.get()
    assert after.is_final
    assert after.low == after.headline == after.high
    page.goto(firm.at("risk/"))
    expect(page.locator("#h-headline")).to_have_text(after.notation)


def opens_for_two(firm: Firm) -> None:
    """The analyst opens the assessment and asks two to score and a third to decide."""
    page = firm.page_of(firm.cast.analyst)
    page.goto(firm.at("scorecard/"))
    page.get_by_label("Mode").select_option(value="blind")
    page.get_by_role("button", name="Freeze and open").click()
    for user, role in (
        (firm.cast.reviewer, "reviewer"), (firm.cast.outsider, "reviewer"),
        (firm.cast.partner, "third"),
    ):  # fmt: skip
        page.goto(firm.at("reviewers/"))
        page.get_by_label("Who", exact=True).select_option(label=str(user))
        page.get_by_label("For what").select_option(value=role)
        page.get_by_role("button", name="Ask by mail").click()
        expect(page.locator("#toasts")).to_contain_text(f"{user} is asked")
    expect(page.locator(".seat")).to_have_count(3)


def scores(firm: Firm, user: User, levels: Mapping[str, int | None]) -> None:
    """Declares, scores one criterion with the keyboard, and hands in the whole scorecard."""
    page = firm.page_of(user)
    page.goto(firm.at("scorecard/"))
    page.get_by_label("I have no stake in").check()
    page.get_by_role("button", name="Declare and begin").click()
    page.get_by_role("link", name="Begin").click()
    page.wait_for_load_state()  # The keys are heard once the script is there.
    page.get_by_label("Evidence", exact=True).select_option(value="E3")
    page.locator("body").press("u")
    expect(page.locator("[data-level='unknown']")).to_be_checked()
    page.locator("body").press("2")
    expect(page.locator("[data-level='2']")).to_be_checked()
    expect(page.locator(".level-option--proposed")).to_have_count(0)
    with page.expect_response(lambda it: "register" in (it.request.post_data or "")):
        page.get_by_label("Why this level").fill("The register names every set.")
        page.get_by_label("Why this level").blur()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")
    here = page.url
    page.locator("body").press("j")
    expect(page).not_to_have_url(here)
    page.wait_for_load_state()
    page.locator("body").press("k")
    expect(page).to_have_url(here)
    scorecard = Scorecard.objects.get(reviewer=user)
    scored = set(scorecard.scores.values_list("criterion", flat=True))
    assert scored == {FIRST}
    for criterion in criteria_of(scorecard):
        if criterion not in scored:
            give(scorecard, criterion, levels.get(criterion, 2), why=f"Seen by {user}.")
    score = scorecard.scores.get(criterion=WIDE)
    Citation.objects.create(score=score, evidence=firm.evidence)
    page.goto(firm.at("scorecard/"))
    page.get_by_role("button", name="Submit the scorecard").click()
    page.get_by_role("button", name="Submit for good").click()
    expect(page.locator("#toasts")).to_contain_text("The scorecard is submitted.")


def criteria_of(scorecard: Scorecard) -> list[str]:
    return [criterion.id for criterion in applicable_criteria(scorecard.assessment)]


def nobody_sees_anything(firm: Firm) -> None:
    """With one of two scorecards in, neither the partner nor the other reviewer sees a score."""
    for user in (firm.cast.partner, firm.cast.outsider, firm.cast.analyst):
        page = firm.page_of(user)
        page.goto(firm.at("risk/"))
        expect(page.locator("main")).to_contain_text("Reviewers still score blind")
        page.goto(firm.at("activity/"))
        expect(page.locator("main")).to_contain_text("submitted the scorecard")
        assert page.goto(firm.at("agreement/")).status == 404  # type: ignore[union-attr] # a page that is opened answers
    assert Assessment.objects.get().is_blind


def reads_the_agreement(firm: Firm) -> None:
    page = firm.page_of(firm.cast.analyst)
    page.goto(firm.at("reviewers/"))
    page.get_by_role("link", name="Agreement").click()
    expect(page.locator("#h-alpha")).to_contain_text("alpha 0.9")
    expect(page.locator("main")).to_contain_text("95% interval")
    expect(page.locator("[aria-labelledby=h-adjudicate]")).to_contain_text(
        "The levels differ by 2."
    )
    expect(page.locator("[aria-labelledby=h-talk] .difference")).to_have_count(1)


def talks(page: Page, firm: Firm, level: int) -> None:
    page.goto(firm.at(f"agreement/{STEP}/"))
    page.get_by_label("Level after the talk", exact=True).select_option(value=str(level))
    page.get_by_label("What the decision test says").fill("Tests run, but not on each change.")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("#toasts")).to_contain_text("is recorded")


def decides(firm: Firm) -> None:
    """The third person is refused without evidence, loses no word by it, and decides."""
    page = firm.page_of(firm.cast.partner)
    page.goto(firm.at(f"agreement/{WIDE}/"))
    page.get_by_label("Level", exact=True).select_option(value="1")
    lines = page.get_by_label("Two lines on what the evidence shows")
    lines.fill("One labeller and a guide.\nNo second labeller appears.")
    page.get_by_label("I have no stake in").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Tick the evidence")
    expect(lines).to_have_value("One labeller and a guide.\nNo second labeller appears.")
    page.locator("[name=cite-evidence]").check()
    page.get_by_label("I have no stake in").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("article")).to_contain_text("Decided: level 1.")


def dissents(firm: Firm) -> None:
    page = firm.page_of(firm.cast.reviewer)
    page.goto(firm.at(f"agreement/{WIDE}/"))
    page.get_by_label("What you hold against it").fill("The guide covers both vendors.")
    page.get_by_role("button", name="Keep my dissent beside the decision").click()
    expect(page.locator(".dissent")).to_contain_text("Dissent of Rita Reviewer")
