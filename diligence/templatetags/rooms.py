"""What the pages of a room have to know of whoever looks, and times and sizes in words."""

from typing import Any

from django import template

from diligence.models import Deal
from diligence.policies import may
from diligence.selectors.questionnaires import question_asked
from diligence.selectors.rooms import time_in_words
from diligence.services.keeping import readable_size

register = template.Library()
register.filter("time_in_words", time_in_words)
register.filter("readable_size", readable_size)
register.filter("question_asked", question_asked)


@register.simple_tag(takes_context=True)
def may_delegate(context: dict[str, Any], deal: Deal) -> bool:
    """Whether the person sees the whole room and so may bring in others."""
    return bool(may(context["request"].user, "room.delegate", deal))
