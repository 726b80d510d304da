"""Spreads pieces of work over forked processes and gives their outcomes as they come.

A process that dies ends the work with `BrokenOff`; processes never outlive the one that began them,
since the end of their pipe ends them.
"""

import ctypes
import gc
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

_DEATH_SIGNAL = 1
Piece = TypeVar("Piece")
Outcome = TypeVar("Outcome")


class BrokenOff(Exception):
    """A process that was killed or died; the message is a sentence for a person."""


class _Hand(Struct, frozen=True):
    process: "ForkProcess"
    orders: "Connection[Any, Any]"
    answers: "Connection[Any, Any]"


def spread(
    pieces: Iterable[Piece], work: Callable[[Piece], Outcome], processes: int
) -> Generator[Outcome, None, None]:
    """The outcome of every piece, in any order. Raises what `work` raised, or BrokenOff.

    With one process the work is done right here. Pieces and outcomes must be picklable.
    """
    if processes < 2:
        yield from (work(piece) for piece in pieces)
        return
    hands: list[_Hand] = []
    try:
        for _ in range(processes):
            hands.append(_hired(work, hands))
        yield from _overseen(hands, iter(pieces))
    finally:
        for hand in hands:
            hand.process.kill()
            hand.orders.close()
            hand.answers.close()
        for hand in hands:
            hand.process.join()


def _overseen(hands: Sequence[_Hand], waiting: Iterator[Any]) -> Iterator[Any]:
    """Hands out pieces one by one to whoever is free."""
    from multiprocessing.connection import wait

    busy: dict[Any, _Hand] = {}
    for hand in hands:
        _order(hand, next(waiting, None), busy)
    while busy:
        for answers in wait(list(busy)):
            hand = busy.pop(answers)
            try:
                outcome = hand.answers.recv()
            except EOFError:
                raise BrokenOff(_last_words(hand)) from None
            _order(hand, next(waiting, None), busy)
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome


def _order(hand: _Hand, piece: Any, busy: dict[Any, _Hand]) -> None:
    if piece is None:
        return
    try:
        hand.orders.send(piece)
    except OSError:
        raise BrokenOff(_last_words(hand)) from None
    busy[hand.answers] = hand


def _last_words(hand: _Hand) -> str:
    hand.process.join()
    code = hand.process.exitcode or 0
    if code == -signal.SIGXCPU:
        return (
            "A process that read the files took more processor time than allowed and was stopped; "
            "examine a smaller source or allow it more."
        )
    how = f"was killed (signal {-code})" if code < 0 else "ended of itself"
    return (
        f"A process that read the files {how}, most likely for want of memory; "
        "examine a smaller source or allow it more memory."
    )


def _hired(work: Callable[[Any], Any], others: Sequence[_Hand]) -> _Hand:
    from multiprocessing import get_context  # most audits do all of their work right here

    context = get_context("fork")
    their_orders, our_orders = context.Pipe(duplex=False)
    our_answers, their_answers = context.Pipe(duplex=False)
    ours = [our_orders, our_answers, *(c for h in others for c in (h.orders, h.answers))]
    process = context.Process(
        target=_serve, args=(work, their_orders, their_answers, ours), daemon=True
    )
    process.start()
    their_orders.close()
    their_answers.close()
    return _Hand(process, our_orders, our_answers)


def _serve(
    work: Callable[[Any], Any],
    orders: "Connection[Any, Any]",
    answers: "Connection[Any, Any]",
    not_mine: Sequence["Connection[Any, Any]"],
) -> None:
    """What a process does until its orders end."""
    # It ends with whoever ordered the work, even where it hangs and reads no orders.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for connection in not_mine:
        connection.close()
    # To look for garbage among what the parent has would write to all of its pages, and so copy
    # them: with the facts of a large tree that is hundreds of megabytes in every process.
    gc.freeze()
    with suppress(EOFError, OSError):
        while True:
            piece = orders.recv()
            try:
                outcome: Any = work(piece)
            except Exception as error:  # noqa: BLE001 - raised again where the work was ordered
                outcome = error
            answers.send(outcome)
            del outcome, piece
            gc.collect(0)
    # Nothing of the parent's may be run at the exit, such as its temporary folders' removal.
    os._exit(0)
