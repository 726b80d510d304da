"""GitHub Actions: workflows, reusable workflows and composite actions."""

import re

from msgspec.structs import replace

from audits.collectors.ci_systems.draft import Draft, Kind, is_never, is_true, pairs_of, settings_of
from audits.collectors.ci_systems.given import Values, takes_inputs, with_environment
from audits.collectors.yaml_nodes import Node
from audits.facts.shell import joined_path
from audits.facts.tree import NOT_PRODUCT, Role, role_of
from audits.facts.workflows import Job, Step, System, Trigger, Workflow

FOLDER = ".github/workflows/"
FOLDERS = {
    FOLDER: System.GITHUB,
    ".gitea/workflows/": System.GITEA,
    ".forgejo/workflows/": System.FORGEJO,
}
_SCRIPT_INPUTS = ("script", "inlineScript", "inline-script", "run", "command")
"""Inputs by which actions for remote shells and cloud consoles are given a script."""
MOST_VARIANTS = 8
"""Values of one variable of a matrix that are written out."""

_OF_MATRIX = re.compile(r"\$\{\{\s{0,3}matrix(?:\.|\[['\"])([\w-]{1,40})(?:['\"]\])?\s{0,3}\}\}")
_NOTHING: Values = {}
_REPOSITORY_ROOT = ("${{ github.workspace }}/", "./")


def read(path: str, root: Node) -> Draft | None:
    """A workflow (live only directly below `.github/workflows` and its kin), or an action."""
    if path.rsplit("/", 1)[-1] in ("action.yml", "action.yaml") and root.get("runs"):
        return _action(path, root)
    jobs = root.get("jobs")
    if jobs.kind != "map" or not root.get("on") or not _looks_like(jobs):
        return None
    folder = path[: path.rfind("/") + 1]
    live = folder in FOLDERS
    workflow = Workflow(
        path,
        FOLDERS.get(folder, System.GITHUB),
        live=live,
        name=root.get("name").text,
        line=root.line,
        triggers=_triggers(root),
        jobs=tuple(_job(path, k, v, root) for k, v in jobs.entries if v.kind == "map"),
        settings=settings_of(_environments(root)),
    )
    return Draft(workflow)


def _looks_like(jobs: Node) -> bool:
    return any(v.get("runs-on") or v.get("uses") for _, v in jobs.entries)


def _environments(root: Node) -> list[Node]:
    jobs = [v for _, v in root.get("jobs").entries]
    steps = [s for j in jobs for s in j.get("steps").items]
    return [n.get(k) for n in (root, *jobs, *steps) for k in ("env", "with") if n.get(k)]


def _triggers(root: Node) -> tuple[Trigger, ...]:
    on = root.get("on")
    if on.kind != "map":
        return tuple(Trigger(n.text, n.line) for n in on.listed())
    found: list[Trigger] = []
    for key, value in on.entries:
        if key.text == "schedule":
            crons = [item.get("cron") for item in value.items]
            found += [Trigger("schedule", c.line, c.text) for c in crons if c]
        else:
            found.append(Trigger(key.text, key.line))
    return tuple(found)


def _job(path: str, key: Node, node: Node, root: Node) -> Job:
    defaults = [n.get("defaults", "run", "working-directory").text for n in (node, root)]
    folder = next((d for d in defaults if d), "")
    environment = node.get("environment")
    known = dict(pairs_of(root.get("env"))) | dict(pairs_of(node.get("env")))
    steps = tuple(_step(path, s, folder, known) for s in node.get("steps").items if s.kind == "map")
    matrix = _matrix(node.get("strategy", "matrix"))
    return Job(
        key.text,
        path,
        key.line,
        steps=tuple(_varied(s, matrix) for s in steps) if matrix else steps,
        needs=node.get("needs").words(),
        calls=_target(node.get("uses").text),
        forgiven=is_true(node.get("continue-on-error")),
        disabled=is_never(node.get("if")),
        environment=environment.get("name").text or environment.text,
        inputs=settings_of([node.get("with")]),
    )


def _matrix(node: Node) -> dict[str, list[str]]:
    """The values that each variable of a matrix takes."""
    found = {k.text: list(v.words())[:MOST_VARIANTS] for k, v in node.entries if v.kind == "list"}
    for item in node.get("include").items:
        for key, value in item.entries:
            values = found.setdefault(key.text, [])
            if value.kind == "scalar" and value.text not in values and len(values) < MOST_VARIANTS:
                values.append(value.text)
    return {name: values for name, values in found.items() if values}


def _varied(step: Step, matrix: dict[str, list[str]]) -> Step:
    """A step whose script is written out for each value of the matrix that it mentions."""
    if not any("matrix" in text for text, _ in step.script):
        return step
    lines: list[tuple[str, int]] = []
    for text, number in step.script:
        named = _OF_MATRIX.search(text)
        values = matrix.get(named[1], []) if named else []
        lines += [(_OF_MATRIX.sub(v, text, count=1), number) for v in map(_plain, values)] or [
            (text, number)
        ]
    return replace(step, script=tuple(lines))


def _plain(value: str) -> str:
    """A value as it stands in a replacement."""
    return value.replace("\\", "\\\\")


def _step(path: str, node: Node, folder: str = "", known: Values = _NOTHING) -> Step:
    run = node.get("run") or node.get("with").first(*_SCRIPT_INPUTS)
    own = node.get("working-directory").text or folder
    if "${{" in own:
        own = with_environment(own, {**known, **dict(pairs_of(node.get("env")))})
    shell = node.get("shell").text
    return Step(
        path,
        next((node.line_of(k) for k in ("run", "uses") if node.get(k)), node.line),
        name=node.get("name").text,
        script=_inline(run, shell) if run.kind == "scalar" else (),
        uses=_target(node.get("uses").text),
        inputs=pairs_of(node.get("with")),
        forgiven=is_true(node.get("continue-on-error")),
        disabled=is_never(node.get("if")),
        folder=_folder(own),
    )


def _inline(run: Node, shell: str) -> tuple[tuple[str, int], ...]:
    """Script lines; a step in another language becomes one command with that text inline."""
    if not shell.startswith("python"):
        return run.lines()
    lines = run.lines()
    first = lines[0][1] if lines else run.line
    return (("python - <<'PROGRAM'", first), *lines, ("PROGRAM", first))


def _folder(text: str) -> str:
    """The folder of a step from the root; what its caller hands over is written into it later."""
    for prefix in _REPOSITORY_ROOT:
        text = text.removeprefix(prefix)
    if takes_inputs(text):
        return text
    return "" if "${{" in text or text.startswith("/") else joined_path("", text)


def _target(uses: str) -> str:
    """`./a/b@ref` without its ref, so that the file can be found; others as written."""
    return "./" + joined_path("", uses.split("@")[0]) if uses.startswith("./") else uses


def _action(path: str, root: Node) -> Draft | None:
    if root.get("runs", "using").text != "composite":
        return None
    if role_of(path) & (NOT_PRODUCT & ~Role.TEST):
        return None
    steps = tuple(_step(path, s) for s in root.get("runs", "steps").items if s.kind == "map")
    job = Job("runs", path, root.line_of("runs"), steps=steps)
    return Draft(Workflow(path, System.GITHUB, live=False, jobs=(job,)), Kind.ACTION)
