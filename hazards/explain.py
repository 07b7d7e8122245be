"""Sentences that say what happened to a hazard, who did it and who acts next."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import local
from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.models import HazardEvent
from hazards.routing import is_with_reporter, list_awaited_posts
from hazards.states import State


def explain_state(case: Case) -> str:
    """Who did what when, what the state is now, and who acts next."""
    hazard = case.hazard
    last = (
        HazardEvent.objects.filter(hazard=hazard, seq=hazard.version).only(
            "action", "actor_name", "post_label", "recorded_at"
        ).first()
    )  # fmt: skip
    parts = []
    if last:
        at = local(last.recorded_at)
        parts.append(
            _("%(who)s已于%(when)s“%(what)s”") % {
                "who": f"{last.post_label}{last.actor_name}",
                "when": f"{at.month}月{at.day}日 {at:%H:%M}",
                "what": ACTIONS[last.action].label,
            }
        )  # fmt: skip
    parts.append(_("现在是“%(state)s”") % {"state": State(hazard.state).label})
    owing = _who_owes(case)
    if owing:
        parts.append(_("下一步由%(post)s办理") % {"post": owing})
    return "，".join(parts) + _("。请刷新后再看。")


def _who_owes(case: Case) -> str:
    """Empty in a terminal state."""
    if case.hazard.state == State.RETURNED and is_with_reporter(case):
        return _("上报人")
    posts = list_awaited_posts(case)
    return posts[0].label if posts else ""
