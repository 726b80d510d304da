"""Facts kept on disk: never wrong, never fatal, bounded, and equal to what reading gives."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from audits.collectors import keeping
from audits.collectors.collecting import Collector
from audits.collectors.entries import NAME, SEALED
from audits.collectors.gathering import stock
from audits.collectors.keeping import Shelf
from audits.collectors.reading import FileParts, Part
from audits.collectors.storing import (
    Unstorable,
    bytes_of,
    dumped,
    form_of,
    form_of_result,
    restored,
    stored_in,
)
from audits.engine.types import Severity, Skipped
from audits.facts.secrets import Secret, Strength
from audits.facts.tree import File

FILE = File("src/train.py", 3, "ab" * 20)
WANTED = {FILE.path: (0, 1)}
SECRET = Secret("Password", FILE.path, 3, Strength.REAL, Severity.HIGH, "wörd")
ENTRY = FileParts(FILE, (Part(1, (SECRET,)),), (Skipped(FILE.path, "it is odd"),))


def collectors(version: int = 1) -> list[Collector[Any, Any]]:
    by_name = {c.fact.__name__: c for c in stock().collectors}
    code, secrets = by_name["Code"], by_name["Secrets"]
    return [
        Collector(code.fact, version, code.wants, code.read, code.assemble),
        Collector(secrets.fact, 1, secrets.wants, secrets.read, secrets.assemble),
    ]


def shelf(folder: Path, version: int = 1, key: bytes = b"") -> Shelf:
    made = Shelf(folder / "cache", collectors(version), key)
    assert made.usable()
    return made


def known(
    kept: Shelf, files: list[File], wanted: dict[str, tuple[int, int]]
) -> dict[str, FileParts]:
    return {entry.file.path: entry for some in kept.find(files, wanted) for entry in some}


def test_nothing_is_known_of_what_was_never_kept(tmp_path: Path) -> None:
    assert known(shelf(tmp_path), [FILE], WANTED) == {}


@pytest.mark.parametrize(
    "other",
    [File("src/other.py", 3, FILE.blob), File(FILE.path, 3, "cd" * 20), File(FILE.path, 3, "")],
)
def test_another_path_or_other_bytes_are_another_entry(tmp_path: Path, other: File) -> None:
    shelf(tmp_path).keep([ENTRY], WANTED)
    assert known(shelf(tmp_path), [other], {other.path: (0, 1)}) == {}


def test_another_version_of_a_collector_or_of_the_code_is_another_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf(tmp_path).keep([ENTRY], WANTED)
    assert known(shelf(tmp_path, version=2), [FILE], WANTED) == {}
    monkeypatch.setattr(keeping, "code_digest", lambda: "another")
    assert known(shelf(tmp_path), [FILE], WANTED) == {}


def test_what_could_not_be_had_this_time_is_not_kept(tmp_path: Path) -> None:
    shelf(tmp_path).keep([FileParts(FILE, lasting=False)], WANTED)
    assert known(shelf(tmp_path), [FILE], WANTED) == {}


def test_a_kept_entry_comes_back_equal(tmp_path: Path) -> None:
    shelf(tmp_path).keep([ENTRY], WANTED)
    assert known(shelf(tmp_path), [FILE], WANTED) == {FILE.path: ENTRY}


def test_half_a_character_cannot_be_kept_and_is_no_fault(tmp_path: Path) -> None:
    half = Secret("Password", FILE.path, 3, Strength.REAL, Severity.HIGH, "\ud800")
    shelf(tmp_path).keep([FileParts(FILE, (Part(1, (half,)),))], WANTED)
    assert known(shelf(tmp_path), [FILE], WANTED) == {}


@pytest.mark.parametrize("damage", [b"", b"x" * 40, b"\x80\x04."])
def test_a_damaged_entry_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    shelf(tmp_path).keep([ENTRY], WANTED)
    with sqlite3.connect(tmp_path / "cache" / NAME) as database:
        database.execute("update facts set data = ?", (damage,))
    assert known(shelf(tmp_path), [FILE], WANTED) == {}


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / NAME).write_bytes(b"not a database at all" * 100)
    kept = shelf(tmp_path)
    kept.keep([ENTRY], WANTED)
    assert known(kept, [FILE], WANTED) == {FILE.path: ENTRY}


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not Shelf(tmp_path / "file", collectors()).usable()


def test_a_cache_taken_away_meanwhile_is_no_fault(tmp_path: Path) -> None:
    kept = shelf(tmp_path)
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    kept.keep([ENTRY], WANTED)
    assert known(kept, [FILE], WANTED) == {}


def test_the_longest_unused_entries_go_first(tmp_path: Path) -> None:
    kept = shelf(tmp_path)
    files = [File(f"{n}.py", 3, "ab" * 20) for n in range(200)]
    wanted = {f.path: (0, 1) for f in files}
    texts = [FileParts(f, skipped=(Skipped(f.path, f"{n}" * 900),)) for n, f in enumerate(files)]
    kept.keep(texts, wanted)
    with sqlite3.connect(tmp_path / "cache" / NAME) as database:
        database.execute("update facts set used = 1")
    known(kept, files[:3], wanted)
    kept.trim(most=8_000)
    assert (tmp_path / "cache" / NAME).stat().st_size < 40_000
    left = known(kept, files, wanted)
    assert {"0.py", "1.py", "2.py"} <= left.keys()
    assert len(left) < 200


def test_every_collector_of_the_stock_can_be_kept() -> None:
    for collector in stock().collectors:
        form_of_result(collector.read)


@dataclass(frozen=True)
class Odd:
    """Holds what has no form."""

    anything: dict[str, int]


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(Unstorable):
        form_of(Odd)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (tuple[str, ...] | None, None),
        (tuple[tuple[str, int | str | bool | float | None], ...], (("a", True), ("b", 1.5))),
        (Secret | str, "word"),
        (Secret | str, SECRET),
        (frozenset[str], frozenset({"b", "a"})),
        (tuple[Secret | str, ...], (SECRET, "x")),
    ],
)
def test_values_come_back_equal(kind: Any, value: object) -> None:
    form = form_of(kind)
    assert restored(form, stored_in(bytes_of(dumped(form, value)))) == value


def test_under_a_key_nothing_is_read_without_it_and_a_plain_table_goes(tmp_path: Path) -> None:
    shelf(tmp_path).keep([ENTRY], WANTED)
    sealed = shelf(tmp_path, key=b"k" * 32)
    assert known(sealed, [FILE], WANTED) == {}
    sealed.keep([ENTRY], WANTED)
    sealed.remember([(b"a name", b"planted words")])
    assert known(sealed, [FILE], WANTED) == {FILE.path: ENTRY}
    assert list(sealed.recall([b"a name"])) == [(b"a name", b"planted words")]
    assert known(shelf(tmp_path, key=b"l" * 32), [FILE], WANTED) == {}
    assert {file.name.partition("-")[0] for file in (tmp_path / "cache").iterdir()} == {SEALED}
    assert all(b"planted" not in file.read_bytes() for file in (tmp_path / "cache").iterdir())

    with sqlite3.connect(tmp_path / "cache" / SEALED) as database:  # each in the place of another
        (one, first), (two, second) = database.execute("select key, data from facts").fetchall()
        database.execute("update facts set data = ? where key = ?", (second, one))
        database.execute("update facts set data = ? where key = ?", (first, two))
    assert known(sealed, [FILE], WANTED) == {}
    assert list(sealed.recall([b"a name"])) == []
