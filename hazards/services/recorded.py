"""代录: what another did on paper or by phone, entered by the office that may (architecture 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid, NotAllowed
from hazards.actions import Action
from hazards.case import Case
from hazards.cleaning import clean
from hazards.inputs import Ask, PeopleOptions, choice, files, person, text
from hazards.models import Upload
from hazards.permitted import barred_from
from hazards.recording import acting_units, decide_recorded
from hazards.row_posts import RULINGS, askers_of, rows_for
from hazards.services.act import OnBehalf
from hazards.services.command import Command
from hazards.states import HowKnown
from organizations.models import User
from organizations.posts import HeldPost, OpenPost


def _units_of_parties(ask: Ask) -> list[int]:
    hazard = ask.hazard
    if hazard is None:
        return []
    units = {*hazard.unit.path, hazard.handling_unit_id, hazard.verifying_unit_id, hazard.closing_unit_id}
    units |= {hazard.referred_to_id, hazard.proposed_lead_id, hazard.paper_unit_id}
    units |= set(hazard.assignments.values_list("unit_id", flat=True)) if hazard.pk else set()
    return sorted(unit for unit in units if unit)


@dataclass(frozen=True, kw_only=True)
class OnBehalfData:
    """Beside the fields of the action itself."""

    name: str = text(gettext_lazy("实际办理人"), max_length=80, help=gettext_lazy("姓名和职务"))
    person: User | None = person(
        gettext_lazy("实际办理人的账号"),
        required=False,
        options=PeopleOptions(_units_of_parties),
        help=gettext_lazy("有账号的请选"),
    )
    how: str = choice(gettext_lazy("怎样得知"), HowKnown.choices)
    note: str = text(gettext_lazy("文号或通话记录"), max_length=200)
    scans: tuple[Upload, ...] = files(
        gettext_lazy("扫描件或照片"), help=gettext_lazy("回函、会议纪要、签批件须上传；电话可不传")
    )


def read_on_behalf(case: Case, action: Action, command: Command) -> tuple[OnBehalf, tuple[HeldPost, ...]]:
    """Whose act it is and by which posts the actor may enter it. Raises NotAllowed, Invalid."""
    decision, open_posts = decide_recorded(case, action.name)
    if not decision.is_allowed:
        raise NotAllowed(
            _("代录由%(who)s办理；不能代录对本单位工作的评判。") % {"who": "、".join(decision.permitted)},
            extra={"permitted": list(decision.permitted)},
        )
    ask = Ask(actor=command.person, hazard=case.hazard, at=command.at, held=tuple(case.held))
    assert command.on_behalf is not None
    with naming_envelope():
        data = clean(OnBehalfData, command.on_behalf, ask)
        if data.how != HowKnown.CALL and not data.scans:
            raise Invalid.of(scans=_("请上传回函、会议纪要或签批件的扫描件。"))
    with naming_envelope():
        on_behalf = _resolve(case, action, data, open_posts)
    if on_behalf.person and on_behalf.person.pk == command.person.pk:
        raise NotAllowed(_("这是您本人的操作，请直接办理，不用代录。"))
    return on_behalf, decision.posts


@contextmanager
def naming_envelope() -> Iterator[None]:
    """What is wrong stands under `on_behalf.`: an action may have fields of the same names."""
    try:
        yield
    except Invalid as error:
        fields = {f"on_behalf.{name}": messages for name, messages in error.fields.items()}
        raise Invalid(error.message, fields=fields) from error


def _resolve(case: Case, action: Action, data: OnBehalfData, open_posts: tuple[OpenPost, ...]) -> OnBehalf:
    """The post whose act it is: of the named account, else the one that owes it, else none in a unit without accounts."""
    post = open_posts[0] if open_posts else None
    who = data.person or _holder_named(open_posts, data.name)
    if who:
        held = [one for one in open_posts if any(holder.user_id == who.pk for holder in one.holders)]
        if not held:
            raise Invalid.of(person=_("%(name)s不能办理这一步，请核对。") % {"name": who.name})
        post = held[0]
    else:
        _bar(case, action, data.name)
    units = acting_units(case, action)
    unit = case.unit(post.unit_id) if post else case.unit(min(units))
    return OnBehalf(
        name=who.name if who else data.name,
        how=data.how,
        note=data.note,
        scans=data.scans,
        person=who,
        unit=unit,
        post_id=post.id if post else None,
        post_label=post.label if post else unit.name,
    )


def _holder_named(open_posts: tuple[OpenPost, ...], name: str) -> User | None:
    """Whose account it is although only the name was given: what he judged bars him just the same."""
    found = {holder.user_id for post in open_posts for holder in post.holders if holder.user_name in name}
    return User.objects.get(pk=found.pop()) if len(found) == 1 else None


def _bar(case: Case, action: Action, name: str) -> None:
    """Who did the work does not judge it, nor who verified a 较大 close it, nor who asked decide, whoever enters it."""
    if _is_named(name, barred_from(case, action)):
        raise Invalid.of(name=_("%(name)s参与了整改或复查，不能办理这一步。") % {"name": name})
    asked = {pk for row in rows_for(case, action.name) for pk in askers_of(row)} if action.name in RULINGS else set()
    if _is_named(name, asked):
        raise Invalid.of(name=_("%(name)s是申请人，不能审批自己的申请。") % {"name": name})


def _is_named(name: str, people: Collection[int]) -> bool:
    names = User.objects.filter(pk__in=people).values_list("name", flat=True)
    return any(one and one in name for one in names)
