"""Gathers committed data by type and size, and pointers of DVC and Git LFS."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from audits.collectors.collecting import Collector
from audits.collectors.yaml_nodes import Node, document
from audits.engine.types import Evidence
from audits.facts.data_files import DataFiles, Pointer
from audits.facts.tools.data_suffixes import DATA_SUFFIXES
from audits.facts.tree import File, Tree

LIMIT = 4 * 1024 * 1024
_LFS = b"version https://git-lfs.github.com/spec/v1"
_MODEL_SUFFIXES = (
    ".pkl",
    ".pickle",
    ".joblib",
    ".pt",
    ".pth",
    ".onnx",
    ".bin",
    ".safetensors",
    ".h5",
)
_MODEL_WORD = re.compile(
    r"(?:^|[^a-z])(?:models?|metrics?|plots?|checkpoints?|weights|prc|roc|scores?|reports?)"
    r"(?:[^a-z]|$)"
)
_POINTER_BYTES = 1_000
_LEAST_JSON = 20_000
_SUFFIXES = frozenset({".json", *DATA_SUFFIXES})
_DATA_FOLDERS = frozenset({"data", "dataset", "datasets", "raw", "processed"})
Part = tuple[Pointer | str, ...]


def wants(file: File) -> bool:
    """DVC's files, attributes, and any small file that may be a pointer of Git LFS."""
    if file.suffix == ".dvc" or file.name in ("dvc.lock", ".gitattributes"):
        return True
    return is_data(file) and file.size < _POINTER_BYTES


def is_data(file: File) -> bool:
    """Whether a file is a table or an array: by its ending, for JSON by its folder and its size."""
    if file.suffix == ".json":
        large = file.size > _LEAST_JSON
        return large and not _DATA_FOLDERS.isdisjoint(file.path.lower().split("/")[:-1])
    return file.suffix in DATA_SUFFIXES


def read(path: str, content: bytes) -> Part | None:
    """The pointers of one file, or the patterns of an attributes file."""
    if path.endswith(".gitattributes"):
        rows = content.decode("utf-8", "replace").split("\n")
        return tuple(f"{n} {row}" for n, row in enumerate(rows, 1) if "filter=lfs" in row)
    if content.startswith(_LFS):
        return (Pointer("Git LFS", path, 1, path),)
    if path.endswith(".dvc"):
        return tuple(_outs(path, document(content).get("outs"))) or None
    if path.endswith("dvc.lock"):
        return tuple(_locked(path, document(content))) or None
    return None


def _outs(path: str, outs: Node) -> Iterator[Pointer]:
    folder = path.rpartition("/")[0]
    for out in outs.items:
        if out.first("md5", "etag", "checksum", "hash", "files", "version_id"):
            name = out.get("path")
            yield Pointer("DVC", path, name.line, f"{folder}/{name.text}".lstrip("/"))


def _locked(path: str, root: Node) -> Iterator[Pointer]:
    """Data that stages read, with the hash they read it at."""
    for _, stage in (root.get("stages") or root).entries:
        for dep in (*stage.get("deps").items, *stage.get("outs").items):
            name = dep.get("path")
            code = name.text.endswith((".py", ".r", ".R", ".sh", ".yaml", ".yml", ".toml", ".json"))
            if name and not code and dep.first("md5", "etag", "checksum", "hash"):
                yield Pointer("DVC", path, name.line, name.text)


def is_model(target: str) -> bool:
    """Whether a pointer's target is a model or a result and no data."""
    name = target.lower().rstrip("/").rsplit("/", 1)[-1]
    return name.endswith(_MODEL_SUFFIXES) or bool(_MODEL_WORD.search(target.lower()))


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> DataFiles:
    """Committed data without the files that are only pointers."""
    pointers: list[Pointer] = []
    tracked: list[tuple[str, Evidence]] = []
    for path, part in parts:
        for item in part:
            if isinstance(item, Pointer):
                pointers.append(item)
            else:
                number, _, row = item.partition(" ")
                pattern = row.split()[0] if row.split() else ""
                tracked.append((pattern, Evidence(path, int(number), f"Git LFS keeps {pattern}")))
    elsewhere = {p.path for p in pointers}
    committed = tuple(
        f for f in tree.ending(_SUFFIXES) if is_data(f) and f.size and f.path not in elsewhere
    )
    kept = tuple(p for p in pointers if not is_model(p.target))
    return DataFiles(committed, kept, tuple(t for t in tracked if _for_data(t[0])))


def _for_data(pattern: str) -> bool:
    return any(fnmatchcase(f"x{s}", pattern.rsplit("/", 1)[-1]) for s in DATA_SUFFIXES)


COLLECTOR = Collector(DataFiles, 2, wants, read, assemble, LIMIT)
