"""What is gathered while one file is looked through, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from audits.facts.model_file import ModelFile
from audits.facts.opcodes import Bytes, OutOfBudget, Stream
from audits.facts.tools.pickle_imports import Standing, framework_of, standing

COMPUTED = "a name that is put together while loading"
EXTENSION = "the copyreg extension {}"
MOST_NAMED = 40


@dataclass(frozen=True)
class Piece:
    """The opcodes of one pickle, the numbers between them left out: what a second engine reads."""

    name: str
    content: bytes


@dataclass
class Found:
    """Everything that one file gives, by part. Lists keep their order and hold nothing twice."""

    format: str = ""
    framework: str = ""
    parameters: int | None = None
    base_model: str = ""
    licence: str = ""
    line: int = 1
    is_weights: bool = True
    told: dict[str, str] = field(default_factory=dict)
    dangerous: dict[str, None] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)
    risks: dict[str, None] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    pieces: list[Piece] = field(default_factory=list)

    def doubt(self, reason: str) -> None:
        """Notes why the file cannot be called clean."""
        self.reasons[reason] = None

    def danger(self, *names: str) -> None:
        """Notes what runs code, reads files or reaches the network."""
        self.dangerous.update(dict.fromkeys(names))

    def strange(self, *names: str) -> None:
        """Notes what belongs to no known framework."""
        self.unknown.update(dict.fromkeys(names))

    def risk(self, sentence: str) -> None:
        """Notes what holds for the format, whatever stands in it."""
        self.risks[sentence] = None

    def name(self, module: str, name: str) -> None:
        """Notes a name that is imported, as what it is."""
        found = standing(module, name)
        self.modules.add(module)
        if found is Standing.DANGEROUS:
            self.danger(f"{module}.{name}")
        elif found is Standing.UNKNOWN:
            self.strange(f"{module}.{name}")

    def judge(self, stream: Stream, *, only_dangers: bool = False) -> None:
        """Takes over what a pickle imports. Raises OutOfBudget where it was not walked to its end.

        What was seen until then counts.
        """
        self._take(stream, only_dangers=only_dangers)
        if stream.is_spent:
            raise OutOfBudget

    def _take(self, stream: Stream, *, only_dangers: bool) -> None:
        for item in stream.imports:
            if not only_dangers or standing(item.module, item.name) is Standing.DANGEROUS:
                self.name(item.module, item.name)
        if only_dangers:
            return
        if stream.computed:
            self.danger(COMPUTED)
        self.strange(*(EXTENSION.format(code) for code in stream.extensions))

    def keep(self, name: str, data: Bytes, stream: Stream) -> None:
        """Keeps a pickle's opcodes for the second engine."""
        ends = [stream.start, *(n for span in stream.raw for n in span), stream.end]
        spans = zip(ends[::2], ends[1::2], strict=True)
        self.pieces.append(Piece(name, b"".join(bytes(data[a:b]) for a, b in spans)))


def concluded(found: Found, engines: dict[str, str]) -> ModelFile:
    """The facts, with the verdict: a danger is unsafe, a doubt is neither, the rest is clean."""
    unknown = tuple(found.unknown)[:MOST_NAMED]
    if unknown:
        found.doubt(f"It imports {_some(unknown)}, whose code is not known here.")
    unsafe = True if found.dangerous else None if found.reasons else False
    return replace(
        _facts(found),
        unsafe=unsafe,
        unsafe_imports=tuple(found.dangerous)[:MOST_NAMED],
        unknown_imports=unknown,
        reasons=tuple(found.reasons),
        engines=engines,
    )


def _facts(found: Found) -> ModelFile:
    return ModelFile(
        format=found.format or "unknown",
        framework=found.framework or framework_of(frozenset(found.modules)),
        parameters=found.parameters,
        base_model=found.base_model,
        licence=found.licence,
        risks=tuple(found.risks),
        line=found.line,
        told=found.told,
        is_weights=found.is_weights,
    )


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - 3
    return ", ".join(listed[:3]) + (f" and {more} more" if more > 0 else "")
