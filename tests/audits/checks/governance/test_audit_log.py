"""Whether the application records who did what."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "audit-log"
TABLE = """\
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

class AuditEvent(Base):
    __tablename__ = "audit_events"
"""
REGISTERS = """\
from auditlog.registry import auditlog
from shop.models import Order

auditlog.register(Order)
"""


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "Every change is in the audit log."},
        {"requirements.txt": "django-auditlog==3\n"},
        {"audit.py": "import random\n\ndef audit_sample(rows):\n    return random.choice(rows)\n"},
        {"models.py": TABLE},
        {"log.py": "class AuditLogger:\n    pass\n\nlogger = AuditLogger()\n"},
        {"tests/test_models.py": REGISTERS},
    ],
)
def test_words_samples_and_tables_that_nobody_fills_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


def test_a_library_that_records_is_a_yes() -> None:
    files = {"shop/models.py": REGISTERS}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files) == [("shop/models.py", 4)]


def test_an_application_that_settings_install_is_a_yes() -> None:
    settings = 'INSTALLED_APPS = ["django.contrib.auth", "auditlog"]\n'
    assert verdict(PRACTICE, {"shop/settings.py": settings}) == "yes"


def test_a_table_that_is_filled_is_a_yes() -> None:
    writes = "from models import AuditEvent\n\ndef note(db):\n    db.add(AuditEvent(who='a'))\n"
    assert verdict(PRACTICE, {"models.py": TABLE, "api.py": writes}) == "yes"


def test_a_statement_that_writes_it_is_a_yes() -> None:
    writes = 'def note(db):\n    db.execute("INSERT INTO audit_log (who, what) VALUES (?, ?)")\n'
    assert verdict(PRACTICE, {"api.py": writes}) == "yes"


def test_a_history_of_one_kind_of_object_is_partly() -> None:
    history = "from django.db.models import Model\n\nclass OrderHistory(Model):\n    pass\n"
    assert verdict(PRACTICE, {"shop/models.py": history}) == "partly"


AUDITS = """\
create_table "settings_audits" do |t|
  t.string "action"
%send
"""


def test_a_table_of_audits_without_the_person_is_a_no() -> None:
    assert verdict(PRACTICE, {"db/schema.rb": AUDITS % "", "a.rb": "A.new(1)\n"}) == "no"


def test_a_schema_with_a_table_of_audits_and_the_person_is_a_yes() -> None:
    schema = AUDITS % '  t.uuid "user_id"\n'
    assert verdict(PRACTICE, {"db/schema.rb": schema, "a.rb": "A.new(1)\n"}) == "yes"
    assert places(PRACTICE, {"db/schema.rb": schema, "a.rb": "A.new(1)\n"}) == [("db/schema.rb", 1)]


def test_a_table_of_what_a_model_was_asked_is_no_record_of_actions() -> None:
    schema = AUDITS % '  t.uuid "user_id"\n  t.text "raw_request_payload"\n'
    assert verdict(PRACTICE, {"db/schema.rb": schema, "a.rb": "A.new(1)\n"}) == "no"


@pytest.mark.parametrize("module", ["kserve", "keras", "torch"])
def test_a_model_that_learned_is_no_table_whatever_it_is_called(module: str) -> None:
    source = f"import {module}\n\nclass RevisionRiskModel({module}.Model):\n    pass\n"
    assert verdict(PRACTICE, {"serve.py": source}) == "no"


def test_a_log_of_activity_counts_where_it_says_what_was_done_and_by_whom() -> None:
    table = "CREATE TABLE activity_logs (\n  id int,\n  user_id int,\n  {} text\n);\n"
    assert verdict(PRACTICE, {"db/1.sql": table.format("action")}) == "yes"
    assert verdict(PRACTICE, {"db/1.sql": table.format("calories")}) == "no"
