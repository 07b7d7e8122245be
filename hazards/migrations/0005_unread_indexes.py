"""An act moves its hazard in every index: those that no query reads are gone."""

from django.db import migrations

# For LIKE on numbers, which are only ever looked up whole.
_LIKE = """
DROP INDEX IF EXISTS hazards_hazard_receipt_number_bf20a8ed_like;
DROP INDEX IF EXISTS hazards_hazard_file_number_adab71da_like;
"""


class Migration(migrations.Migration):
    dependencies = [("hazards", "0004_audience_keys")]

    operations = [migrations.RunSQL(_LIKE, migrations.RunSQL.noop)]
