"""A grid of scores from 0 to 4: deals by lenses, or the lenses of one deal against their target.

Every cell prints its figure, so that the colour only helps the eye; unknown is hatched, and what
does not apply is plain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Box, Frame, Node, framed, hatch, label, rect, two_lines
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure

# Six lenses fit the text width of an A4 page.
CELL_WIDTH, CELL_HEIGHT, GAP = 78, 38, 2
LABEL_WIDTH, HEAD = 172, 26
# Characters that fit into the label column.
LONGEST_LABEL = 24

State = Literal["scored", "unknown", "not-applicable", "plain"]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A figure with its colour; `plain` has a figure and none."""

    value: float | None
    state: State

    @property
    def text(self) -> str:
        """What the cell prints."""
        if self.state == "not-applicable":
            return "n/a"
        return "unknown" if self.value is None else figure(self.value)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A named row of cells."""

    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows by columns; each row has as many cells as there are columns."""

    ident: str
    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    def __post_init__(self) -> None:
        """Refuse a ragged grid."""
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                message = f"{row.label}: give one cell for each of {len(self.columns)} columns."
                raise ValueError(message)

    def svg(self, palette: Palette) -> str:
        """The grid."""
        width = LABEL_WIDTH + CELL_WIDTH * len(self.columns)
        height = HEAD + CELL_HEIGHT * len(self.rows) + GAP
        frame = Frame(self.ident, "heat-map", self.title, self._words(), width, height)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """The same grid in text."""
        rows = tuple((row.label, *(cell.text for cell in row.cells)) for row in self.rows)
        return TextTable(self.title, (self.corner, *self.columns), rows)

    def _words(self) -> str:
        if not self.rows:
            return "There is nothing to show yet."
        unknown = sum(cell.value is None for row in self.rows for cell in row.cells)
        size = f"{len(self.rows)} rows by {len(self.columns)} columns, scores from 0 to 4"
        return f"{size}; {unknown} cells without a score. The table below has every figure."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        muted = palette.colour("muted")
        for column, name in enumerate(self.columns):
            middle = LABEL_WIDTH + CELL_WIDTH * (column + 0.5)
            yield label(middle, HEAD - 9, name, muted, text_anchor="middle", font_size=10)
        for index, row in enumerate(self.rows):
            top = HEAD + CELL_HEIGHT * index
            ink = palette.colour("ink")
            yield from two_lines(0, top + CELL_HEIGHT / 2, row.label, LONGEST_LABEL, ink)
            for column, cell in enumerate(row.cells):
                left = LABEL_WIDTH + CELL_WIDTH * column
                box = Box(left + GAP / 2, top + GAP / 2, CELL_WIDTH - GAP, CELL_HEIGHT - GAP)
                yield from self._cell(cell, box, palette)

    def _cell(self, cell: HeatCell, box: Box, palette: Palette) -> Iterator[Node]:
        baseline = box.y + box.height / 2 + 4
        style: dict[str, str | float] = {"text_anchor": "middle"}
        if cell.state == "scored" and cell.value is not None:
            yield rect(box, palette.level(cell.value))
            ink = palette.on_level(cell.value)
            yield label(box.middle, baseline, cell.text, ink, font_weight="600", **style)
        elif cell.state == "unknown":
            yield rect(box, hatch(self.ident))
            yield rect(Box(box.middle - 27, box.y + 9, 54, box.height - 18), _ground(palette))
            ink = palette.colour("unknown-ink")
            yield label(box.middle, baseline, cell.text, ink, font_size=11, **style)
        else:
            yield rect(box, palette.colour("na"))
            yield label(box.middle, baseline, cell.text, palette.colour("muted"), **style)


def _ground(palette: Palette) -> str:
    """Behind the word on the hatching, so that it can be read."""
    return palette.colour("unknown")
