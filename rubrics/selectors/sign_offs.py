"""Reads of decisions, and of what stands in the way of one."""

from diligence.models import Deal
from rubrics.models import Assessment, KnockOut, SignOff
from rubrics.selectors.panels import sign_off_blockers

GOES = (SignOff.Decision.GO, SignOff.Decision.CONDITIONS)


def obstacles(assessment: Assessment, decision: str) -> tuple[str, ...]:
    """What stands in the way of this decision, each in a sentence that says what to do.

    Looking again later is never in the way. Whoever says go has looked at every knock-out: one
    that is only suspected has to be decided, and one that is confirmed goes with a condition.
    """
    if decision == SignOff.Decision.REVISIT:
        return ()
    found = [each.text for each in sign_off_blockers(assessment)]
    if decision in GOES:
        found += _knock_outs(assessment, plain=decision == SignOff.Decision.GO)
    return tuple(found)


def _knock_outs(assessment: Assessment, *, plain: bool) -> list[str]:
    rows = KnockOut.objects.filter(assessment=assessment).standing()
    suspected = [k.code for k in rows if k.state == KnockOut.State.SUSPECTED]
    lapsed = [k.code for k in rows if k.is_lapsed]
    confirmed = [k.code for k in rows if k.state == KnockOut.State.CONFIRMED]
    found = []
    if suspected:
        found.append(f"Decide on the suspected knock-outs first: {', '.join(suspected)}.")
    if lapsed:
        found.append(f"A waiver has run out; decide on the knock-out anew: {', '.join(lapsed)}.")
    if plain and confirmed:
        codes = ", ".join(confirmed)
        found.append(f"A confirmed knock-out stands ({codes}): have it cured or set a condition.")
    return found


def sign_offs_of(deal: Deal) -> tuple[SignOff, ...]:
    """All decisions on a deal, the newest first, with their conditions."""
    rows = SignOff.objects.filter(assessment__deal=deal).select_related("decided_by")
    return tuple(rows.prefetch_related("conditions"))
