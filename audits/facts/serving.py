"""By what predictions or answers are given out: frameworks, handlers, managed endpoints.

A model server counts by itself. A web framework counts where the program behind it comes to a
model through imports, or hands out what a model made earlier.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.automation import Automation, imported_from
from audits.facts.code import Code, SourceFile
from audits.facts.commands import Commands
from audits.facts.containers import Containers
from audits.facts.deploying import is_verb, spawned
from audits.facts.learning import Learning
from audits.facts.names import below, words_of
from audits.facts.readings import answering, reading, reading_of_all, reading_of_texts
from audits.facts.tools import operations
from audits.facts.tools.delivery_tests import OWN_BY_OTHER_MEANS as STARTING
from audits.facts.tools.operations_serving import SERVING_COMMANDS
from audits.facts.tree import NOT_PRODUCT, Role, Tree, role_of

ANSWERING = frozenset(
    {"predict", "prediction", "predictions", "predicted", "forecast", "forecasts", "infer"}
    | {"inference", "recommend", "recommendation", "recommendations", "classify", "classification"}
    | {"score", "scoring", "generate", "completion", "embedding", "embeddings", "transcribe"}
    | {"moderate", "moderation", "detect", "summarize", "answer", "chat", "rank", "rerank"}
)
"""Words of a route or a function by which a server hands out what a model made."""

_HANDLERS = (
    (frozenset({"init", "run"}), "Azure ML scoring service"),
    (frozenset({"model_fn", "predict_fn"}), "SageMaker inference handler"),
    (frozenset({"model_fn", "input_fn"}), "SageMaker inference handler"),
    (frozenset({"model_fn", "transform_fn"}), "SageMaker inference handler"),
    (frozenset({"lambda_handler"}), "AWS Lambda"),
)
_IMAGES = {
    "tensorflow/serving": "TensorFlow Serving",
    "tritonserver": "Triton",
    "torchserve": "TorchServe",
    "vllm/vllm-openai": "vLLM",
    "text-generation-inference": "Text Generation Inference",
    "ollama/ollama": "Ollama",
    "mlserver": "MLServer",
}
_KINDS = {
    "inferenceservice": "KServe",
    "seldondeployment": "Seldon",
    "rayservice": "Ray Serve",
    "bento": "BentoML",
    "cog": "Cog",
}
_DEMO = frozenset({"demo", "demos", "stub", "playground"})


class Server(Struct, frozen=True):
    """A way by which predictions go out; `minor` where it is a demo or a side example."""

    name: str
    path: str
    line: int
    minor: bool = False

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, self.name)


class Serving(Struct, frozen=True):
    """Every server of predictions or answers."""

    servers: tuple[Server, ...] = ()


def serving_of(
    tree: Tree,
    code: Code,
    learning: Learning,
    containers: Containers,
    commands: Commands,
    automation: Automation,
) -> Serving:
    """Finds them in the code, in container files, in configuration and in what scripts run."""
    uses = (*learning.inference, *learning.hosted, *learning.training, *learning.retrieval)
    does = frozenset(u.path for u in uses)
    servers: list[Server] = []
    for file in answering(code, _model_servers, _framework, also=does):
        side = bool(file.role & (Role.EXAMPLE | Role.NOTEBOOK)) and not learning.main_is_side
        minor = side or bool(words_of(file.path) & _DEMO)
        for name, line in _in_file(code, file, does):
            servers.append(Server(name, file.path, line, minor))
    servers += _contained(containers)
    servers += _started(code, containers, commands, automation)
    servers += _configured(tree)
    servers += _routes(tree, does)
    return Serving(tuple(dict.fromkeys(sorted(servers, key=lambda s: (s.minor, s.path, s.line)))))


def _in_file(code: Code, file: SourceFile, does: frozenset[str]) -> Iterator[tuple[str, int]]:
    yield from _model_servers(file)
    if file.path in does:
        yield from _handler(file)
    found = list(_framework(file))
    if not found:
        return
    behind = _behind(code, file)
    serves = behind & does or any(_answers(f) for p in behind if (f := code.get(p)))
    users = code.imported_by(file.path) if found[0][0] in operations.SCRIPT_BOTS else ()
    if serves or any(frozenset(imported_from(code, [user])) & does for user in users):
        yield from found


def _behind(code: Code, file: SourceFile) -> frozenset[str]:
    """The file, what it imports, and for Go the other files of its package."""
    found = frozenset(imported_from(code, [file.path]))
    if file.language != "go":
        return found
    folder = file.path.rpartition("/")[0]
    return found | {f.path for f in code.product() if f.path.rpartition("/")[0] == folder}


@reading
def _answers(file: SourceFile) -> bool:
    """Whether a route or function of a file is named for what a model gives."""
    routes = (text for text, _ in file.strings if text.startswith("/") and len(text) < 60)
    names = (d.name.rsplit(".", 1)[-1] for d in file.definitions if d.kind == "function")
    return any(words_of(t) & ANSWERING for t in (*routes, *names))


@reading_of_all
def _model_servers(file: SourceFile) -> Iterator[tuple[str, int]]:
    yield from _named(file, operations.MODEL_SERVERS)
    for call in file.calls_of(methods=frozenset(_REQUESTS)):
        name, needed = _REQUESTS.get(call.method, ("", ""))
        if needed in call.keyword_names:
            yield name, call.line
            return


_REQUESTS = {
    "create_endpoint": ("SageMaker endpoint", "EndpointConfigName"),
    "create_transform_job": ("SageMaker batch transform", "TransformJobName"),
}
"""Requests to a cloud that put a model into service, with an argument that no other such has."""


def _named(file: SourceFile, table: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Frameworks that a file calls, decorates with or inherits from, each once."""
    every = tuple(s for symbols in table.values() for s in symbols)
    names = set(file.names)
    names.update(n for d in file.definitions for n in (*d.decorators, *d.bases))
    if not any(n.startswith(every) for n in names):
        return
    for name, symbols in table.items():
        calls = [c.line for c in file.calls_of(modules=symbols)]
        definitions = [
            d.line
            for d in file.definitions
            if any(below(n, symbols) for n in (*d.decorators, *d.bases))
        ]
        lines = calls + definitions
        if lines:
            yield name, min(lines)


