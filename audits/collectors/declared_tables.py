"""Gathers tables that SQL, schema files and mappers of objects declare, line by line.

Read are `CREATE TABLE` and `ALTER TABLE … ADD COLUMN` of SQL, the first in programs too, models of
Prisma, `create_table` of Rails and Laravel, tables of Drizzle, Convex and sqlite-utils,
schemas of Mongoose, and classes of SQLAlchemy and Django.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct, field
from msgspec.structs import replace

from audits.collectors.collecting import Collector
from audits.collectors.marks import Marks
from audits.collectors.parsing import text_of
from audits.facts.declared_tables import DeclaredTable, DeclaredTables
from audits.facts.lasting import lasting
from audits.facts.tree import NOT_PRODUCT, File, Tree

LIMIT = 1024 * 1024
MOST_COLUMNS = 200
LONGEST_LINE = 500
_NAME = r"[\"'`\[]?([A-Za-z_]\w{0,80})[\"'`\]]?"


class _Form(Struct, frozen=True, dict=True):
    """How one notation opens a table, names a column, closes the table, adds a column."""

    mark: bytes
    opens: re.Pattern[str]
    column: re.Pattern[str]
    closes: re.Pattern[str]
    adds: re.Pattern[str] | None = None
    columns: tuple[bytes, ...] = ()
    """What stands in any row that names a column, one of them at least, where that can be said."""

    @lasting
    def marks(self) -> frozenset[bytes]:
        """One of these stands in any file that has such a table."""
        more = (b"add_column",) if self.adds is _ADDS_IN_RUBY else ()
        return frozenset((self.mark, self.mark.upper(), *more))

    def may_be_among(self, found: AbstractSet[bytes]) -> bool:
        """Whether there is a mark and, as a table without columns is none, what names a column."""
        has_columns = not self.columns or not found.isdisjoint(self.columns)
        return has_columns and not found.isdisjoint(self.marks)

    def opened(self, row: str) -> re.Match[str] | None:
        """Whether a table opens here: such a row has the word of the mark, and hardly any other."""
        return self.opens.search(row) if self._stem in row.lower() else None

    def stands_in(self, text: str) -> bool:
        """Whether a table may be opened or added to somewhere in a text."""
        return any(pattern.search(text) for pattern in self._anywhere)

    @lasting
    def _anywhere(self) -> tuple[re.Pattern[str], ...]:
        """The same patterns for a text of many rows."""
        of_rows = (self.opens, self.adds) if self.adds else (self.opens,)
        return tuple(re.compile(p.pattern, p.flags | re.MULTILINE) for p in of_rows)

    @lasting
    def _stem(self) -> str:
        return self.mark.decode().strip().lower()


_ADDS_BY_SQL = re.compile(
    rf"(?i)^\s{{0,40}}alter\s{{1,9}}table\s{{1,9}}(?:only\s{{1,9}})?(?:{_NAME}\.)?{_NAME}\s{{1,9}}"
    rf"add\s{{1,9}}(?:column\s{{1,9}})?(?:if\s{{1,9}}not\s{{1,9}}exists\s{{1,9}})?{_NAME}"
)
_ADDS_IN_RUBY = re.compile(
    rf"^\s{{1,40}}add_column[\s(]{{1,9}}():?{_NAME}\s{{0,9}},\s{{0,9}}:?{_NAME}"
)
_SQL = _Form(
    b"able",
    re.compile(
        r"(?i)^\s{0,40}create\s{1,9}table\s{1,9}(?:if\s{1,9}not\s{1,9}exists\s{1,9})?"
        rf"(?:{_NAME}\.)?{_NAME}"
    ),
    re.compile(rf"^[\s,(]{{0,40}}{_NAME}\s{{1,40}}[A-Za-z\"]"),
    re.compile(r"^\s{0,40}\)|;\s{0,9}$"),
    _ADDS_BY_SQL,
)
_SQL_IN_CODE = _Form(
    b"reate table",
    re.compile(
        r"(?i)^[^#\n]{0,80}?\bcreate\s{1,9}table\s{1,9}(?:if\s{1,9}not\s{1,9}exists\s{1,9})?"
        rf"(?:{_NAME}\.)?{_NAME}"
    ),
    re.compile(rf"^[\s,(\"']{{0,40}}{_NAME}\s{{1,40}}[A-Za-z\"]"),
    re.compile(
        r"^\s{0,40}[\"'`]{0,3}\)|\)\s{0,9};?[\"'`]{1,3}\s{0,9}[),;]{0,3}\s{0,9}$|^\s{0,40}[\"'`]{3}|;\s{0,9}$"
    ),
)
"""The same in a string of a program, which ends with the string."""
_PRISMA = _Form(
    b"model ",
    re.compile(r"^model\s{1,9}()(\w{1,80})\s{0,9}\{"),
    re.compile(r"^\s{1,40}(\w{1,80})\s{1,40}[A-Z]\w{0,80}"),
    re.compile(r"^\s{0,9}\}"),
)
_RAILS = _Form(
    b"create_table",
    re.compile(rf"^\s{{0,40}}create_table[\s(]{{1,9}}():?{_NAME}"),
    re.compile(rf"^\s{{1,40}}t\.\w{{1,40}}[\s(]{{1,9}}:?{_NAME}"),
    re.compile(r"^\s{0,40}end\b"),
    _ADDS_IN_RUBY,
)
_LARAVEL = _Form(
    b"Schema::create",
    re.compile(rf"^\s{{0,40}}Schema::create\(()\s{{0,9}}{_NAME}"),
    re.compile(rf"^\s{{1,40}}\$table->\w{{1,40}}\({_NAME}"),
    re.compile(r"^\s{0,40}\}\);"),
)
_DRIZZLE = _Form(
    b"Table(",
    re.compile(r"\b()(\w{1,80})\s{0,9}=\s{0,9}(?:pg|sqlite|mysql)Table\("),
    re.compile(r"^\s{1,40}(\w{1,80})\s{0,9}:\s{0,9}\w{1,40}\("),
    re.compile(r"^\s{0,9}\}?\)"),
)
_CONVEX = _Form(
    b"defineTable(",
    re.compile(r"^\s{0,40}()(\w{1,80})\s{0,9}:\s{0,9}defineTable\("),
    re.compile(r"^\s{1,40}(\w{1,80})\s{0,9}:\s{0,9}v\.\w{1,40}\("),
    re.compile(r"^\s{0,40}\}\)"),
)
_MONGOOSE = _Form(
    b"Schema(",
    re.compile(
        r"\b()(\w{1,80}?)(?:Schema)?\s{0,9}(?::[^=\n]{1,80})?=\s{0,9}new\s{1,9}(?:\w{1,40}\.)?Schema[<(]"
    ),
    re.compile(
        r"^\s{1,40}(\w{1,80})\s{0,9}:\s{0,9}(?:\{|\[|(?:\w{1,40}\.){0,4}(?:String|Number|Date|Mixed"
        r"|Boolean|ObjectId|Object)\b)"
    ),
    re.compile(r"^\}"),
)
_CLASSES = _Form(
    b"class ",
    re.compile(
        r"^class\s{1,9}()(\w{1,80})\([^)\n]{0,200}(?:Base|Model|SQLModel|db\.Model)\b[^)\n]{0,100}\)"
    ),
    re.compile(
        r"^\s{4,8}(\w{1,80})\s{0,9}(?::[^=\n]{1,120})?=\s{0,9}(?:\w{1,40}\.){0,3}"
        r"(?:Column|mapped_column|[A-Z]\w{1,40}Field|Field|ForeignKey)\("
    ),
    re.compile(r"^\S"),
    columns=(b"Column(", b"column(", b"Field(", b"ForeignKey("),
)
_OF_REQUESTS = re.compile(r"^\s{4,8}\w{1,80}[^=\n]{0,160}=\s{0,9}(?:pydantic\.)?Field\(")
"""A field of a class that gives requests and answers their form, and is no column."""
_RECORDS = _Form(
    b".create(",
    re.compile(rf"\[()\s{{0,9}}{_NAME}\s{{0,9}}\]\.create\("),
    re.compile(r"^\s{1,40}[\"'](\w{1,80})[\"']\s{0,9}:"),
    re.compile(r"^\s{0,40}\}"),
)
"""Tables that `sqlite-utils` makes from a dictionary of columns."""
_FORMS = {
    ".sql": (_SQL,),
    ".prisma": (_PRISMA,),
    ".rb": (_RAILS,),
    ".php": (_LARAVEL,),
    ".ts": (_DRIZZLE, _CONVEX, _MONGOOSE, _SQL_IN_CODE),
    ".js": (_DRIZZLE, _CONVEX, _MONGOOSE, _SQL_IN_CODE),
    ".mjs": (_DRIZZLE, _CONVEX, _MONGOOSE, _SQL_IN_CODE),
    ".py": (_CLASSES, _RECORDS, _SQL_IN_CODE),
    ".go": (_SQL_IN_CODE,),
}
_MARKS = Marks(m for forms in _FORMS.values() for f in forms for m in (*f.marks, *f.columns))
_NO_COLUMNS = frozenset(
    {"primary", "foreign", "constraint", "unique", "check", "index", "key", "on", "references"}
)


def wants(file: File) -> bool:
    """Files of the notations above, in the product."""
    return file.suffix in _FORMS and not file.role & NOT_PRODUCT


def read(path: str, content: bytes) -> tuple[DeclaredTable, ...] | None:
    """The tables of one file."""
    suffix = "." + path.rsplit(".", 1)[-1].lower()
    marked = _MARKS.found(content)
    forms = [form for form in _FORMS[suffix] if form.may_be_among(marked)]
    text = text_of(content) if forms else ""
    forms = [form for form in forms if form.stands_in(text)]
    if not forms:
        return None
    rows = [r[:LONGEST_LINE] for r in text.split("\n")]
    if _CLASSES in forms and "pydantic" in text and "sqlmodel" not in text.lower():
        rows = ["" if _OF_REQUESTS.match(r) else r for r in rows]
    found = [t for form in forms for t in _tables(path, rows, form)]
    return tuple(sorted(found, key=lambda t: (t.line, t.name))) or None


class _Open(Struct):
    name: str
    line: int
    columns: list[str] = field(default_factory=list)
    ended: bool = False


def _tables(path: str, rows: Sequence[str], form: _Form) -> Iterator[DeclaredTable]:
    current: _Open | None = None
    for number, row in enumerate(rows, 1):
        opened = form.opened(row)
        if current and (opened or current.ended or form.closes.search(row)):
            yield from _closed(path, current, form, row)
            current = None
        if opened:
            current = _begun(form, row, opened, number)
        elif current and len(current.columns) < MOST_COLUMNS:
            current.columns += _columns(form, row)
        elif added := form.adds.match(row) if form.adds else None:
            yield DeclaredTable(added.group(2), (added.group(3),), path, number)
    if current:
        yield from _closed(path, current, form, "")


def _begun(form: _Form, row: str, opened: re.Match[str], number: int) -> _Open:
    """A table, with the columns that a statement of SQL names on its first line."""
    rest = row[opened.end() :]
    inline = _inline(rest) if form in (_SQL, _SQL_IN_CODE) else []
    ended = form is _SQL_IN_CODE and bool(form.closes.search(rest))
    return _Open(opened.group(2), number, inline, ended=ended)


def _columns(form: _Form, row: str) -> list[str]:
    found = form.column.match(row)
    return [found.group(1)] if found and found.group(1).lower() not in _NO_COLUMNS else []


def _inline(rest: str) -> list[str]:
    """Columns of a statement of SQL that stand on its opening line."""
    inside = rest.partition("(")[2]
    return [c for part in inside.split(",") if part.strip() for c in _columns(_SQL, part)]


def _closed(path: str, table: _Open, form: _Form, row: str) -> Iterator[DeclaredTable]:
    if (
        form in (_SQL, _SQL_IN_CODE)
        and not form.opens.search(row)
        and not row.lstrip().startswith(")")
    ):
        table.columns += _columns(form, row)
    if table.columns:
        yield DeclaredTable(table.name, tuple(table.columns), path, table.line)


def assemble(
    tree: Tree,  # noqa: ARG001 - all collectors get it
    parts: Sequence[tuple[str, tuple[DeclaredTable, ...]]],
) -> DeclaredTables:
    """All of them in order of path; what is added later counts to the table where it was made."""
    every = [t for _, found in parts for t in found]
    made: dict[str, DeclaredTable] = {}
    for table in every:
        first = made.setdefault(table.name, table)
        if first is not table and _is_migration(first, table):
            made[table.name] = replace(first, columns=(*first.columns, *table.columns))
    apart = [t for t in every if not _is_migration(made[t.name], t)]
    return DeclaredTables(tuple(sorted({*made.values(), *apart}, key=lambda t: (t.path, t.line))))


def _is_migration(first: DeclaredTable, later: DeclaredTable) -> bool:
    """Whether both stand in one folder, as the steps by which one schema grows."""
    return first.path.rpartition("/")[0] == later.path.rpartition("/")[0]


COLLECTOR = Collector(
    DeclaredTables, 4, wants, read, assemble, LIMIT, endings=_FORMS, warm=_MARKS.warm
)
