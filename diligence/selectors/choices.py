"""What a field offers while somebody types: a few of the deals and startups that they see."""

from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.db.models.lookups import IContains

from diligence.models import Deal, Startup, User
from diligence.models.deal import DealQuerySet
from diligence.selectors.deals import with_words

MOST = 10
"""Answers of a field; more letters find the others."""


CALLED = Concat("startup_name", Value(" · "), "name", output_field=CharField())
"""A deal by its startup and its round, as pages print it."""


def deals_called(user: User, text: str) -> DealQuerySet:
    """Visible deals in whose name the text occurs."""
    deals = with_words(Deal.objects.visible_to(user), text.replace("·", " "))
    return deals.filter(IContains(CALLED, text))


def deal_choices(user: User, text: str) -> tuple[str, ...]:
    """The names of a few of those, in their order."""
    rows = deals_called(user, text.strip()).order_by("startup_name", "name", "pk")
    return tuple(str(name) for name in rows.values_list(CALLED, flat=True)[:MOST])


def startup_choices(user: User, text: str) -> tuple[str, ...]:
    """The names of a few visible startups in whose name the text occurs."""
    rows = Startup.objects.visible_to(user).filter(name__icontains=text.strip())
    return tuple(rows.order_by("name").values_list("name", flat=True)[:MOST])


def startups_called(user: User, name: str) -> tuple[Startup, ...]:
    """The visible startups of exactly this name: one, but where people opened it twice."""
    return tuple(Startup.objects.visible_to(user).filter(name__iexact=name.strip())[:MOST])
