"""Every main page, on a desk and on a phone, by day and by night, with the demo that ships.

Looked for is what nobody wants to see: a page wider than the screen, a script or style that fails,
something that the content policy stopped, a request to another site, a page without a heading, a
barrier for those who do not see or use a mouse, two things of one id, a link that leads to nothing.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.showcase import Showcase
from tests.browser.showrooms import Place

# The second mark only asks for the database; what the pages show is committed by the fixture.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach((each) => { each.open = true; })"
TWO_FRAMES = "() => new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))"
WIDEST = """() => {
  const wide = (e) => e.getBoundingClientRect().right > innerWidth + 1;
  const page = document.documentElement;
  if (page.scrollWidth <= innerWidth) return '';
  const all = [...document.querySelectorAll('main *')].filter(wide);
  const last = all[all.length - 1];
  return `${page.scrollWidth} px wide, ` + (last ? last.outerHTML.slice(0, 160) : 'no culprit');
}"""

TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `${id} is there twice`);
}"""
LINKS = "links => links.map((each) => each.href.split('#')[0])"

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
BARRIERS = """async () => {
  const found = await axe.run(document, {
    resultTypes: ['violations', 'incomplete'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    elementRef: true,
  });
  const byColour = ['color-contrast', 'link-in-text-block'];
  const open = found.incomplete.filter((each) => byColour.includes(each.id));
  window.undecided = open.flatMap((each) => each.nodes.map((node) => node.element));
  return found.violations
    .filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}"""
REMEMBER = """() => {
  // What contrast is made of; what stands within something that changed is searched with it.
  window.paint = (e) => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const seen = e.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
      box.width > 1 && box.height > 1 && box.right > 0;
    return [seen, style.color, style.backgroundColor, style.backgroundImage, style.opacity,
      style.fontSize, style.fontWeight, style.textDecorationLine, style.textShadow,
      style.clip, style.clipPath].join();
  };
  window.painted = new Map([...document.querySelectorAll('*')].map((e) => [e, paint(e)]));
}"""
OTHERWISE_PAINTED = """async () => {
  const anew = [...document.querySelectorAll('*')].filter(
    (e) => paint(e) !== painted.get(e) || undecided.includes(e));
  if (!anew.length) return [];
  const found = await axe.run({include: anew}, {
    resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'],
  });
  return found.violations
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}"""


@dataclass(frozen=True)
class Look:
    """A width of the screen and a theme, and which barriers are looked for: that is slow.

    Themes change nothing but colours, so each width is searched once for all barriers, a desk by
    day and a phone by night. What a desk by night shows that the phone did not, or in other colours
    or another size, or where the phone left it open, is then searched for those that colours make.
    """

    width: int
    theme: Literal["light", "dark"]
    barriers: str = ""
    then: str = ""

    @property
    def name(self) -> str:
        return f"{self.width} px, {self.theme}"


LOOKS = (
    Look(1440, "light", BARRIERS),
    Look(390, "light"),
    Look(390, "dark", BARRIERS, then=REMEMBER),
    Look(1440, "dark", OTHERWISE_PAINTED),
)


def test_no_page_is_too_wide_or_broken_or_a_barrier(showcase: Showcase, browser: Browser) -> None:
    """One test for all, or each parallel worker would load the demo."""
    problems = []
    for who in dict.fromkeys(place.who for place in showcase.places):
        context = _browser_of(browser, showcase, who)
        followed: set[str] = set()
        for place in showcase.places:
            if place.who == who:
                problems += [
                    f"{place.name}: {said}" for said in _problems_of(context, place, followed)
                ]
        context.close()
    assert not problems, "\n".join(problems)
    _a_cell_is_three_clicks_from_a_file_line(showcase, browser)
    _what_cannot_be_taken_back_is_asked_first(showcase, browser)


def _what_cannot_be_taken_back_is_asked_first(showcase: Showcase, browser: Browser) -> None:
    """By the keyboard too; whoever thinks better of it is back where they were."""
    context = _browser_of(browser, showcase, "analyst")
    page = context.new_page()
    page.goto(next(place.path for place in showcase.places if place.name == "deal"))
    remove = page.get_by_role("button", name="Remove Helen Marlow")
    remove.press("Enter")
    question = page.get_by_role("dialog", name="Take Helen Marlow off this deal?")
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(remove).to_be_focused()
    remove.press("Enter")
    question.get_by_role("button", name="Remove Helen Marlow").press("Enter")
    expect(page.get_by_text("Helen Marlow is off the deal.")).to_be_visible()
    context.close()


