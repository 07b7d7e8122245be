from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.verifying import PassVerificationData
from hazards.services.act import Act, needs_second, require, verb
from hazards.services.judging import end_visit, judges_of, require_no_rectifier
from hazards.services.plan_gate import is_waiting_for_plan
from hazards.services.supervised import pass_acceptance
from hazards.states import EvidenceStage, Level
from hazards.states_clock import IN_FORCE
from organizations.kinds import PostKind
from organizations.posts import list_held_posts


@needs_second("pass_verification")
def _names_second(act: Act, data: PassVerificationData) -> bool:
    """A second verifier with an account says so himself."""
    return data.second is not None


@verb("pass_verification")
def pass_hazard_verification(act: Act, data: PassVerificationData) -> None:
    """Find the work good and pass it on for closure; from 较大 up two find it good (architecture 3.2, separation)."""
    hazard = act.hazard
    if is_waiting_for_plan(act.case):
        raise Invalid(_("报完成后等级已调高，还没有经批准的整改方案，请先“退回补正”，由牵头单位补报方案。"))
    if hazard.level != Level.GENERAL or (hazard.listing in IN_FORCE and not act.case.is_outside):
        require(data.photos, photos=_("较大及以上和挂牌督办的隐患，复查须有现场照片。"))
        _require_two(act, data)
    _check_second(act, data)
    act.lead.confirm()
    hazard.verifiers = judges_of(act)
    pass_acceptance(act, data.opinion, data.second_name)
    end_visit(hazard)
    if act.case.is_outside:
        act.notes["effect"] = _("已解决")
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    act.attach(data.signed_sheet, EvidenceStage.VERIFICATION)
    act.move()


def _require_two(act: Act, data: PassVerificationData) -> None:
    if data.second:
        return
    require(
        data.second_name,
        second=_(
            "较大及以上和挂牌督办的隐患须两人复查：请选第二复查人；他没有账号的，填姓名、电话并上传两人签字的复查表。"
        ),
    )
    require(data.second_phone, second_phone=_("请填第二复查人的电话，以便核实。"))
    require(data.signed_sheet, signed_sheet=_("请上传两人签字的复查表照片。"))


def _check_second(act: Act, data: PassVerificationData) -> None:
    hazard, second = act.hazard, data.second
    require_no_rectifier(hazard, second_name=data.second_name)
    _require_without_account(act, data.second_name)
    if second is None:
        return
    require(second.pk not in hazard.rectifiers, second=_("%(name)s参与了整改，不能复查。") % {"name": second.name})
    itself = {act.actor.pk, *judges_of(act)} if act.second is None else {act.actor.pk}
    require(second.pk not in itself, second=_("第二复查人须是另一个人。"))
    if hazard.is_restricted:
        kinds = {post.kind for post in list_held_posts(second, act.at)}
        may = kinds & {PostKind.CONFIDANT, PostKind.LEADER, PostKind.CHIEF}
        require(may, second=_("敏感事项只能由敏感事项专办员或局领导复查，请另选。"))


def _require_without_account(act: Act, words: str) -> None:
    """By name alone counts who has no account: one that has agrees himself, and closes nothing that he verified."""
    own = act.on_behalf.name if act.on_behalf else act.actor.name
    require(not words or own not in words, second_name=_("第二复查人须是另一个人。"))
    units = sorted({unit for unit in (act.hazard.verifying_unit_id, act.hazard.closing_unit_id) if unit})
    names = (holder.user_name for post in act.case.directory.posts_in(units) for holder in post.holders)
    known = next((name for name in names if name and name in words), "")
    require(not known, second=_("%(name)s有账号，请在“第二复查人”中选他，由他登录确认。") % {"name": known})
