"""GitLab CI: jobs with `extends`, defaults, references and local includes."""

from msgspec.structs import replace

from audits.collectors.ci_systems.draft import Draft, Kind, is_true, local, script_step, settings_of
from audits.collectors.yaml_nodes import NOTHING, Node
from audits.facts.workflows import Job, System, Trigger, Workflow

NAME = ".gitlab-ci.yml"
_KEYWORDS = frozenset(
    {"default", "include", "stages", "variables", "workflow", "image", "services", "cache"}
    | {"before_script", "after_script", "spec"}
)
_MOST_PARENTS = 100


def read(path: str, root: Node) -> Draft | None:
    """The root file (live), the same file elsewhere (parked), or a file that could be included."""
    name = path.rsplit("/", 1)[-1]
    jobs = tuple(_jobs(path, root))
    if name != NAME and not jobs:
        return None
    workflow = Workflow(
        path,
        System.GITLAB,
        live=path == NAME,
        line=root.line,
        triggers=_triggers(root),
        jobs=jobs,
        settings=settings_of([root.get("variables")]),
    )
    return Draft(workflow, Kind.WORKFLOW if name == NAME else Kind.FRAGMENT, _includes(root))


def _jobs(path: str, root: Node) -> list[Job]:
    found = []
    for key, value in root.entries:
        if value.kind != "map" or key.text in _KEYWORDS or key.text.startswith("."):
            continue
        script = _inherited(root, value, "script")
        if script or value.get("trigger"):
            found.append(_job(path, root, key, value))
    return found


def _job(path: str, root: Node, key: Node, node: Node) -> Job:
    before = _inherited(root, node, "before_script") or root.first("before_script")
    before = before or root.get("default", "before_script")
    script = _inherited(root, node, "script")
    main = script_step(path, node, *_referred(root, before), *_referred(root, script))
    lines = script_step(path, node, *_referred(root, script)).script
    never = any(r.get("when").text == "never" for r in node.get("rules").items[:1])
    return Job(
        key.text,
        path,
        key.line,
        steps=(replace(main, line=lines[0][1] if lines else key.line),),
        needs=tuple(n.get("job").text or n.text for n in node.get("needs").listed())
        + node.get("dependencies").words(),
        forgiven=is_true(_inherited(root, node, "allow_failure")),
        disabled=never and len(node.get("rules").items) == 1,
        environment=node.get("environment", "name").text or node.get("environment").text,
    )


def _inherited(root: Node, node: Node, key: str) -> Node:
    """A job's own value for a key, or that of the jobs it extends, the last one first.

    No job is asked twice, as ten that extend each other ten times over would be asked for ever.
    """
    waiting, asked = [node], set[str]()
    while waiting and len(asked) <= _MOST_PARENTS:
        job = waiting.pop()
        if own := job.get(key):
            return own
        for parent in job.get("extends").words():
            if parent not in asked:
                asked.add(parent)
                waiting.append(root.get(parent))
    return NOTHING


def _referred(root: Node, node: Node) -> tuple[Node, ...]:
    """Script nodes with `!reference [job, key]` followed once."""
    if node.tag == "!reference":
        return (root.get(*node.words()),)
    if node.kind == "list" and any(i.tag == "!reference" for i in node.items):
        return tuple(n for i in node.items for n in _referred(root, i))
    return (node,)


def _triggers(root: Node) -> tuple[Trigger, ...]:
    found = [Trigger("push", root.line)]
    for node in root.walk():
        if node.kind == "scalar" and _is_schedule(node.text):
            found.append(Trigger("schedule", node.line))
            break
    return tuple(found)


def _is_schedule(text: str) -> bool:
    if text == "schedules":
        return True
    return "$CI_PIPELINE_SOURCE" in text and '== "schedule"' in text.replace("'", '"')


def _includes(root: Node) -> tuple[str, ...]:
    found = []
    for item in root.get("include").listed():
        text = item.get("local").text or (item.text if item.kind == "scalar" else "")
        if text and "://" not in text:
            found.append(local(text))
    return tuple(found)
