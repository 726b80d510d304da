"""Whether borrowed actions stay what they were."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "pinned-ci-actions"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def workflow(*uses: str) -> dict[str, str]:
    steps = "".join(f"      - uses: {u}\n" for u in uses)
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n{steps}"
    return {".github/workflows/ci.yml": text}


@pytest.mark.parametrize(
    "uses", ["actions/checkout@v4", "a/b@main", f"a/b@{COMMIT[:12]}", f"a/b@{COMMIT[:39]}g"]
)
def test_tags_branches_and_short_commits_are_a_no(uses: str) -> None:
    assert verdict(PRACTICE, workflow(uses)) == "no"


def test_without_a_borrowed_action_it_does_not_apply() -> None:
    assert verdict(PRACTICE, {"README.md": "uses: actions/checkout@v4\n"}) == "n/a"
    assert verdict(PRACTICE, workflow()) == "n/a"
    assert verdict(PRACTICE, workflow("./.github/actions/own")) == "n/a"


def test_a_pinned_one_beside_a_loose_one_is_partly() -> None:
    assert verdict(PRACTICE, workflow(f"a/b@{COMMIT}", "a/c@v1")) == "partly"


def test_a_workflow_of_others_is_borrowed_too() -> None:
    files = {".github/workflows/a.yml": "on: push\njobs:\n  a:\n    uses: o/r/.github/w.yml@main\n"}
    assert verdict(PRACTICE, workflow(f"a/b@{COMMIT}") | files) == "partly"


def test_commits_and_digests_throughout_are_a_yes() -> None:
    files = workflow(f"a/b@{COMMIT}", "docker://alpine@sha256:abc")
    path = ".github/workflows/ci.yml"
    assert places(PRACTICE, files) == [(path, 7), (path, 8)]
