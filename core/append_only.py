"""Tables that only grow: a trigger refuses every change, grants refuse it once more."""

# Tables whose UPDATE, DELETE and TRUNCATE core.grants takes from the application's role; apps add theirs in ready().
REGISTRY: set[str] = set()

_FUNCTION = """
CREATE OR REPLACE FUNCTION bihuan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
"""


def append_only_sql(table: str) -> tuple[str, str]:
    """Forward and reverse SQL for migrations.RunSQL; both may run again.

    Any UPDATE, DELETE or TRUNCATE then raises IntegrityError (SQLSTATE 23001), also one that touches no row.
    """
    if not table.isidentifier():
        raise ValueError(f"not a table name: {table}")
    drop = f'DROP TRIGGER IF EXISTS append_only ON "{table}";'
    create = (
        f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION bihuan_refuse_change();"
    )
    return _FUNCTION + drop + create, drop
