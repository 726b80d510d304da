"""Which lines of the trail, and which questions to the startup, give scores away."""

from typing import Any

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast

from diligence.models import EvidenceItem, EvidenceRequest, User
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
    about |= Q(object_id__in=_ids(asked))
    about |= Q(object_id__in=_ids(EvidenceItem.objects.filter(evidence_about_scores(user))))
    others = Q(actor=None) | ~Q(actor=user)
    return Q(deal__in=_hidden(user).values("deal")) & others & about


def requests_about_scores(user: User) -> Q:
    """Questions on knock-outs, for people of the firm who may not see the scores of the deal.

    The startup, whom they are put to, sees all of them.
    """
    if not user.is_firm:
        return Q(pk__in=[])
    return Q(asked_for_kind=ASKED_FOR, deal__in=_hidden(user).values("deal"))


def evidence_about_scores(user: User) -> Q:
    """What was handed in for a question that they may not see, and for nothing else.

    A file that was there before the question, answers another one, is attached to an answer or is
    linked to a criterion or a claim is evidence like any other, and stays.
    """
    if not user.is_firm:
        return Q(pk__in=[])
    about = requests_about_scores(user)
    replied = EvidenceItem.objects.filter(
        requests__in=EvidenceRequest.objects.filter(about), created_at__gte=F("requests__asked_at")
    )
    other_uses = Q(requests__in=EvidenceRequest.objects.exclude(about)) | Q(answers__isnull=False)
    other_uses |= Q(links__isnull=False, links__removed_at=None)
    used = EvidenceItem.objects.filter(other_uses)
    return Q(pk__in=replied.exclude(pk__in=used.values("pk")).values("pk"))


def _hidden(user: User) -> QuerySet[Assessment]:
    """Among the deals that they see; whoever reads lines or questions begins with those."""
    return Assessment.objects.hidden_from(user)


def _ids(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """The ids as the trail writes them."""
    written: QuerySet[Any, Any] = rows.annotate(text=Cast("pk", CharField())).values("text")
    return written
