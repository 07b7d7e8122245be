from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.actions import ACTIONS, Party
from hazards.data.assigning import ChangePartiesData
from hazards.permitted import party_unit, permitted_posts
from hazards.services.act import Act, require, verb
from hazards.services.parts import add_co_units, drop_part
from hazards.states import AssignmentKind, State

# What each party may change.
OF_ISSUER = ("add", "remove", "verifier")
OF_LEAD = ("leader", "handler")


@verb("change_parties")
def change_hazard_parties(act: Act, data: ChangePartiesData) -> None:
    """Change who takes part: the issuer the co-units and who verifies, the lead unit its own people."""
    _check_whose(act, data)
    _change_co_units(act, data)
    _change_verifier(act, data)
    _change_people(act, data)
    act.move()


def _check_whose(act: Act, data: ChangePartiesData) -> None:
    given = [name for name in (*OF_ISSUER, *OF_LEAD) if getattr(data, name)]
    if not given:
        raise Invalid(_("请至少调整一项。"))
    wrong: dict[str, list[str]] = {}
    if not acts_for(act, Party.ISSUER):
        wrong |= {name: [_("由交办单位调整。")] for name in given if name in OF_ISSUER}
    if not acts_for(act, Party.LEAD):
        wrong |= {name: [_("由牵头单位调整。")] for name in given if name in OF_LEAD}
    if wrong:
        raise Invalid(fields=wrong)


def acts_for(act: Act, party: Party) -> bool:
    """Whether the post acts, or what is recorded is an act, for a party."""
    posts = {post.id for post in permitted_posts(act.case, replace(ACTIONS["change_parties"], party=party))}
    if act.on_behalf and act.on_behalf.post_id is None:
        return party_unit(act.case, party) == act.on_behalf.unit.pk
    return act.acted_post_id in posts


def _change_co_units(act: Act, data: ChangePartiesData) -> None:
    if data.remove is not None:
        part = next(row for row in act.case.parts if row.pk == data.remove.pk)
        drop_part(act, part)
        act.notes["removed_unit"] = part.unit.name
    if not data.add:
        return
    if act.hazard.state not in (State.ASSIGNED, State.RECTIFYING):
        raise Invalid.of(add=_("整改已报完成，不能再加配合单位；不合格退回后再加。"))
    add_co_units(
        act,
        data.add,
        data.co_task,
        issuer_unit_id=act.lead.issuer_unit_id,
        issued_as=act.lead.issued_as,
        field_name="add",
    )


def _change_verifier(act: Act, data: ChangePartiesData) -> None:
    """Another unit verifies; never one that works on it."""
    if data.verifier is None:
        return
    hazard = act.hazard
    working = {row.unit_id for row in act.case.assignments if row.kind != AssignmentKind.CONTROL}
    require(
        data.verifier.pk not in working,
        verifier=_("“%(unit)s”参与整改，不能复查，请选别的单位。") % {"unit": data.verifier.name},
    )
    require(data.verifier.pk != hazard.verifying_unit_id, verifier=_("复查单位本来就是它，不用调整。"))
    hazard.verifying_unit_id = data.verifier.pk
    hazard.closes_in_one_act = False


def _change_people(act: Act, data: ChangePartiesData) -> None:
    """A new handler becomes a rectifier; the old one stays one."""
    if data.leader is None and data.handler is None:
        return
    hazard, lead = act.hazard, act.lead
    if hazard.state == State.ASSIGNED:
        raise Invalid(_("还没有签收，责任领导和经办人在“签收”时填写。"))
    if data.handler is not None:
        has_verified = data.handler.pk in hazard.verifiers
        require(not has_verified, handler=_("%(name)s已复查过这条隐患，不能做经办人。") % {"name": data.handler.name})
        lead.handler, lead.handler_name = data.handler, ""
        act.add_rectifiers(data.handler.pk)
    if data.leader is not None:
        lead.leader, lead.leader_name = data.leader, ""
