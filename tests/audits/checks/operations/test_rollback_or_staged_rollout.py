"""Whether a new version comes in bit by bit, or can be taken back."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "rollback-or-staged-rollout"


def workflow(line: str) -> str:
    return f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {line}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We do canary releases and can roll back.\n"},
        {"db.py": "session.rollback()\n"},
        {"db/rollback_migration.sh": "alembic downgrade -1\n"},
        {"k8s/app.yaml": "kind: Deployment\n# canaryTrafficPercent: 10\n"},
        {"k8s/app.yaml": "kind: VirtualService\nroute:\n- weight: 100\n- weight: 0\n"},
        {"tests/app.yaml": "kind: Canary\n"},
        {".github/workflows/cd.yml": workflow("helm upgrade app chart")},
    ],
)
def test_words_databases_comments_and_full_weights_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"ci/cd.yml": workflow("helm rollback app")},
        {"service.yaml": "rollout_strategy: ROLLOUT\n"},
        {"k8s/app.yaml": "kind: Canary\n"},
        {"a.py": "import mlflow\nc = mlflow.MlflowClient()\nc.transition_model_version_stage(1)\n"},
    ],
)
def test_parked_ways_named_strategies_and_stages_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("k8s/app.yaml", "kind: InferenceService\nspec:\n  canaryTrafficPercent: 10\n", 3),
        ("k8s/app.yaml", "kind: VirtualService\nhttp:\n  - weight: 90\n  - weight: 10\n", 3),
        ("k8s/app.yaml", "kind: Rollout\nstrategy:\n  canary:\n    steps: []\n", 3),
        (".github/workflows/cd.yml", workflow("kubectl rollout undo deployment/app"), 6),
        ("Makefile", "rollback:\n\t./roll.sh previous\n", 1),
    ],
)
def test_splits_and_scripted_ways_back_are_a_yes(path: str, text: str, line: int) -> None:
    files = {"deploy.sh": "kubectl apply -f k8s/app.yaml\n", path: text}
    assert (path, line) in places(PRACTICE, files)
    assert verdict(PRACTICE, files) == "yes"


JUDGES = """\
import mlflow

def judge(chall_f1, champ_f1):
    is_better = chall_f1 > champ_f1
    return is_better

"""
MOVES = """\
def move(client: mlflow.MlflowClient):
    mlflow.MlflowClient().set_registered_model_alias("m", "champion", "2")
"""


@pytest.mark.parametrize(("source", "expected"), [(JUDGES, "no"), (JUDGES + MOVES, "yes")])
def test_a_challenger_held_against_the_champion_counts_where_aliases_move(
    source: str, expected: str
) -> None:
    assert verdict(PRACTICE, {"judge.py": source}) == expected
