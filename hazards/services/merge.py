from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid, NotFound
from hazards.data.corrections import MergeData
from hazards.models import Hazard
from hazards.numbers import by_number
from hazards.services.act import Act, require, verb
from hazards.services.merging import act_on_master
from hazards.services.parts import go_back_to_filed
from hazards.services.supervising import require_unlisted
from hazards.states import TERMINAL, Level, State

_RANKS = tuple(Level.values)


@verb("merge")
def merge_hazard(act: Act, data: MergeData) -> None:
    """End this one in another of the same unit, which goes on with the earlier day found and the earlier limit."""
    hazard, master = act.hazard, _find_master(act, data.master)
    require_unlisted(act)
    _check_pair(act, master)
    absorbed = Hazard.objects.filter(merged_into=hazard).only("receipt_number", "file_number")
    numbers = "、".join(one.number for one in absorbed)
    require(
        not numbers,
        master=_("%(numbers)s 已并入这一条，它不能再并入别的；请打开 %(master)s，把那一条并入本条。")
        % {"numbers": numbers, "master": master.number},
    )
    act.notes["master"] = master.number
    act.notes["master_id"] = master.pk
    if act.case.lead is not None:
        go_back_to_filed(act)
    hazard.merged_into = master
    act.move()
    act_on_master(act, "absorb", master)


def _find_master(act: Act, number: str) -> Hazard:
    """Raises Invalid for one that the actor may not see just as for one that is not there."""
    try:
        master = Hazard.objects.defer("search").filter(**by_number(number)).first()
    except NotFound:
        master = None
    if master is None or set(act.case.keys).isdisjoint(master.visible_to):
        raise Invalid.of(master=_("没有找到编号为 %(number)s 的隐患，请核对。") % {"number": number})
    return master


def _check_pair(act: Act, master: Hazard) -> None:
    hazard = act.hazard
    require(master.pk != hazard.pk, master=_("不能并入它自己。"))
    require(not hazard.is_suspended, master=_("本条还在停用中，不能并入别的；请打开那一条，把它并入本条。"))
    if master.merged_into_id is not None:
        final = Hazard.objects.only("receipt_number", "file_number").get(pk=master.merged_into_id)
        raise Invalid.of(master=_("它已并入 %(number)s，请改填 %(number)s。") % {"number": final.number})
    require(
        master.state not in TERMINAL,
        master=_("它已%(state)s，只能并入还在办理的隐患。") % {"state": State(master.state).label},
    )
    require(master.unit_id == hazard.unit_id, master=_("只能并入同一单位的隐患。"))
    require(master.is_restricted == hazard.is_restricted, master=_("敏感事项与一般隐患不能合并。"))
    require(
        _RANKS.index(hazard.rule_level) <= _RANKS.index(master.rule_level),
        master=_("本条等级更高：请打开 %(master)s，把它并入本条；或先用“调整等级”。") % {"master": master.number},
    )
    require(
        master.channel == hazard.channel,
        master=_("直报的隐患不能与学校看得到的合并，以免暴露上报人；可作“不予登记”（已另行登记）。"),
    )
    require(
        hazard.state != State.ASSIGNED or master.lead_assignment_id,
        master=_("本条已交办而那一条还没有：请打开 %(master)s，把它并入本条。") % {"master": master.number},
    )
    has_two_papers = hazard.paper_limit_on and master.paper_limit_on and hazard.paper_unit_id != master.paper_unit_id
    require(not has_two_papers, master=_("两条分属不同单位的法定文书，请分别办理。"))
