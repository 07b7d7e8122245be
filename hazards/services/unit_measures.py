"""Measures about how a unit does its work as a whole, tied to no hazard: drafted, decided, answered, taken back.

Each change is an entry of the audit log. Source: process.md b.4, regulation.md 2.7.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import today
from core.errors import NotAllowed, NotFound, WrongState
from core.models import AuditKind
from deadlines.calendars import calendar_of, next_term_start
from deadlines.policies import get_rules, policy_for
from deadlines.schedule import Span, due_moment, end_of, last_day
from documents.services import draft_document, edit_draft, issue_document, void_document
from hazards.models import UnitMeasure
from hazards.permitted import kinds_for
from hazards.services.act import require
from hazards.states import Level
from hazards.states_clock import MeasureKind, UnitMeasureState
from hazards.units_ladder import Kept, Quarter, count_kept, quarter_before, rules_of, units_below
from notifications.outbox import Message, put_messages
from organizations.kinds import UnitKind
from organizations.models import Unit, User
from organizations.posts import HeldPost, list_held_posts, list_open_posts

# So long after its end a quarter is still looked at.
LOOKED_AT_FOR = timedelta(days=31)
LONGEST_REPLY = timedelta(days=366)


def draft_for_last_quarter(at: datetime) -> int:
    """Draft a 提醒约谈 for every unit that kept too few of its limits in the last quarter; returns how many.

    Run daily; a unit is talked to about a quarter once. A bureau that fails does not stop the others.
    """
    quarter = quarter_before(today(at))
    if at >= quarter.ends_at + LOOKED_AT_FOR:
        return 0
    bureaus = Unit.objects.filter(kind=UnitKind.EDU, is_active=True).order_by("pk")
    return sum(_draft_for_bureau(bureau, quarter, at) for bureau in bureaus)


@transaction.atomic
def _draft_for_bureau(bureau: Unit, quarter: Quarter, at: datetime) -> int:
    units = {unit.pk: unit for unit in units_below([bureau.pk])}
    least = rules_of(bureau.pk).least_on_time
    kept = count_kept(units, quarter, at)
    low = {unit_id: one for unit_id, one in kept.items() if one.is_below(least)}
    if not low:
        return 0
    # Two runs at once: the second waits, then finds what the first drafted.
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=bureau.pk)
    told = UnitMeasure.objects.filter(unit__in=low, kind=MeasureKind.INTERVIEW, period=str(quarter))
    done = set(told.values_list("unit_id", flat=True))
    wanted = [unit_id for unit_id in sorted(low) if unit_id not in done]
    for unit_id in wanted:
        _draft(bureau, units[unit_id], quarter, low[unit_id], least, at)
    return len(wanted)


def _draft(bureau: Unit, unit: Unit, quarter: Quarter, kept: Kept, least: int, at: datetime) -> UnitMeasure:
    said = {
        "unit": unit.name, "year": quarter.year, "n": quarter.n, "all": kept.n, "kept": kept.n_on_time,
        "percent": kept.percent, "least": least,
    }  # fmt: skip
    cause = _("%(year)d年第%(n)d季度按期整改率%(percent)d%%，低于%(least)d%%") % said
    text = _(
        "%(unit)s%(year)d年第%(n)d季度到期整改事项%(all)d件，按期完成%(kept)d件，按期整改率%(percent)d%%，低于%(least)d%%的要求。"
    )
    measure = UnitMeasure(
        region_code=unit.prefecture_code,
        unit=unit,
        bureau=bureau,
        kind=MeasureKind.INTERVIEW,
        period=str(quarter),
        cause=cause,
        facts={"n": kept.n, "n_on_time": kept.n_on_time, "percent": kept.percent, "least": least},
        text=text % said,
        opened_at=at,
        due_at=_due(bureau, "measure_decision", at),
    )
    invitees = _("%(unit)s主要负责人") % said
    measure.document = draft_document(
        kind="interview", subject_id=None, row_kind="unit_measure", issuer_unit=bureau, addressee=unit,
        fields={"facts": measure.text, "invitees": invitees, "form": "remind"}, at=at, drafted_by=None,
    )  # fmt: skip
    measure.save(force_insert=True)
    _record(measure, None, "drafted", at, {"cause": cause})
    return measure


def may_sign(user: User, bureau_id: int, at: datetime) -> tuple[HeldPost, ...]:
    """His posts by which he decides about the bureau's units: the leaders'."""
    kinds = kinds_for("decide_measure", Level.GENERAL, is_restricted=False).get(UnitKind.EDU, ())
    return tuple(post for post in list_held_posts(user, at) if post.unit_id == bureau_id and post.kind in kinds)


def may_reply(user: User, unit: Unit, at: datetime) -> tuple[HeldPost, ...]:
    kinds = kinds_for("reply_measure", Level.GENERAL, is_restricted=False).get(unit.kind, ())
    return tuple(post for post in list_held_posts(user, at) if post.unit_id == unit.pk and post.kind in kinds)


def may_take_back(user: User, measure: UnitMeasure, at: datetime) -> bool:
    """Who decided, while he holds such a post; then its next holder, and where there is none any leader."""
    posts = may_sign(user, measure.bureau_id, at)
    if measure.decided_by_id is None or not posts:
        return False
    if user.pk == measure.decided_by_id:
        return True
    decider = User.objects.get(pk=measure.decided_by_id)
    if may_sign(decider, measure.bureau_id, at):
        return False
    holders = [post for post in list_open_posts([measure.bureau_id], today(at)) if post.id == measure.decided_post_id]
    return not holders or any(post.id == measure.decided_post_id for post in posts)


def access_unit_measure(user: User, measure_id: int, at: datetime, *, for_update: bool = False) -> UnitMeasure:
    """The measure, for its bureau and, once it is issued, for its unit. Raises NotFound otherwise."""
    rows = UnitMeasure.objects.select_related("unit", "bureau", "decided_by", "document")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    measure = rows.filter(pk=measure_id).first()
    if measure is None:
        raise NotFound
    held = list_held_posts(user, at)
    from_bureau = any(_stands_in_bureau(post, measure.bureau_id) for post in held)
    is_out = measure.state not in (UnitMeasureState.DRAFT, UnitMeasureState.DECLINED)
    if not from_bureau and not (is_out and bool(may_reply(user, measure.unit, at))):
        raise NotFound
    return measure


def _stands_in_bureau(post: HeldPost, bureau_id: int) -> bool:
    office = kinds_for("propose_measure", Level.GENERAL, is_restricted=False).get(UnitKind.EDU, ())
    return post.unit_id == bureau_id and post.kind in office


@transaction.atomic
def decide_unit_measure(
    *, actor: User, measure_id: int, ruling: str, opinion: str = "", reply_on: date | None = None, at: datetime
) -> UnitMeasure:
    """The leader issues the draft under its number, or declines it with a reason.

    Raises NotFound, NotAllowed, WrongState unless it is a draft, Invalid.
    """
    measure = access_unit_measure(actor, measure_id, at, for_update=True)
    posts = may_sign(actor, measure.bureau_id, at)
    if not posts:
        raise NotAllowed(_("督办措施由%(bureau)s分管领导或主要领导签发。") % {"bureau": measure.bureau.name})
    if measure.state != UnitMeasureState.DRAFT:
        raise WrongState(_("这件措施已经%(state)s。") % {"state": UnitMeasureState(measure.state).label})
    require(ruling in ("issue", "decline"), ruling=_("请选签发或不予签发。"))
    measure.decided_by, measure.decided_post_id, measure.decided_on = actor, posts[0].id, today(at)
    measure.opinion = opinion
    if ruling == "issue":
        _issue(measure, actor, reply_on, at)
    else:
        require(opinion, opinion=_("请写明不予签发的理由。"))
        if measure.document:
            void_document(measure.document, by=actor, reason=opinion[:200], at=at)
        measure.decline()
    measure.save()
    _record(measure, actor, "issued" if ruling == "issue" else "declined", at, {"opinion": opinion})
    return measure


def _issue(measure: UnitMeasure, actor: User, reply_on: date | None, at: datetime) -> None:
    on = today(at)
    measure.reply_on = reply_on or last_day(_due(measure.bureau, "measure_reply", at))
    require(on <= measure.reply_on <= on + LONGEST_REPLY, reply_on=_("回复期限从今天起，最长一年。"))
    measure.due_at = end_of(measure.reply_on)
    if measure.document:
        day = last_day(_due(measure.bureau, "interview", at))
        meeting = {"held_at": calendar_of(measure.bureau.path).opens_at(day), "place": measure.bureau.name}
        paper = edit_draft(measure.document, fields={**measure.document.fields, **meeting}, at=at)
        measure.document = issue_document(paper, by=actor, at=at)
    measure.issue()
    _tell_heads(measure, "unit_measure.issued", at)


@transaction.atomic
def reply_unit_measure(*, actor: User, measure_id: int, reply: str, at: datetime) -> UnitMeasure:
    """The head of the unit answers in writing. Raises NotFound, NotAllowed, WrongState, Invalid."""
    measure = access_unit_measure(actor, measure_id, at, for_update=True)
    if not may_reply(actor, measure.unit, at):
        raise NotAllowed(_("由%(unit)s负责人回复。") % {"unit": measure.unit.name})
    if measure.state != UnitMeasureState.ISSUED:
        raise WrongState(_("这件措施现在是“%(state)s”，不用回复。") % {"state": UnitMeasureState(measure.state).label})
    _require_text(reply, "reply", _("请填写整改情况和承诺。"), 1000)
    measure.reply, measure.replied_by = reply.strip(), actor
    measure.answer()
    measure.save()
    _record(measure, actor, "replied", at, {})
    return measure


@transaction.atomic
def withdraw_unit_measure(*, actor: User, measure_id: int, reason: str, at: datetime) -> UnitMeasure:
    """Whoever issued it takes it back; it stays on file and counts no more. Raises NotFound, NotAllowed, WrongState."""
    measure = access_unit_measure(actor, measure_id, at, for_update=True)
    if measure.state not in (UnitMeasureState.ISSUED, UnitMeasureState.REPLIED):
        raise WrongState(_("这件措施现在是“%(state)s”，不能撤销。") % {"state": UnitMeasureState(measure.state).label})
    if not may_take_back(actor, measure, at):
        signer = measure.decided_by.name if measure.decided_by else ""
        raise NotAllowed(_("由签发人%(name)s撤销。") % {"name": signer})
    _require_text(reason, "reason", _("请写明撤销原因。"), 200)
    measure.withdrawn_reason = reason.strip()
    if measure.document:
        void_document(measure.document, by=actor, reason=measure.withdrawn_reason, at=at)
    measure.take_back()
    measure.save()
    _record(measure, actor, "withdrawn", at, {"reason": measure.withdrawn_reason})
    _tell_heads(measure, "unit_measure.withdrawn", at)
    return measure


def _require_text(text: str, field: str, missing: str, longest: int) -> None:
    require(text.strip(), **{field: missing})
    require(len(text) <= longest, **{field: _("最多 %(n)d 个字。") % {"n": longest}})


def _due(bureau: Unit, step: str, at: datetime) -> datetime:
    row = get_rules(policy_for(bureau.pk, today(at))).limit(step, Level.GENERAL)
    span = Span(at, row.amount, row.measure, row.rolls)
    return due_moment(span, calendar_of(bureau.path), next_term_start(bureau.path, today(at)))


def _record(measure: UnitMeasure, actor: User | None, what: str, at: datetime, more: dict[str, object]) -> None:
    detail = {
        "unit": measure.bureau_id,
        "of": measure.unit_id,
        "period": measure.period,
        "state": measure.state,
        **more,
    }
    record_audit(
        kind=AuditKind.SETTINGS,
        at=at,
        actor=actor,
        action=f"unit_measure.{what}",
        subject=measure.unit.name,
        detail=detail,
    )


def _tell_heads(measure: UnitMeasure, kind: str, at: datetime) -> None:
    kinds = kinds_for("reply_measure", Level.GENERAL, is_restricted=False).get(measure.unit.kind, ())
    posts = [post for post in list_open_posts([measure.unit_id], today(at)) if post.kind in kinds]
    people = {holder.user_id for post in posts for holder in post.holders}
    put_messages(
        Message(
            recipient_id=pk, kind=kind, dedupe_key=f"{kind}:{measure.pk}:{pk}", created_at=at,
            payload={"unit_measure": measure.pk, "cause": measure.cause}, region_code=measure.region_code,
        )
        for pk in sorted(people)
    )  # fmt: skip
