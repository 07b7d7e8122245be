"""When people change posts, the open turns that this moves are resolved anew in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.case import Case
from hazards.hooks import Advance
from hazards.models import Hazard
from hazards.routing import next_step
from hazards.services.act import turn_of
from hazards.states import OPEN, State
from organizations.hooks import HoldingChange
from organizations.models import User
from organizations.posts import present_holdings
from workflows.engine import advance

_PARTIES = ("handling_unit", "lead_assignment__unit", "verifying_unit", "closing_unit")


def resolve_after_holding(change: HoldingChange) -> None:
    """The open hazards whose next act may be another post's now.

    Raises Invalid where a hazard would be left with nobody.
    """
    affected = (
        Hazard.objects.select_for_update(of=("self",))
        .defer("search")
        .filter(_is_touched(change), state__in=OPEN)
        .order_by("id")
    )
    case: Case | None = None
    for hazard in affected:
        case = Case(hazard=hazard, actor=User(), at=change.at, held=[], beside=case)
        try:
            resolve_anew(case)
        except Invalid:
            # What nobody could act on before is told by run_daily; it must not keep anybody from being appointed.
            if hazard.responsible_post_id == change.post_id:
                raise


def resolve_vacant(at: datetime) -> None:
    """Move what is owed by a post that nobody holds: an act may have committed onto it as its last holder left.

    Raises Invalid at the end where some hazard finds nobody; the others have moved.
    """
    stranded: list[str] = []
    held = present_holdings(today(at)).values("post_id")
    owed = Hazard.objects.filter(state__in=OPEN).exclude(responsible_post_id__in=held).values_list("pk", flat=True)
    for pk in list(owed):
        try:
            _resolve_one(pk, at)
        except Invalid as exc:
            stranded.append(exc.message)
    if stranded:
        raise Invalid("\n".join(stranded))


@transaction.atomic
def _resolve_one(pk: int, at: datetime) -> None:
    hazard = Hazard.objects.select_for_update().defer("search").filter(pk=pk, state__in=OPEN).first()
    if hazard is not None:
        resolve_anew(Case(hazard=hazard, actor=User(), at=at, held=[]))


def _is_touched(change: HoldingChange) -> Q:
    """Owed or reported by the post, or owed at or above its unit on the way up from a party below or in it."""
    below = Q()
    for party in _PARTIES:
        below |= Q(**{f"{party}__path__contains": [change.unit_id]})
    owed_here = Q(responsible_post__unit_id__in=change.unit_path) & below
    return Q(responsible_post_id=change.post_id) | Q(reporter_post_id=change.post_id, state=State.RETURNED) | owed_here


def resolve_anew(case: Case) -> bool:
    """Give the open turn to the post that the rules name now; the due moment stands. Whether it moved."""
    hazard, at = case.hazard, case.at
    try:
        step = next_step(case, since=at)
    except Invalid as exc:
        # Who appoints people need not know that there is a confidential one.
        which = _("一条隐患") if hazard.is_restricted else _("隐患 %(number)s ") % {"number": hazard.number}
        raise Invalid(_("%(which)s将无人办理：%(why)s") % {"which": which, "why": exc.message}) from exc
    if step.post_id == hazard.responsible_post_id:
        return False
    before = turn_of(hazard)
    hazard.responsible_post_id = step.post_id
    hazard.save(update_fields=["responsible_post"])
    move = advance(Advance(hazard=hazard, before=before, after=turn_of(hazard), event=None, opened_at=at))
    if move:
        statement, values = move
        with connection.cursor() as cursor:
            statement.run(cursor, values)
    return True
