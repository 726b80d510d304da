"""How far predictions can be followed: to a registered version, its run and its dataset."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Chain:
    """One drawn prediction and each link of its chain, as a reviewer would ask for it.

    `broken_at` is the first link that is missing, or empty where the chain is whole.
    """

    row: int
    id: str
    time: str
    model_version: str
    registered: str
    run_id: str
    dataset: str
    broken_at: str
    told: str


@dataclass(frozen=True)
class Traceability:
    """Shares of rows by the link that they reach, and the first link that breaks for most.

    `broken` counts rows by the first link missing: `version`, `registration`, `run`, `dataset`.
    `before_registration` says of a version when it first predicted, where that is before the day
    on which it was registered.
    """

    registry: str
    rows: int
    to_model: float
    to_run: float
    to_dataset: float
    first_broken_link: str
    broken: Mapping[str, int] = field(default_factory=dict)
    unregistered: Mapping[str, int] = field(default_factory=dict)
    before_registration: Mapping[str, str] = field(default_factory=dict)
    conflicting_dataset: int = 0
    chains: tuple[Chain, ...] = ()
