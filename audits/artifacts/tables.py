"""Opens a table of any size in a database of its own, in bounded memory and shut in.

DuckDB reads the file where it lies and spills to a folder of its own. It may read nothing but that
file: no other path, no network, no extension. Columns are known inside by their number, so that no
name of a founder's column ever becomes a part of a query.
"""

import codecs
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audits.artifacts.delimited import LONGEST_FIELD, check_names, layout_of
from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import HEAD, REFUSED, encoding_of, form_of, head_of
from audits.artifacts.json_files import first_objects
from audits.artifacts.previews import Preview

if TYPE_CHECKING:
    import duckdb

MEMORY = "640MB"
"""What a query may hold before it spills; the child that examines has 2 GB of address space."""

THREADS = 2
MOST_ON_DISK = "16GB"
PARQUET_BROKEN = "{} is a damaged or truncated Parquet file; export it again and hand that in."
JSON_BROKEN = "{} is not valid JSON Lines; write one object a line and hand it in again."
SHIFTED = "{} has rows with another number of fields than its head has names{}; mend it."
LONG_LINE = "{} has a row longer than {:,} bytes{}; leave out the column that holds such values."
NO_COLUMN = "{} has no column {!r} that was named as its {}; it has: {}."
NO_MEMORY = "{} needs more memory or disk than a measurement may take; hand in a smaller part."
FAILED = "{} cannot be read as a table ({}); hand it in as CSV, JSON Lines or Parquet."
ROW_OF_FILE = "file_row_number + 1"
NULLS = ("nan", "null", "na", "n/a", "<na>", "nat")
"""What stands for no value in text, in lower case."""

SHORT = 8
_LINE = re.compile(r"(?i)\bline[: ]+(\d+)")


@dataclass(frozen=True)
class Table:
    """An open table: its columns by name, and queries on its view; `rn` counts rows from 1."""

    name: str
    connection: "duckdb.DuckDBPyConnection"
    columns: tuple[str, ...]
    types: tuple[str, ...]
    decimal_commas: bool = False
    view: str = "given0"
    parsed: bool = False
    """Whether the file has typed columns of its own, so that reading it again costs little."""

    def has(self, column: str) -> bool:
        """Whether there is a column of this name."""
        return column in self.columns

    def ref(self, column: str, part: str = "column") -> str:
        """What a column is called in queries. Raises ArtifactError where there is none."""
        if column not in self.columns:
            known = ", ".join(self.columns[:20])
            raise ArtifactError(NO_COLUMN.format(self.name, column, part, known[:400]))
        return f"c{self.columns.index(column)}"

    def type_of(self, column: str) -> str:
        """The type in which the file holds a column, as DuckDB calls it."""
        return self.types[self.columns.index(column)]

    def is_text(self, column: str) -> bool:
        """Whether a column holds text, which may stand for anything."""
        return self.type_of(column) == "VARCHAR"

    def text(self, column: str) -> str:
        """An expression: the value as text, NULL where it stands for none."""
        ref = self.ref(column)
        if not self.is_text(column):
            return f"CAST({ref} AS VARCHAR)"
        nulls = ", ".join(f"'{each}'" for each in ("", *NULLS))
        # Only short values can stand for nothing, and their bytes are counted in no time.
        short = f"CASE WHEN lower(trim({ref})) IN ({nulls}) THEN NULL ELSE trim({ref}) END"
        return f"CASE WHEN strlen({ref}) < {SHORT} THEN {short} ELSE trim({ref}) END"

    def number(self, column: str) -> str:
        """An expression: the value as a finite or infinite number, NULL where it is none."""
        ref = self.ref(column)
        if self.is_text(column) and self.decimal_commas:
            ref = f"replace({ref}, ',', '.')"
        return f"nullif(TRY_CAST({ref} AS DOUBLE), 'nan'::DOUBLE)"

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._in_words():
            return self.connection.execute(sql, list(values)).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """The only row of a query."""
        return self.rows(sql, values)[0]

    def arrays(self, sql: str) -> dict[str, Any]:
        """The columns of a query as NumPy arrays."""
        with self._in_words():
            found: dict[str, Any] = self.connection.execute(sql).fetchnumpy()
            return found

    def run(self, sql: str) -> None:
        """A statement without an answer."""
        with self._in_words():
            self.connection.execute(sql)

    def _in_words(self) -> AbstractContextManager[None]:
        broken = PARQUET_BROKEN.format(self.name) if self.parsed else ""
        return _in_words(self.name, broken)


