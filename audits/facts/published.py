"""Whether what is given out is a package that learns from what its callers bring, and only so.

Such a package is a library, whatever it calls itself: it is published to an index, is about
machine learning by its own words, and neither brings nor reads data or a model of its own.
"""

from collections.abc import Iterator

from audits.engine.types import Evidence
from audits.facts.code import Code, SourceFile
from audits.facts.dependencies import Dependencies
from audits.facts.deploying import is_verb
from audits.facts.learning import SIDE, Learning
from audits.facts.own_words import (
    SelfDescription,
    gives_weights,
    has_weights,
    speaks_of_the_field,
)
from audits.facts.readings import reading
from audits.facts.tools.data import READS
from audits.facts.tools.operations_deploy import INDEX_ACTIONS, INDEX_VERBS
from audits.facts.tree import NOT_PRODUCT, Tree
from audits.facts.workflows import Workflows


def published_package(
    code: Code,
    learning: Learning,
    dependencies: Dependencies,
    own: SelfDescription,
    tree: Tree,
    workflows: Workflows,
) -> tuple[Evidence, ...]:
    """Where CI publishes such a package."""
    trained = learning.main(learning.training)
    packages = [m for m in dependencies.manifests if m.is_package and m.ecosystem == "python"]
    described = [m.description for m in packages if not m.folder]
    if not trained or learning.main_is_side or not described or learning.main(learning.hosted):
        return ()
    if has_weights(tree) or not speaks_of_the_field(" ".join((own.title, own.opening, *described))):
        return ()
    published = tuple(_published(workflows))[:1]
    own_run = any(not use.scope for use in trained)
    return () if not published or own_run or _brings_its_own(code) else published


def _brings_its_own(code: Code) -> bool:
    """Whether any file beside tests, examples and notebooks reads data or loads a model."""
    return any(_brings(f) or gives_weights(f) for f in code.product(outside=NOT_PRODUCT | SIDE))


@reading
def _brings(file: SourceFile) -> bool:
    return bool(file.calls_of(methods=_BRINGING))


_BRINGING = READS | {
    "load", "load_model", "load_weights", "from_pretrained", "load_state_dict", "read_pickle",
    "hf_hub_download", "snapshot_download", "urlretrieve", "genfromtxt", "loadtxt", "read_gbq",
    "read_sql_query", "read_sql_table", "open", "ArgumentParser",
}  # fmt: skip
"""Methods by which a program gets data or a model itself, or is started for it."""


def _published(workflows: Workflows) -> Iterator[Evidence]:
    for workflow in workflows.live:
        for _, step in workflow.steps():
            if any(action in step.uses.lower() for action in INDEX_ACTIONS):
                yield Evidence(step.path, step.line, f"publishes a package by {step.uses}")
            for command in step.commands:
                if is_verb(command, INDEX_VERBS):
                    yield Evidence(command.path, command.line, "publishes a package")
