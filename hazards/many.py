"""Which of the chosen hazards an act on many fits, and the one form for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hazards import fsm
from hazards.actions import ACTIONS, Action
from hazards.case import Case
from hazards.clock_face import RELATED
from hazards.forms import ActionForm, Choices, Typed, build_form
from hazards.inputs import Ask, Field, Kind, fields_of
from hazards.models import Countersign, Hazard, HazardEvent, Upload
from hazards.numbers import is_number
from hazards.permitted import kinds_for
from hazards.policies import SECTION_ACTIONS, decide
from hazards.selectors import in_scope
from hazards.services.act import SECONDS
from hazards.services.bulk import MAX_ROWS
from hazards.states import CountersignState, Level, State
from hazards.states_clock import SupervisionState
from hazards.wording import Line, describe_data
from organizations.kinds import UnitKind
from organizations.models import User
from organizations.posts import HeldPost

# What is the same for many: judging work and closing are looked at one by one.
TOGETHER = ("assign", "notify", "refer", "assign_referred", "confirm_countersign", "arrange_visit", "decide_listing")
# Fields whose answer is one hazard's own.
_OF_ONE = frozenset({Kind.ROW, Kind.PERSON, Kind.EVIDENCE})
# So many are asked until one is found that says by which posts the act is done.
_N_ASKED = 20


@dataclass(frozen=True)
class Chosen:
    """A hazard that the act fits, with what of it must be seen before."""

    hazard: Hazard
    lines: list[Line]
    files: list[Upload]

    @property
    def value(self) -> str:
        """As it comes back: which, and the version that was seen."""
        return f"{self.hazard.number}:{self.hazard.version}"


@dataclass(frozen=True)
class Unfit:
    hazard: Hazard
    why: str


@dataclass(frozen=True)
class Choice:
    action: Action
    fits: list[Chosen]
    unfit: list[Unfit]
    posts: tuple[HeldPost, ...]
    # Why nobody of them could be done by this user.
    refusal: str = ""

    @property
    def is_read_first(self) -> bool:
        """Whoever agrees to something reads it before he does."""
        return any(one.lines for one in self.fits)


def offered_actions(held: Sequence[HeldPost]) -> list[Action]:
    """What the posts of a user may ever do to many hazards at once."""
    return [ACTIONS[name] for name in TOGETHER if any(_may_ever(post, name) for post in held)]


def _may_ever(post: HeldPost, action: str) -> bool:
    names = [f"{name}.second" for name in SECONDS] if action == "confirm_countersign" else [action]
    if action in SECTION_ACTIONS and post.unit_kind == UnitKind.SEC:
        return True
    return any(
        post.kind in kinds_for(name, level, is_restricted=False).get(post.unit_kind, ())
        for name in names
        for level in Level
    )


def find_chosen(user: User, numbers: Sequence[str], at: datetime, *, held: Sequence[HeldPost]) -> list[Hazard]:
    """Those of the numbers that the user may read, in the order given; at most as many as one act takes."""
    asked = list(dict.fromkeys(number for number in numbers if is_number(number)))[:MAX_ROWS]
    by_number = Q(file_number__in=asked) | Q(receipt_number__in=asked)
    found = in_scope(user, at, held=held).filter(by_number).select_related(*RELATED, "domain")
    places = {number: place for place, number in enumerate(asked)}
    return sorted(
        found, key=lambda one: min(places.get(one.number, MAX_ROWS), places.get(one.receipt_number, MAX_ROWS))
    )


def sort_out(user: User, action: Action, hazards: Sequence[Hazard], at: datetime, *, held: list[HeldPost]) -> Choice:
    """Two statements more than the hazards themselves, however many they are."""
    waiting = _waiting_for(user, hazards) if action.name == "confirm_countersign" else {}
    told, files = _told(waiting, at), _files(waiting)
    fits, unfit = [], []
    for hazard in hazards:
        why = _why_not(hazard, action, waiting)
        if why:
            unfit.append(Unfit(hazard, why))
        else:
            fits.append(Chosen(hazard, told.get(hazard.pk, []), files.get(hazard.pk, [])))
    posts, refusal = _posts_for(user, action, [one.hazard for one in fits], at, held)
    return Choice(action, fits, unfit, posts, refusal)


def _why_not(hazard: Hazard, action: Action, waiting: dict[int, Countersign]) -> str:
    """Empty where the act may be tried."""
    if hazard.is_restricted:
        return _("敏感事项请逐条办理")
    if action.name == "confirm_countersign" and hazard.pk not in waiting:
        return _("没有等您会签的事项")
    if action.name == "decide_listing" and hazard.listing != SupervisionState.PROPOSED:
        return _("没有待审批的拟挂牌")
    if not fsm.is_legal(hazard, action.name):
        return _("现在是“%(state)s”，不能%(what)s") % {"state": State(hazard.state).label, "what": action.label}
    return ""


def _waiting_for(user: User, hazards: Sequence[Hazard]) -> dict[int, Countersign]:
    """{hazard id: what waits there for somebody else than its proposer}"""
    rows = Countersign.objects.filter(hazard__in=[one.pk for one in hazards], state=CountersignState.OPEN)
    rows = rows.exclude(proposer=user).filter(Q(second__isnull=True) | Q(second=user))
    return {row.hazard_id: row for row in rows.select_related("proposer")}


def _told(waiting: dict[int, Countersign], at: datetime) -> dict[int, list[Line]]:
    """All that the second person agrees to, in words: by hazard."""
    asked = HazardEvent.objects.filter(hazard__in=list(waiting), action="request_countersign").order_by("seq")
    told: dict[int, list[Line]] = {}
    for event in asked.only("hazard_id", "data", "actor_name", "post_label"):
        row = waiting[event.hazard_id]
        if event.data.get("what") == row.action:
            what = Line(_("提请"), f"{ACTIONS[row.action].label} · {event.post_label}{event.actor_name}")
            told[event.hazard_id] = [what, *describe_data(row.action, event.data.get("asks", {}), at)]
    return told


def _files(waiting: dict[int, Countersign]) -> dict[int, list[Upload]]:
    """The files of what waits, by hazard."""
    ids = [upload_id for row in waiting.values() for upload_id in row.uploads]
    found = Upload.objects.in_bulk(ids) if ids else {}
    return {pk: [found[one] for one in row.uploads if one in found] for pk, row in waiting.items()}


def _posts_for(
    user: User, action: Action, hazards: Sequence[Hazard], at: datetime, held: list[HeldPost]
) -> tuple[tuple[HeldPost, ...], str]:
    """The posts by which the first that allows it is done, else why the last one asked refused."""
    refusal = ""
    for hazard in hazards[:_N_ASKED]:
        decision = decide(Case(hazard=hazard, actor=user, at=at, held=held), action.name)
        if decision.is_allowed:
            return decision.posts, ""
        refusal = decision.refusal
    return (), refusal


def fields_together(action: Action) -> list[Field]:
    """What is asked once for all; what each has of its own may stay blank."""
    return [_optional(one) for one in fields_of(action.data, new=False) if one.kind not in _OF_ONE]


def _optional(one: Field) -> Field:
    if one.initial is None:
        return one
    return replace(one, required=False, initial=None, help=_("不填的，每条用它自己原有的内容"))


def form_together(
    choice: Choice, user: User, at: datetime, *, held: Sequence[HeldPost], typed: Typed | None = None,
    errors: dict[str, list[str]] | None = None,
) -> ActionForm:  # fmt: skip
    """Lists of units are those of the first hazard."""
    ask = Ask(actor=user, hazard=choice.fits[0].hazard, at=at, held=tuple(held))
    choices = Choices(ask)
    fields = [one for one in fields_together(choice.action) if choices.of(one) or not choices.is_list(one)]
    form = build_form(
        choice.action, ask, fields, initial={}, posts=choice.posts, typed=typed,
        choices=choices,
    )  # fmt: skip
    return replace(form, errors={**form.errors, **(errors or {})}) if errors else form