@contextmanager
def open_table(path: Path, name: str, also: Sequence[str] = ()) -> Iterator[Table]:
    """Opens one file as a table; see open_tables."""
    with open_tables((Source(path, name, tuple(also)),)) as tables:
        yield tables[0]


@dataclass(frozen=True)
class Source:
    """A file to open; `also` are columns that must be looked for beyond the first rows."""

    path: Path
    name: str
    also: tuple[str, ...] = ()


@contextmanager
def open_tables(sources: Sequence[Source]) -> Iterator[tuple[Table, ...]]:
    """Opens files as tables of one database, each with a view of its own.

    1. Tell the forms by the first bytes. 2. Bring text to UTF-8. 3. Shut the database in. 4. Give
    the columns their numbers.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="proofroom-table-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        held = [_hold(stack, source, folder / f"utf8-{n}") for n, source in enumerate(sources)]
        connection = _connected(stack, folder, [each for each, _ in held])
        yield tuple(
            _OPENERS[form](Opened(connection, path, f"given{n}", source))
            for n, ((path, form), source) in enumerate(zip(held, sources, strict=True))
        )


@dataclass(frozen=True)
class Opened:
    """A file that is held open, and the view that it shall become."""

    connection: "duckdb.DuckDBPyConnection"
    held: str
    view: str
    source: Source


def _hold(stack: ExitStack, source: Source, copy: Path) -> tuple[str, str]:
    """A path that stays this very file, and the file's form."""
    head = head_of(source.path, source.name)
    form = form_of(head)
    if form in REFUSED:
        raise ArtifactError(REFUSED[form].format(source.name))
    descriptor = os.open(source.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    stack.callback(os.close, descriptor)
    # Through the open file: what lies at the path may be exchanged meanwhile.
    held = f"/proc/self/fd/{descriptor}"
    return held if form == "parquet" else _as_utf8(held, copy, encoding_of(head)), form


def _connected(stack: ExitStack, folder: Path, held: Sequence[str]) -> "duckdb.DuckDBPyConnection":
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY, "threads": THREADS,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        },
    )  # fmt: skip
    stack.callback(connection.close)
    for setting in (
        "SET TimeZone = 'UTC'",
        "SET enable_progress_bar = false",
        f"SET temp_directory = '{folder}/spill'",
        f"SET max_temp_directory_size = '{MOST_ON_DISK}'",
        f"SET allowed_paths = [{', '.join(map(_quoted, held))}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def _as_utf8(held: str, copy: Path, encoding: str) -> str:
    """The file itself where it is UTF-8 to its end, else a copy in UTF-8.

    A byte that the encoding does not know becomes the replacement sign.
    """
    if encoding in ("utf-8", "utf-8-sig"):
        if _is_utf8(held):
            return held
        encoding = "cp1252"
    with (
        Path(held).open(encoding=encoding, errors="replace") as given,
        copy.open("w", encoding="utf-8") as out,
    ):
        shutil.copyfileobj(given, out, HEAD)
    return str(copy)


def _is_utf8(held: str) -> bool:
    """Whether all of it is UTF-8 with the line ends of today."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    returns = False
    with Path(held).open("rb") as stream:
        while chunk := stream.read(4 * HEAD):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            returns = returns or (b"\r" in chunk and b"\n" not in chunk)
    return not returns


def _parquet(opened: Opened) -> Table:
    name, connection = opened.source.name, opened.connection
    with _in_words(name, PARQUET_BROKEN.format(name)):
        top = connection.execute(
            f"SELECT name FROM parquet_schema('{opened.held}')"
            " WHERE coalesce(num_children, 0) = 0 LIMIT 100000"
        ).fetchall()
        described = connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet('{opened.held}')"
        ).fetchall()
    columns = tuple(str(row[0]) for row in described)
    types = tuple(str(row[1]) for row in described)
    if len(columns) == len(top):  # no nesting: then these are the names as they were written
        check_names(tuple(str(row[0]) for row in top), name)
    check_names(columns, name)
    with _in_words(name, PARQUET_BROKEN.format(name)):
        _view(opened, columns, f"read_parquet('{opened.held}', file_row_number=true)", ROW_OF_FILE)
        connection.execute(f"SELECT * FROM {opened.view} LIMIT 1").fetchall()
    return Table(name, connection, columns, types, view=opened.view, parsed=True)


def _text(opened: Opened) -> Table:
    name = opened.source.name
    with Path(opened.held).open("rb") as stream:
        head = stream.read(HEAD)
        whole = not stream.read(1)
    layout = layout_of(head.decode("utf-8", "ignore").lstrip("\ufeff"), name, whole=whole)
    numbered = tuple(f"c{n}" for n in range(len(layout.columns)))
    delimiter = "\\t" if layout.delimiter == "\t" else layout.delimiter
    columns = ", ".join(f"'{each}': 'VARCHAR'" for each in numbered)
    source = (
        f"read_csv('{opened.held}', auto_detect=false, header=true, delim=E'{delimiter}', "
        f"quote='\"', escape='\"', columns={{{columns}}}, max_line_size={LONGEST_FIELD}, "
        "nullstr='')"
    )
    with _in_words(name):
        _view(opened, numbered, source)
    types = ("VARCHAR",) * len(layout.columns)
    commas = layout.delimiter != "," and any(
        re.fullmatch(r"-?\d{1,30},\d{1,30}", each) for row in layout.rows for each in row
    )
    return Table(name, opened.connection, layout.columns, types, commas, opened.view)


def _json(opened: Opened) -> Table:
    name, held = opened.source.name, Path(opened.held)
    preview = first_objects(held.resolve(), name, held.stat().st_size)
    if preview is None:
        raise ArtifactError(JSON_BROKEN.format(name))
    columns = tuple(dict.fromkeys((*preview.columns, *opened.source.also)))
    # The database does not tell upper from lower case.
    check_names(tuple(each.casefold() for each in columns), name)
    with held.open("rb") as stream:
        listed = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    shape = "array" if listed else "newline_delimited"
    wanted = ", ".join(f"{_quoted(c)}: 'VARCHAR'" for c in columns)
    with _in_words(name):
        _view(
            opened, columns, f"read_json('{opened.held}', format='{shape}', columns={{{wanted}}})"
        )
    return Table(name, opened.connection, columns, ("VARCHAR",) * len(columns), view=opened.view)


_OPENERS = {"parquet": _parquet, "text": _text, "json": _json}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _view(
    opened: Opened, columns: tuple[str, ...], source: str, row: str = "row_number() OVER ()"
) -> None:
    named = ", ".join(
        '"{}" AS c{}'.format(column.replace('"', '""'), n) for n, column in enumerate(columns)
    )
    opened.connection.execute(
        f"CREATE VIEW {opened.view} AS SELECT {named}, {row} AS rn FROM {source}"
    )


@contextmanager
def _in_words(name: str, otherwise: str = "") -> Iterator[None]:
    """Turns what the database says into one sentence."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise ArtifactError(NO_MEMORY.format(name)) from None
    except duckdb.Error as error:
        said = " ".join(str(error).split())
        raise ArtifactError(otherwise or _sentence(name, said)) from None


def _sentence(name: str, said: str) -> str:
    line = _LINE.search(said)
    where = f" (line {line.group(1)})" if line else ""
    if "Expected Number of Columns" in said or "unterminated quote" in said.lower():
        return SHIFTED.format(name, where)
    if "Maximum line size" in said:
        return LONG_LINE.format(name, LONGEST_FIELD, where)
    if "JSON" in said:
        return JSON_BROKEN.format(name)
    if "parquet" in said.lower():
        return PARQUET_BROKEN.format(name)
    return FAILED.format(name, said.split(":")[0][:80])


def first_rows(path: Path, name: str, most: int = 400) -> Preview:
    """The first rows of a Parquet file as text."""
    with open_table(path, name) as table:
        wanted = ", ".join(f"CAST(c{n} AS VARCHAR)" for n in range(len(table.columns)))
        found = table.rows(f"SELECT {wanted} FROM given0 LIMIT {most}")
    return Preview(table.columns, tuple(found))
