"""The document that describes the API: valid, without a warning, and reviewed in every diff.

`UPDATE_SNAPSHOTS=1 pytest tests/house/test_openapi.py` writes the snapshot anew.
"""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from openapi_spec_validator import validate

SNAPSHOT = Path(__file__).parent / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> str:
    """Raises where generating it warns of anything."""
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def described(document: str) -> Any:
    return yaml.safe_load(document)


def test_it_is_what_was_reviewed(document: str) -> None:
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(document, encoding="utf-8")
    assert document == SNAPSHOT.read_text(encoding="utf-8"), "run it with UPDATE_SNAPSHOTS=1"


def test_it_is_valid_openapi(described: Any) -> None:
    validate(described)


def test_every_operation_reads_or_acts_needs_a_token_and_says_what_it_is(described: Any) -> None:
    for path, operations in described["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        assert set(operations) <= {"get", "post"}, path
        for operation in operations.values():
            assert operation["security"] == [{"token": []}], path
            assert operation["summary"], path


def test_every_object_says_what_it_is(described: Any) -> None:
    for name, schema in described["components"]["schemas"].items():
        generated = name.startswith("Paginated") or "enum" in schema
        assert generated or schema.get("description"), name


def test_lists_are_paged(described: Any) -> None:
    for path in ("/api/v1/deals/", "/api/v1/audits/", "/api/v1/reports/"):
        names = {each["name"] for each in described["paths"][path]["get"]["parameters"]}
        assert {"limit", "offset"} <= names
