"""The versions of a model registry, when they came, and which name their run and their data."""

from dataclasses import dataclass

from audits.engine.measured import Facts, counted


@dataclass(frozen=True)
class RegisteredVersion:
    """One version; empty where the registry does not say. `created_at` is ISO 8601 in UTC."""

    version: str
    name: str = ""
    created_at: str = ""
    run_id: str = ""
    dataset: str = ""
    stage: str = ""


@dataclass(frozen=True)
class ModelRegistry(Facts):
    """`newest` is when the newest version was registered; `median_gap_days` needs two of them."""

    versions: int
    with_dataset: int
    with_run: int
    newest: str | None = None
    newest_version: str | None = None
    oldest: str | None = None
    median_gap_days: float | None = None
    listed: tuple[RegisteredVersion, ...] = ()
    notes: tuple[str, ...] = ()

    def headline(self) -> str:
        """Versions, those with a dataset, and how often new ones come."""
        said = [counted(self.versions, "versions"), f"{self.with_dataset:,} with a dataset"]
        if self.newest:
            said.append(f"the newest of {self.newest[:10]}")
        if self.median_gap_days is not None:
            said.append(f"{self.median_gap_days:.4g} days apart (median)")
        return ", ".join(said)
