"""A world that a whole module knocks at; every request is taken back.

Its rows and files are made once per worker; each module has copies.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.house.worlds import Worlds, both_worlds
from tests.kept import Kept, keep


@pytest.fixture(scope="session")
def kept_worlds(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Kept[Worlds]:
    folder = tmp_path_factory.mktemp("worlds")
    with django_db_blocker.unblock(), _files_in(folder):
        return keep(lambda: both_worlds(folder))


@pytest.fixture(scope="module")
def worlds(
    kept_worlds: Kept[Worlds],
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("access")
    with django_db_blocker.unblock(), _files_in(folder), transaction.atomic():
        made = kept_worlds.put_back()
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        yield replace(made, folder=folder)
        transaction.set_rollback(True)


def _files_in(folder: Path) -> override_settings:
    return override_settings(MEDIA_ROOT=folder, PROOFROOM_DATA_DIR=folder)


@pytest.fixture
def in_world(worlds: Worlds, settings: Settings, private_place: None) -> Iterator[None]:
    """Lets a test see the module's world and its files, and takes back what it does there."""
    settings.MEDIA_ROOT = settings.PROOFROOM_DATA_DIR = worlds.folder
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
