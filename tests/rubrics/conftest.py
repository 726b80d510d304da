"""The cast, ready for every test that needs a deal."""

import pytest

from tests.cast import Cast, whole_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return whole_cast()
