from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.corrections import UnmergeData
from hazards.models import Hazard
from hazards.services.act import Act, needs_second, verb
from hazards.services.merging import act_on_master, unmerge_until
from hazards.services.move_unit import follow_mergers
from hazards.states import State


@needs_second("unmerge")
def _always(act: Act, data: UnmergeData) -> bool:
    return True


@verb("unmerge")
def unmerge_hazard(act: Act, data: UnmergeData) -> None:
    """Let it go on by itself, filed where it once was; within 30 days, or whenever its master turned out to be none."""
    hazard = act.hazard
    assert hazard.merged_into_id is not None
    master = Hazard.objects.defer("search").get(pk=hazard.merged_into_id)
    until = unmerge_until(hazard)
    if until is not None and act.at >= until:
        raise Invalid(_("合并已超过 30 天，不能撤销；仍有问题请重新上报。"))
    follow_mergers(act)
    act.notes["master"] = master.number
    hazard.merged_into = None
    hazard.cycle += 1
    hazard.handling_since = act.at
    hazard.unmerge(State.FILED if hazard.level else State.REPORTED)
    act_on_master(act, "release", master)
