"""Takes real hazards as far as the services let them go, and says what stopped each.

Nothing is invented: what a row does not say stays empty or is written 未载明, and where a guard asks for
proof that a table cannot give, the hazard stands there to be worked on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import DomainError, Invalid, WrongState
from demo.real_county import RealCounty
from demo.real_rows import NOT_SAID, RealRow, read_day
from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.inputs import fields_of
from hazards.models import Hazard, HazardEvent
from hazards.routing import awaited_action
from hazards.services import perform
from hazards.services.plan_gate import require_plan
from hazards.states import Competence, Level, State
from organizations.kinds import PostKind
from organizations.models import User
from organizations.posts import present_holdings

LATE_REASON = "依据原始材料补录"


@dataclass
class Played:
    """Where a row stands; `stopped` says which guard or refusal holds it, empty when it goes on by itself."""

    row: RealRow
    hazard: Hazard | None = None
    is_new: bool = False
    stopped: str = ""
    waits_for: str = ""
    # The line of an equal row further up.
    twin_line: int | None = None


def play_rows(rows: Iterable[RealRow], county: RealCounty, *, at: datetime) -> list[Played]:
    """One result a row, in order; rows equal to an earlier one lead to the same hazard."""
    lines: dict[str, int] = {}
    results = []
    for row in rows:
        played = Player(row, county, at).play()
        played.twin_line = lines.get(row.key)
        lines.setdefault(row.key, row.line)
        results.append(played)
    return results


class Player:
    """One row on its way through the services."""

    def __init__(self, row: RealRow, county: RealCounty, at: datetime) -> None:
        self.row = row
        self.county = county
        self.at = at
        self.unit = county.units[row.unit]
        self.action = "report"

    def play(self) -> Played:
        played = Played(self.row, hazard=self._find())
        try:
            if played.hazard is None:
                played.hazard = self._report()
                played.is_new = True
            while action := self._next(played.hazard):
                played.hazard = self._act(action, played.hazard)
        except DomainError as exc:
            played.stopped = self._explain(exc)
        if played.hazard:
            played.waits_for = self._awaited(played.hazard)
        return played

    def _find(self) -> Hazard | None:
        """By what the first event says, which no correction changes."""
        events = HazardEvent.objects.filter(
            hazard__unit=self.unit, seq=1, action="report", occurred_on=self.row.found_on,
            data__place=self.row.place, data__description=self.row.description,
        )  # fmt: skip
        event = events.order_by("id").select_related("hazard").first()
        return event.hazard if event else None

    def _report(self) -> Hazard:
        row = self.row
        reporter = (
            (self.unit.pk, PostKind.SAFETY) if row.is_self_found else (self.county.bureau.pk, PostKind.OFFICE_CLERK)
        )
        data: dict[str, object] = {
            "unit": self.unit.pk, "place": row.place, "domain": row.domain.code, "description": row.description,
            "finder": NOT_SAID, "source_note": row.note, "suspected_major": row.level == Level.MAJOR,
        }  # fmt: skip
        outcome = perform(
            "report", actor=self.county.holders[reporter], at=self.at, data=data, occurred_on=row.found_on,
            late_reason=LATE_REASON, key=row.key,
        )  # fmt: skip
        return Hazard.objects.get(receipt_number=outcome.receipt_number)

    def _next(self, hazard: Hazard) -> str:
        """The next act that the row calls for; empty when it has been taken as far as the row says."""
        row = self.row
        done = set(HazardEvent.objects.filter(hazard=hazard).values_list("action", flat=True))
        wanted = ""
        match hazard.state:
            case State.REPORTED if row.is_on_the_spot:
                wanted = "fix_on_spot"
            case State.REPORTED:
                wanted = "escalate" if self._is_beyond_school(hazard) else "file"
            case State.FILED if row.competence != Competence.BUREAU:
                wanted = "assign"
            case State.ASSIGNED:
                wanted = "sign"
        return "" if wanted in done else wanted

    def _is_beyond_school(self, hazard: Hazard) -> bool:
        own = self.row.level == Level.GENERAL and self.row.competence == Competence.SCHOOL
        return hazard.handling_unit_id == self.unit.pk and not own

    def _act(self, action: str, hazard: Hazard) -> Hazard:
        self.action = action
        actor, post_id = self._actor(action, hazard)
        perform(
            action, actor=actor, at=self.at, number=hazard.number, version=hazard.version, data=self._data(action),
            acting_post=post_id,
        )  # fmt: skip
        return Hazard.objects.get(pk=hazard.pk)

    def _actor(self, action: str, hazard: Hazard) -> tuple[User, int | None]:
        """Who owes the hazard its next act; on-the-spot work is the school's."""
        if action == "fix_on_spot":
            return self.county.holders[self.unit.pk, PostKind.SAFETY], None
        held = present_holdings(today(self.at)).filter(post=hazard.responsible_post)
        holding = held.select_related("user").order_by("from_on", "id").first()
        if holding is None:
            raise WrongState(_("“%(post)s”现在无人在岗。") % {"post": hazard.responsible_post})
        return holding.user, holding.post_id

    def _data(self, action: str) -> dict[str, object]:
        row = self.row
        match action:
            case "escalate":
                words = {"level": row.level.label, "whose": row.competence.label}
                return {"reason": _("原表等级为%(level)s，责任归属为%(whose)s，不属于学校自行办理") % words}
            case "file":
                return {"level": row.level, "domain": row.domain.code, "competence": row.competence}
            case "assign":
                limit = read_day(row.limit)
                in_time = limit if limit and limit >= today(self.at) else None
                return {"lead": self.unit.pk, "requirements": row.measures or NOT_SAID, "limit_on": in_time}
            case "sign":
                leader = self.county.holders[self.unit.pk, PostKind.PRINCIPAL]
                handler = self.county.holders[self.unit.pk, PostKind.SAFETY]
                return {"leader": leader.pk, "handler": handler.pk, "interim_control": row.controls or NOT_SAID}
            case _:
                return {"measure": row.measures}

    def _explain(self, error: DomainError) -> str:
        """「立行立改：整改后照片：请填写整改后照片。」"""
        labels = {field.name: str(field.label) for field in fields_of(ACTIONS[self.action].data, new=True)}
        fields = [f"{labels.get(name, name)}：{'；'.join(told)}" for name, told in error.fields.items() if name]
        return f"{ACTIONS[self.action].label}：{' '.join(fields) or error.message}"

    def _awaited(self, hazard: Hazard) -> str:
        if hazard.responsible_post is None:
            return ""
        case = Case(hazard=hazard, actor=hazard.reporter, at=self.at, held=[])
        action = awaited_action(case)
        waits = f"{hazard.responsible_post}{ACTIONS[action].label}"
        if action == "submit":
            try:
                require_plan(case)
            except Invalid as exc:
                waits += f"；{exc.message}"
        return waits
