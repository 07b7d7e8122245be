"""A unit or an area is listed for its conduct: proposed, decided, reported on, visited, checked, taken off.

Each change is an entry of the audit log. Source: process.md a.5, b.3 (L-6); requirements.md C12 to C14; regulation.md 2.10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import today
from core.errors import NotAllowed, NotFound, WrongState
from core.models import AuditKind
from deadlines.calendars import calendar_of, next_term_start
from deadlines.policies import get_rules, policy_for
from deadlines.schedule import Span, due_moment, end_of, last_day
from documents.models import Document
from documents.services import Draft, issue_new_document
from hazards.models import UnitSupervision, UnitSupervisionNote
from hazards.permitted import kinds_for
from hazards.services.act import require
from hazards.services.filing import LONGEST_LIMIT
from hazards.services.supervising import BAN_MONTHS, months_later
from hazards.states import Level
from hazards.states_clock import Authority, Conduct, UnitSupervisionState
from organizations.kinds import CAMPUSES, PERSONAL_POSTS, UnitKind
from organizations.models import Unit, User
from organizations.posts import HeldPost, bureau_of, list_held_posts

Kind = UnitSupervisionNote.Kind
# Its limits are those of a 较大 hazard. Product default.
_LEVEL = Level.SIGNIFICANT
# Whom a bureau lists by itself. Source: regulation.md 2.10.
LISTABLE = frozenset({*CAMPUSES, UnitKind.CEN, UnitKind.SUB})
_RUNNING = (UnitSupervisionState.LISTED, UnitSupervisionState.PASSED)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    unit: Unit
    conduct: str
    reason: str
    goals: str
    area: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Of another body (登记上级挂牌): it is listed with it."""

    authority: str
    lister_name: str
    number: str
    term_on: date | None


# --- who may ------------------------------------------------------------------------------------------------------


def posts_for(user: User, action: str, unit: Unit, at: datetime) -> tuple[HeldPost, ...]:
    """His posts in the unit by which he may do to units what the rules let them do to hazards."""
    kinds = kinds_for(action, Level.GENERAL, is_restricted=False).get(unit.kind, ())
    return tuple(post for post in list_held_posts(user, at) if post.unit_id == unit.pk and post.kind in kinds)


def bureaus_of(user: User, at: datetime) -> list[Unit]:
    """The bureaus for which he may propose."""
    kinds = kinds_for("propose_listing", Level.GENERAL, is_restricted=False).get(UnitKind.EDU, ())
    ids = [post.unit_id for post in list_held_posts(user, at) if post.unit_kind == UnitKind.EDU and post.kind in kinds]
    return list(Unit.objects.filter(pk__in=ids).order_by("path"))


def may(user: User, row: UnitSupervision, what: str, at: datetime) -> bool:
    """Whether an act on the row as it stands is his; `what` is decide, report, visit, check, doubt or delist."""
    states = {
        "decide": UnitSupervisionState.PROPOSED, "report": UnitSupervisionState.LISTED, "visit": UnitSupervisionState.LISTED,
        "check": UnitSupervisionState.LISTED, "doubt": UnitSupervisionState.PASSED, "delist": UnitSupervisionState.PASSED,
    }  # fmt: skip
    if row.state != states[what]:
        return False
    return bool(_acting(user, row, what, at))


_RULES = {
    "decide": ("decide_listing", "bureau"), "report": ("submit", "unit"), "visit": ("visit_supervision", "supervisor_unit"),
    "check": ("propose_listing", "bureau"), "doubt": ("delist", "bureau"), "delist": ("delist", "bureau"),
}  # fmt: skip


def _acting(user: User, row: UnitSupervision, what: str, at: datetime) -> tuple[HeldPost, ...]:
    action, party = _RULES[what]
    return posts_for(user, action, getattr(row, party), at)


def access_unit_supervision(
    user: User, supervision_id: int, at: datetime, *, for_update: bool = False
) -> UnitSupervision:
    """For the bureau and its sections, who supervises, and once it is listed the unit with those over it.

    Raises NotFound otherwise.
    """
    rows = UnitSupervision.objects.select_related("unit", "bureau", "supervisor_unit")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=supervision_id).first()
    if row is None or not _is_readable(row, list_held_posts(user, at)):
        raise NotFound
    return row


