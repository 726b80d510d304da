"""Small files that would unfold without end where each names the next one many times over."""

import time

import pytest

from audits.collectors.gathering import EVERYTHING
from tests.audits.gathered import skipped_of

TIMES, LONG = 20, 12
SECONDS = 5
CALLS = (
    "Workflows could not be put together: workflows that call each other unfold to too many steps"
)
COMMANDS = "commands that call each other unfold to too many steps"


def chain(name: str, head: str, line: str) -> dict[str, str | bytes]:
    """Files of which each names the next one twenty times."""
    return {name.format(n): head + line.format(n + 1) * TIMES for n in range(LONG)}


def reusable() -> dict[str, str | bytes]:
    calls = {
        f".github/workflows/b{n}.yml": "on: workflow_call\njobs:\n"
        + "".join(f"  j{m}:\n    uses: ./.github/workflows/b{n + 1}.yml\n" for m in range(TIMES))
        for n in range(LONG)
    }
    first = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b0.yml\n"
    return {".github/workflows/a.yml": first, **calls}


def extended() -> dict[str, str | bytes]:
    parts = [f".a{n}:\n  extends: [{', '.join([f'.a{n + 1}'] * TIMES)}]\n" for n in range(LONG)]
    return {".gitlab-ci.yml": "".join(parts) + "job:\n  extends: [.a0]\n  script: [pytest]\n"}


def commands() -> dict[str, str | bytes]:
    parts = [f"  c{n}:\n    steps:\n" + f"      - c{n + 1}\n" * TIMES for n in range(LONG)]
    start = "jobs:\n  j:\n    steps:\n      - c0\nworkflows:\n  w:\n    jobs: [j]\n"
    return {".circleci/config.yml": f"version: 2.1\ncommands:\n{''.join(parts)}{start}"}


def templates(part: str) -> dict[str, str | bytes]:
    files = chain("t{}.yml", f"{part}:\n", "- template: t{}.yml\n")
    return {"azure-pipelines.yml": "jobs:\n- template: t0.yml\n", **files}


def scripts() -> dict[str, str | bytes]:
    files = chain("s{}.sh", "", "sh s{}.sh\n")
    step = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: sh s0.sh\n"
    return {".github/workflows/a.yml": step, **files}


def variables() -> dict[str, str | bytes]:
    lines = (f"v{n} = {f'$(v{n + 1}) ' * TIMES}\n" for n in range(LONG))
    return {"Makefile": "".join(lines) + "a:\n\t$(v0)\n"}


def constants() -> dict[str, str | bytes]:
    lines = (f"x{n} = f'{{x{n - 1}}}{{x{n - 1}}}' + x{n - 1}\n" for n in range(1, 60))
    return {"a.py": "x0 = 'aaaaaaaa'\n" + "".join(lines) + "torch.load(x59)\n"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (reusable(), {EVERYTHING: CALLS}),
        (templates("steps"), {EVERYTHING: CALLS}),
        (templates("jobs"), {EVERYTHING: CALLS}),
        (commands(), {".circleci/config.yml": COMMANDS}),
        (extended(), {}),
        (scripts(), {}),
        (variables(), {}),
        (constants(), {}),
    ],
    ids=["reusable workflows", "step templates", "job templates", "commands", "extends",
         "scripts", "make variables", "python constants"],
)  # fmt: skip
def test_what_unfolds_without_end_is_cut_off_and_said(
    files: dict[str, str | bytes], said: dict[str, str]
) -> None:
    start = time.process_time()
    assert skipped_of(files) == said
    assert time.process_time() - start < SECONDS
