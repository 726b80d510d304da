"""What could not be read is never taken for absent, and an odd file or two changes nothing."""

from audits.engine.runner import CheckOutcome, run_checks
from audits.engine.sight import ALL, CLEAR, Sights
from audits.engine.types import (
    Check,
    Effort,
    Evidence,
    Judgement,
    Nature,
    Skipped,
    Verdict,
    no,
    yes,
)

LARGE = "larger than the limit of 2 MB"


def sights(read: int, *lost: Skipped) -> Sights:
    return Sights({str: frozenset([0])}, ((frozenset([0]), read),), {0: lost})


def outcome(judgement: Judgement, seen: Sights) -> CheckOutcome:
    def judge(given: str) -> Judgement:
        return judgement

    check = Check("data/x", Nature.PRACTICE, None, Effort.LOW, judge, (("given", str),), "X.")
    return run_checks([check], {str: ""}, None, seen)[0]


def test_where_everything_was_read_no_is_no() -> None:
    found = outcome(no("nothing there"), CLEAR)
    assert (found.judgement.verdict, found.seen) == (Verdict.NO, 1.0)


def test_one_file_in_ten_is_tolerated_and_still_lowers_what_was_seen() -> None:
    found = outcome(no("nothing there"), sights(9, Skipped("a.py", LARGE)))
    assert (found.judgement.verdict, found.seen) == (Verdict.NO, 0.9)


def test_more_than_that_makes_no_an_unknown_that_names_a_file() -> None:
    found = outcome(no("nothing there"), sights(3, Skipped("a.py", LARGE)))
    assert found.judgement.verdict is Verdict.UNKNOWN
    assert found.judgement.because == (
        "cannot be told: 1 of 4 files that could show it could not be read "
        "(a.py: larger than the limit of 2 MB)"
    )
    assert found.seen == 0.75


def test_what_was_found_stays_found() -> None:
    found = outcome(yes("it is there", [Evidence("b.py", 3)]), sights(1, Skipped("a.py", LARGE)))
    assert (found.judgement.verdict, found.seen) == (Verdict.YES, 0.5)


def test_what_a_limit_cut_off_counts_with_all_its_files() -> None:
    reason = "300 further files: only the first 100 are examined"
    found = outcome(no("nothing there"), sights(100, Skipped(ALL, reason, 300)))
    assert found.judgement.because == (
        f"cannot be told: 300 of 400 files that could show it could not be read ({reason})"
    )


def test_a_fact_of_other_readers_sees_what_this_one_missed() -> None:
    seen = Sights(
        {str: frozenset([0]), int: frozenset([1])},
        ((frozenset([0, 1]), 5),),
        {0: (Skipped("a.py", LARGE),)},
    )
    assert seen.of([int]).share == 1.0
    assert seen.of([str, int]).wanted == 6
