"""What the repository says it needs, what pins it, and what it calls itself in its manifests."""

from msgspec import Struct

from audits.facts.tree import NOT_PRODUCT, role_of


class Requirement(Struct, frozen=True):
    """A declared package; `pinned` where exactly one version satisfies it."""

    name: str
    line: int
    pinned: bool


class Manifest(Struct, frozen=True):
    """A file that declares packages or describes the project.

    `ecosystem` is the family of languages that it serves: python, node, r, julia, rust, go, jvm,
    dotnet, ruby, php. `frozen` marks a list that also pins what its packages need in turn.
    """

    path: str
    ecosystem: str
    requirements: tuple[Requirement, ...] = ()
    frozen: bool = False
    name: str = ""
    description: str = ""
    is_package: bool = False

    @property
    def pinned_share(self) -> float:
        """The share of its packages that are pinned exactly."""
        count = len(self.requirements)
        return sum(r.pinned for r in self.requirements) / count if count else 0.0

    @property
    def folder(self) -> str:
        """The folder that it stands in."""
        return self.path.rpartition("/")[0]

    @property
    def counts(self) -> bool:
        """Whether it is the product's own, not a test's or a template's."""
        return not role_of(self.path) & NOT_PRODUCT


class Dependencies(Struct, frozen=True):
    """All manifests and lock files, sorted by path; a lock file is a frozen manifest."""

    manifests: tuple[Manifest, ...] = ()

    @property
    def locks(self) -> tuple[Manifest, ...]:
        """Those that pin everything, direct and transitive, for the product."""
        return tuple(m for m in self.manifests if m.frozen and m.counts)

    @property
    def declared(self) -> tuple[Manifest, ...]:
        """Those that list direct dependencies of the product."""
        return tuple(m for m in self.manifests if not m.frozen and m.requirements and m.counts)
