"""What firings one by one share, and the one message that locks and reads the rest of each.

Units, posts and holders are the same for many hazards; they are read once for a round of them, before their locks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from core.clock import today
from core.prepared import RowsOf, Statement, run_together
from deadlines.firing import Come, Courses
from deadlines.models import Deadline, DeadlineFiring
from documents.models import Document
from hazards.case import Case
from hazards.clockwork import LIMIT, STEP, WHOLE
from hazards.models import Hazard, HazardEvent, Measure
from hazards.recipients import Recipients
from hazards.services.command import SYSTEM_NAME
from hazards.services.opening import HAZARD, LEAD, PARTIES, make_hazard
from hazards.subjects import Subject, read_subjects, subject_of
from organizations.models import Unit, User

# Whose colour is the hazard's.
MAIN_KINDS = (STEP, LIMIT, WHOLE)

_DEADLINE = RowsOf(Deadline)
_UNITS = f"""
    SELECT DISTINCT step
    FROM hazards_hazard hazard
    JOIN organizations_post reported_by ON reported_by.id = hazard.reporter_post_id
    LEFT JOIN hazards_assignment lead ON lead.id = hazard.lead_assignment_id
    JOIN organizations_unit party ON party.id IN ({PARTIES}), unnest(party.path) step
    WHERE hazard.id = ANY(%s)
"""
# What is lost with the server's last moments is fired again, and whatever goes out of the house or is answered by a
# person is a commit that waits, and takes this one with it.
_LOCK = Statement("SELECT set_config('synchronous_commit', 'off', true) FROM hazards_hazard WHERE id = %s FOR UPDATE")
_READ = Statement(f"""
    WITH asked AS (SELECT %(subject)s::bigint AS subject_id, %(deadline)s::bigint AS deadline_id)
    SELECT {HAZARD.columns("hazard")}, {LEAD.columns("lead")}, reported_by.unit_id,
        (SELECT json_agg(json_build_array({_DEADLINE.columns("one")}) ORDER BY one.id)
         FROM {Deadline._meta.db_table} one WHERE one.subject_id = asked.subject_id
         AND one.state = '{Deadline.State.ARMED}' AND (one.id = asked.deadline_id OR one.kind = ANY(%(kinds)s::text[]))),
        (SELECT json_agg(json_build_array(fired.arming, fired.rung, fired.occurrence))
         FROM {DeadlineFiring._meta.db_table} fired WHERE fired.deadline_id = asked.deadline_id),
        (SELECT count(*) FROM {HazardEvent._meta.db_table} event
         WHERE event.hazard_id = asked.subject_id AND event.action IN ('remind', 'warn')),
        nextval(pg_get_serial_sequence('{Measure._meta.db_table}', 'id')),
        nextval(pg_get_serial_sequence('{Document._meta.db_table}', 'id'))
    FROM asked JOIN hazards_hazard hazard ON hazard.id = asked.subject_id
    JOIN organizations_post reported_by ON reported_by.id = hazard.reporter_post_id
    LEFT JOIN hazards_assignment lead ON lead.id = hazard.lead_assignment_id
""")


@dataclass(frozen=True)
class Opened:
    """A hazard under its lock: its case, those of its deadlines that are asked, and what the one to fire has had."""

    case: Case
    subject: Subject
    armed: Sequence[Deadline]
    come: Come
    around: Recipients


class Round:
    """Some deadlines that are about to fire one by one at a moment."""

    def __init__(self, deadline_ids: Sequence[int], at: datetime) -> None:
        self.at, self.courses = at, Courses()
        deadlines = list(Deadline.objects.filter(pk__in=deadline_ids))
        self._subject_of = {one.pk: one.subject_id for one in deadlines}
        self._seen = read_subjects(set(self._subject_of.values()))
        known = [one for one in deadlines if one.subject_id in self._seen]
        self._recipients = Recipients(known, self._seen, at)
        self._beside = Case(hazard=Hazard(), actor=User(name=SYSTEM_NAME), at=at, held=[])
        with connection.cursor() as cursor:
            cursor.execute(_UNITS, [list(self._seen)])
            units = [pk for (pk,) in cursor.fetchall()]
        for unit in Unit.objects.filter(pk__in=units):
            self._beside.remember(unit)
        self._beside.directory.posts_in(units)

    def open(self, deadline_id: int) -> Opened | None:
        """Lock and read what the deadline is about; None where it is gone or not free. For one transaction each."""
        values = {"subject": self._subject_of.get(deadline_id, 0), "deadline": deadline_id, "kinds": list(MAIN_KINDS)}
        with connection.cursor() as cursor:
            # The last statement sees what the last holder of the lock left, in every table.
            run_together(cursor, [(_LOCK, [values["subject"]]), (_READ, values)])
            row = cursor.fetchone()
        if row is None:
            return None
        *own, reporter_unit_id, armed, fired, n_reminders, measure_key, paper_key = row
        case = self._case(own, reporter_unit_id)
        case.__dict__.update(n_reminders=n_reminders, spare_keys=(measure_key, paper_key))
        subject = subject_of(case.hazard)
        if not is_free(subject, self.at):
            return None
        deadlines = [_DEADLINE.make_from_json(values) for values in armed or ()]
        arming = next((one.arming for one in deadlines if one.pk == deadline_id), 0)
        come = frozenset((rung, occurrence) for armed_as, rung, occurrence in fired or () if armed_as == arming)
        return Opened(case, subject, deadlines, come, self._around(subject, deadlines))

    def _case(self, own: list[Any], reporter_unit_id: int) -> Case:
        hazard = make_hazard(own)
        case = Case(hazard=hazard, actor=self._beside.actor, at=self.at, held=[], beside=self._beside)
        case.reporter_unit_id = reporter_unit_id
        hazard.unit = case.unit(hazard.unit_id)
        if case.lead:
            case.lead.unit = case.unit(case.lead.unit_id)
        return case

    def _around(self, subject: Subject, deadlines: Sequence[Deadline]) -> Recipients:
        """As read for the round, unless somebody acted on the hazard since."""
        seen = self._seen.get(subject.id)
        if seen is not None and seen.last_hash == subject.last_hash and self._recipients.knows(deadlines):
            self._recipients.renew(subject)
            return self._recipients
        return Recipients(deadlines, {subject.id: subject}, self.at)


def is_free(subject: Subject, at: datetime) -> bool:
    """Not told of anything later than this moment by a clock that goes ahead of ours."""
    return not (subject.last_occurred_on and subject.last_occurred_on > today(at))
