"""Who asked for more time, or to use again, and who asked in his name: neither decides about it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _person():
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("hazards", "0016_drop_step_limit")]

    operations = [
        migrations.AddField("extension", "asked_through", _person()),
        migrations.AddField("suspension", "asked_by", _person()),
        migrations.AddField("suspension", "asked_through", _person()),
    ]
