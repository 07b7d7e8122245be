"""Counts and lists of what is scheduled (列入治理计划), which is little of all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hazards", "0011_return_request_limit")]

    operations = [
        migrations.AddIndex(
            model_name="hazard",
            index=models.Index(
                condition=models.Q(("scheduled", {}), _negated=True), fields=["unit"], name="hazard_scheduled"
            ),
        ),
    ]
