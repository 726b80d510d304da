"""Own models: what is merely used never contradicts, a foreign base in the weights does."""

import pytest

from audits.engine.claiming import Standing
from audits.engine.inventory import HostedModel, Inventory, NamedModel, Weights
from audits.engine.types import Verdict
from audits.facts.model_file import ModelFile
from tests.audits.claims.holding import artifact, held, practice

SUPPORTED, CONTRADICTED, UNSUPPORTED = (
    Standing.SUPPORTED,
    Standing.CONTRADICTED,
    Standing.UNSUPPORTED,
)
TRAINS = practice("training-code-outside-notebooks", Verdict.YES, path="train.py")
NO_TRAINING = practice("training-code-outside-notebooks", Verdict.NOT_APPLICABLE)
WRAPPER = practice("ml-kind", Verdict.YES, "llm-api-wrapper", "answer.py")
RETRIEVAL = practice("ml-kind", Verdict.YES, "llm-rag", "answer.py")
CLASSICAL = practice("ml-kind", Verdict.YES, "classical", "train.py")
OWN = artifact("m.safetensors", "model", ModelFile("safetensors", unsafe=False, is_weights=True))
ADAPTER = artifact(
    "a/adapter_config.json", "model",
    ModelFile("PEFT adapter", base_model="mistralai/Mistral-7B-v0.3", line=2),
)  # fmt: skip
HOSTED = HostedModel("OpenAI", "gpt-4o", "answer.py", 9)
ASKED = Inventory(hosted=(HOSTED,))


def test_what_the_code_merely_loads_is_no_base() -> None:
    used = Inventory(models=(NamedModel("huggingface", "org/embedder", "x.py", 3),))
    found = held("own-model", OWN, practices=(TRAINS, CLASSICAL), inventory=used)
    assert found.verdict is SUPPORTED


def test_training_and_own_weights_support() -> None:
    found = held("own-model", OWN, practices=(TRAINS, CLASSICAL))
    assert found.verdict is SUPPORTED
    assert {e.path for e in found.evidence} == {"train.py", "m.safetensors"}


def test_weights_of_the_repository_count() -> None:
    kept = Inventory(weights=(Weights("models/m.onnx", "ONNX", 9),))
    assert held("own-model", practices=(TRAINS,), inventory=kept).verdict is SUPPORTED


def test_a_foreign_base_contradicts_even_where_something_is_trained() -> None:
    found = held("own-model", OWN, ADAPTER, practices=(TRAINS, CLASSICAL))
    assert found.verdict is CONTRADICTED
    assert (found.evidence[0].path, found.evidence[0].line) == ("a/adapter_config.json", 2)
    assert "mistralai/Mistral-7B-v0.3" in found.because


def test_a_base_in_the_repository_contradicts() -> None:
    base = NamedModel("huggingface", "meta-llama/Llama-3-8B", "out/config.json", 4, "", "base")
    found = held("own-model", practices=(TRAINS,), inventory=Inventory(models=(base,)))
    assert (found.verdict, found.evidence[0].line) == (CONTRADICTED, 4)


def test_a_base_of_ones_own_is_none() -> None:
    file = ModelFile("safetensors", base_model="gridwatt-ai/load-v1", unsafe=False, is_weights=True)
    own = artifact("m.safetensors", "model", file)
    found = held("own-model", own, practices=(TRAINS,), inventory=Inventory(name="gridwatt"))
    assert found.verdict is SUPPORTED


@pytest.mark.parametrize("kind", [WRAPPER, RETRIEVAL])
def test_answers_of_a_hosted_api_contradict_where_nothing_is_trained(kind: object) -> None:
    practices = (kind, NO_TRAINING)
    # The keywords differ from case to case.
    found = held("own-model", practices=practices, inventory=ASKED)  # type: ignore[arg-type]
    assert found.verdict is CONTRADICTED
    assert (found.evidence[0].path, found.evidence[0].line) == ("answer.py", 9)


def test_a_wrapper_is_known_by_its_practice_alone() -> None:
    assert held("own-model", practices=(WRAPPER, NO_TRAINING)).verdict is CONTRADICTED
    assert held("own-model", practices=(RETRIEVAL, NO_TRAINING)).verdict is UNSUPPORTED


def test_retrieval_that_runs_models_by_name_is_not_accused() -> None:
    both = Inventory(hosted=(HOSTED,), models=(NamedModel("huggingface", "a/b", "x.py", 1),))
    assert held("own-model", practices=(RETRIEVAL,), inventory=both).verdict is UNSUPPORTED


def test_a_hosted_api_beside_own_weights_or_training_proves_nothing_against_them() -> None:
    asked = Inventory(hosted=(HOSTED,))
    assert held("own-model", OWN, practices=(WRAPPER,), inventory=asked).verdict is UNSUPPORTED
    assert held("own-model", practices=(WRAPPER, TRAINS), inventory=asked).verdict is UNSUPPORTED


@pytest.mark.parametrize("practices", [(), (TRAINS,), (NO_TRAINING,)])
def test_half_of_it_decides_nothing(practices: tuple[object, ...]) -> None:
    # The keywords differ from case to case.
    assert held("own-model", practices=practices).verdict is UNSUPPORTED  # type: ignore[arg-type]
    assert held("own-model", OWN, practices=(NO_TRAINING,)).verdict is UNSUPPORTED
