"""An act closes one task and opens the next: indexes that no query reads are gone."""

import django.db.models.deletion
from django.db import migrations, models

# Of fields that Viewflow's abstract task indexes for pages and jobs which are not mounted here.
_OF_VIEWFLOW = """
DROP INDEX IF EXISTS workflows_hazardtask_created_4c7c15a4;
DROP INDEX IF EXISTS workflows_hazardtask_external_task_id_e862d9ab;
DROP INDEX IF EXISTS workflows_hazardtask_external_task_id_e862d9ab_like;
DROP INDEX IF EXISTS workflows_hazardtask_owner_permission_content_type_id_29d692f0;
DROP INDEX IF EXISTS workflows_hazardtask_scheduled_7b3e9c69;
DROP INDEX IF EXISTS workflows_hazardtask_status_4d57c577;
DROP INDEX IF EXISTS workflows_hazardtask_status_4d57c577_like;
DROP INDEX IF EXISTS workflows_hazardtask_previous_from_hazardtask_id_8e480d9e;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0006_responsible_post_by_due"),
        ("organizations", "0002_administrators_hold_no_post"),
        ("workflows", "0001_schema"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hazardprocess",
            name="hazard",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="processes",
                to="hazards.hazard",
            ),
        ),
        migrations.AlterField(
            model_name="hazardtask",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.post",
            ),
        ),
        migrations.AlterField(
            model_name="hazardtask",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.unit",
            ),
        ),
        migrations.RunSQL(_OF_VIEWFLOW, migrations.RunSQL.noop),
    ]
