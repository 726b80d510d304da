"""Which tools each check knows, as its page shows them: the very tables that the facts use.

A table is a name with the imports and verbs by which it is seen, or a plain list of those marks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audits.facts.tools import (
    data,
    data_pipelines,
    delivery,
    delivery_ci,
    delivery_models,
    delivery_tests,
    experimentation,
    governance,
    governance_documents,
    governance_supply,
    governance_upkeep,
    models,
    operations,
    operations_containers,
    operations_deploy,
    operations_rollouts,
    retrieval,
    secret_formats,
    settings_names,
    substance,
)

_SERVERS = (
    ("Model servers", operations.MODEL_SERVERS),
    ("Web frameworks", operations.SERVERS),
    ("Applications", operations.APPLICATIONS),
    ("R", operations.R_SERVERS),
    ("JavaScript and TypeScript", operations.SCRIPT_SERVERS),
    ("Go", operations.GO_SERVERS),
    ("Java and Scala", operations.JVM_SERVERS),
    ("Rust", operations.RUST_SERVERS),
)
_LEARNING = (
    ("Libraries whose objects learn", substance.ESTIMATORS),
    ("Hosted models", substance.HOSTED),
    ("Search by meaning", retrieval.RETRIEVAL),
    ("Managed training", substance.MANAGED_TRAINING),
)
_TABLES: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "data-lineage-or-pipeline": (("Pipelines", data_pipelines.PIPELINE_CALLS),),
    "data-validation": (("Validators", data.VALIDATORS), ("R", data.R_VALIDATORS)),
    "data-versioning": (("Calls that pin a version", data_pipelines.VERSION_KEYWORDS),),
    "feature-store": (("Feature stores", operations.FEATURE_STORES),),
    "experiment-tracking": (
        ("Trackers", experimentation.TRACKERS),
        ("Loggers of training frameworks", experimentation.LOGGER_CLASSES),
        ("R", experimentation.R_TRACKERS),
        ("Logs that stay files", experimentation.LOCAL_LOGS),
    ),
    "hyperparameter-config": (("Ways in for settings", settings_names.READS_SETTINGS),),
    "hyperparameter-search": (
        ("Searches", experimentation.SEARCHES),
        ("R", experimentation.R_SEARCHES),
    ),
    "llm-evals": (("Evaluators", experimentation.LLM_EVALUATORS),),
    "evals-of-served-model": (("Evaluators", experimentation.LLM_EVALUATORS),),
    "model-evaluation-code": (
        ("Sources of metrics", experimentation.METRIC_MODULES),
        ("R", experimentation.R_METRICS),
    ),
    "model-registry": (
        ("Registrations", operations.REGISTRIES),
        ("Methods of a registry's client", operations.REGISTRY_METHODS),
    ),
    "seeds-fixed": (("Seeds", experimentation.SEEDS), ("R", experimentation.R_SEEDS)),
    "automated-deploy": (
        ("Programs that deploy", operations_deploy.DEPLOY_VERBS),
        ("Actions and tasks that deploy", operations_deploy.DEPLOY_ACTIONS),
        ("Files of hosting platforms", operations_deploy.HOSTING_FILES),
    ),
    "automated-retraining": (("Schedules", data_pipelines.SCHEDULE_KEYWORDS),),
    "containerised-serving": (
        ("Programs that serve models", operations_containers.MODEL_SERVERS),
        ("Calls that build an image", operations_containers.BUILDING_CALLS),
    ),
    "drift-detection": (
        ("Drift libraries", operations.DRIFT),
        ("Tests and distances", operations.DRIFT_TESTS),
    ),
    "model-monitoring": (
        ("Monitors", operations.MONITORS),
        ("Recorders of models", operations.MODEL_RECORDERS),
        ("Exporters of metrics", operations.EXPORTERS),
    ),
    "rollback-or-staged-rollout": (
        ("Commands that go back", operations_rollouts.GOING_BACK),
        ("Keys that split traffic", operations_rollouts.SPLITTING_KEYS),
    ),
    "serving-framework": _SERVERS,
    "ci-performance-gate": (
        ("Calls that gate", delivery_ci.GATING_CALLS),
        ("Programs that gate", delivery_ci.GATING_VERBS),
    ),
    "ci-present": (("Programs that work", delivery_ci.WORKING_PROGRAMS),),
    "ci-runs-tests": (
        ("Test runners", delivery_ci.TEST_PROGRAMS),
        ("Actions that test", delivery_ci.TEST_ACTIONS),
    ),
    "ci-trains-or-evaluates-model": (
        ("Programs", delivery_models.MODEL_VERBS),
        ("Actions", delivery_models.MODEL_ACTIONS),
    ),
    "data-tests-in-ci": (("Validators", data.VALIDATORS),),
    "fairness-checks": (("Fairness libraries", delivery.FAIRNESS), ("R", delivery.R_FAIRNESS)),
    "tests-present": (("Bases of tests", delivery_tests.TEST_BASES),),
    "audit-log": (
        ("Calls", operations.AUDIT_LOGS),
        ("Applications of Django", governance.AUDIT_APPLICATIONS),
    ),
    "dependency-updates-bot": (("Actions", governance_upkeep.UPDATE_ACTIONS),),
    "model-card": (("Calls that write a card", governance_documents.CARD_CALLS),),
    "sbom-or-provenance": (
        ("Programs", governance_supply.PROVING_PROGRAMS),
        ("Actions", governance_supply.PROVING_ACTIONS),
    ),
    "secrets-committed": (("Forms of keys", [f.kind for f in secret_formats.FORMATS]),),
    "unsafe-model-serialization": (
        ("Loads that run what a file says", governance.UNSAFE_LOADS),
        ("Loaders of frameworks", governance.FRAMEWORK_LOADERS),
        ("R", governance.R_LOADS),
    ),
    "has-ml": _LEARNING,
    "ml-kind": _LEARNING,
    "thin-llm-wrapper": (("Providers of hosted models", models.PROVIDERS),),
}


@dataclass(frozen=True)
class Tool:
    """A tool by its name, with the marks by which it is seen; the name may be its only mark."""

    name: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolTable:
    """Tools of one kind, by name."""

    title: str
    tools: tuple[Tool, ...]


def tables_of(practice: str) -> tuple[ToolTable, ...]:
    """The tools that a check knows; none where it goes by names of files and words alone."""
    return tuple(ToolTable(title, _tools(table)) for title, table in _TABLES.get(practice, ()))


def practices_with_tables() -> frozenset[str]:
    """The practices whose checks go by tools."""
    return frozenset(_TABLES)


def _tools(table: Mapping[str, Any] | Iterable[str]) -> tuple[Tool, ...]:
    if not isinstance(table, Mapping):
        found = [Tool(name) for name in table]
    else:
        found = [Tool(name, tuple(dict.fromkeys(_marks(marks)))) for name, marks in table.items()]
    return tuple(sorted(found, key=lambda tool: tool.name.lower()))


def _marks(value: object) -> Iterator[str]:
    """The words in a table's entry, however it groups them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        if value and all(isinstance(v, str) for v in value):
            yield from value
        else:
            for each in value:
                yield from _marks(each)
    elif isinstance(value, frozenset | set):
        yield from sorted(str(v) for v in value)
