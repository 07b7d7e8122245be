"""How soon after it came a unit may ask to be rid of an assignment. Source: process.md a.3 (return request)."""

from django.db import migrations

LIMITS = [("general", 1, "wd"), ("significant", 1, "wd"), ("major", 4, "h")]


def add(apps, schema_editor):
    model = apps.get_model("hazards", "StepLimit")
    for level, amount, measure in LIMITS:
        model.objects.get_or_create(
            step="return_request",
            level=level,
            unit_kind="",
            defaults={"amount": amount, "measure": measure, "rolls": level != "major"},
        )


class Migration(migrations.Migration):
    dependencies = [("hazards", "0010_correction_rules")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
