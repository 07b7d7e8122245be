from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.corrections import InstructData
from hazards.limits import end_of, step_due
from hazards.models import Instruction
from hazards.services.act import Act, require, verb

INSTRUCTION = "instruction"
LONGEST_REPLY = timedelta(days=366)


@verb("instruct")
def instruct_on_hazard(act: Act, data: InstructData) -> None:
    """Have a unit of the case report on what a leader wants done (批示); several may be open at once."""
    on = today(act.at)
    if data.reply_on is not None:
        require(data.reply_on >= on, reply_on=_("回复期限不能早于今天。"))
        require(data.reply_on <= on + LONGEST_REPLY, reply_on=_("回复期限最长一年。"))
    act.case.remember(data.to)
    row = Instruction(
        hazard=act.hazard,
        author=(act.on_behalf.person if act.on_behalf else None) or act.actor,
        author_label=act.on_behalf.post_label if act.on_behalf else act.post.label,
        text=data.instruction,
        to_unit=data.to,
        opened_at=act.at,
        due_at=end_of(data.reply_on) if data.reply_on else step_due(act.hazard, INSTRUCTION, act.at),
    )
    act.case.instructions.append(act.touch(row))
    act.move()
