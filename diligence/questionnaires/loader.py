"""Templates from YAML text, and the library that ships with the product.

Reading goes in three steps: YAML with the line of every node, then the shape (schema), then what
shape cannot say (consistency). The first thing that is wrong ends it with a `TemplateError`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from diligence.lib.shallow_yaml import require_shallow
from diligence.questionnaires.consistency import problems_of
from diligence.questionnaires.schema import CONDITION_KEYS, Template

LIBRARY = Path(__file__).parent / "library"
LARGEST_TEMPLATE = 1_000_000

_FILE_NAME = re.compile(r"^(?P<slug>[a-z0-9-]+)\.v(?P<version>\d+)\.yaml$")
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class TemplateError(ValueError):
    """A template that cannot be used: which file, which line, what is wrong, what to do."""

    def __init__(self, name: str, line: int, what: str, remedy: str) -> None:
        self.name, self.line, self.what, self.remedy = name, line, what, remedy
        super().__init__(f"{name}, line {line}: {what}; {remedy}.")


@dataclass(frozen=True)
class TemplateSource:
    """A template as it stands in a file, to be stored and compared by its hash."""

    name: str
    text: str
    template: Template

    @property
    def sha256(self) -> str:
        """Hash of the exact bytes: a published version whose hash changes was tampered with."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class _Loader(yaml.CSafeLoader):
    """Safe loader in C that leaves dates as text: the schema knows where a date belongs."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def parse_template(text: str, name: str) -> Template:
    """The template in this text; `name` is the file name that messages give."""
    root = compose_template(text, name)
    _refuse_surprises(root, name)
    try:
        template = Template.model_validate(_Loader("").construct_document(root))
    except ValidationError as error:
        raise _shape_error(error, root, name) from None
    except yaml.YAMLError as error:
        raise _yaml_error(error, text, name) from None
    _check_file_name(template, root, name)
    for problem in problems_of(template):
        raise TemplateError(name, _line(root, problem.path), problem.what, problem.remedy)
    return template


@cache
def library_sources() -> tuple[TemplateSource, ...]:
    """Every template of the library with its text, by slug and version."""
    sources = [_read(path) for path in LIBRARY.glob("*.yaml")]
    return tuple(sorted(sources, key=lambda s: (s.template.slug, s.template.version)))


def load_library() -> tuple[Template, ...]:
    """Every template of the library, by slug and version."""
    return tuple(source.template for source in library_sources())


def load_template(slug: str, version: int) -> Template:
    """One template of the library; LookupError where there is none."""
    for template in load_library():
        if (template.slug, template.version) == (slug, version):
            return template
    raise LookupError(f"The library has no questionnaire {slug} version {version}.")


def template_json_schema() -> dict[str, Any]:
    """The JSON Schema that editors and exports of templates can be checked against."""
    schema = Template.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Proofroom questionnaire template",
    }


def _read(path: Path) -> TemplateSource:
    text = path.read_text(encoding="utf-8")
    return TemplateSource(path.name, text, parse_template(text, path.name))


# YAML -------------------------------------------------------------------------------------


def compose_template(text: str, name: str) -> yaml.Node:
    """The nodes of this text with their lines; TemplateError where it is no YAML mapping."""
    if len(text) > LARGEST_TEMPLATE:
        raise TemplateError(name, 1, "the template is larger than 1 MB", "split it in two")
    try:
        require_shallow(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _yaml_error(error, text, name) from None
    if not isinstance(root, yaml.MappingNode):
        raise TemplateError(
            name, 1, "this is no questionnaire template", "start with slug, version and title"
        )
    return root


def data_of(text: str) -> Any:
    """What a piece of a template says, as data; dates stay text."""
    require_shallow(text)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader


def _yaml_error(error: yaml.YAMLError, text: str, name: str) -> TemplateError:
    mark = getattr(error, "problem_mark", None)
    # The end of a text counts as a line of its own there.
    line = min(mark.line, text.count("\n")) + 1 if mark is not None else 1
    what = getattr(error, "problem", None) or "the text is not valid YAML"
    return TemplateError(name, line, f"this is not valid YAML ({what})", "correct this line")


def _refuse_surprises(node: yaml.Node, name: str) -> None:
    """Refuse anchors (one node in two places) and repeated keys."""
    line = node.start_mark.line + 1
    if getattr(node, "seen", False):
        raise TemplateError(name, line, "an anchor is used twice", "write the part out instead")
    node.seen = True  # type: ignore[attr-defined] # a mark of our own
    if isinstance(node, yaml.MappingNode):
        _refuse_repeated_keys(node, name)
        for _, value in node.value:
            _refuse_surprises(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_surprises(item, name)


def _refuse_repeated_keys(node: yaml.MappingNode, name: str) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
            raise TemplateError(name, line, "this key is not plain text", "write a plain key")
        if key.value in seen:
            raise TemplateError(
                name, line, f"the key {key.value} stands there twice", "keep one of the two"
            )
        seen.add(key.value)


def _line(root: yaml.Node, path: tuple[str | int, ...]) -> int:
    """The line of the deepest node on this path; steps that are no node are passed over."""
    node = root
    for step in path:
        node = _child(node, step) or node
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


# Messages ---------------------------------------------------------------------------------


def _shape_error(error: ValidationError, root: yaml.Node, name: str) -> TemplateError:
    first = error.errors(include_url=False)[0]
    path = tuple(first["loc"])
    what, remedy = _in_words(first, path)
    line = _line(root, path)
    if first["type"] == "extra_forbidden":
        line = _key_line(root, path)
    return TemplateError(name, line, what, remedy)


def _in_words(error: ErrorDetails, path: tuple[str | int, ...]) -> tuple[str, str]:
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "template")
    context: Mapping[str, Any] = error.get("ctx") or {}
    given = error["input"]
    words: dict[str, tuple[str, str]] = {
        "missing": (f"`{key}` is missing", "add it"),
        "extra_forbidden": (f"`{key}` is not known here", "correct its spelling or remove it"),
        "union_tag_invalid": (
            f"the question type {context.get('tag')} is not known",
            "use one of " + str(context.get("expected_tags")).replace("'", ""),
        ),
        "union_tag_not_found": ("`type` is missing", "say which type of question this is"),
        "condition_form": ("this is no condition", "use one of " + ", ".join(CONDITION_KEYS)),
        "literal_error": (f"`{key}` cannot be {given}", f"use {context.get('expected')}"),
        "string_type": (f"`{key}` is not text: {given}", "write it in quotes"),
        "string_pattern_mismatch": (
            f"`{key}` is not an id: {given}",
            "use small letters, digits and hyphens",
        ),
        "value_error": (str(context.get("error")), "correct this entry"),
    }
    message = error["msg"]
    fallback = f"`{key}`: {message[0].lower()}{message[1:]}"
    return words.get(error["type"], (fallback, "correct this entry"))


def _key_line(root: yaml.Node, path: tuple[str | int, ...]) -> int:
    node = root
    for step in path[:-1]:
        node = _child(node, step) or node
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            if key.value == path[-1]:
                return int(key.start_mark.line) + 1
    return int(node.start_mark.line) + 1


def _check_file_name(template: Template, root: yaml.Node, name: str) -> None:
    match = _FILE_NAME.match(name)
    if match and (match["slug"], int(match["version"])) != (template.slug, template.version):
        raise TemplateError(
            name,
            _line(root, ("slug",)),
            f"the file is named for another questionnaire than {template.slug} "
            f"version {template.version}",
            f"name the file {template.name}",
        )
