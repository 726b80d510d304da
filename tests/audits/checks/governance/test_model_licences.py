"""Whether the terms of a model may forbid the business."""

import pytest

from tests.audits.examining import judged, verdict

PRACTICE = "model-licences"


def loads(name: str, path: str = "app/model.py") -> dict[str, str]:
    """A module that fetches this model on line 3."""
    code = "from transformers import AutoModelForCausalLM\n\n"
    return {
        path: f"{code}model = AutoModelForCausalLM.from_pretrained('{name}')\nmodel.generate(x)\n"
    }


@pytest.mark.parametrize(
    "files",
    [{"a.py": "x = 'meta-llama/Llama-2-7b'\n"}, loads("facebook/opt-1.3b", "examples/a.py"),
     loads("facebook/opt-1.3b", "tests/test_a.py")],
)  # fmt: skip
def test_models_that_the_product_does_not_fetch_are_not_applicable(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "n/a"


@pytest.mark.parametrize(
    "name", ["bert-base-uncased", "gpt2", "mistralai/Mistral-7B-v0.1", "Qwen/Qwen2.5-7B-Instruct"]
)
def test_known_open_terms_are_a_no(name: str) -> None:
    assert verdict(PRACTICE, loads(name)) == "no"


def test_a_model_that_nobody_knows_is_unknown_and_not_fine() -> None:
    judgement = judged(PRACTICE, loads("acme/secret-7b"))
    assert judgement.verdict.value == "unknown"
    assert "acme/secret-7b" in judgement.because


@pytest.mark.parametrize("name", ["meta-llama/Llama-3.1-8B", "google/gemma-2-9b"])
def test_conditions_are_partly(name: str) -> None:
    assert verdict(PRACTICE, loads(name)) == "partly"


@pytest.mark.parametrize(
    "name", ["facebook/nllb-200-distilled-600M", "black-forest-labs/FLUX.1-dev", "Qwen/Qwen2.5-3B"]
)
def test_no_commercial_use_is_a_yes_at_the_call(name: str) -> None:
    judgement = judged(PRACTICE, loads(name))
    assert judgement.verdict.value == "yes"
    assert (judgement.evidence[0].path, judgement.evidence[0].line) == ("app/model.py", 3)
    assert judgement.findings[0].title.endswith("which allows no commercial use")


def test_weights_of_ultralytics_ask_for_the_source() -> None:
    code = "from ultralytics import YOLO\n\nmodel = YOLO('yolov8n')\nmodel.predict(x)\n"
    assert verdict(PRACTICE, {"a.py": code}) == "yes"
