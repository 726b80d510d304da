"""What a bill of materials lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.measured import Facts


@dataclass(frozen=True)
class ListedModel:
    """A model that the bill names."""

    name: str
    version: str = ""
    licence: str = ""


@dataclass(frozen=True)
class BillOfMaterials(Facts):
    """`licences` counts components by licence, "" for none; `form` is CycloneDX or SPDX."""

    form: str
    version: str
    components: int
    licences: Mapping[str, int] = field(default_factory=dict)
    models: tuple[ListedModel, ...] = ()
    datasets: tuple[str, ...] = ()
    created: str | None = None
    tool: str = ""
