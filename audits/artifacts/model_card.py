"""A model card: Markdown, with the YAML head of a hub or without.

Its sections are told by their titles, as the check of the same name tells them. Metrics are taken
from `model-index` of the head, and from lines and table rows that name one metric and one number.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import encoding_of, head_of
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.facts.metric_names import metric_named
from audits.facts.model_card import ModelCard, Sections, StatedMetric
from audits.facts.prediction_log import METRICS
from audits.facts.tools.governance_documents import CARD_NAMES, CARD_TOPICS, HUB_KEYS

LARGEST = 2 * 1024 * 1024
LEAST_TEXT = 40
MOST_METRICS = 100
NOT_TEXT = "{} is no text; hand in the model card as Markdown."
_TITLE = re.compile(r"^#{1,6}\s+(\S.*)$")
_GAP = re.compile(r"\[?more information needed\]?|\bTODO\b|\bTBD\b|<!--.*?-->", re.I | re.S)
_METRIC = re.compile(
    r"(?i)\b(accuracy|roc[ _-]?auc|auroc|auc|f1(?:[ _-]?score)?|precision|recall|mae|rmse"
    r"|mean absolute error|r2|r²)\b[^\d\n]{0,25}?(\d{1,3}(?:\.\d{1,6})?)\s*(%)?"
)


def measure(given: Given) -> ModelCard:
    """What the card states."""
    content = head_of(given.path, given.name, LARGEST)
    encoding = encoding_of(content)
    if encoding == "binary":
        raise ArtifactError(NOT_TEXT.format(given.name))
    return card_of(content.decode(encoding, "replace").lstrip("\ufeff"))


def card_of(text: str) -> ModelCard:
    """The card of a text."""
    head, body_line = _head(text)
    lines = text.splitlines()
    present = {topic for title, chars in _sections(lines[body_line:])
               for topic, words in CARD_TOPICS.items()
               if chars >= LEAST_TEXT and _is_about(title, words)}  # fmt: skip
    licence, licence_line = _stated(head, lines, ("license_name", "license", "licence"))
    base, base_line = _stated(head, lines, ("base_model",))
    datasets, _ = _stated(head, lines, ("datasets",))
    metrics = [*_indexed(head, lines), *_written(lines, body_line)]
    return ModelCard(
        sections=Sections(
            tuple(t for t in CARD_TOPICS if t in present),
            tuple(t for t in CARD_TOPICS if t not in present),
        ),
        licence=licence[0] if licence else "",
        base_model=base[0] if base else "",
        base_models=tuple(base),
        datasets=tuple(datasets),
        metrics=tuple(metrics[:MOST_METRICS]),
        licence_line=licence_line,
        base_line=base_line,
        name=str(head.get("model_name") or "")[:200],
    )


def _head(text: str) -> tuple[Mapping[str, Any], int]:
    """The YAML head and the number of lines that it takes; an empty one where it is none."""
    if not text.startswith("---"):
        return {}, 0
    end = text.find("\n---", 3, 100_000)
    if end < 0:
        return {}, 0
    try:
        inner = text[3:end]
        if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(inner, yaml.SafeLoader)):
            return {}, 0
        data = yaml.safe_load(inner)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, 0
    return (data if isinstance(data, dict) else {}), text.count("\n", 0, end) + 2


def _sections(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Titles with the characters of text below each, gaps of a form not counted."""
    title, text = "", ""
    for line in lines:
        found = _title(line)
        if not found:
            text += f"{line}\n"
            continue
        yield title, len(" ".join(_GAP.sub("", text).split()))
        title, text = found, ""
    yield title, len(" ".join(_GAP.sub("", text).split()))


def _title(line: str) -> str:
    """The words of a heading without the marks around them; empty where the line is none."""
    found = _TITLE.match(line)
    return found[1].rstrip().rstrip("#").rstrip() if found else ""


def _is_about(title: str, words: tuple[str, ...]) -> bool:
    low = f" {title.lower().replace('-', ' ')} "
    return any(word in low for word in words)


def _stated(
    head: Mapping[str, Any], lines: list[str], keys: tuple[str, ...]
) -> tuple[list[str], int]:
    """What the head says under the first of some keys, and at which line."""
    for key in keys:
        value = head.get(key)
        listed = value if isinstance(value, list) else [value]
        words = [str(v).strip()[:200] for v in listed if isinstance(v, str | int | float) and v]
        if words:
            at = next((n for n, row in enumerate(lines, 1) if row.startswith(f"{key}:")), 1)
            return words, at
    return [], 1


def _indexed(head: Mapping[str, Any], lines: list[str]) -> Iterator[StatedMetric]:
    """The figures of `model-index`."""
    at = next((n for n, row in enumerate(lines, 1) if row.startswith("model-index:")), 1)
    for model in _objects(head.get("model-index")):
        for result in _objects(model.get("results")):
            data = result.get("dataset")
            dataset = str(data.get("name", ""))[:200] if isinstance(data, dict) else ""
            for metric in _objects(result.get("metrics")):
                name = metric_named(str(metric.get("type") or metric.get("name") or ""))
                value = metric.get("value")
                if name in METRICS and isinstance(value, int | float):
                    yield StatedMetric(name, float(value), at, f"{name} {value}", dataset)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _written(lines: list[str], start: int) -> Iterator[StatedMetric]:
    """Lines that name exactly one metric and one number."""
    for number, line in enumerate(lines[start:], start + 1):
        found = list(_METRIC.finditer(line[:1_000]))
        if len(found) != 1:
            continue
        name, value = metric_named(found[0][1]), float(found[0][2])
        if name in METRICS:
            value = value / 100 if found[0][3] else value
            yield StatedMetric(name, value, number, " ".join(line.split())[:200])


def recognise(glimpse: Glimpse) -> Guess | None:
    """By its name, its first title, or the keys that hubs read."""
    if glimpse.form != "text":
        return None
    stem = glimpse.name.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower().replace("-", "_")
    if any(name in stem.replace(" ", "_") for name in CARD_NAMES):
        return Guess("model-card", 0.95, because="Its name is that of a model card.")
    head, _ = _head(glimpse.text)
    if len(head.keys() & HUB_KEYS) > 1:
        return Guess("model-card", 0.9, because="It has the head that model hubs read.")
    first = next((t for row in glimpse.text.splitlines()[:50] if (t := _title(row))), "")
    if "model card" in first.lower():
        return Guess("model-card", 0.9, because="Its title says that it is a model card.")
    return None


KINDS = (Kind("model-card", measure, recognise),)
