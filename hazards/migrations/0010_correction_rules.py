"""Who decides an appeal against the bureau's own rejection, who agrees to a second decision on a confidential matter, and
that the coordinator corrects what he ordered."""

from django.db import migrations

RULES = [
    # (action, unit kind, is_restricted, posts); who rejected is barred. Source: process.md T05b (other reviewer).
    ("appeal.decide", "EDU", False, ["leader", "chief", "office_director"]),
    ("reject.second", "EDU", True, ["leader", "chief"]),
    ("amend", "GOV", False, ["coordinator"]),
]


def add(apps, schema_editor):
    model = apps.get_model("hazards", "ActorRule")
    for action, unit_kind, is_restricted, posts in RULES:
        model.objects.get_or_create(
            action=action, unit_kind=unit_kind, level="", is_restricted=is_restricted, defaults={"post_kinds": posts}
        )


class Migration(migrations.Migration):
    dependencies = [("hazards", "0009_proposal_on_behalf")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
