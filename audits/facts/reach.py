"""Which files run: those that something deployed or scheduled starts, and all that these import.

It tells E3 from E2, and code that is part of the running system from code that merely lies there.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from audits.engine.types import Evidence, Grade
from audits.facts.automation import Automation, Places, imported_from
from audits.facts.code import Code, SourceFile
from audits.facts.commands import Commands, Kind
from audits.facts.containers import Containers
from audits.facts.readings import reading_of_all
from audits.facts.shell import Command
from audits.facts.tree import NOT_PRODUCT, Role, Tree, role_of

DEPLOYED_RECIPES = frozenset({Kind.DVC, Kind.CONFIG, Kind.PROCESS})
SCHEDULERS = (
    "airflow",
    "prefect",
    "dagster",
    "celery",
    "zenml",
    "metaflow",
    "kfp",
    "flytekit",
    "luigi",
    "apscheduler",
    "kedro",
    "schedule",
    "modal",
    "huey",
    "dramatiq",
    "rq_scheduler",
)
"""Libraries that run what is handed to them: a file that calls one is itself an entry."""


class Reach(Struct, frozen=True):
    """Paths by what starts them: `deployed` by a service, a schedule or CI, `started` by anybody.

    Each path maps to the entry point from which imports lead to it.
    """

    deployed: Mapping[str, str] = field(default_factory=dict)
    started: Mapping[str, str] = field(default_factory=dict)

    def runs(self, path: str) -> bool:
        """Whether something deployed or scheduled comes to a file."""
        return path in self.deployed

    def first(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """The same places, those in what is deployed first, then those that anybody starts."""
        listed = list(evidence)
        rank = {e: (e.path not in self.deployed, e.path not in self.started) for e in listed}
        return tuple(sorted(listed, key=lambda e: rank[e]))

    def grade(self, evidence: Iterable[Evidence]) -> Grade:
        """E3 where at least one place is reached by something deployed or scheduled, else E2."""
        return Grade.E3 if any(e.path in self.deployed for e in evidence) else Grade.E2


def reach_of(
    tree: Tree, code: Code, commands: Commands, containers: Containers, automation: Automation
) -> Reach:
    """Follows first-party imports from every entry point."""
    places = Places(tree)
    deployed = {*automation.targets, *_contained(containers, commands, places)}
    deployed |= _recipes(commands, places, DEPLOYED_RECIPES)
    deployed |= {f.path for f in code.product() if _is_scheduled(f)}
    deployed |= _django(tree, code)
    deployed |= _nodes(tree, code)
    by_hand = _recipes(commands, places, frozenset(Kind) - DEPLOYED_RECIPES)
    by_hand |= {f.path for f in code.product() if f.has_main or f.role & Role.NOTEBOOK}
    return Reach(_closure(code, _product(deployed)), _closure(code, _product(deployed | by_hand)))


def _product(paths: Iterable[str]) -> list[str]:
    return sorted(p for p in paths if not role_of(p) & NOT_PRODUCT)


def _closure(code: Code, paths: list[str]) -> dict[str, str]:
    """The files themselves, what they import, and for Go the other files of their packages."""
    found = imported_from(code, paths)
    folders = {p.rpartition("/")[0] for p in found if p.endswith(".go")}
    for file in code.files:
        folder = file.path.rpartition("/")[0]
        if file.language == "go" and folder in folders:
            found.setdefault(file.path, folder)
    return found


def _contained(containers: Containers, commands: Commands, places: Places) -> Iterator[str]:
    entries = [(i.entry, i.folder) for i in containers.product_images()]
    for service in containers.product_services():
        handlers = tuple(Command(("python", s), service.path) for s in service.sources)
        entries.append(((*service.entry, *handlers), service.path.rpartition("/")[0]))
    for entry, folder in entries:
        for command in commands.reached(entry):
            if target := places.target(command, folder):
                yield target


def _recipes(commands: Commands, places: Places, kinds: frozenset[Kind]) -> set[str]:
    found = {
        places.target(command, recipe.folder)
        for recipe in commands.recipes
        if recipe.kind in kinds and not role_of(recipe.path) & NOT_PRODUCT
        for command in recipe.commands
    }
    return found - {""}


@reading_of_all
def _is_scheduled(file: SourceFile) -> bool:
    decorated = (d for item in file.definitions for d in item.decorators)
    names = (*decorated, *file.names)
    return any(n.split(".", 1)[0] in SCHEDULERS for n in names)


def _django(tree: Tree, code: Code) -> set[str]:
    """Django finds its parts by name: models, views, tasks and commands need no import."""
    roots = [f.path.rpartition("/")[0] for f in tree.matching("manage.py", outside=NOT_PRODUCT)]
    found: set[str] = set()
    for root in roots:
        start = f"{root}/" if root else ""
        for file in code.product():
            name = file.path.rsplit("/", 1)[-1]
            loaded = name in _DJANGO_PARTS or "/management/commands/" in file.path
            if loaded and file.path.startswith(start):
                found.add(file.path)
    return found


_DJANGO_PARTS = frozenset(
    {"models.py", "views.py", "tasks.py", "urls.py", "apps.py", "admin.py", "signals.py", "wsgi.py"}
)


def _nodes(tree: Tree, code: Code) -> set[str]:
    """Routes and pages that a web framework serves by their place."""
    del tree
    return {
        f.path
        for f in code.product()
        if f.language in ("javascript", "typescript") and _is_routed(f.path)
    }


def _is_routed(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    parts = f"/{folder}/"
    routed = name.split(".")[0] in ("route", "page", "+server", "+page")
    return (routed and "/app/" in parts) or "/pages/" in parts or "/routes/" in parts
