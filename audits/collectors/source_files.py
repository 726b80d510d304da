"""Reads one source file of any language that can be read, notebooks' cells included."""

import re
from collections.abc import Sequence

from audits.collectors.collecting import Unreadable
from audits.collectors.languages.jupyter import Cell, open_notebook
from audits.collectors.languages.naming import module_of
from audits.collectors.languages.python import read_cells, read_python
from audits.collectors.languages.scripts import read_script
from audits.collectors.parsing import text_of
from audits.facts.code import SourceFile

LARGEST_SOURCE = 1024 * 1024
PYTHON = (".py", ".pyw")
MARKDOWN = (".rmd", ".qmd")
NOTEBOOK = ".ipynb"

_FENCE = re.compile(r"^\s*```+\s*(?:\{\s*(r|python|julia)\b[^}\n]*\})?\s*$", re.IGNORECASE)
_MAGIC = re.compile(r"^\s*(%%?|!|\?)")
_SUFFIX_OF_KERNEL = {
    "r": ".r",
    "julia": ".jl",
    "scala": ".scala",
    "javascript": ".js",
    "typescript": ".ts",
    "go": ".go",
    "rust": ".rs",
    "java": ".java",
    "kotlin": ".kt",
    "c#": ".cs",
    "csharp": ".cs",
}


def suffix_of(path: str) -> str:
    """The ending by which a file's language is told."""
    return "." + path.rsplit(".", 1)[-1].lower()


def read_source(path: str, content: bytes) -> SourceFile:
    """The facts of one file, names not yet followed into other files. Raises Unreadable."""
    suffix = suffix_of(path)
    if suffix == NOTEBOOK:
        return _notebook(path, content)
    if len(content) > LARGEST_SOURCE:
        raise Unreadable("a source file of more than 1 MiB was made by a machine")
    text = text_of(content)
    if suffix in PYTHON:
        return _python(path, text)
    if suffix in MARKDOWN:
        return _markdown(path, text)
    return read_script(path, text, suffix)


def _python(path: str, text: str) -> SourceFile:
    try:
        return read_python(path, text, module_of(path))
    except SyntaxError:
        return read_script(path, text, ".py2")


def _markdown(path: str, text: str) -> SourceFile:
    """The chunks of an R Markdown or Quarto document, at their own lines."""
    kept: list[str] = []
    language = ""
    first = ""
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if fence:
            language = "" if language else (fence.group(1) or "").lower()
            first = first or language
        kept.append("" if fence or not language or language != first else line)
    source = "\n".join(kept)
    return (
        _python(path, source)
        if first == "python"
        else read_script(path, source, ".jl" if first == "julia" else ".r")
    )


def _notebook(path: str, content: bytes) -> SourceFile:
    opened = open_notebook(content)
    suffix = _SUFFIX_OF_KERNEL.get(opened.language)
    if suffix is not None:
        return _joined(path, opened.cells, suffix)
    in_r = [c for c in opened.cells if c.source.lstrip().startswith("%%R")]
    if len(in_r) * 2 > len(opened.cells):
        return _joined(path, in_r, ".r")
    own = [c for c in opened.cells if not c.source.lstrip().startswith("%%") or _timed(c)]
    pieces = [(_without_magics(c.source), c.lines) for c in own]
    return read_cells(path, [*pieces, ("", None)], module_of(path))


def _timed(cell: Cell) -> bool:
    return cell.source.lstrip().startswith(("%%time", "%%capture", "%%prun"))


def _without_magics(source: str) -> str:
    kept = []
    for line in source.split("\n"):
        if _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            kept.append(f"{indent}pass")
        else:
            kept.append(line[:-1] if line.endswith("?") else line)
    return "\n".join(kept)


def _joined(path: str, cells: Sequence[Cell], suffix: str) -> SourceFile:
    lines = tuple(n for c in cells for n in (c.lines or (c.count_line,)))
    source = "\n".join("" if s.startswith("%%") else s for c in cells for s in c.source.split("\n"))
    return read_script(path, source, suffix, lines)
