"""The bound on what an examination holds of single files: hard, said, and the same every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest

from audits.collectors.code import COLLECTOR
from audits.collectors.gathering import Means, Stock, gather, stock
from audits.collectors.holding import TOO_MUCH, Held
from audits.collectors.reading import FileParts, Part
from audits.engine.types import Skipped
from audits.facts.code import Code
from audits.facts.tree import File
from audits.sources.snapshot import silent
from tests.audits.gathered import Literal, source_of

WEIGHTS = Random(1)  # noqa: S311 - no secret
FOUND = [
    FileParts(File(f"{folder}/{n:03}.py", 10, ""), (Part(0, "x"),), (), WEIGHTS.randint(1, 100))
    for folder in ("docs", "src", "tests")
    for n in range(100)
]


@dataclass(frozen=True)
class Watched(Literal):
    """A source that remembers what was read of it."""

    asked: list[str] = field(default_factory=list)

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        self.asked.extend(f.path for f in files)
        return super().read(files)


def kept(found: list[FileParts], most: int) -> tuple[set[str], set[str]]:
    held = Held(most)
    for each in found:
        held.take(each)
    return {f.file.path for f in held}, held.dropped


def test_nothing_is_let_go_within_the_bound() -> None:
    assert kept(FOUND, sum(f.weight for f in FOUND)) == ({f.file.path for f in FOUND}, set())


@pytest.mark.parametrize("most", [0, 1, 700, 5_000, 12_000])
def test_beyond_it_the_product_stays_and_then_what_comes_first(most: int) -> None:
    left, dropped = kept(FOUND, most)
    assert sum(f.weight for f in FOUND if f.file.path in left) <= most
    assert left | dropped == {f.file.path for f in FOUND}
    order = [f.file.path for f in sorted(FOUND, key=lambda f: "src" not in f.file.path)]
    assert [p for p in order if p in left] == order[: len(left)]
    next_one = next(f for f in FOUND if f.file.path == order[len(left)])
    assert sum(f.weight for f in FOUND if f.file.path in left) + next_one.weight > most


def test_the_order_of_reading_has_no_effect() -> None:
    outcomes = []
    nothing = [FileParts(File(f"src/empty{n:03}.py", 1, "")) for n in range(100)]
    for seed in range(20):
        shuffled = [*FOUND, *nothing]
        Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
        outcomes.append(kept(shuffled, 3_000))
    assert all(one == other for one, other in pairwise(outcomes))
    assert all(f.file.path in outcomes[0][0] for f in nothing)


def test_a_file_that_gave_nothing_takes_no_room() -> None:
    empty = [FileParts(f.file, skipped=(Skipped(f.file.path, "odd"),)) for f in FOUND]
    assert kept([*FOUND[:3], *empty[3:]], FOUND[0].weight)[1] <= {f.file.path for f in FOUND[:3]}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_certain_to_be_dropped_need_not_be_read(seed: int) -> None:
    broken = FileParts(File("tests/050.py", 10, ""), skipped=(Skipped("tests/050.py", "odd"),))
    found = [broken if f.file == broken.file else f for f in FOUND]
    Random(seed).shuffle(found)  # noqa: S311 - no secret
    held, read = Held(3_000, lambda _: True), 0
    for each in found:
        if not held.drops(each.file):
            held.take(each)
            read += 1
    assert read < len(FOUND)
    left = {f.file.path for f in held.emptied()}
    assert (left, held.dropped) == kept(FOUND, 3_000)


def test_python_is_not_read_once_there_is_no_room_for_it() -> None:
    text = "import torch\n" + "torch.load('model.pt', weights_only=False)\n" * 50
    files = {f"{folder}/m{n:02}.py": f"{text}x = {n}\n" for folder in "ab" for n in range(60)}
    files |= {f"a/t{n:02}/test_m.py": f"{text}x = {n}\n" for n in range(60)}
    told: list[tuple[str, int, int]] = []
    source = Watched(**vars(source_of(files)))
    found = gather(
        source, Stock((COLLECTOR,)), file_bytes=1 << 20,
        notice=lambda *news: told.append(news), means=Means(held_bytes=100_000),
    )  # fmt: skip
    fact = found.facts[Code]
    assert isinstance(fact, Code)
    assert 0 < len(fact.files) < len(source.asked) < len(files)
    assert sorted(files)[: len(fact.files)] == [f.path for f in fact.files]
    assert {s.path for s in found.skipped} == files.keys() - {f.path for f in fact.files}
    assert told[-1] == ("Reading files", len(files), len(files))


def test_what_there_is_no_room_for_is_said() -> None:
    text = "import torch\n" + "torch.load('model.pt', weights_only=False)\n" * 50
    files = {f"src/m{n}.py": f"{text}x = {n}\n" for n in range(60)}
    found = gather(
        source_of(files), Stock((COLLECTOR,)), file_bytes=1 << 20, notice=silent,
        means=Means(held_bytes=100_000),
    )  # fmt: skip
    fact = found.facts[Code]
    assert isinstance(fact, Code)
    said = {s.path for s in found.skipped if s.reason == TOO_MUCH}
    assert 0 < len(fact.files) < len(files)
    assert said == files.keys() - {f.path for f in fact.files}


def test_no_tree_of_ordinary_size_comes_near_it() -> None:
    files = {f"src/m{n}.py": "import torch\ntorch.load('model.pt')\n" for n in range(300)}
    assert not gather(source_of(files), stock(), file_bytes=1 << 20, notice=silent).skipped
