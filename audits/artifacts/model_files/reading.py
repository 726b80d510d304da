"""What a file of a model is, from its bytes alone, and whether loading it would do harm.

Its ending is not believed. A file is looked through by what it holds: archives and compressed
files by their members, pickles by their opcodes, other formats by their headers. It is clean only
where everything was read and both engines found nothing; whatever was left out, not understood,
timed out or seen differently by the two makes it inconclusive.
"""

import mmap
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from audits.artifacts.model_files import configurations, containers, headers, keras, onnx, pickles
from audits.artifacts.model_files.found import Found, concluded
from audits.artifacts.model_files.second_opinion import NAME, Opinion, second_opinion
from audits.facts.model_file import ModelFile
from audits.facts.opcodes import Budget, Bytes, OutOfBudget

SECONDS: Final = 2.5
"""For our own walk; the second engine has as much again, so that no file takes more than 5 s."""

OWN: Final = "proofroom"
TOO_MUCH = "It was not examined to its end within {:.1f} s and {:,} opcodes."


def read_model(path: Path) -> ModelFile:
    """Reads one file. Never raises for what stands in it; OSError where it cannot be opened."""
    budget = Budget(monotonic() + SECONDS)
    most = budget.opcodes
    found = Found()
    with path.open("rb") as stream:
        if not stream.seek(0, 2):
            found.doubt("The file is empty.")
            return concluded(found, {})
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                identify(data, path.name, found, budget)
            except OutOfBudget:
                found.doubt(TOO_MUCH.format(SECONDS, most))
            except (MemoryError, RecursionError):
                found.doubt("It needs more memory than it may take.")
    return _compared(path, found)


def _compared(path: Path, found: Found) -> ModelFile:
    """Asks the second engine where there are pickles; a difference is a doubt."""
    if not found.pieces:
        return concluded(found, {OWN: _word(found)})
    opinion = second_opinion(path, found.pieces)
    engines = {OWN: _word(found), NAME: opinion.word}
    if opinion.silent:
        found.doubt(f"The second engine {opinion.silent}.")
    elif opinion.dangerous and not found.dangerous:
        found.doubt(f"The second engine calls {_named(opinion)} dangerous, the first does not.")
    return concluded(found, engines)


def _named(opinion: Opinion) -> str:
    return ", ".join(opinion.dangerous[:3])


def _word(found: Found) -> str:
    if found.dangerous:
        return "dangerous"
    return "inconclusive" if found.reasons or found.unknown else "nothing dangerous"


def identify(data: Bytes, name: str, found: Found, budget: Budget, depth: int = 0) -> None:
    """Finds out what the bytes are and looks through them."""
    for is_one, reader in _BINARY:
        if is_one(data):
            reader(data, found)
            return
    if keras.is_hdf5(data):
        keras.hdf5(data, found, budget)
    elif containers.is_container(data):
        containers.look(data, name, found, budget, depth, identify)
    elif pickles.has_protocol(data):
        _pickle(data, name, found, budget)
    elif not _text(data, name, found):
        _last(data, name, found, budget)


def _pickle(data: Bytes, name: str, found: Found, budget: Budget) -> None:
    pickles.look(data, "" if not found.format else name, found, budget)
    if not found.format:
        joblib = any(m.endswith("joblib.numpy_pickle") for m in found.modules)
        found.format = "joblib" if joblib else "pickle"


def _text(data: Bytes, name: str, found: Found) -> bool:
    """Configurations and models that are text."""
    if len(data) > configurations.LARGEST:
        return False
    start = bytes(data[:4_096]).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        return configurations.read_json(bytes(data), found)
    if start.startswith(b"tree\n") and b"version=v" in start:
        found.format, found.framework = "LightGBM text", "LightGBM"
        return True
    if configurations.is_mlmodel(bytes(data[:1_000_000])):
        configurations.mlmodel(bytes(data), found)
        return True
    if name.endswith(".jinja"):
        found.format, found.is_weights = "chat template", False
        headers.template(bytes(data).decode("utf-8", "replace"), found)
        return True
    return False


def _last(data: Bytes, name: str, found: Found, budget: Budget) -> None:
    """No known mark: a pickle of protocol 0 or 1 has none either."""
    if onnx.is_onnx(data):
        onnx.onnx(data, found)
        return
    if pickles.is_one(data, Budget(budget.until, budget.opcodes)):
        _pickle(data, name, found, budget)
        return
    pickles.may_hide(data, name, found, Budget(budget.until, budget.opcodes))
    if found.dangerous:
        found.format = found.format or "pickle"
        found.keep(name, data, pickles.walk(data, 0, budget))
        return
    found.doubt("It is of no format that is known here.")


def _inert(name: str, framework: str) -> Callable[[Bytes, Found], None]:
    def read(data: Bytes, found: Found) -> None:  # noqa: ARG001 - the shape of a reader
        found.format, found.framework = name, framework

    return read


_BINARY: tuple[tuple[Callable[[Bytes], bool], Callable[[Bytes, Found], None]], ...] = (
    (lambda d: d[:4] == b"GGUF", headers.gguf),
    (headers.is_safetensors, headers.safetensors),
    (lambda d: d[4:8] == b"TFL3", _inert("TFLite", "TensorFlow")),
    (lambda d: d[:4] == b"CBM1", _inert("CatBoost", "CatBoost")),
    (lambda d: bytes(d[:12]).startswith(b"{L\x00") and b"learner" in d[:64],
     _inert("XGBoost UBJ", "XGBoost")),
)  # fmt: skip
