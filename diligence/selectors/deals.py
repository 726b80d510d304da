"""Reads of deals: the board, the table, who may be put on one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from diligence.models import Barrier, Deal, DealMember, FirmRole, Pipeline, Stage, User
from diligence.models.deal import DealQuerySet
from diligence.selectors.pages import LongList, among

SORTS = {
    "startup": ("startup_name", "name"),
    "round": ("round", "startup_name"),
    "stage": ("stage_position", "startup_name"),
    "amount": ("amount", "startup_name"),
    "valuation": ("valuation", "startup_name"),
    "ai_share": ("ai_share", "startup_name"),
    "owner": ("owner_name", "startup_name"),
    "entered": ("stage_entered_at",),
    "opened": ("created_at",),
}


MOST_CARDS = 10
"""Cards of a stage on the board; the others are counted, and found in the table."""


@dataclass(frozen=True)
class BoardColumn:
    """A stage with its deals, longest in stage first, and how many more there are."""

    stage: Stage
    deals: tuple[Deal, ...]
    count: int

    @property
    def beyond(self) -> int:
        """How many have no card."""
        return self.count - len(self.deals)


def pipelines() -> tuple[Pipeline, ...]:
    """All pipelines with their stages."""
    return tuple(Pipeline.objects.prefetch_related("stages"))


def board_columns(user: User, pipeline: Pipeline) -> tuple[BoardColumn, ...]:
    """The pipeline as the user may see it."""
    stages = [stage.pk for stage in pipeline.stages.all()]
    visible = Deal.objects.visible_to(user).filter(stage__in=stages)
    tally = visible.order_by().values_list("stage").annotate(Count("pk"))
    counts = dict(tally.values_list("stage", "pk__count"))
    by_stage: dict[object, list[Deal]] = {}
    rows = lean(Deal.objects.filter(pk__in=board_deals(user, pipeline.pk)), *ON_A_CARD)
    for deal in called(rows).order_by("stage_entered_at", "pk"):
        by_stage.setdefault(deal.stage_id, []).append(deal)
    return tuple(
        BoardColumn(stage, tuple(by_stage.get(stage.pk, ())), counts.get(stage.pk, 0))
        for stage in pipeline.stages.all()
    )


def board_deals(user: User, pipeline: UUID | None = None) -> tuple[UUID, ...]:
    """The deals that have a card on the board, of one pipeline or of all.

    Stage by stage, so that the index of each gives its first rows and none of the others is read.
    """
    stages = (
        Stage.objects.order_by() if pipeline is None else Stage.objects.filter(pipeline=pipeline)
    )
    here = Deal.objects.visible_to(user).filter(stage=OuterRef("pk"))
    first = here.order_by("stage_entered_at", "pk").values("pk")[:MOST_CARDS]
    rows = stages.order_by().values_list(ArraySubquery(first), flat=True)
    return tuple(pk for of_stage in rows for pk in of_stage)


NAMES = ("name", "startup_name")
ON_A_CARD = ("stage", "stage_entered_at", "amount", "currency", "restricted")
IN_A_ROW = (*ON_A_CARD, "round", "valuation", "ai_share")


def lean(deals: DealQuerySet, *columns: str) -> DealQuerySet:
    """With these columns and the names alone: most of what a row of a list costs is reading it."""
    return deals.only(*NAMES, *columns)


def called(deals: DealQuerySet) -> DealQuerySet:
    """With `owner_called`, the owner's name or address: a row needs no more of a person."""
    return deals.annotate(
        owner_called=Coalesce(
            NullIf("owner__name", Value("")), "owner__email", output_field=CharField()
        )
    )


def staged(deals: DealQuerySet) -> DealQuerySet:
    """With `stage_name` and `stage_outcome`."""
    return deals.annotate(stage_name=F("stage__name"), stage_outcome=F("stage__outcome"))


@dataclass(frozen=True)
class DealQuery:
    """What the table is asked for; empty fields do not filter. `sort` may begin with a minus."""

    words: str = ""
    stage: str = ""
    round: str = ""
    owner: str = ""
    sort: str = "-opened"


def with_words(deals: DealQuerySet, words: str) -> DealQuerySet:
    """Deals in which all the words occur: in names, in the thesis or in what the startup does."""
    for word in words.split():
        deals = deals.filter(words__contains=Lower(Value(word)))
    return deals


def deals_found(user: User, query: DealQuery) -> DealQuerySet:
    """The visible deals that fit, sorted."""
    deals = lean(Deal.objects.visible_to(user), *IN_A_ROW)
    deals = with_words(deals, query.words)
    exact = {"stage": query.stage, "round": query.round, "owner": query.owner}
    deals = deals.filter(**{name: value for name, value in exact.items() if value})
    return deals.order_by(*_order(query.sort))


def _order(sort: str) -> tuple[str, ...]:
    fields = SORTS.get(sort.removeprefix("-"), SORTS["opened"])
    return (*(f"-{f}" if sort.startswith("-") else f for f in fields), "pk")


def pages_of(user: User, query: DealQuery) -> LongList:
    """Those deals as rows of the table, in pages."""
    found = deals_found(user, query)
    keys = Deal.objects.filter(among(found)).order_by(*_order(query.sort)).values("pk")
    return LongList(called(staged(found)), counted=found, keys=keys)


def team_of(deal: Deal) -> tuple[DealMember, ...]:
    """Who of the firm is on the deal; `barred` marks those for whom it is closed."""
    barred = Exists(deal.barriers.standing().filter(user=OuterRef("user")))
    return tuple(
        deal.members.filter(removed_at=None).annotate(barred=barred).select_related("user", "role")
    )


def firm_people_for(deal: Deal) -> tuple[User, ...]:
    """Active people of the firm who are not on the deal yet and behind no barrier on it."""
    on_it = deal.members.filter(removed_at=None).values("user")
    people = firm_people().exclude(pk__in=on_it).exclude(pk__in=barred_from(deal))
    return tuple(people.order_by("name", "email"))


def firm_people() -> QuerySet[User]:
    """Active people of the firm."""
    return User.objects.exclude(firm_role=FirmRole.NONE).filter(is_active=True)


def barred_from(deal: Deal) -> QuerySet[Barrier, Any]:
    """The ids of those who stand behind a barrier on the deal."""
    return deal.barriers.standing().values("user")


def owners(user: User) -> tuple[User, ...]:
    """Owners of the deals that the user sees, for a filter."""
    owned = Deal.objects.visible_to(user).filter(owner=OuterRef("pk"))
    return tuple(User.objects.filter(Exists(owned)).order_by("name"))


def who_sees(deal: Deal) -> QuerySet[User]:
    """The people of the firm who see a deal: `visible_to`, asked the other way round."""
    on_it = Q(pk__in=deal.members.filter(removed_at=None).values("user"))
    seen_by = on_it | Q(firm_role=FirmRole.ADMIN)
    seen_by |= Q(firm_role=FirmRole.ANALYST, pk=deal.owner_id)
    if not deal.restricted:
        seen_by |= Q(firm_role=FirmRole.PARTNER)
    return firm_people().filter(seen_by).exclude(pk__in=barred_from(deal))
