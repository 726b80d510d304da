"""Keras: its configuration names classes to make, and may carry code of its own as text.

A Lambda layer holds compiled Python. Keras 3 imports any module that a configuration names
(CVE-2025-1550) and was led on to helpers of its own that fetch and load (CVE-2025-8747); a lookup
layer may name a file of the machine (CVE-2025-12058).

An HDF5 file keeps the configuration as text in an attribute, which the format never compresses: all
JSON objects of the file are looked at, so that no library has to read a hostile HDF5.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from audits.artifacts.model_files.found import Found
from audits.facts.opcodes import Budget, Bytes
from audits.facts.tools.pickle_imports import Standing, standing

HDF5: Final = b"\x89HDF\r\n\x1a\n"
LONGEST_CONFIG: Final = 16 * 1024 * 1024
MOST_OBJECTS, MOST_PARTS = 5_000, 500_000
_OBJECT = re.compile(rb'\{\s*"')
_WINDOWS = (64 * 1024, 1024 * 1024, LONGEST_CONFIG)
_HARMLESS_PARTS = re.compile(
    r"(?:keras|tf_keras|tensorflow\.keras)(?:\.src|\.api)?(?:\._v2|\._tf_keras)?"
    r"(?:\.(?:layers|initializers|optimizers|losses|metrics|regularizers|constraints|activations"
    r"|models|engine|ops|dtype_policies|mixed_precision|applications|quantizers|distribution"
    r"|random|backend|saving\.object_registration|legacy|core)\b.*)?"
)
_LOOKUPS = frozenset({"StringLookup", "IntegerLookup", "TextVectorization", "Hashing"})
_FETCHES = re.compile(r"get_file|load_model|load_weights|deserialize|from_config|pickle|save_img")


def is_hdf5(data: Bytes) -> bool:
    """Whether the signature stands where the format allows it."""
    return any(bytes(data[at : at + 8]) == HDF5 for at in (0, 512, 1024, 2048))


def hdf5(data: Bytes, found: Found, budget: Budget) -> None:
    """All configurations of an HDF5 file; within an archive that keeps its name."""
    whole = not found.format
    found.format = found.format or "HDF5"
    seen = 0
    for config in _objects(data, budget):
        if "class_name" in config:
            seen += 1
            configuration(config, found)
    if seen:
        found.format = "Keras (HDF5)" if whole else found.format
        found.framework = "Keras"
    elif data.find(b"model_config") >= 0:
        found.doubt("Its model configuration cannot be read.")
    elif data.find(b"layer_names") >= 0 or data.find(b"_layer_checkpoint") >= 0:
        found.framework = "Keras"


def _objects(data: Bytes, budget: Budget) -> Iterator[Mapping[str, Any]]:
    """The JSON objects within other bytes, outermost only."""
    after = 0
    for number, match in enumerate(_OBJECT.finditer(data)):
        if number > MOST_OBJECTS:
            return
        budget.spend()
        if match.start() < after:
            continue
        found, length = _parsed(data, match.start())
        if found is not None:
            after = match.start() + length
            yield found


def _parsed(data: Bytes, at: int) -> tuple[Mapping[str, Any] | None, int]:
    decoder = json.JSONDecoder()
    for window in _WINDOWS:
        text = bytes(data[at : at + window]).decode("utf-8", "replace")
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError as error:
            if error.pos < len(text) - 100 or len(text) < window // 4:
                return None, 0
            continue
        except RecursionError:
            return {"class_name": "nested too deeply"}, 1
        return (value if isinstance(value, dict) else None), end
    return None, 0


def configuration(config: object, found: Found) -> None:
    """Judges every class that a configuration names."""
    waiting, count = [config], 0
    while waiting:
        part = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            found.doubt("Its configuration has too many parts to be examined.")
            return
        if isinstance(part, dict):
            _named(part, found)
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _named(part: Mapping[str, Any], found: Found) -> None:
    name = part.get("class_name")
    if not isinstance(name, str):
        return
    inner = part.get("config")
    config: Mapping[str, Any] = inner if isinstance(inner, dict) else {}
    if name == "__lambda__":
        found.danger("Keras: compiled Python in a Lambda")
    elif name == "Lambda":
        _lambda(config, found)
    elif name in _LOOKUPS and isinstance(path := config.get("vocabulary"), str):
        found.strange(f"the file {path[:200]} of the machine, by a {name} layer")
    elif name in ("nested too deeply", "TorchModuleWrapper"):
        found.doubt(f"Its configuration has a part that is not examined ({name}).")
    _module(part, name, found)


def _lambda(config: Mapping[str, Any], found: Found) -> None:
    """A Lambda layer carries its code as base64, or names a function of the program."""
    function = config.get("function")
    if isinstance(function, list | tuple) or config.get("function_type") == "lambda":
        found.danger("Keras: compiled Python in a Lambda")
    elif isinstance(function, str):
        found.strange(f"the function {function[:100]} of a Lambda layer")


def _module(part: Mapping[str, Any], name: str, found: Found) -> None:
    module = part.get("module")
    if not isinstance(module, str) or not module:
        return
    if module == "builtins" and name in ("function", "str", "type", "tuple", "list", "dict"):
        if name == "function" and isinstance(inner := part.get("config"), str):
            found.strange(f"the function {inner[:100]}")
    elif _HARMLESS_PARTS.fullmatch(module) and not _FETCHES.search(name):
        return
    elif module.split(".")[0] in ("keras", "tf_keras", "tensorflow"):
        found.danger(f"Keras: {module}.{name}")
    else:
        _foreign(module, name, found)


def _foreign(module: str, name: str, found: Found) -> None:
    wanted = standing(module, name)
    if wanted is Standing.DANGEROUS:
        found.danger(f"Keras: {module}.{name}")
    else:
        found.strange(f"{module}.{name}")
