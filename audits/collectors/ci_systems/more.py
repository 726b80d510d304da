"""Woodpecker, Semaphore, Cirrus, SourceHut, Codefresh, Wercker, Screwdriver, Tekton and others."""

from collections.abc import Callable, Iterator

from audits.collectors.blubber import is_blubber, variants
from audits.collectors.ci_systems.draft import Draft, Kind, is_true, local, script_step
from audits.collectors.yaml_nodes import Node
from audits.facts.workflows import Job, Step, System, Trigger, Workflow

Reader = Callable[[str, Node], Iterator[Job]]
VARIANT = "variant"
"""The input by which a step says which image of a description it starts."""


def _woodpecker(path: str, root: Node) -> Iterator[Job]:
    steps = root.first("steps", "pipeline")
    named = [(k.text, v) for k, v in steps.entries]
    named += [(n.get("name").text, n) for n in steps.items]
    for name, node in named:
        if node.get("commands"):
            yield Job(name, path, node.line, (script_step(path, node, node.get("commands")),))
        elif node.get("image"):
            yield Job(name, path, node.line, (Step(path, node.line, uses=node.get("image").text),))


def _semaphore(path: str, root: Node) -> Iterator[Job]:
    for block in root.get("blocks").items:
        task = block.get("task")
        for job in task.get("jobs").items:
            commands = (task.get("prologue", "commands"), job.get("commands"))
            name = job.get("name").text or block.get("name").text
            yield Job(name, path, job.line, (script_step(path, job, *commands),))


def _cirrus(path: str, root: Node) -> Iterator[Job]:
    for key, node in root.entries:
        if not key.text.endswith("task") or node.kind != "map":
            continue
        scripts = [v for k, v in node.entries if k.text.endswith("script")]
        if scripts:
            forgiven = is_true(node.get("allow_failures"))
            step = script_step(path, node, *scripts)
            yield Job(key.text, path, key.line, (step,), forgiven=forgiven)


def _sourcehut(path: str, root: Node) -> Iterator[Job]:
    for item in root.get("tasks").items:
        for key, node in item.entries:
            yield Job(key.text, path, key.line, (script_step(path, node, node),))


def _codefresh(path: str, root: Node) -> Iterator[Job]:
    for key, node in root.get("steps").entries:
        if node.get("commands"):
            step = script_step(path, node, node.get("commands"))
        else:
            step = Step(path, node.line, uses=node.get("type").text or "freestyle")
        yield Job(key.text, path, key.line, (step,))


def _wercker(path: str, root: Node) -> Iterator[Job]:
    for key, node in root.entries:
        scripts = [n.get("script", "code") for n in node.get("steps").items]
        if any(scripts):
            yield Job(key.text, path, key.line, (script_step(path, node, *scripts),))


def _screwdriver(path: str, root: Node) -> Iterator[Job]:
    for key, node in root.get("jobs").entries:
        scripts = [
            item if item.kind == "scalar" else item.entries[0][1]
            for item in node.get("steps").items
            if item.kind == "scalar" or item.entries
        ]
        if scripts:
            yield Job(key.text, path, key.line, (script_step(path, node, *scripts),))


def _tekton(path: str, root: Node) -> Iterator[Job]:
    for node in root.maps():
        steps = node.get("steps").items or node.get("taskSpec", "steps").items
        scripts = [s.get("script") for s in steps if s.get("script")]
        if scripts and node.get("steps"):
            yield Job(node.get("name").text, path, node.line, (script_step(path, node, *scripts),))


def _pipelinelib(path: str, root: Node) -> Iterator[Job]:
    """Stages that build a variant of an image, run it and publish it."""
    for key, pipeline in root.get("pipelines").entries:
        file = local(pipeline.get("blubberfile").text or "blubber.yaml", path.rpartition("/")[0])
        for stage in pipeline.get("stages").items:
            steps = tuple(_stage(path, stage, file))
            name = f"{key.text} / {stage.get('name').text}".strip(" /")
            if steps:
                yield Job(name, path, stage.line, steps)


def _stage(path: str, stage: Node, file: str) -> Iterator[Step]:
    variant = stage.get("build").text
    if variant:
        line = stage.line_of("build")
        yield Step(path, line, argv=("docker", "build", "-f", file, "--target", variant, "."))
    if stage.get("run") and stage.get("run").text.lower() != "false":
        inputs = ((VARIANT, variant or stage.get("name").text),)
        yield Step(path, stage.line_of("run"), uses=f"./{file}", inputs=inputs)
    if stage.get("publish", "image"):
        image = stage.get("publish", "image", "name").text or "image"
        yield Step(path, stage.line_of("publish"), argv=("docker", "push", image))


def concourse(path: str, root: Node) -> Draft | None:
    """A task of Concourse, whose pipelines are set from elsewhere: a platform and what it runs."""
    run = root.get("run")
    known = root.get("platform").text in ("linux", "darwin", "windows") and run.get("path")
    if not known or not (root.get("image_resource") or root.get("inputs")):
        return None
    words = (run.get("path").text, *run.get("args").words())
    job = Job("task", path, root.line, (Step(path, run.get("path").line, argv=words),))
    trigger = (Trigger("push", root.line),)
    return Draft(Workflow(path, System.CONCOURSE, live=True, triggers=trigger, jobs=(job,)))


def images(path: str, root: Node) -> Draft | None:
    """The images of Blubber, each a job with what it starts, for pipelines that run one."""
    if not is_blubber(root):
        return None
    jobs = tuple(
        Job(v.name, path, v.line, (Step(path, v.entry_line, argv=v.entry),))
        for v in variants(root)
        if v.entry
    )
    return Draft(Workflow(path, System.PIPELINELIB, live=False, jobs=jobs), Kind.IMAGE)


PLACES: tuple[tuple[str, System, Reader], ...] = (
    (".woodpecker.y*ml", System.WOODPECKER, _woodpecker),
    (".woodpecker/*.y*ml", System.WOODPECKER, _woodpecker),
    (".semaphore/*.y*ml", System.SEMAPHORE, _semaphore),
    (".cirrus.y*ml", System.CIRRUS, _cirrus),
    (".build.yml", System.SOURCEHUT, _sourcehut),
    (".builds/*.y*ml", System.SOURCEHUT, _sourcehut),
    ("codefresh.y*ml", System.CODEFRESH, _codefresh),
    (".codefresh/*.y*ml", System.CODEFRESH, _codefresh),
    ("wercker.yml", System.WERCKER, _wercker),
    ("screwdriver.yaml", System.SCREWDRIVER, _screwdriver),
    (".tekton/*.y*ml", System.TEKTON, _tekton),
    (".pipeline/config.y*ml", System.PIPELINELIB, _pipelinelib),
)
"""Where each system looks, and how its file is read."""
