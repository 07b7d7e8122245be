"""Names as they were, papers of units, and what keeps an issued paper as it is."""

from django.conf import settings
from django.db import migrations, models

# Of an issued paper nothing changes but that it becomes void, once; it never goes away.
_FORWARD = """
CREATE OR REPLACE FUNCTION bihuan_keep_issued_paper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    voiding text[] := ARRAY['state', 'void_by_id', 'void_at', 'void_reason'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'paper % stays: DELETE refused', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'void' OR NEW.state <> 'void'
        OR to_jsonb(NEW) - voiding IS DISTINCT FROM to_jsonb(OLD) - voiding THEN
        RAISE EXCEPTION 'paper % is %: change refused', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER IF EXISTS keep_issued ON documents_document;
CREATE TRIGGER keep_issued BEFORE UPDATE OR DELETE ON documents_document
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION bihuan_keep_issued_paper();
"""
_BACK = """
DROP TRIGGER IF EXISTS keep_issued ON documents_document;
DROP FUNCTION IF EXISTS bihuan_keep_issued_paper();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_schema"),
        ("organizations", "0006_security_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("document", "issuer_name", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddField("document", "addressee_name", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddIndex(
            "document",
            models.Index(
                condition=models.Q(("subject_id__isnull", True)), fields=["issuer_unit", "id"], name="document_of_unit"
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACK),
    ]
