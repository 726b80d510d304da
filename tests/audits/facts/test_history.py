"""Authorship by file, and the bus factor computed from it."""

from audits.facts.history import truck_factor
from tests.audits.histories import Past


def _holders(past: Past, *paths: str) -> tuple[str, ...]:
    return truck_factor(past.history().authorship(paths))


def test_an_unchanged_file_keeps_its_past_when_it_moves() -> None:
    past = Past().commit("Ada", {"a.py": "1"}).commit("Bea", {"a.py": None, "src/a.py": "1"})
    known = past.history().authorship(["a.py", "src/a.py"])
    assert known.keys() == {"src/a.py"}
    assert known["src/a.py"].creator == "Ada"
    assert known["src/a.py"].born.id == past.commits[0].id


def test_what_is_asked_of_one_path_is_told_from_where_it_stood_before() -> None:
    past = Past().commit("Ada", {"a.py": "1"}).commit("Bea", {"a.py": None, "b.py": "1"})
    past.commit("Cid", {"b.py": None, "c.py": "1"}).commit("Dan", {"c.py": "2"})
    known = past.history().authorship(["c.py"])["c.py"]
    assert (known.creator, known.changes) == ("Ada", {"Ada": 1, "Bea": 1, "Cid": 1, "Dan": 1})


def test_a_file_that_went_and_came_anew_begins_anew() -> None:
    past = Past().commit("Ada", {"a.py": "1"}).commit("Ada", {"a.py": None})
    past.commit("Bea", {"a.py": "2"})
    assert past.history().authorship(["a.py"])["a.py"].creator == "Bea"


def test_a_file_copied_without_being_removed_is_new() -> None:
    past = Past().commit("Ada", {"a.py": "1"}).commit("Bea", {"b.py": "1"})
    assert past.history().authorship(["b.py"])["b.py"].creator == "Bea"


def test_nobody_holds_files_that_only_a_bot_wrote() -> None:
    past = Past().commit("renovate[bot]", {"a.py": "1", "b.py": "1"})
    assert _holders(past, "a.py", "b.py") == ()


def test_without_files_there_is_no_bus_factor() -> None:
    assert _holders(Past().commit("Ada", {"a.py": "1"}), "gone.py") == ()


def test_one_author_of_three_files_of_four_is_a_bus_factor_of_one() -> None:
    past = (
        Past().commit("Ada", {"a.py": "1", "b.py": "1", "c.py": "1"}).commit("Bea", {"d.py": "1"})
    )
    assert _holders(past, "a.py", "b.py", "c.py", "d.py") == ("Ada",)


def test_three_with_a_file_each_are_a_bus_factor_of_two() -> None:
    past = Past()
    for who in ("Ada", "Bea", "Cid"):
        past.commit(who, {f"{who}.py": "1"})
    assert _holders(past, "Ada.py", "Bea.py", "Cid.py") == ("Ada", "Bea")


def test_whoever_rewrites_a_file_many_times_becomes_its_author() -> None:
    past = Past().commit("Ada", {"a.py": "0"})
    for number in range(1, 30):
        past.commit("Bea", {"a.py": f"{number}"})
    assert _holders(past, "a.py") == ("Bea",)
