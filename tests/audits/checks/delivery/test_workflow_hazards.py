"""Whether a workflow lets strangers in or hands out more than it needs."""

import pytest

from tests.audits.examining import TRAINS, judged, verdict

PRACTICE = "workflow-hazards"
PATH = ".github/workflows/ci.yml"


def workflow(on: str, steps: str, *, job: str = "", top: str = "") -> dict[str, str]:
    """A workflow with one job; steps stand in the notation of a flow list."""
    text = f"on: {on}\n{top}jobs:\n  build:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}"
    return {PATH: text}


CHECKOUT = "      - uses: actions/checkout@v4\n"
HEAD = (
    "      - uses: actions/checkout@v4\n"
    "        with: {ref: '${{ github.event.pull_request.head.sha }}'}\n"
)
TESTS = "      - run: make test\n"
TITLE = "      - run: echo '${{ github.event.pull_request.title }}'\n"
OPEN = workflow("[pull_request_target]", HEAD + TESTS)


def test_without_ci_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.py": "x = 1\n"}) == "n/a"


@pytest.mark.parametrize(
    "files",
    [
        workflow("[push, pull_request]", CHECKOUT + TESTS),
        workflow("[pull_request]", HEAD + TESTS),
        workflow("[pull_request_target]", CHECKOUT + TESTS),
        workflow("[push]", "      - run: echo '${{ github.event.head_commit.message }}'\n"),
        workflow("[push]", TITLE),
        workflow(
            "[issue_comment]",
            "      - run: make\n        env: {BODY: '${{ github.event.comment.body }}'}\n",
        ),
        workflow(
            "[issue_comment]",
            "      - run: x=${{ contains(github.event.comment.body, '/deploy') }}\n",
        ),
        workflow("[issue_comment]", "      - run: echo ${{ github.event.comment.id }}\n"),
        workflow("[push]", "      - run: echo ${{ secrets.KEY }} | docker login -p-stdin\n"),
        workflow("[push]", "      - run: echo '${{ secrets.KEY }}' > key.json\n"),
        workflow("[push]", "      - run: curl -sSf https://a.io/x.tar.gz | tar xz\n"),
        workflow("[push]", TESTS, top="permissions: {contents: read, id-token: write}\n"),
        {"docs/ci.yml": OPEN[PATH], **workflow("[push]", TESTS)},
        workflow("[pull_request_target]", HEAD + TESTS, job="    if: false\n"),
    ],
    ids=[
        "ordinary", "head-without-keys", "base", "message-of-a-member", "title-on-push",
        "as-environment", "comparison", "number", "piped", "to-a-file", "archive",
        "least-rights", "parked", "switched-off",
    ],
)  # fmt: skip
def test_what_is_usual_and_safe_is_a_no(files: dict[str, str]) -> None:
    judgement = judged(PRACTICE, files)
    assert (judgement.verdict.value, judgement.findings) == ("no", ())


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (workflow("[pull_request]", TITLE), "strangers write"),
        (workflow("[push]", TESTS, top="permissions: write-all\n"), "every right"),
        (workflow("[push]", "      - run: echo ${{ secrets.KEY }}\n"), "prints a secret"),
        (workflow("[push]", "      - run: make\n        env: {A: '${{ toJSON(secrets) }}'}\n"),
         "every secret"),
        (workflow("[push]", "      - run: curl -s https://x.io/i | sudo bash\n"), "into a shell"),
        (workflow("[pull_request_target]", HEAD + "      - run: air format .\n"),
         "has the repository's keys"),
        (workflow("[pull_request_target]", HEAD + TESTS,
                  job="    if: contains(github.event.pull_request.labels.*.name, 'ok')\n"),
         "has the repository's keys"),
    ],
)  # fmt: skip
def test_what_is_loose_or_guarded_is_partly(files: dict[str, str], words: str) -> None:
    judgement = judged(PRACTICE, files)
    assert judgement.verdict.value == "partly"
    assert words in judgement.evidence[0].note


FORK = "github.event.pull_request.head.repo.fork"


