"""The main job as people do it: from a new deal to the PDF that a partner downloads.

One test, because each step stands on what the people before left behind. Web and workers are real
processes; what is looked at is what stands on the pages.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, expect
from pypdf import PdfReader

from audits.models import AuditRun
from diligence.models import Deal, FirmRole, OutboundMail, User
from rubrics.models import Score, Scorecard
from rubrics.selectors.assessments import sheets_of
from rubrics.services.scorecards import GivenScore, submit_score
from tests.browser.premises import furnish, let_sign_in, open_premises, sign_in
from tests.cast import a_template, person
from tests.make import git, make_bundle, make_repo

pytestmark = pytest.mark.browser
PATIENCE = 60_000
FOUNDER = "freya@brightloom.example"
CARD = b"# Model card\n\nLoom v7 flags weaving faults. Trained on 2.1 million labelled images.\n"

FIRST = {
    "requirements.txt": "mlflow==2.9.2\nscikit-learn==1.4.0\npandas==2.2.0\n",
    "train.py": (
        "import mlflow\n"
        "import pandas as pd\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "\n"
        "frame = pd.read_csv('data/faults.csv')\n"
        "model = RandomForestClassifier()\n"
        "with mlflow.start_run():\n"
        "    model.fit(frame.drop(columns=['fault']), frame['fault'])\n"
        "    mlflow.log_metric('f1', 0.91)\n"
    ),
}
SECOND = {
    "Dockerfile": 'FROM python:3.11\nCOPY . /app\nCMD ["python", "/app/train.py"]\n',
    "tests/test_train.py": "def test_faults() -> None:\n    assert 1 + 1 == 2\n",
    ".github/workflows/ci.yml": (
        "name: ci\n"
        "on: [push]\n"
        "jobs:\n"
        "  test:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: pip install -r requirements.txt\n"
        "      - run: pytest\n"
    ),
}


@dataclass(frozen=True)
class House:
    """The running product and the people of the firm."""

    address: str
    analyst: User
    reviewer: User
    partner: User


@pytest.fixture
def house(process_environment: dict[str, str], tmp_path: Path) -> Iterator[House]:
    furnish()
    a_template()
    people = [
        person("analyst", FirmRole.ANALYST, name="Ada Analyst"),
        person("reviewer", FirmRole.REVIEWER, name="Rita Reviewer"),
        person("partner", FirmRole.PARTNER, name="Pia Partner"),
    ]
    let_sign_in(*people)
    with open_premises(process_environment, tmp_path / "processes") as address:
        yield House(address, *people)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small repository with its history: trained and tracked first, tested and built later."""
    repo = make_repo(tmp_path / "work", FIRST, commits=[SECOND])
    git(repo, "tag", "v1", "HEAD~1")
    return make_bundle(repo, tmp_path / "brightloom.bundle")


