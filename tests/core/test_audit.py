import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from core.append_only import REGISTRY, append_only_sql
from core.audit import deny, deny_request, record_audit
from core.clock import StillClock
from core.errors import NotAllowed, NotFound, WrongState
from core.models import AuditEntry

AT = StillClock.START
TABLE = "core_auditentry"


@pytest.mark.django_db
def test_an_entry_keeps_who_what_and_where():
    entry = record_audit(kind="login_failed", at=AT, subject="demo_teacher", address="10.0.0.9", path="/login/" * 90)
    entry.refresh_from_db()
    assert (entry.kind, entry.subject, entry.address, entry.actor_id) == (
        "login_failed",
        "demo_teacher",
        "10.0.0.9",
        None,
    )
    assert len(entry.path) == 300


@pytest.mark.django_db
def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError):
        record_audit(kind="gossip", at=AT)


@pytest.mark.django_db
def test_a_denial_is_recorded_once_per_error():
    error = NotAllowed("只有牵头单位可以签收。")
    for _ in range(2):
        deny(error=error, at=AT, actor=None, action="sign", subject="361102-2026-00001")
    entry = AuditEntry.objects.get()
    assert entry.kind == "denial"
    assert entry.detail == {"code": "not_allowed", "message": "只有牵头单位可以签收。"}


@pytest.mark.django_db(transaction=True)
def test_a_denial_inside_the_refused_transaction_is_a_bug_that_shows():
    with pytest.raises(RuntimeError), transaction.atomic():
        deny(error=NotAllowed(), at=AT, actor=None)


@pytest.mark.django_db
def test_a_request_records_403_but_not_409_nor_the_404_of_a_stranger():
    request = RequestFactory().post("/hazards/1/sign/")
    request.user = AnonymousUser()
    for error in (NotAllowed(), NotFound(), WrongState()):
        deny_request(request=request, error=error, action="sign")
    entry = AuditEntry.objects.get()
    assert (entry.path, entry.address, entry.actor_name) == ("POST /hazards/1/sign/", "127.0.0.1", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET subject = 'x'",
        f"DELETE FROM {TABLE}",
        f"UPDATE {TABLE} SET subject = 'x' WHERE false",
        f"TRUNCATE {TABLE}",
    ],
)
def test_the_owner_too_cannot_change_the_log(sql):
    """On a table of the test's own, so that the trigger speaks and not the grants of the role."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE growing (subject text)")
        cursor.execute("INSERT INTO growing VALUES ('old')")
        cursor.execute(append_only_sql("growing")[0].replace(_function(), ""))
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(sql.replace(TABLE, "growing"))
        cursor.execute("SELECT subject FROM growing")
        assert cursor.fetchall() == [("old",)]


def _function() -> str:
    """The function stands since the migrations; the application's role may not create one."""
    from core.append_only import _FUNCTION

    return _FUNCTION


@pytest.mark.django_db
def test_every_registered_table_has_its_trigger():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
        guarded = {row[0] for row in cursor.fetchall()}
    assert guarded >= REGISTRY
    assert TABLE in REGISTRY


def test_a_table_name_is_a_name():
    with pytest.raises(ValueError):
        append_only_sql("a; drop table b")
