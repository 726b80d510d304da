"""The results of a suite that evaluates language models."""

from dataclasses import dataclass

from audits.engine.measured import Facts, Figure


@dataclass(frozen=True)
class Suite:
    """One suite or task: how many cases, how many passed, or the mean score where none pass."""

    name: str
    cases: int
    passed: int | None = None
    pass_rate: Figure | None = None
    score: float | None = None
    metric: str = ""


@dataclass(frozen=True)
class EvalResults(Facts):
    """The results of one run. `pass_rate` is over all suites that pass or fail cases."""

    tool: str
    suites: tuple[Suite, ...]
    cases: int
    passed: int | None = None
    pass_rate: Figure | None = None
    date: str | None = None
    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
