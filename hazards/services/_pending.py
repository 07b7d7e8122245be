"""Verbs still to come in this session; this file goes when the last is written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.actions import ACTIONS
from hazards.services.act import VERBS, Act


def _pending(act: Act, data: Any) -> None:
    raise WrongState(_("尚未开通。"))


for _name in ACTIONS:
    VERBS.setdefault(_name, _pending)
