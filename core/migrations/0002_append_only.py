from django.db import migrations

from core.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies = [("core", "0001_schema")]

    operations = [migrations.RunSQL(*append_only_sql("core_auditentry"))]
