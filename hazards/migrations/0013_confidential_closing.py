"""From 较大 up a confidential matter is closed by a leader: who verified it is its confidant and does not close it."""

from django.db import migrations

LEVELS = ("significant", "major")
ACTIONS = ("close", "return_closure")


def add(apps, schema_editor):
    model = apps.get_model("hazards", "ActorRule")
    for action in ACTIONS:
        for level in LEVELS:
            model.objects.get_or_create(
                action=action, unit_kind="EDU", level=level, is_restricted=True,
                defaults={"post_kinds": ["leader", "chief"]},
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("hazards", "0012_scheduled_index")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
