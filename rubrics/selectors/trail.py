"""Which lines of the trail give scores away."""

from django.db.models import Q

from diligence.models import User
from rubrics.models import Assessment

OF_KNOCK_OUTS, OF_LEVELS, OF_TERMS = "knock-out.", "level.", "terms."
"""What the verbs begin with that speak of why, how high and what it costs."""


def lines_about_scores(user: User) -> Q:
    """Lines on knock-outs, levels and terms of deals whose scores this person may not see.

    Their own lines stay.
    """
    hidden = Assessment.objects.exclude(pk__in=Assessment.objects.scores_visible_to(user))
    about = Q(verb__startswith=OF_KNOCK_OUTS) | Q(verb__startswith=OF_LEVELS)
    about |= Q(verb__startswith=OF_TERMS)
    others = Q(actor=None) | ~Q(actor=user)
    return about & others & Q(deal__in=hidden.values("deal"))
