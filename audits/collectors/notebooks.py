"""Notebooks: from the JSON of a notebook to the order in which its cells were run."""

from collections.abc import Sequence

from audits.collectors.collecting import Collector
from audits.collectors.languages.jupyter import open_notebook
from audits.facts.notebooks import Notebook, Notebooks
from audits.facts.tree import File, Tree

LIMIT = 32 * 1024 * 1024


def wants(file: File) -> bool:
    """Jupyter notebooks, saved copies by the editor apart."""
    return file.suffix == ".ipynb" and ".ipynb_checkpoints/" not in file.path


def read(path: str, content: bytes) -> Notebook | None:
    """The execution counts of one notebook. Raises Unreadable."""
    opened = open_notebook(content)
    counts = tuple(
        (c.count, c.count_line) for c in opened.cells if c.count is not None and c.source.strip()
    )
    return Notebook(path, counts, len(opened.cells))


def assemble(tree: Tree, parts: Sequence[tuple[str, Notebook]]) -> Notebooks:
    """All notebooks of the tree."""
    present = tuple(f.path for f in tree.ending((".ipynb",)) if wants(f))
    return Notebooks(tuple(part for _, part in parts), present)


COLLECTOR = Collector(Notebooks, 1, wants, read, assemble, LIMIT, endings=(".ipynb",))
