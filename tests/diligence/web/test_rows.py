"""The rows of a list say what Django's own filters and tags would say, and escape what they say."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.template import Context, Template, engines
from django.template.defaultfilters import date
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from diligence.web.rows import address, moment


def test_what_a_founder_wrote_stays_text_in_a_row() -> None:
    page = Template('{% load rows %}{% rows "diligence/_activities.jinja" activities=lines %}')
    line = {"actor": "<b>", "text": "<img src=x onerror=alert(1)>", "at": datetime.now(UTC)}
    drawn = page.render(Context({"lines": [line]}))
    assert "<img" not in drawn
    assert "&lt;img src=x onerror=alert(1)&gt;" in drawn


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        engines["jinja2"].from_string("{{ nobody }}").render({})


# The bounds of hypothesis must be naive; the zone is given beside them.
@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_reads_as_on_other_pages(at: datetime) -> None:
    assert moment(at) == date(at, "j M Y, H:i")


def test_an_address_is_that_of_its_row() -> None:
    one, other = uuid4(), uuid4()
    for deal in (one, other):
        assert address("diligence:deal_detail", deal) == reverse(
            "diligence:deal_detail", args=[deal]
        )
    for lens in ("data", "delivery"):
        assert address("rubrics:lens_detail", one, lens) == reverse(
            "rubrics:lens_detail", args=[one, lens]
        )
