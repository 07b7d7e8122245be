from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.rectifying import AnswerSupportData
from hazards.services.act import Act, require, verb


@verb("answer_support")
def answer_hazard_support(act: Act, data: AnswerSupportData) -> None:
    """Grant or decline what the lead unit asked for."""
    row = act.case.support
    require(row is not None, answer=_("没有待答复的提请，请刷新后再看。"))
    assert row is not None
    act.touch(row).answer = data.answer
    if data.ruling == "grant":
        row.grant()
    else:
        row.decline()
    act.move()
