"""Risk against price counts the final deals: by an index of those alone, and not by their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('rubrics', '0022_signed_in_a_form')]

    operations = [
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('is_final', True)), fields=['deal'], name='listing_final'),
        ),
    ]
