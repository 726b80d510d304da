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


def matrix() -> dict[str, str | bytes]:
    """A job of twenty times twenty times … forms, whose steps name all of them."""
    axes = "".join(f"        a{n}: {list(range(TIMES))}\n" for n in range(LONG))
    names = " ".join(f"${{{{ matrix.a{n} }}}}" for n in range(LONG))
    head = f"on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n{axes}"
    return {".github/workflows/a.yml": f"{head}    steps:\n      - run: pytest {names}\n"}


def started(script: str) -> dict[str, str | bytes]:
    """A script that CI runs."""
    step = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: sh a.sh\n"
    return {".github/workflows/a.yml": step, "a.sh": script}


def loops() -> str:
    each = "".join(f"for v{n} in {' '.join(map(str, range(TIMES)))}; do\n" for n in range(LONG))
    return f"{each}pytest {' '.join(f'$v{n}' for n in range(LONG))}\n" + "done\n" * LONG


def doubling() -> str:
    return "a0=pytest\n" + "".join(f"a{n}=$a{n - 1}$a{n - 1}\n" for n in range(1, 60)) + "$a59\n"


def needs() -> dict[str, str | bytes]:
    """Targets of make each of which needs two, which need the same two."""
    pairs = (f"t{n} u{n}: t{n + 1} u{n + 1}\n\techo {n}\n" for n in range(60))
    step = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make t0\n"
    return {".github/workflows/a.yml": step, "Makefile": "".join(pairs)}


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
        (matrix(), {}),
        (started(loops()), {}),
        (started(doubling()), {}),
        (needs(), {}),
    ],
    ids=["reusable workflows", "step templates", "job templates", "commands", "extends",
         "scripts", "make variables", "python constants", "matrix", "loops", "shell variables",
         "make needs"],
)  # fmt: skip
def test_what_unfolds_without_end_is_cut_off_and_said(
    files: dict[str, str | bytes], said: dict[str, str]
) -> None:
    start = time.process_time()
    assert skipped_of(files) == said
    assert time.process_time() - start < SECONDS
