from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.urgency import Urgency
from organizations.models import User


class ToldBy(models.TextChoices):
    """How a message reaches its reader first."""

    LIVE = "live", _("即时")
    DIGEST = "digest", _("随每日汇总")
    FOLDED = "folded", _("并入汇总")


class Quiet(models.TextChoices):
    """When nothing but what is urgent goes out past the inbox."""

    NEVER = "", _("不设")
    NIGHT = "night", _("夜间（21:00 至次日 7:00）")
    OUTSIDE_HOURS = "outside_hours", _("上班时间以外")


class Inbox(models.Model):
    """The messages of one person: the last number given, how many are unread, and what he wants to hear how.

    Its row lock makes numbers rise without a gap; it is the last lock that an act takes.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="inbox")
    last_no = models.BigIntegerField(default=0)
    n_unread = models.PositiveIntegerField(default=0)
    # What came live in one hour, against the cap.
    hour = models.DateTimeField(null=True)
    n_hour = models.PositiveIntegerField(default=0)
    # {kind: "digest" or "off"}; what is not named is told at once.
    choices = models.JSONField(default=dict)
    # {way: whether it is wanted}; what is not named is as the kind says.
    ways = models.JSONField(default=dict)
    quiet = models.CharField(_("免打扰"), max_length=20, choices=Quiet.choices, blank=True, default=Quiet.NIGHT)
    wants_digest = models.BooleanField(_("每日汇总"), default=True)

    class Meta:
        verbose_name = _("消息箱")

    def __str__(self) -> str:
        return f"{self.user_id}"


class OutboxMessage(models.Model):
    """One occasion told to one recipient, written in the transaction of what it tells of."""

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    created_at = models.DateTimeField()
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("接收人"))
    # Dotted, such as deadline.warned_red.
    kind = models.CharField(max_length=60)
    # What it is about, of the layer above, and the number of its event.
    subject_id = models.BigIntegerField(null=True)
    event_seq = models.PositiveIntegerField(null=True)
    # What the text is made of; never the content of a confidential matter.
    payload = models.JSONField(default=dict)
    # The same occasion is never told twice to one.
    dedupe_key = models.CharField(max_length=120, unique=True)
    # Rises without a gap for each recipient; none for what was not told live.
    no = models.BigIntegerField(null=True)
    told_by = models.CharField(max_length=10, choices=ToldBy.choices, default=ToldBy.LIVE, db_default=ToldBy.LIVE)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.INFO, db_default=Urgency.INFO)
    read_at = models.DateTimeField(null=True)
    # When the other ways out have to look at it; none once they did.
    relay_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("消息")
        indexes = [
            models.Index(fields=["recipient", "-id"], name="message_of_recipient"),
            models.Index(fields=["subject_id", "id"], name="message_of_subject", condition=Q(subject_id__isnull=False)),
            models.Index(fields=["relay_at"], name="message_to_relay", condition=Q(relay_at__isnull=False)),
            models.Index(
                fields=["recipient", "subject_id"],
                name="message_unread",
                condition=Q(read_at__isnull=True, told_by="live"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "no"], name="message_no_once"),
            models.CheckConstraint(condition=Q(no__isnull=True) | Q(told_by="live"), name="message_no_is_live"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.kind}"
