"""The demo that ships, on running processes, for tests that change nothing of what others see."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.premises import clear, furnish, open_premises
from tests.browser.showcase import Showcase, complete_demo
from tests.conftest import environment_of_processes


@pytest.fixture(scope="package")
def showcase(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Showcase]:
    """The demo as it would run at a firm: static files collected, compressed and under hashes.

    On running processes, once for all tests of this folder.
    """
    folder = tmp_path_factory.mktemp("showcase")
    environment = environment_of_processes(folder / "data") | {
        "PROOFROOM_PLAIN_STATIC": "0", "PROOFROOM_STATIC_DIR": str(folder / "static"),
    }  # fmt: skip
    with django_db_blocker.unblock():
        furnish()
        try:
            _manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
            with open_premises(environment, folder) as address:
                _manage(environment, "load_demo")
                yield complete_demo(address)
        finally:
            clear()
            connection.close()


def _manage(environment: dict[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "django", *words]
    subprocess.run(command, env=environment, check=True, capture_output=True)
