from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.clock import DecideListingData
from hazards.models import Supervision
from hazards.services.act import Act, require, verb
from hazards.services.supervising import Terms, impose, is_bound, is_of_bureau, show
from hazards.states import State
from hazards.states_clock import Authority
from organizations.kinds import UnitKind


@verb("decide_listing")
def decide_hazard_listing(act: Act, data: DecideListingData) -> None:
    """List it, or say why not. Source: process.md a.5."""
    row: Supervision = act.row(None, "ruling")
    if data.ruling == "list":
        _require_authority(act, row)
        impose(
            act, row,
            Terms(
                term_on=data.term_on, supervisor_unit=data.supervisor_unit, supervisor=data.supervisor,
                requirements=data.requirements, number=data.number, is_public=data.is_public, opinion=data.opinion,
            ),
        )  # fmt: skip
    else:
        _decline(act, row, data)
    act.move()


def _require_authority(act: Act, row: Supervision) -> None:
    if act.hazard.state == State.VERIFIED:
        raise Invalid(_("已复查合格，不再挂牌，请选“不予挂牌”。"))
    is_bureaus = act.case.unit(row.lister_unit_id).kind == UnitKind.EDU
    if is_bureaus and row.authority != Authority.SECTOR:
        raise Invalid(_("县级挂牌由县级机构决定；收到其通知后请用“登记上级挂牌”登记。"))
    if is_bureaus and not is_of_bureau(act.case):
        raise Invalid(_("已由教育系统以外的单位办理，教育局不能挂牌，请选“不予挂牌”，另行提请县级挂牌。"))


def _decline(act: Act, row: Supervision, data: DecideListingData) -> None:
    """With a reason; what must be listed by its kind is not declined while it is what it is."""
    require(data.opinion, opinion=_("不予挂牌须写明理由。"))
    require(
        not is_bound(row, act.hazard) or act.hazard.state == State.VERIFIED,
        ruling=_("重大火灾隐患、危化品重大隐患必须挂牌督办；等级有误的请先“调整等级”。"),
    )
    row.decline()
    row.opinion = data.opinion
    show(act, row)
    act.case.supervision = None
