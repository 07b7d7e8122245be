"""What the log of one hazard may tell: age, who judges, what must stand before work is told of and a case ends.

Read off the events alone, by a replay of what they changed.
"""

from __future__ import annotations

from typing import Any

from hazards.actions import ACTIONS
from hazards.models import Hazard, HazardEvent
from organizations.kinds import EDUCATION_TREE
from organizations.models import Unit

COMMITMENTS = ("responsibility", "measures", "funding", "deadline", "contingency")
NOT_AFTER_SEAL = {"withdraw", "amend", "withdraw_evidence"}
ENDED_OTHERWISE = {"demolished", "shut_down", "out_of_use", "vanished"}
Values = dict[str, Any]


def check_story(hazard: Hazard, events: list[HazardEvent]) -> None:
    values: Values = {}
    for event in events:
        before = dict(values)
        values.update({name: new for name, (_old, new) in event.changes.items()})
        where = f"{hazard}#{event.seq} {event.action}"
        _check_age(event, before, where)
        _check_judges(event, before, values, where)
        _check_gates(event, before, values, where)
        if before.get("sealed_at"):
            assert event.action not in NOT_AFTER_SEAL, f"{where} after it was sealed"
            assert event.data.get("after_seal") or event.action == "seal", f"{where} does not say 事后补录"


def _check_age(event: HazardEvent, before: Values, where: str) -> None:
    """Never reset; earlier only, by taking in an older one (8)."""
    if event.seq > 1 and "found_on" in event.changes:
        assert event.action == "absorb", f"{where} changed the age"
        assert event.changes["found_on"][1] < before["found_on"], f"{where} made it younger"


def _check_judges(event: HazardEvent, before: Values, after: Values, where: str) -> None:
    """Who did the work neither verifies nor closes; from 较大 up two verify, and neither of them closes (4)."""
    if not ACTIONS[event.action].bars_rectifiers:
        return
    judges = people_of(event)
    assert not judges & set(before.get("rectifiers") or ()), f"{where} by a rectifier"
    if before.get("level", "general") in ("", "general"):
        return
    if event.action == "pass_verification":
        without_account = sum(bool(words) for words in (event.data.get("second_name"), _named_only(event)))
        assert len(judges) + without_account == 2, f"{where} by one person alone"
    if event.action in ("close", "confirm_and_close", "return_closure"):
        assert not judges & set(before.get("verifiers") or ()), f"{where} by who verified"


def _named_only(event: HazardEvent) -> bool:
    """Whose act was entered for him without an account of his."""
    on_behalf = event.data.get("on_behalf")
    return bool(on_behalf) and not on_behalf["person"]


def people_of(event: HazardEvent) -> set[int]:
    """Whose act it is: not the recorder's, but that of who did it; and the second person."""
    on_behalf, second = event.data.get("on_behalf"), event.data.get("countersigned_by")
    people = {on_behalf["person"]} if on_behalf else {event.actor_id}
    if second:
        people.add(second["id"])
    return {one for one in people if one}


def _check_gates(event: HazardEvent, before: Values, after: Values, where: str) -> None:
    """The plan before the work is told of, commitments at submission, clause and double report before the end (3, 7)."""
    is_inside = _is_inside(after.get("lead.unit_id"))
    needs_plan = is_inside and before.get("level", "general") not in ("", "general")
    if event.action in ("submit", "report_progress"):
        assert not needs_plan or _plan_is_approved(before), f"{where} without an approved plan"
    if event.action == "submit":
        assert not is_inside or _is_complete(after), f"{where} without commitments"
    if event.action in ("close", "confirm_and_close"):
        is_eliminated = after["closure_type"] in ENDED_OTHERWISE
        assert is_eliminated or not needs_plan or _plan_is_approved(before), f"{where} without an approved plan"
        assert is_eliminated or not is_inside or _is_complete(after), f"{where} without commitments"
        if before["level"] == "major":
            assert before["clause_id"], f"{where}: 重大 by no clause"
            assert set(before["double_report"]) == {"department", "staff"}, f"{where} without both reports"
            assert not before["level_is_pending"], f"{where} while the level is not agreed on"


def _plan_is_approved(values: Values) -> bool:
    lead = values.get("lead_assignment_id")
    plans = [name.removesuffix(".assignment_id") for name, value in values.items() if _is_of_lead(name, value, lead)]
    return "approved" in [values[f"{plan}.state"] for plan in plans]


def _is_of_lead(name: str, value: Any, lead: Any) -> bool:
    return name.startswith("plan.") and name.endswith(".assignment_id") and value == lead


def _is_complete(values: Values) -> bool:
    return all((values.get("commitments") or {}).get(name) for name in COMMITMENTS)


def _is_inside(unit_id: int | None) -> bool:
    return unit_id is None or Unit.objects.values_list("kind", flat=True).get(pk=unit_id) in EDUCATION_TREE
