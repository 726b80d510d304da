"""How the program is packed and started: images, and the services made of them.

An image's entry and a service's command are commands like any other, so that they can be followed
to the source file they start.
"""

from collections.abc import Iterator

from msgspec import Struct

from audits.facts.shell import Command
from audits.facts.tree import NOT_PRODUCT, Role, role_of


class Stage(Struct, frozen=True):
    """A part of a Dockerfile: its name, what it builds on or copies from, and what it runs."""

    name: str
    needs: tuple[str, ...] = ()
    runs: tuple[Command, ...] = ()


class Image(Struct, frozen=True):
    """A Dockerfile: its base images, what it runs while building and what it starts."""

    path: str
    bases: tuple[tuple[str, int], ...] = ()
    entry: tuple[Command, ...] = ()
    entry_line: int = 0
    runs: tuple[Command, ...] = ()
    copies: tuple[tuple[str, str, int], ...] = ()
    exposes: int = 0
    stages: tuple[Stage, ...] = ()

    def built(self, target: str = "") -> tuple[Command, ...]:
        """What is run to build a stage, the last one unless told, with those that it needs."""
        numbers = {s.name: n for n, s in enumerate(self.stages) if s.name}
        numbers |= {str(n): n for n in range(len(self.stages))}
        wanted: set[int] = set()
        waiting = [numbers.get(target.lower(), -1) if target else len(self.stages) - 1]
        while waiting:
            number = waiting.pop()
            if number >= 0 and number not in wanted:
                wanted.add(number)
                waiting += [numbers.get(n, -1) for n in self.stages[number].needs]
        return tuple(c for n in sorted(wanted) for c in self.stages[n].runs)

    @property
    def folder(self) -> str:
        """The folder that its file stands in."""
        return self.path.rpartition("/")[0]


class Service(Struct, frozen=True):
    """Something that runs an image, or a platform's equivalent of one.

    `kind` is `compose`, a Kubernetes kind, a resource of Terraform, or one of `process`, `bento`,
    `cog`, `serverless`, `managed`. `builds` is the folder its image is built from, "." for the
    root, "" if it is pulled.
    """

    path: str
    line: int
    kind: str
    name: str = ""
    image: str = ""
    builds: str = ""
    dockerfile: str = ""
    entry: tuple[Command, ...] = ()
    schedule: str = ""
    schedule_line: int = 0
    suspended: bool = False
    sources: tuple[str, ...] = ()
    published: bool = False


class Containers(Struct, frozen=True):
    """All images and services, sorted by path.

    `followed` are the places, (path, line), by which a platform keeps what runs in step with this
    repository: applications of Argo CD, releases of Flux. `objects` are files named like those of a
    hosting platform that describe objects of a cluster instead.
    """

    images: tuple[Image, ...] = ()
    services: tuple[Service, ...] = ()
    followed: tuple[tuple[str, int], ...] = ()
    objects: tuple[str, ...] = ()

    def product_images(self, outside: Role = NOT_PRODUCT) -> Iterator[Image]:
        """Images whose path has none of these roles and that are no development container."""
        return (
            i
            for i in self.images
            if not role_of(i.path) & outside and ".devcontainer" not in i.path
        )

    def product_services(self, outside: Role = NOT_PRODUCT) -> Iterator[Service]:
        """Services whose path has none of these roles."""
        return (
            s
            for s in self.services
            if not role_of(s.path) & outside and ".devcontainer" not in s.path
        )
