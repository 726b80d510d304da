"""Writes what a caller hands over, and the variables of the workflow, into the steps it calls.

What cannot be known stays as it is written: a value that is itself put together while it runs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from audits.facts.shell import joined_path
from audits.facts.workflows import Job, Step

_HANDED = re.compile(r"\$\{\{\s{0,3}(?:parameters|inputs)\.([A-Za-z][\w-]{0,60})\s{0,3}\}\}")
_ENVIRONMENT = re.compile(r"\$\{\{\s{0,3}env\.([A-Za-z_][\w-]{0,60})\s{0,3}\}\}")
_VARIABLE = re.compile(r"\$\(([A-Za-z][\w.]{0,60})\)")
_LONGEST = 4_000
"""Characters of a value that is written out; a longer one is no name, path or option."""
_MOST = 50
"""Places in one line that are written out; more would only make a hostile file grow."""

Values = Mapping[str, str]


def handed(step: Step, given: Values) -> Step:
    """A step of a template, an action or a reusable workflow with what its caller hands over."""
    if given:
        step = _written(step, given, _HANDED)
    return replace(step, folder=_folder(step.folder, given)) if "${{" in step.folder else step


def takes_inputs(folder: str) -> bool:
    """Whether a folder is one that the caller hands over, and nothing else is unknown of it."""
    return "${{" in folder and "${{" not in _HANDED.sub("", folder, count=_MOST)


def with_environment(text: str, variables: Values) -> str:
    """A text with the variables of its workflow, job and step written out, as GitHub does."""
    return _filled(text, variables, _ENVIRONMENT)


def with_variables(jobs: Iterable[Job], variables: Values) -> Iterator[Job]:
    """Jobs with `$(name)` written out, as Azure does before a shell sees the script."""
    for job in jobs:
        steps = tuple(_written(s, variables, _VARIABLE) for s in job.steps)
        yield replace(job, steps=steps)


def handed_on(inputs: Iterable[tuple[str, str]], given: Values) -> dict[str, str]:
    """The inputs of a call that itself stands in what was called."""
    return {name: _filled(value, given, _HANDED) for name, value in inputs}


def _written(step: Step, given: Values, pattern: re.Pattern[str]) -> Step:
    script = tuple(
        (line, number)
        for text, number in step.script
        for line in (_filled(text, given, pattern).split("\n") if "$" in text else (text,))
    )
    inputs = tuple((k, _filled(v, given, pattern)) for k, v in step.inputs)
    return replace(step, script=script, inputs=inputs)


def _folder(text: str, given: Values) -> str:
    found = _filled(text, given, _HANDED)
    return "" if "${{" in found or found.startswith("/") else joined_path("", found)


def _filled(text: str, given: Values, pattern: re.Pattern[str]) -> str:
    def value(found: re.Match[str]) -> str:
        known = given.get(found[1], "")
        return known if known and len(known) < _LONGEST else found[0]

    return pattern.sub(value, text, count=_MOST) if "$" in text else text
