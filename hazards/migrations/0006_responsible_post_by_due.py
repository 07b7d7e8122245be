"""The index of to-dos serves every look-up by responsible post."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0005_fewer_indexes"),
        ("organizations", "0002_administrators_hold_no_post"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hazard",
            name="responsible_post",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.post",
                verbose_name="当前责任岗位",
            ),
        ),
    ]
