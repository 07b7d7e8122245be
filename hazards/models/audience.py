from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hazards.models.hazard import Hazard


class AudienceKey(models.Model):
    """One key of one hazard's `visible_to`, so that a list can walk the hazards of a key newest first.

    A GIN index knows no order: it fetches every hazard of a county to show the newest fifty. The
    database keeps these rows by a trigger on `visible_to`, which stays the truth; nothing else writes them.
    """

    pk = models.CompositePrimaryKey("key", "hazard_id")
    key = models.IntegerField()
    hazard = models.ForeignKey(
        Hazard, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="audience"
    )

    class Meta:
        verbose_name = _("可见范围")

    def __str__(self) -> str:
        return f"{self.key} {self.hazard_id}"
