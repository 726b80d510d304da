"""Whether knowledge rests on one person."""

from audits.facts.history import History
from tests.audits.examining import TRAINS
from tests.audits.histories import Past, judged_with

PRACTICE = "bus-factor"
FILES = dict.fromkeys(("a.py", "b.py", "c.py"), TRAINS)


def past(*authors: str) -> History:
    """A history in which the files go to these authors, one after the other."""
    found = Past()
    for path, who in zip(FILES, authors, strict=True):
        found.commit(who, {path: "1"})
    return found.history()


def test_without_a_history_it_is_unknown_with_the_reason() -> None:
    judgement = judged_with(PRACTICE, FILES, History(missing="only the files were handed in"))
    assert judgement.verdict.value == "unknown"
    assert judgement.because == "only the files were handed in"


def test_a_single_file_is_no_ground_for_an_answer() -> None:
    history = Past().commit("Ada", {"a.py": "1"}).commit("Ada", {"a.py": "2"}).history()
    assert judged_with(PRACTICE, {"a.py": TRAINS}, history).verdict.value == "n/a"


def test_an_application_in_a_language_that_is_not_read_is_unknown() -> None:
    files = {f"{n}.js": "x = 1\n" for n in range(3)} | {"app.ex": "x = 1\n"}
    history = Past().commit("Ada", dict.fromkeys(files, "1")).history()
    assert judged_with(PRACTICE, files, history).because == "code in Elixir is not read"


def test_many_hands_are_a_no() -> None:
    files = {f"{n}.py": TRAINS for n in range(6)}
    found = Past()
    for number, path in enumerate(files):
        found.commit(f"Person {number}", {path: "1"}, address=f"p{number}@a.ai")
    judgement = judged_with(PRACTICE, files, found.history())
    assert (judgement.verdict.value, judgement.value) == ("no", "4")


def test_two_holders_are_partly() -> None:
    judgement = judged_with(PRACTICE, FILES, past("Ada", "Bea", "Cid"))
    assert (judgement.verdict.value, judgement.value) == ("partly", "2")


def test_one_holder_is_a_yes_that_names_the_scope() -> None:
    judgement = judged_with(PRACTICE, FILES, past("Ada", "Ada", "Bea"))
    assert (judgement.verdict.value, judgement.value) == ("yes", "1")
    assert judgement.because == (
        "without Ada more than half of the code that trains, runs or asks a model "
        "(3 files, 2 people) would have no author left"
    )
    assert judgement.evidence[0].note == "1 of 1 changes by Ada"


def test_code_around_the_models_does_not_count_where_there_are_enough() -> None:
    files = {**FILES, **{f"web/{n}.py": "x = 1\n" for n in range(9)}}
    found = Past().commit("Ada", dict.fromkeys(FILES, "1"))
    for number in range(9):
        found.commit(f"Person {number}", {f"web/{number}.py": "1"}, address=f"p{number}@a.ai")
    assert judged_with(PRACTICE, files, found.history()).value == "1"
