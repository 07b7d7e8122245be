"""What a field offers to whom: one queryset each, for the form's list and for the check of what came in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.cached_rows import cached_rows
from core.clock import today
from hazards.inputs import Ask, PeopleOptions, Text
from hazards.models import Assignment, BureauRules, Evidence, Hazard, Instruction, JudgingClause, RectificationPlan
from hazards.states import (
    AssignmentKind,
    AssignmentState,
    Channel,
    ClosureType,
    InstructionState,
    Level,
    PlanState,
    ReturnState,
)
from organizations.keys import duty_key, unit_key
from organizations.kinds import CAMPUSES, COUNTY_BODIES, EDUCATION_TREE, PARTS_OF_BUREAU, PostKind, UnitKind
from organizations.models import Unit, User
from organizations.posts import HeldPost, bureau_of, present_holdings

_PLAN = "_plan_in_hand"
# Units that the county orders and the bureau asks.
OUTSIDE = frozenset({UnitKind.DEP, UnitKind.TWN, UnitKind.SVC})
# 校车安全.
BUS_DOMAIN = "12"


def reportable_units(ask: Ask) -> QuerySet[Unit]:
    """Campuses on which the actor may report: his own, those below his unit, for county bodies those of the county, for a
    township those that lie in it, where the campuses say where they lie."""
    within = Q(pk__in=[])
    for post in ask.held:
        if post.unit_kind in COUNTY_BODIES:
            within |= _of_its_county(post)
        elif post.unit_kind in PARTS_OF_BUREAU and post.unit_parent_id:
            within |= Q(path__contains=[post.unit_parent_id])
        else:
            within |= Q(path__contains=[post.unit_id])
    return Unit.objects.filter(within, kind__in=CAMPUSES, is_active=True).order_by("path")


def _of_its_county(post: HeldPost) -> Q:
    code = Unit.objects.filter(pk=post.unit_id).values("region_code")
    in_county = Q(region_code__in=code) & ~Q(region_code="")
    if post.unit_kind != UnitKind.TWN:
        return in_county
    in_town = Q(township=post.unit_name) & in_county
    return in_town if Unit.objects.filter(in_town, kind__in=CAMPUSES, is_active=True).exists() else in_county


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


def is_outside(ask: Ask) -> bool:
    """The lead unit stands outside the education tree: result, day and contact are asked, the rest is optional."""
    lead = ask.hazard.lead_assignment if ask.hazard else None
    return lead is not None and lead.unit.kind not in EDUCATION_TREE


def is_inside(ask: Ask) -> bool:
    return not is_outside(ask)


def has_nameless(ask: Ask) -> bool:
    """People of the lead unit may have no accounts and be named in words."""
    lead = ask.hazard.lead_assignment if ask.hazard else None
    return lead is not None and (is_outside(ask) or not lead.unit.has_accounts)


def spent_so_far(ask: Ask) -> object:
    return ask.hazard.cost if ask.hazard else None


def is_above_general(ask: Ask) -> bool:
    return ask.hazard is not None and ask.hazard.rule_level != Level.GENERAL


def is_about_bus(ask: Ask) -> bool:
    """Source: requirements.md H11, 1.6."""
    return ask.hazard is not None and ask.hazard.domain.code == BUS_DOMAIN


def is_appraised(ask: Ask) -> bool:
    return ask.hazard is not None and bool(ask.hazard.appraisal)


def likely_closure(ask: Ask) -> object:
    if ask.hazard is None:
        return ""
    return ask.hazard.closure_type or (ClosureType.HANDED_OVER if is_outside(ask) else ClosureType.RECTIFIED)


@cached_rows(seconds=60)
def rules_by_bureau() -> dict[int, BureauRules]:
    return {row.bureau_id: row for row in BureauRules.objects.all()}


def rules_over(path: Sequence[int]) -> BureauRules:
    """What the bureau over a unit decided, else the defaults."""
    rules = rules_by_bureau()
    return next((rules[unit_id] for unit_id in reversed(path) if unit_id in rules), BureauRules())


def levels(ask: Ask) -> list[tuple[str, Text]]:
    """The grades in use; 较大 is a local one that a bureau may do without."""
    uses_all = ask.hazard is None or rules_over(ask.hazard.unit.path).uses_significant
    return [(level.value, level.label) for level in Level if uses_all or level != Level.SIGNIFICANT]


def judging_clauses(ask: Ask) -> QuerySet[JudgingClause]:
    return JudgingClause.objects.filter(is_active=True)


def _of_region(ask: Ask) -> QuerySet[Unit]:
    if ask.hazard is None:
        return Unit.objects.none()
    return Unit.objects.filter(region_code=ask.hazard.unit.region_code, is_active=True)


def outside_units(ask: Ask) -> QuerySet[Unit]:
    """Departments, townships and service units of the county: asked by letter, or ordered by the county."""
    return _of_region(ask).filter(kind__in=OUTSIDE).order_by("path")


def county_units(ask: Ask) -> QuerySet[Unit]:
    """Whom a coordinating body may order."""
    return _of_region(ask).filter(kind__in=[*OUTSIDE, UnitKind.EDU]).order_by("path")


def coordinating_bodies(ask: Ask) -> QuerySet[Unit]:
    return _of_region(ask).filter(kind=UnitKind.GOV).order_by("path")


def co_units(ask: Ask) -> QuerySet[Unit]:
    """Units of the education tree of the county, and outside ones, which are asked."""
    return _of_region(ask).filter(kind__in=[*EDUCATION_TREE, *OUTSIDE]).order_by("path")


def transferable_units(ask: Ask) -> QuerySet[Unit]:
    """Whom the issuer of the lead assignment may give it to: a county body anyone of the county, a bureau its own
    tree and, by letter, outside units."""
    hazard = ask.hazard
    if hazard is None or hazard.lead_assignment is None:
        return Unit.objects.none()
    issuer = Unit.objects.get(pk=hazard.lead_assignment.issuer_unit_id)
    if issuer.kind == UnitKind.GOV:
        return county_units(ask)
    own = Q(path__contains=[issuer.pk], kind__in=EDUCATION_TREE)
    asked = Q(kind__in=OUTSIDE) if issuer.kind == UnitKind.EDU else Q(pk__in=[])
    return _of_region(ask).filter(own | asked).order_by("path")


def issuing_names(ask: Ask) -> list[tuple[str, Text]]:
    """The coordinating bodies in whose name the actor's posts may issue (发文名义)."""
    names = dict.fromkeys(name for post in ask.held for name in post.unit_issuing_names)
    return [(name, name) for name in names]


