"""Gathers images and services: Dockerfiles, compose, Kubernetes, Helm, Terraform, serverless."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from audits.collectors import terraform
from audits.collectors.blubber import is_blubber, variants
from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.parsing import json_of
from audits.collectors.yaml_nodes import Node, documents
from audits.facts.containers import Containers, Image, Service, Stage
from audits.facts.shell import Command, commands_in, joined_path, unwrapped
from audits.facts.tools.operations_deploy import HOSTING_FILES
from audits.facts.tools.operations_terraform import MONITORS
from audits.facts.tree import File, Tree

LIMIT = 512 * 1024
_WORKLOADS = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Rollout", "ReplicaSet"}
    | {"InferenceService", "SeldonDeployment", "RayService", "RayJob", "CronWorkflow", "Workflow"}
    | {"ScheduledSparkApplication", "SparkApplication", "Service.serving.knative.dev"}
)
_MANAGED_SCHEMAS = ("OnlineDeployment", "BatchDeployment", "onlinedeployment", "batchdeployment")
_NAMES = frozenset({"procfile", "bentofile.yaml", "cog.yaml", "serverless.yml", "serverless.yaml"})
_WORKLOAD_LINE = re.compile(r"^kind:[ ]{0,4}([A-Za-z]{3,40})", re.MULTILINE)
_FOLLOWED = re.compile(
    rb"^apiVersion:[ ]{0,4}(?:argoproj\.io/\S{1,20}\s{1,4}kind:[ ]{0,4}Application"
    rb"|(?:helm|kustomize)\.toolkit\.fluxcd\.io/)", re.MULTILINE
)  # fmt: skip
_IMAGE_LINE = re.compile(r"^[ \-]{0,40}image:[ ]{0,4}(\S{1,300})", re.MULTILINE)


class Part(Struct, frozen=True):
    """The images and services of one file."""

    images: tuple[Image, ...] = ()
    services: tuple[Service, ...] = ()
    followed: int = 0
    objects: bool = False


def wants(file: File) -> bool:
    """Dockerfiles and Procfiles by name, all YAML, and Terraform."""
    name = file.name.lower()
    return is_dockerfile(name) or name in _NAMES or file.suffix in (".yml", ".yaml", ".tf")


def is_dockerfile(name: str) -> bool:
    """Whether a file name is that of a Dockerfile."""
    name = name.lower()
    plain = name in ("dockerfile", "containerfile")
    return plain or name.startswith(("dockerfile.", "dockerfile-")) or name.endswith(".dockerfile")


def read(path: str, content: bytes) -> Part | None:
    """What one file packs or starts."""
    name = path.rsplit("/", 1)[-1].lower()
    if is_dockerfile(name) and not name.endswith((".md", ".yml", ".yaml", ".dockerignore")):
        return Part(images=(_image(path, content),))
    if name == "procfile":
        return Part(services=tuple(_processes(path, content)))
    if name.endswith(".tf"):
        found = tuple(terraform.services(path, content))
        return Part(services=found) if found else None
    if not name.endswith((".yml", ".yaml")):
        return None
    followed = _FOLLOWED.search(content)
    if followed:
        return Part(followed=content.count(b"\n", 0, followed.start()) + 1)
    doubtful = name in HOSTING_FILES
    if b"{{" in content and b"kind:" in content:
        return Part(services=tuple(_templated(path, content)), objects=doubtful)
    try:
        roots = documents(content)
    except Unreadable:
        return None  # the collector of workflows reports it, once
    services = tuple(s for root in roots if root.kind == "map" for s in _services(path, root))
    images = tuple(i for root in roots if is_blubber(root) for i in _of_blubber(path, root))
    objects = doubtful and any(_is_object(root) for root in roots)
    return Part(images, services, objects=objects) if services or images or objects else None


def _is_object(root: Node) -> bool:
    """Whether a document describes an object, as those of Kubernetes do."""
    return root.kind == "map" and bool(root.get("apiVersion").text and root.get("kind").text)


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> Containers:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Containers(
        tuple(i for _, p in parts for i in p.images),
        tuple(s for _, p in parts for s in p.services),
        tuple((path, p.followed) for path, p in parts if p.followed),
        tuple(path for path, p in parts if p.objects),
    )


def _instructions(content: bytes) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """(instruction, lines of its arguments) of a Dockerfile, here-documents included."""
    rows = content.decode("utf-8", "replace").split("\n")
    at = 0
    while at < len(rows):
        text = rows[at].strip()
        at += 1
        word, _, rest = text.partition(" ")
        if not text or text.startswith("#") or not word.isalpha():
            continue
        lines = [(rest.strip(), at)]
        while lines[-1][0].endswith("\\") and at < len(rows):
            at += 1
            row = rows[at - 1].strip()
            lines.append(("\\" if row.startswith("#") or not row else row, at))
        if word.upper() in ("RUN", "COPY") and "<<" in rest:
            end = rest.rsplit("<<", 1)[1].strip("-").split()[:1]
            mark = end[0].strip("'\"") if end else "EOF"
            while at < len(rows) and rows[at].strip() != mark:
                lines.append((rows[at], at + 1))
                at += 1
            lines = lines[1:] or lines
            at += 1
        yield word.upper(), lines


class _Building(Struct):
    """An image while its instructions are read; lists, since a hostile one has a million."""

    path: str
    bases: list[tuple[str, int]] = field(default_factory=list)
    copies: list[tuple[str, str, int]] = field(default_factory=list)
    runs: list[Command] = field(default_factory=list)
    stages: list[tuple[str, list[str], list[Command]]] = field(default_factory=list)
    exposes: int = 0
    entry: tuple[Command, ...] = ()
    default: tuple[Command, ...] = ()
    entry_line: int = 0
    default_line: int = 0

    def take(self, word: str, lines: list[tuple[str, int]]) -> None:
        path, line = self.path, lines[0][1]
        text = " ".join(t.rstrip("\\").strip() for t, _ in lines)
        match word:
            case "FROM":
                words = [w for w in text.split() if not w.startswith("--")]
                self.bases.append((" ".join(words[:1]), line))
                name = words[2].lower() if len(words) > 2 else ""  # FROM base AS name
                self.stages.append((name, [w.lower() for w in words[:1]], []))
                self.entry, self.default, self.entry_line, self.default_line = (), (), 0, 0
            case "EXPOSE":
                self.exposes = line
            case "COPY" | "ADD":
                self.copies.extend(_copied(text, line))
                self._stage()[1].extend(_drawn_from(text))
            case "RUN":
                ran = _ran(path, lines)
                self.runs.extend(ran)
                self._stage()[2].extend(ran)
            case "ENTRYPOINT":
                self.entry, self.entry_line, self.default = _started(path, text, line), line, ()
            case "CMD":
                self.default, self.default_line = _started(path, text, line), line

    def _stage(self) -> tuple[str, list[str], list[Command]]:
        """The part that is being read; before the first base there is none to keep."""
        return self.stages[-1] if self.stages else ("", [], [])


def _image(path: str, content: bytes) -> Image:
    building = _Building(path)
    for word, lines in _instructions(content):
        building.take(word, lines)
    return Image(
        path,
        bases=tuple(building.bases),
        copies=tuple(building.copies),
        runs=tuple(building.runs),
        exposes=building.exposes,
        stages=tuple(Stage(n, tuple(needs), tuple(runs)) for n, needs, runs in building.stages),
        entry=_joined(building.entry, building.default),
        entry_line=building.entry_line or building.default_line,
    )


def _joined(entry: tuple[Command, ...], default: tuple[Command, ...]) -> tuple[Command, ...]:
    """ENTRYPOINT with CMD as its arguments; both stay to be followed on their own."""
    if not (entry and default):
        return entry or default
    whole = (*entry[-1].words, *default[0].words)
    opened = (replace(c, path=entry[-1].path, line=entry[-1].line) for c in unwrapped(whole))
    return (*opened, *default)


def _drawn_from(text: str) -> list[str]:
    """The stage that files are copied from."""
    return [w.partition("=")[2].lower() for w in text.split() if w.startswith("--from=")]


def _copied(text: str, line: int) -> Iterator[tuple[str, str, int]]:
    if text.startswith("["):
        words = [w.strip(" \"',") for w in text.strip("[]").split(",")]
    else:
        words = [w for w in text.split() if not w.startswith("--")]
    if "--from" not in text and len(words) > 1:
        yield from ((w, words[-1], line) for w in words[:-1])


def _ran(path: str, lines: list[tuple[str, int]]) -> tuple[Command, ...]:
    first, number = lines[0]
    while first.startswith("--"):
        first = first.partition(" ")[2].lstrip()
    return commands_in([(first, number), *lines[1:]], path=path)


def _started(path: str, text: str, line: int) -> tuple[Command, ...]:
    if text.startswith("["):
        try:
            listed = json_of(text)
        except Unreadable:
            listed = [w.strip(" \"'") for w in text.strip("[]").split(",")]
        words = tuple(w for w in listed if isinstance(w, str))
        return tuple(replace(c, path=path, line=line) for c in unwrapped(words))
    return tuple(replace(c, line=line) for c in commands_in([(text, line)], path=path))


def _processes(path: str, content: bytes) -> Iterator[Service]:
    for number, text in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        name, colon, rest = text.partition(":")
        if colon and name.isidentifier() and rest.strip():
            folder = path.rpartition("/")[0]
            entry = commands_in([(rest.strip(), number)], path=path, folder=folder)
            yield Service(path, number, "process", name, entry=entry)


def _templated(path: str, content: bytes) -> Iterator[Service]:
    """Workloads of a Helm chart, whose templates are no YAML until they are filled."""
    text = content.decode("utf-8", "replace")
    kind = _WORKLOAD_LINE.search(text)
    image = _IMAGE_LINE.search(text)
    if kind and image and kind[1] in _WORKLOADS:
        line = text.count("\n", 0, image.start()) + 1
        yield Service(path, line, kind[1], image=image[1])


def _of_blubber(path: str, root: Node) -> Iterator[Image]:
    """The variants of a description that is no Dockerfile."""
    for variant in variants(root):
        words = unwrapped(variant.entry)
        entry = tuple(replace(c, path=path, line=variant.entry_line) for c in words)
        yield Image(
            path,
            bases=((variant.base, variant.line),) if variant.base else (),
            copies=variant.copies,
            entry=entry,
            entry_line=variant.entry_line if entry else variant.line,
        )


def _services(path: str, root: Node) -> Iterator[Service]:
    name = path.rsplit("/", 1)[-1].lower()
    if root.get("kind").text in _WORKLOADS and root.get("apiVersion"):
        yield _workload(path, root)
    elif root.get("services").kind == "map":
        yield from _composed(path, root)
    elif name.startswith("serverless.") and root.get("functions"):
        yield from _functions(path, root.get("functions"))
    elif name.startswith("bentofile.") and root.get("service"):
        yield Service(path, root.line_of("service"), "bento", root.get("service").text)
    elif name == "cog.yaml" and root.get("predict"):
        source = root.get("predict").text.split(":")[0]
        yield Service(path, root.line_of("predict"), "cog", sources=(source,))
    elif root.get("Resources").kind == "map":
        yield from _stacked(path, root.get("Resources"))
    else:
        yield from _managed(path, root)


def _words(*nodes: Node) -> tuple[str, ...]:
    return tuple(w for n in nodes for w in n.words())


def _entry(path: str, node: Node, *keys: str) -> tuple[Command, ...]:
    values = [node.get(k) for k in keys if node.get(k)]
    if not values:
        return ()
    line = values[0].line
    if len(values) == 1 and values[0].kind == "scalar":
        return commands_in(values[0].lines(), path=path)
    words = _words(*values)
    if any("\n" in w for w in words):
        line += 1
    return tuple(replace(c, path=path, line=max(1, line)) for c in unwrapped(words))


def _composed(path: str, root: Node) -> Iterator[Service]:
    base = path.rpartition("/")[0]
    for key, node in root.get("services").entries:
        build = node.get("build")
        if not (build or node.get("image")):
            continue
        context = build.get("context").text or build.text or ("." if build else "")
        folder = (joined_path(base, context) or ".") if build else ""
        yield Service(
            path,
            key.line,
            "compose",
            key.text,
            image=node.get("image").text,
            builds=folder,
            dockerfile=build.get("dockerfile").text,
            entry=_entry(path, node, "entrypoint", "command"),
            published=bool(node.get("ports")),
        )


def _workload(path: str, root: Node) -> Service:
    kind = root.get("kind")
    schedule = root.get("spec").first("schedule", "schedules").listed()
    containers = [c for n in root.maps() for c in n.get("containers").items if c.kind == "map"]
    containers += [n.get("container") for n in root.maps() if n.get("container").kind == "map"]
    entry = tuple(c for n in containers for c in _entry(path, n, "command", "args"))
    image = next((n.get("image") for n in containers if n.get("image")), None)
    return Service(
        path,
        image.line if image else kind.line,
        kind.text,
        root.get("metadata", "name").text,
        image=image.text if image else "",
        entry=entry,
        schedule=schedule[0].text if schedule else "",
        schedule_line=schedule[0].line if schedule else 0,
        suspended=root.get("spec", "suspend").text.lower() == "true",
        published=kind.text in ("InferenceService", "SeldonDeployment", "RayService"),
    )


def _functions(path: str, functions: Node) -> Iterator[Service]:
    for key, node in functions.entries:
        handler = node.get("handler").text.rpartition(".")[0]
        schedule = next((n.get("schedule") for n in node.maps() if n.get("schedule")), None)
        rate = schedule.get("rate").text or schedule.text if schedule else ""
        yield Service(
            path,
            key.line,
            "serverless",
            key.text,
            image=node.get("image").text or node.get("image", "uri").text,
            sources=(f"{handler}.py",) if handler else (),
            schedule=rate,
            schedule_line=schedule.line if schedule else 0,
        )


def _stacked(path: str, resources: Node) -> Iterator[Service]:
    for key, node in resources.entries:
        kind = node.get("Type").text
        if kind in ("AWS::Serverless::Function", "AWS::Lambda::Function"):
            properties = node.get("Properties")
            handler = properties.get("Handler").text.rpartition(".")[0]
            folder = properties.get("CodeUri").text.removeprefix("./").strip("/")
            source = f"{folder}/{handler}.py".lstrip("/") if handler else ""
            schedule = next((n.get("Schedule") for n in node.maps() if n.get("Schedule")), None)
            yield Service(
                path,
                key.line,
                "serverless",
                key.text,
                image=properties.get("ImageUri").text,
                published=properties.get("PackageType").text == "Image",
                sources=(source,) if source else (),
                schedule=schedule.text if schedule else "",
                schedule_line=schedule.line if schedule else 0,
            )
        elif kind in ("AWS::SageMaker::EndpointConfig", "AWS::SageMaker::Endpoint"):
            yield Service(path, key.line, "managed", key.text)
        elif kind in MONITORS:
            yield Service(path, key.line, "monitor", key.text)


def _managed(path: str, root: Node) -> Iterator[Service]:
    """Deployments of a managed platform that are written as YAML."""
    schema = root.get("$schema").text
    if any(s in schema for s in _MANAGED_SCHEMAS):
        yield Service(path, root.line_of("$schema"), "managed", root.get("name").text)
    elif root.get("create_monitor"):
        yield Service(path, root.line_of("create_monitor"), "monitor", root.get("name").text)
    elif root.get("ray_serve_config"):
        yield Service(path, root.line_of("ray_serve_config"), "managed", root.get("name").text)
    elif root.get("runtime") and root.get("entrypoint") and root.get("handlers"):
        entry = _entry(path, root, "entrypoint")
        yield Service(path, root.line_of("entrypoint"), "managed", entry=entry)


COLLECTOR = Collector(Containers, 6, wants, read, assemble, LIMIT)
