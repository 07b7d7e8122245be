from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.clock import WithdrawExtensionData
from hazards.services.act import Act, verb
from hazards.services.issuing import void_papers


@verb("withdraw_extension")
def withdraw_extension_request(act: Act, data: WithdrawExtensionData) -> None:
    """Take back a request for more time; the limit stays as it was."""
    row = act.case.extension
    if row is None:
        raise Invalid(_("没有待审批的延期申请，请刷新后再看。"))
    act.touch(row).take_back()
    act.case.extension = None
    void_papers(act, "extension_request", row, data.reason or _("申请单位撤回"))
    act.move()
