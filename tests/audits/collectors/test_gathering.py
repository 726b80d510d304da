"""One pass over the blobs: each once, nothing fatal, the order of the source without effect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from audits.collectors.collecting import Collector, Derivation, Unreadable
from audits.collectors.gathering import Gathered, Stock, gather, stock
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from audits.sources.snapshot import silent


@dataclass(frozen=True)
class Words:
    """A fact: the words of each file."""

    by_path: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sizes:
    """Another fact: the sizes of each file."""

    by_path: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Count:
    """A fact that follows from others."""

    files: int


@dataclass(frozen=True)
class Total:
    """A fact that follows from a fact that follows."""

    twice: int


@dataclass
class Source:
    """A source in memory that remembers what it was asked for."""

    contents: dict[str, bytes | Skipped]
    asked: list[str] = field(default_factory=list)
    backwards: bool = False
    scattered: bool = True
    skipped: tuple[Skipped, ...] = ()

    @property
    def tree(self) -> Tree:
        sizes = {k: len(v) if isinstance(v, bytes) else 0 for k, v in self.contents.items()}
        return Tree(tuple(sorted(File(k, sizes[k], k) for k in self.contents)))

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        for file in reversed(files) if self.backwards else files:
            self.asked.append(file.path)
            yield file, self.contents[file.path]


def _read_words(path: str, content: bytes) -> str | None:
    if content == b"deep":
        raise RecursionError
    if content == b"bug":
        raise KeyError("x")
    if content == b"odd":
        raise Unreadable("it is odd")
    return content.decode() or None


def _read_size(_path: str, content: bytes) -> int:
    return len(content)


def _words(_tree: Tree, parts: Sequence[tuple[str, str]]) -> Words:
    return Words(tuple(parts))


def _sizes(_tree: Tree, parts: Sequence[tuple[str, int]]) -> Sizes:
    return Sizes(tuple(parts))


def _total(count: Count, _words: Words) -> Total:
    return Total(2 * count.files)


def _broken(_words: Words) -> Count:
    raise ZeroDivisionError("no")


WORDS = Collector(Words, 1, lambda f: f.suffix == ".txt", _read_words, _words, 20)
SIZES = Collector(Sizes, 1, lambda f: f.path != "no", _read_size, _sizes)
COUNT = Derivation(Count, (Words,), lambda words: Count(len(words.by_path)))
TOTAL = Derivation(Total, (Count, Words), _total)


def gathered(source: Source, *derived: Derivation[Any]) -> Gathered:
    return gather(source, Stock((WORDS, SIZES), derived), file_bytes=100, notice=silent)


def test_a_blob_is_read_once_and_one_that_nobody_wants_never() -> None:
    source = Source({"b.txt": b"two", "a.txt": b"one", "no": b"x"})
    got = gathered(source)
    assert source.asked == ["a.txt", "b.txt"]
    assert got.facts[Words] == Words((("a.txt", "one"), ("b.txt", "two")))
    assert got.facts[Sizes] == Sizes((("a.txt", 3), ("b.txt", 3)))
    assert got.facts[Tree] == source.tree


def test_the_order_of_the_source_has_no_effect() -> None:
    contents: dict[str, bytes | Skipped] = {f"{n}.txt": b"%d" % n for n in range(9)}
    backwards = Source(contents, backwards=True)
    assert gathered(Source(contents)).facts == gathered(backwards).facts


def test_what_a_collector_cannot_read_is_skipped_with_a_reason() -> None:
    got = gathered(
        Source(
            {
                "a.txt": b"deep",
                "b.txt": b"bug",
                "c.txt": b"odd",
                "d.txt": b"d" * 50,
                "e.txt": Skipped("e.txt", "not here"),
                "f.txt": b"fine",
                "g": b"g" * 101,
            }
        )
    )
    assert got.skipped == (
        Skipped("a.txt", "nested too deeply to be examined"),
        Skipped("b.txt", "could not be parsed: KeyError"),
        Skipped("c.txt", "it is odd"),
        Skipped("d.txt", "larger than the limit of 20 bytes"),
        Skipped("e.txt", "not here"),
        Skipped("g", "larger than the limit of 100 bytes"),
    )
    assert got.facts[Words] == Words((("f.txt", "fine"),))


def test_derived_facts_follow_in_the_order_of_their_needs() -> None:
    got = gathered(Source({"a.txt": b"one"}), TOTAL, COUNT)
    assert got.facts[Total] == Total(2)


def test_a_fact_that_cannot_be_put_together_is_missing_and_said() -> None:
    broken = Derivation(Count, (Words,), _broken)
    got = gathered(Source({"a.txt": b"one"}), broken, TOTAL)
    assert Count not in got.facts
    assert Total not in got.facts
    (said,) = got.skipped
    assert said.path == "(the whole repository)"
    assert said.reason.startswith("Count could not be put together: ZeroDivisionError")


def test_every_collector_of_the_product_is_found_once() -> None:
    facts = [c.fact for c in stock().collectors] + [d.fact for d in stock().derived]
    assert len(facts) == len(set(facts))
    assert facts


def test_no_collector_wants_a_file_of_another_ending_than_it_says() -> None:
    suffixes = {e for c in stock().collectors for e in c.endings} | {"", ".c", ".lock", ".cron"}
    stems = ("a", "src/readme", "LICENSE", "promptfoo", ".github/workflows/ci", "state")
    files = [File(f"{stem}{suffix}", 100, "") for stem in stems for suffix in suffixes]
    told = [c for c in stock().collectors if c.endings]
    assert len(told) >= 12
    for collector in told:
        assert any(collector.wants(f) for f in files if f.suffix in collector.endings)
        assert not [f for f in files if f.suffix not in collector.endings and collector.wants(f)]
