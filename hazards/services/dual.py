"""Dual control: an act that waits for a second person, and what he makes of it (architecture 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed, WrongState
from hazards import fsm
from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.cleaning import clean
from hazards.data.corrections import ConfirmCountersignData
from hazards.explain import explain_state
from hazards.inputs import Ask, as_command, as_json
from hazards.limits import step_due
from hazards.models import Countersign, Upload
from hazards.policies import decide
from hazards.recording import decide_recorded
from hazards.row_posts import seconds_for
from hazards.services.act import Act, OnBehalf, Second
from hazards.services.command import Command
from organizations.models import User
from organizations.posts import HeldPost, list_held_posts

COUNTERSIGN = "countersign"


def propose(act: Act, command: Command, data: object) -> None:
    """Fill an act of `request_countersign` with what `command` asks for; its guards held a moment ago.

    Raises Invalid while another proposal is open, and where nobody could agree.
    """
    if act.case.countersign is not None:
        label = ACTIONS[act.case.countersign.action].label
        raise Invalid(_("已有一项“%(what)s”在等会签，请先等会签，或用“会签不同意”收回。") % {"what": label})
    hazard = act.hazard
    named = getattr(data, "second", None)
    decided_by = act.on_behalf.person.pk if act.on_behalf and act.on_behalf.person else None
    barred = {
        *proposers(act.post, act.actor.pk, decided_by),
        *(hazard.rectifiers if ACTIONS[command.action].bars_rectifiers else ()),
    }
    posts = act.case.directory.posts_of(named.pk, barred) if named else seconds_for(act.case, command.action, barred)
    if not posts:
        raise Invalid(_("这一步须第二人会签，现在没有可以会签的在岗人员，请先在“机构人员”中任命。"))
    row = Countersign(
        hazard=hazard,
        action=command.action,
        data=as_command(command.data),
        uploads=[upload.pk for upload in _uploads(data)],
        on_behalf=_kept(act.on_behalf) if act.on_behalf else {},
        seen_version=hazard.version,
        proposer=act.actor,
        proposer_post_id=act.post.id,
        # A confidential matter is told to one named person only.
        second_id=named.pk if named else posts[0].holders[0].user_id if hazard.is_restricted else None,
        opened_at=act.at,
        due_at=step_due(hazard, COUNTERSIGN, act.at),
    )
    act.case.countersign = act.touch(row)
    hazard.has_small_rows = True
    act.notes["proposed"] = act.action_label(command.action)
    # In words, for who is to agree: ids alone tell him nothing.
    act.notes["asks"] = as_json(data)
    act.notes["seconds"] = "、".join(post.label for post in posts)


def proposers(post: HeldPost, user_id: int, decided_by: int | None = None) -> set[int]:
    """Who stands behind a proposal: who made it, for whom he stood in, and whose decision he entered."""
    return {user_id, *(one for one in (post.delegator_id, decided_by) if one)}


def _kept(on_behalf: OnBehalf) -> dict[str, object]:
    """The recorded act's real actor, until the second person agrees; the scans are evidence already."""
    return {**on_behalf.as_json(), "unit_id": on_behalf.unit.pk, "post_id": on_behalf.post_id}


def _restored(case: Case, kept: dict[str, Any]) -> OnBehalf:
    return OnBehalf(
        name=kept["name"],
        how=kept["how"],
        note=kept["note"],
        scans=(),
        person=User.objects.get(pk=kept["person"]) if kept["person"] else None,
        unit=case.unit(kept["unit_id"]),
        post_id=kept["post_id"],
        post_label=kept["post"],
    )


def _uploads(data: object) -> Iterator[Upload]:
    for value in vars(data).values():
        if isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, Upload))


def second_half(
    case: Case, post: HeldPost, second: User, data: ConfirmCountersignData, command: Command
) -> tuple[Act, object]:
    """The act that was proposed, begun anew by its proposer with the second person's consent; every guard still to come.

    Raises WrongState, NotAllowed or Invalid where it could not be done any more.
    """
    row = case.countersign
    if row is None:
        raise WrongState(_("没有待会签的事项。"))
    held = list_held_posts(row.proposer, command.at)
    behind = {one for mine in held if mine.id == row.proposer_post_id for one in proposers(mine, row.proposer_id)}
    behind |= {row.proposer_id, row.on_behalf.get("person")} - {None}
    if {second.pk, post.delegator_id} & behind:
        raise NotAllowed(_("提请人和会签人须是两个人，代理人不算第二个人。"))
    own = _of_proposer(case, row, held)
    if not fsm.is_legal(own.hazard, row.action):
        raise WrongState(explain_state(own))
    action = ACTIONS[row.action]
    acting = _acting(own, row)
    if not acting:
        raise WrongState(
            _("提请人%(name)s已不能办理这一步，请选不同意，由现任重新提请。") % {"name": row.proposer.name}
        )
    ask = Ask(actor=row.proposer, hazard=own.hazard, at=command.at, held=tuple(held))
    given = clean(action.data, row.data, ask)
    act = Act.begin(action=action, case=own, post=acting[0], at=command.at)
    act.on_behalf = _restored(own, row.on_behalf) if row.on_behalf else None
    act.second = Second(second, post, data.note or str(_("同意")))
    act.touch(row)
    row.note = act.second.note
    row.confirm()
    return act, given


def _of_proposer(case: Case, row: Countersign, held: list[HeldPost]) -> Case:
    own = Case(hazard=case.hazard, actor=row.proposer, at=case.at, held=held, beside=case)
    own.reporter_unit_id = case.reporter_unit_id
    own.countersign = row
    return own


def _acting(own: Case, row: Countersign) -> list[HeldPost]:
    """The post by which it was proposed, if its holder may still do it."""
    decision = decide_recorded(own, row.action)[0] if row.on_behalf else decide(own, row.action)
    return [one for one in decision.posts if one.id == row.proposer_post_id]


def can_be_agreed_to(case: Case) -> bool:
    """Whether who proposed may still do it; else there is nothing left but to send it back."""
    row = case.countersign
    if row is None or not fsm.is_legal(case.hazard, row.action):
        return False
    return bool(_acting(_of_proposer(case, row, list_held_posts(row.proposer, case.at)), row))
