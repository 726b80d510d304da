"""Folders as they come in archives: a fine-tuned model of a hub, and an MLflow file store."""

import json
import struct

from tests.make import Text

CARD = """---
license: llama3
base_model: meta-llama/Meta-Llama-3-8B
model-index:
- name: triage
  results:
  - dataset: {name: triage-eval-2026}
    metrics: [{type: accuracy, value: 0.91}]
---
# Model card
## Intended use
Sorts tickets of customers by urgency for people who answer them.
"""


def _safetensors() -> bytes:
    header = json.dumps({"w": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}}).encode()
    return struct.pack("<Q", len(header)) + header + b"\0" * 8


HF_FOLDER: dict[str, Text] = {
    "triage/config.json": json.dumps(
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 8}
    ),
    "triage/adapter_config.json": json.dumps(
        {"peft_type": "LORA", "base_model_name_or_path": "meta-llama/Meta-Llama-3-8B", "r": 8}
    ),
    "triage/model.safetensors.index.json": json.dumps(
        {"metadata": {"total_size": 8}, "weight_map": {"w": "model-00001.safetensors"}}
    ),
    "triage/model-00001.safetensors": _safetensors(),
    "triage/README.md": CARD,
    "triage/vocab.txt": "one\ntwo\n",
}

MLRUNS: dict[str, Text] = {
    "mlruns/0/meta.yaml": "name: Default\nexperiment_id: '0'\n",
    "mlruns/0/run1/meta.yaml": "run_id: run1\n",
    "mlruns/0/run1/tags/dataset_version": "v3",
    "mlruns/models/churn/meta.yaml": "name: churn\n",
    "mlruns/models/churn/version-1/meta.yaml": (
        "name: churn\nversion: '1'\nrun_id: run1\ncreation_timestamp: 1700000000000\n"
    ),
    "mlruns/models/churn/version-2/meta.yaml": (
        "name: churn\nversion: '2'\nrun_id: run2\ncreation_timestamp: 1702600000000\n"
    ),
}
