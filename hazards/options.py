"""What a field offers to whom: one queryset each, for the form's list and for the check of what came in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from hazards.inputs import Ask, PeopleOptions
from hazards.models import Evidence
from organizations.kinds import CAMPUSES, COUNTY_BODIES, EDUCATION_TREE, PARTS_OF_BUREAU, UnitKind
from organizations.models import Unit


def reportable_units(ask: Ask) -> QuerySet[Unit]:
    """Campuses on which the actor may report: his own, those below his unit, for county bodies those of the county."""
    within = Q(pk__in=[])
    for post in ask.held:
        if post.unit_kind in COUNTY_BODIES and len(post.unit_path) > 1:
            # GOV hangs below the county, departments and townships below GOV.
            depth = -2 if post.unit_kind == UnitKind.GOV else -3
            within |= Q(path__contains=[post.unit_path[depth]])
        elif post.unit_kind in PARTS_OF_BUREAU and post.unit_parent_id:
            within |= Q(path__contains=[post.unit_parent_id])
        else:
            within |= Q(path__contains=[post.unit_id])
    return Unit.objects.filter(within, kind__in=CAMPUSES, is_active=True).order_by("path")


def own_campuses(ask: Ask) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__in=[post.unit_id for post in ask.held], kind__in=CAMPUSES, is_active=True).order_by(
        "path"
    )


def orderable_units(ask: Ask) -> QuerySet[Unit]:
    """Units that the handling unit can order: its own tree, never a department or township."""
    if ask.hazard is None:
        return Unit.objects.none()
    return Unit.objects.filter(
        path__contains=[ask.hazard.handling_unit_id], kind__in=EDUCATION_TREE, is_active=True
    ).order_by("path")


def verifying_units(ask: Ask) -> QuerySet[Unit]:
    """The issuer and every unit of the education tree between it and the campus."""
    if ask.hazard is None:
        return Unit.objects.none()
    hazard = ask.hazard
    return Unit.objects.filter(
        Q(pk=hazard.handling_unit_id) | Q(pk__in=hazard.unit.path, kind__in=EDUCATION_TREE) | Q(kind=UnitKind.SEC, parent=hazard.handling_unit_id),
        is_active=True,
    ).order_by("path")  # fmt: skip


def _lead_units(ask: Ask) -> list[int]:
    """The unit that works on the hazard, before it is assigned the campus; and the actor's own where that serves a unit
    below it, as a central school does for a teaching point without staff."""
    if ask.hazard is None:
        return _own_campuses(ask)
    lead = ask.hazard.lead_assignment
    unit = lead.unit if lead else ask.hazard.unit
    return [unit.pk, *(post.unit_id for post in ask.held if post.unit_id in unit.path and post.unit_id != unit.pk)]


def _own_campuses(ask: Ask) -> list[int]:
    return [post.unit_id for post in ask.held if post.unit_kind in CAMPUSES]


people_of_lead = PeopleOptions(_lead_units)


def own_evidence(ask: Ask) -> QuerySet[Evidence]:
    return Evidence.objects.filter(hazard=ask.hazard, upload__uploader=ask.actor, withdrawn_seq__isnull=True).order_by(
        "pk"
    )
