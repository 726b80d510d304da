"""Gathers weights with their headers and digests, what stands beside them, and pinned data."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from audits.collectors import model_headers
from audits.collectors.collecting import Collector, Derivation, Unreadable
from audits.collectors.data_files import is_data
from audits.collectors.model_headers import Header
from audits.collectors.parsing import json_of
from audits.collectors.yaml_nodes import Node, document
from audits.engine.inventory import Dataset, Inventory, NamedModel, Package, Weights
from audits.facts.code import Code
from audits.facts.dependencies import Dependencies
from audits.facts.models_used import BaseNamed, ModelFiles, ModelsUsed, models_used
from audits.facts.packages import Packages
from audits.facts.tools.licences import known_model, known_package
from audits.facts.tree import NOT_PRODUCT, File, Tree

LIMIT = 32 * 1024 * 1024
_POINTER_BYTES = 1_000
_SHA256 = 64
FORMS = {
    ".safetensors": "safetensors", ".gguf": "GGUF", ".ggml": "GGML", ".pt": "PyTorch",
    ".pth": "PyTorch", ".ckpt": "PyTorch", ".onnx": "ONNX", ".keras": "Keras", ".tflite": "TFLite",
    ".joblib": "joblib", ".pkl": "pickle", ".pickle": "pickle", ".h5": "HDF5", ".hdf5": "HDF5",
    ".bin": "PyTorch", ".mlmodel": "Core ML", ".pb": "TensorFlow", ".ubj": "XGBoost",
    ".cbm": "CatBoost", ".rds": "R", ".skops": "skops", ".engine": "TensorRT", ".ptl": "PyTorch",
}  # fmt: skip
_BY_NAME = frozenset({".pkl", ".pickle", ".h5", ".hdf5", ".bin", ".pb", ".rds", ".engine"})
"""Endings that other things have too: a word in the path decides."""

_WORDS = re.compile(
    r"model|weight|checkpoint|ckpt|classif|regress|estimator|network|bert|gpt|llama|xgb|lgbm|lightgbm"
    r"|catboost|forest|svm|kmeans|encoder|decoder|detector|predictor|saved_|adapter|ggml"
)
_CONFIGURATIONS = ("config.json", "adapter_config.json")
_CARDS = ("readme.md", "model_card.md", "modelcard.md", "model-card.md")
_LFS = re.compile(rb"oid sha256:([0-9a-f]{64})\s+size (\d{1,18})")
Part = tuple[Weights | BaseNamed | Dataset, ...]


def is_weights(file: File) -> bool:
    """Whether a file holds the weights of a model, by its ending and its path."""
    if file.suffix not in FORMS:
        return False
    return file.suffix not in _BY_NAME or bool(_WORDS.search(file.path.lower()))


def wants(file: File) -> bool:
    """Weights, what says of them, and pointers, all of the product."""
    if file.role & NOT_PRODUCT:
        return False
    name = file.name.lower()
    told = name in _CONFIGURATIONS or name in _CARDS or name == "modelfile"
    pointer = file.suffix == ".dvc" or (is_data(file) and file.size < _POINTER_BYTES)
    return told or pointer or is_weights(file)


def read(path: str, content: bytes) -> Part | None:
    """What one file tells. Raises Unreadable where its header is broken."""
    name = path.rsplit("/", 1)[-1].lower()
    if content.startswith(b"version https://git-lfs"):
        return _lfs(path, content)
    for names, reader in _READERS:
        if name in names:
            return tuple(reader(path, content)) or None
    if name.endswith(".dvc"):
        return tuple(_dvc(path, document(content))) or None
    file = File(path, len(content), "")
    return (_weights(file, content),) if is_weights(file) else None


def _lfs(path: str, content: bytes) -> Part | None:
    found = _LFS.search(content[:_POINTER_BYTES])
    if not found:
        return None
    file = File(path, int(found[2]), "")
    digest = found[1].decode()
    if is_weights(file):
        return (Weights(path, FORMS[file.suffix], file.size, digest, "Git LFS"),)
    return (Dataset("Git LFS", path, path, 1, f"sha256:{digest}"),)


def _dvc(path: str, root: Node) -> Iterator[Weights | Dataset]:
    folder = path.rpartition("/")[0]
    for out in root.get("outs").items:
        name, digest = out.get("path"), out.get("md5")
        if name and digest:
            target = f"{folder}/{name.text}".lstrip("/")
            size = out.get("size").text
            file = File(target, int(size) if size.isdigit() and len(size) < 19 else 0, "")
            if is_weights(file):
                yield Weights(target, FORMS[file.suffix], file.size, "", "DVC")
            else:
                yield Dataset("DVC", target, path, name.line, f"md5:{digest.text.split('.')[0]}")


def _weights(file: File, content: bytes) -> Weights:
    header = _header(file, content)
    return Weights(
        file.path,
        FORMS[file.suffix],
        len(content),
        hashlib.sha256(content).hexdigest(),
        "",
        header.name,
        header.architecture,
        header.parameters,
        header.licence,
        header.base,
    )


def _header(file: File, content: bytes) -> Header:
    try:
        if file.suffix == ".safetensors":
            return model_headers.safetensors(content)
        if file.suffix == ".gguf":
            return model_headers.gguf(content)
    except (ValueError, Unreadable):
        # The file counts all the same; only its header says nothing.
        return Header()
    return Header()


def _configuration(path: str, content: bytes) -> Iterator[BaseNamed]:
    """A model's or an adapter's configuration as hubs keep it."""
    if len(content) > 1_000_000 or not re.search(
        rb'"(?:model_type|base_model_name_or_path)"', content
    ):
        return
    data = json_of(content, "a model's configuration that cannot be parsed")
    if not isinstance(data, dict):
        return
    kinds = data.get("architectures")
    kind = kinds[0] if isinstance(kinds, list) and kinds else data.get("peft_type")
    base = data.get("base_model_name_or_path") or data.get("_name_or_path")
    key = b"base_model_name_or_path" if "base_model_name_or_path" in data else b"_name_or_path"
    yield BaseNamed(
        path,
        content.count(b"\n", 0, max(0, content.find(key))) + 1,
        _model_name(base),
        _short(data.get("revision")),
        _short(kind) or _short(data.get("model_type")),
    )


def _short(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 200 else ""


def _model_name(value: object) -> str:
    """A name on the hub; a path on somebody's disk is none."""
    text = _short(value)
    return "" if text.startswith((".", "/", "~")) or text.count("/") > 1 or "\\" in text else text


