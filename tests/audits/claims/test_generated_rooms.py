"""A hundred rooms in which every claim is true, and a hundred with one planted lie.

No true claim may be contradicted: a false accusation is the worst error. Of the lies at least 95
must be found, and nothing beside them.
"""

import sys
from pathlib import Path
from typing import Any

import pytest

from audits.claims.judging import judge_claims
from audits.engine.claiming import ClaimVerdict, Standing
from audits.services.room import measure_room
from tests.audits.claims.generating import LIES, make_room

ROOMS = 100
FEWEST_FOUND = 95
HALVES = 2
"""Each test takes a half, so that two processes share the work."""


def judged(
    folder: Path, seed: int, lie: str = "", **changed: Any
) -> tuple[str, tuple[ClaimVerdict, ...]]:
    """The name of the lie, and the verdicts on all claims of a generated room."""
    made = make_room(folder, seed, lie, **changed)
    windows = tuple(int(days) for c in made.claims if (days := c.number_of("window_days")))
    room = measure_room(folder, windows=windows)
    return made.lie, judge_claims(made.claims, (), room.artifacts)


def accused(verdicts: tuple[ClaimVerdict, ...]) -> list[str]:
    return [v.id for v in verdicts if v.verdict is Standing.CONTRADICTED]


@pytest.mark.parametrize("half", range(HALVES))
def test_true_claims_are_never_contradicted(
    half: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, supported, total = [], 0, 0
    for seed in range(half, ROOMS, HALVES):
        _, verdicts = judged(tmp_path / str(seed), seed)
        total += len(verdicts)
        supported += sum(v.verdict is Standing.SUPPORTED for v in verdicts)
        wrong += [(seed, v.id, v.because) for v in verdicts if v.verdict is Standing.CONTRADICTED]
    rooms = ROOMS // HALVES
    _say(
        capsys, f"{rooms} true rooms: {supported} of {total} claims supported, {len(wrong)} accused"
    )
    assert wrong == []
    assert supported > 0.9 * total


@pytest.mark.parametrize("half", range(HALVES))
def test_planted_lies_are_found_and_nothing_else_is_accused(
    half: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missed, beside = [], []
    for number in range(half * ROOMS // HALVES, (half + 1) * ROOMS // HALVES):
        lie = LIES[number % len(LIES)]
        name, verdicts = judged(tmp_path / str(number), 1_000 + number, lie)
        found = accused(verdicts)
        if name not in found:
            missed.append((number, lie, next(v.because for v in verdicts if v.id == name)))
        beside += [(number, lie, each) for each in found if each not in _allowed(name)]
    rooms = ROOMS // HALVES
    _say(capsys, f"{rooms} rooms with a lie: {rooms - len(missed)} found, {len(beside)} beside")
    assert len(missed) <= (ROOMS - FEWEST_FOUND) // HALVES, missed
    assert beside == []


def _say(capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    """Shows a rate, whether or not the test passes."""
    with capsys.disabled():
        sys.stdout.write(f"\n{sentence}\n")


def _allowed(name: str) -> tuple[str, ...]:
    """A lie about the whole log may be one about its last days too."""
    return (name, "window") if name in ("stable-performance", "metric") else (name,)
