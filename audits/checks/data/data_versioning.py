"""The data a model was trained or evaluated on is pinned by a version that the code reads.

Why an investor asks: a result that cannot be traced to its data cannot be repeated, defended to a
customer or repaired. It also shows whether the company knows what it trained on.

How we look: pointers of DVC and Git LFS, versioned reads of lakeFS, Delta, feature stores, hubs and
data assets, checksums that a script verifies, then tables that are committed and that training or
evaluation code names.

Yes: a machine-read version pins training or evaluation data. Partly: plain data files in git, only
the latest version of an asset, or a version that defaults to the latest. No: the data is found by
name only.

What we cannot see: versions kept by convention in a warehouse, object stores with versioning
switched on elsewhere.

Remedy (effort: medium): put the data under DVC, lakeFS or table snapshots, and record the version
with every run.

False alarms: a small table that is committed as configuration and that training code reads.
"""

from collections.abc import Iterable, Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, partly, yes
from audits.facts.code import Call, Code, SourceFile
from audits.facts.commands import Commands, Kind
from audits.facts.data_files import DataFiles
from audits.facts.evaluation import Evaluation
from audits.facts.learning import Learning
from audits.facts.names import last_part
from audits.facts.pipelines import Pipelines
from audits.facts.readings import reading, reading_of_all, reading_of_texts
from audits.facts.tools.data_pipelines import (
    CHECKSUMS,
    TRYING,
    VERSION_CLAUSES,
    VERSION_KEYWORDS,
    VERSION_METHODS,
    VERSION_OPTIONS,
)
from audits.facts.tools.data_suffixes import DATA_SUFFIXES, TABLE_ARCHIVES
from audits.facts.tree import NOT_PRODUCT, File, Role, role_of

_LATEST = frozenset({"latest", "", "main", "master", "HEAD"})


@check("data/data-versioning", needs=Needs.ML)
def data_versioning(
    data: DataFiles,
    pipelines: Pipelines,
    commands: Commands,
    code: Code,
    learning: Learning,
    evaluation: Evaluation,
) -> Judgement:
    """Judges by the strongest way in which data is pinned."""
    pointers = [p.place for p in data.pointers if not p.role & (NOT_PRODUCT | Role.EXAMPLE)]
    pinned = [*pointers, *_assets(pipelines, latest=False), *_checked(commands)]
    reads = list(_reads(code))
    pinned += [e for e, fixed in reads if fixed]
    if pinned:
        return yes("data is pinned by a version that is read", pinned, grade=Grade.E2)
    floating = [*_assets(pipelines, latest=True), *(e for e, fixed in reads if not fixed)]
    if floating:
        return partly("data is read by version, but by the latest one", floating, grade=Grade.E2)
    examples = [p.place for p in data.pointers if p.role & Role.EXAMPLE]
    named = [*examples, *_named(data, code, commands, _users(code, learning, evaluation))]
    if named:
        return partly("the data files are committed as they are", named)
    return no("nothing pins the data that is trained or evaluated on")


def _assets(pipelines: Pipelines, *, latest: bool) -> Iterator[Evidence]:
    """Data assets of a pipeline: `azureml:name:3` is fixed, `azureml:name@latest` is not."""
    for pipeline in pipelines.product():
        for text, line in pipeline.assets:
            name = text.removeprefix("azureml:").removeprefix("//")
            fixed = ":" in name and name.rsplit(":", 1)[-1].isdigit()
            if (fixed and not latest) or (name.endswith("@latest") and latest):
                yield Evidence(pipeline.path, line, f"reads {text[:60]}")


def _checked(commands: Commands) -> Iterator[Evidence]:
    """Checksums of data files that a script verifies, or computes and compares."""
    for recipe in commands.recipes:
        if recipe.kind not in (Kind.SCRIPT, Kind.MAKE) or role_of(recipe.path) & NOT_PRODUCT:
            continue
        sums = [c for c in recipe.commands if c.program in CHECKSUMS]
        verified = len(sums) > 1 or any({"-c", "--check"} & set(c.words) for c in sums)
        if verified and any(_is_data(w) for c in recipe.commands for w in c.words):
            note = "verifies the checksum of the data"
            yield from (Evidence(c.path, c.line, note) for c in sums)