def competent_unit(ask: Ask) -> object:
    """The department that has the hazard's domain in its field, where there is just one."""
    if ask.hazard is None:
        return None
    found = list(outside_units(ask).filter(duty_domains__contains=[ask.hazard.domain.code])[:2])
    return found[0].pk if len(found) == 1 else None


def proposed_lead(ask: Ask) -> object:
    return ask.hazard.proposed_lead_id if ask.hazard else None


def present_control(ask: Ask) -> object:
    return ask.hazard.interim_control if ask.hazard else ""


def present_requirements(ask: Ask) -> object:
    lead = ask.hazard.lead_assignment if ask.hazard else None
    return lead.requirements if lead else ""


def _living(ask: Ask) -> QuerySet[Assignment]:
    living = Assignment.objects.filter(hazard=ask.hazard).exclude(state=AssignmentState.CANCELED)
    return living.select_related("unit").order_by("id")


def _co_parts(ask: Ask) -> QuerySet[Assignment]:
    lead_id = ask.hazard.lead_assignment_id if ask.hazard else None
    return _living(ask).exclude(pk=lead_id or 0).exclude(kind=AssignmentKind.CONTROL)


def returnable_parts(ask: Ask) -> QuerySet[Assignment]:
    return _living(ask).exclude(kind=AssignmentKind.CONTROL).filter(return_state=ReturnState.NONE)


def requested_returns(ask: Ask) -> QuerySet[Assignment]:
    return _living(ask).filter(return_state=ReturnState.REQUESTED)


def removable_parts(ask: Ask) -> QuerySet[Assignment]:
    return _co_parts(ask).exclude(state=AssignmentState.CONFIRMED)


def parts_to_sign(ask: Ask) -> QuerySet[Assignment]:
    return _co_parts(ask).filter(state=AssignmentState.SENT)


def parts_to_finish(ask: Ask) -> QuerySet[Assignment]:
    return _co_parts(ask).filter(state=AssignmentState.SIGNED)


def parts_to_confirm(ask: Ask) -> QuerySet[Assignment]:
    return _co_parts(ask).filter(state=AssignmentState.DONE)


def parts_to_return(ask: Ask) -> QuerySet[Assignment]:
    """Also those confirmed before: a failed verification may show that a co-unit is not done."""
    return _co_parts(ask).filter(state__in=[AssignmentState.DONE, AssignmentState.CONFIRMED])


def _part_units(ask: Ask) -> list[int]:
    """The co-units, and the actor's own that serves one without staff."""
    parts = list(_co_parts(ask))
    above = {post.unit_id for post in ask.held for part in parts if post.unit_id in part.unit.path}
    return [*(part.unit_id for part in parts), *sorted(above)]


