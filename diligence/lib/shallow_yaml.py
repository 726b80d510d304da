"""The events of a YAML text that is nested no deeper than people write.

Composing nodes follows their depth: in C it ends the process, in Python it takes the square of the
time. So whoever composes looks at the events first, whose number alone counts.
"""

from collections.abc import Iterator
from typing import Any

import yaml

DEEPEST = 40


def events_of(text: str | bytes) -> Iterator[yaml.Event]:
    """Raises YAMLError where the text is none, or nested too deeply."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        yield event


def require_shallow(text: str | bytes) -> None:
    """Goes through all of them."""
    for _ in events_of(text):
        pass
