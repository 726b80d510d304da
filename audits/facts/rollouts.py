"""How a new version is let in bit by bit, and how one goes back to the old one."""

from msgspec import Struct

from audits.engine.types import Evidence


class Rollouts(Struct, frozen=True):
    """Settings of manifests and infrastructure files, sorted by path.

    `strategies` split traffic or go back by themselves; `ordered` only name a strategy or versions
    side by side, and leave the rest to the platform.
    """

    strategies: tuple[Evidence, ...] = ()
    ordered: tuple[Evidence, ...] = ()