def test_machines_of_their_own_for_pull_requests_are_partly() -> None:
    text = workflow("[pull_request]", TESTS)[PATH].replace("ubuntu-latest", "[self-hosted, gpu]")
    assert verdict(PRACTICE, {PATH: text}) == "partly"
    kept = text.replace(
        "    steps:", "    if: ${{ !github.event.pull_request.head.repo.fork }}\n    steps:"
    )
    assert verdict(PRACTICE, {PATH: kept}) == "no"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (workflow("[pull_request_target]", HEAD + TESTS), 7),
        (workflow("[issue_comment]", "      - run: echo '${{ github.event.comment.body }}'\n"), 6),
        (workflow("{workflow_run: {workflows: [x]}}",
                  "      - run: |\n          set -e\n"
                  "          git fetch ${{ github.event.workflow_run.head_branch }}\n"), 8),
        (workflow("[issues]", "      - uses: actions/github-script@v7\n        with:\n"
                  "          script: |\n            t = `${{ github.event.issue.title }}`\n"), 9),
    ],
)  # fmt: skip
def test_strangers_at_the_keys_are_a_yes_at_the_line(files: dict[str, str], line: int) -> None:
    judgement = judged(PRACTICE, files)
    assert judgement.verdict.value == "yes"
    assert (judgement.evidence[0].path, judgement.evidence[0].line) == (PATH, line)
    assert judgement.findings[0].severity.value == "high"


def test_a_model_step_that_may_fail_is_told_only_where_it_is_the_only_one() -> None:
    step = "      - run: python train.py\n        continue-on-error: true\n"
    files = {"train.py": TRAINS, **workflow("[push]", step)}
    judgement = judged(PRACTICE, files)
    assert judgement.verdict.value == "partly"
    assert judgement.evidence[0].note == (
        "the only step that trains or evaluates a model may fail unnoticed"
    )
    both = {"train.py": TRAINS, **workflow("[push]", step + "      - run: python train.py\n")}
    assert verdict(PRACTICE, both) == "no"


def test_azure_macros_in_scripts_are_partly() -> None:
    text = "trigger: [main]\nsteps:\n- script: echo $(Build.SourceVersionMessage)\n"
    assert verdict(PRACTICE, {"azure-pipelines.yml": text}) == "partly"


def jenkins(step: str) -> dict[str, str]:
    return {
        "Jenkinsfile": f"pipeline {{\n stages {{ stage('a') {{ steps {{\n  {step}\n }} }} }}\n}}\n"
    }


def gitlab(line: str) -> dict[str, str]:
    return {".gitlab-ci.yml": f"a:\n  script:\n    - |\n      {line}\n"}


@pytest.mark.parametrize(
    "files",
    [
        jenkins("""sh 'echo "$CHANGE_TITLE"'"""),
        jenkins("""sh "make test BUILD=${env.BUILD_NUMBER}\""""),
        jenkins("""sh "echo \\$CHANGE_TITLE\""""),
        jenkins("""echo "${env.CHANGE_TITLE}"; sh 'make'"""),
        gitlab('echo "$CI_MERGE_REQUEST_TITLE"'),
        gitlab("bash -c 'echo \"$CI_COMMIT_MESSAGE\"'"),
        gitlab('sh -c "make test $CI_PIPELINE_ID"'),
    ],
    ids=[
        "shell's variable", "number", "escaped", "log line", "variable", "inner shell's variable",
        "number of GitLab",
    ],
)  # fmt: skip
def test_a_variable_that_a_shell_takes_as_text_is_no_hazard(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    ("files", "line", "pasted"),
    [
        (jenkins("""sh "echo ${env.CHANGE_TITLE}\""""), 3, "${env.CHANGE_TITLE}"),
        (jenkins('sh """\n  git checkout $CHANGE_BRANCH\n"""'), 4, "$CHANGE_BRANCH"),
        (gitlab('eval "note $CI_MERGE_REQUEST_TITLE"'), 4, "$CI_MERGE_REQUEST_TITLE"),
        (gitlab('bash -c "echo ${CI_COMMIT_MESSAGE}"'), 4, "${CI_COMMIT_MESSAGE}"),
    ],
)
def test_text_that_a_shell_reads_as_commands_is_told(
    files: dict[str, str], line: int, pasted: str
) -> None:
    judgement = judged(PRACTICE, files)
    assert judgement.verdict.value == "partly"
    assert [(f.line, f.title) for f in judgement.findings] == [
        (line, f"Pastes “{pasted}”, which whoever commits writes, into a script")
    ]
