"""A questionnaire as people fill it in: two at once, on a train, in Excel, in part, by keyboard."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from diligence.models import Questionnaire, User
from diligence.services.delegation import assign
from diligence.services.evidence_requests import Need, request_evidence
from diligence.services.questionnaires import submit_questionnaire
from tests.browser.premises import open_premises
from tests.cast import Cast, a_founder, answer_all, signed_in, some_evidence, whole_cast
from tests.diligence.questionnaires.workbooks.test_round_trip import cell_of

pytestmark = pytest.mark.browser
PATIENCE = 60_000
MOST_TABS = 120
"""Nobody should need more of them to reach the next field of a section."""

NARROWEST = 200
"""Pixels that a question needs to be read as a line and not as a column of letters."""
PHONE = ViewportSize(width=390, height=800)

Opens = Callable[[User], Page]


@dataclass(frozen=True)
class Room:
    """A room of a running Proofroom, and a way in for anybody."""

    cast: Cast
    opens: Opens

    @property
    def questionnaire(self) -> Questionnaire:
        return self.cast.questionnaire

    def path(self, more: str = "") -> str:
        return f"/room/{self.cast.deal.pk}/questionnaire/{self.questionnaire.pk}/{more}"

    def stored(self, question: str) -> Any:
        row = self.questionnaire.answers.filter(question=question).first()
        return row.value if row else None


@pytest.fixture
def room(process_environment: dict[str, str], tmp_path: Path, browser: Browser) -> Iterator[Room]:
    cast = whole_cast()
    with open_premises(process_environment, tmp_path / "processes", ("web",)) as address:
        contexts = []

        def opens(user: User) -> Page:
            context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
            context.set_default_timeout(PATIENCE)
            session = signed_in(user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            contexts.append(context)
            return context.new_page()

        yield Room(cast, opens)
        for context in contexts:
            context.close()


def question(page: Page, name: str) -> Locator:
    return page.locator(f"#q-{name}")


def state(page: Page, name: str) -> Locator:
    return question(page, name).locator("[data-autosave-state]").first


def main_model(page: Page) -> Locator:
    return page.locator("[name='main-model.value']")


def test_two_people_of_one_startup_fill_it_in_at_once(room: Room) -> None:
    colleague = a_founder(room.cast.deal, "second@northwind.example", name="Sam Second")
    first, second = room.opens(room.cast.founder), room.opens(colleague)
    for page in (first, second):
        page.goto(room.path("models/"))
    main_model(first).fill("defects-v7")
    main_model(first).blur()
    question(second, "tools").get_by_label("MLflow").check()
    expect(state(first, "main-model")).to_contain_text("Saved")
    expect(state(second, "tools")).to_contain_text("Saved")

    main_model(second).fill("defects-v8")
    main_model(second).blur()
    told = question(second, "main-model").locator("[data-autosave-conflict]")
    expect(told).to_contain_text("Freya Founder changed this answer")
    expect(told.locator("blockquote")).to_have_text("defects-v7")
    expect(main_model(second)).to_have_value("defects-v8")
    assert room.stored("main-model") == "defects-v7"
    told.get_by_role("button", name="Save mine instead").click()
    expect(second.get_by_text("Saved.").first).to_be_visible()
    assert room.stored("main-model") == "defects-v8"
    assert room.stored("tools") == ["mlflow"]


def test_an_answer_written_without_a_connection_is_sent_later(room: Room) -> None:
    page = room.opens(room.cast.founder)
    page.goto(room.path("models/"))
    page.context.set_offline(offline=True)
    main_model(page).fill("written in a tunnel")
    main_model(page).blur()
    expect(state(page, "main-model")).to_contain_text("kept in this browser")
    assert room.stored("main-model") is None
    page.context.set_offline(offline=False)
    expect(state(page, "main-model")).to_contain_text("Saved")
    assert room.stored("main-model") == "written in a tunnel"


def test_what_was_written_before_the_lid_was_closed_is_there_afterwards(room: Room) -> None:
    page = room.opens(room.cast.founder)
    page.goto(room.path("models/"))
    page.context.set_offline(offline=True)
    main_model(page).fill("before the lid")
    main_model(page).blur()
    expect(state(page, "main-model")).to_contain_text("kept in this browser")
    context = page.context
    page.close()
    context.set_offline(offline=False)
    again = context.new_page()
    again.goto(room.path("models/"))
    expect(main_model(again)).to_have_value("before the lid")
    expect(state(again, "main-model")).to_contain_text("Saved")
    assert room.stored("main-model") == "before the lid"


def test_what_was_on_its_way_when_the_browser_ended_is_there_afterwards(room: Room) -> None:
    page = room.opens(room.cast.founder)
    page.goto(room.path("models/"))
    page.route("**/answer/main-model/", _never_answered)
    cannot = question(page, "main-model").locator("details.cannot")
    cannot.locator("summary").click()
    cannot.get_by_label("We cannot answer, because").check()
    cannot.locator("textarea").fill("It has no name yet.")
    cannot.locator("textarea").blur()
    expect(state(page, "main-model")).to_contain_text("Saving")
    again = page.context.new_page()
    page.close()
    again.goto(room.path("models/"))
    expect(question(again, "main-model").locator("details.cannot textarea")).to_be_visible()
    expect(state(again, "main-model")).to_contain_text("Saved")
    stored = room.questionnaire.answers.get(question="main-model")
    assert stored.cannot_answer == "It has no name yet."


def _never_answered(_: Route) -> None:
    """A request that a dead link swallows."""


def test_a_workbook_with_an_error_comes_back_with_its_cell(room: Room, tmp_path: Path) -> None:
    page = room.opens(room.cast.founder)
    page.goto(room.path())
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download workbook").click()
    book = openpyxl.load_workbook(BytesIO(downloading.value.path().read_bytes()))
    cell_of(book, "rows").value = "a lot"
    cell_of(book, "main-model").value = "defects-v7"
    wrong = cell_of(book, "rows").coordinate
    book.save(tmp_path / "answers.xlsx")
    page.get_by_role("link", name="Upload it again").click()
    page.get_by_label("Workbook").set_input_files(tmp_path / "answers.xlsx")
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.locator("main")).to_contain_text(wrong)
    expect(page.locator("main")).to_contain_text("Enter a number")
    assert room.stored("main-model") is None
    page.get_by_role("button", name=re.compile("Take over")).click()
    expect(page.locator("main")).not_to_contain_text("Enter a number")
    assert room.stored("main-model") == "defects-v7"
    assert room.stored("rows") is None


def test_what_is_asked_back_is_read_by_the_firm_only_once_it_is_handed_in_again(
    room: Room,
) -> None:
    answer_all(room.questionnaire, by=room.cast.founder)
    submit_questionnaire(actor=room.cast.founder, questionnaire=room.questionnaire)
    firm, founder = room.opens(room.cast.analyst), room.opens(room.cast.founder)
    firm.goto(f"/questionnaires/{room.questionnaire.pk}/")
    asked = question(firm, "main-model").get_by_role("heading").bounding_box()
    assert asked is not None
    assert asked["width"] > NARROWEST
    firm.goto(f"/questionnaires/{room.questionnaire.pk}/read/main-model/")
    firm.keyboard.press("b")
    firm.keyboard.type("Which version answers today?")
    firm.get_by_role("button", name="Reopen this answer and ask").click()
    expect(firm.get_by_text("Which version answers today?")).to_be_visible()

    founder.goto(room.path("models/"))
    expect(question(founder, "main-model")).to_contain_text("Which version answers today?")
    expect(question(founder, "trains").locator("input")).to_have_count(0)
    main_model(founder).fill("defects-v9")
    main_model(founder).blur()
    expect(state(founder, "main-model")).to_contain_text("Saved")
    firm.reload()
    expect(firm.locator(".reading__text")).to_have_text("defects-v7")
    founder.get_by_role("link", name="Review and submit").click()
    founder.get_by_role("button", name="Submit to the firm").click()
    expect(founder.get_by_text("This is with the firm now.")).to_be_visible()
    firm.reload()
    expect(firm.locator(".reading__text")).to_have_text("defects-v9")
    expect(firm.locator(".changes del").first).to_contain_text("defects-v7")
    firm.locator("[data-reading]").focus()
    firm.keyboard.press("a")
    expect(firm.locator("#reading-question")).to_have_text("How is a bad release taken back?")
    firm.keyboard.press("k")
    expect(firm.locator("#reading-question")).to_have_text("What is the main model called?")


def test_a_name_without_a_space_makes_no_page_wider_than_a_phone(room: Room) -> None:
    deal, long = room.cast.deal, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2
    deal.startup.name = long
    deal.startup.save()
    some_evidence(deal, by=room.cast.founder, filename=f"{long}.csv")
    asked = request_evidence(actor=room.cast.analyst, deal=deal, need=Need(long, long))
    home, base = f"/room/{deal.pk}/", f"/deals/{deal.pk}/"
    pages = {
        room.cast.founder: (
            home, f"{home}evidence/", f"{home}requests/{asked.pk}/", room.path(),
            room.path("models/"),
        ),
        room.cast.analyst: (base, f"{base}evidence/", f"{base}requests/"),
    }  # fmt: skip
    wide = []
    for user, paths in pages.items():
        page = room.opens(user)
        page.set_viewport_size(PHONE)
        for path in paths:
            page.goto(path)
            # What comes after the page is looked at too.
            page.wait_for_load_state("networkidle")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(path)
    assert wide == []


def test_a_delegate_sees_one_section_and_nothing_else(room: Room) -> None:
    delegate = a_founder(room.cast.deal, "numbers@northwind.example", name="Nora Numbers")
    member = room.cast.deal.room_members.get(user=delegate)
    assign(
        actor=room.cast.founder, member=member, limited=True,
        sections=[(str(room.questionnaire.pk), "numbers")],
    )  # fmt: skip
    page = room.opens(delegate)
    page.goto(room.path())
    expect(page.get_by_role("link", name="Numbers and dates").first).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Your models")
    answered = page.goto(room.path("models/"))
    assert answered is not None
    assert answered.status == 404
    page.goto(room.path("numbers/"))
    page.locator("[name='rows.value']").fill("1200")
    page.locator("[name='rows.value']").blur()
    expect(state(page, "rows")).to_contain_text("Saved")
    assert room.stored("rows") == 1200


def test_a_whole_questionnaire_is_filled_in_and_handed_in_by_keyboard_alone(room: Room) -> None:
    card = some_evidence(room.cast.deal, by=room.cast.founder, filename="card.md", content=b"# C")
    page = room.opens(room.cast.founder)
    page.goto(room.path())
    _press(page, "Start with Your models")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your models")
    _to(page, "[name='trains.value'][value='yes']")
    page.keyboard.press("Space")
    expect(state(page, "trains")).to_contain_text("Saved")
    expect(question(page, "retraining")).to_be_visible()
    _to(page, "[name='retraining.value']")
    page.keyboard.press("Space")
    expect(state(page, "retraining")).to_contain_text("Saved")
    _to(page, "[name='main-model.value']")
    page.keyboard.type("defects-v7")
    _press(page, "Save and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Numbers and dates")
    _to(page, "[name='rows.value']")
    page.keyboard.type("1200")
    _to(page, "[name='card.attach']")
    page.keyboard.press("ArrowDown")
    expect(question(page, "card").get_by_role("link", name=card.title)).to_be_visible()
    _press(page, "Save and see what is missing")
    _press(page, "Review and submit")
    _press(page, "Submit to the firm")
    expect(page.get_by_text("This is with the firm now.")).to_be_visible()
    assert room.stored("rows") == 1200
    assert room.stored("retraining") == "weekly"


def _to(page: Page, selector: str) -> None:
    """Tabs until the focus is there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached within {MOST_TABS} tabs")


def _press(page: Page, words: str) -> None:
    """Tabs to the link or button of these words and presses Enter, which leads to another page."""
    script = (
        "(w) => document.activeElement.matches('a, button') && "
        "document.activeElement.textContent.trim().startsWith(w)"
    )
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(script, words):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    pytest.fail(f"“{words}” is not reached within {MOST_TABS} tabs")
