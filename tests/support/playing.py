"""The reference and the real district side by side: the same act on both, and what they say of it compared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.clock import today
from core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from hazards.models import Assignment, Hazard, Instruction, Measure, Suspension
from hazards.selectors import access_hazard, list_possible_actions
from hazards.services import perform
from hazards.states import AssignmentState, InstructionState
from organizations.models import User
from organizations.posts import keys_of, list_held_posts
from tests.reference.case import Case
from tests.reference.step import Ask, attempt, report
from tests.support.both_worlds import Move
from tests.support.filled_in import ROWS, FilledIn
from tests.support.invariants import Holders, Rows, check_hazard, present_holders, read_rows, read_with_rows
from tests.support.people_played import PeoplePlayed

KINDS: list[tuple[type[DomainError], int]] = [(NotFound, 404), (WrongState, 409), (NotAllowed, 403), (Invalid, 422)]
__all__ = ["Move", "Players"]


class Players(FilledIn, PeoplePlayed):
    """Tries an act in both, and fails where they differ in what it comes to or where it leads."""

    # --- acts -------------------------------------------------------------------------------------------------

    def report(self, who: str, unit: str, *, domain: str = "04", suspected: bool = False, direct: bool = False) -> int:
        expected = report(self.book, who, unit, domain=domain, suspected=suspected, direct=direct)
        facts = {
            "unit": self.d.units[unit].pk, "place": f"教室{len(self.numbers)}", "domain": domain, "description": "松动",
            "suspected_major": suspected, **({"channel": "direct"} if direct else {}),
        }  # fmt: skip
        self.told.append(f"report({who!r}, {unit!r}, domain={domain!r}, suspected={suspected}, direct={direct})")
        more = {"acting_post": self.posts[self.book.cases[-1].reporter_post]} if expected == 201 else {}
        code, outcome = self._try("report", self.d.people[who], None, data=facts, **more)
        assert code == (200 if expected == 201 else expected), f"report came to {code}, expected {expected}: {outcome}"
        if code == 200:
            self.numbers.append(outcome.receipt_number)
            self.compare(len(self.numbers) - 1)
        return expected

    def act(self, ask: Ask) -> int:
        """Tries it in both; fails where they differ in what it comes to or where it leads."""
        before = self.book.cases[ask.case]
        row = self.row_of(ask, before)
        expected = attempt(self.book, ask)
        self.told.append(f"{expected} {ask}")
        number = self.numbers[ask.case]
        version = Hazard.objects.values_list("version", flat=True).get(receipt_number=number)
        who = self.d.people[ask.person] if ask.person else None
        more: dict[str, Any] = {"version": version - 1 if ask.is_old else version}
        if ask.by:
            more["acting_post"] = self.posts[ask.by.post]
        if ask.recorded:
            named = {"person": self.d.people[ask.named].pk} if ask.named else {}
            more["on_behalf"] = {"name": "某某", "how": "call", "note": "电话", **named}
        data = self.real(ask, before, who, row)
        offered = self.offered(ask, number)
        code, outcome = self._try(ask.action, who, number, data=data, **more)
        code = 202 if code == 200 and outcome.event == "hazard.countersign_requested" else code
        assert code == expected, f"{number} {ask.action} came to {code}, expected {expected}: {outcome}"
        # Whether the same is under way is known only once it is said what is wanted.
        is_told = ask.action != "propose_measure" or code != 409
        if offered is not None and is_told and code in (200, 202, 403, 409) and not ask.is_old:
            is_done = code in (200, 202)
            assert (ask.action in offered) == is_done, (
                f"{number} {ask.action}: {code}, {'not ' if is_done else ''}offered"
            )
        if code in (200, 202):
            # A consent is told as the act that was agreed to.
            to = before.state if ask.action == "confirm_countersign" else outcome.state
            self.moves.add((ask.action, before.state, to))
            self.compare(ask.case)
        return code

    def offered(self, ask: Ask, number: str) -> set[str] | None:
        """What his page offers him, now and then; None where it was not looked at."""
        if not ask.person or ask.recorded or len(self.told) % self.LOOKS_EVERY:
            return None
        try:
            case = access_hazard(self.d.people[ask.person], number, self.d.at)
        except NotFound:
            return set()
        return {possible.action.name for possible in list_possible_actions(case)}

    def _try(self, action: str, who: User | None, number: str | None, **more: Any) -> tuple[int, Any]:
        try:
            return 200, perform(action, actor=who, at=self.d.at, number=number, **more)
        except DomainError as error:
            code = next(code for kind, code in KINDS if isinstance(error, kind))
            return code, f"{error.message} {getattr(error, 'fields', '')}"

    def row_of(self, ask: Ask, case: Case) -> int | None:
        """The id of the small row that the data names by the key of the reference."""
        key = ask.data.get("row")
        if key is None:
            return None
        hazard = self.find(self.numbers[ask.case])
        if ask.action == "reply_instruction":
            place = [one.key for one in case.instructions].index(key)
            rows = Instruction.objects.filter(hazard=hazard, state=InstructionState.OPEN).order_by("pk")
            return rows.values_list("pk", flat=True)[place]
        if ask.action in ROWS:
            return self._row_of_clock(ask, case, hazard, key)
        unit = next(part.unit for part in case.assignments if part.key == key)
        living = Assignment.objects.filter(hazard=hazard, unit=self.d.units[unit]).exclude(
            state=AssignmentState.CANCELED
        )
        return living.exclude(kind="control").values_list("pk", flat=True).get()

    def _row_of_clock(self, ask: Ask, case: Case, hazard: Hazard, key: int) -> int:
        """Both keep them in the order in which they came."""
        if ROWS[ask.action] == "suspension":
            keys = [row.key for row in case.suspensions]
            rows = Suspension.objects.filter(hazard=hazard, state__in=["in_force", "resume_requested"])
            return rows.order_by("pk").values_list("pk", flat=True)[keys.index(key)]
        keys = [row.key for row in case.measures]
        living = Measure.objects.filter(hazard=hazard).exclude(state__in=["declined", "withdrawn", "ended"])
        return living.order_by("pk").values_list("pk", flat=True)[keys.index(key)]

    # --- comparing --------------------------------------------------------------------------------------------

    def compare(self, index: int) -> None:
        """State, whose turn it is, the turns beside it, who did the work: as the reference has them; and what always holds."""
        case, at = self.book.cases[index], self.d.at
        hazard = read_with_rows(receipt_number=self.numbers[index])
        rows = read_rows([hazard])[hazard.pk]
        owes = self.book.owing(case)
        told = (hazard.state, self.post_names.get(hazard.responsible_post_id or 0), self.turns(rows))
        expected = (case.state, owes, sorted(case.turns()))
        assert told == expected, f"{told}\nexpected {expected}"
        people = {self.person_names[pk] for pk in hazard.rectifiers}
        assert people == case.rectifiers, f"rectifiers {people}, expected {case.rectifiers}"
        told_units = self.unit_names.get(hazard.verifying_unit_id or 0, ""), self.unit_names[hazard.handling_unit_id]
        assert told_units == (case.verifying, case.handling), f"verified and handled by {told_units}"
        assert (hazard.level, hazard.level_is_pending, hazard.round) == (case.level, case.is_pending, case.round)
        listing = case.listing.state if case.listing else ""
        assert (hazard.listing, hazard.is_suspended) == (listing, bool(case.suspensions))
        limit_on = hazard.lead_assignment.limit_on if hazard.lead_assignment else None
        assert limit_on == (case.lead.limit_on if case.lead else None), f"until {limit_on}"
        check_hazard(hazard, rows, self.holders_at(at), replays=self.replays)

    def turns(self, rows: Rows) -> list[tuple[str, str, str]]:
        by_id = {(name, row.pk): row for name, found in rows.by_machine.items() for row in found}
        found = []
        for task in rows.turns:
            machine = task.process.machine
            row = by_id["part" if machine == "return" else machine, task.process.row_id]
            found.append((machine, *self._told_of(machine, row)))
        return sorted(found)

    def _told_of(self, machine: str, row: Any) -> tuple[str, str]:
        match machine:
            case "part":
                return str(row.state), self.unit_names[row.unit_id]
            case "return":
                return str(row.return_state), self.unit_names[row.unit_id]
            case "plan":
                return str(row.state), ""
            case "countersign":
                return "open", row.action
            case "extension":
                return str(row.state), self.unit_names[row.to_unit_id]
            case "suspension":
                return str(row.state), "D" if row.is_mandatory else row.scope
            case "supervision":
                return str(row.state), self.unit_names[row.lister_unit_id]
            case "measure":
                return str(row.state), f"{row.kind} {self.unit_names[row.unit_id]}"
            case _:
                return "open", self.unit_names[row.to_unit_id]

    def holders_at(self, at: datetime) -> Holders:
        """Read anew when people or days changed."""
        if self._holders is None or self._holders[0] != today(at):
            self._holders = (today(at), present_holders(at))
        return self._holders[1]

    def compare_readers(self, indexes: list[int]) -> None:
        """Who may read each case."""
        for index in indexes:
            hazard, case = self.find(self.numbers[index]), self.book.cases[index]
            for name, user in self.d.people.items():
                keys = keys_of(user, list_held_posts(user, self.d.at))
                sees = not set(keys).isdisjoint(hazard.visible_to)
                expected = self.book.sees(name, case)
                assert sees == expected, f"{name} {'reads' if sees else 'does not read'} {case.state} {hazard}"
