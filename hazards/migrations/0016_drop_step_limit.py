"""Limits are rows of a policy now (0015)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hazards", "0015_clock_rules")]

    operations = [migrations.DeleteModel(name="StepLimit")]
