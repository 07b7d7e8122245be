from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import User


class OutboxMessage(models.Model):
    """One occasion told to one recipient, written in the transaction of what it tells of.

    The ways out and the inbox come with the notifications; until then the rows are the record.
    """

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    created_at = models.DateTimeField()
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("接收人"))
    # Dotted, such as deadline.warned.
    kind = models.CharField(max_length=60)
    # What it is about, of the layer above, and the number of its event.
    subject_id = models.BigIntegerField(null=True)
    event_seq = models.PositiveIntegerField(null=True)
    # What the text is made of; never the content of a confidential matter.
    payload = models.JSONField(default=dict)
    # The same occasion is never told twice to one.
    dedupe_key = models.CharField(max_length=120, unique=True)

    class Meta:
        verbose_name = _("待发消息")

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.kind}"
