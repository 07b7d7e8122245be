"""An act moves its hazard in every index: those that no query reads are gone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# For LIKE on numbers, which are only ever looked up whole.
_LIKE = """
DROP INDEX IF EXISTS hazards_hazard_receipt_number_bf20a8ed_like;
DROP INDEX IF EXISTS hazards_hazard_file_number_adab71da_like;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0004_audience_keys"),
        ("organizations", "0002_administrators_hold_no_post"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="handler",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="经办人",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="issuer_post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.post",
                verbose_name="交办岗位",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="issuer_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.unit",
                verbose_name="交办单位",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="leader",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="责任领导",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hazards.category",
                verbose_name="类别",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="closing_unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.unit",
                verbose_name="销号单位",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="domain",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hazards.domain",
                verbose_name="领域",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="handling_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.unit",
                verbose_name="办理单位",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="lead_assignment",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hazards.assignment",
                verbose_name="牵头交办",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="reporter_post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.post",
                verbose_name="上报岗位",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hazards",
                to="organizations.unit",
                verbose_name="所在单位",
            ),
        ),
        migrations.AlterField(
            model_name="hazard",
            name="verifying_unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.unit",
                verbose_name="复查单位",
            ),
        ),
        migrations.AlterField(
            model_name="hazardevent",
            name="hazard",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="hazards.hazard"
            ),
        ),
        migrations.AlterField(
            model_name="hazardevent",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.post",
            ),
        ),
        migrations.RunSQL(_LIKE, migrations.RunSQL.noop),
    ]
