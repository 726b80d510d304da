"""Draws what stands many times on a page with the faster of the two template engines."""

from typing import Any

from django import template
from django.core.paginator import Page
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def rows(name: str, **given: Any) -> SafeString:
    """A template of `diligence.web.rows` with what it is given and nothing else of the page."""
    drawn = get_template(name, using="jinja2").render(given)
    return mark_safe(drawn)  # noqa: S308 - the engine has escaped all that it was given


@register.simple_tag
def numbers_near(page: Page[Any]) -> tuple[int | str, ...]:
    """The numbers of the first page, the last and those beside this one, with … for the others."""
    return tuple(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
