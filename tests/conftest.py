"""The ground under every test: real servers of its own, private folders, quick passwords.

Django's settings are read from the environment, so it is set here, before Django is set up. Without
DATABASE_URL and REDIS_URL the servers are started in a temporary folder by the first test that
touches the database, so that a run of pure tests pays nothing; the process that made the folder
takes it away at the end. With pytest-xdist all workers share the servers, each with a database of
its own, copied from one that was migrated once for the run, and a Redis number of its own.
"""

import gc
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.plugin import blocking_manager_key

from diligence.config.embedded import Servers
from tests.ground import (
    migrated_database,
    name_run,
    put_back_what_migrations_wrote,
    remove_ground,
)

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.kept import Kept

FOLDER = "PROOFROOM_TEST_SERVERS"
LONG = ("browser", "faults")
"""Marks of tests that start real processes."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "diligence.config.settings",
    "PROOFROOM_SECRET_KEY": "only-for-tests-" + "x" * 40,
    "PROOFROOM_FIELD_KEYS": "cHJvb2Zyb29tLXRlc3RzLW9ubHktMzItYnl0ZXMtISE=",
    "PROOFROOM_PLAIN_STATIC": "1",
    "PROOFROOM_MAILBOX": "1",
    "PROOFROOM_LOG_LEVEL": "WARNING",
    # A world whose people signed in at its beginning serves a whole module, however slow.
    "PROOFROOM_STEP_UP_SECONDS": "21600",
    # Playwright's loop would make Django refuse the ORM in the thread of a browser test.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    # Repositories that tests build must not depend on the settings of whoever runs them.
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
}


def _redis_of_this_worker(address: str) -> str:
    """Each pytest-xdist worker has a Redis database number of its own."""
    number = int(WORKER.removeprefix("gw"))
    if address.startswith("unix:"):
        return re.sub(r"db=\d+$", f"db={number}", address)
    return re.sub(r"(:\d+)(/\d*)?$", rf"\1/{number}", address)


def _prepare_environment() -> Servers | None:
    made = None
    os.environ.update(ENVIRONMENT)
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        made = Servers(Path(tempfile.mkdtemp(prefix="proofroom-tests-")), durable=False)
        os.environ.update(made.environment())
        os.environ[FOLDER] = str(made.folder)
    os.environ["REDIS_URL"] = _redis_of_this_worker(os.environ["REDIS_URL"])
    return made


def _set_up_django() -> None:
    """At import already, so that the conftest files further down may import models."""
    import django
    from django.conf import settings

    # The usual hasher takes a third of a second per password, by design.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    django.setup()


# How many inputs are tried is said beside each test; how long one may take, here. They are the same
# in each run, so that a commit answers for what it changed; whoever looks for more gives
# `--hypothesis-profile=wandering`.
hypothesis.settings.register_profile("wandering", deadline=timedelta(seconds=30), derandomize=False)
hypothesis.settings.register_profile("proofroom", deadline=timedelta(seconds=30), derandomize=True)
hypothesis.settings.load_profile("proofroom")

MADE = _prepare_environment()
FIRST_OF_RUN = name_run()
_set_up_django()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Keep the workers from reading the settings before this file chose their Redis number."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end workers share many short tests."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in LONG))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no search for garbage goes over it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def pytest_unconfigure() -> None:
    if FIRST_OF_RUN:
        remove_ground()
    if MADE is not None:
        MADE.remove()


@pytest.fixture(scope="session")
def servers() -> None:
    """PostgreSQL and Redis answer from here on."""
    folder = os.environ.get(FOLDER)
    if folder:
        Servers(Path(folder), durable=False).start()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    servers: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Each worker has a database under a name of its own, copied from the migrated one."""
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(autouse=True)
def private_place(request: pytest.FixtureRequest) -> None:
    """Give a test that uses the database an evidence folder of its own and an empty cache."""
    if "django_db_setup" not in request.fixturenames and not request.node.get_closest_marker(
        "django_db"
    ):
        return
    settings: Settings = request.getfixturevalue("settings")
    request.getfixturevalue("servers")
    settings.PROOFROOM_DATA_DIR = settings.MEDIA_ROOT = request.getfixturevalue("tmp_path") / "data"
    _forget_cached()


def _forget_cached() -> None:
    """Drop what earlier tests cached (rate limits above all), but no queue."""
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        for key in connection.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*"):
            connection.delete(key)


def environment_of_processes(data: Path) -> dict[str, str]:
    """The environment for a real process that shares the database of the tests."""
    from django.db import connection

    values = connection.settings_dict
    place = urlencode(
        {"host": values["HOST"], **({"port": values["PORT"]} if values["PORT"] else {})}
    )
    who = quote(values["USER"]) + (f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else "")
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{who}@/{values['NAME']}?{place}",
        "PROOFROOM_DATA_DIR": str(data),
    }


TRAIL = ("activity", "seal", "trailanchor", "trailkey")


def let_the_trail_be_emptied() -> None:
    """What no role may do outside of the tests: the owner of its tables lets go of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TRAIL:
            cursor.execute(f"ALTER TABLE diligence_{table} DISABLE TRIGGER trail_is_not_emptied")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Function, nextitem: pytest.Function | None
) -> Iterator[None]:
    """Leave the tables as they were found: a transactional test empties them all at its end.

    After the last test there is nobody to leave them to, and the database is gone.
    """
    yield
    if nextitem is not None and _is_transactional(item):
        with item.config.stash[blocking_manager_key].unblock():
            put_back_what_migrations_wrote()


def _is_transactional(item: pytest.Function) -> bool:
    mark = item.get_closest_marker("django_db")
    by_mark = mark is not None and mark.kwargs.get("transaction")
    return by_mark or "transactional_db" in item.fixturenames


@pytest.fixture(autouse=True)
def trail_that_goes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Emptying the trail is refused to everybody, so its owner switches that off for the flush."""
    if not _is_transactional(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    let_the_trail_be_emptied()


@pytest.fixture(scope="session")
def kept_cast(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Kept[Cast]":
    """The cast as rows, made once per worker."""
    from django.test import override_settings

    from tests.cast import whole_cast
    from tests.kept import keep

    folder = tmp_path_factory.mktemp("cast")
    with django_db_blocker.unblock(), override_settings(PROOFROOM_DATA_DIR=folder):
        return keep(whole_cast)


@pytest.fixture
def cast(kept_cast: "Kept[Cast]", db: None) -> "Cast":
    """Everybody and their deals, for this test alone."""
    return kept_cast.put_back()


@pytest.fixture
def process_environment(transactional_db: None, settings: Settings) -> dict[str, str]:
    """The environment for a real process (worker, web, command) that shares this test's database.

    It sees what the test committed, and the evidence folder of the test.
    """
    return environment_of_processes(settings.PROOFROOM_DATA_DIR)
