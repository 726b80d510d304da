"""Which commands act on a running service, told by the program and its first operands."""

from collections.abc import Mapping

from audits.facts.shell import Command
from audits.facts.tools.operations_deploy import IDLE_WORDS

Verbs = Mapping[str, tuple[tuple[str, ...], ...]]


def is_verb(command: Command, table: Verbs) -> bool:
    """Whether a command is one of the table's: its program and its first operands."""
    for name in {command.program, command.tool}:
        for verbs in table.get(name, ()):
            if command.operands[: len(verbs)] == verbs and not IDLE_WORDS & set(command.words):
                return True
    return False
