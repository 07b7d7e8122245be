"""What the fields of the clock's actions offer."""

from __future__ import annotations

from django.db.models import QuerySet

from core.cached_rows import cached_rows
from core.clock import today
from deadlines.models import Policy
from hazards.inputs import Ask, Text
from hazards.models import Category, Measure, Suspension
from hazards.states_clock import Authority, MeasureKind, MeasureState, SuspensionState
from organizations.kinds import EDUCATION_TREE, UnitKind
from organizations.models import Unit
from organizations.posts import bureau_of


def present_control(ask: Ask) -> object:
    return ask.hazard.interim_control if ask.hazard else ""


@cached_rows(seconds=60)
def _suspending_domains() -> frozenset[int]:
    return frozenset(Category.objects.exclude(suspends="").values_list("domain_id", flat=True))


def may_be_suspended(ask: Ask) -> bool:
    """Its field knows types of hazards that must be out of use at once, and nothing is yet."""
    hazard = ask.hazard
    return hazard is not None and hazard.domain_id in _suspending_domains() and not hazard.is_suspended


def running_suspensions(ask: Ask) -> QuerySet[Suspension]:
    running = [SuspensionState.IN_FORCE, SuspensionState.RESUME_REQUESTED]
    return Suspension.objects.filter(hazard=ask.hazard, state__in=running)


def _measures(ask: Ask) -> QuerySet[Measure]:
    return Measure.objects.filter(hazard=ask.hazard).select_related("unit")


def draft_measures(ask: Ask) -> QuerySet[Measure]:
    return _measures(ask).filter(state=MeasureState.DRAFT)


def has_interview_draft(ask: Ask) -> bool:
    return ask.hazard is not None and draft_measures(ask).filter(kind=MeasureKind.INTERVIEW).exists()


def called_interviews(ask: Ask) -> QuerySet[Measure]:
    return _measures(ask).filter(kind=MeasureKind.INTERVIEW, state=MeasureState.ISSUED)


def unanswered_measures(ask: Ask) -> QuerySet[Measure]:
    return _measures(ask).filter(state=MeasureState.AWAITING_REPLY)


def issued_measures(ask: Ask) -> QuerySet[Measure]:
    issued = [MeasureState.ISSUED, MeasureState.AWAITING_REPLY, MeasureState.SETTLED]
    return _measures(ask).filter(state__in=issued)


def owing_units(ask: Ask) -> QuerySet[Unit]:
    """The units that work on the hazard or have to decide about it."""
    hazard = ask.hazard
    if hazard is None:
        return Unit.objects.none()
    parties = {
        hazard.unit_id,
        hazard.handling_unit_id,
        hazard.verifying_unit_id,
        hazard.closing_unit_id,
        hazard.referred_to_id,
    }
    living = hazard.assignments.exclude(state="canceled").values_list("unit_id", flat=True)
    return Unit.objects.filter(pk__in=[pk for pk in {*parties, *living} if pk]).order_by("path")


def who_owes(ask: Ask) -> object:
    """The unit of the post that must act next."""
    post = ask.hazard.responsible_post if ask.hazard else None
    return post.unit_id if post else ""


def supervising_units(ask: Ask) -> QuerySet[Unit]:
    """The bureau and its sections, county bodies, departments."""
    if ask.hazard is None:
        return Unit.objects.none()
    kinds = [UnitKind.EDU, UnitKind.SEC, UnitKind.SUB, UnitKind.GOV, UnitKind.DEP]
    return Unit.objects.filter(region_code=ask.hazard.unit.region_code, kind__in=kinds, is_active=True).order_by("path")


def authorities(ask: Ask) -> list[tuple[str, Text]]:
    """A bureau lists its own tree; departments and townships it can only propose to the county."""
    lead = ask.hazard.lead_assignment if ask.hazard else None
    if lead is not None and lead.unit.kind not in EDUCATION_TREE:
        return [(Authority.COUNTY.value, Authority.COUNTY.label)]
    return [(one.value, one.label) for one in (Authority.SECTOR, Authority.COUNTY)]


def policies(ask: Ask) -> list[tuple[str, Text]]:
    """Issued ones of the bureau and those for all, the newest first."""
    if ask.hazard is None:
        return []
    bureau = bureau_of(ask.hazard.unit)
    rows = Policy.objects.filter(issued_at__isnull=False, valid_from__lte=today(ask.at))
    found = [row for row in rows.order_by("-valid_from", "-number") if row.bureau_id in (None, bureau.pk)]
    return [(str(row.pk), f"第 {row.number} 版（{row.valid_from.isoformat()} 起）") for row in found]
