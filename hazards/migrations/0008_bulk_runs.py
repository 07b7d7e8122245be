"""Acts on many hazards at once, kept so that they can be left and gone on with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0007_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("action", models.CharField(max_length=40, verbose_name="操作")),
                ("data", models.JSONField(default=dict)),
                ("acting_post", models.BigIntegerField(null=True)),
                ("rows", models.JSONField(default=list)),
                ("results", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量办理",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)), fields=["actor"], name="bulk_run_unfinished"
                    )
                ],
            },
        ),
    ]
