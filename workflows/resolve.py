"""When people change posts, the open turns that this moves are resolved anew in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from core.prepared import send
from hazards.audience import guest_keys_of, keys_for
from hazards.case import Case
from hazards.hooks import Advance, SideMove
from hazards.models import Assignment, Hazard
from hazards.options import OUTSIDE
from hazards.routing import next_side_step, next_step
from hazards.services.act import turn_of
from hazards.services.timing import side_statements
from hazards.small import BY_NAME, Row, machines_of
from hazards.states import OPEN, State
from notifications.outbox import gathering
from organizations.hooks import HoldingChange
from organizations.keys import unit_key
from organizations.models import User
from organizations.posts import present_holdings
from workflows.engine import advance
from workflows.models import SideTask
from workflows.moved_work import tell_of_moved, tell_who_began
from workflows.side_engine import advance_sides

_PARTIES = (
    "handling_unit", "lead_assignment__unit", "lead_assignment__issuer_unit", "verifying_unit", "closing_unit", "referred_to",
)  # fmt: skip


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
    moved: Counter[int] = Counter()
    for hazard in affected:
        case = Case(hazard=hazard, actor=User(), at=change.at, held=[], beside=case)
        try:
            if resolve_anew(case):
                moved[hazard.responsible_post_id or 0] += 1
        except Invalid:
            # What nobody could act on before is told by run_daily; it must not keep anybody from being appointed.
            if hazard.responsible_post_id == change.post_id:
                raise
    moved.update(_resolve_sides_after(change))
    with gathering():
        tell_of_moved(moved, change.at)
        tell_who_began(change.post_id, change.at)


def _resolve_sides_after(change: HoldingChange) -> Iterator[int]:
    """The turns of small rows that are owed by the post, or at or above its unit; gives the posts they went to."""
    units = change.unit_path
    owed = SideTask.objects.filter(Q(post_id=change.post_id) | Q(post__unit_id__in=units), finished__isnull=True)
    by_issuer = SideTask.objects.filter(finished__isnull=True, hazard__visible_to__contains=[unit_key(change.unit_id)])
    pks = {*owed.values_list("hazard_id", flat=True), *by_issuer.values_list("hazard_id", flat=True)}
    hazards = Hazard.objects.select_for_update(of=("self",)).defer("search").filter(pk__in=pks).order_by("id")
    case: Case | None = None
    for hazard in hazards:
        case = Case(hazard=hazard, actor=User(), at=change.at, held=[], beside=case)
        yield from resolve_sides(case, must=change.post_id)


def resolve_sides(case: Case, *, must: int | None = None) -> list[int]:
    """Give each open turn of a small row to the post that the rules name now; its due moment stands.

    Gives the posts that got one. Raises Invalid where a turn of the post `must` finds nobody.
    """
    tasks = SideTask.objects.filter(hazard=case.hazard, finished__isnull=True).select_related("process")
    moved: list[int] = []
    for task in tasks:
        machine, row = task.process.machine, find_row(case, task.process.machine, task.process.row_id)
        state = dict(machines_of(case.hazard, row)).get(machine, "") if row else ""
        try:
            step = next_side_step(case, machine, state, row, since=case.at) if row else None
        except Invalid:
            if task.post_id == must:
                raise
            continue
        if step is None or step.post_id == task.post_id:
            continue
        step = replace(step, due_at=task.due_at or step.due_at)
        move = SideMove(
            hazard=case.hazard, machine=machine, row_id=task.process.row_id, state=state, step=step, event=None,
            acted_post_id=None, opened_at=case.at, is_same_turn=True,
        )  # fmt: skip
        advance_sides([move])
        send(side_statements(case, [move]))
        moved.append(step.post_id)
    return moved


def find_row(case: Case, machine: str, row_id: int) -> Row | None:
    """The small row of a turn, as the case holds it."""
    model = Assignment if machine == "return" else BY_NAME[machine].model
    rows: list[Row | None] = [
        *case.assignments, case.plan, case.countersign, case.support, *case.instructions, case.extension, *case.suspensions,
        case.supervision, *case.measures,
    ]  # fmt: skip
    return next((row for row in rows if isinstance(row, model) and row.pk == row_id), None)


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
    sides = SideTask.objects.filter(finished__isnull=True).exclude(post_id__in=held).values_list("hazard_id", flat=True)
    for pk in sorted(set(sides)):
        try:
            _resolve_sides_of(pk, at)
        except Invalid as exc:
            stranded.append(exc.message)
    if stranded:
        raise Invalid("\n".join(stranded))


@transaction.atomic
def _resolve_one(pk: int, at: datetime) -> None:
    hazard = Hazard.objects.select_for_update().defer("search").filter(pk=pk, state__in=OPEN).first()
    if hazard is not None and resolve_anew(Case(hazard=hazard, actor=User(), at=at, held=[])):
        tell_of_moved({hazard.responsible_post_id or 0: 1}, at)


@transaction.atomic
def _resolve_sides_of(pk: int, at: datetime) -> None:
    hazard = Hazard.objects.select_for_update().defer("search").get(pk=pk)
    case = Case(hazard=hazard, actor=User(), at=at, held=[])
    vacant = SideTask.objects.filter(hazard=pk, finished__isnull=True).exclude(
        post_id__in=present_holdings(today(at)).values("post_id")
    )
    tell_of_moved(Counter(resolve_sides(case, must=vacant.values_list("post_id", flat=True).first())), at)


def _is_touched(change: HoldingChange) -> Q:
    """Owed or reported by the post, or owed at or above its unit on the way up from a party below or in it."""
    below = Q()
    for party in _PARTIES:
        below |= Q(**{f"{party}__path__contains": [change.unit_id]})
    owed_here = Q(responsible_post__unit_id__in=change.unit_path) & below
    # What its issuer entered for a unit without accounts is its own once somebody holds a post there.
    owed_here |= Q(lead_assignment__unit_id=change.unit_id, lead_assignment__unit__kind__in=OUTSIDE)
    owed_here |= Q(referred_to_id=change.unit_id, state=State.REFERRED)
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
    before = turn_of(hazard)
    hazard.responsible_post_id = step.post_id
    _let_closer_read(case)
    if step.post_id == before.responsible_post_id:
        return False
    hazard.save(update_fields=["responsible_post"])
    move = advance(Advance(hazard=hazard, before=before, after=turn_of(hazard), event=None, opened_at=at))
    if move:
        statement, values = move
        with connection.cursor() as cursor:
            statement.run(cursor, values)
    return True


def _let_closer_read(case: Case) -> None:
    """Another holder of the post that closes a confidential matter reads it in the place of the last."""
    hazard = case.hazard
    if not hazard.is_restricted or hazard.state != State.VERIFIED:
        return
    guests = guest_keys_of(hazard, today(case.at))
    if guests == hazard.guest_keys:
        return
    hazard.guest_keys = guests
    hazard.visible_to = keys_for(hazard, case.lead, case.unit(hazard.unit_id), case.bureau, case.reporter_unit)
    hazard.save(update_fields=["guest_keys", "visible_to"])
