"""What a file of a model tells without being loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from audits.engine.measured import Facts, Json


@dataclass(frozen=True)
class ModelFile(Facts):
    """One file. `unsafe` is None where neither could be shown; `reasons` then say why.

    `unsafe_imports` are names that run code, read files or reach the network when the file is
    loaded; `unknown_imports` belong to no framework that is known here, so that a person has to
    read their code. `risks` hold for the format, whatever stands in it. `line` is where a base
    model is named, 1 where the file has no lines.
    """

    format: str
    framework: str = ""
    parameters: int | None = None
    base_model: str = ""
    licence: str = ""
    unsafe: bool | None = None
    unsafe_imports: tuple[str, ...] = ()
    unknown_imports: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    engines: Mapping[str, str] = field(default_factory=dict)
    line: int = 1
    told: Mapping[str, str] = field(default_factory=dict)
    is_weights: bool = False

    def headline(self) -> str:
        """Its format, its base, and whether loading it would run code."""
        ending = {True: "loading it would run code", False: "nothing unsafe in it"}
        base = f", based on {self.base_model}" if self.base_model else ""
        said = ending[self.unsafe] if self.unsafe is not None else "unsafe or not: inconclusive"
        return f"{self.format}{base}; {said}"

    def document(self) -> Json:
        """The published form; `unsafe` is there as null where it is inconclusive."""
        return {"unsafe": self.unsafe, **super().document()}


def with_neighbours(files: Mapping[str, ModelFile]) -> dict[str, ModelFile]:
    """Weights with the base model and the licence that the configuration beside them names.

    What a file says of itself comes first. An adapter's configuration speaks before a full one.
    """
    beside: dict[str, list[ModelFile]] = {}
    for path, file in sorted(files.items()):
        if not file.is_weights:
            beside.setdefault(_folder(path), []).append(file)
    return {
        path: _with(file, beside.get(_folder(path), [])) if file.is_weights else file
        for path, file in files.items()
    }


def _with(file: ModelFile, near: list[ModelFile]) -> ModelFile:
    near = sorted(near, key=lambda f: f.format != "PEFT adapter")
    return replace(
        file,
        base_model=file.base_model or next((f.base_model for f in near if f.base_model), ""),
        licence=file.licence or next((f.licence for f in near if f.licence), ""),
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
