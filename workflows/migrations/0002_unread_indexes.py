"""An act closes one task and opens the next: indexes that no query reads are gone."""

from django.db import migrations

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
    dependencies = [("workflows", "0001_schema")]

    operations = [migrations.RunSQL(_OF_VIEWFLOW, migrations.RunSQL.noop)]
