"""What a rung asks of the services: the clock's action and what it says; nothing where that is done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deadlines.models import Deadline
from deadlines.schedule import Planned
from hazards.firing_words import say_rung
from hazards.recipients import Audience, Recipients, UnitRow
from hazards.states import WITHIN_EDUCATION, Source
from hazards.states_clock import MEASURE_ACTS, ROW_ACTS, Act, Authority, Rank, SupervisionState
from hazards.subjects import Subject
from organizations.kinds import EDUCATION_TREE

MAX_TOLD = 300
# How high each of the two that only write rows lifts the hazard; the services lift it themselves.
RANK_OF: Mapping[str, int] = {Act.REMIND: Rank.REMINDED, Act.WARN: Rank.WARNED}
# Kinds of the messages, dotted past tense; a warning has one for each colour.
KIND_OF: Mapping[str, str] = {
    Act.REMIND: "deadline.reminded", Act.LISTING: "deadline.listed",
    Act.COUNTY_LISTING: "deadline.listing_drafted", Act.ESCALATE: "deadline.escalated",
    Act.DEEM_RECEIVED: "deadline.deemed_received", Act.LAPSE_NOTICE: "deadline.notice_lapsed",
    Act.LAPSE_COUNTERSIGN: "deadline.countersign_lapsed", **dict.fromkeys(MEASURE_ACTS, "deadline.measure_drafted"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """An action of the clock with its fields; empty `action` where nothing is left to do."""

    action: str
    data: Mapping[str, Any]


def what_to_do(subject: Subject, deadline: Deadline, one: Planned, around: Recipients, told: Audience) -> Asked:
    act, label = one.rung.act, say_rung(one)
    of = {"of": deadline.kind, "row_id": deadline.row_id or None, "rung": one.rung.position}
    if act in ROW_ACTS:
        return Asked("warn", warn_data(deadline, one, around.units[deadline.owner_unit_id], told))
    if act in MEASURE_ACTS:
        return Asked("draft_measure", {"kind": act, "label": label, **of})
    if act in (Act.LISTING, Act.COUNTY_LISTING):
        is_leads = deadline.row_id == subject.lead_assignment_id
        return _listing(subject, one, around, label, is_leads=is_leads)
    if act == Act.ESCALATE:
        return Asked("escalate_overdue", {"label": label})
    return Asked(str(act), {})


def warn_data(deadline: Deadline, one: Planned, owner: UnitRow, told: Audience) -> dict[str, Any]:
    """As the event keeps it: what is empty is left out."""
    data = {
        "label": say_rung(one), "act": one.rung.act, "of": deadline.kind, "row_id": deadline.row_id or None,
        "rung": one.rung.position, "owner": owner.name, "told": told.told[:MAX_TOLD],
    }  # fmt: skip
    return {name: value for name, value in data.items() if value}


def _listing(subject: Subject, one: Planned, around: Recipients, label: str, *, is_leads: bool) -> Asked:
    """At once only for time that the lead itself owes: for a co-unit's the leader decides."""
    is_proposed = subject.listing == SupervisionState.PROPOSED
    data = {"label": label, "rung": one.rung.position}
    is_automatic = one.rung.act == Act.LISTING and one.rung.is_automatic and is_leads
    at_once = is_automatic and _is_bureaus_own(subject, around)
    if at_once and (is_proposed or not subject.listing):
        # What nobody decided about meanwhile is settled with it.
        return Asked("list_overdue", data)
    if subject.listing:
        return Asked("", {})
    authority = {"authority": Authority.COUNTY} if one.rung.act == Act.COUNTY_LISTING else {}
    return Asked("draft_listing", {**data, **authority})


def _is_bureaus_own(subject: Subject, around: Recipients) -> bool:
    """The bureau lists by standing authority its own units, for what it ordered and not what a school found itself."""
    lead, bureau = around.units.get(subject.lead_unit_id or 0), around.bureau_of(subject)
    is_ours = lead is not None and bureau is not None and lead.kind in EDUCATION_TREE and bureau.id in lead.path
    return is_ours and subject.source != Source.SCHOOL and subject.competence in WITHIN_EDUCATION
