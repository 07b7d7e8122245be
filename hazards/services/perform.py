"""The one writer: every change of a hazard goes through here, whatever door it came in by.

Order, always: idempotency key, lock, scope (404), state and version (409), policy (403), guards (422),
FSM, save, event, flow; one transaction, one commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import idempotency
from core.clock import today
from core.errors import Busy, Invalid, NotAllowed, NotFound, Stale, WrongState
from core.locks import busy_on_lock_timeout
from hazards import fsm
from hazards.actions import ACTIONS, Action, Party
from hazards.case import Case
from hazards.cleaning import clean, plain
from hazards.data.corrections import ConfirmCountersignData, RequestCountersignData
from hazards.data.reporting import FixOnSpotData, ReportData
from hazards.explain import explain_state
from hazards.inputs import Ask
from hazards.models import Hazard, HazardEvent
from hazards.policies import decide, posts_for_report
from hazards.services.act import SECONDS, VERBS, Act, OnBehalf
from hazards.services.command import NO_DATA, SYSTEM_POST, Command, Outcome
from hazards.services.dual import propose, second_half
from hazards.services.opening import lock_together, open_case
from hazards.services.record import record
from hazards.services.recorded import read_on_behalf
from hazards.states import EvidenceStage
from notifications.outbox import gathering
from organizations.models import User
from organizations.posts import HeldPost, list_held_posts

# An entry made later than this after the act is marked 补录 and needs a reason.
LATE_AFTER = timedelta(days=1)
MAX_LATE_REASON = 200
# What a second person agrees to may undo a merger.
_OF_TWO = frozenset({"unmerge", "confirm_countersign"})
# Nothing that is still open was found before; an earlier year is a slip of the pen.
EARLIEST = date(1990, 1, 1)


def perform(
    action: str,
    *,
    actor: User | None,
    at: datetime,
    number: str | None = None,
    version: int | None = None,
    data: Mapping[str, object] = NO_DATA,
    acting_post: int | None = None,
    occurred_on: date | None = None,
    late_reason: str = "",
    key: str | None = None,
    on_behalf: Mapping[str, object] | None = None,
) -> Outcome:
    """Do one action on the hazard of that number, or make a hazard where `number` is None.

    `version` is the one the actor saw; needed wherever the action raises it. `key` makes a repetition
    return the first answer. `on_behalf` enters what another did (代录). An act of dual control only
    proposes: its outcome's event is then `hazard.countersign_requested`. Without `actor` it is the clock's, which
    alone does what no person asks for. Raises NotFound, WrongState or Stale, NotAllowed, Invalid, Busy.
    """
    if action not in ACTIONS:
        raise NotFound(_("没有这个操作。"))
    command = Command(
        action=action, actor=actor, at=at, number=number, version=version, data=data, acting_post=acting_post,
        occurred_on=occurred_on, late_reason=plain(late_reason), on_behalf=on_behalf,
    )  # fmt: skip
    try:
        with busy_on_lock_timeout(), transaction.atomic(), gathering():
            return _perform_once(command, key) if key and actor else _perform(command)
    except IntegrityError as exc:
        # Two reports drew the same receipt number in the same moment.
        if "receipt_number" in str(exc):
            raise Busy from exc
        raise


def perform_opened(action: str, *, case: Case, data: Mapping[str, object]) -> Outcome:
    """The same for the clock, which has locked and opened the hazard in its own transaction.

    Whoever goes on after an error rolls back what was written.
    """
    number, at = case.hazard.receipt_number, case.at
    return _perform(Command(action=action, actor=None, at=at, number=number, data=data), case)


def _perform_once(command: Command, key: str) -> Outcome:
    actor_id = command.person.pk
    known = idempotency.claim(actor_id=actor_id, key=key, request_hash=command.fingerprint, at=command.at)
    if known is not None:
        return Outcome(**known)  # type: ignore[arg-type]
    outcome = _perform(command)
    idempotency.store_answer(actor_id=actor_id, key=key, answer=outcome.as_json())
    return outcome


def _perform(command: Command, opened: Case | None = None) -> Outcome:
    action = ACTIONS[command.action]
    if command.number:
        lock_together(command.number, command.data.get("master"), with_master=action.name in _OF_TWO)
        case, posts, on_behalf = _open(command, action, opened)
        post = _acting_post(posts, command.acting_post)
    else:
        case, on_behalf = _new_case(command, action), None
    data, (occurred_on, late_reason) = _read(case, action, command)
    if not command.number:
        post = _acting_post(_reporting_posts(case, data), command.acting_post)
    if isinstance(data, ConfirmCountersignData):
        return _told(*_confirm(case, post, data, command, on_behalf))
    act = Act.begin(
        action=action, case=case, post=post, at=command.at, occurred_on=occurred_on, late_reason=late_reason
    )
    act.on_behalf = on_behalf
    if action.name in SECONDS and SECONDS[action.name](act, data):
        return _told(*_propose(act, data, command))
    return _told(act, _finish(act, data))


def _finish(act: Act, data: Any) -> HazardEvent:
    if act.on_behalf:
        act.attach(act.on_behalf.scans, EvidenceStage.DOCUMENT)
    VERBS[act.action.name](act, data)
    return record(act, data)


def _told(act: Act, event: HazardEvent) -> Outcome:
    hazard = act.hazard
    return Outcome(
        number=hazard.number, receipt_number=hazard.receipt_number, action=act.action.name, event=event.kind,
        seq=event.seq, state=str(hazard.state), version=hazard.version,
    )  # fmt: skip


def _propose(act: Act, data: Any, command: Command) -> tuple[Act, HazardEvent]:
    """Try every guard, undo it, and keep the act for the second person."""
    with transaction.atomic(), gathering() as messages:
        n_messages = len(messages)
        _finish(act, data)
        del messages[n_messages:]
        transaction.set_rollback(True)
    case = open_case(str(command.number), actor=command.person, at=command.at)
    assert case is not None
    asking = Act.begin(
        action=ACTIONS["request_countersign"], case=case, post=act.post, at=act.at, occurred_on=act.occurred_on,
        late_reason=act.late_reason,
    )  # fmt: skip
    asking.on_behalf = act.on_behalf
    propose(asking, command, data)
    return asking, _finish(asking, RequestCountersignData(what=command.action))


def _confirm(
    case: Case, post: HeldPost, data: ConfirmCountersignData, command: Command, on_behalf: OnBehalf | None
) -> tuple[Act, HazardEvent]:
    second, second_post = command.person, post
    if on_behalf:
        if on_behalf.person is None:
            raise Invalid(fields={"on_behalf.person": [_("代录会签须选会签人的账号。")]})
        second = on_behalf.person
        held = {one.id: one for one in list_held_posts(second, command.at)}
        second_post = held[on_behalf.post_id or 0]
    act, given = second_half(case, second_post, second, data, command)
    if on_behalf:
        act.notes["second_recorded_by"] = {
            **on_behalf.as_json(),
            "recorder": command.person.name,
            "recorder_post": post.label,
        }
        act.attach(on_behalf.scans, EvidenceStage.DOCUMENT)
    VERBS[act.action.name](act, given)
    return act, record(act, given)


def _open(command: Command, action: Action, opened: Case | None) -> tuple[Case, tuple[HeldPost, ...], OnBehalf | None]:
    """The case, the posts by which the actor may do it, and for whom he enters it."""
    case = opened or open_case(str(command.number), actor=command.person, at=command.at)
    if case is None or (command.actor and not case.is_visible):
        raise NotFound
    _check_state(case, action, command.version)
    on_behalf = None
    if command.actor is None:
        posts: tuple[HeldPost, ...] = _clocks_posts(action)
    elif command.on_behalf is not None:
        on_behalf, posts = read_on_behalf(case, action, command)
    else:
        posts = _allowed_posts(case, action)
    if command.actor and command.version is None and action.moves_version:
        raise Invalid.of(version=_("请带上您看到的版本号（version），以免覆盖他人的办理。"))
    return case, posts, on_behalf


def _clocks_posts(action: Action) -> tuple[HeldPost, ...]:
    if action.party is not Party.CLOCK:
        raise NotAllowed(_("这一步须由人办理。"))
    return (SYSTEM_POST,)


def _check_state(case: Case, action: Action, version: int | None) -> None:
    if not fsm.is_legal(case.hazard, action.name):
        raise WrongState(explain_state(case), extra={"state": case.hazard.state, "version": case.hazard.version})
    if version is not None and version != case.hazard.version:
        raise Stale(explain_state(case), extra={"state": case.hazard.state, "version": case.hazard.version})


def _allowed_posts(case: Case, action: Action) -> tuple[HeldPost, ...]:
    decision = decide(case, action.name)
    if not decision.is_allowed:
        raise NotAllowed(decision.refusal, extra={"permitted": list(decision.permitted)})
    return decision.posts


def _new_case(command: Command, action: Action) -> Case:
    if not action.makes_hazard or command.actor is None:
        raise NotFound(_("请指明是哪一条隐患。"))
    if command.on_behalf is not None:
        raise NotAllowed(_("上报不用代录：请以您自己的岗位上报，在“发现人”中写明是谁发现的。"))
    held = list_held_posts(command.actor, command.at)
    if not held:
        raise NotAllowed(_("上报须有单位岗位，您目前没有任职；管理员账号不办理业务。"))
    return Case(hazard=Hazard(), actor=command.actor, at=command.at, held=held)


def _reporting_posts(case: Case, data: ReportData | FixOnSpotData) -> tuple[HeldPost, ...]:
    """The posts that may speak for a report on the campus; on-the-spot fixes are its own staff's."""
    posts = posts_for_report(case.held, data.unit.path)
    if isinstance(data, FixOnSpotData):
        posts = tuple(post for post in posts if post.unit_id == data.unit.pk)
    if not posts:
        raise NotAllowed(_("您的岗位不能上报%(unit)s的隐患。") % {"unit": data.unit.name})
    return posts


