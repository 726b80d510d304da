"""A real Chromium. Where there is none the tests fail and say what to install; they never skip."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Milliseconds: what a page should show is there within one of an idle machine's seconds.
expect.set_options(timeout=60_000)


def chromium() -> Path:
    """The browser of this machine."""
    named = os.environ.get("PROOFROOM_CHROMIUM", "")
    path = Path(named or shutil.which("chromium") or "/usr/bin/chromium")
    if not path.is_file():
        pytest.fail(
            f"Browser tests need Chromium, and {path} is not there: run `apt-get install chromium`,"
            " or set PROOFROOM_CHROMIUM to a Chromium that you have.",
            pytrace=False,
        )
    return path


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Gone before other tests begin, which would find a loop in their thread."""
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()
        # While the loop of Playwright runs, Django keeps other connections for this thread than
        # before and after it; left open they would hold the database against its removal.
        connections.close_all()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser; `browser.new_context` makes another's."""
    made = browser.new_context(locale="en-GB", timezone_id="UTC")
    yield made
    made.close()
