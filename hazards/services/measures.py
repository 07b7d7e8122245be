"""Measures of the ladder: 通报批评, 约谈, 问责建议, 线索移送; letters to whom a bureau can only ask.

Each is drafted with a paper, by a rung of the clock, by an event that skips rungs or by the office, and decided by the
bureau's leader. Source: process.md b.1, b.2; regulation.md 2.7, 2.10; architecture 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import WrongState
from documents.models import Document
from documents.services import Draft, put_draft, void_document
from hazards.limits import last_day, step_due
from hazards.models import Measure
from hazards.permitted import nearest_posts
from hazards.services.act import Act, Named
from hazards.services.owing import who_hears
from hazards.states import Level
from hazards.states_clock import InterviewType, MeasureKind, MeasureState, Rank
from organizations.kinds import EDUCATION_TREE, UnitKind
from organizations.models import Unit, User

# What a bureau decides about units of its own; and what it writes about those that it cannot order.
SANCTIONS = frozenset({MeasureKind.BULLETIN, MeasureKind.INTERVIEW, MeasureKind.ACCOUNTABILITY, MeasureKind.TRANSFER})
LETTERS = frozenset({MeasureKind.URGE_LETTER, MeasureKind.COUNTY_SUPERVISION})
# Those that may ask for an answer; an interview asks for one in its minutes.
ANSWERED = frozenset({MeasureKind.BULLETIN, MeasureKind.URGE_LETTER})
# How high a hazard has climbed once a measure is issued.
RANK_OF = {
    MeasureKind.URGE_LETTER: Rank.REMINDED,
    MeasureKind.COUNTY_SUPERVISION: Rank.WARNED,
    MeasureKind.BULLETIN: Rank.BULLETIN,
    MeasureKind.INTERVIEW: Rank.INTERVIEW,
    MeasureKind.ACCOUNTABILITY: Rank.ACCOUNTABILITY,
    MeasureKind.TRANSFER: Rank.ACCOUNTABILITY,
}
# The words of the paper for each way of talking.
FORMS = {InterviewType.REMINDER: "remind", InterviewType.WARNING: "admonish", InterviewType.COLLECTIVE: "together"}
DECISION, INTERVIEW, REPLY = "measure_decision", "interview", "measure_reply"
_RUNNING = frozenset({MeasureState.ISSUED, MeasureState.AWAITING_REPLY})
# As long as the paper's field.
_MATTER_LENGTH = 60


def refusal(act: Act, kind: str, unit: Unit) -> str:
    """Why such a measure cannot be taken against the unit; empty where it can."""
    if act.hazard.is_restricted:
        return _("敏感事项只由专办员办理，不通报、不约谈、不发函。")
    is_own = unit.kind in EDUCATION_TREE and unit.kind != UnitKind.EDU
    if is_own and kind in LETTERS:
        return _("%(unit)s是教育系统的单位，请用通报批评、约谈、问责建议。") % {"unit": unit.name}
    if not is_own and kind in SANCTIONS:
        said = {"unit": unit.name}
        if unit.kind == UnitKind.EDU:
            return _("%(unit)s自身的逾期只能提请县级督查。") % said
        return _("%(unit)s不属教育局管理，只能发催办函或提请县级督查。") % said
    return ""


def same_measure(act: Act, kind: str, unit: Unit, cause: str) -> Measure | None:
    """One that waits to be decided, or one of the same cause that still runs: it is not drafted twice."""
    for row in act.case.measures:
        is_same = row.kind == kind and row.unit_id == unit.pk
        if is_same and (row.state == MeasureState.DRAFT or (row.state in _RUNNING and row.cause == cause)):
            return row
    return None


def require_new(act: Act, kind: str, unit: Unit, cause: str) -> None:
    """Raises WrongState where the same is under way."""
    found = same_measure(act, kind, unit, cause)
    if found is not None:
        said = {"unit": unit.name, "kind": MeasureKind(kind).label, "state": MeasureState(found.state).label}
        raise WrongState(_("对%(unit)s的%(kind)s已有一件（%(state)s），不重复拟稿。") % said)


def draft_measure(
    act: Act, kind: str, unit: Unit, *, cause: str, rung: int = 0, due_at: datetime | None = None, text: str = "",
    requirements: str = "", interview_type: str = "", drafted_by: User | None = None,
) -> Measure:  # fmt: skip
    """A draft with its paper, to be decided by the bureau. `due_at` is the limit that was missed."""
    hazard, case = act.hazard, act.case
    case.remember(unit)
    key, paper_key = case.take_keys()
    measure = Measure(
        id=key,
        hazard=hazard,
        kind=kind,
        cause=cause,
        rung=rung,
        unit=unit,
        to_unit=case.bureau,
        interview_type=(interview_type or default_interview(act)) if kind == MeasureKind.INTERVIEW else "",
        text=text or say_facts(act, unit, cause=cause, due_at=due_at),
        requirements=requirements,
        opened_at=act.at,
        due_at=step_due(hazard, DECISION, act.at),
    )
    paper = Draft(
        kind=kind, subject_id=hazard.pk, row_kind="measure", row_id=key, issuer_unit=case.bureau,
        addressee=_addressee(measure), fields=paper_fields(act, measure, due_at), at=act.at, drafted_by=drafted_by,
    )  # fmt: skip
    measure.document = put_draft(paper, paper_key)
    case.measures.append(act.touch(measure))
    told = [act.notes["drafted"]] if "drafted" in act.notes else []
    act.notes["drafted"] = "、".join([*told, f"{MeasureKind(kind).label}（{unit.name}）"])
    return measure


def draft_for_event(act: Act, kinds: Iterable[str], unit: Unit, *, cause: str) -> list[Measure]:
    """What an event that skips rungs drafts, inside the act that brought it.

    A unit outside the education tree is asked about through the county instead. Where nobody could decide it, or the
    same is under way already, the act goes on without it.
    """
    if act.hazard.is_restricted or not nearest_posts(act.case, act.case.bureau.pk, "decide_measure"):
        return []
    wanted = [kind if not refusal(act, kind, unit) else MeasureKind.COUNTY_SUPERVISION.value for kind in kinds]
    drafted = [
        draft_measure(act, kind, unit, cause=cause, interview_type=InterviewType.WARNING)
        for kind in dict.fromkeys(wanted)
        if same_measure(act, kind, unit, cause) is None
    ]
    for measure in drafted:
        tell_signers(act, measure)
    return drafted


def default_interview(act: Act) -> str:
    """A first talk reminds; from 较大 up it warns."""
    return InterviewType.REMINDER if act.hazard.rule_level == Level.GENERAL else InterviewType.WARNING


def say_facts(act: Act, unit: Unit, *, cause: str, due_at: datetime | None) -> str:
    """Number, place, limit, days late and what was done about it, in the words of a paper."""
    hazard = act.hazard
    said = {
        "unit": unit.name,
        "campus": hazard.unit.name,
        "place": hazard.place,
        "what": hazard.description.rstrip("。"),
        "number": hazard.number,
        "level": Level(hazard.level).label if hazard.level else _("未定"),
        "cause": cause,
    }
    facts = [_("%(unit)s承办的隐患（编号%(number)s，%(level)s）：%(campus)s%(place)s，%(what)s。") % said]
    if due_at is not None and act.at >= due_at:
        late = {"day": last_day(due_at).isoformat(), "n": (today(act.at) - last_day(due_at)).days}
        facts.append(_("期限为%(day)s，已逾期%(n)d天，至今未办结。") % late)
        if n := act.case.n_reminders:
            facts.append(_("此前已催办、预警%(n)d次。") % {"n": n})
    else:
        facts.append(_("事由：%(cause)s。") % said)
    return "".join(facts)[:1000]


def matter_of(act: Act) -> str:
    """A few words for a paper; nothing of what is restricted."""
    hazard = act.hazard
    if hazard.is_restricted:
        return str(_("敏感事项"))
    return f"{hazard.unit.name}{hazard.place}{hazard.description}"[:_MATTER_LENGTH]


def paper_fields(act: Act, measure: Measure, due_at: datetime | None) -> dict[str, object]:
    """What the draft of its paper is filled with; the rest comes when it is decided."""
    hazard, unit = act.hazard, measure.unit
    late = (today(act.at) - last_day(due_at)).days if due_at is not None else 0
    common = {"unit": unit.name, "facts": measure.text}
    match measure.kind:
        case MeasureKind.URGE_LETTER:
            return {
                "hazard": hazard.number, "matter": matter_of(act), "step": _("整改"),
                "due_on": last_day(due_at) if due_at else None, "days_over": late if late > 0 else None,
                "requirement": measure.requirements,
            }  # fmt: skip
        case MeasureKind.COUNTY_SUPERVISION:
            return {**common, "hazard": hazard.number, "matter": matter_of(act), "control": hazard.interim_control}
        case MeasureKind.INTERVIEW:
            return {
                "facts": measure.text, "invitees": _("%(unit)s主要负责人") % {"unit": unit.name},
                "form": FORMS[InterviewType(measure.interview_type)], "materials": measure.requirements,
            }  # fmt: skip
        case MeasureKind.ACCOUNTABILITY:
            proposal = measure.requirements or _("对%(unit)s有关责任人员依规问责") % {"unit": unit.name}
            return {**common, "proposal": proposal}
        case MeasureKind.TRANSFER:
            return {"to": _("纪检监察机关"), "facts": measure.text, "materials": measure.requirements}
        case _:
            return {**common, "requirement": measure.requirements}


def _addressee(measure: Measure) -> Unit | None:
    """Proposals go to a body that decides them, never to whom they are about."""
    goes_to_unit = (MeasureKind.BULLETIN, MeasureKind.INTERVIEW, MeasureKind.URGE_LETTER)
    return measure.unit if measure.kind in goes_to_unit else None


def raise_rank(act: Act, rank: int) -> None:
    act.hazard.rank = max(act.hazard.rank, rank)


def void_papers(act: Act, measure: Measure, *, reason: str, by: User | None) -> None:
    """All papers of a measure that does not hold any more."""
    papers = Document.objects.filter(subject_id=act.hazard.pk, row_kind="measure", row_id=measure.pk)
    for paper in papers.exclude(state=Document.State.VOID).order_by("pk"):
        void_document(paper, by=by, reason=reason, at=act.at)


def drop_draft(act: Act, measure: Measure) -> None:
    """The paper of a draft that nobody will decide."""
    if measure.document is not None and measure.document.state == Document.State.DRAFT:
        void_document(measure.document, by=act.actor if act.actor.pk else None, reason=_("不再需要签发"), at=act.at)


def decider_of(act: Act) -> User | None:
    """Whose decision it is, not who entered it."""
    return act.on_behalf.person if act.on_behalf else act.actor


def tell_people(act: Act, recipients: Iterable[int], kind: str, said: Mapping[str, object]) -> None:
    """Beside those whom its notice names; of what is restricted they hear no more than its number."""
    act.told.append(Named(tuple(recipients), kind, said))


def tell_unit(act: Act, measure: Measure, kind: str) -> None:
    said = {"measure": measure.pk, "what": str(MeasureKind(measure.kind).label)}
    tell_people(act, who_hears(act.case, measure.unit_id), kind, said)


def tell_office(act: Act, measure: Measure, kind: str) -> None:
    said = {"measure": measure.pk, "what": str(MeasureKind(measure.kind).label), "unit": measure.unit.name}
    tell_people(act, who_hears(act.case, measure.to_unit_id), kind, said)


def tell_signers(act: Act, measure: Measure) -> None:
    """Who holds the to-do to decide it. What a rung drafts is told with the rung."""
    posts = nearest_posts(act.case, measure.to_unit_id, "decide_measure")[:1]
    people = [holder.user_id for post in posts for holder in post.holders]
    said = {"what": str(MeasureKind(measure.kind).label), "unit": measure.unit.name}
    tell_people(act, people, "measure.drafted", said)
