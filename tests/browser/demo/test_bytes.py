"""What the pages of the room weigh on the wire, with the styles and scripts of production.

A founder may be on a train: no page takes more than 100 kB with nothing in the browser's cache,
pictures of previews apart. Counted is what Chromium says it received, headers included.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from diligence.models import Deal
from tests.browser.showcase import Showcase
from tests.browser.showrooms import Place

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
MOST = 100_000
"""Bytes of a page."""
STARTUPS = ("ingrid", "lea")
PREVIEWS = ("/preview/", "/pages/")
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s with 300 ms until the first byte of an answer."""
PATIENCE = 10
"""Seconds in which a slow link has to show a person something."""
FIRST_PAINT = """() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"""


class Wire:
    """Everything that a page receives, by address."""

    def __init__(self, page: Page) -> None:
        self.received: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.session.on("Network.responseReceived", self._begun)
        self.session.on("Network.loadingFinished", self._ended)

    def _begun(self, said: dict[str, Any]) -> None:
        self._addresses[said["requestId"]] = said["response"]["url"]

    def _ended(self, said: dict[str, Any]) -> None:
        address = self._addresses.get(said["requestId"], said["requestId"])
        if not any(part in address for part in PREVIEWS):
            self.received[address] = self.received.get(address, 0) + said["encodedDataLength"]

    @property
    def bytes(self) -> int:
        return round(sum(self.received.values()))

    def heaviest(self) -> str:
        """The three largest, by the last part of their address."""
        largest = sorted(self.received.items(), key=lambda one: -one[1])[:3]
        return ", ".join(
            f"{Path(address).name or address}: {size:.0f}" for address, size in largest
        )


def opened(browser: Browser, showcase: Showcase, place: Place) -> Page:
    context = browser.new_context(base_url=showcase.address, locale="en-GB")
    session = showcase.sessions[place.who]
    context.add_cookies([{"name": "sessionid", "value": session, "url": showcase.address}])
    return context.new_page()


def pages_of_the_room(showcase: Showcase) -> Iterator[Place]:
    """Those that every look goes over, and what is heavy or rarely opened."""
    yield from (place for place in showcase.places if place.who in STARTUPS)
    deal = Deal.objects.get(startup__name="Tenura")
    base = f"/room/{deal.pk}/"
    given = deal.evidence.filter(from_startup=True).order_by("created_at")[0]
    yield Place("evidence in the room", f"{base}evidence/{given.pk}/", who="lea")
    yield Place("people of the room", f"{base}people/", who="lea")
    asked = f"{base}questionnaire/{deal.questionnaires.get().pk}/"
    yield Place("workbook", f"{asked}workbook/", who="lea")


def test_no_page_of_the_room_takes_more_than_100_kb(
    showcase: Showcase, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    weighed = {}
    for place in pages_of_the_room(showcase):
        page = opened(browser, showcase, place)
        wire = Wire(page)
        page.goto(place.path, wait_until="load")
        expect(page.locator(".htmx-request")).to_have_count(0, timeout=20_000)
        page.wait_for_timeout(200)
        weighed[place.name] = wire
        page.context.close()
    with capsys.disabled():
        for name, wire in weighed.items():
            print(f"\n{name}: {wire.bytes} bytes ({wire.heaviest()})", end="")  # noqa: T201 - figures for whoever measures
    assert weighed
    assert {name: wire.bytes for name, wire in weighed.items() if wire.bytes > MOST} == {}


def test_the_home_of_a_founder_shows_itself_on_a_slow_link(
    showcase: Showcase, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    place = next(place for place in showcase.places if place.name == "room")
    page = opened(browser, showcase, place)
    wire = Wire(page)
    wire.session.send("Network.emulateNetworkConditions", SLOW)
    page.goto(place.path, wait_until="load", timeout=60_000)
    seconds = page.evaluate(FIRST_PAINT) / 1000
    page.context.close()
    with capsys.disabled():
        print(f"\n{place.path}: first paint after {seconds:.2f} s, {wire.bytes} bytes")  # noqa: T201 - figures for whoever measures
    assert 0 < seconds < PATIENCE
