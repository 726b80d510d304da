"""Reads SARIF 2.1.0 of any tool into findings: rule, severity, sentence and place, nothing else.

Snippets are left out, and long keys within sentences are blotted, because scanners quote secrets.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from audits.engine.excerpts import without_keys
from audits.engine.types import Severity
from audits.facts.foreign import ForeignFinding, ForeignReport

MOST_RUNS = 20
MOST_FINDINGS = 5_000
LONGEST_TITLE, LONGEST_FIX, LONGEST_PATH, LONGEST_NAME = 300, 1_000, 2_000, 60
_SILENT = ("pass", "notApplicable", "informational")
_LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.INFO,
}
_PLACEHOLDER = re.compile(r"\{(\d{1,2})\}")
Json = Mapping[str, Any]


def is_sarif(data: object) -> bool:
    """Whether a JSON value says that it is SARIF 2.1.0."""
    return (
        isinstance(data, dict)
        and str(data.get("version", "")).startswith("2.1")
        and isinstance(data.get("runs"), list)
    )


def sarif_reports(data: Json) -> tuple[ForeignReport, ...]:
    """One report per tool and run of the file; what is malformed within it is passed over."""
    runs = [_object(run) for run in _list(data, "runs")[:MOST_RUNS]]
    return tuple(_report(run) for run in runs)


def _report(run: Json) -> ForeignReport:
    tool = _object(run.get("tool"))
    driver = _object(tool.get("driver"))
    rules = _Rules(driver, [_object(each) for each in _list(tool, "extensions")])
    results = [r for r in map(_object, _list(run, "results")) if _stands(r)]
    origin = _object(next(iter(_list(run, "versionControlProvenance")), {}))
    artifacts = [_object(a) for a in _list(run, "artifacts")]
    return ForeignReport(
        tool=_word(driver.get("name"), LONGEST_NAME) or "A tool without a name",
        version=_word(driver.get("semanticVersion") or driver.get("version"), 40),
        findings=tuple(_finding(r, rules, artifacts) for r in results[:MOST_FINDINGS]),
        more=max(0, len(results) - MOST_FINDINGS),
        commit=_word(origin.get("revisionId"), 64),
    )


_LITERAL = re.compile(r"\\([\[\]\\])|\{(\{\d{1,2}\})\}")
"""Escapes of a message as the standard asks for them; few tools write others."""


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(data: Json, key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _word(value: object, longest: int) -> str:
    """Text on one line, without keys, cut to length."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    text = without_keys(text[: longest * 4])
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _stands(result: Json) -> bool:
    """Whether it says that something is wrong, and nobody has settled it."""
    settled = (
        _object(s).get("status", "accepted") == "accepted" for s in _list(result, "suppressions")
    )
    return bool(result) and result.get("kind", "fail") not in _SILENT and not any(settled)


class _Rules:
    """The rules of a run, by index and by id, those of its extensions too."""

    def __init__(self, driver: Json, extensions: Iterable[Json]) -> None:
        self._own = [_object(r) for r in _list(driver, "rules")]
        foreign = [_object(r) for e in extensions for r in _list(e, "rules")]
        self._by_id = {str(r.get("id")): r for r in (*foreign, *self._own)}

    def of(self, result: Json) -> Json:
        """The rule of a result; an empty one where it is not described."""
        reference = _object(result.get("rule"))
        name = str(result.get("ruleId") or reference.get("id") or "")
        if name in self._by_id:
            return self._by_id[name]
        index = result.get("ruleIndex", reference.get("index"))
        within = isinstance(index, int) and 0 <= index < len(self._own)
        return self._own[index] if within and "toolComponent" not in reference else {"id": name}


def _finding(result: Json, rules: _Rules, artifacts: list[Json]) -> ForeignFinding:
    rule = rules.of(result)
    path, line = _place(result, artifacts)
    name = _word(result.get("ruleId") or rule.get("id"), LONGEST_NAME)
    title = _message(result, rule) or _text(rule.get("shortDescription")) or name
    return ForeignFinding(
        rule=name or "without a rule",
        severity=_severity(result, rule),
        title=_word(title, LONGEST_TITLE) or "A finding without words",
        path=path,
        line=line,
        fix=_word(_text(rule.get("help")) or rule.get("helpUri"), LONGEST_FIX),
        identity="|".join(sorted(_identities(result)))[:1_000],
    )


def _identities(result: Json) -> Iterator[str]:
    for key in ("fingerprints", "partialFingerprints"):
        for name, value in _object(result.get(key)).items():
            if isinstance(value, str):
                yield f"{name}={value}"


def _text(message: object) -> str:
    found = _object(message)
    value = found.get("text") or found.get("markdown")
    return value if isinstance(value, str) else ""


def _message(result: Json, rule: Json) -> str:
    """The sentence of a result, or the rule's with its places filled."""
    message = _object(result.get("message"))
    if text := _text(message):
        return _LITERAL.sub(r"\1\2", text) if "text" in message else text
    form = _text(_object(rule.get("messageStrings")).get(str(message.get("id"))))
    given = [str(a) for a in _list(message, "arguments")[:20]]
    return _PLACEHOLDER.sub(
        lambda m: given[int(m[1])] if int(m[1]) < len(given) else m[0], form[:2_000]
    )


def _place(result: Json, artifacts: list[Json]) -> tuple[str, int]:
    location = _object(next(iter(_list(result, "locations")), {}))
    physical = _object(location.get("physicalLocation"))
    artifact = _object(physical.get("artifactLocation"))
    uri, index = artifact.get("uri"), artifact.get("index")
    if not uri and isinstance(index, int) and 0 <= index < len(artifacts):
        uri = _object(artifacts[index].get("location")).get("uri")
    line = _object(physical.get("region")).get("startLine")
    first = line if isinstance(line, int) and 0 < line < 2**31 else 1
    return path_of(uri if isinstance(uri, str) else ""), first


def path_of(uri: str) -> str:
    """A path within the repository: no scheme, no host, no way up."""
    if len(uri) > LONGEST_PATH:
        return ""
    try:
        raw = urlsplit(uri).path if "://" in uri or uri.startswith("file:") else uri
    except ValueError:
        return ""
    parts = unquote(raw).replace("\\", "/").split("/")
    clean = (p for p in parts if p not in ("", ".", ".."))
    return "".join(c if c.isprintable() else "_" for c in "/".join(clean))


def _severity(result: Json, rule: Json) -> Severity:
    """Its own word for it, the score for code scanning, or the level, in this order."""
    own = _object(result.get("properties")).get("severity")
    if isinstance(own, str) and own.lower() in list(Severity):
        return Severity(own.lower())
    for each in (result, rule):
        score = _score(_object(each.get("properties")).get("security-severity"))
        if score is not None:
            return severity_of(score)
    level = result.get("level") or _object(rule.get("defaultConfiguration")).get("level")
    return _LEVELS.get(str(level or "warning"), Severity.MEDIUM)


def _score(value: object) -> float | None:
    try:
        score = float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None
    return score if score is not None and 0 <= score <= 10 else None


def severity_of(score: float) -> Severity:
    """The severity of a score from 0 to 10, by the steps that forges use."""
    steps = ((9, Severity.CRITICAL), (7, Severity.HIGH), (4, Severity.MEDIUM))
    found = next((severity for least, severity in steps if score >= least), None)
    return found or (Severity.LOW if score > 0 else Severity.INFO)
