from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from hazards.models.hazard import Assignment, Hazard
from hazards.states import EvidenceStage
from organizations.models import User


class Upload(models.Model):
    """A checked and re-encoded file of one person. It may exist before the report does; unused ones are cleaned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    uploader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Path below MEDIA_ROOT, random, never shown.
    stored_as = models.CharField(max_length=120)
    name = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    # Restricted: kept as evidence, shown nowhere, not in the stored file.
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("上传文件")
        indexes = [models.Index(fields=["uploaded_at"], name="upload_by_age")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        return self.content_type.startswith("image/")


class Evidence(models.Model):
    """A file that proves something about a hazard. Withdrawn ones stay, marked."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="evidence")
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="evidence")
    # The co-unit's part that it belongs to; none for the lead's work and all else.
    part = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="evidence"
    )
    stage = models.CharField(_("环节"), max_length=12, choices=EvidenceStage.choices)
    round = models.PositiveSmallIntegerField(default=1)
    # The event that brought it, and the one that withdrew it.
    seq = models.PositiveIntegerField()
    withdrawn_seq = models.PositiveIntegerField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("证据")
        ordering = ["id"]
        indexes = [models.Index(fields=["hazard", "stage"], name="evidence_of_hazard")]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.stage}"
