"""Gathers recipes: make targets, shell scripts, tasks, and commands in configuration files."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.parsing import ini_of, json_of, python_of, text_of, toml_of
from audits.collectors.yaml_nodes import Node, documents
from audits.facts.commands import Commands, Kind, Recipe
from audits.facts.shell import Command, commands_in, joined_path, unwrapped
from audits.facts.tree import File, Tree

LIMIT = 512 * 1024
Part = tuple[Recipe, ...]
_NAMES = frozenset(
    {
        "makefile",
        "gnumakefile",
        "justfile",
        "package.json",
        "tox.ini",
        "setup.cfg",
        "pyproject.toml",
    }
    | {
        "noxfile.py",
        "tasks.py",
        "procfile",
        "mlproject",
        "dvc.yaml",
        "taskfile.yml",
        "pixi.toml",
        "mise.toml",
        ".mise.toml",
        "cdk.json",
    }
)
_REFERENCES = ("component", "trial", "job", "create_job", "pipeline_job", "job_definition")
"""Keys under which a job names the file of another one that it runs."""

_KEYS = (
    "command",
    "cmd",
    "entrypoint",
    "run_command",
    "start_command",
    "startCommand",
    "runCommand",
)


def wants(file: File) -> bool:
    """Files that hold commands by their name, scripts, YAML, and small files without an ending."""
    if file.name.lower() in _NAMES or file.suffix in (".sh", ".bash", ".mk", ".yml", ".yaml"):
        return True
    return not file.suffix and "." not in file.name and file.size < 64 * 1024


def read(path: str, content: bytes) -> Part | None:
    """The recipes of one file."""
    name = path.rsplit("/", 1)[-1].lower()
    for pattern, reader in _READERS:
        if fnmatchcase(name, pattern):
            return tuple(reader(path, content)) or None
    if content.startswith(b"#!"):
        return tuple(_script(path, content)) or None
    return None


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> Commands:  # noqa: ARG001 - the shape of every collector
    """All recipes in order of path."""
    return Commands(tuple(r for _, recipes in parts for r in recipes))


def _numbered(content: bytes) -> list[tuple[str, int]]:
    text = content.decode("utf-8", "replace")
    return [(line, n) for n, line in enumerate(text.split("\n"), 1)]


def _script(path: str, content: bytes) -> Iterator[Recipe]:
    lines = _numbered(content.replace(b"\r\n", b"\n"))
    first = lines[0][0]
    if first.startswith("#!") and not any(s in first for s in ("sh", "env -S")):
        return
    stops = first.startswith("#!") and " -" in first and "e" in first.rsplit(" -", 1)[-1]
    yield Recipe(Kind.SCRIPT, path, commands=commands_in(lines, path=path, stops=stops))


def _make(path: str, content: bytes) -> Iterator[Recipe]:
    folder = path.rpartition("/")[0]
    variables: dict[str, str] = {"MAKE": "make"}
    target: Recipe | None = None
    lines: list[tuple[str, int]] = []
    for text, number in _numbered(content):
        if text.startswith("\t") and target:
            lines.append((text.strip(), number))
            continue
        name, colon, rest = text.partition(":")
        if "=" in text and (not colon or rest.startswith("=") or "=" in name):
            key, _, value = text.partition("=")
            variables[key.rstrip(":?+ ").strip()] = value.strip()
        elif colon and not text.startswith((" ", "#", ".")) and not text.startswith("\t"):
            if target:
                yield _made(target, lines, variables, folder)
            needs = tuple(rest.split("#")[0].split())
            target = Recipe(
                Kind.MAKE, path, name.split()[0] if name.split() else "", number, needs=needs
            )
            lines = []
    if target:
        yield _made(target, lines, variables, folder)


def _made(
    target: Recipe, lines: list[tuple[str, int]], variables: Mapping[str, str], folder: str
) -> Recipe:
    found: list[Command] = []
    for text, number in _joined(lines):
        sign = text[: len(text) - len(text.lstrip("@-+ "))]
        line = (_expanded(text.lstrip("@-+ "), variables), number)
        inner = commands_in([line], path=target.path, folder=folder)
        found += [replace(c, forgiven=c.forgiven or "-" in sign) for c in inner]
    return replace(target, commands=tuple(found))


def _joined(lines: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    held, start = "", 0
    for text, number in lines:
        start = start or number
        if text.endswith("\\"):
            held += text[:-1] + " "
            continue
        yield held + text, start
        held, start = "", 0
    if held:
        yield held, start


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    """Variables of the file written out once; a value does not expand again."""
    if "$" not in text:
        return text
    for name in list(variables)[:500]:
        for form in (f"$({name})", f"${{{name}}}"):
            if form in text and len(text) < 10_000:
                text = text.replace(form, variables[name])
    return text.replace("$$", "$")


def _just(path: str, content: bytes) -> Iterator[Recipe]:
    name, start, lines = "", 0, list[tuple[str, int]]()
    for text, number in [*_numbered(content), ("end:", 0)]:
        if text[:1] in (" ", "\t"):
            lines.append((text.strip().lstrip("@-"), number))
        elif ":" in text and ":=" not in text and not text.startswith(("#", "set ")):
            if name and lines:
                commands = commands_in(lines, path=path, folder=path.rpartition("/")[0])
                yield Recipe(Kind.TASK, path, name, start, commands)
            head = text.split(":")[0].split()
            name, start, lines = head[0].lstrip("@") if head else "", number, []


def _package(path: str, content: bytes) -> Iterator[Recipe]:
    data = json_of(content)
    scripts = data.get("scripts") if isinstance(data, dict) else None
    for name, text in scripts.items() if isinstance(scripts, dict) else ():
        if isinstance(text, str):
            yield _named(Kind.PACKAGE, path, name, text, _line_of(content, f'"{name}"'))


def _stacks(path: str, content: bytes) -> Iterator[Recipe]:
    """The program that makes the stacks which are put into service."""
    data = json_of(content)
    text = data.get("app") if isinstance(data, dict) else None
    if isinstance(text, str):
        yield _named(Kind.PROCESS, path, "app", text, _line_of(content, '"app"'))


def _line_of(content: bytes, needle: str) -> int:
    at = content.find(needle.encode())
    return content.count(b"\n", 0, at) + 1 if at >= 0 else 1


def _named(kind: Kind, path: str, name: str, text: str, line: int) -> Recipe:
    lines = [(t, line) for t in text.split("\n")]
    commands = commands_in(lines, path=path, folder=path.rpartition("/")[0])
    return Recipe(kind, path, name, line, commands)


def _ini(path: str, content: bytes) -> Iterator[Recipe]:
    parser = ini_of(content.decode("utf-8", "replace"))
    for section in parser.sections():
        if section.startswith("testenv"):
            text = parser.get(section, "commands", fallback="") or ""
            yield _placed(Kind.TOX, path, section, text, content)
    scripts = parser.get("options.entry_points", "console_scripts", fallback="") or ""
    for line in scripts.splitlines():
        name, _, target = line.partition("=")
        if target:
            yield _console(path, name.strip(), target.strip(), content)


def _placed(kind: Kind, path: str, name: str, text: str, content: bytes) -> Recipe:
    """A recipe whose lines are looked up in the file, since the parser does not keep them."""
    rows = content.decode("utf-8", "replace").split("\n")
    start = next((n for n, row in enumerate(rows) if row.strip() == f"[{name}]"), 0)
    lines = []
    for part in text.split("\n"):
        stripped = part.strip()
        if stripped:
            start = next((n for n in range(start, len(rows)) if stripped in rows[n]), start)
            lines.append((stripped.lstrip("- ").replace("{posargs}", ""), start + 1))
    commands = commands_in(lines, path=path, folder=path.rpartition("/")[0])
    return Recipe(kind, path, name, lines[0][1] if lines else 1, commands)


def _console(path: str, name: str, target: str, content: bytes) -> Recipe:
    module = target.split(":")[0].split("[")[0].strip()
    line = _line_of(content, name)
    words = ("python", "-m", module)
    command = Command(words, path, line, folder=path.rpartition("/")[0])
    return Recipe(Kind.CONSOLE, path, name, line, (command,))


def _toml(path: str, content: bytes) -> Iterator[Recipe]:
    data = toml_of(content.decode("utf-8", "replace"))
    tool = _table(data, "tool")
    for table in (_table(data, "project", "scripts"), _table(tool, "poetry", "scripts")):
        for name, target in table.items():
            if isinstance(target, str):
                yield _console(path, name, target, content)
    groups = [
        _table(tool, *k) for k in (("poe", "tasks"), ("taskipy", "tasks"), ("pdm", "scripts"))
    ]
    groups += [_table(tool, "pixi", "tasks"), _table(data, "tasks")]
    groups += [_table(e, "scripts") for e in _table(tool, "hatch", "envs").values()]
    for group in groups:
        for name, value in group.items():
            for text in _texts(value):
                yield _named(Kind.TASK, path, name, text, _line_of(content, name))
    yield from _tox_in_toml(path, _table(tool, "tox"), content)


def _tox_in_toml(path: str, tox: Mapping[str, object], content: bytes) -> Iterator[Recipe]:
    legacy = tox.get("legacy_tox_ini")
    if isinstance(legacy, str):
        for recipe in _ini(path, legacy.encode()):
            yield replace(recipe, line=_line_of(content, "legacy_tox_ini"))
    environments = [tox.get("env_run_base"), *_table(tox, "env").values()]
    for environment in environments:
        rows = environment.get("commands") if isinstance(environment, dict) else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, list) and row:
                words = tuple(str(w) for w in row)
                line = _line_of(content, words[0])
                commands = tuple(replace(c, path=path, line=line) for c in unwrapped(words))
                yield Recipe(Kind.TOX, path, "commands", line, commands)


def _table(data: object, *keys: str) -> Mapping[str, object]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [v for v in value if isinstance(v, str)]
    if isinstance(value, dict):
        return [v for k in ("cmd", "shell", "command", "run") if isinstance(v := value.get(k), str)]
    return []


def _sessions(path: str, content: bytes) -> Iterator[Recipe]:
    """`session.run("pytest", …)` of nox and `c.run("pytest")` of invoke."""
    try:
        tree = python_of(text_of(content))
    except SyntaxError as error:
        raise Unreadable("not valid Python") from error
    kind = Kind.NOX if path.endswith("noxfile.py") else Kind.TASK
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield Recipe(kind, path, node.name, node.lineno, tuple(_session(path, node)))


def _session(path: str, function: ast.FunctionDef) -> Iterator[Command]:
    for node in ast.walk(function):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        words = tuple(t for t in texts if isinstance(t, str))
        if node.func.attr not in ("run", "run_always") or not words:
            continue
        if len(words) == 1:
            yield from commands_in([(words[0], node.lineno)], path=path)
        else:
            yield from (replace(c, path=path, line=node.lineno) for c in unwrapped(words))


def _processes(path: str, content: bytes) -> Iterator[Recipe]:
    for text, number in _numbered(content):
        name, colon, rest = text.partition(":")
        if colon and name.isidentifier() and rest.strip():
            yield _named(Kind.PROCESS, path, name, rest.strip(), number)


def _dvc(path: str, content: bytes) -> Iterator[Recipe]:
    for root in documents(content):
        for key, stage in root.get("stages").entries:
            body = stage.get("do") if stage.get("foreach") else stage
            work = body.get("wdir").text
            folder = path.rpartition("/")[0] + (f"/{work}" if work not in ("", ".") else "")
            lines = [row for c in body.get("cmd").listed() for row in c.lines()]
            commands = commands_in(lines, path=path, folder=folder.strip("/"))
            yield Recipe(Kind.DVC, path, key.text, key.line, commands)


def _config(path: str, content: bytes) -> Iterator[Recipe]:
    """Commands that a YAML file hands to some program that runs jobs, services or tasks."""
    hints = (*_KEYS, "args:", *(f"{k}:" for k in _REFERENCES))
    if not any(k.encode() in content for k in hints):
        return
    try:
        roots = documents(content)
    except Unreadable:
        return  # the collector of workflows reports it, once
    commands: list[Command] = []
    for root in roots:
        for node in root.maps():
            commands += _given(path, node)
    if commands:
        yield Recipe(Kind.CONFIG, path, commands=tuple(commands))


def _given(path: str, node: Node) -> Iterator[Command]:
    values = [v for k in _KEYS if (v := node.get(k))]
    lists = [v for v in values if v.kind == "list" and all(i.kind == "scalar" for i in v.items)]
    folder = _work_folder(path, node)
    for value in values:
        if value.kind == "scalar" and " " in value.text.strip():
            yield from commands_in(value.lines(), path=path, folder=folder)
        elif value.kind == "scalar" and value.text.endswith((".py", ".sh")):
            yield Command((value.text,), path, value.line, folder=folder)
    yield from _referred(path, node)
    arguments = node.get("args")
    words = tuple(w for v in lists for w in v.words()) + arguments.words()
    if words and (lists or "." in words[0] or "python" in words[0]):
        line = (lists[0] if lists else arguments).line
        for command in unwrapped(words):
            yield replace(command, path=path, line=line, folder=folder)


def _referred(path: str, node: Node) -> Iterator[Command]:
    """Files of jobs and components that a job runs, as paths from its own folder."""
    for key in _REFERENCES:
        value = node.get(key)
        file = value.text.removeprefix("file:").strip() if value.kind == "scalar" else ""
        if file.endswith((".yml", ".yaml")) and "$" not in file and " " not in file:
            yield Command((file,), path, value.line, folder=path.rpartition("/")[0])


def _work_folder(path: str, node: Node) -> str:
    """The folder of the code that a job is given, relative to its file."""
    code = node.first("code", "working_dir", "workingDirectory", "source_dir").text
    if not code or "$" in code or ":" in code or code.startswith("/"):
        return ""
    return joined_path(path.rpartition("/")[0], code)


def _taskfile(path: str, content: bytes) -> Iterator[Recipe]:
    for root in documents(content):
        for key, task in root.get("tasks").entries:
            nodes = [n.get("cmd") if n.kind == "map" else n for n in task.get("cmds").listed()]
            lines = [row for n in (*nodes, task.get("cmd")) for row in n.lines()]
            commands = commands_in(lines, path=path, folder=path.rpartition("/")[0])
            yield Recipe(Kind.TASK, path, key.text, key.line, commands)


def _project(path: str, content: bytes) -> Iterator[Recipe]:
    for root in documents(content):
        for key, entry in root.get("entry_points").entries:
            lines = entry.get("command").lines()
            commands = commands_in(lines, path=path, folder=path.rpartition("/")[0])
            yield Recipe(Kind.CONFIG, path, key.text, key.line, commands)


_READERS: tuple[tuple[str, Callable[[str, bytes], Iterator[Recipe]]], ...] = (
    ("makefile", _make),
    ("gnumakefile", _make),
    ("*.mk", _make),
    ("justfile", _just),
    ("package.json", _package),
    ("cdk.json", _stacks),
    ("tox.ini", _ini),
    ("setup.cfg", _ini),
    ("pyproject.toml", _toml),
    ("pixi.toml", _toml),
    ("*mise.toml", _toml),
    ("noxfile.py", _sessions),
    ("tasks.py", _sessions),
    ("procfile", _processes),
    ("dvc.yaml", _dvc),
    ("mlproject", _project),
    ("taskfile.yml", _taskfile),
    ("*.sh", _script),
    ("*.bash", _script),
    ("*.yml", _config),
    ("*.yaml", _config),
)

COLLECTOR = Collector(Commands, 6, wants, read, assemble, LIMIT)
