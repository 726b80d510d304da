"""Parts of a question as rows and words of a form, and back as a template's text has them.

A condition is shown as a form can show it: tests over earlier answers, all of which or any of which
must hold. One that is nested deeper has no such rows, and stays what the text says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from diligence.questionnaires.schema import Scalar

IS, IS_NOT, ONE_OF, NONE_OF = "is", "is-not", "one-of", "none-of"
ANSWERED, UNANSWERED = "answered", "unanswered"
ALL, ANY = "all", "any"
YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
NUMERIC = ("scale", "number")


@dataclass(frozen=True)
class Test:
    """One test over an earlier answer; `values` are what it is compared with."""

    question: str
    test: str
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True)
class FlatCondition:
    """Tests of which all or any must hold."""

    join: str
    tests: tuple[Test, ...]


def flat_condition(said: object) -> FlatCondition | None:
    """The rows of a condition as the text has it; None where it is nested or unknown."""
    if said is None:
        return FlatCondition(ALL, ())
    parts = _parts(said)
    if parts is None:
        return None
    join, inner = parts
    tests = [_flat_test(part) for part in inner]
    found = tuple(test for test in tests if test is not None)
    return FlatCondition(join, found) if len(found) == len(tests) else None


def _parts(said: object) -> tuple[str, list[object]] | None:
    if not isinstance(said, Mapping):
        return None
    for join in (ALL, ANY):
        if join in said:
            inner = said[join]
            return (join, inner) if isinstance(inner, list) and inner else None
    return ALL, [said]


def _flat_test(said: object) -> Test | None:
    negated = False
    if isinstance(said, Mapping) and set(said) == {"not"}:
        said, negated = said["not"], True
    if not isinstance(said, Mapping):
        return None
    match dict(said):
        case {"question": str(name), "equals": value, **rest} if not rest:
            return Test(name, IS_NOT if negated else IS, (value,))
        case {"question": str(name), "any_of": [*values], **rest} if not rest and values:
            return Test(name, NONE_OF if negated else ONE_OF, tuple(values))
        case {"question": str(name), "answered": bool(is_so), **rest} if not rest:
            return Test(name, ANSWERED if is_so is not negated else UNANSWERED)
    return None


def condition_of(flat: FlatCondition) -> dict[str, Any] | None:
    """The condition as a template's text has it; None for no tests."""
    parts = [_condition_of(test) for test in flat.tests]
    if len(parts) < 2:
        return parts[0] if parts else None
    return {flat.join: parts}


def _condition_of(test: Test) -> dict[str, Any]:
    leaf: dict[str, Any] = {"question": test.question}
    if test.test in (ANSWERED, UNANSWERED):
        return {**leaf, "answered": test.test == ANSWERED}
    if test.test in (IS, IS_NOT):
        leaf["equals"] = test.values[0] if test.values else ""
    else:
        leaf["any_of"] = list(test.values)
    return {"not": leaf} if test.test in (IS_NOT, NONE_OF) else leaf


# Values ---------------------------------------------------------------------------------------


def typed(text: str, kind: str) -> Scalar:
    """An answer as it is typed into a form, as answers to a question of this type are stored.

    What does not fit is left as it is, for the check of the whole template to name.
    """
    text = text.strip()
    if kind == "yes-no":
        return YES_NO.get(text.lower(), text)
    if kind in NUMERIC:
        return _number(text)
    return text


def _number(text: str) -> Scalar:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def spelled(value: object) -> str:
    """A stored value as one types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def several(text: str, kind: str) -> tuple[Scalar, ...]:
    """Values that are separated by commas."""
    return tuple(typed(part, kind) for part in text.split(",") if part.strip())


# Options --------------------------------------------------------------------------------------


def options_in(text: str) -> list[dict[str, str]]:
    """Options of a choice, one a line as `short-name: Label`."""
    rows = [line.partition(":") for line in text.splitlines() if line.strip()]
    return [{"id": name.strip(), "label": label.strip() or name.strip()} for name, _, label in rows]


def options_as_text(said: object) -> str:
    """The same lines of options as the text of a template has them."""
    rows: Iterable[object] = said if isinstance(said, list) else ()
    return "\n".join(f"{o.get('id')}: {o.get('label')}" for o in rows if isinstance(o, Mapping))
