"""Work spread over processes: every outcome once, faults told, the dead noticed."""

import gc
import os
import signal
from pathlib import Path

import pytest

from audits.collectors.processes import BrokenOff, spread

MEBI = 1024 * 1024


def _squared(number: int) -> int:
    return number * number


def _killed(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _stubborn(number: int) -> int:
    raise ValueError(f"no {number}")


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_piece_has_one_outcome(processes: int) -> None:
    assert sorted(spread(range(40), _squared, processes)) == [n * n for n in range(40)]


def _children() -> set[str]:
    """This process's children; other tests may have left servers running."""
    tasks = Path("/proc/self/task").iterdir()
    return {pid for task in tasks for pid in (task / "children").read_text().split()}


def test_fewer_pieces_than_processes_are_no_fault() -> None:
    assert list(spread([7], _squared, 4)) == [49]
    assert list(spread([], _squared, 4)) == []


def test_a_fault_in_a_process_is_raised_where_the_work_was_ordered() -> None:
    with pytest.raises(ValueError, match="no 0"):
        list(spread(range(1), _stubborn, 2))


def test_a_process_that_is_killed_ends_the_work_with_a_sentence() -> None:
    with pytest.raises(BrokenOff, match=r"was killed \(signal 9\)"):
        list(spread(range(9), _killed, 2))


def test_work_that_is_given_up_leaves_no_process() -> None:
    before = _children()
    running = spread(range(1000), _squared, 2)
    next(running)
    assert _children() - before
    running.close()
    assert _children() - before == set()


def test_what_the_first_process_holds_is_not_copied_into_those_that_it_starts() -> None:
    was = gc.isenabled()
    gc.disable()  # as during an examination: all that it holds is young
    try:
        facts = [(str(number), [number]) for number in range(400_000)]
        own = list(spread(range(4), _own_pages, 2))
    finally:
        if was:
            gc.enable()
    assert len(facts) * 56 > 20 * MEBI  # the lists alone, had they been written to
    assert max(own) < 16 * MEBI


def _own_pages(piece: int) -> int:
    """Bytes that this process has for itself alone, after a piece of work before this one."""
    del piece
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(r.split()[1]) * 1024 for r in rows if r.startswith("Private_"))