def _is_data(word: str) -> bool:
    low = word.lower()
    return low.endswith((*DATA_SUFFIXES, *TABLE_ARCHIVES)) or "/datasets/" in low


def _reads(code: Code) -> Iterator[tuple[Evidence, bool]]:
    """Reads by version, with whether the version is fixed."""
    for file in code.product(outside=NOT_PRODUCT | Role.EXAMPLE):
        for call in _may_read(file):
            fixed = _version_of(call)
            if fixed is not None:
                yield Evidence(file.path, call.line, f"reads a version by {call.method}"), fixed
        yield from ((e, True) for e in _clauses(file))


@reading_of_texts
def _clauses(file: SourceFile) -> Iterator[Evidence]:
    """Queries that read a table as it was at a time or a version."""
    for text, line in file.strings:
        low = text.lower()
        if "select" in low and any(c in " ".join(low.split()) for c in VERSION_CLAUSES):
            yield Evidence(file.path, line, "reads a table as it was")


_READERS = frozenset({"option", "use_artifact", "use_model", "artifact", *VERSION_METHODS})
_READS = frozenset({
    "tensorflow_datasets.load", "kagglehub.dataset_download", "azure.ai.ml.Input",
    *VERSION_KEYWORDS,
})  # fmt: skip


@reading_of_all
def _may_read(file: SourceFile) -> tuple[Call, ...]:
    return file.calls_where(
        lambda n: n in _READS or n.startswith(("lakefs", "roboflow")) or last_part(n) in _READERS
    )


def _version_of(call: Call) -> bool | None:
    """Whether a call reads a fixed version (True), one that may float (False), or none (None)."""
    if call.method == "option" and call.arguments[:1] and call.arguments[0] in VERSION_OPTIONS:
        return True
    if call.name in _BY_ARGUMENT or call.name.startswith("roboflow"):
        return _by_argument(call)
    if call.method in ("use_artifact", "use_model", "artifact") and call.arguments:
        name = str(call.arguments[0] or "")
        return ":v" in name if ":" in name else None
    if call.name.startswith("lakefs"):
        return True if call.method in ("commit", "ref", "Reference") else None
    if call.name == "tensorflow_datasets.load":
        return True if ":" in str(call.arguments[:1]) else None
    keywords = VERSION_KEYWORDS.get(call.name)
    if keywords is None:
        keywords = VERSION_METHODS.get(call.method)
        if keywords is None or not call.name.startswith((".", "hsfs.", "hopsworks.")):
            return None
    return _by_keywords(call, keywords)


_OF_ANY_HUB = frozenset({"huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download"})
_BY_ARGUMENT = frozenset({"kagglehub.dataset_download", "azure.ai.ml.Input"})


def _by_argument(call: Call) -> bool | None:
    """Of a call whose name or number of the data holds the version."""
    if call.method == "version":
        return True if call.arguments and isinstance(call.arguments[0], int) else None
    text = str(call.keyword("path") or (call.arguments[:1] and call.arguments[0]) or "")
    if text.startswith("azureml:"):
        return text.rsplit(":", 1)[-1].isdigit() or (None if "@latest" not in text else False)
    return True if "/versions/" in text else None


def _by_keywords(call: Call, keywords: tuple[str, ...]) -> bool | None:
    if call.name in _OF_ANY_HUB and call.keyword("repo_type") != "dataset":
        return None  # a model, or nobody knows what
    if not keywords:
        return True
    given = next((k for k in keywords if k in call.keyword_names), None)
    if given is None:
        return None
    literals = dict(call.keywords)
    if call.name in VERSION_KEYWORDS:
        return given in literals and str(literals[given] or "") not in _LATEST
    return not (given in literals and (literals[given] is None or literals[given] in _LATEST))


