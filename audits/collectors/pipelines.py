"""Gathers pipelines of configuration files: task graphs, Azure ML, Argo, Step Functions, dbt.

Snakemake and Nextflow are told by their rules.
"""

import re
from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector, Derivation, Unreadable
from audits.collectors.parsing import json_of
from audits.collectors.yaml_nodes import Node, documents
from audits.facts.code import Code
from audits.facts.commands import Commands
from audits.facts.pipelines import LEAST_STEPS, Graphs, Pipeline, Pipelines, pipelines_of
from audits.facts.tree import File, Tree

LIMIT = 512 * 1024
_HINTS = (
    b"dependencies", b"depends_on", b"dependsOn", b"jobs:", b"dag:", b"tasks:", b"stages:",
    b"upstream", b"azureml:", b"depends:", b"states:", b"States", b"executors:",
)  # fmt: skip
_LINKS = ("dependencies", "depends_on", "upstream", "upstream_tasks", "depends", "after", "needs")
_REF = re.compile(rb"\{\{-?\s{0,20}ref\(\s{0,20}['\"][\w.\-]{1,100}['\"]")
_DBT = "dbt"
_PROJECT = "dbt_project.yml"
_WORKING_STATES = frozenset({"Task", "Map", "Parallel"})
_NAMES = ("ID", "id", "name", "task_key", "key", "taskId", "task_id")


def wants(file: File) -> bool:
    """YAML that is no CI configuration by place, and files of workflow languages by name."""
    if file.name in ("Snakefile", "main.nf") or file.suffix in (".smk", ".sql"):
        return True
    if file.suffix == ".json":
        return file.name.endswith(".asl.json") or "state" in file.name.lower()
    hidden = file.path.startswith(".") or file.name.startswith(".")
    return file.suffix in (".yml", ".yaml") and not hidden


def read(path: str, content: bytes) -> tuple[Pipeline, ...] | None:
    """The pipelines of one file."""
    if path.endswith(".json"):
        return tuple(_machine_of_json(path, content)) or None
    if path.endswith(".sql"):
        return tuple(_model_of_dbt(path, content)) or None
    if not path.endswith((".yml", ".yaml")):
        return tuple(_rules(path, content)) or None
    if not any(h in content for h in _HINTS):
        return None
    try:
        roots = documents(content)
    except Unreadable:
        return None  # the collector of workflows reports it, once
    return tuple(p for r in roots if r.kind == "map" for p in _graphs(path, r)) or None


def _rules(path: str, content: bytes) -> Iterator[Pipeline]:
    nextflow = path.endswith(".nf")
    word = "process " if nextflow else "rule "
    rows = content.decode("utf-8", "replace").split("\n")
    starts = [n for n, row in enumerate(rows, 1) if row.startswith((word, "checkpoint "))]
    if len(starts) >= LEAST_STEPS:
        yield Pipeline("Nextflow" if nextflow else "Snakemake", path, starts[0], len(starts))


def _machine_of_json(path: str, content: bytes) -> Iterator[Pipeline]:
    """A state machine of Step Functions: at least two states that do something."""
    if b'"StartAt"' not in content or b'"States"' not in content:
        return
    try:
        data = json_of(content)
    except Unreadable:
        return  # who reads JSON for more reports it, once
    states = data.get("States") if isinstance(data, dict) else None
    entries = states.values() if isinstance(states, dict) else ()
    kinds = [s.get("Type") for s in entries if isinstance(s, dict)]
    working = sum(k in _WORKING_STATES for k in kinds)
    if working >= LEAST_STEPS:
        line = content.count(b"\n", 0, content.find(b'"States"')) + 1
        yield Pipeline("Step Functions", path, line, working)


def _model_of_dbt(path: str, content: bytes) -> Iterator[Pipeline]:
    """A query that names another one which it is made from; it counts below a project of dbt."""
    if found := _REF.search(content):
        yield Pipeline(_DBT, path, content.count(b"\n", 0, found.start()) + 1)


def _graphs(path: str, root: Node) -> Iterator[Pipeline]:
    schema = root.get("$schema").text.lower()
    if root.get("services").kind == "map":
        return
    if "pipelinejob" in schema or (root.get("type").text == "pipeline" and root.get("jobs")):
        steps = len(root.get("jobs").entries)
        assets = tuple(
            (n.text, n.line)
            for n in root.walk()
            if n.kind == "scalar" and n.text.startswith("azureml:")
        )
        if steps >= LEAST_STEPS:
            line = root.line_of("jobs")
            yield Pipeline("Azure ML", path, line, steps, root.get("name").text, assets)
    elif root.get("StartAt") and root.get("States").kind == "map":
        states = [v for _, v in root.get("States").entries]
        working = sum(v.get("Type").text in _WORKING_STATES for v in states)
        if working >= LEAST_STEPS:
            yield Pipeline("Step Functions", path, root.line_of("States"), working)
    elif root.get("kind").text in ("Workflow", "WorkflowTemplate", "CronWorkflow"):
        yield from _argo(path, root)
    else:
        yield from _tasks(path, root)


def _argo(path: str, root: Node) -> Iterator[Pipeline]:
    for node in root.maps():
        tasks = node.get("dag", "tasks").items or node.get("steps").items
        if len(tasks) >= LEAST_STEPS:
            yield Pipeline("Argo", path, tasks[0].line, len(tasks), root.get("metadata").text)
            return


def _tasks(path: str, root: Node) -> Iterator[Pipeline]:
    """A list of tasks that name each other as what they depend on."""
    for node in root.walk():
        if node.kind != "list" or len(node.items) < LEAST_STEPS:
            continue
        names = {n for i in node.items for n in (i.get(k).text for k in _NAMES) if n}
        linked = [i for i in node.items if _depends(i) & names]
        if linked and len(names) >= LEAST_STEPS:
            tool = "Task graph"
            yield Pipeline(tool, path, linked[-1].line, len(node.items))
            return


def _depends(item: Node) -> set[str]:
    found: set[str] = set()
    for key in _LINKS:
        for link in item.get(key).listed():
            found |= {link.text, link.get("task_key").text, link.get("name").text}
    return found - {""}


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[Pipeline, ...]]]) -> Graphs:
    """All of them in order of path; the models of a project of dbt are one pipeline."""
    found = [p for _, some in parts for p in some]
    projects = [f.path.removesuffix(_PROJECT) for f in tree.named(_PROJECT)]
    first: dict[str, Pipeline] = {}
    for pipeline in found:
        if pipeline.tool == _DBT:
            above = [p for p in projects if pipeline.path.startswith(p)]
            if above:
                first.setdefault(max(above, key=len), pipeline)
    others = [p for p in found if p.tool != _DBT]
    return Graphs(tuple(sorted((*others, *first.values()), key=lambda p: (p.path, p.line))))


COLLECTOR = Collector(Graphs, 2, wants, read, assemble, LIMIT)
DERIVATION = Derivation(Pipelines, (Graphs, Commands, Code), pipelines_of)
