"""Risk against price leaves out what is not final: by an index of those, and not by all rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('rubrics', '0022_signed_in_a_form')]

    operations = [
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('is_final', False)), fields=['deal'], name='listing_not_final'),
        ),
    ]
