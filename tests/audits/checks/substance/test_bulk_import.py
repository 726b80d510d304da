"""Whether much of the code came in at once."""

from audits.facts.history import History
from tests.audits.histories import Past, judged_with

PRACTICE = "bulk-import"
FILES = {f"src/m{n}.py": "x = 1\n" for n in range(40)}
PATHS = list(FILES)


def brought(*counts: int) -> Past:
    """A history in which so many files come in with each commit."""
    past, at = Past(), 0
    for count in counts:
        past.commit("Ada", {p: p for p in PATHS[at : at + count]})
        at += count
    return past


def test_without_a_history_it_is_unknown() -> None:
    assert judged_with(PRACTICE, FILES, History(missing="shallow")).verdict.value == "unknown"


def test_a_small_repository_may_begin_with_all_its_code() -> None:
    files = dict.fromkeys(PATHS[:5], "x = 1\n")
    history = Past().commit("Ada", dict.fromkeys(files, "1")).commit("Ada", {"r": "1"}).history()
    assert judged_with(PRACTICE, files, history).verdict.value == "n/a"


def test_code_that_grew_is_a_no() -> None:
    assert judged_with(PRACTICE, FILES, brought(*[4] * 10).history()).verdict.value == "no"


def test_a_great_move_of_files_is_no_import() -> None:
    past = Past()
    for path in PATHS:
        past.commit("Ada", {f"old/{path}": path})
    moved = {path: path for path in PATHS} | {f"old/{path}": None for path in PATHS}
    history = past.commit("Bea", moved).history()
    assert judged_with(PRACTICE, FILES, history).verdict.value == "no"


def test_where_the_oldest_commits_were_not_seen_nothing_is_said() -> None:
    history = brought(40).history(cut="only the newest 1 commits were looked at")
    assert judged_with(PRACTICE, FILES, history).verdict.value == "unknown"


def test_half_at_once_is_a_yes_with_the_commit() -> None:
    judgement = judged_with(PRACTICE, FILES, brought(2, 30, 4, 4).history())
    assert judgement.verdict.value == "yes"
    assert judgement.because == (
        "a single commit (000000000000, Ada, 2023-11-15) brought in 30 of 40 files of code"
    )
    assert judgement.evidence[0].path in PATHS[2:32]
    assert judgement.findings[0].severity.value == "low"


def test_a_quarter_is_partly() -> None:
    files = {f"src/m{n}.py": "x = 1\n" for n in range(60)}
    past = Past().commit("Ada", {p: p for p in list(files)[:20]})
    for path in list(files)[20:]:
        past.commit("Ada", {path: path})
    assert judged_with(PRACTICE, files, past.history()).verdict.value == "partly"
