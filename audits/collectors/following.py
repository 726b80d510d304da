"""Follows the names of all files of source, and asks the files what every audit needs of them.

Where a name leads depends on all files, so nothing is followed before they are read; what a reading
finds depends on one file alone once its names are followed. Where many files are new, several
processes do both, each for some of the files, and what they found comes back packed. Where few are,
a file is asked when somebody wants to know.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from audits.collectors.collecting import ALONE, Aids
from audits.collectors.linking import Linker
from audits.collectors.packing import PackedFile, link_bytes
from audits.collectors.processes import spread
from audits.collectors.recalling import Links, Row, Tellings
from audits.facts.code import SourceFile
from audits.facts.readings import ask_ahead

WORTH_A_PROCESS = 2 * 1024 * 1024
"""Bytes of packed files to follow from which on a second process is sooner done than one alone."""
_AT_A_TIME = 32

_Found = list[tuple[int, bytes, Row]]
"""Of each file its place, where its names lead, and what it told."""


def followed(files: Sequence[SourceFile], aids: Aids = ALONE) -> tuple[SourceFile, ...]:
    """All files, with names followed across them, sorted by path.

    What a memory knows of files among the same surroundings is not worked out again.
    """
    linker = Linker(files)
    links, tellings = Links(aids.memory, files), Tellings(aids.memory)
    done: list[SourceFile] = [linker.link(f) for f in files if not isinstance(f, PackedFile)]
    packed: list[PackedFile] = []
    new: list[PackedFile] = []
    for file in files:
        if isinstance(file, PackedFile):
            link = links.of(file)
            if link is None:
                new.append(file)
            else:
                packed.append(file.linked(link))
    tellings.recall(packed)
    if aids.processes > 1 and sum(len(file.data) for file in new) > WORTH_A_PROCESS:
        packed += _by_several(new, linker, tellings, aids.processes)
    else:
        linked = [_linked(file, linker) for file in new]
        tellings.recall(linked)
        packed += linked
    if new:
        links.keep(packed)
    return tuple(sorted((*done, *packed), key=attrgetter("path")))


def _linked(file: PackedFile, linker: Linker) -> PackedFile:
    return file.linked(link_bytes(linker.link_of(file)))


def _by_several(
    files: Sequence[PackedFile], linker: Linker, tellings: Tellings, processes: int
) -> Iterator[PackedFile]:
    """The files with their names followed and the answers of all that is asked of them ahead."""

    def work(places: range) -> _Found:
        linked = [_linked(files[place], linker) for place in places]
        tellings.recall(linked)
        ask_ahead(linked)
        return [
            (place, file.followed, tellings.row_of(file))
            for place, file in zip(places, linked, strict=True)
        ]

    pieces = (
        range(at, min(at + _AT_A_TIME, len(files))) for at in range(0, len(files), _AT_A_TIME)
    )
    for found in spread(pieces, work, processes):
        for place, link, row in found:
            file = files[place].linked(link)
            tellings.give(file, row)
            yield file
