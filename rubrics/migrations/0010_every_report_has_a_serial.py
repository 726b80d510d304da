from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("rubrics", "0009_serials_of_earlier_reports")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="serial",
            field=models.PositiveIntegerField(unique=True),
        ),
    ]
