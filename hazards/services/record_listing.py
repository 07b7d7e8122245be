from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid, WrongState
from hazards.data.clock import RecordListingData
from hazards.models import Supervision
from hazards.services.act import Act, require, verb
from hazards.services.supervised import set_failed, set_passed
from hazards.services.supervising import Terms, impose, propose, say_not_listed
from hazards.services.supervision_papers import write_announcement
from hazards.states import EvidenceStage, Level
from hazards.states_clock import IN_FORCE, ListingTrigger, SupervisionState


@verb("record_listing")
def record_hazard_listing(act: Act, data: RecordListingData) -> None:
    """Take in what another body decided: its notice, its extension, its acceptance. Source: regulation.md 2.4, issue 4."""
    match data.what:
        case "notice":
            _note_notice(act, data)
        case "extension":
            _note_extension(act, data)
        case _:
            _note_acceptance(act, data)
    act.notes["paper_number"] = data.number
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()


def _note_notice(act: Act, data: RecordListingData) -> None:
    require(data.authority, authority=_("请选挂牌层级。"))
    require(data.lister_name, lister_name=_("请填挂牌机关。"))
    require(data.term_on, term_on=_("请填通知书写明的治理期限。"))
    row = act.case.supervision
    if row is not None and row.state in IN_FORCE:
        _raise(act, act.touch(row), data)
        return
    row = _asked_for(act)
    if row is None:
        if why := say_not_listed(act.case):
            raise Invalid(why)
        is_major = act.hazard.level == Level.MAJOR
        trigger = data.trigger or (ListingTrigger.MAJOR if is_major else ListingTrigger.MEETING)
        row = propose(act, trigger, data.requirements or _("上级挂牌"), authority=data.authority)
    elif data.trigger:
        row.trigger = data.trigger
    _name_body(row, data)
    row.lister_unit, row.supervisor_unit = act.case.bureau, act.case.bureau
    impose(act, row, Terms(term_on=data.term_on, requirements=data.requirements, number=data.number))


def _raise(act: Act, row: Supervision, data: RecordListingData) -> None:
    """A higher body lists what the bureau lists already: it is that body's to accept and to take off from now on."""
    if row.is_external:
        raise Invalid(_("已登记过%(body)s的挂牌，请登记其延期或验收结论。") % {"body": row.lister_name})
    require(row.state != SupervisionState.PASSED, what=_("已验收合格，请先摘牌或销号退回。"))
    act.notes["raised_from"] = f"{row.lister_name} {row.notice_number}".strip()
    _name_body(row, data)
    row.trigger = data.trigger or row.trigger
    row.requirements = data.requirements or row.requirements
    row.notice_number, row.term_on = data.number, data.term_on
    write_announcement(act, row)


def _name_body(row: Supervision, data: RecordListingData) -> None:
    row.authority, row.is_external, row.is_standing = data.authority, True, False
    row.lister_name = data.lister_name


def _asked_for(act: Act) -> Supervision | None:
    """The proposal that this answers: one to the county, or one of the bureau that is overtaken."""
    row = act.case.supervision
    return act.touch(row) if row is not None and row.state == SupervisionState.PROPOSED else None


def _external(act: Act) -> Supervision:
    row = act.case.supervision
    if row is None or row.state not in IN_FORCE or not row.is_external:
        raise WrongState(_("没有登记过上级挂牌，请先登记挂牌通知。"))
    return act.touch(row)


def _note_extension(act: Act, data: RecordListingData) -> None:
    row = _external(act)
    is_later = data.term_on is not None and row.term_on is not None and data.term_on > row.term_on
    require(is_later, term_on=_("请填同意延至的日期，须晚于原期限。"))
    row.term_on = data.term_on
    row.n_extended += 1


def _note_acceptance(act: Act, data: RecordListingData) -> None:
    row = _external(act)
    if data.is_passed:
        require(row.state != SupervisionState.PASSED, is_passed=_("已登记过验收合格。"))
        set_passed(act, row, data.requirements or _("验收合格"))
    elif row.state == SupervisionState.LISTED:
        row.opinion = data.requirements or _("验收不合格")
    else:
        set_failed(act, row)
        row.opinion = data.requirements or _("验收不合格")
