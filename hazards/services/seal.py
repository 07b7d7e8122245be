from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.corrections import SealData
from hazards.sealing import write_archive
from hazards.services.act import Act, verb


@verb("seal")
def seal_hazard(act: Act, data: SealData) -> None:
    """Freeze the file after an accident: export all of it with its hash; nothing is taken back or corrected any more.

    Source: architecture 3.4.
    """
    if act.hazard.sealed_at is not None:
        raise Invalid(_("已经封存，不能再次封存。"))
    archive = write_archive(act.hazard, at=act.at)
    act.notes["archive"] = archive.sha256
    act.notes["n_files"] = archive.n_files
    act.notes["size"] = archive.size
    act.hazard.sealed_at = act.at
    act.move()


def require_unsealed(act: Act) -> None:
    """Raises Invalid for what would change the record of a sealed file."""
    if act.hazard.sealed_at is not None:
        raise Invalid(_("档案已封存，不能撤回或更正；有新的情况请用“补充证据”等如实补录。"))
