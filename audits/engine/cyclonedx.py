"""The bill of materials of a tree, AI included, as CycloneDX 1.6 in JSON.

The same tree gives the same bytes: the serial number follows from the commit, the time is that of
the commit, and nothing comes from the clock. Packages have package URLs; models, weights and data
have their places in the code, their digests and licences where the tree says them.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from packageurl import PackageURL
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from audits.engine.inventory import (
    Dataset,
    HostedModel,
    NamedModel,
    Package,
    Weights,
    digest_of,
)
from audits.engine.report import ENGINE_VERSION, AuditReport

SCHEMA_URI = "http://cyclonedx.org/schema/bom-1.6.schema.json"
SPEC = "1.6"
ROOT = "root"
MOST_PLACES = 50
_NAMESPACE = uuid.UUID("5b0f7a52-64c4-5d0e-9a0c-3d7c1d0a6f11")
_PURLS = frozenset({"pypi", "npm", "cargo", "golang", "cran", "maven", "nuget"})
_DIGESTS = {"sha256": "SHA-256", "md5": "MD5", "sha1": "SHA-1"}
_HEX = {"SHA-256": 64, "MD5": 32, "SHA-1": 40}
Json = dict[str, Any]


def cyclonedx(report: AuditReport, version: str) -> Json:
    """The whole document."""
    stock = report.inventory
    components = [
        *_packages(stock.packages),
        *_models(stock.models),
        *_hosted_models(stock.hosted),
        *_weights(stock.weights),
        *_datasets(stock.datasets),
    ]
    components.sort(key=lambda c: str(c["bom-ref"]))
    services = sorted(_services(stock.hosted), key=lambda s: str(s["bom-ref"]))
    bases = {w.path: _ref("model", "huggingface", w.base, "") for w in stock.weights if w.base}
    return {
        "$schema": SCHEMA_URI,
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{_serial(report)}",
        "version": 1,
        "metadata": _metadata(report, version),
        "components": components,
        "services": services,
        "dependencies": _dependencies(components, services, bases),
    }


def _serial(report: AuditReport) -> uuid.UUID:
    """One per content: of the commit, or of the hashes of all files where there is none."""
    what = report.source.commit or digest_of(report.files)
    return uuid.uuid5(_NAMESPACE, f"{ENGINE_VERSION} {what}")


def _metadata(report: AuditReport, version: str) -> Json:
    source, stock = report.source, report.inventory
    name = stock.name or source.location.rstrip("/").rpartition("/")[2] or "repository"
    component = {
        "type": "application",
        "bom-ref": ROOT,
        "name": _clean(name),
        **({"version": source.commit} if source.commit else {}),
        **_licences(stock.licence),
    }
    metadata: Json = {
        "tools": {"components": [{"type": "application", "name": "Proofroom", "version": version}]},
        "component": component,
        "properties": [
            _property("files", str(source.files)),
            _property("not-examined", str(len(report.skipped))),
        ],
    }
    if moment := _moment(source.committed_at):
        metadata["timestamp"] = moment
    return metadata


def _moment(text: str | None) -> str:
    """A time as the schema wants it; a commit may carry an impossible one."""
    try:
        return datetime.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return ""


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _property(name: str, value: str) -> Json:
    return {"name": f"proofroom:{name}", "value": _clean(value)}


def _ref(kind: str, *parts: str) -> str:
    return _clean("|".join([kind, *(p for p in parts if p)]))


def _licences(text: str) -> Json:
    """An SPDX id or expression where it is one, else the name as it was given."""
    if not text or text.lower() in ("other", "unknown", "unlicensed"):
        return {"licenses": [{"license": {"name": text}}]} if text else {}
    try:
        known = str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return {"licenses": [{"license": {"name": _clean(text)}}]}
    if " " in known or known.startswith("LicenseRef-") or known.endswith("+"):
        return {"licenses": [{"expression": known}]}
    return {"licenses": [{"license": {"id": known}}]}


def _places(rows: Iterable[tuple[str, int]]) -> Json:
    seen = sorted(set(rows))[:MOST_PLACES]
    return {"occurrences": [{"location": _clean(p), "line": max(1, line)} for p, line in seen]}


def _hashes(form: str, digest: str) -> Json:
    """A digest where it has the form of one."""
    fits = len(digest) == _HEX.get(form) and set(digest) <= set("0123456789abcdef")
    return {"hashes": [{"alg": form, "content": digest}]} if fits else {}


def _packages(packages: Sequence[Package]) -> Iterator[Json]:
    for package in packages:
        known = package.ecosystem in _PURLS
        purl = _purl(package.ecosystem, package.name, package.version) if known else ""
        yield {
            "type": "library",
            "bom-ref": purl or _ref("package", package.ecosystem, package.name, package.version),
            "name": _clean(package.name),
            **({"version": _clean(package.version)} if package.version else {}),
            "scope": "optional" if package.optional else "required",
            **({"purl": purl} if purl else {}),
            **_licences(package.licence),
            "evidence": _places([(package.path, package.line)]),
        }


def _purl(kind: str, name: str, version: str) -> str:
    """The package URL, or "" where the kind has none or the name cannot be one."""
    joint = ":" if kind == "maven" else "/"
    space, _, last = _clean(name).rpartition(joint)
    try:
        return PackageURL(kind, space or None, last, _clean(version) or None).to_string()
    except ValueError:
        return ""


def _grouped(models: Iterable[NamedModel]) -> dict[tuple[str, str, str], list[NamedModel]]:
    groups: dict[tuple[str, str, str], list[NamedModel]] = defaultdict(list)
    for model in models:
        groups[model.hub, model.name, model.revision].append(model)
    return groups


def _models(models: Iterable[NamedModel]) -> Iterator[Json]:
    """Models that are fetched by name; a revision that is named is a component of its own."""
    for (hub, name, revision), rows in _grouped(models).items():
        space, _, last = name.rpartition("/")
        purl = _purl("huggingface", name, revision) if hub == "huggingface" else ""
        uses = sorted({r.kind for r in rows})
        yield {
            "type": "machine-learning-model",
            "bom-ref": _ref("model", hub, name, revision),
            **({"group": _clean(space)} if space else {}),
            "name": _clean(last),
            **({"version": _clean(revision)} if revision else {}),
            **({"purl": purl} if purl else {}),
            **_licences(next((r.licence for r in rows if r.licence), "")),
            "evidence": _places((r.path, r.line) for r in rows),
            "properties": [_property("hub", hub), *(_property("use", u) for u in uses)],
        }


def _hosted_models(hosted: Iterable[HostedModel]) -> Iterator[Json]:
    groups: dict[tuple[str, str], list[HostedModel]] = defaultdict(list)
    for model in hosted:
        if model.name:
            groups[model.provider, model.name].append(model)
    for (provider, name), rows in groups.items():
        yield {
            "type": "machine-learning-model",
            "bom-ref": _ref("hosted", provider, name),
            "supplier": {"name": provider},
            "name": _clean(name),
            "evidence": _places((r.path, r.line) for r in rows),
            "properties": [_property("use", "hosted")],
        }


def _services(hosted: Iterable[HostedModel]) -> Iterator[Json]:
    """Providers whose models are asked over the network."""
    rows: dict[str, set[str]] = defaultdict(set)
    for model in hosted:
        rows[model.provider].add(f"{model.path}:{model.line}")
    for provider, places in rows.items():
        yield {
            "bom-ref": _ref("service", provider),
            "provider": {"name": provider},
            "name": f"{provider} models",
            "x-trust-boundary": True,
            "properties": [_property("seen-at", p) for p in sorted(places)[:MOST_PLACES]],
        }


def _weights(weights: Iterable[Weights]) -> Iterator[Json]:
    for each in weights:
        told = {
            "form": each.form,
            "path": each.path,
            "bytes": str(each.bytes) if each.bytes else "",
            "kept-by": each.pointer,
            "parameters": str(each.parameters) if each.parameters else "",
        }
        parameters = {"modelArchitecture": _clean(each.architecture)} if each.architecture else {}
        yield {
            "type": "machine-learning-model",
            "bom-ref": _ref("weights", each.path),
            "name": _clean(each.name or each.path.rpartition("/")[2]),
            **_hashes("SHA-256", each.sha256),
            **_licences(each.licence),
            **({"modelCard": {"modelParameters": parameters}} if parameters else {}),
            **(_pedigree(each.base) if each.base else {}),
            "evidence": _places([(each.path, 1)]),
            "properties": [_property(name, value) for name, value in told.items() if value],
        }


def _pedigree(base: str) -> Json:
    space, _, name = base.rpartition("/")
    ancestor: Json = {"type": "machine-learning-model", "name": _clean(name or base)}
    if space and (purl := _purl("huggingface", base, "")):
        ancestor |= {"group": _clean(space), "purl": purl}
    return {"pedigree": {"ancestors": [ancestor]}}


def _datasets(datasets: Iterable[Dataset]) -> Iterator[Json]:
    groups: dict[tuple[str, str, str, str], list[Dataset]] = defaultdict(list)
    for each in datasets:
        groups[each.source, each.name, each.revision, each.digest].append(each)
    for (source, name, revision, digest), rows in groups.items():
        form, _, value = digest.partition(":")
        yield {
            "type": "data",
            "bom-ref": _ref("data", source, name, revision, digest),
            "name": _clean(name),
            **({"version": _clean(revision)} if revision else {}),
            **_hashes(_DIGESTS.get(form, ""), value),
            "data": [{"type": "dataset", "name": _clean(name)}],
            "evidence": _places((r.path, r.line) for r in rows),
            "properties": [_property("source", source)],
        }


def _dependencies(
    components: Sequence[Json], services: Sequence[Json], bases: dict[str, str]
) -> list[Json]:
    """The product needs everything; weights need the model that they stand on, if it is listed."""
    refs = [str(each["bom-ref"]) for each in (*components, *services)]
    known = set(refs)
    edges: dict[str, list[str]] = {ref: [] for ref in refs}
    for path, base in bases.items():
        if base in known:
            edges[_ref("weights", path)] = [base]
    rows = [{"ref": ref, **({"dependsOn": on} if on else {})} for ref, on in edges.items()]
    return [{"ref": ROOT, **({"dependsOn": refs} if refs else {})}, *rows]
