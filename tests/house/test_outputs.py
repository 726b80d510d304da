"""Tables leave by one door: nothing writes CSV or cells of workbooks but `lib/spreadsheets.py`."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOOR = "diligence/lib/spreadsheets.py"
WRITERS = {"writer", "DictWriter"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for app in ("diligence", "audits", "rubrics"):
        for file in sorted((ROOT / app).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The names of what a module imports, at its top or within."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def writes_csv(tree: ast.Module) -> bool:
    calls = (n.func for n in ast.walk(tree) if isinstance(n, ast.Call))
    names = {f"csv.{name}" for name in WRITERS}
    direct = bool(names & imported(tree))
    return direct or any(
        isinstance(f, ast.Attribute)
        and f.attr in WRITERS
        and isinstance(f.value, ast.Name)
        and f.value.id == "csv"
        for f in calls
    )


def fills_cells(tree: ast.Module) -> Iterator[str]:
    """What gives a cell a value past the door: `cell.value = …` and `sheet.cell(…, value=…)`."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(t, ast.Attribute) and t.attr in {"value", "data_type"} for t in targets):
            yield ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = len(node.args) > 2 or any(k.arg == "value" for k in node.keywords)
            if node.func.attr == "cell" and given:
                yield ast.unparse(node)


def test_csv_is_written_in_one_place() -> None:
    assert [name for name, tree in modules() if writes_csv(tree)] == [DOOR]


def test_whatever_writes_a_workbook_fills_its_cells_through_the_door() -> None:
    writing = {n: t for n, t in modules() if "openpyxl.Workbook" in imported(t)}
    assert set(writing) == {
        "diligence/questionnaires/workbooks/writing.py",
        "rubrics/reports/workbook.py",
    }
    for name, tree in writing.items():
        assert list(fills_cells(tree)) == [], name
        assert "diligence.lib.spreadsheets.put" in imported(tree), name


def test_no_other_library_that_writes_tables_is_used() -> None:
    others = {"xlsxwriter", "xlwt", "pandas", "tablib", "odf", "pyexcel"}
    used = {(n, i) for n, tree in modules() for i in imported(tree) if i.split(".")[0] in others}
    assert used == set()


def test_the_walk_sees_what_goes_around() -> None:
    planted = ast.parse("import csv\ncsv.writer(f)\nsheet.cell(1, 2, x)\ncell.value = x")
    assert writes_csv(planted)
    assert list(fills_cells(planted)) == ["cell.value = x", "sheet.cell(1, 2, x)"]
