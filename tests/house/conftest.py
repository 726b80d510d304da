"""A world that a whole module knocks at; every request is taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.house.worlds import Worlds, both_worlds


@pytest.fixture(scope="module")
def worlds(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("access")
    place = override_settings(MEDIA_ROOT=folder, PROOFROOM_DATA_DIR=folder)
    with django_db_blocker.unblock(), place, transaction.atomic():
        yield both_worlds(folder)
        transaction.set_rollback(True)


@pytest.fixture
def in_world(worlds: Worlds, settings: Settings, private_place: None) -> Iterator[None]:
    """Lets a test see the module's world and its files, and takes back what it does there."""
    settings.MEDIA_ROOT = settings.PROOFROOM_DATA_DIR = worlds.folder
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
