from __future__ import annotations

from hazards.data.corrections import ReplyInstructionData
from hazards.models import Instruction
from hazards.services.act import Act, verb
from hazards.states import EvidenceStage


@verb("reply_instruction")
def reply_to_instruction(act: Act, data: ReplyInstructionData) -> None:
    """Tell the leader what was done."""
    row = act.row(data.instruction, "instruction")
    assert isinstance(row, Instruction)
    row.reply = data.reply
    row.answer()
    act.case.instructions.remove(row)
    act.notes["author"] = row.author_label
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()
