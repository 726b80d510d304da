"""What stands beside weights: configurations of hubs and adapters, indexes, `MLmodel`."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from audits.artifacts.model_files.found import Found
from audits.artifacts.model_files.headers import template
from audits.artifacts.model_files.keras import configuration

LARGEST: Final = 32 * 1024 * 1024
_FOUNDATIONS = re.compile(
    r"(?:openai-|distil)?(?:bert|roberta|gpt2?|gpt-j|gpt-neo|t5|albert|xlnet|electra|bart|xlm"
    r"|xlm-roberta|mbart|deberta|longformer|camembert|pegasus|mpnet|llama|mistral|falcon|qwen|phi"
    r"|gemma|mixtral|bloom|opt|whisper|clip|vit)(?:[-_.\d][\w.-]*)?",
    re.IGNORECASE,
)
"""Names of public models that hubs also keep without an owner before them."""

_FLAVOURS = {
    "sklearn": "scikit-learn", "xgboost": "XGBoost", "lightgbm": "LightGBM", "pytorch": "PyTorch",
    "tensorflow": "TensorFlow", "keras": "Keras", "catboost": "CatBoost", "onnx": "ONNX",
    "transformers": "Transformers", "spark": "Spark", "prophet": "Prophet",
    "statsmodels": "statsmodels", "openai": "OpenAI", "langchain": "LangChain",
    "sentence_transformers": "sentence-transformers",
}  # fmt: skip


def base_name(value: object) -> str:
    """A model's name on a hub; a path on somebody's disk is none."""
    text = value.strip() if isinstance(value, str) and len(value) <= 200 else ""
    if not text or text.startswith((".", "/", "~")) or "\\" in text:
        return ""
    if "://" in text:
        return "/".join(text.rstrip("/").split("/")[-2:])
    owner, slash, name = text.partition("/")
    if slash:
        local = owner.lower() in ("models", "model", "checkpoints", "output", "outputs", "data")
        return "" if "/" in name or local or not name else text
    return text if _FOUNDATIONS.fullmatch(text) else ""


def read_json(content: bytes, found: Found) -> bool:
    """Reads a configuration in JSON; whether it is one that tells of a model."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    if not isinstance(data, dict):
        return False
    for wanted, reader in _READERS:
        if wanted & data.keys():
            reader(data, found)
            found.line = _line_of(content, found.base_model)
            return True
    return False


def _line_of(content: bytes, name: str) -> int:
    at = content.find(json.dumps(name).encode()) if name else -1
    return content.count(b"\n", 0, at) + 1 if at > 0 else 1


def _adapter(data: Mapping[str, Any], found: Found) -> None:
    found.format, found.framework, found.is_weights = "PEFT adapter", "PEFT", False
    found.base_model = base_name(data.get("base_model_name_or_path"))
    for key in ("revision", "peft_type", "task_type", "r"):
        if isinstance(value := data.get(key), str | int) and value:
            found.told[key] = str(value)[:100]
    _own_code(data, found)


def _hub(data: Mapping[str, Any], found: Found) -> None:
    found.format, found.framework = "Hugging Face configuration", "Transformers"
    found.is_weights = False
    found.base_model = base_name(data.get("_name_or_path"))
    kinds = data.get("architectures")
    if isinstance(kinds, list) and kinds and isinstance(kinds[0], str):
        found.told["architecture"] = kinds[0][:100]
    for key in ("model_type", "transformers_version"):
        if isinstance(value := data.get(key), str):
            found.told[key] = value[:100]
    _own_code(data, found)


def _own_code(data: Mapping[str, Any], found: Found) -> None:
    mapping = data.get("auto_map")
    if isinstance(mapping, dict) and mapping:
        named = ", ".join(sorted({str(v)[:80] for v in mapping.values()})[:3])
        found.risk(f"It names code to be fetched ({named}), which runs where code is trusted.")


def _tokenizer(data: Mapping[str, Any], found: Found) -> None:
    found.format, found.framework = "Hugging Face tokenizer", "Transformers"
    found.is_weights = False
    texts = data.get("chat_template")
    for text in texts if isinstance(texts, list) else [texts]:
        inner = text.get("template") if isinstance(text, dict) else text
        if isinstance(inner, str):
            template(inner, found)
    _own_code(data, found)


def _index(data: Mapping[str, Any], found: Found) -> None:
    found.format = "Index of weights in parts"
    found.is_weights = True
    meta = data.get("metadata")
    told: Mapping[str, Any] = meta if isinstance(meta, dict) else {}
    count = told.get("total_parameters")
    found.parameters = count if isinstance(count, int) and count > 0 else None
    parts = data.get("weight_map")
    names = set(parts.values()) if isinstance(parts, dict) else set()
    found.told["parts"] = str(len(names))
    if any(not isinstance(n, str) or n.startswith("/") or ".." in n for n in names):
        found.doubt("It names parts outside its folder.")


def _xgboost(data: Mapping[str, Any], found: Found) -> None:  # noqa: ARG001 - the shape of a reader
    found.format, found.framework = "XGBoost JSON", "XGBoost"


def _keras(data: Mapping[str, Any], found: Found) -> None:
    found.format, found.framework, found.is_weights = "Keras configuration", "Keras", False
    configuration(data, found)


_READERS = (
    (frozenset({"base_model_name_or_path", "peft_type"}), _adapter),
    (frozenset({"weight_map"}), _index),
    (frozenset({"class_name"}), _keras),
    (frozenset({"tokenizer_class", "chat_template"}), _tokenizer),
    (frozenset({"learner"}), _xgboost),
    (frozenset({"model_type", "architectures", "_name_or_path"}), _hub),
)


def is_mlmodel(content: bytes) -> bool:
    """Whether text is MLflow's description of a model."""
    return bool(re.search(rb"(?m)^flavors:\s*$", content[:1_000_000]))


def mlmodel(content: bytes, found: Found) -> None:
    """The flavours, the run and the signature."""
    found.format, found.is_weights = "MLmodel", False
    try:
        if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(content, yaml.SafeLoader)):
            found.doubt("Its YAML has aliases.")
            return
        data = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError):
        found.doubt("It is not valid YAML.")
        return
    flavours = data.get("flavors") if isinstance(data, dict) else None
    if not isinstance(flavours, dict):
        found.doubt("It names no flavours.")
        return
    own = [str(f) for f in flavours if f != "python_function"]
    found.framework = next((_FLAVOURS[f] for f in own if f in _FLAVOURS), ", ".join(own)[:60])
    for key in ("run_id", "model_uuid", "model_id", "utc_time_created", "mlflow_version"):
        if data.get(key):
            found.told[key] = str(data[key])[:100]
    _flavours(flavours, found)


def _flavours(flavours: Mapping[Any, Any], found: Found) -> None:
    """The loader is imported when the model is; the base stands with the flavour of its library."""
    generic = flavours.get("python_function")
    loader = generic.get("loader_module") if isinstance(generic, dict) else None
    if isinstance(loader, str) and not loader.startswith("mlflow."):
        found.strange(f"the loader {loader[:100]}")
    if isinstance(generic, dict) and generic.get("code"):
        found.risk("It brings code of its own, which runs when the model is loaded.")
    for flavour in flavours.values():
        if isinstance(flavour, dict) and not found.base_model:
            found.base_model = base_name(flavour.get("source_model_name"))
