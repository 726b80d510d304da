"""The same scorecard and rubric version give the same bytes: in every process, in any order.

Python salts the hashes of text per process, so whatever runs through a set without sorting comes
out differently; two processes with salts of their own would show it.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from rubrics.scoring.rollup import roll_up, rollup_json
from rubrics.scoring.steps import steps_of
from rubrics.scoring.types import Profile
from tests.rubrics.scoring.cases import RUBRIC
from tests.rubrics.scoring.test_steps import mixed

ROOT = Path(__file__).parents[3]
PROFILE = Profile(frozenset({"rag", "clf", "ft"}), frozenset({"pd", "hr"}), "series-a")
ELSEWHERE = """
import sys
from tests.rubrics.scoring.test_canonical_bytes import the_bytes
sys.stdout.buffer.write(the_bytes(backwards=sys.argv[1] == "backwards"))
"""


def the_bytes(*, backwards: bool = False) -> bytes:
    """The roll-up of a mixed scorecard with knock-outs, and all that one criterion would change."""
    inputs = list(reversed(mixed())) if backwards else mixed()
    rollup = roll_up(RUBRIC, PROFILE, inputs, knock_outs={"K10", "K2", "K7", "K1"})
    return rollup_json(rollup) + repr(steps_of(RUBRIC, rollup)).encode()


def _in_a_process(salt: int, order: str) -> bytes:
    # Our own interpreter and our own text: nothing that was given to us is run.
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, order],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": str(salt)}, check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout


def test_two_processes_with_other_hash_salts_and_other_orders_write_the_same_bytes() -> None:
    first = _in_a_process(1, "forwards")
    second = _in_a_process(4_294_967_295, "backwards")
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    assert first == the_bytes()


def test_the_form_is_canonical_sorted_without_spaces_and_read_back_unchanged() -> None:
    written = rollup_json(roll_up(RUBRIC, PROFILE, mixed(), draws=0))
    again = json.dumps(
        json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again.encode() == written
