"""Other ways out: where to, what was handed over, and what the provider said."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.outbox import OutboxMessage
from organizations.models import Unit, User


class Way(models.TextChoices):
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")
    WEBHOOK = "webhook", _("对接接口")
    WECOM_ROBOT = "wecom_robot", _("企业微信群机器人")
    DINGTALK_ROBOT = "dingtalk_robot", _("钉钉群机器人")


# Those that reach one person; the others reach a group or a system.
PERSONAL = (Way.EMAIL, Way.SMS, Way.WECOM, Way.DINGTALK)


class Contact(models.Model):
    """Where one person is reached by one way."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="contacts")
    way = models.CharField(_("方式"), max_length=20, choices=Way.choices)
    address = models.CharField(_("地址"), max_length=200)
    is_active = models.BooleanField(_("启用"), default=True)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("联系方式")
        constraints = [
            models.UniqueConstraint(fields=["user", "way"], name="contact_once"),
            models.CheckConstraint(condition=Q(way__in=PERSONAL), name="contact_is_personal"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.way}"


class Outlet(models.Model):
    """A group robot or a system that hears of one subtree of units (群机器人、对接接口)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="outlets", verbose_name=_("单位"))
    way = models.CharField(_("方式"), max_length=20, choices=Way.choices)
    name = models.CharField(_("名称"), max_length=40)
    url = models.CharField(_("地址"), max_length=500)
    secret = models.CharField(_("密钥"), max_length=200, blank=True)
    # Kinds of messages that go there; empty means warnings and what is above them.
    kinds = models.JSONField(default=list)
    is_private_allowed = models.BooleanField(_("允许内网地址"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("外发通道")
        constraints = [
            models.CheckConstraint(condition=~Q(way__in=PERSONAL), name="outlet_is_shared"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message handed over by one way to one address (送达证明)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENT = "sent", _("已送达服务方")
        DEAD = "dead", _("发送失败")
        CANCELED = "canceled", _("不再需要")

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField()
    # None for a test message.
    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, null=True, related_name="deliveries")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, related_name="deliveries")
    way = models.CharField(_("方式"), max_length=20, choices=Way.choices)
    address = models.CharField(_("地址"), max_length=500)
    # Names occasion, way and address; goes out with it, so that a receiver knows a second copy.
    key = models.CharField(max_length=160, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    n_tries = models.PositiveSmallIntegerField(default=0)
    # When the relay may take it; a lease moves it on. None when it is over.
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # What the provider said, or why it is not needed any more.
    answer = models.CharField(max_length=1000, blank=True)
    failure = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("发送记录")
        indexes = [
            models.Index(fields=["next_at"], name="delivery_to_send", condition=Q(next_at__isnull=False)),
            models.Index(fields=["-id"], name="delivery_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return self.key


class DeliveryTry(models.Model):
    """One attempt to hand a delivery over; only ever added."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    is_sent = models.BooleanField()
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("发送尝试")

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at}"


class RelayProcess(models.Model):
    """A process that delivers: when it last looked, and what came of it. Read by the health page."""

    id = models.BigAutoField(primary_key=True)
    # Host and process id.
    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    n_sent = models.PositiveBigIntegerField(default=0)
    n_failed = models.PositiveBigIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("外发进程")

    def __str__(self) -> str:
        return self.name


class SocketProcess(models.Model):
    """A web process with open sockets: how many, and when it last said so. Read by the health page."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80, unique=True)
    beat_at = models.DateTimeField()
    n_sockets = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("长连接进程")

    def __str__(self) -> str:
        return self.name
