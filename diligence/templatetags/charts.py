"""Charts in templates: drawn on the server, the same picture on screen and in print."""

from typing import Protocol

from django import template
from django.utils.safestring import SafeString, mark_safe

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.table import TextTable

register = template.Library()


class Chart(Protocol):
    """What every chart can do."""

    def svg(self, palette: Palette) -> str:
        """The drawing."""

    def table(self) -> TextTable:
        """Its twin in words."""


@register.simple_tag
def chart(drawing: Chart) -> SafeString:
    """The chart in the colours of the page. Its builder escapes every text."""
    return mark_safe(drawing.svg(Palette.screen()))  # noqa: S308 - svg.py escapes all it is given


@register.simple_tag
def printed_chart(drawing: Chart) -> SafeString:
    """The chart in fixed colours, for paper."""
    return mark_safe(drawing.svg(Palette.print()))  # noqa: S308 - svg.py escapes all it is given


@register.inclusion_tag("components/_chart_table.html")
def chart_table(drawing: Chart) -> dict[str, TextTable]:
    """The chart's figures as a table."""
    return {"table": drawing.table()}
