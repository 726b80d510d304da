"""Which commands act on a running service, told by the program and its first operands."""

from collections.abc import Mapping

from audits.facts.code import SourceFile
from audits.facts.shell import Command
from audits.facts.tools.operations_deploy import (
    DEPLOYS_NOTHING,
    HOOKS,
    IDLE_WORDS,
    PUSHED_TO,
    REMOTE_WORDS,
)

Verbs = Mapping[str, tuple[tuple[str, ...], ...]]


def is_verb(command: Command, table: Verbs) -> bool:
    """Whether a command is one of the table's: its program and its first operands."""
    program = command.program
    known = {program, command.tool} & table.keys()
    if not (known or program in _PACKAGE_RUNNERS) or IDLE_WORDS & set(command.words):
        return False
    said = [(name, command.operands) for name in known]
    if program in _PACKAGE_RUNNERS:
        words = command.operands[command.operands[:1] in (("run",), ("exec",)) :]
        said += [(words[0], words[1:])] if words else []
    return any(
        operands[: len(verbs)] == verbs for name, operands in said for verbs in table.get(name, ())
    )


def deploys(command: Command) -> bool:
    """Whether a command deploys by a verb of its own, on a server, by a remote or by a hook."""
    words = command.words
    program, text = command.program, f"{command.text} {command.inline}".lower()
    if IDLE_WORDS & set(words):
        return False
    if program in ("ssh", "sshpass"):
        return any(w in text for w in REMOTE_WORDS)
    if program == "git":
        return command.operands[:1] == ("push",) and any(r in text for r in PUSHED_TO)
    if program in ("curl", "wget"):
        return any(h in text for h in HOOKS)
    if program in ("huggingface-cli", "hf"):
        return command.operands[:1] == ("upload",) and "space" in text.split("repo-type")[-1]
    named = (
        bool(words)
        and program not in DEPLOYS_NOTHING
        and "/" not in words[0]
        and "." not in words[0]
    )
    return named and "deploy" in command.operands[:2]


def spawned(file: SourceFile, table: Verbs) -> int:
    """The line where a program's literals spell one of the table's commands, 0 where none does."""
    texts = file.strings if not table.keys().isdisjoint(t for t, _ in file.strings) else ()
    for at, (text, line) in enumerate(texts):
        for verbs in table.get(text, ()):
            after = tuple(t for t, _ in texts[at + 1 : at + 1 + len(verbs)])
            if verbs and after == verbs and texts[at + len(verbs)][1] - line <= len(verbs):
                return line
    return 0


_PACKAGE_RUNNERS = frozenset({"yarn", "npm", "pnpm", "bun"})