people_of_parts = PeopleOptions(_part_units)


def _verifying_people(ask: Ask) -> list[int]:
    """A second verifier may come from another unit: of the campus's superiors, the bureau's sections, the experts."""
    if ask.hazard is None:
        return []
    above = Q(pk__in=ask.hazard.unit.path, kind__in=EDUCATION_TREE)
    beside = Q(parent__in=ask.hazard.unit.path, kind__in=[UnitKind.SEC, UnitKind.SUB, UnitKind.EXP, UnitKind.CEN])
    outside = Q(region_code=ask.hazard.unit.region_code, kind__in=OUTSIDE)
    return list(Unit.objects.filter(above | beside | outside, is_active=True).values_list("pk", flat=True))


second_verifiers = PeopleOptions(_verifying_people)


class HolderOptions(PeopleOptions):
    """The present holders of posts of some kinds, in the bureau over the hazard."""

    def __init__(self, *kinds: PostKind) -> None:
        super().__init__(lambda ask: [])
        object.__setattr__(self, "kinds", kinds)

    kinds: tuple[PostKind, ...]

    def __call__(self, ask: Ask) -> QuerySet[User]:
        if ask.hazard is None:
            return User.objects.none()
        bureau = bureau_of(ask.hazard.unit)
        held = present_holdings(today(ask.at)).filter(post__kind__in=self.kinds, post__unit__path__contains=[bureau.pk])
        return User.objects.filter(pk__in=held.values("user_id")).order_by("name", "pk")

    def find(self, ask: Ask, ids: Iterable[int]) -> list[User]:
        return list(self(ask).filter(pk__in=sorted(ids)))


readers = HolderOptions(PostKind.INVESTIGATOR)


def instructable_units(ask: Ask) -> QuerySet[Unit]:
    """The units that have a part in the case; of what went past the school those that know of it."""
    hazard = ask.hazard
    if hazard is None:
        return Unit.objects.none()
    units = {hazard.unit_id, hazard.handling_unit_id, hazard.verifying_unit_id}
    units |= set(_living(ask).values_list("unit_id", flat=True))
    if hazard.channel == Channel.DIRECT:
        units = {unit for unit in units if unit and not {unit_key(unit), duty_key(unit)}.isdisjoint(hazard.visible_to)}
    return Unit.objects.filter(pk__in=[unit for unit in units if unit], is_active=True).order_by("path")


def open_instructions(ask: Ask) -> QuerySet[Instruction]:
    return Instruction.objects.filter(hazard=ask.hazard, state=InstructionState.OPEN).order_by("id")


def _plan_of(ask: Ask) -> RectificationPlan | None:
    """Read once for a hazard in hand: each part of the form asks for it."""
    hazard = ask.hazard
    if hazard is None or hazard.lead_assignment_id is None:
        return None
    if _PLAN not in hazard.__dict__:
        plans = RectificationPlan.objects.filter(assignment=hazard.lead_assignment_id)
        hazard.__dict__[_PLAN] = plans.exclude(state=PlanState.ENDED).first()
    plan: RectificationPlan | None = hazard.__dict__[_PLAN]
    return plan


def milestones_as_text(milestones: Sequence[dict[str, str]]) -> str:
    return "\n".join(f"{one['on']} {one['what']}" for one in milestones)


def of_plan(name: str) -> Callable[[Ask], object]:
    """What the plan says, else the commitments given at signing, so that a 一般 plan is one tap."""

    def initial(ask: Ask) -> object:
        plan = _plan_of(ask)
        if plan is not None and getattr(plan, name) not in (None, "", []):
            value = getattr(plan, name)
            return milestones_as_text(value) if name == "milestones" else value
        return initial_part(ask.hazard, name) if ask.hazard else ""

    return initial


def initial_part(hazard: Hazard, name: str) -> str:
    """A part of a plan that nobody has written yet."""
    if name == "goal":
        return str(_("消除隐患：%(what)s") % {"what": hazard.description})[:500]
    return str(hazard.commitments.get(name, ""))


def open_milestones(ask: Ask) -> list[tuple[str, Text]]:
    """Those not yet reached, of the plan or of the years' plan; the key is their place in the list."""
    if ask.hazard is None:
        return []
    plan = _plan_of(ask)
    rows = ask.hazard.scheduled.get("milestones") or (plan.milestones if plan else [])
    return [(str(n), f"{one['on']} {one['what']}") for n, one in enumerate(rows) if not one.get("done_on")]


def own_evidence(ask: Ask) -> QuerySet[Evidence]:
    return Evidence.objects.filter(hazard=ask.hazard, upload__uploader=ask.actor, withdrawn_seq__isnull=True).order_by(
        "pk"
    )
