"""Whether a CI system does the work of CI."""

import pytest

from tests.audits.examining import judged, places, verdict

PRACTICE = "ci-present"
LINTS = """\
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ruff check .
"""
STALE = """\
on: {schedule: [{cron: "0 0 * * *"}]}
jobs:
  stale:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/stale@v9
"""


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "CI runs in GitHub Actions."},
        {"docker-compose.yml": "services: {db: {image: postgres}}"},
        {".github/workflows/notes.md": LINTS},
        {".github/dependabot.yml": "version: 2\nupdates: []\n"},
        {"k8s/job.yaml": "apiVersion: batch/v1\nkind: Job\nspec: {}\n"},
        {"docs/codefresh-notes.yml": "steps:\n  lint:\n    commands: [ruff check .]\n"},
        {"ci/lint.yml": "platform: linux\nrun: {path: make}\n"},
        {"kinds/lint/kind.yml": "tasks:\n  a:\n    run:\n      command: [bash, -c, make]\n"},
        {"app/config.yaml": "pipelines:\n  a:\n    stages:\n      - build: test\n"},
        {"images/blubber.yaml": "version: v4\nvariants:\n  test: {entrypoint: [pytest]}\n"},
        {".github/workflows/broken.yml": "on: push\njobs: [\n"},
    ],
)
def test_words_and_other_configuration_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {".github/workflows/stale.yml": STALE},
        {"docs/workflows/ci.yml": LINTS},
        {".github/workflows/more/ci.yml": LINTS},
        {".github/workflows/ci.yml": LINTS.replace("runs-on", "if: false\n    runs-on")},
    ],
)
def test_housekeeping_parked_and_disabled_workflows_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    ("path", "text", "system", "line"),
    [
        (".github/workflows/ci.yml", LINTS, "GitHub Actions", 7),
        (".gitlab-ci.yml", "lint:\n  script:\n    - ruff check .\n", "GitLab CI", 3),
        (
            "azure-pipelines.yml",
            "trigger: [main]\nsteps:\n  - script: ruff check .\n",
            "Azure Pipelines",
            3,
        ),
        (
            ".circleci/config.yml",
            "jobs:\n  lint:\n    steps:\n      - run: ruff check .\n",
            "CircleCI",
            4,
        ),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n    - step:\n        script:\n          - ruff check .\n",
            "Bitbucket Pipelines",
            5,
        ),
        (".buildkite/p.yml", "steps:\n  - command: ruff check .\n", "Buildkite", 2),
        (".travis.yml", "script: ruff check .\n", "Travis CI", 1),
        ("Jenkinsfile", "// sh 'no'\nnode {\n  sh 'ruff check .'\n}\n", "Jenkins", 3),
        (
            ".taskcluster.yml",
            "tasks:\n  - payload:\n      command: [bash, -c, ruff check .]\n",
            "Taskcluster",
            3,
        ),
        (
            ".taskcluster.yml",
            "tasks:\n  - payload:\n      $let: {a: b}\n      in:\n        command: [make, it]\n",
            "Taskcluster",
            5,
        ),
        (
            "taskcluster/kinds/lint/kind.yml",
            "tasks:\n  lint:\n    run:\n      command: [bash, -cx, ruff check .]\n",
            "Taskcluster",
            4,
        ),
        (
            "cloudbuild.yaml",
            "steps:\n- name: gcr.io/cloud-builders/docker\n",
            "Google Cloud Build",
            2,
        ),
        (".forgejo/workflows/ci.yml", LINTS, "Forgejo Actions", 7),
        (
            ".woodpecker.yml",
            "steps:\n  - name: lint\n    image: x\n    commands:\n      - ruff check .\n",
            "Woodpecker",
            5,
        ),
        (
            ".semaphore/semaphore.yml",
            "blocks:\n  - task:\n      jobs:\n        - commands:\n            - ruff check .\n",
            "Semaphore",
            5,
        ),
        (".cirrus.yml", "lint_task:\n  lint_script: ruff check .\n", "Cirrus CI", 2),
        (".build.yml", "tasks:\n  - lint: |\n      ruff check .\n", "SourceHut builds", 3),
        (
            "codefresh.yml",
            "steps:\n  lint:\n    commands:\n      - ruff check .\n",
            "Codefresh",
            4,
        ),
        (
            "wercker.yml",
            "build:\n  steps:\n    - script:\n        code: ruff check .\n",
            "Wercker",
            4,
        ),
        (
            "screwdriver.yaml",
            "jobs:\n  main:\n    steps:\n      - lint: ruff check .\n",
            "Screwdriver",
            4,
        ),
        (
            ".tekton/push.yaml",
            "spec:\n  tasks:\n    - taskSpec:\n        steps:\n          - script: ruff check .\n",
            "Tekton",
            5,
        ),
        (
            ".pipeline/config.yaml",
            "pipelines:\n  app:\n    stages:\n      - name: t\n        build: test\n",
            "Jenkins PipelineLib",
            5,
        ),
        (
            "ci/lint.yml",
            "platform: linux\ninputs: [{name: app}]\nrun:\n  path: make\n",
            "Concourse",
            4,
        ),
        ("buildspec.yml", "phases:\n  build:\n    commands:\n      - make\n", "AWS CodeBuild", 4),
    ],
)
def test_each_system_is_named_at_the_line_of_its_work(
    path: str, text: str, system: str, line: int
) -> None:
    judgement = judged(PRACTICE, {path: text})
    assert (judgement.verdict.value, judgement.value) == ("yes", system)
    assert places(PRACTICE, {path: text}) == [(path, line)]
