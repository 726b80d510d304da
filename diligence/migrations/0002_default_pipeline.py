"""A firm starts with one pipeline; it can rename, reorder and add stages afterwards."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STAGES = (
    ("Sourced", "open"),
    ("Screening", "open"),
    ("Diligence", "open"),
    ("Committee", "open"),
    ("Invested", "won"),
    ("Passed", "lost"),
)


def add(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Adds the pipeline where there is none."""
    pipelines = apps.get_model("diligence", "Pipeline").objects
    stages = apps.get_model("diligence", "Stage").objects
    if pipelines.exists():
        return
    pipeline = pipelines.create(name="Investments", position=0)
    for position, (name, outcome) in enumerate(STAGES):
        stages.create(pipeline=pipeline, name=name, position=position, outcome=outcome)


class Migration(migrations.Migration):
    dependencies = [("diligence", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
