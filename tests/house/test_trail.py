# ruff: noqa: E501 - one name and its reason a line reads as a table
"""No write and no file leaves the house past the trail: held against the text of the code itself.

A call graph is drawn over all services and views. Every public service function that writes or acts
for somebody has to reach `record`, or stand here with the reason; a name that no longer needs to
stand here fails too.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from diligence.lib.trail_verbs import PERMISSIONS, QUIET, READING

HOUSE = Path(__file__).parents[2]
APPS = ("diligence", "audits", "rubrics")
RECORD = "diligence.services.activity.record"
WRITES = frozenset(
    {
        "save", "create", "bulk_create", "get_or_create", "update_or_create", "update", "delete",
        "bulk_update", "create_user",
    }
)  # fmt: skip
"""Methods of rows and querysets that write. Sets, dictionaries and hashes have some of them too."""

PIECE = "a piece of what is recorded when it is whole"
OF_OTHERS = "a part of services that record, called inside their transactions"
CHORE = "keeps a lease, a queue or a cache of the application; nobody acts"
NO_ROW = "writes no row: a hash, a dictionary or a file"

EXCUSED = {
    "audits.services.artifacts.consider_evidence": "guesses of the application, before anybody confirms one",
    "audits.services.artifacts.forget_withdrawn": "follows a withdrawal, which is recorded",
    "audits.services.artifacts.keep_members": "guesses of the application, before anybody confirms one",
    "audits.services.artifacts.queue_measurement": "its end is recorded (room.measure)",
    "audits.services.claims.collect_answers": "follows answers and models' cards, whose handing in is recorded",
    "audits.services.claims.collect_card": "follows answers and models' cards, whose handing in is recorded",
    "audits.services.examine_room.look": NO_ROW,
    "audits.services.jobs.claim": CHORE,
    "audits.services.jobs.fail": CHORE,
    "audits.services.jobs.renew": CHORE,
    "audits.services.jobs.sweep": CHORE,
    "audits.services.measuring.measure_new_windows": "its end is recorded (room.measure)",
    "audits.services.measuring.sweep_room_runs": CHORE,
    "audits.services.room.measure_room": NO_ROW,
    "audits.services.room_archives.open_up": NO_ROW,
    "audits.services.room_archives.unfolded": NO_ROW,
    "audits.services.room_things.things_in": NO_ROW,
    "audits.services.runs.claim_run": CHORE,
    "audits.services.runs.fail_run": CHORE,
    "audits.services.runs.renew_lease": CHORE,
    "audits.services.runs.store_report": OF_OTHERS,
    "audits.services.runs.sweep_runs": CHORE,
    "diligence.services.anchoring.anchor_trail": "is of the trail itself",
    "diligence.services.assignments.set_sections": OF_OTHERS,
    "diligence.services.assignments.take_up": OF_OTHERS,
    "diligence.services.drafts.keep_text": OF_OTHERS,
    "diligence.services.evidence_requests.reopen_requests_on": OF_OTHERS,
    "diligence.services.evidence_requests.tell_of_requests": "queues mail about requests, which are recorded",
    "diligence.services.handing_in.hand_in_answers": OF_OTHERS,
    "diligence.services.handing_in.keep_revision": OF_OTHERS,
    "diligence.services.handing_in.keep_words": OF_OTHERS,
    "diligence.services.handing_in.taken_up_again": OF_OTHERS,
    "diligence.services.inbox.mark_seen": "moves a mark that only its owner sees",
    "diligence.services.invitations.close_room_to": OF_OTHERS,
    "diligence.services.keeping.keep_file": OF_OTHERS,
    "diligence.services.keeping.keep_stream": OF_OTHERS,
    "diligence.services.keeping.keep_made": CHORE,
    "diligence.services.mail.queue_mail": OF_OTHERS,
    "diligence.services.mail.send_mail": "the mail's own row keeps when it was sent and how often it was tried",
    "diligence.services.previews.forget_pictures": OF_OTHERS,
    "diligence.services.previews.make_preview": CHORE,
    "diligence.services.previews.preview_anew": CHORE,
    "diligence.services.previews.queue_preview": CHORE,
    "diligence.services.questionnaires.publish_template": "loads what ships; a person publishes a draft, which is recorded",
    "diligence.services.retention.erase": "carries out a deletion, which is recorded when it is decided",
    "diligence.services.reminders.send_reminders": "queues mail, once a day for each person; the digest's row keeps when",
    "diligence.services.room_exports.forget_exports": OF_OTHERS,
    "diligence.services.room_exports.open_export": "makes a key at most; the download is recorded",
    "diligence.services.room_exports.sweep_exports": CHORE,
    "diligence.services.room_exports.write_export": "asking for it and downloading it are recorded",
    "diligence.services.sealing.seal_after_commit": "is of the trail itself",
    "diligence.services.sealing.seal_lines": "is of the trail itself",
    "diligence.services.sealing.seal_waiting": "is of the trail itself",
    "diligence.services.telling.forget_deliveries": CHORE,
    "diligence.services.telling.send_delivery": "the message's own row keeps when it was sent and how often it was tried",
    "diligence.services.telling.send_waiting": CHORE,
    "diligence.services.telling.tell": OF_OTHERS,
    "diligence.services.telling.tell_endpoints": OF_OTHERS,
    "diligence.services.tokens.user_of_token": "notes when a token was last used",
    "diligence.services.trail_check.check_trail": "is of the trail itself",
    "diligence.services.trail_keys.trail_keys": "is of the trail itself",
    "diligence.services.uploads.expire_uploads": CHORE,
    "diligence.services.uploads.note_sender_tree": PIECE,
    "diligence.services.uploads.plain_of": PIECE,
    "diligence.services.uploads.receive": PIECE,
    "rubrics.services.assessments.publish_rubric": "loads what ships; a person publishes a draft, which is recorded",
    "rubrics.services.assessments.refresh_standing": "computed anew from what is recorded",
    "rubrics.services.drawing.draw_once": "issuing, ordering and downloading are recorded",
    "rubrics.services.drawing.sweep": CHORE,
    "rubrics.services.knock_outs.hear_reply": "called by the answer to a request, which is recorded",
    "rubrics.services.knock_outs.hear_taken_back": "called by the withdrawal of a request, which is recorded",
    "rubrics.services.letterheads.logo_of": NO_ROW,
    "rubrics.services.reports.draw_copy": "issuing, ordering and downloading are recorded",
    "rubrics.services.reports.draw_report": "issuing, ordering and downloading are recorded",
    "rubrics.services.reports.sweep_copies": CHORE,
    "rubrics.services.reports.sweep_reports": CHORE,
    "rubrics.services.scorecards.write_score": OF_OTHERS,
    "rubrics.services.signing.signing_identity": "makes the key at the first report, which is recorded",
    "rubrics.services.standings.keep_standing": "computed anew from what is recorded",
    "rubrics.services.successors.succeed": OF_OTHERS,
    "rubrics.services.suspicions.add_step": OF_OTHERS,
    "rubrics.services.suspicions.add_words": OF_OTHERS,
    "rubrics.services.suspicions.reopen": OF_OTHERS,
    "diligence.services.keeping.seal_kept": "an operator's command over files whose arrival is recorded",
    "diligence.services.sealing_keys.give_key": "part of an arrival, which is recorded",
    "diligence.services.sealing_keys.key_for": "makes a key at most, for what is recorded",
    "diligence.services.sealing_keys.new_upload_key": PIECE,
    "diligence.services.sealing_keys.upload_key": PIECE,
    "diligence.services.sealing_keys.share_key": "part of an arrival, which is recorded",
    "diligence.services.sealing_keys.renew": "part of a deletion, which is recorded and certified",
    "diligence.services.sealing_keys.shred": "part of a deletion, which is recorded and certified",
}  # fmt: skip

SHOWN_TO_ALL = {
    "diligence.web.views.templates.template_schema": "a schema that ships",
    "rubrics.web.views.rubrics.rubric_schema": "a schema that ships",
    "rubrics.web.views.verification.verify": "a question about a hash",
}


@dataclass
class Module:
    """The functions of a file, and what its names stand for."""

    name: str
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)


@cache
def house() -> dict[str, Module]:
    """All services and views."""
    found = {}
    for app in APPS:
        for layer in ("services", "web", "api"):
            for path in sorted((HOUSE / app / layer).rglob("*.py")):
                module = _read(path)
                found[module.name] = module
    return found


def _read(path: Path) -> Module:
    module = Module(".".join(path.relative_to(HOUSE).with_suffix("").parts))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                module.imports[name.asname or name.name] = f"{node.module}.{name.name}"
    module.functions = dict(_functions_in(tree))
    return module


def _functions_in(tree: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for name, method in _functions_in(node):
                yield f"{node.name}.{name}", method


@cache
def functions() -> dict[str, tuple[Module, ast.FunctionDef]]:
    return {
        f"{module.name}.{name}": (module, node)
        for module in house().values()
        for name, node in module.functions.items()
    }


def _named(module: Module, node: ast.AST) -> str:
    """What a name or an attribute of a module stands for; empty where it is something else."""
    if isinstance(node, ast.Name):
        own = f"{module.name}.{node.id}"
        return own if node.id in module.functions else module.imports.get(node.id, "")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{module.imports.get(node.value.id, '?')}.{node.attr}"
    return ""


@cache
def reach(name: str) -> frozenset[str]:
    """Every function that this one may come to, itself included."""
    seen, waiting = set(), [name]
    while waiting:
        here = waiting.pop()
        if here in seen or here not in functions():
            continue
        seen.add(here)
        module, body = functions()[here]
        waiting += [named for node in ast.walk(body) if (named := _named(module, node))]
    return frozenset(seen)


def _calls(name: str, methods: frozenset[str]) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
        for node in ast.walk(functions()[name][1])
    )


def _acts(name: str) -> bool:
    """Whether a service function writes, or does something for somebody."""
    arguments = functions()[name][1].args
    for_somebody = any(one.arg == "actor" for one in arguments.kwonlyargs)
    return for_somebody or any(_calls(each, WRITES) for each in reach(name) if ".services." in each)


def public_services() -> Iterator[str]:
    for name in functions():
        _, _, last = name.rpartition(".services.")
        parts = last.split(".")
        if ".services." in name and len(parts) == 2 and not parts[1].startswith("_"):
            yield name


def unrecorded() -> set[str]:
    return {
        name
        for name in public_services()
        if name != RECORD and RECORD not in reach(name) and _acts(name)
    }


def test_every_service_that_writes_or_acts_leaves_a_line_or_says_why_not() -> None:
    assert unrecorded() - set(EXCUSED) == set()


def test_nothing_is_excused_that_need_not_be() -> None:
    assert set(EXCUSED) - unrecorded() == set()


def test_the_graph_sees_a_line_that_is_left_and_one_that_is_not() -> None:
    """The test tests itself: a service that records through another, and one that does not."""
    assert RECORD in reach("diligence.services.evidence.add_evidence")
    assert RECORD not in reach("diligence.services.inbox.mark_seen")


def files_that_leave() -> Iterator[str]:
    """Views that answer with a file: an attachment, a stream, a FileResponse."""
    for name, (module, node) in functions().items():
        if ".web." not in name and ".api." not in name:
            continue
        if node.name.startswith("_") or ".forms." in name:
            continue
        texts = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
        sends = {
            n.func.id
            for each in reach(name) if each.startswith(module.name.split(".")[0])
            and (".web." in each or ".api." in each)
            for n in ast.walk(functions()[each][1])
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }  # fmt: skip
        helpers = any(each.rpartition(".")[2] in ("_file", "as_file") for each in reach(name))
        streams = sends & {"FileResponse", "StreamingHttpResponse"}
        if streams or helpers or "Content-Disposition" in texts:
            yield name


def test_every_file_that_leaves_is_recorded() -> None:
    leaving = set(files_that_leave())
    assert "diligence.web.views.evidence.download" in leaving
    assert "rubrics.web.views.reports.report_export" in leaving
    past = {name for name in leaving if RECORD not in reach(name)}
    makers = {name for name in past if name.rpartition(".")[2] in ("as_file", "as_attachment")}
    assert past - makers - set(SHOWN_TO_ALL) == set()


@cache
def recorded() -> list[tuple[str, str, ast.Call]]:
    """Each call of `record` with its verb: where, which, the call."""
    found = []
    for name, (module, node) in functions().items():
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and _named(module, call.func) == RECORD:
                verb = next((k.value for k in call.keywords if k.arg == "verb"), None)
                if isinstance(verb, ast.Constant):
                    found.append((name, str(verb.value), call))
    return found


@pytest.mark.parametrize("verb", sorted(PERMISSIONS))
def test_what_changes_a_permission_says_before_and_after(verb: str) -> None:
    calls = [call for _, name, call in recorded() if name == verb]
    assert calls, f"nothing records {verb}"
    for call in calls:
        assert any(keyword.arg == "change" for keyword in call.keywords)


RIGHTS = ("invitations", "delegation", "barriers", "tokens", "room_terms", "people")
NO_RIGHTS = {"room.accept"}
"""Accepting the terms opens nothing that was not given before."""


def test_every_verb_of_the_modules_that_give_rights_counts_as_a_permission() -> None:
    verbs = {
        verb
        for where, verb, _ in recorded()
        if where.split(".")[2] in RIGHTS and where.startswith("diligence.services.")
    }
    assert verbs - NO_RIGHTS <= PERMISSIONS


def test_what_is_looked_for_by_kind_exists() -> None:
    known = {verb for _, verb, _ in recorded()} | {"evidence.open", "evidence.read"}
    assert known >= QUIET | READING
