from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask

from hazards.models import Hazard
from organizations.models import Post, Unit


class HazardProcess(AbstractProcess):
    """One run of a hazard through the flow; reopening, appeal and unmerging start the next cycle."""

    if TYPE_CHECKING:
        objects: ClassVar[models.Manager[HazardProcess]]

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, db_index=False, related_name="processes")
    cycle = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("隐患流程")
        constraints = [
            models.UniqueConstraint(fields=["hazard", "cycle"], name="process_once_per_cycle"),
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(finished__isnull=True), name="process_unfinished_once"
            ),
        ]


class HazardTask(AbstractTask):
    """A turn: what a post owes a hazard. An open one is a to-do."""

    if TYPE_CHECKING:
        objects: ClassVar[models.Manager[HazardTask]]

    id = models.BigAutoField(primary_key=True)
    process = models.ForeignKey(HazardProcess, on_delete=models.PROTECT)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="tasks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    due_at = models.DateTimeField(_("期限"), null=True)
    # The event that ended the turn.
    ended_by_seq = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("隐患任务")
        indexes = [
            models.Index(fields=["post", "due_at"], name="task_to_do", condition=Q(finished__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["hazard"], condition=Q(finished__isnull=True), name="task_open_once"),
        ]


class SideProcess(AbstractProcess):
    """One run of a small machine through its flow: a co-unit's part, a return request, a plan, a second person …"""

    if TYPE_CHECKING:
        objects: ClassVar[models.Manager[SideProcess]]

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="side_processes")
    # Which machine (hazards.small) and which of its rows.
    machine = models.CharField(max_length=12)
    row_id = models.BigIntegerField()
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("附属流程")
        indexes = [models.Index(fields=["machine", "row_id"], name="side_process_of_row")]
        constraints = [
            models.UniqueConstraint(
                fields=["machine", "row_id"], condition=Q(finished__isnull=True), name="side_process_unfinished_once"
            ),
        ]


class SideTask(AbstractTask):
    """What a post owes a small row. An open one is a to-do."""

    if TYPE_CHECKING:
        objects: ClassVar[models.Manager[SideTask]]

    id = models.BigAutoField(primary_key=True)
    process = models.ForeignKey(SideProcess, on_delete=models.PROTECT)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="side_tasks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    due_at = models.DateTimeField(_("期限"), null=True)
    ended_by_seq = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("附属任务")
        indexes = [
            models.Index(fields=["post", "due_at"], name="side_task_to_do", condition=Q(finished__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["process"], condition=Q(finished__isnull=True), name="side_task_open_once"),
        ]
