"""What a field offers while somebody types: a few of the deals and startups that they see.

A few letters of a name find it, wherever they stand in it. Where they fit much, the index of the
names' order gives the first few; where they fit little, that of their letters.
"""

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlsplit

from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains, Exact

from diligence.models import Deal, Startup, User
from diligence.models.deal import CALLED, DealQuerySet
from diligence.models.startup import StartupQuerySet

MOST = 10
"""Answers of a field; more letters find the others."""


def deals_called(user: User, text: str) -> DealQuerySet:
    """Visible deals in whose name the text occurs."""
    return Deal.objects.visible_to(user).filter(Contains(Lower(CALLED), _lower(text)))


def deal_choices(user: User, text: str) -> tuple[str, ...]:
    """The names of a few of those, in their order."""
    rows = deals_called(user, text).order_by("startup_name", "name", "pk")
    return tuple(str(name) for name in rows.values_list(CALLED, flat=True)[:MOST])


def startup_choices(user: User, text: str) -> tuple[str, ...]:
    """A few visible startups in whose name the text occurs; of one name, with what differs."""
    rows = Startup.objects.visible_to(user).filter(Contains(Lower("name"), _lower(text)))
    found = rows.order_by(Lower("name"), "pk").defer("summary")[: MOST + 1]
    named = groupby(found, key=lambda each: each.name.lower())
    return tuple(call for _, same in named for call in told_apart(tuple(same)))[:MOST]


def startups_called(user: User, text: str) -> tuple[Startup, ...]:
    """The visible startups that somebody means by what they typed.

    By the name alone it is more than one where people opened it twice.
    """
    by_name = tuple(_of_name(user, text))
    if by_name:
        return by_name
    name, _, mark = text.rpartition(APART)
    return tuple(each for each in _of_name(user, name) if mark.strip() in _marks(each))


def told_apart(same: Sequence[Startup]) -> tuple[str, ...]:
    """What startups of one name are called, each by the first thing in which all of them differ."""
    if len(same) == 1:
        return (same[0].name,)
    by_kind = zip(*map(_marks, same), strict=True)
    marks = next(each for each in by_kind if all(each) and len(set(each)) == len(same))
    return tuple(f"{each.name}{APART}{mark}" for each, mark in zip(same, marks, strict=True))


APART = " · "


def _marks(startup: Startup) -> tuple[str, ...]:
    """What tells it from another of its name; the last one always does."""
    return (
        (urlsplit(startup.website).hostname or "").removeprefix("www."),
        startup.country,
        f"founded {startup.founded}" if startup.founded else "",
        f"added {startup.created_at:%-d %b %Y}",
        f"{startup.pk}",
    )


def _of_name(user: User, name: str) -> StartupQuerySet:
    rows = Startup.objects.visible_to(user).filter(Exact(Lower("name"), _lower(name)))
    return rows.order_by("created_at")[:MOST]


def _lower(text: str) -> Lower:
    return Lower(Value(text.strip()))
