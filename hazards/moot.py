"""Acts that their guards would refuse whatever is filled in: these are not offered."""

from __future__ import annotations

from hazards.actions import Action, Party
from hazards.case import Case
from hazards.models import Assignment, HazardEvent
from hazards.policies import decide_as, rows_of_post
from hazards.row_posts import rows_for
from hazards.services.appeal import appeal_until
from hazards.services.dual import can_be_agreed_to
from hazards.services.extending import say_not_extended
from hazards.services.filing import is_schools_own
from hazards.services.merging import unmerge_until
from hazards.services.part_gate import list_open_parts
from hazards.services.plan_gate import is_waiting_for_plan
from hazards.services.record_appraisal import is_building
from hazards.services.reopen import reopen_until
from hazards.services.request_return import RETURNABLE
from hazards.services.supervising import may_be_recorded, say_not_listed
from hazards.services.suspending import may_be_used_again
from hazards.services.withdraw import is_undoable
from hazards.states import WITHIN_EDUCATION, AssignmentKind, Level, PlanState, ReturnState, State


def cannot_help(case: Case, action: Action) -> bool:
    """An action that its guards would refuse whatever is filled in is not offered."""
    hazard = case.hazard
    match action.name:
        case "self_handle" | "fix_on_spot":
            return not is_schools_own(hazard) or hazard.suspected_major or hazard.is_restricted
        case "confirm_and_close":
            return not hazard.closes_in_one_act or hazard.is_suspended or bool(hazard.listing)
        case "close":
            return hazard.is_suspended or bool(hazard.listing)
        case "propose_listing":
            return bool(say_not_listed(case))
        case "record_listing":
            return not may_be_recorded(case)
        case "end_use":
            return not hazard.is_suspended
        case "request_resume":
            return not may_be_used_again(case)
        case "request_extension":
            return bool(say_not_extended(case))
        case "withdraw_extension":
            return case.extension is None
        case "set_limit":
            return case.extension is not None or hazard.is_scheduled
        case "escalate":
            return case.superior(hazard.handling_unit_id) is None
        case "submit":
            asked = case.lead is not None and case.lead.return_state == ReturnState.REQUESTED
            return asked or is_waiting_for_plan(case) or bool(list_open_parts(case))
        case "report_progress":
            return is_waiting_for_plan(case)
        case "save_plan" | "submit_plan" | "request_support" | "record_appraisal" | "change_parties":
            return _is_moot(case, action.name)
        case "assign" | "notify" | "refer":
            return (hazard.competence in WITHIN_EDUCATION) != (action.name == "assign")
        case "record_service":
            return case.lead is None or case.lead.kind == AssignmentKind.REQUEST
        case "request_return":
            return not _returnable(case)
        case "confirm_countersign":
            return not can_be_agreed_to(case)
        case "withdraw":
            return hazard.sealed_at is not None or not _last_is_own_and_undoable(case)
        case "withdraw_evidence":
            own = hazard.evidence.filter(upload__uploader=case.actor, withdrawn_seq__isnull=True)
            return hazard.sealed_at is not None or not own.exists()
        case _:
            return _is_moot_correction(case, action.name)


def _is_moot(case: Case, action_name: str) -> bool:
    """Plans, support, appraisals and parties as they stand leave nothing to do."""
    plan = case.plan
    match action_name:
        case "save_plan":
            return plan is not None and plan.state == PlanState.IN_REVIEW
        case "submit_plan":
            return plan is None or plan.state != PlanState.DRAFT
        case "request_support":
            return case.support is not None
        case "record_appraisal":
            return not is_building(case.hazard.domain.code)
        case _:
            # The lead names its people when it signs; who verifies and takes part is the issuer's to change.
            return case.hazard.state == State.ASSIGNED and not decide_as(case, action_name, Party.ISSUER).is_allowed


def _returnable(case: Case) -> list[Assignment]:
    """The assignments of the reader's units, else of any, of which return was not asked yet."""
    mine = rows_of_post(case, "request_return", frozenset(post.id for post in case.held))
    rows = mine or rows_for(case, "request_return")
    assignments = [row for row in rows if isinstance(row, Assignment)]
    return [row for row in assignments if row.return_state == ReturnState.NONE and row.state in RETURNABLE]


def _last_is_own_and_undoable(case: Case) -> bool:
    last = HazardEvent.objects.filter(hazard=case.hazard, seq=case.hazard.last_seq).first()
    return last is not None and last.actor_id == case.actor.pk and is_undoable(last)


def _is_moot_correction(case: Case, action: str) -> bool:
    hazard = case.hazard
    match action:
        case "amend" | "seal":
            return hazard.sealed_at is not None
        case "record_double_report":
            return bool(hazard.level != Level.MAJOR)
        case "appeal":
            until = appeal_until(case)
            return until is None or case.at >= until
        case "unmerge":
            until = unmerge_until(hazard)
            return until is not None and case.at >= until
        case "reopen":
            return case.at >= reopen_until(hazard)
        case _:
            return False
