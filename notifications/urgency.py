"""How urgent a message is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.IntegerChoices):
    """What presses more has the higher number; from WARNING on nobody can switch it off."""

    INFO = 0, _("知悉")
    TASK = 1, _("待办")
    WARNING = 2, _("预警")
    URGENT = 3, _("紧急")