def browser_of(browser: Browser, house: House) -> BrowserContext:
    """Somebody's own browser."""
    context = browser.new_context(
        base_url=house.address, locale="en-GB", timezone_id="UTC", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    return context


def signed_in_page(browser: Browser, house: House, user: User, lands_on: str = "Pipeline") -> Page:
    """A page of someone who signed in with address and password."""
    page = browser_of(browser, house).new_page()
    sign_in(page, user.email)
    expect(page.get_by_role("heading", level=1)).to_have_text(lands_on)
    return page


def test_a_deal_goes_from_the_first_click_to_the_report_that_a_partner_downloads(
    house: House, bundle: Path, browser: Browser, tmp_path: Path
) -> None:
    analyst = signed_in_page(browser, house, house.analyst)
    opens_a_deal(analyst)
    deal = Deal.objects.get()
    moves_it_on_the_board(analyst)
    puts_the_reviewer_on_it(analyst, deal)
    link = invites_the_founder(analyst, deal)
    founder = founder_enters(browser, house, link)
    issues_a_questionnaire(analyst, deal)
    founder_answers(founder, deal)
    founder_sees_what_is_missing_and_submits(founder, deal)
    asks_back(analyst, deal)
    founder_answers_that_one_only(founder)
    accepts(analyst, deal)
    run_address = audits_the_bundle(analyst, deal, bundle)
    compares_two_runs(analyst, deal, run_address)
    opens_the_assessment(analyst, deal)
    reviewer = signed_in_page(browser, house, house.reviewer, lands_on=deal.startup.name)
    reviewer_scores(reviewer, deal, house.reviewer)
    reviewer_reads_the_dashboard(reviewer, deal)
    partner = signed_in_page(browser, house, house.partner)
    headline, notation = partner_reads(partner, deal)
    pdf = partner_issues_a_report(partner, deal, tmp_path)
    text = "\n".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert notation in " ".join(text.split())
    assert headline in text
    for content in (bundle.read_bytes(), CARD):
        assert hashlib.sha256(content).hexdigest() in "".join(text.split())
    founder_sees_nothing_of_the_firm(founder, deal)


def opens_a_deal(page: Page) -> None:
    page.get_by_role("link", name="New deal").first.click()
    page.locator("#id_new-name").fill("Brightloom")
    page.get_by_label("What they do").fill("Cameras that see faults in woven cloth.")
    page.get_by_label("Name of the deal").fill("Seed 2026")
    page.get_by_label("Stage of the company").select_option(label="Seed")
    page.get_by_label("Amount").fill("2500000")
    page.get_by_label("Trains its own models").check()
    page.get_by_role("button", name="Open the deal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brightloom")
    expect(page.locator(".eyebrow").first).to_contain_text("Seed 2026 · Seed · 2,500,000 EUR")


def moves_it_on_the_board(page: Page) -> None:
    """By keyboard to the next stage, by mouse to the one after; a reload shows it there."""
    page.goto("/board/")
    card = page.locator("[data-card]", has_text="Brightloom")
    expect(column(page, "Sourced").locator("[data-card]")).to_have_count(1)
    card.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    with page.expect_response(re.compile("/move/")) as answer:
        page.keyboard.press("Space")
    assert answer.value.status == 204
    expect(page.locator("#live")).to_have_text("Brightloom is now in Screening.")
    with page.expect_response(re.compile("/move/")) as answer:
        card.drag_to(column(page, "Diligence").locator("[data-cards]"))
    assert answer.value.status == 204
    page.reload()
    expect(column(page, "Diligence").locator("[data-card]")).to_have_count(1)
    expect(column(page, "Sourced").locator("[data-count]")).to_have_text("0")


def column(page: Page, name: str) -> Locator:
    return page.locator(f"[data-stage-name='{name}']")


def puts_the_reviewer_on_it(page: Page, deal: Deal) -> None:
    page.goto(f"/deals/{deal.pk}/")
    page.get_by_label("Person").select_option(label="Rita Reviewer · Reviewer")
    page.get_by_role("button", name="Add to the team").click()
    expect(page.locator("#toasts")).to_contain_text("Rita Reviewer is on the deal: Reviewer")


def invites_the_founder(page: Page, deal: Deal) -> str:
    """Sends the invitation and finds its link on the page of mails."""
    page.locator("#invite_email").fill(FOUNDER)
    page.locator("#invite_name").fill("Freya Founder")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.locator("#toasts")).to_contain_text(f"The invitation to {FOUNDER} is on its way.")
    page.get_by_label("Your account").click()
    page.get_by_role("link", name="Mail", exact=True).click()
    page.locator("tr", has_text=FOUNDER).get_by_role("link").click()
    link = page.locator(".mail-text a", has_text="/invitation/").get_attribute("href")
    assert link
    return link


def founder_enters(browser: Browser, house: House, link: str) -> Page:
    page = browser_of(browser, house).new_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your room")
    expect(page.get_by_label("Your name")).to_have_value("Freya Founder")
    page.get_by_role("button", name="Enter the room").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    sent = OutboundMail.objects.filter(to=FOUNDER, subject="Your sign-in code").latest("created_at")
    code = re.search(r"^ {4}(\S+)$", sent.body, re.MULTILINE)
    assert code is not None
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brightloom")
    expect(page.get_by_text("Nothing is asked of you yet")).to_be_visible()
    return page


def issues_a_questionnaire(page: Page, deal: Deal) -> None:
    page.goto(f"/deals/{deal.pk}/questionnaires/")
    page.get_by_label("Questionnaire").select_option(label="A little of everything (version 1)")
    page.get_by_label("A word to the founder").fill("Short answers are fine.")
    page.get_by_role("button", name="Issue").click()
    expect(page.locator("#toasts")).to_contain_text("A little of everything is with the startup.")


