"""What looks after a repository: owners of its code, bots, and how one reports a weakness."""

from msgspec import Struct

from audits.engine.types import Evidence


class Upkeep(Struct, frozen=True):
    """All of it, each with its place, sorted by path.

    `policies` are documents on reporting a vulnerability, `asides` such a paragraph in another
    document; `inventories` are lists of components in a standard form (CycloneDX, SPDX).
    """

    owners: tuple[Evidence, ...] = ()
    bots: tuple[Evidence, ...] = ()
    policies: tuple[Evidence, ...] = ()
    asides: tuple[Evidence, ...] = ()
    licences: tuple[Evidence, ...] = ()
    inventories: tuple[Evidence, ...] = ()
