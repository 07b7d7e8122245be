"""What the application's role may do. The role is the one tests connect as."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from core import grants
from core.append_only import REGISTRY

pytestmark = pytest.mark.django_db


def privileges(role: str, table: str) -> set[str]:
    kinds = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind FROM unnest(%s) AS kind WHERE has_table_privilege(%s, %s, kind)", [list(kinds), role, table]
        )
        return {row[0] for row in cursor.fetchall()}


def test_the_application_role_reads_and_writes_but_never_truncates():
    if settings.APPLICATION_ROLE == settings.OWNER_ROLE:
        # One URL for both is allowed; the triggers alone guard then.
        assert privileges(settings.OWNER_ROLE, "core_numberseries") >= {"SELECT", "INSERT"}
        return
    assert privileges(settings.APPLICATION_ROLE, "core_numberseries") == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    for table in REGISTRY:
        assert privileges(settings.APPLICATION_ROLE, table) == {"SELECT", "INSERT"}, table


def test_a_change_of_the_audit_log_is_refused_in_the_database():
    with connection.cursor() as cursor:
        for sql in (
            "UPDATE core_auditentry SET subject = ''",
            "DELETE FROM core_auditentry",
            "TRUNCATE core_auditentry",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(sql)


@pytest.mark.parametrize("sql", ["CREATE TABLE public.of_my_own (id int)", "CREATE ROLE bihuan_trial"])
def test_the_application_role_cannot_touch_the_schema_or_make_roles(sql):
    if settings.APPLICATION_ROLE == settings.OWNER_ROLE:
        return
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_last_of_all_apps_grants_once(settings, monkeypatch):
    granted = []
    monkeypatch.setattr(grants, "grant_to", lambda role, using: granted.append((role, using)))
    settings.AS_OWNER, settings.APPLICATION_ROLE, settings.OWNER_ROLE = True, "app", "owner"
    for config in apps.get_app_configs():
        grants._after_migrate(sender=config, using="default")
    assert granted == [("app", "default")]
    settings.OWNER_ROLE = "app"
    for config in apps.get_app_configs():
        grants._after_migrate(sender=config, using="default")
    assert len(granted) == 1
