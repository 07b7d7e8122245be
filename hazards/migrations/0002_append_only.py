"""The event log refuses UPDATE, DELETE and TRUNCATE."""

from django.db import migrations

from core.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies = [("hazards", "0001_schema")]

    operations = [migrations.RunSQL(*append_only_sql("hazards_hazardevent"))]