def question(page: Page, name: str) -> Locator:
    """The section of one question."""
    return page.locator(f"#q-{name}")


def saved(page: Page, name: str) -> None:
    """Waits until an answer says that it is saved."""
    expect(question(page, name).locator("[data-autosave-state]")).to_have_text(
        re.compile(r"Saved at \d\d:\d\d")
    )


def founder_answers(page: Page, deal: Deal) -> None:
    """Answers by themselves are saved; a yes brings up the question that hangs on it."""
    page.goto(f"/room/{deal.pk}/")
    expect(page.get_by_text("Short answers are fine.")).to_be_visible()
    page.get_by_role("link", name="Start").click()
    page.get_by_role("link", name="Start with Your models").click()
    expect(question(page, "retraining")).to_be_hidden()
    question(page, "trains").get_by_label("Yes").check()
    expect(question(page, "retraining")).to_be_visible()
    saved(page, "trains")
    question(page, "retraining").get_by_label("Every month").check()
    saved(page, "retraining")
    question(page, "tools").get_by_label("MLflow").check()
    saved(page, "tools")
    question(page, "maturity").get_by_label("2", exact=True).check()
    saved(page, "maturity")
    expect(page.locator(".section-nav__total")).to_contain_text("4 of")
    page.reload()
    expect(question(page, "retraining").get_by_label("Every month")).to_be_checked()
    page.get_by_role("link", name="Numbers and dates").click()
    refuses_a_number(page)
    rows = question(page, "metrics")
    rows.get_by_label("Metric, row 1").fill("F1")
    rows.get_by_label("Value, row 1").fill("0.91")
    rows.get_by_label("Held out, row 1").select_option(label="Yes")
    rows.get_by_label("Split, row 1").select_option(label="By time")
    saved(page, "metrics")
    page.locator("[name='last-trained.value']").fill("2026-10-02")
    saved(page, "last-trained")


def refuses_a_number(page: Page) -> None:
    """What does not fit is said beside the field, and goes away with the right number."""
    rows = question(page, "rows")
    rows.get_by_role("textbox").first.fill("a lot")
    rows.get_by_role("textbox").first.blur()
    expect(rows.locator("[data-autosave-errors]")).not_to_be_empty()
    rows.get_by_role("textbox").first.fill("2100000")
    rows.get_by_role("textbox").first.blur()
    saved(page, "rows")
    expect(rows.locator("[data-autosave-errors]")).to_be_empty()


def founder_sees_what_is_missing_and_submits(page: Page, deal: Deal) -> None:
    page.get_by_role("link", name="3 still missing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is missing")
    missing = page.locator(".link-list li")
    expect(missing).to_have_text(
        [
            "What is the main model called?",
            "When was the main model last trained? Evidence to attach",
            "Please hand over the model card.",
        ]
    )
    missing.nth(0).get_by_role("link").click()
    question(page, "main-model").get_by_role("textbox").first.fill("Loom v7")
    question(page, "main-model").get_by_role("textbox").first.blur()
    saved(page, "main-model")
    page.get_by_role("link", name="Numbers and dates").click()
    attach(page, "card", "model-card.md", CARD)
    attach(page, "last-trained", "run-4711.log", b"2026-10-02 epoch 30 f1=0.91\n")
    page.get_by_role("button", name="Save and see what is missing").click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    page.get_by_role("link", name="Review and submit").click()
    page.get_by_role("button", name="Submit to the firm").click()
    expect(page.get_by_text("This is with the firm now.")).to_be_visible()


def attach(page: Page, name: str, filename: str, content: bytes) -> None:
    place = question(page, name)
    file = FilePayload(name=filename, mimeType="text/plain", buffer=content)
    place.locator("input[type=file]").set_input_files(file)
    expect(place.locator(".file-list__name")).to_have_text(filename)


def asks_back(page: Page, deal: Deal) -> None:
    """The firm reads the answers with their evidence and asks back on one."""
    page.goto(f"/deals/{deal.pk}/questionnaires/")
    page.get_by_role("link", name="A little of everything").click()
    expect(question(page, "retraining")).to_contain_text("Every month")
    expect(question(page, "card")).to_contain_text("model-card.md")
    expect(question(page, "card")).to_contain_text(hashlib.sha256(CARD).hexdigest()[:12])
    question(page, "rows").get_by_text("Ask back").click()
    question(page, "rows").get_by_role("textbox").fill("Before or after removing duplicates?")
    question(page, "rows").get_by_role("button", name="Reopen this answer and ask").click()
    expect(question(page, "rows")).to_contain_text("Before or after removing duplicates?")
    expect(question(page, "rows").locator(".state").first).to_have_text("Asked back")


