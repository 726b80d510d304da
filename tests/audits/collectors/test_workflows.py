"""What CI systems are told to do."""

import pytest

from audits.facts.automation import Automation
from audits.facts.workflows import Workflows
from tests.audits.examining import fact_of


def test_a_schedule_is_a_trigger_at_its_line() -> None:
    text = "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  a:\n    runs-on: x\n    steps: []\n"
    (workflow,) = fact_of(Workflows, {".github/workflows/a.yml": text}).items
    assert [(t.event, t.line, t.value) for t in workflow.triggers] == [("schedule", 3, "0 3 * * *")]


def test_a_workflow_that_only_a_call_starts_is_part_of_its_caller() -> None:
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
        ".github/workflows/b.yml": "on: workflow_call\njobs:\n  b:\n    runs-on: x\n"
        "    steps:\n      - run: make\n",
    }
    (workflow,) = fact_of(Workflows, files).live
    assert [(s.path, s.line) for _, s in workflow.steps()] == [(".github/workflows/b.yml", 6)]


def test_actions_that_call_each_other_end() -> None:
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        "      - uses: ./x\n",
        "x/action.yml": "runs:\n  using: composite\n  steps:\n    - uses: ./x\n",
    }
    assert fact_of(Workflows, files).live


def test_gitlab_jobs_inherit_scripts_and_includes_are_joined() -> None:
    files = {
        ".gitlab-ci.yml": "include: ci/more.yml\n.base:\n  script:\n    - pytest\n"
        "test:\n  extends: .base\n  allow_failure: true\n",
        "ci/more.yml": "lint:\n  script: ruff check .\n",
    }
    (workflow,) = fact_of(Workflows, files).live
    assert [(j.name, j.forgiven) for j in workflow.jobs] == [("test", True), ("lint", False)]


def test_azure_templates_and_their_variables_are_joined() -> None:
    files = {
        "azure-pipelines.yml": "trigger: [main]\nvariables:\n- template: ci/vars.yml\nsteps:\n"
        "- template: ci/steps.yml\n",
        "ci/steps.yml": "steps:\n- script: pytest\n",
        "ci/vars.yml": "variables:\n- name: SCRIPT\n  value: src/train.py\n",
        "src/train.py": "print(1)\n",
    }
    automation = fact_of(Automation, files)
    assert [r.command.text for r in automation.runs] == ["pytest"]
    assert [path for path, _ in automation.named] == ["src/train.py"]


def test_what_is_handed_to_a_template_and_variables_are_written_into_its_script() -> None:
    files = {
        "azure-pipelines.yml": "trigger: [main]\nvariables:\n- name: kind\n  value: online\n"
        "steps:\n- template: /ci/steps.yml\n  parameters:\n    file: jobs/train.yml\n",
        "ci/steps.yml": "parameters:\n- name: file\nsteps:\n"
        "- script: az ml $(kind)-endpoint create -f ${{ parameters.file }} $(unknown)\n",
    }
    (run,) = fact_of(Automation, files).runs
    assert run.command.text == "az ml online-endpoint create -f jobs/train.yml $(unknown)"


def test_what_is_handed_to_a_reusable_workflow_reaches_the_actions_that_it_calls() -> None:
    files = {
        ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/run.yml\n"
        "    with: {script: ml/train.py}\n",
        ".github/workflows/run.yml": "on: workflow_call\njobs:\n  b:\n    runs-on: x\n    steps:\n"
        "      - uses: ./.github/actions/run\n        with: {file: '${{ inputs.script }}'}\n",
        ".github/actions/run/action.yml": "runs:\n  using: composite\n  steps:\n"
        "    - run: python ${{ inputs.file }}\n      shell: bash\n",
        "ml/train.py": "print(1)\n",
    }
    assert fact_of(Automation, files).targets == {"ml/train.py"}


def test_a_value_that_is_put_together_while_it_runs_stays_as_it_is_written() -> None:
    files = {
        ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        "      - uses: ./.github/actions/run\n        with: {file: '${{ matrix.file }}'}\n",
        ".github/actions/run/action.yml": "runs:\n  using: composite\n  steps:\n"
        "    - run: python ${{ inputs.file }} ${{ inputs.more }}\n      shell: bash\n",
    }
    (run,) = fact_of(Automation, files).runs
    assert run.command.text == "python ${{ matrix.file }} ${{ inputs.more }}"


def test_commands_lead_to_the_source_they_start() -> None:
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        "      - run: make train\n        working-directory: ml\n",
        "ml/Makefile": "train:\n\tpython -m pkg.train\n",
        "ml/pkg/train.py": "print(1)\n",
        "ml/pkg/__init__.py": "",
    }
    automation = fact_of(Automation, files)
    assert automation.targets == {"ml/pkg/train.py"}


def test_printing_or_copying_a_source_does_not_run_it() -> None:
    run = "cp a.py b/ && echo python a.py && ruff check a.py && docker build -f a.py ."
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        f"      - run: {run}\n",
        "a.py": "print(1)\n",
    }
    assert not fact_of(Automation, files).targets


_TESTS = "    steps:\n      - run: make test\n"
_FOLDER = "        working-directory: {}\n"


@pytest.mark.parametrize(
    ("top", "folder"),
    [
        ("env: {WORK: ./backend}\n", "${{ env.WORK }}"),
        ("env: {WORK: back}\n", "./${{env.WORK}}end"),
        ("env: {WORK: '${{ github.workspace }}/backend'}\n", "${{ env.WORK }}"),
    ],
)
def test_the_folder_of_a_step_may_be_a_variable(top: str, folder: str) -> None:
    defaults = f"    defaults: {{run: {{working-directory: '{folder}'}}}}\n"
    files = {
        ".github/workflows/a.yml": f"on: push\n{top}jobs:\n  a:\n    runs-on: x\n"
        f"{defaults}{_TESTS}",
        "backend/Makefile": "test:\n\tpytest\n",
    }
    assert [r.command.text for r in fact_of(Automation, files).runs] == ["make test", "pytest"]


def test_the_folder_of_a_step_may_be_handed_over() -> None:
    called = "on: workflow_call\njobs:\n  b:\n    runs-on: x\n" + _TESTS
    called += _FOLDER.format("${{ inputs.where }}")
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"
        "    with: {where: ./backend}\n",
        ".github/workflows/b.yml": called,
        "backend/Makefile": "test:\n\tpytest\n",
    }
    assert [r.command.text for r in fact_of(Automation, files).runs] == ["make test", "pytest"]


@pytest.mark.parametrize(
    "folder", ["${{ inputs.where }}", "${{ env.WORK }}", "${{ matrix.where }}", "/${{ env.UP }}"]
)
def test_a_folder_that_cannot_be_known_is_none(folder: str) -> None:
    text = "on: push\nenv: {UP: '../..'}\njobs:\n  a:\n    runs-on: x\n" + _TESTS
    files = {".github/workflows/a.yml": text + _FOLDER.format(f"'{folder}'")}
    (run,) = fact_of(Automation, files).runs
    assert run.command.folder == ""
