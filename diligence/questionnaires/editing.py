"""Changing the text of a template in place: its head, and questions moved, added, taken out.

A template is edited as text, because a firm's comments and order are part of it. So a change made
by a button touches the lines of one question and no other; the rest of the text stays as it is,
even where it does not fit the schema yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from diligence.questionnaires.loader import TemplateError, compose_template, data_of
from diligence.questionnaires.schema import Scalar

WIDTH = 100
SKELETONS: Mapping[str, Mapping[str, Any]] = {
    "yes-no": {},
    "single": {"options": [{"id": "first", "label": "First"}, {"id": "second", "label": "Second"}]},
    "multiple": {
        "options": [{"id": "first", "label": "First"}, {"id": "second", "label": "Second"}]
    },
    "scale": {"minimum": 1, "maximum": 5, "low": "Not at all", "high": "Entirely"},
    "short-text": {},
    "long-text": {},
    "number": {"unit": "days"},
    "date": {},
    "table": {"columns": [{"id": "name", "label": "Name"}]},
    "file": {},
}
"""What a new question of each type needs beyond its text, to be changed at once."""


@dataclass(frozen=True)
class OutlinedQuestion:
    """A question as it stands in the text: lines `start` to before `end`, counted from 0."""

    id: str
    text: str
    type: str
    start: int
    end: int
    indent: int

    @property
    def line(self) -> int:
        """The line as people count."""
        return self.start + 1


@dataclass(frozen=True)
class OutlinedSection:
    """A section with its questions, in the order of the text."""

    id: str
    title: str
    line: int
    questions: tuple[OutlinedQuestion, ...]


def outline_of(text: str) -> tuple[OutlinedSection, ...]:
    """Sections and questions of a text that may still be wrong; nothing where it is no YAML."""
    try:
        root = compose_template(text, "draft")
    except TemplateError:
        return ()
    lines = text.split("\n")
    return tuple(
        OutlinedSection(
            _word(section, "id"), _word(section, "title"), section.start_mark.line + 1,
            tuple(_outlined(section, lines)),
        )
        for section in _items(_value(root, "sections"))
    )  # fmt: skip


def with_head(text: str, values: Mapping[str, Scalar]) -> str:
    """The text with other values at its top (`slug`, `version`, `title`); the keys must be there.

    Raises TemplateError where the text is not YAML.
    """
    root = compose_template(text, "template")
    spots = []
    for key, value in values.items():
        node = _value(root, key)
        if isinstance(node, yaml.ScalarNode):
            said = yaml.safe_dump(value, allow_unicode=True, width=10_000).removesuffix("...\n")
            spots.append((node.start_mark.index, node.end_mark.index, said.strip()))
    for start, end, said in sorted(spots, reverse=True):
        text = f"{text[:start]}{said}{text[end:]}"
    return text


def moved(text: str, question: str, step: int) -> str:
    """The text with a question one place up (-1) or down (1) in its section."""
    for section in outline_of(text):
        ids = [each.id for each in section.questions]
        if question in ids:
            here = ids.index(question)
            first, second = sorted((here, here + step))
            if first < 0 or second >= len(ids):
                return text
            return _swapped(text, section.questions[first], section.questions[second])
    return text


def without(text: str, question: str) -> str:
    """The text without a question. The last one of a section stays: a section needs one."""
    for section in outline_of(text):
        for each in section.questions:
            if each.id == question and len(section.questions) > 1:
                lines = text.split("\n")
                return "\n".join(lines[: each.start] + lines[each.end :])
    return text


def with_question(text: str, after: str, question: Mapping[str, Any]) -> str:
    """The text with a new question below another one."""
    place = _find(text, after)
    if place is None:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[: place.end], *_written(question, place.indent), *lines[place.end :]])


def rewritten(text: str, question: str, values: Mapping[str, Any]) -> str:
    """The text with other values in a question; None takes a key out. Its own comments are lost."""
    place = _find(text, question)
    if place is None:
        return text
    whole = {**question_in(text, question), **values}
    kept = {key: value for key, value in whole.items() if value is not None}
    lines = text.split("\n")
    block = _written(kept, place.indent)
    return "\n".join([*lines[: place.start], *block, *lines[place.end :]])


def question_in(text: str, question: str) -> dict[str, Any]:
    """What stands in the text for a question, as data; empty where it is not there."""
    place = _find(text, question)
    if place is None:
        return {}
    block = "\n".join(text.split("\n")[place.start : place.end])
    found: dict[str, Any] = data_of(block)[0]
    return found


def free_id(text: str, wanted: str) -> str:
    """An id that no question of the text has: the wanted one, or it with a number."""
    taken = {each.id for section in outline_of(text) for each in section.questions}
    number, found = 2, wanted
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def _find(text: str, question: str) -> OutlinedQuestion | None:
    found = (q for section in outline_of(text) for q in section.questions if q.id == question)
    return next(found, None)


def _outlined(section: yaml.Node, lines: list[str]) -> list[OutlinedQuestion]:
    questions = _value(section, "questions")
    if not isinstance(questions, yaml.SequenceNode) or questions.flow_style:
        return []
    nodes = _items(questions)
    starts = [_with_comments(node.start_mark.line, lines) for node in nodes]
    ends = [*starts[1:], _end(questions, starts, lines)]
    return [
        OutlinedQuestion(
            _word(node, "id"), _word(node, "text"), _word(node, "type"), start, end,
            questions.start_mark.column,
        )
        for node, start, end in zip(nodes, starts, ends, strict=True)
    ]  # fmt: skip


def _end(questions: yaml.Node, starts: list[int], lines: list[str]) -> int:
    """The line after the last question; blank lines and comments below belong to what follows."""
    mark = questions.end_mark
    before = lines[mark.line][: mark.column] if mark.line < len(lines) else ""
    end = int(mark.line) + bool(before.strip())
    while end - 1 > starts[-1] and not lines[end - 1].split("#")[0].strip():
        end -= 1
    return end


def _with_comments(line: int, lines: list[str]) -> int:
    """Where a question begins, with the comment that stands above it."""
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _swapped(text: str, first: OutlinedQuestion, second: OutlinedQuestion) -> str:
    lines = text.split("\n")
    return "\n".join(
        lines[: first.start]
        + lines[second.start : second.end]
        + lines[first.start : first.end]
        + lines[second.end :]
    )


def _written(question: Mapping[str, Any], indent: int) -> list[str]:
    dumped = yaml.safe_dump([dict(question)], sort_keys=False, allow_unicode=True, width=WIDTH)
    return [f"{' ' * indent}{line}" for line in dumped.rstrip("\n").split("\n")]


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _word(node: yaml.Node, key: str) -> str:
    value = _value(node, key)
    return str(value.value) if isinstance(value, yaml.ScalarNode) else ""
