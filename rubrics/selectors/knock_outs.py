"""Reads of knock-outs: one with its whole history, and what may be done about it by whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from diligence.models import Deal, User
from diligence.policies import Denied, may
from rubrics.catalog.schema import KnockOut as Rule
from rubrics.models import Assessment, KnockOut, KnockOutStep
from rubrics.scoring.knock_outs import Life, why_not_confirmed_by
from rubrics.selectors.assessments import rubric_of

Kind = KnockOutStep.Kind
ASKED_FOR = "knock-out"
"""The kind under which a question is filed among the requests of the room, without its code.

Whoever has still to score is not shown it.
"""


@dataclass(frozen=True)
class Act:
    """Something that can be done about a knock-out, or why not (yet) by this person."""

    name: str
    why_not: str

    @property
    def is_open(self) -> bool:
        """Whether this person may do it now."""
        return not self.why_not


@dataclass(frozen=True)
class KnockOutFile:
    """A knock-out with its rule, its history and where that leads."""

    row: KnockOut
    rule: Rule
    life: Life
    steps: tuple[KnockOutStep, ...]
    acts: tuple[Act, ...]

    @property
    def replies(self) -> tuple[KnockOutStep, ...]:
        """What the startup said, in its words, the newest first."""
        return tuple(s for s in reversed(self.steps) if s.kind == Kind.REPLIED)

    @property
    def waits_for(self) -> str:
        """What has to happen next, in one sentence; empty where it is settled."""
        return _waits_for(self.row, self.life, timezone.localdate())


def knock_outs_with_steps(assessment: Assessment) -> QuerySet[KnockOut]:
    """The knock-outs of an assessment with all that their histories name."""
    steps = KnockOutStep.objects.select_related("by", "run", "request").prefetch_related("evidence")
    rows = KnockOut.objects.filter(assessment=assessment)
    return rows.select_related("decided_by").prefetch_related(Prefetch("steps", queryset=steps))


def file_of(deal: Deal, user: User, code: str) -> KnockOutFile | None:
    """One knock-out as this person sees it, or None where there is none for them."""
    seen = Assessment.objects.scores_visible_to(user).filter(deal=deal)
    assessment = seen.select_related("rubric", "deal__startup").first()
    row = knock_outs_with_steps(assessment).filter(code=code).first() if assessment else None
    if assessment is None or row is None:
        return None
    row.assessment = assessment
    life, rule = row.life, rubric_of(assessment.rubric).knock_out(row.code)
    return KnockOutFile(row, rule, life, tuple(row.steps.all()), _acts(row, life, user))


def _acts(row: KnockOut, life: Life, user: User) -> tuple[Act, ...]:
    today, settled = timezone.localdate(), life.state in ("cleared", "cured")
    closed = f"It is {life.state}." if settled else ""
    asked = "" if life.state == "suspected" else f"It is {life.state}."
    if life.asked and not life.replied:
        asked = asked or "It has been asked already."
    confirmed = why_not_confirmed_by(life, str(user.pk), today)
    found = (
        ("ask", "evidence.request", asked), ("confirm", "knock-out.confirm", confirmed),
        ("clear", "knock-out.decide", closed), ("cure", "knock-out.decide", closed),
        ("waive", "knock-out.waive", closed),
    )  # fmt: skip
    return tuple(Act(name, _refusal(user, verb, row) or why) for name, verb, why in found)


def _refusal(user: User, verb: str, row: KnockOut) -> str:
    answer = may(user, verb, row.assessment)
    return answer.reason if isinstance(answer, Denied) else ""


def _waits_for(row: KnockOut, life: Life, today: date) -> str:
    if life.state == "waived" and row.waived_until:
        ended = " It has ended, so it stands again." if life.is_lapsed(today) else ""
        return f"Waived until {row.waived_until:%-d %B %Y}.{ended}"
    if life.state != "suspected":
        return "Confirmed; a cure or a signed waiver takes it from the band." * (
            life.state == "confirmed"
        )
    if not life.asked:
        return "The startup has not been asked yet."
    if not life.heard(today):
        return f"The startup may reply until {life.due_on:%-d %B %Y}."
    spoke = "It has replied" if life.replied else "It let the day for its reply pass"
    missing = 2 - len(life.voices)
    return f"{spoke}; {missing} voice{'s' if missing > 1 else ''} more would confirm it."


def printed_knock_outs(assessment: Assessment) -> list[dict[str, Any]]:
    """What a report prints of the knock-outs: each with its rule and its whole history."""
    rubric = rubric_of(assessment.rubric)
    rows = knock_outs_with_steps(assessment)
    return [_printed(row, rubric.knock_out(row.code)) for row in rows]


def _printed(row: KnockOut, rule: Rule) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": rule.title,
        "state": row.get_state_display(),
        "stands": row.stands,
        "because": row.because,
        "cure": rule.cure,
        "decided_by": str(row.decided_by) if row.decided_by else None,
        "decided_because": row.decided_because,
        "decided_at": row.decided_at.isoformat(timespec="seconds") if row.decided_at else None,
        "waived_until": row.waived_until.isoformat() if row.waived_until else None,
        "unheard": row.state == KnockOut.State.CONFIRMED and row.life.unheard,
        "history": [_printed_step(step) for step in row.steps.all()],
    }


def _printed_step(step: KnockOutStep) -> dict[str, Any]:
    """Nobody's where the engine or the calendar did it."""
    return {
        "kind": step.get_kind_display(),
        "by": str(step.by) if step.by else None,
        "at": step.at.isoformat(timespec="seconds"),
        "because": step.because,
        "until": step.until.isoformat() if step.until else None,
        "signed": step.signed,
        "evidence": [item.title for item in step.evidence.all()],
    }
