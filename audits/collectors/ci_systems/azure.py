"""Azure Pipelines: stages, jobs, deployments, steps and templates.

The service may read a pipeline from any path, so a file is told by its form: steps, jobs or stages
with the keys only this system has.
"""

from audits.collectors.ci_systems.draft import (
    Draft,
    Kind,
    is_never,
    is_true,
    local,
    pairs_of,
    script_of,
    settings_of,
)
from audits.collectors.yaml_nodes import Node
from audits.facts.shell import joined_path
from audits.facts.workflows import Job, Step, System, Trigger, Workflow

_SCRIPTS = ("script", "bash", "powershell", "pwsh")
_STEP_KEYS = (*_SCRIPTS, "task", "checkout", "template", "download", "publish")
_TOP_KEYS = ("trigger", "pr", "pool", "schedules", "resources", "extends", "stages")
_ROOT = "$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)"


def read(path: str, root: Node) -> Draft | None:
    """A pipeline or a template of one."""
    if root.get("on") or not any(root.get(k) for k in ("stages", "jobs", "steps", "extends")):
        return None
    jobs = tuple(_jobs(path, root))
    steps = [s for j in jobs for s in j.steps]
    if not (steps or any(j.calls for j in jobs)) or not _is_azure(root):
        return None
    named = path.rsplit("/", 1)[-1].lower().startswith("azure-pipeline")
    whole = named or any(root.get(k) for k in ("trigger", "pr", "schedules", "resources"))
    whole = (whole or bool(root.get("pool") and root.first("steps", "jobs"))) and not root.get(
        "parameters"
    )
    workflow = Workflow(
        path,
        System.AZURE,
        live=whole,
        name=root.get("name").text,
        line=root.line,
        triggers=_triggers(root),
        jobs=jobs,
        settings=settings_of(n.get("variables") for n in root.maps()),
    )
    return Draft(workflow, Kind.WORKFLOW if whole else Kind.FRAGMENT, _variables(path, root))


def variables(path: str, root: Node) -> Draft | None:
    """A template that only holds variables."""
    if set(root.keys()) != {"variables"} or root.get("variables").kind != "list":
        return None
    settings = settings_of([root.get("variables")])
    return Draft(Workflow(path, System.AZURE, live=False, settings=settings), Kind.FRAGMENT)


def _is_azure(root: Node) -> bool:
    for node in root.maps():
        items = node.get("steps").items
        if any(i.get(k) for i in items for k in _STEP_KEYS):
            return True
        if any(i.get("template") or i.get("deployment") for i in node.get("jobs").items):
            return True
    return False


def _jobs(path: str, root: Node) -> list[Job]:
    if root.get("steps"):
        return [_job(path, root)]
    found = [_job(path, j) for j in root.get("jobs").items if j.kind == "map"]
    for stage in root.get("stages").items:
        if stage.get("template"):
            found.append(_job(path, stage))
        found += _jobs(path, stage)
    return found


def _job(path: str, node: Node) -> Job:
    steps = node.get("steps").items
    for strategy in node.get("strategy").maps():
        steps += strategy.get("steps").items
    name = node.first("job", "deployment", "stage")
    template = node.get("template").text
    return Job(
        name.text,
        path,
        node.line,
        steps=tuple(_step(path, s) for s in _flat(steps)),
        needs=node.get("dependsOn").words(),
        calls=_template(path, template),
        forgiven=is_true(node.get("continueOnError")),
        disabled=is_never(node.get("condition")),
        environment=node.get("environment", "name").text or node.get("environment").text,
        inputs=settings_of([node.get("parameters")]) if template else (),
    )


def _flat(steps: tuple[Node, ...]) -> list[Node]:
    """Steps with the bodies of `${{ if … }}:` entries opened."""
    found: list[Node] = []
    for step in steps:
        if len(step.entries) == 1 and step.keys()[0].startswith("${{"):
            found += _flat(step.entries[0][1].items)
        elif step.kind == "map":
            found.append(step)
    return found


def _template(path: str, target: str) -> str:
    if not target or "@" in target:
        return target
    base = path.rpartition("/")[0]
    return "./" + local(target, "" if target.startswith("/") else base)


def _step(path: str, node: Node) -> Step:
    inputs = node.get("inputs")
    scripts = [node.get(k) for k in _SCRIPTS] + [inputs.get("script"), inputs.get("inlineScript")]
    script = script_of(*[s for s in scripts if s.kind == "scalar"])
    folder = node.first("workingDirectory").text or inputs.get("workingDirectory").text
    for prefix in _ROOT:
        folder = folder.removeprefix(prefix).lstrip("/")
    return Step(
        path,
        script[0][1] if script else node.line,
        name=node.get("displayName").text,
        script=script + _called_script(inputs),
        uses=_template(path, node.get("template").text) or node.get("task").text,
        inputs=pairs_of(node.get("parameters") if node.get("template") else inputs),
        forgiven=is_true(node.get("continueOnError")),
        disabled=is_never(node.get("condition")) or is_never(node.get("enabled")),
        folder="" if "$" in folder else joined_path("", folder),
    )


def _called_script(inputs: Node) -> tuple[tuple[str, int], ...]:
    file = inputs.first("scriptPath", "filePath")
    if not file or inputs.first("script", "inlineScript"):
        return ()
    program = "python" if file.text.endswith(".py") else "bash"
    return ((f"{program} {file.text} {inputs.get('arguments').text}", file.line),)


def _triggers(root: Node) -> tuple[Trigger, ...]:
    found = []
    if root.get("trigger").text != "none":
        found.append(Trigger("push", root.line_of("trigger")))
    if root.get("pr") and root.get("pr").text != "none":
        found.append(Trigger("pull_request", root.line_of("pr")))
    for item in root.get("schedules").items:
        if item.get("cron"):
            found.append(Trigger("schedule", item.get("cron").line, item.get("cron").text))
    if root.get("resources", "pipelines"):
        found.append(Trigger("pipeline", root.line_of("resources")))
    return tuple(found)


def _variables(path: str, root: Node) -> tuple[str, ...]:
    base = path.rpartition("/")[0]
    found = []
    for node in root.maps():
        for item in node.get("variables").items:
            target = item.get("template").text
            if target and "@" not in target:
                found.append(local(target, "" if target.startswith("/") else base))
    return tuple(found)
