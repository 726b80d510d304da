"""Tokens that were made before there were scopes keep what they opened: reading and reports."""

from django.db import migrations


def give(apps, _schema):
    apps.get_model("diligence", "ApiToken").objects.filter(scopes=[]).update(
        scopes=["export", "read"]
    )


class Migration(migrations.Migration):

    dependencies = [("diligence", "0022_token_scopes")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