def own_units(held: Sequence[HeldPost]) -> set[int]:
    """The units at whose desks he sits; sections stand for their bureau."""
    desks = [post for post in held if post.kind not in PERSONAL_POSTS]
    units = {post.unit_parent_id if post.unit_kind == UnitKind.SEC else post.unit_id for post in desks}
    return {unit for unit in units if unit}


def _is_readable(row: UnitSupervision, held: list[HeldPost]) -> bool:
    own = own_units(held)
    if own & {row.bureau_id, row.supervisor_unit_id}:
        return True
    is_out = row.state not in (UnitSupervisionState.PROPOSED, UnitSupervisionState.DECLINED)
    return is_out and bool(own & set(row.unit.path))


# --- acts ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_unit_listing(
    *, actor: User, proposal: Proposal, at: datetime, notice: Notice | None = None
) -> UnitSupervision:
    """A 拟挂牌 for the leader; with another body's notice it is listed at once.

    Raises NotAllowed, Invalid, WrongState where the same is listed already.
    """
    unit = proposal.unit
    require(unit.is_active, unit=_("%(unit)s已撤并。") % {"unit": unit.name})
    require(notice or unit.kind in LISTABLE, unit=_("教育局只能对本系统的学校挂牌；部门、乡镇请登记上级挂牌。"))
    bureau = bureau_of(unit) if unit.kind in LISTABLE else _own_bureau(actor, unit, at)
    if not posts_for(actor, "propose_listing", bureau, at):
        raise NotAllowed(_("拟挂牌督办由教育局安全办和局领导提出。"))
    require(proposal.conduct in Conduct.values, conduct=_("请选突出问题。"))
    require(proposal.reason.strip(), reason=_("请填写挂牌理由。"))
    require(proposal.goals.strip(), goals=_("请填写整治目标。"))
    row = UnitSupervision(
        region_code=unit.prefecture_code,
        bureau=bureau,
        unit=unit,
        area=proposal.area.strip()[:40],
        conduct=proposal.conduct,
        lister_name=bureau.name,
        reason=proposal.reason.strip()[:500],
        goals=proposal.goals.strip()[:500],
        supervisor_unit=bureau,
        opened_at=at,
        due_at=_due(bureau, "listing_decision", at),
    )
    if notice is not None:
        _note_notice(row, notice, at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as exc:
        raise WrongState(_("%(object)s的同类问题已在挂牌督办中。") % {"object": row.object}) from exc
    _record(row, actor, "recorded" if notice else "proposed", at, {"reason": row.reason})
    return row


def _own_bureau(actor: User, unit: Unit, at: datetime) -> Unit:
    """Of the county of a unit that stands outside the education tree."""
    own = [bureau for bureau in bureaus_of(actor, at) if bureau.region_code == unit.region_code]
    if not own:
        raise NotAllowed(_("上级挂牌由同一县的教育局安全办登记。"))
    return own[0]


def _note_notice(row: UnitSupervision, notice: Notice, at: datetime) -> None:
    outer = [value for value in Authority.values if value != Authority.SECTOR]
    require(notice.authority in outer, authority=_("请选挂牌层级。"))
    require(notice.lister_name.strip(), lister_name=_("请填挂牌机关。"))
    require(notice.number.strip(), number=_("请填通知书文号。"))
    require(notice.term_on, term_on=_("请填通知书写明的期限。"))
    row.authority, row.is_external = notice.authority, True
    row.lister_name, row.notice_number = notice.lister_name.strip()[:80], notice.number.strip()[:60]
    row.impose()
    _begin(row, notice.term_on or today(at), at)


def _begin(row: UnitSupervision, term_on: date, at: datetime) -> None:
    row.listed_on, row.term_on = today(at), term_on
    row.report_due_on = last_day(_due(row.bureau, "listing_report", at))
    row.visit_due_on = last_day(_due(row.bureau, "listing_visit", at))
    row.ban_until_on = months_later(row.listed_on, BAN_MONTHS)
    row.due_at = end_of(term_on)


@transaction.atomic
def decide_unit_listing(
    *, actor: User, supervision_id: int, ruling: str, opinion: str = "", term_on: date | None = None,
    supervisor_unit: Unit | None = None, supervisor: str = "", at: datetime,
) -> UnitSupervision:  # fmt: skip
    """The leader lists it under a number, or declines it with a reason. Raises NotFound, NotAllowed, WrongState, Invalid."""
    row = _locked(actor, supervision_id, "decide", UnitSupervisionState.PROPOSED, at)
    require(ruling in ("list", "decline"), ruling=_("请选挂牌督办或不予挂牌。"))
    row.opinion = opinion.strip()[:500]
    if ruling == "decline":
        require(row.opinion, opinion=_("不予挂牌须写明理由。"))
        row.decline()
        row.save()
        _record(row, actor, "declined", at, {"opinion": row.opinion})
        return row
    on = today(at)
    require(term_on is None or on < term_on <= on + LONGEST_LIMIT, term_on=_("督办期限须晚于今天，最长一年。"))
    row.supervisor_unit = supervisor_unit or row.bureau
    row.supervisor = supervisor.strip()[:40] or actor.name[:40]
    row.impose()
    _begin(row, term_on or last_day(_due(row.bureau, "listing_term", at)), at)
    row.notice_number = _issue_notice(row, actor, at).number
    row.save()
    _record(row, actor, "listed", at, {"term": str(row.term_on), "number": row.notice_number})
    return row


@transaction.atomic
def report_on_unit_listing(*, actor: User, supervision_id: int, text: str, at: datetime) -> UnitSupervision:
    """The listed unit tells how it goes; the next report is due anew."""
    row = _locked(actor, supervision_id, "report", UnitSupervisionState.LISTED, at)
    row.report_due_on = last_day(_due(row.bureau, "listing_report", at))
    return _note(row, actor, Kind.REPORT, text, at)


@transaction.atomic
def visit_listed_unit(*, actor: User, supervision_id: int, text: str, at: datetime) -> UnitSupervision:
    """What the supervisor saw; the next visit is due anew."""
    row = _locked(actor, supervision_id, "visit", UnitSupervisionState.LISTED, at)
    row.visit_due_on = last_day(_due(row.bureau, "listing_visit", at))
    return _note(row, actor, Kind.VISIT, text, at)


@transaction.atomic
def check_listed_unit(*, actor: User, supervision_id: int, text: str, is_passed: bool, at: datetime) -> UnitSupervision:
    """Whether the goals are reached; if not it goes on, and a term that passed is marked as missed."""
    row = _locked(actor, supervision_id, "check", UnitSupervisionState.LISTED, at)
    _note_missed(row, at)
    if is_passed:
        row.pass_check()
        row.due_at = _due(row.bureau, "delisting", at)
    return _note(row, actor, Kind.CHECK, text, at, is_passed=is_passed)


@transaction.atomic
def doubt_unit_check(*, actor: User, supervision_id: int, reason: str, at: datetime) -> UnitSupervision:
    """The leader is not convinced: it goes on."""
    row = _locked(actor, supervision_id, "doubt", UnitSupervisionState.PASSED, at)
    require(reason.strip(), text=_("请写明理由。"))
    row.doubt()
    row.due_at = end_of(row.term_on) if row.term_on else row.due_at
    row.opinion = reason.strip()[:500]
    row.save()
    _record(row, actor, "doubted", at, {"reason": row.opinion})
    return row


@transaction.atomic
def delist_unit(*, actor: User, supervision_id: int, opinion: str, number: str = "", at: datetime) -> UnitSupervision:
    """摘牌 after a passed check; of another body with its number."""
    row = _locked(actor, supervision_id, "delist", UnitSupervisionState.PASSED, at)
    require(opinion.strip(), opinion=_("请填写摘牌意见。"))
    require(not row.is_external or number.strip(), number=_("请填%(body)s的摘牌文号。") % {"body": row.lister_name})
    row.opinion, row.delisted_on = opinion.strip()[:500], today(at)
    row.delist()
    row.delisting_number = number.strip()[:60] or _issue_delisting(row, actor, at).number
    row.save()
    _record(row, actor, "delisted", at, {"number": row.delisting_number})
    return row


# --- parts --------------------------------------------------------------------------------------------------------


def _locked(user: User, supervision_id: int, what: str, state: str, at: datetime) -> UnitSupervision:
    row = access_unit_supervision(user, supervision_id, at, for_update=True)
    if not _acting(user, row, what, at):
        raise NotAllowed(_("这一步由%(unit)s办理，您的岗位不能办理。") % {"unit": getattr(row, _RULES[what][1]).name})
    if row.state != state:
        label = UnitSupervisionState(row.state).label
        raise WrongState(_("现在是“%(state)s”，不能办这一步，请刷新后再看。") % {"state": label})
    return row


def _note(
    row: UnitSupervision, actor: User, kind: UnitSupervisionNote.Kind, text: str, at: datetime,
    *, is_passed: bool | None = None,
) -> UnitSupervision:  # fmt: skip
    text = text.strip()
    require(text, text=_("请填写内容。"))
    require(len(text) <= 1000, text=_("最多 %(n)d 个字。") % {"n": 1000})
    what = {Kind.REPORT: "report", Kind.VISIT: "visit", Kind.CHECK: "check"}[kind]
    post = _acting(actor, row, what, at)[0]
    UnitSupervisionNote.objects.create(
        supervision=row, kind=kind, on=today(at), text=text, is_passed=is_passed, by=actor, post_label=post.label[:120],
        written_at=at,
    )  # fmt: skip
    row.save()
    _record(row, actor, f"{what}ed", at, {"text": text[:200], "passed": is_passed})
    return row


def _note_missed(row: UnitSupervision, at: datetime) -> None:
    """Source: regulation.md 2.7 (a year from expiry)."""
    if row.is_missed or row.term_on is None or at < end_of(row.term_on):
        return
    row.is_missed = True
    days = get_rules(policy_for(row.bureau_id, today(at))).limit("honour_ban", _LEVEL).amount
    row.ban_until_on = max(row.ban_until_on or row.term_on, row.term_on + timedelta(days=days))


def _due(bureau: Unit, step: str, at: datetime) -> datetime:
    row = get_rules(policy_for(bureau.pk, today(at))).limit(step, _LEVEL)
    span = Span(at, row.amount, row.measure, row.rolls)
    return due_moment(span, calendar_of(bureau.path), next_term_start(bureau.path, today(at)))


def _issue_notice(row: UnitSupervision, actor: User, at: datetime) -> Document:
    fields = {
        "object": row.object, "matter": row.get_conduct_display(), "basis": row.reason, "level": _("教育局"),
        "finish_on": row.term_on, "plan_on": last_day(_due(row.bureau, "listing_plan", at)), "reports": _("每月"),
        "supervising_unit": row.supervisor_unit.name, "supervisor": row.supervisor, "controls": row.goals,
    }  # fmt: skip
    return _issue(row, "listing_notice", fields, actor, at)


def _issue_delisting(row: UnitSupervision, actor: User, at: datetime) -> Document:
    checked = row.notes.filter(kind=Kind.CHECK, is_passed=True).order_by("-pk").values_list("on", flat=True).first()
    fields = {
        "notice": row.notice_number, "listed_on": row.listed_on, "matter": row.get_conduct_display(),
        "accepted_on": checked or today(at), "delisted_on": row.delisted_on,
    }  # fmt: skip
    return _issue(row, "delisting_notice", fields, actor, at)


def _issue(row: UnitSupervision, kind: str, fields: Mapping[str, object], actor: User, at: datetime) -> Document:
    draft = Draft(
        kind=kind, issuer_unit=row.bureau, addressee=row.unit, fields=fields, at=at, row_kind="unit_listing",
        row_id=row.pk, drafted_by=actor,
    )  # fmt: skip
    return issue_new_document(draft, by=actor)


def _record(row: UnitSupervision, actor: User, what: str, at: datetime, detail: dict[str, object]) -> None:
    told = {"unit": row.bureau_id, "object": row.object, **detail}
    record_audit(
        kind=AuditKind.SETTINGS, at=at, actor=actor, action=f"unit_supervision.{what}", subject=row.object, detail=told
    )
