"""Whether workflows lie where nothing reads them."""

import pytest

from tests.audits.examining import judged, verdict

PRACTICE = "parked-workflows"
TEXT = "on: [push]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - run: make\n"
CALLED = TEXT.replace("[push]", "{workflow_call: {}}")
LIVE = {".github/workflows/ci.yml": TEXT}


def test_without_workflows_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.py": "x = 1\n"}) == "n/a"


@pytest.mark.parametrize(
    "path", ["docs/ci.yml", "examples/ci.yml", "tests/fixtures/ci.yml", "cookiecutter/ci.yml"]
)
def test_samples_beside_a_live_workflow_are_a_no(path: str) -> None:
    assert verdict(PRACTICE, {**LIVE, path: TEXT}) == "no"


def test_a_part_that_others_call_is_a_no() -> None:
    assert verdict(PRACTICE, {**LIVE, "shared/build.yml": CALLED}) == "no"


def test_idle_beside_live_is_partly() -> None:
    judgement = judged(PRACTICE, {**LIVE, ".github/workflows_disabled/cd.yml": TEXT})
    assert judgement.verdict.value == "partly"
    assert judgement.evidence[0].path == ".github/workflows_disabled/cd.yml"


def test_only_idle_ones_are_a_yes() -> None:
    judgement = judged(PRACTICE, {"ci/github.yml": TEXT})
    assert judgement.verdict.value == "yes"
    assert judgement.because == "1 workflow lies where nothing reads it, and none runs"
