from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.assigning import RuleReturnData
from hazards.models import Assignment
from hazards.services.act import Act, require, verb
from hazards.services.handing import hand_to
from hazards.services.parts import add_part, drop_part, go_back_to_filed
from hazards.states import State


@verb("rule_return")
def rule_on_return(act: Act, data: RuleReturnData) -> None:
    """Answer a unit that wants to be rid of its assignment: keep it there, give it to another, or take it back.

    A co-unit's part changes alone. Source: process.md a.4 T15.
    """
    row: Assignment = act.row(data.part, "part")
    hazard = act.hazard
    act.notes["asking"] = row.unit.name
    require(data.ruling != "transfer" or data.lead, lead=_("请选改由哪个单位办理。"))
    if data.ruling == "keep":
        row.keep()
        hazard.rule_return(State(hazard.state))
    elif row is not act.case.lead:
        _free_co_unit(act, row, data)
        hazard.rule_return(State(hazard.state))
    elif data.lead is not None and data.ruling == "transfer":
        hand_to(act, data.lead, limit_on=data.limit_on)
        hazard.rule_return(State.ASSIGNED)
    else:
        go_back_to_filed(act)
        hazard.rule_return(State.FILED)


def _free_co_unit(act: Act, row: Assignment, data: RuleReturnData) -> None:
    """Its part ends; another unit gets it where the ruling says so."""
    require(not data.lead or data.lead.pk != row.unit_id, lead=_("请选另一个单位。"))
    drop_part(act, row)
    if data.ruling == "transfer" and data.lead:
        taken = {part.unit_id for part in act.case.assignments}
        require(data.lead.pk not in taken, lead=_("“%(unit)s”已是牵头或配合单位。") % {"unit": data.lead.name})
        limit_on = data.limit_on or row.limit_on
        add_part(
            act, data.lead, task=row.requirements, issuer_unit_id=row.issuer_unit_id, limit_on=limit_on,
            issued_as=row.issued_as,
        )  # fmt: skip
