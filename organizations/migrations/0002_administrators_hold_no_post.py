from django.db import migrations

# The first trigger locks the account's row and the second runs with that row locked by its own UPDATE,
# so two transactions can't each miss the other's change.
FORWARD = """
CREATE OR REPLACE FUNCTION bihuan_holder_is_no_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    role varchar;
BEGIN
    SELECT admin_role INTO role FROM organizations_user WHERE id = NEW.user_id FOR SHARE;
    IF role <> '' THEN
        RAISE EXCEPTION 'account % is an administrator and can hold no post', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'administrator_holds_no_post';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION bihuan_administrator_is_no_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.admin_role <> '' AND EXISTS (SELECT 1 FROM organizations_holding WHERE user_id = NEW.id) THEN
        RAISE EXCEPTION 'account % has held a post and can be no administrator', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'administrator_holds_no_post';
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS holder_is_no_administrator ON organizations_holding;
CREATE TRIGGER holder_is_no_administrator BEFORE INSERT OR UPDATE OF user_id ON organizations_holding
    FOR EACH ROW EXECUTE FUNCTION bihuan_holder_is_no_administrator();

DROP TRIGGER IF EXISTS administrator_is_no_holder ON organizations_user;
CREATE TRIGGER administrator_is_no_holder BEFORE UPDATE OF admin_role ON organizations_user
    FOR EACH ROW EXECUTE FUNCTION bihuan_administrator_is_no_holder();
"""

BACKWARD = """
DROP TRIGGER IF EXISTS administrator_is_no_holder ON organizations_user;
DROP TRIGGER IF EXISTS holder_is_no_administrator ON organizations_holding;
DROP FUNCTION IF EXISTS bihuan_administrator_is_no_holder();
DROP FUNCTION IF EXISTS bihuan_holder_is_no_administrator();
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_schema")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
