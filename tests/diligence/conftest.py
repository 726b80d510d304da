"""The cast, ready for every test of the deal."""

import pytest

from tests.cast import Cast, whole_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return whole_cast()
