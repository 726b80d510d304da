"""Literals of which one must stand in a file that is worth reading, found in one pass over it.

To look for each of a dozen by itself takes ten times as long, and most files have none.
"""

from collections.abc import Iterable

import hyperscan

from audits.facts.lasting import lasting


class Marks:
    """Some literals, and the automaton that finds them, made when it is first needed."""

    def __init__(self, literals: Iterable[bytes]) -> None:
        self._literals = tuple(dict.fromkeys(literals))

    @lasting
    def _database(self) -> hyperscan.Database:
        count = len(self._literals)
        written = ["".join(map(r"\x{:02x}".format, each)) for each in self._literals]
        database = hyperscan.Database()
        database.compile(
            expressions=[each.encode() for each in written],
            ids=list(range(count)), elements=count, flags=hyperscan.HS_FLAG_SINGLEMATCH,
        )  # fmt: skip
        return database

    def warm(self) -> None:
        """Makes the automaton."""
        _ = self._database

    def found(self, content: bytes) -> frozenset[bytes]:
        """Those of the literals that stand in a text."""
        numbers: list[int] = []

        def note(number: int, start: int, end: int, flags: int, context: object) -> None:
            del start, end, flags, context
            numbers.append(number)

        self._database.scan(content, match_event_handler=note)
        return frozenset(self._literals[number] for number in numbers)
