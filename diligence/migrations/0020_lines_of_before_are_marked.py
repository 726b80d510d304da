"""Makes the key of the trail, and marks the lines of before as they are on this day."""

from django.conf import settings
from django.db import migrations

from diligence.lib.secrets import encrypt
from diligence.lib.trail_marks import keys_of, mark_of, new_seed

BATCH = 2_000


def mark(apps, _schema):
    Activity = apps.get_model("diligence", "Activity")
    seed = new_seed()
    keys = keys_of(seed)
    apps.get_model("diligence", "TrailKey").objects.create(
        pk=1, public=keys.public, key=encrypt(seed.hex(), settings.PROOFROOM_FIELD_KEYS)
    )
    lines, moment, marks = [], None, set()
    for row in Activity.objects.order_by("at", "pk").iterator(chunk_size=BATCH):
        if row.at != moment:
            moment, marks = row.at, set()
        row.mark = mark_of(row, keys)
        if row.mark in marks:  # two that say the same at the same moment are no copies
            row.data = {**row.data, "once": str(row.pk)}
            row.save(update_fields=["data"])
            row.mark = mark_of(row, keys)
        marks.add(row.mark)
        lines.append(row)
        if len(lines) == BATCH:
            Activity.objects.bulk_update(lines, ["mark"])
            lines.clear()
    Activity.objects.bulk_update(lines, ["mark"])


def forget(apps, _schema):
    apps.get_model("diligence", "Activity").objects.update(mark="")
    apps.get_model("diligence", "TrailKey").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("diligence", "0019_the_trail_says_from_where")]

    operations = [migrations.RunPython(mark, forget)]