def _a_cell_is_three_clicks_from_a_file_line(showcase: Showcase, browser: Browser) -> None:
    """From every lens of a deal in the portfolio whose score rests on its repository."""
    context = _browser_of(browser, showcase, "partner")
    page = context.new_page()
    page.goto("/portfolio/")
    cells = page.get_by_role("row").filter(has_text="Varmgrid").locator("a[href*='/risk/']")
    lenses = [cell.get_attribute("href") or "" for cell in cells.all()]
    led = {lens: clicks for lens in lenses if (clicks := _clicks_to_a_line(page, lens))}
    assert len(led) >= 5
    assert max(led.values()) <= 3
    context.close()


def _clicks_to_a_line(page: Page, cell: str) -> int:
    """How many clicks lead from a cell to a line of a file; 0 where its lens cites no code."""
    page.goto("/portfolio/")
    line, cited = page.locator("main .excerpt__cited"), page.locator("main a[href*='/practices/']")
    clicks, onwards = 0, page.locator(f"a[href='{cell}']")
    while onwards.count():
        with page.expect_navigation():
            onwards.first.click()
        clicks, onwards = clicks + 1, cited
        if line.count():
            expect(line.first).to_be_visible()
            return clicks
    return 0


def _browser_of(browser: Browser, showcase: Showcase, who: str) -> BrowserContext:
    # Without motion, or colours would be measured half way from one theme to the other.
    context = browser.new_context(
        base_url=showcase.address, locale="en-GB", reduced_motion="reduce"
    )
    if who in showcase.sessions:
        session = showcase.sessions[who]
        context.add_cookies([{"name": "sessionid", "value": session, "url": showcase.address}])
    return context


def _problems_of(context: BrowserContext, place: Place, followed: set[str]) -> list[str]:
    """What is wrong with a page once everything on it is loaded and unfolded.

    Of links to the same kind of page one is followed, unless it was from another page already.
    """
    found: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(error.message))
    page.on("request", lambda it: None if _is_ours(it.url, page.url) else found.append(it.url))
    page.on("requestfailed", lambda request: found.append(f"failed: {request.url}"))
    page.on(
        "response", lambda it: found.append(f"{it.status} {it.url}") if it.status >= 400 else None
    )
    page.goto(place.path)
    _wait_until_loaded(page)
    headings = page.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} headings of the first level")
    page.evaluate(UNFOLD)
    page.wait_for_timeout(50)
    _wait_until_loaded(page)
    found += page.evaluate(TWICE)
    page.evaluate(AXE)
    for look in LOOKS:
        found += [f"{look.name}: {said}" for said in _seen(page, look)]
    links = page.eval_on_selector_all("a[href]", LINKS)
    ours = {
        _view(each): each for each in links if urlsplit(each).netloc == urlsplit(page.url).netloc
    }
    for link in set(ours.values()) - followed:
        # Once more where a worker that made way for a new one had closed the connection meanwhile.
        status = context.request.get(link, max_retries=1).status
        found += [f"{status} where a link leads: {link}"] if status >= 400 else []
    followed |= set(ours.values())
    page.close()
    return found


def _view(link: str) -> str:
    return resolve(urlsplit(link).path).view_name


def _is_ours(asked: str, page: str) -> bool:
    """Whether a request stays on this site; the first leaves from an empty page."""
    ours = {urlsplit(page).netloc, urlsplit(asked).netloc if page == "about:blank" else ""}
    return urlsplit(asked).scheme in {"data", "blob"} or urlsplit(asked).netloc in ours


def _wait_until_loaded(page: Page) -> None:
    """Until no panel is on its way; by a locator, as the policy forbids strings of code."""
    expect(page.locator(".htmx-request")).to_have_count(0, timeout=20_000)


def _seen(page: Page, look: Look) -> list[str]:
    """What is wrong with the same page on this screen in this light."""
    page.set_viewport_size({"width": look.width, "height": 900})
    page.emulate_media(color_scheme=look.theme)
    page.evaluate(TWO_FRAMES)
    wide = page.evaluate(WIDEST)
    found = [wide] if wide else []
    if look.barriers:
        found += page.evaluate(look.barriers) and _once_it_has_settled(page, look.barriers)
    if look.then:
        page.evaluate(look.then)
    return found


def _once_it_has_settled(page: Page, barriers: str) -> list[str]:
    """The barriers that are still there once a busy machine has painted the new light."""
    page.wait_for_timeout(500)
    still: list[str] = page.evaluate(barriers)
    return still
