"""How far reviewers agreed and how their differences were settled, as it is printed."""

from typing import Any

from rubrics.models import Adjudication, Assessment, Briefing
from rubrics.scoring.agreement import Agreement
from rubrics.selectors.agreement import LensAgreement, agreement_of
from rubrics.selectors.settling import SettledCriterion

Json = dict[str, Any]
HOW = {
    "to-talk": "Open: waits for a talk",
    "to-adjudicate": "Open: waits for a third person",
    "talked": "Settled in a talk",
    "lower": "No agreement in the talk: the lower level counts",
    "adjudicated": "Decided by a third person",
    "agreed": "Agreed",
    "one-voice": "Only one could assess it",
    "unknown": "Nobody could assess it",
}


def printed_agreement(assessment: Assessment) -> Json | None:
    """The chapter on agreement; None where one person scored, or not all have submitted."""
    found = agreement_of(assessment)
    if found is None:
        return None
    return {
        "reviewers": [str(card.reviewer) for card in found.both.scorecards],
        "overall": _figures(found.both.agreement),
        "lenses": [_lens(lens) for lens in found.lenses],
        "differences": [_difference(row) for row in found.both.criteria if row.differs],
        "one_voice": [row.criterion.title for row in found.one_voice],
        "briefings": [_briefing(each) for each in found.briefings],
    }


def _figures(agreement: Agreement) -> Json:
    return {
        "items": agreement.items,
        "alpha": agreement.alpha,
        "low": agreement.low,
        "high": agreement.high,
        "exact": agreement.exact,
        "within_one": agreement.within_one,
    }


def _lens(lens: LensAgreement) -> Json:
    return {"lens": lens.lens, "title": lens.title, **_figures(lens.agreement)}


def _difference(row: SettledCriterion) -> Json:
    return {
        "criterion": row.criterion.id,
        "title": row.criterion.title,
        "levels": [
            {"by": str(s.scorecard.reviewer), "level": s.level, "outcome": s.outcome}
            for s in row.scores
        ],
        "level": row.settled.level,
        "how": HOW[row.settled.kind],
        "decision": _decision(row.adjudication) if row.adjudication else None,
    }


def _decision(row: Adjudication) -> Json:
    return {
        "by": str(row.decided_by),
        "at": row.decided_at.isoformat(timespec="seconds"),
        "lines": row.lines,
        "dissent": [{"by": str(d.reviewer), "words": d.words} for d in row.dissent.all()],
    }


def _briefing(row: Briefing) -> Json:
    return {
        "by": str(row.given_by),
        "at": row.given_at.isoformat(timespec="seconds"),
        "lenses": list(row.lenses),
        "alpha": row.alpha,
        "words": row.words,
    }
