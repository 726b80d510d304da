"""Reads the YAML files that people write for us: of bounded size, without aliases."""

from pathlib import Path

import yaml

from audits.sources.snapshot import SourceError
from diligence.lib.shallow_yaml import events_of

_LARGEST = 1024 * 1024
MISSING = "The {} {} cannot be read; name a YAML file with a list `{}`."
BROKEN = "The {} {} is not valid YAML{}; mend it and try again."


def read_yaml(path: Path, what: str, holds: str = "artifacts") -> object:
    """The value in a file. Raises SourceError with `what` the file is and what it should hold."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError:
        raise SourceError(MISSING.format(what, path, holds)) from None
    if len(text) > _LARGEST:
        raise SourceError(BROKEN.format(what, path, " of at most 1 MB"))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in events_of(text)):
            raise SourceError(BROKEN.format(what, path, " without aliases"))
        return yaml.load(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        # The end of a text counts as a line of its own there.
        last, mark = text.count(b"\n"), error.problem_mark
        where = f" (line {min(mark.line, last) + 1})" if mark else ""
        raise SourceError(BROKEN.format(what, path, where)) from None
    except (yaml.YAMLError, ValueError):
        raise SourceError(BROKEN.format(what, path, "")) from None
