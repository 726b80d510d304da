"""The same scorecard and rubric version give the same bytes: on every run and on every machine.

Python salts the hashes of text per process, so whatever runs through a set without sorting comes
out differently; two processes with salts of their own would show it. So would a clock, a language
or an alphabet of the machine. The hash that is written down here is what every other Python and
every other machine must come to.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rubrics.scoring.rollup import roll_up, rollup_json
from rubrics.scoring.signed import figures_json
from rubrics.scoring.steps import steps_of
from rubrics.scoring.types import Profile
from tests.rubrics.scoring.cases import RUBRIC
from tests.rubrics.scoring.test_steps import mixed

ROOT = Path(__file__).parents[3]
PROFILE = Profile(frozenset({"rag", "clf", "ft"}), frozenset({"pd", "hr"}), "series-a")
THE_HASH = "5d5f0040e96eda8c7c055068c1d660b37c44fff95dc7b2992164f4eb3727961e"
"""Changes with the rubric, the method or their words, and with nothing else."""
ELSEWHERE = """
import sys
from tests.rubrics.scoring.test_canonical_bytes import the_bytes
sys.stdout.buffer.write(the_bytes(backwards=sys.argv[1] == "backwards"))
"""


def the_bytes(*, backwards: bool = False) -> bytes:
    """The roll-up of a mixed scorecard with knock-outs, and all that one criterion would change."""
    inputs = list(reversed(mixed())) if backwards else mixed()
    rollup = roll_up(RUBRIC, PROFILE, inputs, knock_outs={"K10", "K2", "K7", "K1"})
    steps = repr(steps_of(RUBRIC, rollup)).encode()
    return rollup_json(rollup) + figures_json(rollup) + steps


def _in_a_process(order: str, **machine: str) -> bytes:
    # Our own interpreter and our own text: nothing that was given to us is run.
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, order],
        cwd=ROOT, env={**os.environ, **machine}, check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout


def test_this_machine_comes_to_the_hash_that_is_written_down() -> None:
    assert hashlib.sha256(the_bytes()).hexdigest() == THE_HASH


@pytest.mark.parametrize(
    "machine",
    [
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/St_Johns", "LANG": "C", "LC_ALL": "C"},
        {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
        {"LC_ALL": "de_DE.ISO-8859-1", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
        {"PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "7"},
    ],
    ids=["time-zone", "bare", "turkish", "latin", "optimised"],
)
def test_another_clock_language_and_alphabet_write_the_same_bytes(machine: dict[str, str]) -> None:
    assert _in_a_process("backwards", **machine) == the_bytes()


def test_two_processes_with_other_hash_salts_and_other_orders_write_the_same_bytes() -> None:
    first = _in_a_process("forwards", PYTHONHASHSEED="1")
    second = _in_a_process("backwards", PYTHONHASHSEED="4294967295")
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    assert first == the_bytes()


def test_the_form_is_canonical_sorted_without_spaces_and_read_back_unchanged() -> None:
    written = rollup_json(roll_up(RUBRIC, PROFILE, mixed(), draws=0))
    again = json.dumps(
        json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again.encode() == written
