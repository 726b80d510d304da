"""A file of a model, or what stands beside its weights: format, numbers, base, licence, safety.

The readers are in `model_files`; nothing is ever loaded. A file is a model where its bytes or its
keys say so; its ending counts only where these say nothing.
"""

import mmap
import zipfile
from collections.abc import Callable
from time import monotonic

from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import UNREADABLE
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.model_files import (
    configurations,
    containers,
    headers,
    keras,
    onnx,
    pickles,
    zips,
)
from audits.artifacts.model_files.found import Found
from audits.artifacts.model_files.reading import read_model
from audits.artifacts.reading import Given, Guess, Kind
from audits.facts.model_file import ModelFile
from audits.facts.opcodes import Budget, walk
from audits.facts.tools.pickle_imports import Standing, standing

_ENDINGS = (
    ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".bin", ".h5", ".keras", ".onnx",
    ".safetensors", ".gguf", ".dill", ".sav", ".npy", ".npz", ".tflite", ".cbm", ".ubj", ".skops",
    ".nemo", ".mar",
)  # fmt: skip
"""Endings of models: they decide only where the content says nothing."""

_OPCODES = 20_000
_MEMBERS = ("data.pkl", "model.weights.h5", "schema.json", "constants.pkl")


def measure(given: Given) -> ModelFile:
    """The facts on one file."""
    try:
        return read_model(given.path)
    except OSError as error:
        raise ArtifactError(UNREADABLE.format(given.name, error.strerror)) from None


def recognise(glimpse: Glimpse) -> Guess | None:
    """Whether it is a model, by its content; by its ending where that is all there is."""
    if glimpse.form == "folder":
        return None
    if told := _binary(glimpse) or _text(glimpse):
        return Guess("model", 0.95, because=told)
    if glimpse.name.lower().endswith(_ENDINGS) and glimpse.form in ("binary", "zip", "gzip"):
        return Guess("model", 0.6, because="Its name ends as that of a model, and it is no text.")
    return None


def _binary(glimpse: Glimpse) -> str:
    head = glimpse.head
    for begins_so, told in _BEGINNINGS:
        if begins_so(head):
            return told
    if head[:4] == b"PK\x03\x04":
        return _archive(glimpse)
    if head[:1] == b"\x08" and _is_onnx(glimpse):
        return "It is an ONNX model."
    start = containers.beginning(head)
    if start and pickles.has_protocol(start):
        return "It is a pickle that is compressed."
    return "It reads as a pickle without a protocol's mark." if _imports(start or head) else ""


_BEGINNINGS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda h: h[:4] == b"GGUF", "It begins as GGUF."),
    (lambda h: headers.is_safetensors(h + b"\0" * 8) and b'"data_offsets"' in h,
     "It begins with a header of safetensors."),
    (lambda h: keras.is_hdf5(h) and (b"model_weights" in h or b"model_config" in h
                                     or b'"class_name"' in h),
     "It is HDF5 with the weights of a model."),
    (pickles.has_protocol, "It begins as a pickle."),
    (lambda h: h[:6] == b"\x93NUMPY", "It is an array of NumPy."),
    (lambda h: h[4:8] == b"TFL3", "It begins as a model of TFLite."),
    (lambda h: h[:4] == b"CBM1", "It begins as a model of CatBoost."),
)  # fmt: skip


def _imports(head: bytes) -> bool:
    """Whether the bytes import, as opcodes, what frameworks have or what runs code."""
    budget = Budget(monotonic() + 1, _OPCODES)
    found = walk(head, 0, budget).imports
    return any(standing(i.module, i.name) is not Standing.UNKNOWN for i in found)


def _archive(glimpse: Glimpse) -> str:
    """By the names in the directory; a broken one is found out when it is measured."""
    try:
        with zipfile.ZipFile(glimpse.path) as archive:
            names = {n.rsplit("/", 1)[-1] for n in archive.namelist()[: zips.MOST_MEMBERS]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    found = next((m for m in _MEMBERS if m in names), "")
    return f"It is an archive that holds {found}." if found else ""


def _is_onnx(glimpse: Glimpse) -> bool:
    with (
        glimpse.path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return onnx.is_onnx(data)


def _text(glimpse: Glimpse) -> str:
    """Configurations by their keys."""
    head = glimpse.head
    found = Found()
    if glimpse.form == "json" and glimpse.size <= len(head):
        return f"Its keys are those of a {found.format}." if _known(head, found) else ""
    if glimpse.form == "json":
        return "It is the index of weights." if b'"weight_map"' in head else ""
    if glimpse.form == "text" and configurations.is_mlmodel(head):
        return "It is MLflow's description of a model."
    return "It is a LightGBM model." if head.startswith(b"tree\nversion=v") else ""


def _known(head: bytes, found: Found) -> bool:
    return configurations.read_json(head, found)


KINDS = (Kind("model", measure, recognise),)
