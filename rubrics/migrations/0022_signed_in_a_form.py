"""Names the form in which a decision's figures were hashed: until now the whole roll-up."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('rubrics', '0021_the_database_keeps_listings')]

    operations = [
        migrations.AddField(
            model_name='signoff',
            name='rollup_form',
            field=models.CharField(default='proofroom/rollup/1', max_length=40),
            preserve_default=False,
        ),
    ]
