from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models.people import User


class HandOverSheet(models.Model):
    """What a person had on his desk when he handed over, for both to sign; never changed afterwards."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("移交人"))
    on = models.DateField(_("交接日期"))
    # What was handed over: [{"post", "taker"}], names as they were.
    posts = models.JSONField(_("岗位"), default=list)
    # [{"number", "what", "state", "due_on", "post", "taker"}], `what` empty where restricted.
    items = models.JSONField(_("事项"), default=list)
    witness = models.CharField(_("监交人"), max_length=40, blank=True)
    is_leaving = models.BooleanField(_("离任"), default=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    made_at = models.DateTimeField(_("办理时间"))

    class Meta:
        verbose_name = _("交接清单")
        indexes: ClassVar = [models.Index(fields=["person", "-made_at"], name="sheet_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.on}"


class PeopleImport(models.Model):
    """A workbook of units and people that was read and looked at; its rows are kept until they are brought in."""

    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("导入人"))
    made_at = models.DateTimeField(_("上传时间"))
    file_name = models.CharField(_("文件名"), max_length=120)
    # The rows as read; emptied when they have been brought in or nobody did so in time.
    rows = models.JSONField(_("内容"), default=dict)
    # [{"sheet", "row", "column", "message"}]
    errors = models.JSONField(_("问题"), default=list)
    # {"new_units": 3, …}
    counts = models.JSONField(_("结果"), default=dict)
    done_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    # Accounts opened by it; their first passwords are made when the sheet is asked for.
    people = models.ManyToManyField(User, related_name="+", blank=True)

    class Meta:
        verbose_name = _("机构人员导入")

    def __str__(self) -> str:
        return self.file_name
