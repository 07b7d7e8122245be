"""Locks a hazard and reads all that its rules may ask, in one message: on every act's path a round trip costs more than rows."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial

from django.db import connection

from core.clock import today
from core.errors import NotFound
from core.prepared import RowsOf, Statement, run_together
from hazards.case import Case
from hazards.models import Assignment, Hazard
from hazards.numbers import by_number
from organizations.kinds import PostKind
from organizations.models import Unit, User
from organizations.posts import HELD_POST, OPEN_POST, PRESENT, make_held_posts, make_open_posts

HAZARD = RowsOf(Hazard, without=["search"])
LEAD = RowsOf(Assignment)
# Through JSON, which knows no moments.
_UNIT = RowsOf(Unit, without=["created_at"])
_UNIT_ID = _UNIT.names.index("id")

_HOLDINGS = """
    organizations_holding holding JOIN organizations_post post ON post.id = holding.post_id
    JOIN organizations_unit unit ON unit.id = post.unit_id JOIN organizations_user person ON person.id = holding.user_id
"""
# Whose units and superiors the rules may ask for.
PARTIES = """
    hazard.unit_id, hazard.handling_unit_id, hazard.verifying_unit_id, hazard.closing_unit_id,
    lead.unit_id, lead.issuer_unit_id, hazard.referred_to_id, reported_by.unit_id
"""
_LOCK = "SELECT FROM hazards_hazard WHERE {column} = %s FOR UPDATE"
_READ = f"""
    WITH asked AS (SELECT %s::text AS number, %s::bigint AS user_id, %s::date AS on_day)
    SELECT {HAZARD.columns("hazard")}, {LEAD.columns("lead")}, reported_by.unit_id,
        (SELECT json_agg(json_build_array({HELD_POST}) ORDER BY post.unit_id, post.kind)
         FROM {_HOLDINGS} WHERE holding.user_id = asked.user_id AND {PRESENT}),
        (SELECT json_agg(json_build_array({_UNIT.columns("unit")}))
         FROM organizations_unit unit WHERE unit.id = ANY(around.ids)),
        (SELECT json_agg(json_build_array({OPEN_POST}) ORDER BY post.id, holding.from_on, holding.id)
         FROM {_HOLDINGS} WHERE post.unit_id = ANY(around.ids) AND post.kind <> '{PostKind.TEACHER}' AND {PRESENT})
    FROM asked JOIN hazards_hazard hazard ON hazard.{{column}} = asked.number
    JOIN organizations_post reported_by ON reported_by.id = hazard.reporter_post_id
    LEFT JOIN hazards_assignment lead ON lead.id = hazard.lead_assignment_id
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT step) AS ids FROM organizations_unit party, unnest(party.path) step
        WHERE party.id IN ({PARTIES})
    ) around
"""
_BY_COLUMN = {
    column: (Statement(_LOCK.format(column=column)), Statement(_READ.format(column=column)))
    for column in ("receipt_number", "file_number")
}


def lock_together(number: str, master: object, *, with_master: bool) -> None:
    """Lock both hazards of a merger by id, whichever way it goes; other acts lock their one when they open it."""
    if not master and not with_master:
        return
    one = Hazard.objects.filter(**by_number(number))
    pks = set(one.values_list("pk", flat=True)) | set(one.values_list("merged_into_id", flat=True))
    if master:
        # What is no number at all is for the field to say.
        with suppress(NotFound):
            pks |= set(Hazard.objects.filter(**by_number(str(master).strip())).values_list("pk", flat=True))
    list(Hazard.objects.select_for_update().filter(pk__in=pks - {None}).order_by("pk").values_list("pk", flat=True))


def open_case(number: str, *, actor: User, at: datetime) -> Case | None:
    """The hazard of a receipt or file number, its row locked until the transaction ends, in the hands of the actor.

    Units of its parties, all their superiors and who holds which post there are read with it.
    """
    [(column, value)] = by_number(number).items()
    lock, read = _BY_COLUMN[column]
    with connection.cursor() as cursor:
        # Two statements: the second sees what the last holder of the lock left, in every table.
        run_together(cursor, [(lock, [value]), (read, [value, actor.pk or 0, today(at)])])
        row = cursor.fetchone()
    if row is None:
        return None
    *own, reporter_unit_id, held, units, open_posts = row
    hazard = make_hazard(own)
    is_at_work = actor.pk is not None and actor.is_active and not actor.admin_role
    case = Case(hazard=hazard, actor=actor, at=at, held=make_held_posts(held or []) if is_at_work else [])
    case.remember_rows({values[_UNIT_ID]: partial(_UNIT.make, values) for values in units})
    case.reporter_unit_id = reporter_unit_id
    case.directory.remember([values[_UNIT_ID] for values in units], make_open_posts(open_posts or []))
    hazard.unit = case.unit(hazard.unit_id)
    if case.lead:
        case.lead.unit = case.unit(case.lead.unit_id)
    return case


def make_hazard(values: list[object]) -> Hazard:
    """Of the columns of HAZARD, then LEAD."""
    n = len(HAZARD.names)
    hazard = HAZARD.make(values[:n])
    if hazard.lead_assignment_id:
        hazard.lead_assignment = LEAD.make(values[n:])
        hazard.lead_assignment.hazard = hazard
    return hazard
