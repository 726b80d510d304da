"""A figure reads the same in a chart, in a row and on a page of Django's."""

from django.template.defaultfilters import floatformat
from hypothesis import given
from hypothesis import strategies as st

from diligence.lib.figures import figure


@given(st.integers(0, 10**8), st.integers(0, 3))
def test_a_figure_is_rounded_as_on_every_page(millionths: int, digits: int) -> None:
    value = millionths / 10**6
    assert figure(value, digits) == floatformat(value, digits)


def test_a_quarter_is_rounded_up() -> None:
    assert figure(0.25) == "0.3"
