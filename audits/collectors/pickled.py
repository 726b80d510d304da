"""Gathers pickles of the product whose opcodes import what runs code. Nothing is unpickled.

The walk and the tables are those by which model files of a data room are judged. Only what is
known to be dangerous is told here: an honest model of an unknown library is no accusation.
"""

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO

from audits.collectors.collecting import Collector
from audits.facts.opcodes import Budget, Stream, walk
from audits.facts.pickled import Pickled, Pickles
from audits.facts.tools.pickle_imports import Standing, standing
from audits.facts.tree import NOT_PRODUCT, File, Tree

LIMIT = 32 * 1024 * 1024
MOST_OPCODES = 1_000_000
MOST_MEMBERS = 20
LARGEST_MEMBER = 8 * 1024 * 1024
MOST_NAMED = 5
MOST_STREAMS = 20
_ENDINGS = (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".ckpt", ".p", ".model", ".bin")
_NO_CLOCK = float("inf")
"""Opcodes alone are counted, so that the same file always gives the same."""


def wants(file: File) -> bool:
    """What is called like a pickle or weights of PyTorch."""
    return file.suffix in _ENDINGS and not file.role & NOT_PRODUCT


def read(path: str, content: bytes) -> Pickled | None:
    """The dangerous imports of one file."""
    budget = Budget(_NO_CLOCK, MOST_OPCODES)
    names = dict.fromkeys(n for part in _parts(content) for n in _dangers(part, budget))
    return Pickled(path, tuple(names)[:MOST_NAMED]) if names else None


def _parts(content: bytes) -> Iterator[bytes]:
    """The bytes themselves, or the pickles of the zip that PyTorch writes."""
    if not content.startswith(b"PK\x03\x04"):
        yield content
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if m.filename.endswith((".pkl", ".pickle"))]
            for member in members[:MOST_MEMBERS]:
                with archive.open(member) as stream:
                    yield stream.read(LARGEST_MEMBER)
    except Exception:  # noqa: BLE001 - whatever zipfile raises, a broken archive opens for nobody
        return


def _dangers(content: bytes, budget: Budget) -> Iterator[str]:
    """Those of a pickle and of the ones behind it; an import counts even where the rest breaks."""
    start = 0
    for _ in range(MOST_STREAMS):
        stream = walk(content, start, budget)
        yield from _told(stream)
        if stream.problem or not start < stream.end < len(content):
            return
        start = stream.end


def _told(stream: Stream) -> list[str]:
    """The dangerous imports of one pickle.

    A call that is bound by `partial` is one of what the pickle imports anyway. Where all of that is
    known it does no harm: pandas binds the making of a block so.
    """
    found = {f"{i.module}.{i.name}": standing(i.module, i.name) for i in stream.imports}
    names = [name for name, of in found.items() if of is Standing.DANGEROUS]
    hidden = stream.computed or stream.extensions or not stream.whole
    bound = names == [_BINDS] and not hidden and len(found) > 1
    if bound and Standing.UNKNOWN not in found.values():
        return []
    return names


_BINDS = "functools.partial"


def assemble(tree: Tree, parts: Sequence[tuple[str, Pickled]]) -> Pickles:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Pickles(tuple(part for _, part in parts))


COLLECTOR = Collector(Pickles, 2, wants, read, assemble, LIMIT, endings=_ENDINGS)
