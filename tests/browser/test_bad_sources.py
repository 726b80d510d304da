"""Sources that are none: each ends in one sentence on the page, and takes nothing with it.

On the same deal there is an audit that went well; afterwards it is still there, to be read.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from diligence.models import FirmRole
from tests.browser.premises import clear, open_premises
from tests.cast import a_deal, person, signed_in
from tests.conftest import environment_of_processes
from tests.forge import make_certificate, serving
from tests.make import git, make_bundle, make_repo

# The second mark only asks for the database; what the pages show is committed by the fixture.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
DONE = 60_000
FILES = {
    "notes.zip": "This file is neither a git bundle nor a .zip, .tar, .tar.gz or .tar.zst archive; "
    "make a bundle with `git bundle create repository.bundle --all`.",
    "damaged.zip": "This archive is damaged or was cut short; make it again, "
    "or hand in a git bundle.",
    "cut.bundle": "This git bundle is damaged or was cut short; make it again with "
    "`git bundle create repository.bundle --all`.",
    "hollow.tar.gz": "This archive has no files in it; "
    "make it again from the folder with the code.",
}
ADDRESSES = {
    "no-such-host.invalid": "The host no-such-host.invalid does not resolve; "
    "check the address and the network.",
    # Our own server has a repository there, into which nobody ever committed.
    "localhost": "This repository has no commits yet; commit the code, "
    "or hand in the folder without its .git.",
}


@dataclass(frozen=True)
class Desk:
    """The page of audits of a deal, with one repository that was audited, and what to hand in."""

    page: Page
    audits: str
    good_run: str
    folder: Path
    empty_repository: str


@pytest.fixture(scope="module")
def desk(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    certificate = make_certificate(folder / "both.pem")
    environment = {
        **environment_of_processes(folder / "data"),
        "GIT_SSL_CAINFO": str(certificate),
        "PROOFROOM_PRIVATE_HOSTS": "1",
    }
    for name in ("HTTPS_PROXY", "https_proxy"):
        environment.pop(name, None)
    _make_sources(folder)
    with django_db_blocker.unblock(), serving(folder / "served", certificate) as forge:
        analyst = person("analyst", FirmRole.ANALYST)
        audits = f"/deals/{a_deal(analyst).pk}/audits/"
        session = signed_in(analyst).cookies["sessionid"].value
        try:
            with open_premises(environment, folder, ("web", "worker-long")) as address:
                context = browser.new_context(base_url=address)
                context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
                page = context.new_page()
                good_run = _audit_well(page, audits, folder / "good.bundle")
                yield Desk(page, audits, good_run, folder, forge.url)
                context.close()
        finally:
            clear()
            connection.close()


def _make_sources(folder: Path) -> None:
    repo = make_repo(folder, {"train.py": "import mlflow\n\nmlflow.start_run()\n"}, name="good")
    bundle = make_bundle(repo, folder / "good.bundle")
    (folder / "cut.bundle").write_bytes(bundle.read_bytes()[:300])
    (folder / "notes.zip").write_bytes(b"Not an archive, only called one.\n" * 40)
    (folder / "damaged.zip").write_bytes(b"PK\x03\x04" + b"\x00" * 400)
    (folder / "nothing.bundle").write_bytes(b"")
    with tarfile.open(folder / "hollow.tar.gz", "w:gz"):
        pass
    empty = folder / "served" / "churn.git"
    empty.mkdir(parents=True)
    git(empty, "init", "-q", "--bare", "-b", "main")
    git(empty, "update-server-info")


def _audit_well(page: Page, audits: str, bundle: Path) -> str:
    """The address of a run that ended with results."""
    page.goto(audits)
    page.get_by_label("Git bundle or archive").set_input_files(bundle)
    page.get_by_role("button", name="Add and audit").first.click()
    expect(page.locator(".run-head .state")).to_have_text("Done", timeout=DONE)
    return page.url


def _failed_because(page: Page, said: str) -> None:
    """The run's page says in one sentence why there is no result."""
    expect(page.locator(".run-head .state")).to_have_text("Failed", timeout=DONE)
    notice = page.locator(".notice")
    expect(notice).to_have_count(1)
    expect(notice).to_have_text(re.compile(rf"^\s*This audit failed\s*{re.escape(said)}\s*$"))


def _good_run_still_stands(desk: Desk) -> None:
    desk.page.goto(desk.audits)
    row = desk.page.locator("tr", has=desk.page.locator(f"a[href='{_path(desk.good_run)}']"))
    expect(row.locator(".state")).to_have_text("Done")
    desk.page.goto(desk.good_run)
    expect(desk.page.locator("#p-experiment-tracking")).to_be_visible()


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_holds_no_repository_fails_with_its_reason(desk: Desk, name: str) -> None:
    desk.page.goto(desk.audits)
    desk.page.get_by_label("Git bundle or archive").set_input_files(desk.folder / name)
    desk.page.get_by_role("button", name="Add and audit").first.click()
    _failed_because(desk.page, FILES[name])
    _good_run_still_stands(desk)


def test_an_empty_file_is_not_even_taken(desk: Desk) -> None:
    desk.page.goto(desk.audits)
    runs = desk.page.locator("tbody tr").count()
    desk.page.get_by_label("Git bundle or archive").set_input_files(desk.folder / "nothing.bundle")
    desk.page.get_by_role("button", name="Add and audit").first.click()
    said = "This file is empty (0 bytes); make the bundle or archive again and choose it."
    expect(desk.page.locator("#repository-file .field").first).to_contain_text(said)
    desk.page.goto(desk.audits)
    assert desk.page.locator("tbody tr").count() == runs
    _good_run_still_stands(desk)


def test_a_revision_that_is_not_there_fails_with_those_that_are(desk: Desk) -> None:
    desk.page.goto(desk.audits)
    panel = desk.page.locator(".panel", has=desk.page.locator("h2", has_text="good.bundle"))
    panel.get_by_label("Branch, tag or commit").fill("no-such-branch")
    panel.get_by_role("button", name="Audit", exact=True).click()
    _failed_because(
        desk.page,
        "The revision 'no-such-branch' is not in this repository (known branches: main); "
        "give a branch, a tag or a commit id that it holds.",
    )
    _good_run_still_stands(desk)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "localhost"])
def test_an_address_without_a_repository_fails_with_its_reason(desk: Desk, host: str) -> None:
    desk.page.goto(desk.audits)
    desk.page.get_by_label("Address of the repository").fill(
        desk.empty_repository.replace("localhost", host)
    )
    desk.page.get_by_role("button", name="Add and audit").last.click()
    _failed_because(desk.page, ADDRESSES[host])
    _good_run_still_stands(desk)
