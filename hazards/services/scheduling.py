"""What a hazard of the years' plan (列入治理计划) owes on the way. Source: architecture 3.4, requirements.md H02."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hazards.services.act import Act
from hazards.services.milestones import Milestone, reach


def renew_proof(act: Act) -> None:
    """A photo shows that it is under control; the next is due a month on."""
    if act.hazard.scheduled:
        act.hazard.scheduled = {**act.hazard.scheduled, "proof_on": act.occurred_on.isoformat()}
        act.moves_due = True


def reach_scheduled(act: Act, key: str) -> str:
    """Mark the milestone at that place as reached; gives its words."""
    milestones = reach(act.hazard.scheduled["milestones"], key, act.occurred_on)
    act.hazard.scheduled = {**act.hazard.scheduled, "milestones": milestones}
    act.moves_due = True
    return milestones[int(key)]["what"]


def reach_all(act: Act) -> None:
    """Who tells that the work is done tells it of every milestone. Source: process.md a.4 T23."""
    plan, scheduled = act.case.plan, act.hazard.scheduled
    left: list[str] = []
    if plan is not None and (words := _left(plan.milestones)):
        act.touch(plan).milestones = _reached(plan.milestones, act)
        left += words
    if scheduled and (words := _left(scheduled["milestones"])):
        act.hazard.scheduled = {**scheduled, "milestones": _reached(scheduled["milestones"], act)}
        left += words
    if left:
        act.notes["reached"] = "、".join(left)


def _left(milestones: Iterable[Mapping[str, str]]) -> list[str]:
    return [one["what"] for one in milestones if not one.get("done_on")]


def _reached(milestones: Iterable[Mapping[str, str]], act: Act) -> list[Milestone]:
    return [{**one, "done_on": one.get("done_on") or act.occurred_on.isoformat()} for one in milestones]
