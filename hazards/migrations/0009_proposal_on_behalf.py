from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hazards", "0008_bulk_runs")]

    operations = [
        migrations.AddField(
            model_name="countersign", name="on_behalf", field=models.JSONField(blank=True, default=dict)
        ),
    ]
