"""The log: nobody changes it, and whoever does it as the database's owner is found out."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from hazards import log
from hazards.models import Hazard, HazardEvent
from tests.support.databases import Databases
from tests.support.district import District, build_district

CHANGES = (
    "UPDATE hazards_hazardevent SET actor_name = '别人'",
    "UPDATE hazards_hazardevent SET actor_name = actor_name WHERE false",
    "DELETE FROM hazards_hazardevent",
    "TRUNCATE hazards_hazardevent CASCADE",
)


@pytest.mark.parametrize("sql", CHANGES)
def test_the_application_role_may_not_change_it(district: District, sql: str) -> None:
    district.reach("closed")
    with pytest.raises(DatabaseError, match="permission denied|append-only"), transaction.atomic():
        connection.cursor().execute(sql)
    assert HazardEvent.objects.count() == 8


def test_not_through_the_orm_either(district: District) -> None:
    district.reach("reported")
    event = HazardEvent.objects.get()
    for change in (event.save, event.delete, HazardEvent.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        HazardEvent.objects.update(late_reason="x")


def test_a_number_in_the_log_is_given_once(district: District) -> None:
    district.reach("reported")
    event = HazardEvent.objects.get()
    event.pk = None
    with pytest.raises(DatabaseError, match="event_seq_unique"), transaction.atomic():
        event.save(force_insert=True)


def test_any_stored_value_that_changes_breaks_the_seal(district: District) -> None:
    district.reach("filed")
    event = HazardEvent.objects.get(action="file")
    for field, value in (
        ("hazard_id", 0), ("seq", 9), ("kind", "x"), ("action", "x"), ("actor_id", 0), ("actor_name", "x"), ("post_id", None),
        ("post_label", "x"), ("from_state", "x"), ("to_state", "x"), ("recorded_at", event.recorded_at.replace(microsecond=7)),
        ("occurred_on", event.occurred_on.replace(day=1)), ("late_reason", "x"), ("data", {}), ("changes", {}), ("prev_hash", "x"),
    ):  # fmt: skip
        changed = HazardEvent.objects.get(pk=event.pk)
        setattr(changed, field, value)
        assert log.seal(changed) != event.hash, field
    assert log.seal(event) == event.hash


@pytest.fixture
def as_owner(cloned_db: str, transactional_db: None, databases: Databases) -> Iterator[object]:
    """Runs SQL as the owner of a database that holds three hazards, with the trigger off."""
    district = build_district()
    for state in ("closed", "submitted", "reported"):
        district.reach(state)
    assert Hazard.objects.count() == 3
    with databases.connect(databases.owner, cloned_db) as cursor:
        for sql in CHANGES:
            with pytest.raises(Exception, match="append-only"):
                cursor.execute(sql)
        cursor.execute("ALTER TABLE hazards_hazardevent DISABLE TRIGGER append_only")
        yield cursor.execute


# The first hazard has eight events, the second six.
FIRST, SECOND = "361102-2026-00001", "361102-2026-00002"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("DELETE FROM hazards_hazardevent WHERE hazard_id = 1 AND seq = 4", [f"{FIRST} #4: missing"]),
        ("DELETE FROM hazards_hazardevent WHERE hazard_id = 1 AND seq IN (7, 8)", [f"{FIRST} #7: missing", f"{FIRST} #8: missing"]),
        ("DELETE FROM hazards_hazardevent WHERE hazard_id = 2 AND seq = 1", [f"{SECOND} #1: missing"]),
        ("DELETE FROM hazards_hazardevent WHERE hazard_id = 3", ["#1: missing"]),
        ("UPDATE hazards_hazardevent SET actor_name = '别人' WHERE hazard_id = 2 AND seq = 5", [f"{SECOND} #5: changed"]),
        ("UPDATE hazards_hazardevent SET data = data - 'opinion' WHERE hazard_id = 1 AND seq = 7", [f"{FIRST} #7: changed"]),
        (
            "UPDATE hazards_hazardevent SET recorded_at = recorded_at - interval '1 day' WHERE hazard_id = 1 AND seq = 2",
            [f"{FIRST} #2: changed"],
        ),
        (
            "UPDATE hazards_hazardevent SET seq = seq + 100 WHERE hazard_id = 1 AND seq IN (3, 4);"
            "UPDATE hazards_hazardevent SET seq = 107 - seq WHERE hazard_id = 1 AND seq > 100",
            [f"{FIRST} #3: changed", f"{FIRST} #4: changed"],
        ),
        (
            "UPDATE hazards_hazardevent SET hash = repeat('0', 64) WHERE hazard_id = 1 AND seq = 8",
            [f"{FIRST} #8: changed"],
        ),
        (
            "DELETE FROM hazards_hazardevent WHERE hazard_id = 1 AND seq = 8;"
            "UPDATE hazards_hazard SET last_seq = 7 WHERE id = 1",
            [f"{FIRST} #7: not the end that the hazard names"],
        ),
        ("UPDATE core_numberseries SET last = 3", ["361102-2026-00003 #0: number was given, hazard is gone"]),
    ],
)  # fmt: skip
def test_verify_audit_names_what_was_done(as_owner, capsys, sql: str, found: list[str]) -> None:
    call_command("verify_audit")
    assert "日志完好：15 条" in capsys.readouterr().out
    as_owner(sql)
    with pytest.raises(CommandError, match=r"日志有 \d+ 处不符"):
        call_command("verify_audit")
    told = capsys.readouterr().out
    for line in found:
        assert re.search(re.escape(line), told), told


def test_a_row_put_in_between_is_found(as_owner, capsys) -> None:
    as_owner(
        "INSERT INTO hazards_hazardevent (hazard_id, region_code, seq, kind, action, actor_id, actor_name, post_id, post_label,"
        " from_state, to_state, recorded_at, occurred_on, late_reason, data, changes, prev_hash, hash)"
        " SELECT hazard_id, region_code, 9, kind, action, actor_id, actor_name, post_id, post_label, from_state, to_state,"
        " recorded_at, occurred_on, late_reason, data, changes, hash, hash FROM hazards_hazardevent WHERE hazard_id = 1 AND seq = 8"
    )
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert f"{FIRST} #9: changed" in capsys.readouterr().out


def test_what_is_younger_than_a_log_stands_at_its_default(district: District) -> None:
    """Fields added by a migration are named by no older event."""
    hazard = district.find(district.reach("rectifying"))
    now = log.snapshot(hazard, hazard.lead_assignment)
    told = log.replay(hazard.events.order_by("seq"))
    for young in ("has_small_rows", "scheduled", "verifiers", "paper_name", "lead.kind", "lead.return_state"):
        told.pop(young, None)
    assert [name for name, value in now.items() if not log.is_told(told, name, value)] == []
    assert not log.is_told(told, "n_appeals", 1) and not log.is_told(told, "lead.kind", "request")
    told.pop("level")
    assert not log.is_told(told, "level", now["level"])
