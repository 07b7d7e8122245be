from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Unit, User


class Document(models.Model):
    """A paper: drafted, issued under a number of its series, or void. Once issued its text stands.

    Source of the kinds: ledgers-documents-calendar.md (e).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        ISSUED = "issued", _("已签发")
        VOID = "void", _("已作废")

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    created_at = models.DateTimeField(_("拟稿时间"))
    # D-26 and its like; see documents.kinds.
    kind = models.CharField(_("文种"), max_length=24)
    state = models.CharField(_("状态"), max_length=6, choices=State.choices, default=State.DRAFT)
    # What it is about, of the layer above; and the row there that it goes with.
    subject_id = models.BigIntegerField(null=True)
    row_kind = models.CharField(max_length=12, blank=True)
    row_id = models.BigIntegerField(null=True)
    issuer_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("发文单位")
    )
    addressee = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("受文单位")
    )
    # As they were called when it was drafted, then issued; a body outside the directory has a name alone.
    issuer_name = models.CharField(max_length=80, default="", blank=True)
    addressee_name = models.CharField(max_length=80, default="", blank=True)
    title = models.CharField(_("标题"), max_length=200)
    # What the text is filled from: {field: words}.
    fields = models.JSONField(default=dict)
    text = models.TextField(_("正文"))
    # 〔2026〕3号: series and year give the number, which is used once and never again.
    series = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    issued_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("签发人"),
    )
    issued_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    void_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+")
    void_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("文书")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "serial"], condition=Q(serial__isnull=False), name="document_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", serial__isnull=True) | Q(state="void") | Q(serial__isnull=False),
                name="document_issued_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id", "id"], name="document_of_subject"),
            # Papers of a unit itself.
            models.Index(fields=["issuer_unit", "id"], name="document_of_unit", condition=Q(subject_id__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number or self.pk}"
