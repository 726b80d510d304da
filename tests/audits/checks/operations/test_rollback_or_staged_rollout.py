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
        {"d.py": "model.deploy(endpoint=e, traffic_split={'0': 100})\n"},
        {"d.py": "model.deploy(endpoint=e, traffic_percentage=100)\n"},
        {"d.py": "endpoint.traffic = {'blue': 100}\n"},
        {"d.py": "def deploy(model, traffic_split=None):\n    model.deploy(1)\n"},
        {"d.py": "for key in ('KmsKeyId', 'ShadowProductionVariants'):\n    copy(key)\n"},
        {"d.py": "c.update(BlueGreenUpdatePolicy=None)\n"},
        {"tests/test_d.py": "model.deploy(traffic_split={'0': 50, '1': 50})\n"},
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
        {".github/workflows/cd.yml": workflow("echo rolling back").replace("  a:", "  rollback:")},
        {"a.py": "sm.list_model_packages(ModelApprovalStatus='Approved')\n"},
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
        ("d.py", "model.deploy(\n    traffic_split={'0': 10, old: 90})\n", 2),
        ("d.py", "model.deploy(endpoint=e, traffic_percentage=10)\n", 1),
        ("d.py", "endpoint.traffic = {'blue': 90, 'green': 10}\n", 1),
        ("d.py", "c.create_deployment_group(blueGreenDeploymentConfiguration={'a': 1})\n", 1),
        (
            "d.py",
            "sm.update_endpoint(DeploymentConfig={\n 'BlueGreenUpdatePolicy': {'a': 1}})\n",
            2,
        ),
        (".github/workflows/cd.yml", workflow("./undo.sh v1").replace("  a:", "  rollback:"), 3),
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


KEPT = """\
import pickle

def select(champion, tuned_f1, best):
    if tuned_f1 {sign} champion["test_score"]:
        pickle.dump(best, open("champion.pkl", "wb"))
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (KEPT.replace("champion[", "history[").format(sign=">"), "no"),
        (KEPT.format(sign="=="), "no"),
        (KEPT.format(sign=">"), "yes"),
    ],
)
def test_a_model_that_replaces_the_one_in_use_only_where_it_is_better_counts(
    source: str, expected: str
) -> None:
    assert verdict(PRACTICE, {"select.py": source}) == expected


RIVALS = """\
from google.cloud import aiplatform

def wins(m_chall, m_champ):
    challenger_wins = m_chall > m_champ
    return challenger_wins

aiplatform.Model.upload(display_name="m", {keyword}=wins(1, 2))
"""


@pytest.mark.parametrize(
    ("keyword", "expected"), [("description", "no"), ("is_default_version", "yes")]
)
def test_rivals_count_where_the_version_in_use_is_set(keyword: str, expected: str) -> None:
    assert verdict(PRACTICE, {"upload.py": RIVALS.format(keyword=keyword)}) == expected


@pytest.mark.parametrize(("value", "expected"), [("true", "partly"), ("false", "no")])
def test_a_job_that_is_put_back_by_itself_counts(value: str, expected: str) -> None:
    job = f'job "a" {{\n  update {{\n    auto_revert = {value}\n  }}\n}}\n'
    assert verdict(PRACTICE, {"app.nomad": job}) == expected
