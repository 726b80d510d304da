"""The application keeps a record of who did what and when.

Why an investor asks: a customer of any size, and most regulators, will ask who changed or saw what.
A record that is added after the first incident does not answer for it.

How we look: libraries that keep such records (in code and in the settings of Django), tables that a
schema declares with the person, and tables of the repository's own that are named for an audit log
and written to. Prediction logs, application logs and the history of the repository do not count.

Yes: a persisted record of who did what and when. Partly: a history of some objects only, or
without the person. No: neither.

What we cannot see: trails of the cloud that were set up by hand, and how long records are kept.

Remedy (effort: medium): record actor, action, object and time of each change in a table to which
the application can only append.

False alarms: a table that is named so and never filled in use.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Judgement, no, partly, yes
from audits.facts.code import Code, Definition, SourceFile
from audits.facts.declared_tables import DeclaredTable, DeclaredTables
from audits.facts.identity import Identity
from audits.facts.names import below, words_of
from audits.facts.reach import Reach
from audits.facts.readings import own_names, reading_of_all, reading_of_texts
from audits.facts.tools import governance, operations
from audits.facts.tree import Role

_HISTORIES = frozenset({"history", "revision"})
_OF_TALK = frozenset({"chat", "message", "conversation", "search", "price", "prediction"})
"""Histories that are the product's content, not a record of who changed what."""


@check("governance/audit-log")
def audit_log(code: Code, identity: Identity, reach: Reach, declared: DeclaredTables) -> Judgement:
    """Judges what is recorded of people's actions."""
    side = Role.EXAMPLE | Role.NOTEBOOK
    files = [f for f in code.product() if not f.role & side and identity.counts(f.path)]
    recorded = [e for f in files for e in (*_libraries(f), *_settings(f))]
    recorded += _tables(files)
    recorded += [t.evidence for t in declared.tables if _keeps_actions(t)]
    whole = reach.first(dict.fromkeys(recorded))
    if whole:
        because = "actions are recorded with person and time"
        return yes(because, whole, grade=reach.grade(whole))
    some = reach.first(e for f in files for e in _histories(f))
    if some:
        return partly("only the history of some objects is kept", some)
    return no("nothing records who did what and when")


@reading_of_all
def _libraries(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls_of(modules=operations.AUDIT_LOGS):
        yield Evidence(file.path, call.line, f"records by {call.name}")
    for item in file.definitions:
        for name in (*item.decorators, *item.bases):
            if below(name, operations.AUDIT_LOGS):
                yield Evidence(file.path, item.line, f"{item.name} is recorded by {name}")


@reading_of_all
def _settings(file: SourceFile) -> Iterator[Evidence]:
    """Applications that the settings of Django install."""
    if not _is_settings(file.path):
        return
    for text, line in file.strings:
        if text in governance.AUDIT_APPLICATIONS:
            yield Evidence(file.path, line, f"installs {text}")


def _is_settings(path: str) -> bool:
    *folders, name = path.split("/")
    return name.startswith("settings") or "settings" in folders[-1:]


def _tables(files: list[SourceFile]) -> Iterator[Evidence]:
    """Tables of its own that are named for an audit log, and that other code fills."""
    records = {f.path: _records(f) for f in files}
    made = {name for f in files for name in own_names(f)} if any(records.values()) else set()
    for file in files:
        for name, line in records[file.path]:
            if f"{file.path}:{name}" in made:
                yield Evidence(file.path, line, f"keeps {name}")
        yield from _statements(file)


@reading_of_all
def _records(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Tables that are named for an audit log, with their lines."""
    return ((i.name, i.line) for i in file.definitions if _is_record(i))


def _is_record(item: Definition) -> bool:
    return _is_table(item) and _names_audit(item.name)


def _is_table(item: Definition) -> bool:
    bases = [b for b in item.bases if b.split(".", 1)[0] not in governance.MODEL_LIBRARIES]
    lasts = {base.replace(":", ".").rsplit(".", 1)[-1] for base in bases}
    return item.kind == "class" and bool(lasts & governance.TABLE_BASES)


_ACTORS = frozenset({"user", "actor", "author", "admin", "whodunnit", "member", "account", "by"})


_OF_REQUESTS = frozenset({"prompt", "tokens", "completion", "prediction", "payload"})
"""Columns by which a table keeps what a model was asked and said, whatever it is called."""


def _keeps_actions(table: DeclaredTable) -> bool:
    """Whether a schema's table is named for an audit and has a column for the person.

    In Python the class must also be filled by other code, which is looked for above.
    """
    words = words_of(table.name)
    named = bool(words & {"audit", "audits"}) or table.name == "versions" or _is_activity(table)
    if any(words_of(c) & _OF_REQUESTS for c in table.columns):
        return False
    return (
        named
        and not table.path.endswith(".py")
        and any(words_of(c) & _ACTORS for c in table.columns)
    )


def _is_activity(table: DeclaredTable) -> bool:
    """Whether a table is a log of activity that says what was done."""
    words = words_of(table.name)
    said = any(words_of(c) & {"action", "operation", "verb"} for c in table.columns)
    return said and bool(words & {"activity", "activities"}) and bool(words & {"log", "logs"})


def _names_audit(name: str) -> bool:
    words = words_of(name)
    return "audit" in words and bool(words & governance.AUDIT_NOUNS)


@reading_of_texts
def _statements(file: SourceFile) -> Iterator[Evidence]:
    """Rows that are written into such a table by a statement."""
    for text, line in file.strings:
        lowered = " ".join(text.lower().split()[:6])
        if lowered.startswith("insert into ") and _names_audit(lowered.split()[2]):
            yield Evidence(file.path, line, f"writes into {lowered.split()[2].strip('(')}")


@reading_of_all
def _histories(file: SourceFile) -> Iterator[Evidence]:
    """Records of changes or decisions of one kind, without or with the person."""
    for item in file.definitions:
        words = words_of(item.name)
        if _is_table(item) and words & _HISTORIES and not words & _OF_TALK:
            yield Evidence(file.path, item.line, f"keeps {item.name}")
