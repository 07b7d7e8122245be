from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deadlines.models.policy import Policy
from organizations.models import Unit


class Deadline(models.Model):
    """A limit that runs: whose, of what, until when, and when it is next looked at.

    One row for each thing that is limited, used again when it is limited anew. What it says can be recomputed from
    the subject's log, the policy and the calendar; `wake_at` alone is the loop's own.
    """

    class State(models.TextChoices):
        ARMED = "armed", _("计时中")
        # Stands still and may go on.
        PAUSED = "paused", _("已暂停")
        ENDED = "ended", _("已结束")

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    created_at = models.DateTimeField()
    # What is limited: a subject of the layer above, what of it, and which row where there are several.
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    row_id = models.BigIntegerField(default=0)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ARMED)

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, db_index=False, related_name="+")
    ladder = models.CharField(max_length=12, blank=True)
    level = models.CharField(max_length=12, blank=True)
    # Who owes it.
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+")

    # Counts how often it was set; firings name it.
    arming = models.PositiveIntegerField(default=1)
    # From when the time is counted, and the first late moment.
    armed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # Rungs up to this moment are done with: at first the moment of this arming.
    fired_until = models.DateTimeField()
    # The moment of the next rung; none where no rung is left.
    next_fire_at = models.DateTimeField(null=True)

    # When the loop looks at it: at next_fire_at, later while another works on it (a lease) or after a failure.
    wake_at = models.DateTimeField(null=True)
    n_failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("时限")
        constraints = [models.UniqueConstraint(fields=["subject_id", "kind", "row_id"], name="deadline_once")]
        indexes = [
            # The sweep's.
            models.Index(fields=["wake_at"], name="deadline_wake", condition=Q(wake_at__isnull=False)),
            # Who is late with how many: colours of units, my overdue.
            models.Index(fields=["owner_unit", "due_at"], name="deadline_owed", condition=Q(state="armed")),
            # The health page's.
            models.Index(fields=["failed_at"], name="deadline_failed", condition=Q(failed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.kind} {self.row_id} {self.due_at:%Y-%m-%d %H:%M}"


class DeadlineFiring(models.Model):
    """What came of a rung of a deadline. Append-only."""

    class Outcome(models.TextChoices):
        ACTED = "acted", _("已执行")
        # Passed while nobody looked; a stronger one acted.
        MISSED = "missed", _("补记")
        # The subject had moved on, or what it would do was done already.
        MOOT = "moot", _("不再适用")

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, db_index=False, related_name="firings")
    subject_id = models.BigIntegerField()
    arming = models.PositiveIntegerField()
    rung = models.PositiveSmallIntegerField()
    # From 1; above 1 for a rung that comes again and again.
    occurrence = models.PositiveIntegerField(default=1)
    act = models.CharField(max_length=24)
    # When it was to come, and when it came.
    moment = models.DateTimeField()
    fired_at = models.DateTimeField()
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    # The event that it wrote.
    event_seq = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("时限触发")
        constraints = [
            models.UniqueConstraint(fields=["deadline", "arming", "rung", "occurrence"], name="firing_once"),
        ]
        indexes = [models.Index(fields=["subject_id", "fired_at"], name="firing_of_subject")]

    def __str__(self) -> str:
        return f"{self.deadline_id}.{self.arming} #{self.rung}/{self.occurrence}"


class ClockProcess(models.Model):
    """A process that sweeps: when it last did, and what came of it. Read by the health page."""

    id = models.BigAutoField(primary_key=True)
    # Host and process id.
    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    swept_at = models.DateTimeField()
    n_swept = models.PositiveBigIntegerField(default=0)
    n_fired = models.PositiveBigIntegerField(default=0)
    n_failed = models.PositiveBigIntegerField(default=0)
    # How late the last firing was, in seconds.
    lag_seconds = models.FloatField(default=0)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("时钟进程")

    def __str__(self) -> str:
        return self.name
