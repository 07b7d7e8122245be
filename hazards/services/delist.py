from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.clock import DelistData
from hazards.models import Supervision
from hazards.services.act import Act, require, verb
from hazards.services.supervising import is_bound, show
from hazards.services.supervision_papers import issue_delisting
from hazards.states import EvidenceStage, State
from hazards.states_clock import SupervisionState


@verb("delist")
def delist_hazard(act: Act, data: DelistData) -> None:
    """摘牌: by who listed it, once it was accepted; a wrong listing with its reason at any time. 销号 is another act.

    Source: process.md a.5, a.6; regulation.md 2.4.
    """
    row: Supervision = act.row(None, "opinion")
    is_accepted = row.state == SupervisionState.PASSED and (row.is_external or act.hazard.state == State.VERIFIED)
    require(
        is_accepted or data.wrong_because,
        wrong_because=_("还没有验收合格。挂牌有误须撤销的，请写明理由；否则等复查合格后再摘牌。"),
    )
    require(
        is_accepted or not is_bound(row, act.hazard),
        wrong_because=_("重大火灾隐患、危化品重大隐患必须挂牌督办；等级有误的请先“调整等级”。"),
    )
    require(not is_accepted or not data.wrong_because, wrong_because=_("已验收合格，直接摘牌，不用填这一项。"))
    if row.is_external:
        require(data.number, number=_("请填%(body)s的摘牌文号。") % {"body": row.lister_name})
        require(data.photos, photos=_("请上传%(body)s摘牌文件的扫描件。") % {"body": row.lister_name})
    row.delisted_on, row.opinion = act.occurred_on, data.opinion
    row.delisting_number = data.number or (issue_delisting(act, row) if is_accepted else "")
    if is_accepted:
        row.delist()
    else:
        # A listing that should not have been stands in no one's way.
        row.revoke()
        row.ban_until_on = None
    show(act, row)
    act.case.supervision = None
    if row.delisting_number:
        act.notes["paper_number"] = row.delisting_number
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()
