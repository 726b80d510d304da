"""What the pages of a room have to know of whoever looks."""

from typing import Any

from django import template

from diligence.models import Deal
from diligence.policies import may

register = template.Library()


@register.simple_tag(takes_context=True)
def may_delegate(context: dict[str, Any], deal: Deal) -> bool:
    """Whether the person sees the whole room and so may bring in others."""
    return bool(may(context["request"].user, "room.delegate", deal))