def founder_answers_that_one_only(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="The firm wants to know more")).to_be_visible()
    page.get_by_role("link", name="How many rows does the training set have?").click()
    expect(question(page, "metrics").locator("input")).to_have_count(0)
    question(page, "rows").get_by_role("textbox", name="How many rows").fill("1900000")
    question(page, "rows").get_by_role("textbox", name="How many rows").blur()
    saved(page, "rows")
    page.get_by_role("link", name="Review and submit").click()
    page.get_by_role("button", name="Submit to the firm").click()
    expect(page.get_by_text("This is with the firm now.")).to_be_visible()


def accepts(page: Page, deal: Deal) -> None:
    page.reload()
    expect(question(page, "rows")).to_contain_text(re.compile(r"1\s900\s000 rows"))
    question(page, "rows").get_by_role("button", name="Accept").click()
    expect(question(page, "rows").locator(".state").first).to_have_text("Accepted")
    page.get_by_role("button", name="Accept all that is submitted").click()
    expect(page.locator("main .state").first).to_have_text("Accepted")


def audits_the_bundle(page: Page, deal: Deal, bundle: Path) -> str:
    """Uploads it and stays on the page of the run until the results stand there."""
    page.goto(f"/deals/{deal.pk}/audits/")
    page.get_by_label("Git bundle or archive").set_input_files(bundle)
    page.get_by_role("button", name="Add and audit").first.click()
    substance = page.locator("#h-substance")
    expect(substance).to_have_text("AI substance: claims, moat, economics", timeout=60_000)
    expect(page.locator(".run-head .state")).to_have_text("Done")
    tracked = page.locator("#p-experiment-tracking")
    expect(tracked.locator(".practice__verdict")).to_contain_text("Yes")
    tracked.locator("summary").click()
    cited = tracked.locator(".excerpt__cited")
    expect(cited.first).to_be_visible()
    lines = FIRST["train.py"].splitlines()
    numbers = tracked.locator(".excerpt__cited .excerpt__number").all_inner_texts()
    texts = tracked.locator(".excerpt__cited .excerpt__text").all_inner_texts()
    assert [text.strip() for text in texts] == [lines[int(n) - 1].strip() for n in numbers]
    return page.url


