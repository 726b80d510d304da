"""Gathers schedules of crontabs, Kubernetes, serverless and JSON hooks, Terraform and Azure ML."""

import re
from collections.abc import Iterator, Sequence

from audits.collectors import containers
from audits.collectors.collecting import Collector, Derivation, Unreadable
from audits.collectors.parsing import json_of
from audits.collectors.yaml_nodes import Node, documents
from audits.facts.automation import Automation
from audits.facts.code import Code
from audits.facts.commands import Commands
from audits.facts.schedules import Clock, Clocks, Schedules, schedules_of
from audits.facts.shell import Command, commands_in, unwrapped
from audits.facts.tree import File, Tree
from audits.facts.workflows import Workflows

LIMIT = 256 * 1024
_CRON_LINE = re.compile(
    r"^((?:[\d*/,\-]{1,20}\s{1,4}){5}|@(?:hourly|daily|weekly|monthly)\s)(.{3,500})$"
)
_TERRAFORM = re.compile(
    r"^\s{0,8}(?:schedule_expression|schedule|cron)\s{0,20}=\s{0,4}\"([^\"]{5,80})\""
)
_MAX_COMMANDS = 20


def wants(file: File) -> bool:
    """Crontabs by name, Terraform, YAML with a schedule, and small JSON."""
    name = file.name.lower()
    if "crontab" in name or name.endswith((".cron", ".tf")):
        return True
    if file.suffix == ".json":
        return file.size < LIMIT and "package" not in name
    return file.suffix in (".yml", ".yaml")


def read(path: str, content: bytes) -> tuple[Clock, ...] | None:
    """The schedules of one file."""
    if path.endswith(".tf"):
        return tuple(_terraform(path, content)) or None
    if path.endswith(".json"):
        return tuple(_json(path, content)) or None
    if path.endswith((".yml", ".yaml")):
        return tuple(_yaml(path, content)) or None
    return tuple(_crontab(path, content)) or None


def _rows(content: bytes) -> list[tuple[int, str]]:
    return list(enumerate(content.decode("utf-8", "replace").split("\n"), 1))


def _crontab(path: str, content: bytes) -> Iterator[Clock]:
    for number, row in _rows(content):
        found = _CRON_LINE.match(row[:600].strip())
        if found:
            commands = commands_in([(found[2], number)], path=path)
            yield Clock("cron", path, number, found[1].strip(), commands)


def _terraform(path: str, content: bytes) -> Iterator[Clock]:
    for number, row in _rows(content):
        found = _TERRAFORM.match(row[:300])
        if found and any(w in found[1] for w in ("cron", "rate", "*", "every")):
            yield Clock("Terraform schedule", path, number, found[1])


def _json(path: str, content: bytes) -> Iterator[Clock]:
    """A hook with a schedule and the command of its task."""
    if b'"schedule' not in content and b'"crons"' not in content:
        return
    try:
        data = json_of(content)
    except Unreadable:
        return
    if not isinstance(data, dict):
        return
    schedule = data.get("schedule") or data.get("scheduleExpression") or data.get("crons")
    expression = _expression(schedule)
    if not expression:
        return
    at = content.find(expression.encode())
    line = content.count(b"\n", 0, max(at, 0)) + 1
    commands = tuple(_commands(path, line, data))
    yield Clock("scheduled hook", path, line, expression, commands)


def _expression(schedule: object) -> str:
    first = schedule[0] if isinstance(schedule, list) and schedule else schedule
    if isinstance(first, dict):
        first = first.get("schedule") or first.get("quartz_cron_expression")
    return first if isinstance(first, str) and ("*" in first or "(" in first) else ""


def _commands(path: str, line: int, data: object) -> Iterator[Command]:
    waiting, seen = [data], 0
    while waiting and seen < _MAX_COMMANDS * 50:
        node = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            command = node.get("command")
            if isinstance(command, list) and all(isinstance(w, str) for w in command):
                for found in unwrapped(tuple(command)):
                    yield Command(found.words, path, line)
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _yaml(path: str, content: bytes) -> Iterator[Clock]:
    """Azure ML schedules, Prefect and Databricks deployments."""
    if not any(w in content for w in (b"schedule", b"cron")):
        return
    try:
        roots = documents(content)
    except Unreadable:
        return  # the collector of workflows reports it, once
    for root in roots:
        yield from _scheduled(path, root)
    part = containers.read(path, content)
    for service in part.services if part else ():
        if service.schedule:
            sources = tuple(Command(("python", s), path) for s in service.sources)
            line = service.schedule_line or service.line
            commands = (*service.entry, *sources)
            yield Clock(service.kind, path, line, service.schedule, commands, service.suspended)


def _scheduled(path: str, root: Node) -> Iterator[Clock]:
    if "schedule.schema.json" in root.get("$schema").text:
        job = root.get("create_job").text or root.get("create_job", "job").text
        command = Command(("az", "ml", "job", "create", job.removeprefix("file:")), path, root.line)
        trigger = root.get("trigger")
        expression = trigger.first("expression", "frequency").text
        off = root.get("is_enabled").text.lower() == "false"
        yield Clock("Azure ML schedule", path, trigger.line, expression, (command,), off)
        return
    for node in root.maps():
        for schedule in (node.get("schedule"), *node.get("schedules").items):
            yield from _deployed(path, node, schedule)


def _deployed(path: str, node: Node, schedule: Node) -> Iterator[Clock]:
    """One schedule of a deployment: of its entry point, or of the tasks that it lists."""
    entry = node.get("entrypoint").text
    cron = schedule.first("cron", "quartz_cron_expression", "interval")
    if schedule.kind != "map" or not cron or not (entry or node.get("tasks")):
        return
    source = entry.split(":")[0]
    commands = (Command(("python", source), path, node.line),) if source else ()
    paused = schedule.first("paused", "pause_status").text.lower() in ("true", "paused")
    off = paused or schedule.get("active").text.lower() == "false"
    yield Clock("deployment schedule", path, cron.line, cron.text, commands, off)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[Clock, ...]]]) -> Clocks:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Clocks(tuple(c for _, found in parts for c in found))


COLLECTOR = Collector(Clocks, 3, wants, read, assemble, LIMIT)
_NEEDS = (Tree, Workflows, Commands, Automation, Code, Clocks)
DERIVATION = Derivation(Schedules, _NEEDS, schedules_of)
