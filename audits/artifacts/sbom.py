"""Reads CycloneDX of any tool: its vulnerabilities, and the models that it names, as findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from audits.artifacts.sarif import LONGEST_FIX, LONGEST_NAME, LONGEST_TITLE, MOST_FINDINGS
from audits.engine.excerpts import without_keys
from audits.engine.types import Severity
from audits.facts.foreign import ForeignFinding, ForeignReport

MOST_COMPONENTS = 100_000
_RATINGS = {s.value: s for s in Severity} | {"none": Severity.INFO, "unknown": Severity.MEDIUM}
_SETTLED = ("resolved", "resolved_with_pedigree", "false_positive", "not_affected")
Json = Mapping[str, Any]


def is_cyclonedx(data: object) -> bool:
    """Whether a JSON value says that it is CycloneDX."""
    return isinstance(data, dict) and data.get("bomFormat") == "CycloneDX"


def cyclonedx_report(data: Json) -> ForeignReport:
    """What a bill of materials reports; what is malformed within it is passed over."""
    components = list(_components(data))
    names = {str(c.get("bom-ref")): _named(c) for c in components if c.get("bom-ref")}
    found = [*_vulnerabilities(data, names), *_models(components), _summary(components)]
    tool, version = _tool(data)
    return ForeignReport(
        tool, version, tuple(found[:MOST_FINDINGS]), max(0, len(found) - MOST_FINDINGS)
    )


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _word(value: object, longest: int) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    text = without_keys(text[: longest * 4])
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _components(data: Json) -> Iterator[Json]:
    """All components, nested ones too, without recursion."""
    waiting, count = _objects(data.get("components")), 0
    while waiting and count < MOST_COMPONENTS:
        component = waiting.pop()
        waiting.extend(_objects(component.get("components")))
        count += 1
        yield component


def _named(component: Json) -> str:
    group, name = _word(component.get("group"), 100), _word(component.get("name"), 100)
    version = _word(component.get("version"), 60)
    return f"{group}/{name}".lstrip("/") + (f" {version}" if version else "")


def _tool(data: Json) -> tuple[str, str]:
    tools = _object(data.get("metadata")).get("tools")
    listed = _objects(_object(tools).get("components")) or _objects(tools)
    first = listed[0] if listed else {}
    name = _word(first.get("name"), LONGEST_NAME) or "A tool without a name"
    return name, _word(first.get("version"), 40)


def _vulnerabilities(data: Json, names: Mapping[str, str]) -> Iterator[ForeignFinding]:
    for each in _objects(data.get("vulnerabilities")):
        if _object(each.get("analysis")).get("state") in _SETTLED:
            continue
        name = _word(each.get("id"), LONGEST_NAME) or "without an id"
        about = _word(each.get("description"), LONGEST_TITLE)
        for target in _objects(each.get("affects")) or [{}]:
            ref = str(target.get("ref", ""))
            where = names.get(ref) or _word(ref, 200) or "an unnamed component"
            title = _word(f"{name} in {where}" + (f": {about}" if about else ""), LONGEST_TITLE)
            fix = _word(each.get("recommendation"), LONGEST_FIX)
            yield ForeignFinding(name, _rating(each), title, "", 1, fix, f"{name}|{ref}"[:1_000])


def _rating(vulnerability: Json) -> Severity:
    """The gravest of its ratings."""
    told = [_RATINGS.get(str(r.get("severity"))) for r in _objects(vulnerability.get("ratings"))]
    return min((s for s in told if s), key=lambda s: s.rank, default=Severity.MEDIUM)


def _models(components: list[Json]) -> Iterator[ForeignFinding]:
    for component in sorted(components, key=_named):
        if component.get("type") == "machine-learning-model":
            name, licence = _named(component), _licence(component)
            title = f"The bill names the model {name}, {licence}"
            yield ForeignFinding(
                "machine-learning-model", Severity.INFO, _word(title, LONGEST_TITLE), "", 1
            )


def _licence(component: Json) -> str:
    for each in _objects(component.get("licenses")):
        licence = _object(each.get("license"))
        name = licence.get("id") or licence.get("name") or each.get("expression")
        if word := _word(name, 80):
            return f"licence {word}"
    return "without a licence"


def _summary(components: list[Json]) -> ForeignFinding:
    count = len(components)
    title = f"A bill of materials with {count:,} component{'s' if count != 1 else ''}"
    return ForeignFinding("components", Severity.INFO, title, "", 1)