def _card(path: str, content: bytes) -> Iterator[BaseNamed]:
    """The YAML head of a model card."""
    if not content.startswith(b"---"):
        return
    end = content.find(b"\n---", 3, 20_000)
    if end < 0:
        return
    try:
        head = document(content[:end] + b"\n")
    except Unreadable:
        return
    base, licence = head.get("base_model"), head.first("license_name", "license").text
    about = base or head.first("pipeline_tag", "library_name", "model-index", "model_name")
    if not about:
        return
    for name in base.words() or ("",):
        yield BaseNamed(
            path, head.line_of("base_model"), _model_name(name), "", "", _short(licence)
        )


def _modelfile(path: str, content: bytes) -> Iterator[BaseNamed]:
    """Ollama's description of a model: what it is made from."""
    for number, row in enumerate(content[:100_000].decode("utf-8", "replace").split("\n"), 1):
        words = row.split()
        if len(words) > 1 and words[0].upper() == "FROM" and (name := _model_name(words[1])):
            yield BaseNamed(path, number, name, hub="ollama")


_READERS: tuple[tuple[Iterable[str], Callable[[str, bytes], Iterator[BaseNamed]]], ...] = (
    (_CONFIGURATIONS, _configuration),
    (_CARDS, _card),
    (("modelfile",), _modelfile),
)


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> ModelFiles:
    """All weights of the tree, those too large to be read by name and size alone."""
    items = [item for _, part in parts for item in part]
    bases = tuple(sorted((b for b in items if isinstance(b, BaseNamed)), key=lambda b: b.path))
    weights = {w.path: w for w in items if isinstance(w, Weights)}
    for file in tree.ending(FORMS):
        if is_weights(file) and file.path not in weights and not file.role & NOT_PRODUCT:
            digest = file.blob if len(file.blob) == _SHA256 else ""
            weights[file.path] = Weights(file.path, FORMS[file.suffix], file.size, digest)
    beside: dict[str, list[BaseNamed]] = defaultdict(list)
    for base in bases:
        beside[base.folder].append(base)
    told = (_told(w, beside[w.path.rpartition("/")[0]]) for w in weights.values())
    pointers = sorted(d for d in items if isinstance(d, Dataset))
    return ModelFiles(tuple(sorted(told)), bases, tuple(pointers))


def _told(weights: Weights, beside: Sequence[BaseNamed]) -> Weights:
    """The weights with what the files beside them add; their own header comes first."""
    return replace(
        weights,
        architecture=weights.architecture
        or next((b.architecture for b in beside if b.architecture), ""),
        licence=weights.licence or next((b.licence for b in beside if b.licence), ""),
        base=weights.base or next((b.base for b in beside if b.base), ""),
    )


_ECOSYSTEMS = {
    "python": "pypi", "node": "npm", "rust": "cargo", "go": "golang", "r": "cran", "jvm": "maven",
    "dotnet": "nuget",
}  # fmt: skip


def inventory_of(used: ModelsUsed, packages: Packages, declared: Dependencies) -> Inventory:
    """Everything in one; a package that a lock file names is not listed again without version."""
    locked = {p for each in packages.lists for p in each.packages}
    known = {(p.ecosystem, _folded(p.name)) for p in locked}
    loose = {
        Package(ecosystem, r.name, "", m.path, r.line)
        for m in declared.declared
        if (ecosystem := _ECOSYSTEMS.get(m.ecosystem, m.ecosystem))
        for r in m.requirements
        if (ecosystem, _folded(r.name)) not in known
    }
    own = packages.own
    licence = own.licence or next((p.licence for p in packages.lists if "/" not in p.path), "")
    return Inventory(
        tuple(_licensed(p) for p in _once(locked | loose)),
        tuple(_with_licence(m) for m in used.models), used.hosted, used.weights, used.datasets,
        own.name, licence,
    )  # fmt: skip


def _licensed(package: Package) -> Package:
    """A package with the licence that its lock file states, or that the table knows."""
    known = known_package(package.ecosystem, package.name)
    return package if package.licence or known is None else replace(package, licence=known.licence)


def _with_licence(model: NamedModel) -> NamedModel:
    known = known_model(model.hub, model.name)
    return model if model.licence or known is None else replace(model, licence=known[0])


def _folded(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _once(packages: Iterable[Package]) -> tuple[Package, ...]:
    """Each version of a package once, at the first place that names it; needed before optional."""
    first: dict[tuple[str, str, str], Package] = {}
    for package in sorted(packages, key=lambda p: (p.optional, p)):
        key = (package.ecosystem, package.name, package.version)
        first.setdefault(key, package)
    return tuple(sorted(first.values()))


COLLECTOR = Collector(ModelFiles, 1, wants, read, assemble, LIMIT)
USED = Derivation(ModelsUsed, (Tree, Code, ModelFiles), models_used)
INVENTORY = Derivation(Inventory, (ModelsUsed, Packages, Dependencies), inventory_of)
