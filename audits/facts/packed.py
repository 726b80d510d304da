"""What a command that builds or starts containers comes to: the steps of an image, and its entry.

A container that is started in the background for others to talk to is not followed.
"""

from collections.abc import Iterator

from audits.facts.containers import Containers, Image, Service
from audits.facts.shell import Command, joined_path
from audits.facts.workflows import Step

_PROGRAMS = frozenset({"docker", "podman", "docker-compose", "podman-compose", "nerdctl"})
_VALUED = frozenset({
    "-f", "--file", "-t", "--tag", "--target", "-p", "--project-name", "--profile", "--env-file",
    "--build-arg", "--platform", "--cache-from", "--cache-to", "--label", "--network", "--secret",
    "--exit-code-from", "--name", "-v", "--volume", "-e", "--env", "-w", "--workdir", "-u", "-o",
    "--user", "--entrypoint", "--mount", "--gpus", "--memory", "--cpus", "--iidfile", "--output",
    "--progress", "--project-directory", "--ansi", "--builder", "--scale", "--build-context",
})  # fmt: skip
_WAITING = ("--exit-code-from", "--abort-on-container-exit")
_DETACHED = frozenset({"-d", "--detach", "-dit", "-itd", "-td", "-id"})
_FILES = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
_BUILDS = ("docker/build-push-action", "docker/bake-action")


class Packed:
    """Follows such commands; tags that one of them gives are known to those after it."""

    def __init__(self, containers: Containers) -> None:
        self._images = {i.path: i for i in containers.images}
        self._services = [s for s in containers.services if s.kind == "compose"]
        self._tags: dict[str, Image] = {}

    def behind(self, command: Command) -> Iterator[Command]:
        """The commands that run in the containers it builds or waits for."""
        if command.program not in _PROGRAMS:
            return
        options, operands = _parted(command.arguments)
        if command.program.endswith("-compose"):
            operands = ["compose", *operands]
        if operands[:1] in (["buildx"], ["image"], ["container"]):
            operands = operands[1:]
        verb = operands[0] if operands else ""
        if verb == "compose":
            yield from self._compose(command, options, operands[1:])
        elif verb == "build":
            yield from self._build(command, options, operands[1:])
        elif verb == "run" and _DETACHED.isdisjoint(command.words) and len(operands) > 1:
            image = self._tags.get(_bare(operands[1]))
            yield from image.entry if image else ()

    def of_step(self, step: Step) -> Iterator[Command]:
        """The same for an action that builds an image."""
        if any(b in step.uses for b in _BUILDS):
            context = step.input("context")
            folder = "" if "$" in context or "{" in context else context
            file = step.input("file") or joined_path(folder, "Dockerfile")
            if image := self._images.get(joined_path("", file)):
                self._tags[_bare(step.input("tags").split(" ")[0])] = image
                yield from image.built(step.input("target"))

    def _build(
        self, command: Command, options: dict[str, list[str]], operands: list[str]
    ) -> Iterator[Command]:
        file = (options.get("-f") or options.get("--file") or [""])[0]
        context = operands[0] if operands else "."
        path = file or joined_path(context, "Dockerfile")
        image = self._images.get(joined_path(command.folder, path))
        if image is None:
            return
        for tag in (*options.get("-t", ()), *options.get("--tag", ())):
            self._tags[_bare(tag)] = image
        yield from image.built((options.get("--target") or [""])[0])

    def _compose(
        self, command: Command, options: dict[str, list[str]], operands: list[str]
    ) -> Iterator[Command]:
        verb, named = operands[0] if operands else "", operands[1:]
        waits = verb == "run" or any(w.split("=")[0] in _WAITING for w in command.words)
        if verb not in ("run", "up", "build") or not (waits or verb == "build"):
            return
        files = [*options.get("-f", ()), *options.get("--file", ())] or list(_FILES)
        paths = {joined_path(command.folder, f) for f in files}
        wanted = set(named[:1] if verb == "run" else named)
        for service in self._services:
            if service.path in paths and (not wanted or service.name in wanted):
                yield from self._served(service, starts=verb != "build")

    def _served(self, service: Service, *, starts: bool) -> Iterator[Command]:
        file = service.dockerfile or "Dockerfile"
        image = self._images.get(joined_path(service.builds, file)) if service.builds else None
        if image is not None:
            yield from image.built()
        if starts:
            yield from service.entry or (image.entry if image is not None else ())


def _parted(words: tuple[str, ...]) -> tuple[dict[str, list[str]], list[str]]:
    """The options with their values, and the operands."""
    options: dict[str, list[str]] = {}
    operands: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            operands.append(word)
        elif equals:
            options.setdefault(name, []).append(value)
        elif name in _VALUED and at + 1 < len(words):
            at += 1
            options.setdefault(name, []).append(words[at])
        at += 1
    return options, operands


def _bare(tag: str) -> str:
    """The name of an image without its version."""
    return tag.rsplit(":", 1)[0] if ":" in tag.rsplit("/", 1)[-1] else tag