_BY_LANGUAGE: dict[str, Mapping[str, Sequence[str]]] = {
    "go": operations.GO_SERVERS,
    "java": operations.JVM_SERVERS,
    "scala": operations.JVM_SERVERS,
    "kotlin": operations.JVM_SERVERS,
    "rust": operations.RUST_SERVERS,
    "csharp": operations.CSHARP_SERVERS,
    "javascript": operations.SCRIPT_SERVERS,
    "typescript": operations.SCRIPT_SERVERS,
}
_LISTENS = frozenset(
    {"ListenAndServe", "ListenAndServeTLS", "Serve", "Run", "Start", "listen", "serve", "bind"}
    | {"HandleFunc", "Handle", "Route", "Path", "express", "fastify", "Hono", "StateGraph", "GET"}
    | {"POST", "get", "post", "use", "compile", "router", "new"}
)


@reading_of_all
def _framework(file: SourceFile) -> Iterator[tuple[str, int]]:
    if file.language == "python":
        yield from _named(file, operations.SERVERS)
        yield from _named(file, operations.APPLICATIONS)
        yield from _named(file, operations.BOTS)
    elif file.language in ("r", "julia"):
        yield from _native(file)
    else:
        yield from _routed(file)
        yield from _listening(file)
        yield from _bots(file) if file.language.endswith("script") else ()


