from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import User


class BulkRun(models.Model):
    """One act on many hazards by one person, taken up row by row: it can be left and gone on with.

    Holds numbers and answers only; a hazard's text is read anew by who may see it.
    """

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理人"))
    action = models.CharField(_("操作"), max_length=40)
    # As it came in, ids for rows and files.
    data = models.JSONField(default=dict)
    acting_post = models.BigIntegerField(null=True)
    # [{"number", "version", "fill": {field: what this hazard has where the form left it blank}}]
    rows = models.JSONField(default=list)
    # {number: {"status", "code", "message", "fields", "event"}}
    results = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("批量办理")
        indexes = [
            models.Index(fields=["actor"], name="bulk_run_unfinished", condition=models.Q(finished_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.action} {len(self.rows)}"

    @property
    def n_rows(self) -> int:
        return len(self.rows)

    @property
    def n_done(self) -> int:
        return len(self.results)

    @property
    def n_left(self) -> int:
        return self.n_rows - self.n_done

    @property
    def n_failed(self) -> int:
        return sum(one["status"] != 200 for one in self.results.values())
