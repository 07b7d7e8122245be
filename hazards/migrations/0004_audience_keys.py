"""The keys of each hazard as rows in the order of a list, kept by a trigger; statistics that tell small units from large."""

from django.db import migrations

_KEEP = """
CREATE FUNCTION hazards_keep_audience() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO hazards_audiencekey (key, hazard_id) SELECT DISTINCT key, NEW.id FROM unnest(NEW.visible_to) key;
        RETURN NULL;
    END IF;
    IF NOT OLD.visible_to <@ NEW.visible_to THEN
        DELETE FROM hazards_audiencekey
        WHERE hazard_id = NEW.id AND key = ANY(OLD.visible_to) AND key <> ALL(NEW.visible_to);
    END IF;
    INSERT INTO hazards_audiencekey (key, hazard_id)
    SELECT DISTINCT key, NEW.id FROM unnest(NEW.visible_to) key WHERE key <> ALL(OLD.visible_to);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_audience_of_new AFTER INSERT ON hazards_hazard
    FOR EACH ROW EXECUTE FUNCTION hazards_keep_audience();
CREATE TRIGGER keep_audience AFTER UPDATE OF visible_to ON hazards_hazard
    FOR EACH ROW WHEN (OLD.visible_to IS DISTINCT FROM NEW.visible_to) EXECUTE FUNCTION hazards_keep_audience();
"""
_FORGET = """
DROP TRIGGER keep_audience ON hazards_hazard;
DROP TRIGGER keep_audience_of_new ON hazards_hazard;
DROP FUNCTION hazards_keep_audience();
"""
_STATISTICS = """
ALTER TABLE hazards_audiencekey ALTER COLUMN key SET STATISTICS 2000;
ALTER TABLE hazards_hazard ALTER COLUMN search SET STATISTICS 1000;
"""
_NO_STATISTICS = "ALTER TABLE hazards_hazard ALTER COLUMN search SET STATISTICS -1;"


class Migration(migrations.Migration):
    dependencies = [("hazards", "0003_reference_rows")]

    operations = [
        migrations.RunSQL(_KEEP, _FORGET),
        migrations.RunSQL(_STATISTICS, _NO_STATISTICS),
    ]
