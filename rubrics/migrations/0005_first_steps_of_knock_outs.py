"""Gives knock-outs from before their history was kept the steps that can be told of them.

One that a single person confirmed is a suspicion by today's rule, with that person's words added; it
stood beside the band and still does. A waiver had no end and gets one 30 days from now. Backwards
there is nothing to do: the table goes with the migration before.
"""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

DAYS_LEFT = 30


def tell(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The suspicion, and the decision where there was one."""
    rows = apps.get_model("rubrics", "KnockOut").objects.filter(steps=None)
    for row in rows.select_related("decided_by"):
        row.steps.create(
            number=1, kind="suspected", at=row.created_at, because=row.because, run_id=row.run_id
        )
        if row.state == "suspected":
            continue
        until = timezone.localdate() + timedelta(days=DAYS_LEFT) if row.state == "waived" else None
        signed = row.decided_by.name or row.decided_by.email if row.decided_by else "not recorded"
        row.steps.create(
            number=2, kind="added" if row.state == "confirmed" else row.state, until=until,
            at=row.decided_at or row.created_at, because=row.decided_because,
            by_id=row.decided_by_id, signed=signed if until else "",
        )  # fmt: skip
        row.state = "suspected" if row.state == "confirmed" else row.state
        row.waived_until = until
        row.save(update_fields=["state", "waived_until"])


class Migration(migrations.Migration):
    dependencies = [("rubrics", "0004_history_of_knock_outs")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
