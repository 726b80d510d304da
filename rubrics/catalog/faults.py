"""What is wrong with a value that does not fit the shape of a rubric, said from the shape.

The library tells where a value does not fit; what should stand there is read from the type of that
place, so that whoever writes the file is told all that is allowed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import Struct, ValidationError, inspect

Path = tuple[int | str, ...]

_TOLD = re.compile(
    r"(?P<what>.*?)(?: - at (?:`key` in )?`\$(?P<path>[a-z_.\[\]0-9]*)`)?", re.DOTALL
)
_STEP = re.compile(r"\.(?P<name>[a-z_]+)|\[(?P<at>[0-9]+)\]")
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a rubric is wrong, what is wrong, and what to do."""

    path: Path
    problem: str
    remedy: str


def label(path: Path) -> str:
    """The place as a person writes it."""
    return "'" + ".".join(str(step) for step in path) + "'" if path else "the rubric"


def fault_of(error: ValidationError, shape: type[Struct]) -> Fault:
    """The fault that the conversion into this shape stopped at."""
    told = _TOLD.fullmatch(str(error))
    what, path = (told["what"], tuple(_steps(told["path"] or ""))) if told else ("", ())
    if missing := _MISSING.fullmatch(what):
        here = (*path, missing["name"])
        return Fault(here, f"{label(here)} is missing", f"Add '{missing['name']}' there")
    if unknown := _UNKNOWN.fullmatch(what):
        here = (*path, unknown["name"])
        remedy = "Remove it or correct its spelling"
        return Fault(here, f"{label(here)} is not a key of a rubric", remedy)
    wanted = _words(_type_at(inspect.type_info(shape), path))
    return Fault(path, f"{label(path)} is wrong: it should be {wanted}", "Correct the value")


def _steps(path: str) -> Iterator[int | str]:
    for step in _STEP.finditer(path):
        yield step["name"] if step["name"] else int(step["at"])


def _type_at(kind: inspect.Type, path: Path) -> inspect.Type:
    for step in path:
        options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
        kind = next((found for each in options for found in _inside(each, step)), kind)
    return kind


def _inside(kind: inspect.Type, step: int | str) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.StructType):
        yield from (field.type for field in kind.fields if field.encode_name == step)
    elif isinstance(kind, inspect.VarTupleType):
        yield kind.item_type
    elif isinstance(kind, inspect.TupleType) and isinstance(step, int):
        yield kind.item_types[step]


def _words(kind: inspect.Type) -> str:
    """What may stand at a place of this type."""
    match kind:
        case inspect.UnionType():
            return ", or ".join(_words(each) for each in kind.types)
        case inspect.Metadata():
            said = str((kind.extra_json_schema or {})["description"])
            return ",".join(filter(None, (said, _length(kind.type))))
        case inspect.LiteralType():
            return "one of " + ", ".join(str(value) for value in kind.values)
        case inspect.IntType() | inspect.FloatType():
            return _number(kind)
        case inspect.TupleType():
            return f"a list of {len(kind.item_types)}"
    return f"{_PLAIN.get(type(kind), 'a mapping with names as keys')}{_length(kind)}"


_PLAIN = {
    inspect.StrType: "text", inspect.VarTupleType: "a list", inspect.BoolType: "true or false",
    inspect.NoneType: "nothing",
}  # fmt: skip


def _length(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.StrType) and kind.max_length and kind.min_length:
        return f" of {kind.min_length} to {kind.max_length} characters"
    if isinstance(kind, inspect.StrType) and kind.max_length:
        return f" of at most {kind.max_length} characters"
    if isinstance(kind, inspect.StrType | inspect.VarTupleType) and kind.min_length:
        return " that is not empty"
    return ""


def _number(kind: inspect.IntType | inspect.FloatType) -> str:
    what = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
    if kind.ge is not None and kind.le is not None:
        return f"{what} from {kind.ge} to {kind.le}"
    bounds = ((kind.gt, "above"), (kind.ge, "of at least"), (kind.le, "at most"))
    said = " and ".join(f"{word} {bound}" for bound, word in bounds if bound is not None)
    return f"{what} {said}".strip()
