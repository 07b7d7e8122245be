"""首次查阅: when each person first opened a file, which proves who knew from when."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection

from hazards.case import Case
from hazards.models import FirstOpening, ReadingGrant
from organizations.keys import duty_key, unit_key
from organizations.posts import keys_of

logger = logging.getLogger(__name__)

_TABLE = FirstOpening._meta.db_table
_NOTE = f"""
INSERT INTO {_TABLE} (hazard_id, user_id, post_label, opened_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (hazard_id, user_id) DO NOTHING
"""


def record_opening(case: Case) -> None:
    """Note that this reader has opened the file, the first time only. A page never fails for it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [case.hazard.pk, case.actor.pk, _post_label(case), case.at])
    except DatabaseError:
        # Somebody acts on the hazard for longer than the lock is waited for; the next opening is noted.
        logger.warning("opening of hazard %s not noted", case.hazard.pk, exc_info=True)


def _post_label(case: Case) -> str:
    """The post that lets him read it; one who is named himself by his first post."""
    visible = set(case.hazard.visible_to)
    own = set(keys_of(case.actor, []))
    posts = [post for post in case.held if visible & (set(keys_of(case.actor, [post])) - own)] or case.held
    return posts[0].label if posts else ""


def may_see_openings(case: Case) -> bool:
    """Who handles or ordered it wants to know who knows; of a restricted hazard nobody is told."""
    hazard, lead = case.hazard, case.lead
    units = {hazard.handling_unit_id} | ({lead.issuer_unit_id} if lead else set())
    keys = {key for unit_id in units for key in (unit_key(unit_id), duty_key(unit_id))}
    return not hazard.is_restricted and not keys.isdisjoint(case.keys)


def list_openings(case: Case) -> list[FirstOpening]:
    """Earliest first; empty for who may not know. The reporter knew before, and who inquires is not betrayed."""
    if not may_see_openings(case):
        return []
    inquirers = ReadingGrant.objects.filter(hazard=case.hazard).values("user_id")
    openings = FirstOpening.objects.filter(hazard=case.hazard).exclude(user_id=case.hazard.reporter_id)
    return list(openings.exclude(user_id__in=inquirers).select_related("user").order_by("opened_at", "pk"))