def _acting_post(posts: tuple[HeldPost, ...], wanted: int | None) -> HeldPost:
    """Raises Invalid where several posts qualify and none was named."""
    if wanted is not None:
        for post in posts:
            if post.id == wanted:
                return post
        raise Invalid.of(acting_post=_("您不能以这个岗位办理，请从列表中选。"))
    return posts[0] if len(posts) == 1 else _ask_which(posts)


def _ask_which(posts: tuple[HeldPost, ...]) -> HeldPost:
    names = "、".join(f"{post.label}（{post.id}）" for post in posts)
    raise Invalid.of(acting_post=_("您有多个岗位可以办理，请选一个：%(names)s。") % {"names": names})


def _read(case: Case, action: Action, command: Command) -> tuple[Any, tuple[date, str]]:
    """What was filled in and when it happened. Raises Invalid with all that is wrong in either."""
    ask = Ask(
        actor=command.person, hazard=case.hazard if command.number else None, at=command.at, held=tuple(case.held)
    )
    wrong: dict[str, list[str]] = {}
    with _noting(wrong):
        times = _check_times(case.hazard, command)
    with _noting(wrong):
        data = clean(action.data, command.data, ask)
    if wrong:
        raise Invalid.of(**wrong)
    return data, times


@contextmanager
def _noting(wrong: dict[str, list[str]]) -> Iterator[None]:
    try:
        yield
    except Invalid as exc:
        wrong.update(exc.fields)


def _check_times(hazard: Hazard, command: Command) -> tuple[date, str]:
    """The day of the act, never in the future nor before the last one; and why it is entered late, where it is."""
    now_on = today(command.at)
    occurred_on = command.occurred_on or now_on
    if occurred_on > now_on:
        raise Invalid.of(occurred_on=_("办理日期不能晚于今天。"))
    if occurred_on < EARLIEST:
        raise Invalid.of(occurred_on=_("请检查日期，不能早于 %(day)s。") % {"day": EARLIEST.isoformat()})
    if hazard.last_occurred_on and occurred_on < hazard.last_occurred_on:
        raise Invalid.of(occurred_on=_("不能早于上一步的日期 %(day)s。") % {"day": hazard.last_occurred_on.isoformat()})
    if now_on - occurred_on <= LATE_AFTER:
        return occurred_on, ""
    if not command.late_reason:
        raise Invalid.of(late_reason=_("相隔超过一天属于补录，请写明补录原因。"))
    if len(command.late_reason) > MAX_LATE_REASON:
        raise Invalid.of(late_reason=_("最多 %(n)d 个字。") % {"n": MAX_LATE_REASON})
    return occurred_on, command.late_reason
