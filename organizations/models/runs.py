from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyRun(models.Model):
    """A day whose beginning and ending holdings have all been followed up; a day that failed has no row."""

    on = models.DateField(unique=True)
    finished_at = models.DateTimeField()

    class Meta:
        verbose_name = _("每日办理")

    def __str__(self) -> str:
        return str(self.on)