def _users(code: Code, learning: Learning, evaluation: Evaluation) -> frozenset[str]:
    """The files that train or evaluate, those around them, and those that they import."""
    core = {u.path for u in learning.training} | {m.path for m in evaluation.measures}
    core |= {e.path for e in evaluation.validated_fits}
    near = {p.rpartition("/")[0] for p in core}
    core |= {f.path for f in code.product() if core and TRYING & set(_path_words(f.path))}
    found = set(core)
    for file in code.product():
        if file.path.rpartition("/")[0] in near or not core.isdisjoint(file.targets):
            found.add(file.path)
    for path in sorted(core):
        source = code.get(path)
        found.update(source.targets if source else ())
    return frozenset(found)


def _path_words(path: str) -> list[str]:
    return path.lower().rsplit(".", 1)[0].replace("/", "_").replace("-", "_").split("_")


def _named(
    data: DataFiles, code: Code, commands: Commands, users: frozenset[str]
) -> Iterator[Evidence]:
    """Committed tables that the code of training or evaluation names."""
    if not users:
        return
    sources = [f for p in sorted(users) if (f := code.get(p))]
    named = _Named([*(t for f in sources for t in _tables(f)), *_words(commands)])
    folders = frozenset(f for each in sources for f in _folders(each))
    for file in sorted(data.product(), key=lambda f: (f.path.count("/"), f.path)):
        if _is_of_requests(file.name):
            continue
        if named.means(file) or _folder(file) in folders:
            yield Evidence(file.path, 1, "committed as it is")


@reading
def _tables(file: SourceFile) -> Iterator[str]:
    """The texts in it that end as a table or an array does."""
    for text, _ in file.strings:
        if len(text) < 300 and f".{text.strip().rpartition('.')[2].lower()}" in _ENDINGS:
            yield text


_ENDINGS = frozenset({*DATA_SUFFIXES, ".json"})
_REQUESTS = frozenset(
    {"prediction", "predictions", "predict", "inference", "request", "requests", "payload"}
    | {"submission"}
)


def _is_of_requests(name: str) -> bool:
    """Whether a table is by its name what a model is asked or has said, not what it learned."""
    return not _REQUESTS.isdisjoint(_path_words(name))


class _Named:
    """The files that code names: by their tails, and by the folders that it gives with them.

    A path of a container or a bucket says nothing of where the file lies here.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._tails: set[str] = set()
        self._folders: dict[str, set[str]] = {}
        for text in texts:
            parts = text.strip().replace("\\", "/").split("/")
            self._tails.add(_tail(text))
            if len(parts) > 1 and parts[-2].isidentifier() and parts[0] and "://" not in text:
                self._folders.setdefault(parts[-1], set()).add(parts[-2])

    def means(self, file: File) -> bool:
        """Whether a file is one of these; where a folder is given, only in a folder of the name."""
        if _tail(file.path) not in self._tails and file.name not in self._tails:
            return False
        folders = self._folders.get(file.name)
        return folders is None or bool(folders & set(file.path.split("/")[:-1]))


def _tail(path: str) -> str:
    """The name of a file; with its folder where the name alone says little."""
    parts = path.strip().rsplit("/", 2)
    return "/".join(parts[-2:]) if path.endswith(".json") else parts[-1]


def _words(commands: Commands) -> Iterator[str]:
    for recipe in commands.recipes:
        if not role_of(recipe.path) & NOT_PRODUCT:
            yield from (w for c in recipe.commands for w in c.words if "." in w)


@reading
def _folders(file: SourceFile) -> frozenset[str]:
    """Folders from which it takes every table: it names the folder and the ending apart."""
    texts = [t for t, _ in file.strings if len(t) < 100]
    endings = {t.lstrip("*") for t in texts if t.lstrip("*").lower() in DATA_SUFFIXES}
    names = {t.strip("./").rsplit("/", 1)[-1] for t in texts} if endings else set()
    return frozenset(f"{n}/*{e}" for n in names for e in endings if n.isidentifier())


def _folder(file: File) -> str:
    """The folder and the ending of a file, as `_folders` writes them."""
    parts = file.path.split("/")
    return f"{parts[-2]}/*{file.suffix}" if len(parts) > 1 else ""
