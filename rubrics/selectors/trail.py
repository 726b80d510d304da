"""Which lines of the trail, and which questions to the startup, give scores away."""

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from diligence.models import EvidenceRequest, User
from rubrics.models import Assessment
from rubrics.selectors.knock_outs import ASKED_FOR

SAYING = ("knock-out.", "level.", "terms.", "follow-up.")
"""What the verbs begin with that speak of why, how high, what it costs, and what has to be done."""
DECIDING = ("deal.sign-off", "finding.put", "finding.dispute", "finding.close")
"""A decision, and what is put to the startup and disputed, tell what the levels came to."""


def lines_about_scores(user: User) -> Q:
    """Lines on knock-outs, levels, terms and decisions of deals whose scores are not theirs to see.

    Their own lines stay. What was asked about a knock-out says that there is one.
    """
    about = Q(verb__in=DECIDING)
    for beginning in SAYING:
        about |= Q(verb__startswith=beginning)
    asked = EvidenceRequest.objects.filter(requests_about_scores(user))
    about |= Q(object_id__in=asked.annotate(text=Cast("pk", CharField())).values("text"))
    others = Q(actor=None) | ~Q(actor=user)
    return about & others & Q(deal__in=_hidden(user).values("deal"))


def requests_about_scores(user: User) -> Q:
    """Questions on knock-outs, for people of the firm who may not see the scores of the deal.

    The startup, whom they are put to, sees all of them.
    """
    if not user.is_firm:
        return Q(pk__in=[])
    return Q(asked_for_kind=ASKED_FOR, deal__in=_hidden(user).values("deal"))


def _hidden(user: User) -> QuerySet[Assessment]:
    """Among the deals that they see; whoever reads lines or questions begins with those."""
    return Assessment.objects.hidden_from(user)
