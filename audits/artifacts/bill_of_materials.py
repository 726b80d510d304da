"""A bill of materials in CycloneDX or SPDX (2 and 3) as JSON: components, licences, models.

CycloneDX calls models `machine-learning-model` and data `data`; SPDX 3 has the types `ai_AIPackage`
and `dataset_DatasetPackage`; SPDX 2.3 says it by `primaryPackagePurpose` only for neither, so that
models are not told apart there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.sbom import is_cyclonedx
from audits.facts.bill_of_materials import BillOfMaterials, ListedModel

MOST_COMPONENTS = 200_000
MOST_LICENCES, MOST_MODELS = 200, 500
NEITHER = "{} is neither CycloneDX nor SPDX in JSON; export one of the two from the tool."
Json = Mapping[str, Any]


def measure(given: Given) -> BillOfMaterials:
    """What is listed."""
    data = Glimpse(given.path, given.name, given.path.stat().st_size).document
    if is_cyclonedx(data):
        return _cyclonedx(data)
    if _is_spdx2(data):
        return _spdx2(data)
    if _is_spdx3(data):
        return _spdx3(data)
    raise ArtifactError(NEITHER.format(given.name))


def recognise(glimpse: Glimpse) -> Guess | None:
    """By the words that each format begins with."""
    data = glimpse.document
    if is_cyclonedx(data):
        return Guess("sbom", 0.99, because="It says that it is CycloneDX.")
    if _is_spdx2(data) or _is_spdx3(data):
        return Guess("sbom", 0.98, because="It says that it is SPDX.")
    return None


def _is_spdx2(data: object) -> bool:
    return isinstance(data, dict) and str(data.get("spdxVersion", "")).startswith("SPDX-")


def _is_spdx3(data: object) -> bool:
    return isinstance(data, dict) and isinstance(data.get("@graph"), list) and "spdx" in str(
        data.get("@context", "")
    )  # fmt: skip


def _word(value: object, most: int = 200) -> str:
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def _objects(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _cyclonedx(data: Json) -> BillOfMaterials:
    meta = _object(data.get("metadata"))
    tools = meta.get("tools")
    named = _objects(_object(tools).get("components")) or _objects(tools)
    found = list(_nested(data))
    return _bill(
        "CycloneDX", _word(data.get("specVersion")), found,
        models=[c for c in found if c.get("type") == "machine-learning-model"],
        datasets=[_word(c.get("name")) for c in found if c.get("type") == "data"],
        created=_word(meta.get("timestamp"), 40), tool=_word(named[0].get("name")) if named else "",
        licence=_cyclonedx_licence,
    )  # fmt: skip


def _nested(data: Json) -> Iterator[Json]:
    waiting, count = _objects(data.get("components")), 0
    while waiting and count < MOST_COMPONENTS:
        component = waiting.pop(0)
        waiting[:0] = _objects(component.get("components"))
        count += 1
        yield component


def _cyclonedx_licence(component: Json) -> str:
    for each in _objects(component.get("licenses")):
        licence = _object(each.get("license"))
        if word := _word(licence.get("id") or licence.get("name") or each.get("expression"), 100):
            return word
    return ""


def _spdx2(data: Json) -> BillOfMaterials:
    info = _object(data.get("creationInfo"))
    creators = info.get("creators")
    tools = [str(c) for c in creators if str(c).startswith("Tool:")] if isinstance(
        creators, list
    ) else []  # fmt: skip
    return _bill(
        "SPDX", _word(data.get("spdxVersion")).removeprefix("SPDX-"),
        _objects(data.get("packages"))[:MOST_COMPONENTS], models=[], datasets=[],
        created=_word(info.get("created"), 40),
        tool=_word(tools[0]).removeprefix("Tool:").strip() if tools else "", licence=_spdx2_licence,
    )  # fmt: skip


def _spdx2_licence(package: Json) -> str:
    for key in ("licenseConcluded", "licenseDeclared"):
        word = _word(package.get(key), 100)
        if word and word not in ("NOASSERTION", "NONE"):
            return word
    return ""


def _spdx3(data: Json) -> BillOfMaterials:
    items = _objects(data.get("@graph"))[:MOST_COMPONENTS]
    packages = [i for i in items if str(i.get("type", "")).endswith("Package")]
    created = next((i for i in items if i.get("type") == "CreationInfo"), {})
    licences = _spdx3_licences(items)
    return _bill(
        "SPDX", _word(created.get("specVersion")), packages,
        models=[p for p in packages if str(p.get("type")).endswith("AIPackage")],
        datasets=[_word(p.get("name")) for p in packages
                  if str(p.get("type")).endswith("DatasetPackage")],
        created=_word(created.get("created"), 40), tool="",
        licence=lambda p: licences.get(str(p.get("spdxId")), ""),
    )  # fmt: skip


def _spdx3_licences(items: list[Json]) -> dict[str, str]:
    """Licences come as relationships from a package to an expression."""
    said = {
        str(i.get("spdxId")): _word(i.get("simplelicensing_licenseExpression"), 100)
        for i in items
        if "simplelicensing_licenseExpression" in i
    }
    found: dict[str, str] = {}
    for item in items:
        if str(item.get("relationshipType", "")).startswith("has") and "icense" in str(
            item.get("relationshipType")
        ):
            targets = item.get("to")
            for target in targets if isinstance(targets, list) else [targets]:
                if word := said.get(str(target)):
                    found.setdefault(str(item.get("from")), word)
    return found


def _bill(  # noqa: PLR0913 - the parts of a bill
    form: str,
    version: str,
    found: list[Json],
    *,
    models: list[Json],
    datasets: list[str],
    created: str,
    tool: str,
    licence: Any,
) -> BillOfMaterials:
    counts = Counter(licence(c) for c in found)
    return BillOfMaterials(
        form=form,
        version=version,
        components=len(found),
        licences=dict(sorted(counts.most_common(MOST_LICENCES))),
        models=tuple(
            ListedModel(
                _word(m.get("name")),
                _word(m.get("version") or m.get("versionInfo") or m.get("software_packageVersion")),
                licence(m),
            )
            for m in models[:MOST_MODELS]
        ),
        datasets=tuple(datasets[:MOST_MODELS]),
        created=created or None,
        tool=tool,
    )


KINDS = (Kind("sbom", measure, recognise),)
