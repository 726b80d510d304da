"""Reads of the people of an assessment: who scores, how far they are, what blocks the signature."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from diligence.models import Deal, User
from diligence.selectors.deals import barred_from, firm_people
from rubrics.models import Assessment, Scorecard, Seat
from rubrics.scoring.sign_off import Blocker, Panel, blockers
from rubrics.selectors.assessments import applicable_criteria, comparison_of, leading_scorecard
from rubrics.selectors.settling import Compared


@dataclass(frozen=True)
class Place:
    """Somebody's seat and how far they are; `decided` counts criteria and tells no level.

    `barred` is one who sees nothing of the deal any more.
    """

    seat: Seat
    scorecard: Scorecard | None
    decided: int
    total: int
    barred: bool = False

    @property
    def in_conflict(self) -> bool:
        """Whether they declared a conflict, or somebody raised a barrier for them."""
        return self.barred or self.seat.conflict_at is not None

    @property
    def scores(self) -> bool:
        """Whether it is a reviewer's."""
        return self.seat.role == Seat.Role.REVIEWER

    @property
    def submitted(self) -> bool:
        """Whether the scorecard is in."""
        return self.scorecard is not None and self.scorecard.locked_at is not None

    @property
    def progress(self) -> str:
        """How far, in words."""
        return f"{self.decided} of {self.total}"


def places_of(assessment: Assessment) -> tuple[Place, ...]:
    """Everybody who has a seat now, in the order in which they were asked."""
    cards = assessment.scorecards.current()
    by_reviewer = {card.reviewer_id: card for card in cards}
    decided = dict(cards.annotate(decided=Count("scores")).values_list("pk", "decided"))
    total = len(applicable_criteria(assessment))
    barred = set(barred_from(assessment.deal).values_list("user", flat=True))

    def place(seat: Seat) -> Place:
        card = by_reviewer.get(seat.user_id)
        return Place(seat, card, decided[card.pk] if card else 0, total, seat.user_id in barred)

    rows = assessment.seats.taken().select_related("user", "assigned_by")
    return tuple(place(seat) for seat in rows)


@dataclass(frozen=True)
class OpenCard:
    """Something that one person has to score; `since` it was begun, or asked for by `asked_by`."""

    deal: Deal
    since: datetime
    decided: int
    total: int
    asked_by: User | None = None

    @property
    def left(self) -> int:
        """How many criteria are undecided."""
        return self.total - self.decided

    @property
    def progress(self) -> str:
        """How far, in words."""
        return f"{self.decided} of {self.total}"


def open_cards_of(user: User) -> tuple[OpenCard, ...]:
    """What one person began to score or was asked to, on deals that they see, oldest first."""
    seen, theirs = Deal.objects.visible_to(user), Scorecard.objects.current().filter(reviewer=user)
    cards = theirs.filter(locked_at=None, assessment__deal__in=seen)
    decided = dict(cards.annotate(decided=Count("scores")).values_list("pk", "decided"))
    cards = cards.select_related("assessment__rubric", "assessment__deal__startup")
    seats = Seat.objects.of_reviewers().filter(
        user=user, conflict_at=None, assessment__deal__in=seen
    )
    asked = seats.exclude(assessment__in=theirs.values("assessment")).select_related(
        "assessment__rubric", "assessment__deal__startup", "assigned_by"
    )
    found = [
        OpenCard(
            card.assessment.deal, card.opened_at, decided.get(card.pk, 0), _total(card.assessment)
        )
        for card in cards
    ] + [
        OpenCard(
            seat.assessment.deal, seat.assigned_at, 0, _total(seat.assessment), seat.assigned_by
        )
        for seat in asked
    ]
    return tuple(sorted(found, key=lambda card: card.since))


def _total(assessment: Assessment) -> int:
    return len(applicable_criteria(assessment))


def assignable(assessment: Assessment) -> tuple[User, ...]:
    """Active people of the firm without a seat, a conflict or a barrier on it."""
    kept = assessment.seats.filter(ended_at=None) | assessment.seats.exclude(conflict_at=None)
    people = firm_people().exclude(pk__in=kept.values("user"))
    people = people.exclude(pk__in=barred_from(assessment.deal))
    return tuple(people.order_by("name", "email"))


def sign_off_blockers(assessment: Assessment) -> tuple[Blocker, ...]:
    """What stands in the way of signing off, each in a sentence; nothing where nothing does."""
    return blockers(panel_of(assessment, comparison_of(assessment)))


def panel_of(assessment: Assessment, both: Compared | None) -> Panel:
    """How far the people of an assessment are; `both` is its comparison."""
    if assessment.mode == Assessment.Mode.ASSISTED:
        scorecard = leading_scorecard(assessment)
        done = scorecard is not None and scorecard.locked_at is not None
        return Panel(blind=False, seated=1, submitted=int(done))
    places = tuple(place for place in places_of(assessment) if place.scores)
    return Panel(
        blind=True,
        practice=bool(assessment.practice),
        seated=len(places),
        submitted=sum(place.submitted for place in places),
        conflicted=tuple(str(p.seat.user) for p in places if p.in_conflict),
        call=both.agreement.call if both else "undefined",
        briefed_again=assessment.briefings.exists(),
        to_talk=_open(both, "to-talk"),
        to_adjudicate=_open(both, "to-adjudicate"),
    )


def _open(both: Compared | None, kind: str) -> tuple[str, ...]:
    rows = both.criteria if both else ()
    return tuple(row.criterion.id for row in rows if row.settled.kind == kind)
