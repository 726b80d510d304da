"""Gives whoever scored blind before there were seats a seat, and shows what all had submitted."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def seat_them(apps: Any, _editor: Any) -> None:
    assessments = apps.get_model("rubrics", "Assessment").objects.filter(mode="blind")
    seats = apps.get_model("rubrics", "Seat").objects
    for assessment in assessments:
        cards = list(assessment.scorecards.all())
        for card in cards:
            seats.create(
                assessment=assessment, user=card.reviewer, assigned_by=assessment.opened_by
            )
        if len(cards) > 1 and all(card.locked_at for card in cards):
            assessment.unblinded_at = timezone.now()
            assessment.save(update_fields=["unblinded_at"])


class Migration(migrations.Migration):
    dependencies = (("rubrics", "0006_seats_and_blindness"),)
    operations = (
        # Taking the seats away again happens with their table.
        migrations.RunPython(seat_them, migrations.RunPython.noop),
    )
