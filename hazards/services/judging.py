"""Who judges the work, and what a judgement leaves behind."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.models import Hazard
from hazards.services.act import Act, require
from organizations.models import User


def judges_of(act: Act) -> list[int]:
    """The users whose judgement the act is, with those they stood in for; not who only entered it."""
    if act.on_behalf:
        judges = [act.on_behalf.person.pk] if act.on_behalf.person else []
    else:
        judges = [act.actor.pk, *([act.post.delegator_id] if act.post.delegator_id else [])]
    if act.second:
        judges += [act.second.user.pk, *([act.second.post.delegator_id] if act.second.post.delegator_id else [])]
    return sorted({*judges})


def end_visit(hazard: Hazard) -> None:
    """The visit that was arranged has led to a judgement, or to none."""
    hazard.visit_on, hazard.visitors = None, ""


def require_no_rectifier(hazard: Hazard, **named: str) -> None:
    """Raises Invalid naming the field in which somebody stands who did the work."""
    names = list(User.objects.filter(pk__in=hazard.rectifiers).values_list("name", flat=True))
    for field_name, words in named.items():
        found = next((name for name in names if name and name in words), "")
        require(not found, **{field_name: _("%(name)s参与了整改，不能复查。") % {"name": found}})
