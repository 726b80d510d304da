"""Chains the lines of the trail, in the order of their commits, without a gap.

A line is written inside its transaction; its seal right after the commit, in a short transaction
that holds one advisory lock. So the lock is never held while an application's transaction runs:
nobody waits longer than for a few rows, and no order of locks can end in a deadlock. What a killed
process left unsealed is taken up by the sweep. A line whose mark does not hold was not written by
the application: it is never sealed, and `verify_audit` names it.
"""

from collections.abc import Sequence
from functools import partial

from django.db import connection, transaction

from diligence.lib.trail_marks import mark_of, seal_hash
from diligence.models import Activity, Seal
from diligence.services.trail_keys import trail_keys

LOCK = 7_203_114
"""The advisory lock of the chain: any number, the same everywhere, used for nothing else."""
BATCH = 2_000
LOOKS_BACK = 100_000
"""Lines before the head among which the sweep looks; the daily anchor looks among all."""


def seal_after_commit(row: Activity) -> None:
    """Seals the line as soon as its transaction is over; a failure is left to the sweep.

    All lines of one transaction are sealed at once. A line that a savepoint took back stays in the
    list and is not found; a list that was begun inside of one goes with it.
    """
    for entry in connection.run_on_commit:
        waiting = entry[1]
        if isinstance(waiting, partial) and waiting.func is seal_lines:
            waiting.args[0].append(row.pk)
            return
    transaction.on_commit(partial(seal_lines, [row.pk]), robust=True)


def seal_lines(ids: Sequence[int]) -> int:
    """Chains these lines behind the head, those that are not chained yet, and says how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # What is lost with a crash is sealed anew by the sweep, so no disk is waited for.
            cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        head = Seal.objects.order_by("-number").first()
        number, last = (head.number, head.hash) if head is not None else (0, "")
        keys, seals = trail_keys(), []
        for row in Activity.objects.filter(pk__in=ids, seal=None).order_by("pk"):
            if row.mark != mark_of(row, keys):
                continue
            number += 1
            last = seal_hash(last, number, row, keys)
            seals.append(Seal(number=number, activity=row, hash=last))
        Seal.objects.bulk_create(seals)
    return len(seals)


def seal_waiting(*, everywhere: bool = False) -> int:
    """Chains what was committed and not sealed, oldest first. Says how many lines."""
    head = Seal.objects.order_by("-number").values_list("activity", flat=True).first() or 0
    waiting = Activity.objects.filter(seal=None).order_by("pk")
    if not everywhere:
        waiting = waiting.filter(pk__gt=head - LOOKS_BACK)
    ids = list(waiting.values_list("pk", flat=True))
    return sum(seal_lines(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))
