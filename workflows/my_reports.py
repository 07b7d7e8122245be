"""我的上报: what became of a report, in words for who made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.clock import today
from hazards.countdown import say_day
from hazards.limits import last_day, step_due
from hazards.models import Evidence, Hazard, HazardEvent
from hazards.services.appeal import APPEAL, MAX_APPEALS
from hazards.states import TERMINAL, AssignmentKind, EvidenceStage, RejectReason, State
from organizations.models import User

PAGE_SIZE = 20
# As many as stand side by side on a phone.
N_PHOTOS = 3
# Acts whose reason the reporter is told.
_EXPLAINED = ("reject", "return_for_supplement", "void", "merge")
_RELATED = (
    "unit", "domain", "handling_unit", "lead_assignment__unit", "lead_assignment__issuer_unit", "verifying_unit", "closing_unit", "referred_to",
)  # fmt: skip


@dataclass(frozen=True)
class Fate:
    """Where a report stands: a sentence, the reason for it, and what the reporter may do until when."""

    hazard: Hazard
    text: str
    reason: str
    appeal_until: datetime | None
    master: Hazard | None
    photos: list[Evidence]

    @property
    def is_ended(self) -> bool:
        return self.hazard.state in TERMINAL

    @property
    def is_with_reporter(self) -> bool:
        return bool(self.hazard.state == State.RETURNED)


@dataclass(frozen=True)
class Page:
    """Newest first; `older` is the cursor of the next page."""

    rows: list[Fate]
    older: int | None


def page_of(visible: QuerySet[Hazard], reporter: User, at: datetime, *, cursor: int | None = None) -> Page:
    """Four statements. `visible` is what the reporter may read: his reports, masters of those merged, photos."""
    own = visible.filter(reporter=reporter)
    if cursor:
        own = own.filter(pk__lt=cursor)
    hazards = list(own.select_related(*_RELATED).order_by("-pk")[: PAGE_SIZE + 1])
    has_older, hazards = len(hazards) > PAGE_SIZE, hazards[:PAGE_SIZE]
    told, photos = _last_explained(hazards), _results(hazards)
    masters = _masters(visible, hazards)
    rows = [_fate(hazard, told.get(hazard.pk), masters, photos.get(hazard.pk, []), at) for hazard in hazards]
    return Page(rows, hazards[-1].pk if has_older else None)


def _last_explained(hazards: Iterable[Hazard]) -> dict[int, HazardEvent]:
    events = HazardEvent.objects.filter(hazard__in=[hazard.pk for hazard in hazards], action__in=_EXPLAINED)
    return {event.hazard_id: event for event in events.order_by("hazard_id", "-seq").distinct("hazard_id")}


def _results(hazards: Iterable[Hazard]) -> dict[int, list[Evidence]]:
    """What the place looks like now: the newest photos of the last round."""
    found: dict[int, list[Evidence]] = {}
    pks = {hazard.pk: hazard.round for hazard in hazards}
    after = Evidence.objects.filter(hazard__in=pks, stage=EvidenceStage.AFTER, withdrawn_seq__isnull=True)
    for one in after.select_related("upload").order_by("-id"):
        here = found.setdefault(one.hazard_id, [])
        if one.upload.is_photo and one.round == pks[one.hazard_id] and len(here) < N_PHOTOS:
            here.append(one)
    return found


def _masters(visible: QuerySet[Hazard], hazards: Iterable[Hazard]) -> dict[int, Hazard]:
    pks = {pk for hazard in hazards if (pk := hazard.merged_into_id)}
    return visible.in_bulk(pks) if pks else {}


def _fate(
    hazard: Hazard, event: HazardEvent | None, masters: Mapping[int, Hazard], photos: list[Evidence], at: datetime
) -> Fate:
    master = masters.get(hazard.merged_into_id or 0)
    return Fate(hazard, tell(hazard, at), _reason(hazard, event), _appeal_until(hazard, event, at), master, photos)


def tell(hazard: Hazard, at: datetime) -> str:
    """「县教育局已交给消防救援大队，11月30日 周一前办完。」"""
    words = {
        "handling": hazard.handling_unit.name,
        "verifying": hazard.verifying_unit.name if hazard.verifying_unit else "",
        "closing": hazard.closing_unit.name if hazard.closing_unit else "",
        "level": hazard.level_label,
        "referred": hazard.referred_to.name if hazard.referred_to else _("县级"),
        "day": say_day(last_day(hazard.due_at), at) if hazard.due_at else "",
        "closed": say_day(today(hazard.closed_at), at) if hazard.closed_at else "",
    }
    match hazard.state:
        case State.REPORTED if hazard.n_appeals:
            return _("您的申诉已收到，由%(handling)s重新审核，应在 %(day)s 前答复") % words + _late(hazard.due_at, at)
        case State.REPORTED:
            return _("%(handling)s已收到，应在 %(day)s 前核实") % words + _late(hazard.due_at, at)
        case State.RETURNED:
            return _("%(handling)s请您补充情况，请在 %(day)s 前补充") % words + _late(hazard.due_at, at)
        case State.FILED:
            return _("已登记为%(level)s隐患，%(handling)s正在安排办理单位。") % words
        case State.REFERRED:
            return _("%(handling)s已提请%(referred)s确定办理单位。") % words
        case State.ASSIGNED | State.RECTIFYING:
            return _tell_work(hazard, at)
        case State.SUBMITTED if hazard.closes_in_one_act:
            return _("已经改好，等%(verifying)s负责人核实。") % words
        case State.SUBMITTED:
            return _("整改单位说已经改好，等%(verifying)s复查。") % words
        case State.VERIFIED:
            return _("复查合格，等%(closing)s销号。") % words
        case State.CLOSED:
            return _("已办结，%(closed)s销号。") % words
        case _:
            return _tell_end(hazard)


def _tell_work(hazard: Hazard, at: datetime) -> str:
    lead = hazard.lead_assignment
    if lead is None:
        return _("正在整改。")
    words = {
        "issuer": lead.issued_as or lead.issuer_unit.name,
        "lead": lead.unit.name,
        "day": say_day(lead.limit_on, at),
    }
    if lead.kind == AssignmentKind.REQUEST:
        told = _("%(issuer)s已发函请%(lead)s办理，%(day)s前办完") % words
    elif lead.issuer_unit_id == lead.unit_id:
        told = _("%(lead)s正在整改，应在 %(day)s 前办完") % words
    elif hazard.state == State.ASSIGNED:
        told = _("%(issuer)s已交给%(lead)s，%(day)s前办完，等对方签收") % words
    else:
        told = _("%(issuer)s已交给%(lead)s，%(day)s前办完") % words
    if hazard.n_reopened:
        told = _("发现没有改好，已重启整改：%(told)s") % {"told": told}
    return told + _late(lead.due_at, at)


def _late(due_at: datetime | None, at: datetime) -> str:
    return _("，已经超过期限。") if due_at and due_at <= at else _("。")


def _tell_end(hazard: Hazard) -> str:
    return {
        State.REJECTED: _("申诉已审核，仍没有登记为隐患。") if hazard.n_appeals else _("没有登记为隐患。"),
        State.MERGED: _("与另一条是同一个隐患，已合并在一起办理。"),
        State.VOIDED: _("已作废，不再办理。"),
    }[State(hazard.state)]


def _reason(hazard: Hazard, event: HazardEvent | None) -> str:
    """What the act said that ended it or sent it back; nothing once it has gone on."""
    if event is None or event.to_state != hazard.state:
        return ""
    reason = str(event.data.get("reason", ""))
    words = [str(dict(RejectReason.choices).get(reason, reason)), event.data.get("basis"), event.data.get("missing")]
    return "；".join(str(word) for word in words if word)


def _appeal_until(hazard: Hazard, event: HazardEvent | None, at: datetime) -> datetime | None:
    """The first moment too late to appeal, while the reporter still may."""
    if hazard.state != State.REJECTED or event is None or hazard.n_appeals >= MAX_APPEALS:
        return None
    until = step_due(hazard, APPEAL, event.recorded_at)
    return until if at < until else None