def compares_two_runs(page: Page, deal: Deal, first: str) -> None:
    """The run before the workflow was there says so; the newest run is the whole repository."""
    page.goto(f"/deals/{deal.pk}/audits/")
    page.get_by_label("Branch, tag or commit").fill("v1")
    page.get_by_role("button", name="Audit", exact=True).click()
    expect(page.locator("#h-substance")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Compare with the run before").click()
    change = page.locator("tr", has_text="ci-present")
    expect(change.locator("td").nth(1)).to_contain_text("Yes")
    expect(change.locator("td").nth(2)).to_contain_text("No")
    page.goto(first)
    page.get_by_role("button", name="Audit again").click()
    expect(page).not_to_have_url(first)
    expect(page.locator("#h-substance")).to_be_visible(timeout=60_000)
    assert AuditRun.objects.filter(deal=deal, state="succeeded").count() == 3


def opens_the_assessment(page: Page, deal: Deal) -> None:
    page.goto(f"/deals/{deal.pk}/scorecard/")
    page.get_by_label("Mode").select_option(value="assisted")
    page.get_by_role("button", name="Freeze and open").click()
    expect(page.locator("#toasts")).to_contain_text("rubric and profile are frozen")


def reviewer_scores(page: Page, deal: Deal, reviewer: User) -> None:
    """Declares no conflict, scores some criteria with the keyboard, is refused one level."""
    page.goto(f"/deals/{deal.pk}/scorecard/")
    page.get_by_label("I have no stake in Brightloom").check()
    page.get_by_role("button", name="Declare and begin").click()
    page.get_by_role("link", name="Begin").click()
    for level in ("1", "2", "1", "2", "1"):
        score_by_keyboard(page, level)
    refused_above_its_ceiling(page)
    fill_the_rest(reviewer)
    page.goto(f"/deals/{deal.pk}/scorecard/")
    page.get_by_role("button", name="Submit the scorecard").click()
    page.get_by_role("button", name="Submit for good").click()
    expect(page.locator("#toasts")).to_contain_text("The scorecard is submitted.")


def score_by_keyboard(page: Page, level: str) -> None:
    """A level, its evidence and its reason, then the next criterion."""
    here = page.url
    page.wait_for_load_state()  # a key is heard once the page is whole
    page.get_by_label("Evidence", exact=True).select_option(value="E2")
    page.locator("body").press(level)
    expect(page.locator(f"[data-level='{level}']")).to_be_checked()
    page.get_by_label("Why this level").fill("As the cited lines show.")
    citation = page.locator("[name^=cite-]").first
    if citation.count():
        citation.check()
    page.get_by_role("button", name="Save and next").click()
    expect(page).not_to_have_url(here)


def refused_above_its_ceiling(page: Page) -> None:
    here = page.url
    page.wait_for_load_state()  # a key is heard once the page is whole
    page.get_by_label("Evidence", exact=True).select_option(value="E0")
    page.locator("body").press("4")
    said = page.locator("[data-autosave-errors]")
    expect(said).to_contain_text("Level 4 is too high for this evidence.")
    page.locator("body").press("1")
    page.get_by_label("Why this level").fill("A statement only.")
    page.get_by_role("button", name="Save and next").click()
    expect(page).not_to_have_url(here)


def fill_the_rest(reviewer: User) -> None:
    """The other criteria through the service, as the pages would."""
    scorecard = Scorecard.objects.get(reviewer=reviewer)
    for number, sheet in enumerate(s for s in sheets_of(scorecard) if not s.is_decided):
        if number % 7 == 6:
            given = GivenScore(outcome=Score.Outcome.UNKNOWN)
        else:
            cites = tuple(practice.pk for practice in sheet.practices[:1])
            given = GivenScore(
                outcome=Score.Outcome.SCORED, level=1, grade="E2", practices=cites,
                rationale="Seen in the code.",
            )  # fmt: skip
        submit_score(
            actor=reviewer, scorecard=scorecard, criterion_id=sheet.criterion.id, given=given
        )


def reviewer_reads_the_dashboard(page: Page, deal: Deal) -> None:
    page.get_by_role("link", name="Risk", exact=True).click()
    expect(page.locator("figure.chart svg").first).to_be_visible()


def partner_reads(page: Page, deal: Deal) -> tuple[str, str]:
    """From the portfolio to the number and why it is that; returns headline and notation."""
    page.get_by_role("link", name="Portfolio").first.click()
    row = page.locator("#portfolio tbody tr", has_text="Brightloom")
    expect(row.locator("td.heat")).to_have_count(6)
    row.locator(".score").click()
    notation = page.locator("#h-headline").inner_text()
    headline = page.locator(".score--large .score__value").inner_text()
    assert re.fullmatch(r"\d{1,2}\.\d", headline)
    assert re.fullmatch(r"[A-D](-[A-D])?/[LMH]/-", notation)
    page.get_by_text("Why this number").click()
    page.locator("details table").get_by_role("link", name="Experimentation").first.click()
    term = page.locator("tr", has_text="Experiment tracking")
    expect(term).to_contain_text("Seen in the code.")
    term.get_by_role("link", name="experiment-tracking:").click()
    expect(page.locator(".excerpt__cited").first).to_contain_text("mlflow")
    return headline, notation


def partner_issues_a_report(page: Page, deal: Deal, folder: Path) -> Path:
    """Waits on the page until it is drawn, then downloads it."""
    page.goto(f"/deals/{deal.pk}/reports/")
    page.get_by_role("button", name="Issue a report").click()
    link = page.get_by_role("link", name="PDF")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "proofroom-brightloom-report-1.pdf"
    path = folder / "report.pdf"
    download.value.save_as(path)
    return path


def founder_sees_nothing_of_the_firm(page: Page, deal: Deal) -> None:
    for place in ("", "audits/", "questionnaires/", "risk/", "scorecard/", "reports/"):
        answer = page.goto(f"/deals/{deal.pk}/{place}")
        assert answer is not None
        assert answer.status == 404, place
