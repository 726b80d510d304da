"""The datasets of a manifest: what each is called and the hash that pins its bytes."""

from dataclasses import dataclass

from audits.engine.measured import Facts, counted


@dataclass(frozen=True)
class PinnedDataset:
    """A dataset with the hash of its bytes; `algorithm` is as the manifest names it."""

    id: str
    hash: str
    algorithm: str = ""
    bytes: int | None = None


@dataclass(frozen=True)
class DatasetManifest(Facts):
    """The datasets, and those named without a hash."""

    datasets: tuple[PinnedDataset, ...]
    without_hash: tuple[str, ...] = ()

    def headline(self) -> str:
        """How many datasets are pinned."""
        return f"{counted(len(self.datasets), 'datasets')} pinned by a hash"
