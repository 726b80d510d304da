"""Which commands run tests, told by the program and its verb and never by a name beside them."""

from audits.facts.shell import Command
from audits.facts.tools.delivery_ci import (
    SCRIPT_RUNNERS,
    TEST_FOLDERS,
    TEST_PROGRAMS,
    TEST_TEXTS,
    TEST_VERBS,
)


def is_test_run(command: Command) -> bool:
    """Whether a command runs tests, told by its program and verb."""
    if command.tool in TEST_PROGRAMS or command.program in TEST_PROGRAMS:
        return True
    if command.program in SCRIPT_RUNNERS and _runs_tests(command):
        return True
    if any(t in w for w in command.arguments for t in TEST_TEXTS):
        return command.program in ("Rscript", "R", "julia", "python")
    names = {command.program, *(w.rsplit("/", 1)[-1] for w in command.operands[:1])}
    for name in names & TEST_VERBS.keys():
        words = [w.split(":")[0] for w in command.arguments]
        if any(v in words or v.upper() in words for v in TEST_VERBS[name]):
            return True
    return False


def _runs_tests(command: Command) -> bool:
    """Whether an interpreter is told to test, or starts what lies in a folder of tests."""
    if "--test" in command.words:
        return True
    started = next((w for w in command.operands if w != "watch"), "")
    return started.removeprefix("./").split("/")[0] in TEST_FOLDERS
