"""Whether models are registered by name and version."""

import pytest

from tests.audits.examining import TRAINS, notebook, places, verdict

PRACTICE = "model-registry"
REGISTERS = """\
import mlflow

mlflow.register_model("runs:/1/model", "churn")
"""
HUB = """\
from transformers import AutoModel

AutoModel.from_pretrained("acme/churn", revision="8a1f0c")
"""


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "Models are registered in MLflow."},
        {"requirements.txt": "mlflow==2\n"},
        {"log.py": "import mlflow\n\nmlflow.log_metric('f1', 0.9)\n"},
        {"tests/test_register.py": REGISTERS},
        {"old.py": "# mlflow.register_model('runs:/1/model', 'churn')\n"},
        {"use.py": "from transformers import AutoModel\n\nAutoModel.from_pretrained('bert')\n"},
        {"shop.py": "class CarModelRegistry:\n    pass\n"},
    ],
)
def test_words_logs_tests_remarks_and_plain_downloads_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


LINKS = """\
import {package}

artifact = {package}.Api().artifact("a/b/m:v1")
artifact.link(target_path="a/chosen/m")
"""


@pytest.mark.parametrize(("package", "expected"), [("other", "no"), ("wandb", "yes")])
def test_a_link_into_the_registry_of_a_tracker_is_a_yes(package: str, expected: str) -> None:
    files = {"train.py": TRAINS, "link.py": LINKS.format(package=package)}
    assert verdict(PRACTICE, files) == expected


def test_weights_beside_a_numbered_release_are_partly() -> None:
    at = "https://github.com/a/b/releases/download"
    files = {"train.py": TRAINS, "w.py": f"URL = '{at}/0.1/weights.zip'\n"}
    assert verdict(PRACTICE, files) == "partly"
    assert verdict(PRACTICE, files | {"w.py": f"URL = '{at}/0.1/data.zip'\n"}) == "no"


def test_a_registration_is_a_yes() -> None:
    files = {"train.py": TRAINS, "register.py": REGISTERS}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files) == [("register.py", 3)]


def test_a_registered_model_that_is_fetched_is_a_yes() -> None:
    loads = "import mlflow\n\nmlflow.pyfunc.load_model('models:/churn/3')\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": loads}) == "yes"


def test_a_registry_of_its_own_with_stages_is_a_yes() -> None:
    own = """\
class ModelRegistry:
    def register(self, model):
        pass

    def promote(self, version):
        pass

ModelRegistry().register(None)
"""
    assert verdict(PRACTICE, {"train.py": TRAINS, "registry.py": own}) == "yes"


@pytest.mark.parametrize(
    "other",
    [
        {"serve.py": HUB},
        {"serve.py": "import mlflow\n\nmlflow.pyfunc.load_model('runs:/1/model')\n"},
        {"serve.py": "WEIGHTS = 'https://models.acme.test/v2/churn.onnx'\n"},
        {"try.ipynb": notebook((1, REGISTERS))},
    ],
)
def test_hubs_runs_addresses_and_notebooks_are_partly(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "partly"


def test_without_machine_learning_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"app.py": "print(1)\n"}) == "n/a"


def test_an_artefact_that_is_declared_a_model_by_name_is_a_yes() -> None:
    log = "from dvclive import Live\nLive().log_artifact('m.pkl', type='model', name='pools')\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "log.py": log}) == "yes"
    data = log.replace("type='model'", "type='dataset'")
    assert verdict(PRACTICE, {"train.py": TRAINS, "log.py": data}) == "no"


def test_a_script_that_registers_by_a_clouds_command_is_a_yes() -> None:
    lists = {"train.py": TRAINS, "deploy.sh": "gcloud ai models list --region=a\n"}
    assert verdict(PRACTICE, lists) == "no"
    uploads = {"train.py": TRAINS, "deploy.sh": "gcloud ai models upload --region=a\n"}
    assert verdict(PRACTICE, uploads) == "yes"
    assert places(PRACTICE, uploads) == [("deploy.sh", 1)]


def test_a_step_of_a_pipeline_trains_and_another_registers() -> None:
    steps = """\
from sagemaker.workflow.step_collections import RegisterModel
from sagemaker.workflow.steps import ProcessingStep, TrainingStep
"""
    only_prepares = {"pipeline.py": f"{steps}\nProcessingStep(name='a')\n"}
    assert verdict(PRACTICE, only_prepares) == "n/a"
    both = {"pipeline.py": f"{steps}\nTrainingStep(name='a')\nRegisterModel(name='b')\n"}
    assert verdict(PRACTICE, both) == "yes"
    assert places(PRACTICE, both) == [("pipeline.py", 5)]
