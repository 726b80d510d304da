"""Which collector wants which file, asked and remembered: the answer is the same."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from audits.collectors import planning
from audits.collectors.collecting import Aids, Collector
from audits.collectors.gathering import stock
from audits.collectors.planning import Plan, plan_of
from audits.collectors.processes import BrokenOff
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree

LIMIT = 1 << 20
PATHS = (
    "README.md", "src/train.py", "vendor/lib/setup.py", "node_modules/a/index.js", "Dockerfile",
    "data/rows.csv", "model.pt", ".github/workflows/ci.yml", "package.json", "docs/LICENSE",
)  # fmt: skip
FILES = [File(path, 40 * n + 10, "ab") for n, path in enumerate(PATHS)]
LARGE = File("src/large.py", 5 << 20, "cd")


@dataclass
class Memory:
    """Entries in a dictionary."""

    entries: dict[bytes, bytes] = field(default_factory=dict)

    def recall(self, names: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Those that are there."""
        yield from ((n, self.entries[n]) for n in names if n in self.entries)

    def remember(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keeps them."""
        self.entries.update(entries)


def tree(files: Iterable[File]) -> Tree:
    return Tree(tuple(sorted(files)))


def overheard(asked: list[str], version: int = 1) -> tuple[Collector[Any, Any], ...]:
    """The collectors of the product, whose questions are noted."""

    def heard(wants: Callable[[File], bool]) -> Callable[[File], bool]:
        def listen(file: File) -> bool:
            asked.append(file.path)
            return wants(file)

        return listen

    return tuple(replace(c, wants=heard(c.wants), version=version) for c in stock().collectors)


def told(files: Sequence[File], memory: Memory | None = None) -> tuple[Plan, set[str]]:
    """The plan, and of which files anybody was asked."""
    asked: list[str] = []
    return plan_of(tree(files), overheard(asked), LIMIT, Aids(memory)), set(asked)


def test_nobody_is_asked_of_a_known_file_again() -> None:
    memory = Memory()
    first, asked = told([*FILES, LARGE], memory)
    assert asked == {*PATHS, LARGE.path}
    assert first.wanted["src/train.py"]
    assert Skipped(LARGE.path, "larger than the limit of 1 MB") in first.skipped
    assert told([*FILES, LARGE], memory) == (first, set())


@pytest.mark.parametrize(
    "files",
    [
        [*FILES, File("src/new.py", 3, "ef")],
        [*FILES[:-1], File(FILES[-1].path, 11, "ab")],
        [*FILES[:-1], File(FILES[-1].path, 9 << 20, "ab")],
        FILES[:4],
        [LARGE, *FILES[:1]],
    ],
)
def test_what_changed_is_asked_and_the_plan_is_that_of_no_memory(files: list[File]) -> None:
    memory = Memory()
    told([*FILES, LARGE], memory)
    plan, asked = told(files, memory)
    assert plan == told(files)[0]
    assert list(plan.wanted) == list(told(files)[0].wanted)
    if {f.path.partition("/")[0] for f in files} == {p.partition("/")[0] for p in PATHS}:
        assert asked == {f.path for f in files if f not in {*FILES, LARGE}}


def test_another_version_of_a_collector_or_another_limit_asks_anew() -> None:
    memory = Memory()
    told(FILES, memory)
    asked: list[str] = []
    plan_of(tree(FILES), overheard(asked, version=2), LIMIT, Aids(memory))
    assert set(asked) == set(PATHS)
    small = plan_of(tree(FILES), overheard([]), 100, Aids(memory))
    assert small == plan_of(tree(FILES), stock().collectors, 100)
    assert small.skipped


@pytest.mark.parametrize("damage", [b"", b"no plan", b"\x28\xb5\x2f\xfd\x04\x00"])
def test_a_damaged_plan_is_as_good_as_none(damage: bytes) -> None:
    memory = Memory()
    first, _ = told(FILES, memory)
    memory.entries = dict.fromkeys(memory.entries, damage)
    assert told(FILES, memory) == (first, set(PATHS))


def test_a_plan_of_which_little_changed_is_not_written_again() -> None:
    memory = Memory()
    many = [File(f"src/m{n}.py", 9, "ab") for n in range(100)]
    told(many, memory)
    kept = dict(memory.entries)
    told([*many[1:], File("src/m0.py", 10, "ab")], memory)
    assert memory.entries == kept
    told([structs.replace(f, size=10) for f in many[:50]] + many[50:], memory)
    assert memory.entries != kept


def test_several_processes_ask_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [*FILES, LARGE, *(File(f"src/m{n}.py", 9, "ab") for n in range(20))]
    alone = plan_of(tree(many), stock().collectors, LIMIT)
    monkeypatch.setattr(planning, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(planning, "_AT_A_TIME", 3)
    memory, asked = Memory(), list[str]()
    aids = Aids(memory, processes=2)
    assert plan_of(tree(many), overheard(asked), LIMIT, aids) == alone
    assert not asked, "others were asked"
    assert told(many, memory) == (alone, set())


def test_a_process_that_dies_while_files_are_asked_for_ends_it_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(planning, "_AT_A_TIME", 3)
    parent = os.getpid()

    def wants(file: File) -> bool:
        if os.getpid() != parent and file.path == LARGE.path:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    fatal = tuple(replace(c, wants=wants, endings=()) for c in stock().collectors[:1])
    with pytest.raises(BrokenOff, match=r"was killed \(signal 9\)"):
        plan_of(tree([*FILES, LARGE]), fatal, LIMIT, Aids(None, 2))
