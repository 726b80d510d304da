from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("diligence", "0032_the_database_keeps_stages_and_owners_in_order")]

    operations = [
        migrations.AddField(
            model_name="roomexport",
            name="has_documents",
            field=models.BooleanField(default=True),
        ),
    ]