def _bots(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Where a chat is joined: the connection is often a file of its own, apart from the answers."""
    for name, modules in operations.SCRIPT_BOTS.items():
        brought = (i.line for i in file.imports if below(i.module, modules))
        line = next(brought, 0)
        if line:
            yield name, line


def _native(file: SourceFile) -> Iterator[tuple[str, int]]:
    tables = {"r": operations.R_SERVERS, "julia": operations.JULIA_SERVERS}
    for name, symbols in tables[file.language].items():
        short = {s.split("::")[-1] for s in symbols} if file.language == "r" else set()
        package = {s.split("::")[0].split(".")[0] for s in symbols}
        loads = any(i.module in package for i in file.imports)
        lines = [c.line for c in file.calls if c.name in symbols or (loads and c.name in short)]
        if lines:
            yield name, min(lines)


def _routed(file: SourceFile) -> Iterator[tuple[str, int]]:
    """API routes that a JavaScript framework serves by their place in the tree."""
    folder, _, name = f"/{file.path}".rpartition("/")
    stem = name.split(".")[0]
    line = next((d.line for d in file.definitions if d.name in _VERBS), 1)
    if ("/app/" in f"{folder}/" and stem == "route") or "/pages/api" in folder:
        yield "Next.js API route", line
    elif stem == "+server":
        yield "SvelteKit API route", line
    elif "/server/api" in folder:
        yield "Nuxt API route", line
    else:
        yield from _hosted_function(file, f"{folder}/", line)


def _hosted_function(file: SourceFile, folder: str, line: int) -> Iterator[tuple[str, int]]:
    """Functions that a platform runs for the files of one of its folders."""
    for name, (place, methods) in operations.HOSTED_FUNCTIONS.items():
        if place in folder and (not methods or not methods.isdisjoint(file.methods)):
            yield name, line


_VERBS = frozenset({"GET", "POST", "PUT", "handler", "default"})


def _listening(file: SourceFile) -> Iterator[tuple[str, int]]:
    for name, modules in _BY_LANGUAGE.get(file.language, {}).items():
        brings = any(below(i.module.replace("::", "."), modules) for i in file.imports)
        lines = [c.line for c in file.calls if c.method in _LISTENS] if brings else []
        if lines:
            yield name, min(lines)


@reading
def _handler(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Functions that a platform calls by their names."""
    functions = {d.name: d.line for d in file.definitions if d.kind == "function"}
    for names, platform in _HANDLERS:
        if names <= functions.keys():
            yield platform, functions[max(names)]
            return


def _contained(containers: Containers) -> Iterator[Server]:
    for service in containers.product_services():
        image = service.image.lower()
        name = next((n for part, n in _IMAGES.items() if part in image), "")
        name = name or _KINDS.get(service.kind.lower(), "")
        if name:
            yield Server(name, service.path, service.line)
        elif service.kind == "managed" and not service.schedule:
            yield Server(service.name or "managed endpoint", service.path, service.line)


def _started(
    code: Code, containers: Containers, commands: Commands, automation: Automation
) -> Iterator[Server]:
    """Servers that a script, a container or CI starts by their own command."""
    written = [c for r in commands.recipes for c in r.commands]
    written += [c for i in containers.images for c in i.entry]
    written += [c for s in containers.services for c in s.entry]
    written += [r.command for r in automation.runs]
    for command in dict.fromkeys(c for c in written if not role_of(c.path) & NOT_PRODUCT):
        minor = bool(role_of(command.path) & Role.EXAMPLE)
        for name, table in SERVING_COMMANDS.items():
            if is_verb(command, table):
                yield Server(name, command.path, command.line, minor)
    for file in answering(code, _spawns):
        for name, line in _spawns(file):
            yield Server(name, file.path, line, bool(file.role & Role.EXAMPLE))


@reading_of_texts
def _spawns(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Servers whose command a program spells out."""
    if file.names.isdisjoint(STARTING):
        return
    for name, table in SERVING_COMMANDS.items():
        if line := spawned(file, table):
            yield name, line


def _configured(tree: Tree) -> Iterator[Server]:
    for file in tree.matching("langgraph.json", outside=Role.TEST | Role.VENDORED | Role.DOCS):
        yield Server("LangGraph server", file.path, 1)
    for file in tree.matching("config.pbtxt", outside=Role.TEST | Role.VENDORED | Role.DOCS):
        yield Server("Triton", file.path, 1)


_ROUTES = (
    ("Rails", "*config/routes.rb", (".rb", ".rake")),
    ("Laravel", "*routes/web.php", (".php",)),
    ("Laravel", "*routes/api.php", (".php",)),
)


def _routes(tree: Tree, does: frozenset[str]) -> Iterator[Server]:
    """Applications whose framework loads every file by its name: one of them asks or predicts."""
    for name, routes, endings in _ROUTES:
        if any(path.endswith(endings) for path in does):
            for file in tree.matching(routes, outside=NOT_PRODUCT | Role.EXAMPLE):
                yield Server(name, file.path, 1)


def names_of(servers: Iterable[Server]) -> str:
    """The names, each once, in the order of their places."""
    return ", ".join(dict.fromkeys(s.name for s in servers))
