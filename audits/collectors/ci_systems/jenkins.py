"""Jenkins: a declarative or scripted Jenkinsfile, read by its strings, not run.

Comments are passed over, then the calls that matter (`stage`, `sh`, `bat`, `cron`)
are taken in order. Groovy that builds its commands at run time is not seen.
"""

from itertools import pairwise

from audits.collectors.ci_systems.draft import Draft
from audits.facts.workflows import Job, Step, System, Trigger, Workflow

_SHELL_CALLS = ("sh", "bat", "powershell", "pwsh")


def read(path: str, text: str) -> Draft | None:
    """The pipeline of a Jenkinsfile."""
    tokens = list(_tokens(text))
    names = {t for t, kind, _ in tokens if kind == "name"}
    if not names & {"pipeline", "node", "stage", *_SHELL_CALLS}:
        return None
    jobs, triggers = _jobs(path, tokens)
    return Draft(
        Workflow(path, System.JENKINS, live=True, triggers=tuple(triggers), jobs=tuple(jobs))
    )


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """(text, kind, line) of names, strings and braces; comments are passed over."""
    found, at, line = [], 0, 1
    while at < len(text):
        char = text[at]
        if char in "'\"":
            quote = char * 3 if text.startswith(char * 3, at) else char
            end = _end_of_string(text, at + len(quote), quote)
            kind = "filled string" if char == '"' else "string"
            found.append((text[at + len(quote) : end], kind, line))
            stop = end + len(quote)
        elif text.startswith(("//", "/*"), at):
            mark = "\n" if text[at + 1] == "/" else "*/"
            end = text.find(mark, at + 2)
            stop = len(text) if end < 0 else end + (0 if mark == "\n" else 2)
        elif char.isalpha() or char == "_":
            stop = at
            while stop < len(text) and (text[stop].isalnum() or text[stop] == "_"):
                stop += 1
            found.append((text[at:stop], "name", line))
        else:
            if char in "{}":
                found.append((char, "brace", line))
            stop = at + 1
        line += text.count("\n", at, stop)
        at = stop
    return found


def _end_of_string(text: str, at: int, quote: str) -> int:
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at) or (len(quote) == 1 and text[at] == "\n"):
            return at
        else:
            at += 1
    return len(text)


def _jobs(path: str, tokens: list[tuple[str, str, int]]) -> tuple[list[Job], list[Trigger]]:
    jobs: list[Job] = []
    triggers: list[Trigger] = []
    name, line = "pipeline", 1
    steps: list[Step] = []
    for before, token in pairwise(tokens):
        text, kind, at = token
        if kind not in ("string", "filled string"):
            continue
        if before[0] == "stage":
            jobs += [Job(name, path, line, tuple(steps))] if steps else []
            name, line, steps = text, at, []
        elif before[0] in (*_SHELL_CALLS, "script"):
            lines = tuple((t, at + n) for n, t in enumerate(text.split("\n")) if t.strip())
            if lines:
                filled = kind == "filled string"
                steps.append(Step(path, lines[0][1], script=lines, filled=filled))
        elif before[0] in ("cron", "parameterizedCron"):
            triggers.append(Trigger("schedule", at, text.strip()))
    jobs += [Job(name, path, line, tuple(steps))] if steps else []
    return jobs, triggers or [Trigger("push", 1)]
