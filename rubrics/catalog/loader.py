"""Reads rubric files: YAML in, a frozen Rubric out, or one sentence that says what to correct.

A firm writes its own rubrics, so every fault names the file, the line and the remedy. The line is
taken from YAML's own node marks: the text is composed to nodes first, and the path of a fault
(`criteria`, 3, `levels`) is walked through them.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml
from msgspec import ValidationError, convert
from msgspec.json import schema

from diligence.lib.shallow_yaml import events_of
from rubrics.catalog.faults import Fault, Path, fault_of, label
from rubrics.catalog.schema import Criterion, Rubric, Stage, in_order

FILE_NAME = re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.yaml$")
PACKAGE = "rubrics.catalog"


class RubricError(ValueError):
    """A rubric file that cannot be used; the message names file, line and remedy."""

    def __init__(self, message: str, line: int = 1, what: str = "", remedy: str = "") -> None:
        self.line, self.what, self.remedy = line, what or message, remedy
        super().__init__(message)

    @classmethod
    def at(cls, name: str, line: int, what: str, remedy: str) -> "RubricError":
        """One that is told where it is, what is wrong and what to do."""
        return cls(f"{name}, line {line}: {what}. {remedy}.", line, what, remedy)


@dataclass(frozen=True, slots=True)
class RubricRef:
    """A rubric that ships with the product, by slug and version."""

    slug: str
    version: int

    @property
    def file_name(self) -> str:
        """The name of its file in the catalogue."""
        return f"{self.slug}.v{self.version}.yaml"


def available() -> tuple[RubricRef, ...]:
    """The rubrics of the catalogue, by slug and then by version."""
    matches = (FILE_NAME.match(item.name) for item in resources.files(PACKAGE).iterdir())
    refs = [RubricRef(found["slug"], int(found["version"])) for found in matches if found]
    return tuple(sorted(refs, key=lambda ref: (ref.slug, ref.version)))


@cache
def load_rubric(slug: str, version: int) -> Rubric:
    """The rubric of the catalogue with this slug and version."""
    ref = RubricRef(slug, version)
    if ref not in available():
        known = ", ".join(item.file_name for item in available())
        message = f"There is no rubric {ref.file_name}: choose one of {known}."
        raise RubricError(message)
    text = resources.files(PACKAGE).joinpath(ref.file_name).read_text(encoding="utf-8")
    return parse_rubric(text, ref.file_name)


def parse_rubric(text: str, name: str) -> Rubric:
    """The rubric in this text; `name` is the file name that an error shows.

    Where the name has the form `<slug>.v<N>.yaml`, it must agree with the content.
    """
    root, data = _compose(text, name)
    for fault in _duplicate_keys(root):
        raise _error(name, root, fault)
    if "digest" in data:
        computed = Fault(("digest",), "the digest is computed", "Remove the key 'digest'")
        raise _error(name, root, computed)
    try:
        rubric = convert(data, Rubric)
    except ValidationError as error:
        raise _error(name, root, fault_of(error, Rubric)) from error
    for fault in _contradictions(rubric, name):
        raise _error(name, root, fault)
    return rubric.with_digest(hashlib.sha256(text.encode("utf-8")).hexdigest())


def rubric_json_schema() -> dict[str, object]:
    """JSON Schema of a rubric file, for editors that complete and check while one writes."""
    parts = schema(Rubric)["$defs"]
    whole: dict[str, Any] = parts.pop(Rubric.__name__)
    del whole["properties"]["digest"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "$defs": parts}


def _compose(text: str, name: str) -> tuple[yaml.MappingNode, dict[str, object]]:
    """The nodes, which know their lines, and the data made of them."""
    try:
        _refuse_aliases(text, name)
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        if isinstance(root, yaml.MappingNode):
            return root, loader.construct_document(root)
    except RubricError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = 1 if mark is None else mark.line + 1
        problem = f"not valid YAML ({error.problem or error.context})"
        remedy = "Correct the indentation or quoting there"
        raise RubricError.at(name, line, problem, remedy) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        remedy = "Save it as plain text, not deeply nested"
        raise RubricError.at(name, 1, "not valid YAML", remedy) from error
    remedy = "Begin with 'rubric:' and 'version:'"
    raise RubricError.at(name, 1, "a rubric is a mapping", remedy)


def _refuse_aliases(text: str, name: str) -> None:
    """Aliases can make a file of a few lines expand without end; no rubric needs one."""
    for event in events_of(text):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise RubricError.at(name, line, "aliases are not allowed", "Write the value out there")


def _duplicate_keys(node: yaml.Node, path: Path = ()) -> Iterator[Fault]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _duplicate_keys(item, (*path, index))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*path, str(key.value))
            if key.value in seen:
                yield Fault(here, f"'{key.value}' stands twice", "Keep one of the two")
            seen.add(key.value)
            yield from _duplicate_keys(value, here)


def _line_of(root: yaml.Node, path: Path) -> int:
    """The line of the deepest node on the path that the file has; the last of two like keys."""
    node, line = root, root.start_mark.line
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line + 1


def _child(node: yaml.Node, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item.start_mark.line, item
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == step:
                return key.start_mark.line, value
    return None


def _error(name: str, root: yaml.Node, fault: Fault) -> RubricError:
    return RubricError.at(name, _line_of(root, fault.path), fault.problem, fault.remedy)


def _contradictions(rubric: Rubric, name: str) -> Iterator[Fault]:
    """What the shape alone cannot rule out, in the order in which one would correct it."""
    for index, criterion in enumerate(rubric.criteria):
        yield from _weeks_faults(criterion, ("criteria", index, "weeks"))
    yield from _naming(rubric, name)
    yield from _repeats("archetypes", [item.id for item in rubric.archetypes])
    yield from _repeats("flags", [item.id for item in rubric.flags])
    yield from _repeats("lenses", [item.id for item in rubric.lenses])
    yield from _repeats("stages", [item.id for item in rubric.stages])
    yield from _repeats("knock_outs", [item.id for item in rubric.knock_outs])
    yield from _repeats("criteria", [item.id for item in rubric.criteria])
    for index, stage in enumerate(rubric.stages):
        yield from _stage_faults(rubric, stage, ("stages", index))
    for index, criterion in enumerate(rubric.criteria):
        yield from _reference_faults(rubric, criterion, ("criteria", index))
        yield from _informing_faults(criterion, ("criteria", index))
    yield from _repeats("left_out", [item.id for item in rubric.left_out])
    for index, left in enumerate(rubric.left_out):
        if rubric.has_criterion(left.id):
            problem = f"the criterion '{left.id}' is left out and there"
            yield Fault(("left_out", index), problem, "Take it out of one of the two")
    for index, lens in enumerate(rubric.lenses):
        if not rubric.criteria_of(lens.id):
            remedy = "Give it at least one criterion or remove it"
            yield Fault(("lenses", index), f"the lens '{lens.id}' has no criterion", remedy)


def _weeks_faults(criterion: Criterion, path: Path) -> Iterator[Fault]:
    for index, weeks in enumerate(criterion.weeks or ()):
        try:
            in_order(weeks)
        except ValueError as fault:
            here = (*path, index)
            yield Fault(here, f"{label(here)} is wrong: {fault}", "Correct the value")


def _naming(rubric: Rubric, name: str) -> Iterator[Fault]:
    found = FILE_NAME.match(name.rpartition("/")[2])
    if found and found["slug"] != rubric.rubric:
        remedy = f"Write 'rubric: {found['slug']}' or rename the file"
        yield Fault(("rubric",), "the slug differs from the file name", remedy)
    if found and int(found["version"]) != rubric.version:
        remedy = f"Write 'version: {found['version']}' or rename the file"
        yield Fault(("version",), "the version differs from the file name", remedy)


def _repeats(section: str, identifiers: Sequence[str]) -> Iterator[Fault]:
    for index, identifier in enumerate(identifiers):
        if identifier in identifiers[:index]:
            problem = f"the id '{identifier}' is used twice"
            yield Fault((section, index, "id"), problem, "Give each entry an id of its own")


def _unknown(path: Path, what: str, used: Sequence[str], known: Sequence[str]) -> Iterator[Fault]:
    for identifier in used:
        if identifier not in known:
            remedy = f"Use one of {', '.join(known) or 'none'}"
            yield Fault(path, f"there is no {what} '{identifier}'", remedy)


def _stage_faults(rubric: Rubric, stage: Stage, path: Path) -> Iterator[Fault]:
    flags = [item.id for item in rubric.flags]
    for index, override in enumerate(stage.overrides):
        here = (*path, "overrides", index)
        if override.flag is not None:
            yield from _unknown((*here, "flag"), "flag", [override.flag], flags)
        for identifier in override.criteria:
            if not rubric.has_criterion(identifier):
                problem = f"there is no criterion '{identifier}'"
                remedy = "Correct its spelling or remove it"
                if any(each.id == identifier for each in rubric.left_out):
                    remedy = "It is left out, so take it out of the stage's targets too"
                yield Fault((*here, "criteria"), problem, remedy)


def _reference_faults(rubric: Rubric, criterion: Criterion, path: Path) -> Iterator[Fault]:
    lenses = [item.id for item in rubric.lenses]
    yield from _unknown((*path, "lens"), "lens", [criterion.lens], lenses)
    knock_outs = [item.id for item in rubric.knock_outs]
    yield from _unknown((*path, "knock_outs"), "knock-out", criterion.knock_outs, knock_outs)
    if criterion.archetypes != "all":
        archetypes = [item.id for item in rubric.archetypes]
        where = (*path, "archetypes")
        yield from _unknown(where, "archetype", criterion.archetypes, archetypes)
    flags = [item.id for item in rubric.flags]
    yield from _unknown((*path, "not_with_flags"), "flag", criterion.not_with_flags, flags)


def _informing_faults(criterion: Criterion, path: Path) -> Iterator[Fault]:
    practices = [item.practice for item in criterion.informed_by]
    for index, informing in enumerate(criterion.informed_by):
        here = (*path, "informed_by", index)
        if informing.practice in practices[:index]:
            problem = f"the practice '{informing.practice}' informs this criterion twice"
            yield Fault((*here, "practice"), problem, "Keep one of the two")
        if criterion.doc and informing.level_if_no is not None and not informing.hazard:
            problem = "a document that a repository lacks proves nothing"
            yield Fault((*here, "level_if_no"), problem, "Remove 'level_if_no' there")
        levels = (informing.level_if_yes, informing.level_if_partly, informing.level_if_no)
        if 4 in levels:
            problem = "level 4 is for people only"
            yield Fault(here, problem, "Propose at most 3 there")
