"""Gives the reports that were issued before their numbers over the whole firm, in order of issue."""

from django.db import migrations


def number_them(apps, _):
    Report = apps.get_model("rubrics", "Report")
    Letterhead = apps.get_model("rubrics", "Letterhead")
    serial = 0
    for report in Report.objects.filter(serial=None).order_by("issued_at", "pk").only("pk"):
        serial += 1
        Report.objects.filter(pk=report.pk).update(serial=serial)
    if serial:
        Letterhead.objects.update_or_create(pk=1, defaults={"last_serial": serial})


class Migration(migrations.Migration):

    dependencies = [("rubrics", "0008_signed_and_numbered")]

    operations = [migrations.RunPython(number_them, migrations.RunPython.noop)]
