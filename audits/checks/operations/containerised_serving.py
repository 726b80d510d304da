"""What gives predictions is packed in a container that starts it.

Why an investor asks: a container is the difference between a program that runs on its author's
machine and one that runs anywhere, the same way, and can be rolled back.

How we look: Dockerfiles, compose files, Kubernetes and Helm, BentoML and Cog builds. The command an
image or service starts is followed through shell scripts and console commands to the source file,
and through imports to the code that predicts or asks a language model.

Yes: a container's entry is the program that gives predictions or answers: an interface, a batch job
or the application. Partly: a managed endpoint or job without an own container file, an image for
development or training that could serve, or one that only a side example builds. No: neither.

What we cannot see: images that a platform builds from its console.

Remedy (effort: low): write a Dockerfile whose entry starts the service, and build it in CI.

False alarms: an entry that is started by an init system inside the image is taken for the program
where the image holds the repository and opens a port.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, Needs, no, partly, yes
from audits.facts.automation import Places, started_from
from audits.facts.code import Code, SourceFile
from audits.facts.commands import Commands
from audits.facts.containers import Containers, Image, Service
from audits.facts.identity import Identity
from audits.facts.readings import answering, reading_of_all
from audits.facts.serving import Serving
from audits.facts.shell import Command
from audits.facts.tools.operations_containers import (
    BUILDING_CALLS,
    BUILDING_COMMANDS,
    MODEL_SERVERS,
    PLUMBING,
)
from audits.facts.tools.operations_serving import MANAGED
from audits.facts.tree import Tree


@check("operations/containerised-serving", needs=Needs.ML, effort=Effort.LOW)
def containerised_serving(
    containers: Containers,
    commands: Commands,
    code: Code,
    tree: Tree,
    identity: Identity,
    serving: Serving,
) -> Judgement:
    """Judges whether a container starts what predicts."""
    finder = _Finder(commands, code, Places(tree), _answering(identity, serving))
    images = list(containers.product_images())
    services = list(containers.product_services())
    found = [*_by_images(images, finder, serving), *_by_services(services, finder)]
    minor = {s.path for s in serving.servers if s.minor}
    built = [e for f in answering(code, _building) for e in _building(f)]
    found += [e for e in built if e.path not in minor]
    found += _built_by_command(commands)
    if found:
        return yes("a container starts what gives predictions", found, grade=Grade.E3)
    managed = [
        Evidence(s.path, s.line, "managed endpoint") for s in services if s.kind == "managed"
    ]
    if managed:
        return partly("a managed endpoint serves, without a container of its own", managed)
    managed = [s.evidence for s in serving.servers if s.name in MANAGED and not s.minor]
    if managed:
        return partly("a managed endpoint serves, without a container of its own", managed)
    if built:
        return partly("only a side example or notebook builds a container that serves", built)
    could = [Evidence(i.path, i.entry_line or 1, "image without such an entry") for i in images]
    if could and finder.answering:
        return partly("there is an image, but its entry is not what gives predictions", could)
    return no("no container file starts what gives predictions")


def _answering(identity: Identity, serving: Serving) -> frozenset[str]:
    """The files that predict, ask a language model, or serve what was predicted."""
    uses = (*identity.inference, *identity.hosted)
    servers = (s.path for s in serving.servers if not s.minor)
    return frozenset({*(e.path for e in uses), *servers})


class _Finder(Struct, frozen=True):
    commands: Commands
    code: Code
    places: Places
    answering: frozenset[str]

    def serves(self, entry: Iterable[Command], folders: tuple[str, ...]) -> bool:
        """Whether an entry comes to the code that gives predictions."""
        reached = self.commands.reached(entry)
        if any(c.tool in MODEL_SERVERS or c.program in MODEL_SERVERS for c in reached):
            return True
        targets = {t for c in reached for f in folders if (t := self.places.target(c, f))}
        return bool(self.answering & started_from(self.code, self.places, sorted(targets)).keys())

    def is_hidden(self, entry: Iterable[Command], folders: tuple[str, ...]) -> bool:
        """Whether an entry is neither plumbing nor a file of the repository."""
        reached = self.commands.reached(entry)
        known = any(self.places.target(c, f) for c in reached for f in folders)
        return bool(reached) and not known and not all(c.program in PLUMBING for c in reached)


def _by_images(images: list[Image], finder: _Finder, serving: Serving) -> Iterator[Evidence]:
    has_server = any(not s.minor for s in serving.servers)
    for image in images:
        folders = (image.folder, "")
        place = Evidence(image.path, image.entry_line or 1, "starts what gives predictions")
        if finder.serves(image.entry, folders):
            yield place
        elif has_server and image.copies and finder.is_hidden(image.entry, folders):
            whole = any(source in (".", "./") for source, _, _ in image.copies)
            if image.exposes or whole:
                yield Evidence(image.path, image.entry_line or 1, "packs and starts the server")


def _by_services(services: list[Service], finder: _Finder) -> Iterator[Evidence]:
    for service in services:
        folders = (service.builds.strip("."), service.path.rpartition("/")[0], "")
        ours = bool(service.builds) or service.kind not in ("compose", "process", "managed")
        packed = service.kind in ("bento", "cog")
        packed = packed or (ours and finder.serves(service.entry, folders))
        if packed and service.kind != "process" and (service.image or service.builds or not ours):
            yield Evidence(
                service.path, service.line, f"{service.kind} runs what gives predictions"
            )
        elif service.kind in ("bento", "cog", "InferenceService", "SeldonDeployment", "RayService"):
            yield Evidence(service.path, service.line, f"{service.kind} serves the model")


def _built_by_command(commands: Commands) -> Iterator[Evidence]:
    """Commands that build an image around a model."""
    for recipe in commands.recipes:
        for command in recipe.commands:
            if any(command.words[: len(b)] == b for b in BUILDING_COMMANDS):
                yield Evidence(command.path, command.line, f"runs {command.text[:40]}")


@reading_of_all
def _building(file: SourceFile) -> tuple[Evidence, ...]:
    return file.places_of(tuple(BUILDING_CALLS))
