"""Whether CI runs tests that can fail it."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "ci-runs-tests"
TEST = {"tests/test_it.py": "def test_it():\n    assert True\n"}


def workflow(*lines: str, extra: str = "") -> dict[str, str]:
    run = "\n".join(f"          {line}" for line in lines)
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n{run}\n{extra}"
    return {".github/workflows/ci.yml": text, **TEST}


@pytest.mark.parametrize(
    "line",
    [
        "echo pytest",
        "# pytest",
        "ruff check tests",
        "pip install pytest tox",
        "python -c 'import app'",
        "cat <<EOF > run.sh\n          pytest\n          EOF",
        "go build ./...",
        "npm run lint",
        "node scripts/test-data.js",
        "tsx src/tests.ts",
        "bash tests/setup.sh",
    ],
)
def test_words_and_other_commands_are_a_no(line: str) -> None:
    assert verdict(PRACTICE, workflow(line)) == "no"


def test_a_job_called_test_that_only_builds_is_a_no() -> None:
    files = workflow("make build")
    files[".github/workflows/ci.yml"] = files[".github/workflows/ci.yml"].replace("  a:", "  test:")
    assert verdict(PRACTICE, files) == "no"


def test_without_ci_it_does_not_apply() -> None:
    assert verdict(PRACTICE, TEST) == "n/a"


@pytest.mark.parametrize(
    ("lines", "extra"),
    [
        (["pytest || true"], ""),
        (["set +e", "pytest", "echo done"], ""),
        (["pytest --collect-only"], ""),
        (["pytest"], "        continue-on-error: true\n"),
        (["pytest"], "        if: false\n"),
    ],
)
def test_tests_that_cannot_fail_or_do_not_run_are_partly(lines: list[str], extra: str) -> None:
    assert verdict(PRACTICE, workflow(*lines, extra=extra)) == "partly"


def test_trying_the_program_out_in_a_job_called_test_is_partly() -> None:
    files = workflow("python train.py") | {"train.py": "print(1)\n"}
    files[".github/workflows/ci.yml"] = files[".github/workflows/ci.yml"].replace("  a:", "  test:")
    assert verdict(PRACTICE, files) == "partly"


def test_a_script_that_goes_on_after_a_failure_is_partly() -> None:
    files = workflow("bash ci.sh") | {"ci.sh": "pytest\npython report.py\n"}
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    "line",
    [
        "pytest -q",
        "uv run --frozen python -m pytest tests",
        "poetry run coverage run -m pytest",
        "docker compose run --rm app pytest",
        "cd api && go test ./...",
        "cargo test --all",
        "python manage.py test",
        "npm test",
        "Rscript -e 'testthat::test_dir(\"tests\")'",
        "./gradlew check",
        "pytest || exit 1",
        "node --test",
        "tsx tests",
        "node ./test/run.mjs",
    ],
)
def test_runners_of_any_language_are_a_yes(line: str) -> None:
    files = workflow(line) | {"package.json": '{"scripts": {"test": "jest"}}'}
    assert verdict(PRACTICE, files) == "yes"


@pytest.mark.parametrize(
    ("line", "path", "text", "at"),
    [
        ("make check", "Makefile", "PY = python\ncheck:\n\t$(PY) -m pytest\n", 3),
        ("bash ci.sh", "ci.sh", "set -e\npytest\necho ok\n", 2),
        ("npm run unit", "package.json", '{\n"scripts": {\n"unit": "vitest run"}}', 3),
        ("tox", "tox.ini", "[testenv]\ncommands =\n    pytest {posargs}\n", 3),
        ("nox", "noxfile.py", "@nox.session\ndef t(session):\n    session.run('pytest')\n", 3),
    ],
)
def test_it_is_followed_to_the_line_that_runs_the_tests(
    line: str, path: str, text: str, at: int
) -> None:
    assert (path, at) in places(PRACTICE, workflow(line) | {path: text})


def test_local_reusable_workflows_and_actions_are_opened() -> None:
    files = {
        ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/t.yml\n",
        ".github/workflows/t.yml": "on: workflow_call\njobs:\n  b:\n    runs-on: x\n"
        "    steps:\n      - uses: ./.github/actions/t\n",
        ".github/actions/t/action.yml": "runs:\n  using: composite\n  steps:\n    - run: pytest\n",
    }
    assert places(PRACTICE, files) == [
        (".github/actions/t/action.yml", 4),
    ]


def test_a_remote_workflow_counts_only_if_it_is_given_the_test_folder() -> None:
    call = "on: push\njobs:\n  a:\n    uses: org/repo/.github/workflows/test.yml@main\n"
    path = ".github/workflows/ci.yml"
    assert verdict(PRACTICE, {path: call, **TEST}) == "no"
    given = call + "    with:\n      tests_folder: tests\n"
    assert verdict(PRACTICE, {path: given, **TEST}) == "yes"


def test_a_script_that_is_called_test_is_followed() -> None:
    workflow = (
        "on: push\njobs:\n  check:\n    runs-on: x\n    steps:\n"
        "      - run: poetry run ./scripts/test\n"
    )
    files = {
        ".github/workflows/tests.yml": workflow,
        "scripts/test": "#!/usr/bin/env bash\nset -e\npytest --cov=app\n",
        "tests/test_app.py": "def test_one(): pass\n",
    }
    assert verdict(PRACTICE, files) == "yes"


def test_a_rule_for_many_targets_of_make_is_followed() -> None:
    workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make test/base\n"
    files = {
        ".github/workflows/ci.yml": workflow,
        "Makefile": "build/%:\n\tdocker build .\n\ntest/%: needs\n\tpython -m pytest tests\n",
    }
    assert verdict(PRACTICE, files) == "yes"
    assert verdict(PRACTICE, files | {"Makefile": "build/%:\n\tpython -m pytest\n"}) == "no"


@pytest.mark.parametrize(("job", "expected"), [("lint", "no"), ("tests", "yes")])
def test_a_job_named_for_tests_may_call_a_workflow_of_another_repository(
    job: str, expected: str
) -> None:
    called = f"on: push\njobs:\n  {job}:\n    uses: acme/workflows/.github/workflows/php.yml@v2\n"
    files = {".github/workflows/ci.yml": called, "tests/test_a.py": "def test_a(): pass\n"}
    assert verdict(PRACTICE, files) == expected


SCRIPTS = {
    "ci/all.sh": 'for t in "$(dirname "$0")"/test_*; do\n  "$t"\ndone\n',
    "ci/test_go.sh": "go test ./...\n",
    "ci/each.sh": 'exec "$@"\n',
    "web/package.json": '{"scripts": {"test:ci": "vitest --run", "look": "eslint ."}}',
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker run web npm run look", "no"),
        ("docker run web npm run test:all", "no"),
        ("./ci/each.sh ruff check .", "no"),
        ("docker run -v a:b --name x web npm run test:ci", "yes"),
        ("npm run test:ci --workspace web", "yes"),
        ("docker run api /app/ci/all.sh", "yes"),
        ("bash ci/each.sh poetry run pytest", "yes"),
        ("RUNNER=pytest; $RUNNER tests", "yes"),
    ],
)
def test_loops_arguments_and_packages_elsewhere_are_followed(line: str, expected: str) -> None:
    assert verdict(PRACTICE, workflow(line) | SCRIPTS) == expected


def test_a_script_that_two_packages_have_is_not_guessed() -> None:
    two = {"app/package.json": SCRIPTS["web/package.json"]}
    assert verdict(PRACTICE, workflow("docker run web npm run test:ci") | SCRIPTS | two) == "no"


BLUBBER = """\
version: v4
base: debian
variants:
  shared:
    copies:
      - {from: local, source: ci/entry.sh, destination: entrypoint.sh}
    entrypoint: ["./entrypoint.sh", "unit"]
  test: {includes: [shared]}
  production: {entrypoint: ["python", "app.py"]}
