"""CircleCI, Bitbucket, Buildkite, Taskcluster, Travis, Cloud Build, CodeBuild, Drone, AppVeyor."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from itertools import islice

from audits.collectors.ci_systems.draft import (
    Draft,
    is_never,
    is_true,
    pairs_of,
    script_of,
    script_step,
)
from audits.collectors.ci_systems.more import PLACES
from audits.collectors.collecting import Unreadable
from audits.collectors.yaml_nodes import Node
from audits.facts.workflows import Job, Step, System, Trigger, Workflow

MOST_STEPS = 5_000
"""Steps of one job with its commands written out."""


def _circle(path: str, root: Node) -> Iterator[Job]:
    for key, node in root.get("jobs").entries:
        steps = tuple(islice(_circle_steps(path, node, root), MOST_STEPS + 1))
        if len(steps) > MOST_STEPS:
            raise Unreadable("commands that call each other unfold to too many steps")
        yield Job(key.text, path, key.line, steps)
    for _, flow in root.get("workflows").entries:
        for item in flow.get("jobs").items:
            name = item.keys()[0] if item.entries else item.text
            if "/" in name:
                yield Job(name, path, item.line, (Step(path, item.line, uses=name),))


def _circle_steps(path: str, node: Node, root: Node, depth: int = 0) -> Iterator[Step]:
    for item in node.get("steps").items:
        run = item.get("run")
        name = item.text or (item.keys()[0] if item.entries else "")
        if run:
            command = run.get("command") if run.kind == "map" else run
            yield script_step(path, item, command)
        elif root.get("commands", name) and depth < 4:
            yield from _circle_steps(path, root.get("commands", name), root, depth + 1)
        else:
            yield Step(path, item.line, uses=name, inputs=pairs_of(item.get(name)))


def _circle_triggers(root: Node) -> Iterator[Trigger]:
    yield Trigger("push", root.line_of("workflows"))
    for node in root.get("workflows").maps():
        if node.get("schedule", "cron"):
            cron = node.get("schedule", "cron")
            yield Trigger("schedule", cron.line, cron.text)


def _bitbucket(path: str, root: Node) -> Iterator[Job]:
    for key, value in root.get("pipelines").entries:
        for node in value.maps():
            step = node.get("step")
            if step.kind == "map":
                pipes = [i.get("pipe") for i in step.get("script").items if i.get("pipe")]
                steps = (
                    script_step(path, step, step.get("script")),
                    *(Step(path, p.line, uses=p.text) for p in pipes),
                )
                name = step.get("name").text or key.text
                yield Job(name, path, step.line, steps, environment=step.get("deployment").text)


def _buildkite(path: str, root: Node) -> Iterator[Job]:
    for node in root.get("steps").maps():
        script = node.first("command", "commands")
        if script and script.kind != "map":
            name = node.first("label", "name", "key").text
            forgiven = is_true(node.get("soft_fail"))
            steps = (script_step(path, node, script),)
            needs = node.get("depends_on").words()
            disabled = is_never(node.get("if")) or bool(node.get("skip").text)
            yield Job(
                name, path, node.line, steps, needs=needs, forgiven=forgiven, disabled=disabled
            )


def taskcluster_jobs(path: str, root: Node) -> Iterator[Job]:
    """Every task definition in a tree: a map with `payload.command`, which may be put together."""
    for node in root.maps():
        payload = node.get("payload")
        command = payload.get("command") or next(
            (n.get("command") for n in payload.maps() if n.get("command")), payload.get("command")
        )
        if not command:
            continue
        name = node.get("metadata", "name").text or node.first("ID", "taskId").text
        words = command.words()
        scripts = [i for i in command.walk() if i.kind == "scalar" and i.style in ("|", ">")]
        if scripts:
            step = script_step(path, node, *scripts)
        else:
            step = Step(path, command.line, argv=words or tuple(n.text for n in command.walk()))
        needs = node.get("dependencies").words()
        yield Job(
            name,
            path,
            node.line,
            (step,),
            needs=needs,
            hands_on=bool(node.get("payload", "artifacts")),
        )


def _taskcluster(path: str, root: Node) -> Iterator[Job]:
    yield from taskcluster_jobs(path, root)


def _kinds(path: str, root: Node) -> Iterator[Job]:
    """Tasks of a kind, which the graph of tasks is made of."""
    defaults = root.first("task-defaults", "job-defaults")
    for key, node in root.first("tasks", "jobs").entries:
        command = node.get("run", "command") or node.get("worker", "command")
        command = command or node.get("run").first("commands", "mach", "script")
        command = command or defaults.get("run", "command")
        words = command.words()
        if len(words) > 2 and words[0] in ("bash", "sh") and words[1].startswith("-"):
            step = script_step(path, node, command.items[2])
        else:
            lines = script_of(command) if command.kind == "scalar" else ()
            step = Step(path, command.line, script=lines, argv=() if lines else words)
        if words:
            needs = node.get("dependencies").words()
            yield Job(key.text, path, key.line, (step,), needs=needs)


def _travis(path: str, root: Node) -> Iterator[Job]:
    shared = [root.get(k) for k in ("before_install", "install", "before_script")]
    entries = (*root.get("jobs", "include").items, *root.get("matrix", "include").items)
    for node in entries:
        if node.get("script"):
            yield Job(
                node.get("name").text,
                path,
                node.line,
                (script_step(path, node, node.get("script")),),
            )
    main = [*shared, root.get("script")]
    deploy = [
        Step(path, d.line, uses=f"deploy:{d.get('provider').text}")
        for d in root.get("deploy").maps()
        if d.get("provider")
    ]
    if script_of(*main) or deploy:
        yield Job("build", path, root.line_of("script"), (script_step(path, root, *main), *deploy))


def _cloud_build(path: str, root: Node) -> Iterator[Job]:
    steps = []
    for node in root.get("steps").items:
        entry = (
            node.get("entrypoint").text or node.get("name").text.rsplit("/", 1)[-1].split(":")[0]
        )
        if node.get("script"):
            steps.append(script_step(path, node, node.get("script")))
        else:
            argv = (entry, *node.get("args").words())
            folder = node.get("dir").text
            steps.append(Step(path, node.line, argv=argv, folder="" if "$" in folder else folder))
    if steps:
        yield Job("build", path, root.line, tuple(steps))


def _codebuild(path: str, root: Node) -> Iterator[Job]:
    for key, node in root.get("phases").entries:
        step = script_step(path, node, node.get("commands"))
        if step.script:
            yield Job(key.text, path, key.line, (step,))


def _drone(path: str, root: Node) -> Iterator[Job]:
    for node in root.maps():
        if node.get("image") and node.get("commands"):
            yield Job(
                node.get("name").text,
                path,
                node.line,
                (script_step(path, node, node.get("commands")),),
            )


def _appveyor(path: str, root: Node) -> Iterator[Job]:
    nodes = [root.get(k) for k in ("install", "before_build", "build_script", "test_script")]
    scripts = [n for n in nodes if n]
    for node in list(scripts):
        scripts += [v for i in node.items for k, v in i.entries if k.text in ("cmd", "ps", "sh")]
    if scripts:
        yield Job("build", path, root.line, (script_step(path, root, *scripts),))


_PLACES: tuple[tuple[str, System, Callable[[str, Node], Iterator[Job]]], ...] = (
    (".circleci/config.y*ml", System.CIRCLECI, _circle),
    ("bitbucket-pipelines.yml", System.BITBUCKET, _bitbucket),
    (".buildkite/*.y*ml", System.BUILDKITE, _buildkite),
    (".taskcluster.yml", System.TASKCLUSTER, _taskcluster),
    ("taskcluster/kinds/*/kind.y*ml", System.TASKCLUSTER, _kinds),
    ("taskcluster/ci/*/kind.y*ml", System.TASKCLUSTER, _kinds),
    (".travis.yml", System.TRAVIS, _travis),
    ("cloudbuild*.y*ml", System.CLOUD_BUILD, _cloud_build),
    ("buildspec*.y*ml", System.CODEBUILD, _codebuild),
    (".drone.yml", System.DRONE, _drone),
    ("appveyor.yml", System.APPVEYOR, _appveyor),
    (".appveyor.yml", System.APPVEYOR, _appveyor),
    *PLACES,
)
_ANYWHERE = frozenset({System.CLOUD_BUILD, System.CODEBUILD})


_CLOUD_BUILD_KEYS = frozenset(
    {"steps", "substitutions", "options", "images", "timeout", "artifacts", "tags", "logsBucket"}
    | {"serviceAccount", "availableSecrets", "secrets", "queueTtl", "source"}
)


def by_form(path: str, root: Node) -> Draft | None:
    """A build of Cloud Build, which may be read from any path: steps that are images."""
    steps = root.get("steps").items
    imaged = all(s.get("name") and s.first("args", "entrypoint", "script") for s in steps)
    if not steps or not imaged or not set(root.keys()) <= _CLOUD_BUILD_KEYS:
        return None
    jobs = tuple(_cloud_build(path, root))
    trigger = (Trigger("push", root.line),)
    return Draft(Workflow(path, System.CLOUD_BUILD, live=True, triggers=trigger, jobs=jobs))


def _is_buildspec(path: str, root: Node) -> bool:
    """A specification of CodeBuild under a name of its own, in a folder that says what it is."""
    folder = path.rpartition("/")[0].lower().replace("-", "").replace("_", "")
    return "buildspec" in folder and bool(root.get("version") and root.get("phases"))


def read(path: str, root: Node) -> Draft | None:
    """A workflow of one of these systems, live where the system looks for it."""
    name = path.rsplit("/", 1)[-1]
    for pattern, system, reader in _PLACES:
        at_place = fnmatchcase(path, pattern)
        tail = pattern.rsplit("/", 1)[-1]
        elsewhere = path.endswith("/" + pattern) or ("/" not in pattern and fnmatchcase(name, tail))
        elsewhere = elsewhere or (system is System.CODEBUILD and _is_buildspec(path, root))
        if at_place or elsewhere:
            jobs = tuple(reader(path, root))
            triggers = (
                tuple(_circle_triggers(root))
                if system is System.CIRCLECI
                else (Trigger("push", root.line),)
            )
            live = at_place or system in _ANYWHERE
            return Draft(Workflow(path, system, live=live, triggers=triggers, jobs=jobs))
    return None
