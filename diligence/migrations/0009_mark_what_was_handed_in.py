"""Marks, for answers of questionnaires that were submitted before, what the firm had received.

It is the newest revision that was written before the last submission. Backwards there is nothing to
do: the fields go with the migration before.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One revision per answer; an answer that was only evidence gets its first."""
    answers = apps.get_model("diligence", "Answer").objects.exclude(
        questionnaire__submitted_at=None
    )
    for answer in answers.select_related("questionnaire").prefetch_related("evidence"):
        submitted = answer.questionnaire.submitted_at
        attached = [item.pk for item in answer.evidence.all()]
        revision = answer.revisions.filter(at__lte=submitted).order_by("-number").first()
        if revision is None and attached and not answer.revisions.exists():
            answer.revision = max(1, answer.revision)
            answer.save(update_fields=["revision"])
            revision = answer.revisions.create(number=answer.revision, by_id=answer.updated_by_id)
        if revision is not None:
            revision.evidence, revision.handed_in_at = attached, submitted
            revision.save(update_fields=["evidence", "handed_in_at"])


class Migration(migrations.Migration):
    dependencies = [("diligence", "0008_what_was_handed_in")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