"""


@pytest.mark.parametrize(("variant", "expected"), [("production", "no"), ("test", "yes")])
def test_the_variant_of_an_image_that_a_stage_runs_is_followed(variant: str, expected: str) -> None:
    stage = f"      - {{name: t, build: {variant}, run: true}}\n"
    files = {
        ".pipeline/config.yaml": f"pipelines:\n  a:\n    stages:\n{stage}",
        ".pipeline/blubber.yaml": BLUBBER,
        "ci/entry.sh": 'tox -e "$1"\n',
    }
    assert verdict(PRACTICE, files | TEST) == expected


PACKED = {
    "Dockerfile": "FROM python AS base\nRUN pip install .\nFROM base AS test\nRUN pytest\n"
    "FROM base\nCMD python app.py\n",
    "ci/Dockerfile": "FROM python\nCOPY . .\nENTRYPOINT pytest\n",
    "docker-compose.yml": "services:\n  web:\n    build: .\n  checks:\n    build: ci\n",
    "more.yml": "services:\n  checks:\n    image: x\n    command: pytest -q\n",
}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["docker build -t app ."], "no"),
        (["docker build --target nothing ."], "no"),
        (["docker compose up -d"], "no"),
        (["docker compose build"], "no"),
        (["docker compose run web"], "no"),
        (["docker build -t mine ci", "docker run -d mine"], "no"),
        (["docker run mine"], "no"),
        (["docker build --target test -t app ."], "yes"),
        (["docker build -t mine:1 ci", "docker run --rm mine:1"], "yes"),
        (["docker compose run --rm checks"], "yes"),
        (["docker compose -f more.yml run checks"], "yes"),
        (["docker-compose -f other.yml run --rm web pytest -x"], "yes"),
        (["docker compose up --exit-code-from checks"], "yes"),
    ],
)
def test_containers_are_followed_where_ci_waits_for_them(lines: list[str], expected: str) -> None:
    assert verdict(PRACTICE, workflow(*lines) | PACKED) == expected


@pytest.mark.parametrize(("target", "expected"), [("base", "no"), ("test", "yes")])
def test_an_action_that_builds_the_stage_with_the_tests_is_followed(
    target: str, expected: str
) -> None:
    step = f"      - uses: docker/build-push-action@v5\n        with: {{target: {target}}}\n"
    assert verdict(PRACTICE, workflow("ls", extra=step) | PACKED) == expected


def matrix(values: str, *lines: str) -> dict[str, str]:
    files = workflow(*lines)
    path = ".github/workflows/ci.yml"
    job = "    runs-on: x\n"
    return files | {path: files[path].replace(job, f"{job}    strategy:\n      matrix: {values}\n")}


@pytest.mark.parametrize(
    ("values", "line", "expected"),
    [
        ("{run: [ruff, mypy]}", "${{ matrix.run }} .", "no"),
        ("{other: [pytest]}", "${{ matrix.run }} .", "no"),
        ("{run: [ruff, pytest]}", "${{ matrix.run }} .", "yes"),
        ("{include: [{name: a, run: pytest -x}]}", "${{ matrix['run'] }}", "yes"),
        ("{db: [one, two]}", "cd sources/it; make test-${{matrix.db}}", "yes"),
    ],
)
def test_what_a_matrix_stands_for_is_written_out(values: str, line: str, expected: str) -> None:
    files = matrix(values, line) | {"Makefile": "test-two:\n\tgo test ./...\n"}
    assert verdict(PRACTICE, files) == expected


def test_a_task_of_concourse_runs_in_the_folder_of_its_input() -> None:
    files = {
        "ci/unit.yml": "platform: linux\ninputs: [{name: app}]\nrun: {path: app/ci/unit.sh}\n",
        "ci/unit.sh": "#!/bin/bash -eux\npushd app\n  make test\npopd\n",
        "Makefile": "test:\n\tgo test ./...\n",
    }
    assert verdict(PRACTICE, files | TEST) == "yes"
    assert verdict(PRACTICE, files | TEST | {"Makefile": "test:\n\tgo vet\n"}) == "no"


def test_a_target_of_make_runs_all_that_it_needs() -> None:
    needs = "all: checks\nchecks: one two\none:\n\tls\ntwo: all\n\tpytest -q\nother:\n\truff .\n"
    assert verdict(PRACTICE, workflow("make all") | {"Makefile": needs}) == "yes"
    assert verdict(PRACTICE, workflow("make other") | {"Makefile": needs}) == "no"
