"""规则设置 of the clock: a version is copied to a draft, changed, looked at and issued; what is issued never changes.

Only the system administrator does (a command too, `actor` None). Every change is an entry of the audit log with old and new.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import today
from core.errors import Invalid, NotAllowed, NotFound, WrongState
from core.models import AuditKind
from deadlines.models import Policy, PolicyLimit, Rung
from deadlines.policies import forget
from deadlines.policy_checks import LimitLine, RungLine, check_ladder, check_limits
from deadlines.vocabulary import Vocabulary, say_colour, say_ladder, say_length, say_moment, say_scope
from organizations.kinds import AdminRole, UnitKind
from organizations.models import Unit, User

LONGEST_NOTE = 200


@transaction.atomic
def copy_policy(
    *, actor: User | None, source: Policy, bureau: Unit | None, valid_from: date, note: str = "", at: datetime
) -> Policy:
    """A draft that says what `source` says, for a bureau or (None) for all that have none of their own.

    Raises NotAllowed, Invalid for a start in the past.
    """
    require_keeper(actor)
    _check_dates(valid_from, None, note, at)
    if bureau is not None and bureau.kind != UnitKind.EDU:
        raise Invalid.of(bureau=_("只有教育局可以有自己的时限规则。"))
    # The oldest version stands for all: one copy at a time, so that no number is given twice.
    Policy.objects.select_for_update().order_by("pk").first()
    last = Policy.objects.filter(bureau=bureau).aggregate(last=Max("number"))["last"] or 0
    draft = Policy.objects.create(
        bureau=bureau, number=last + 1, note=note.strip(), valid_from=valid_from, created_by=actor, created_at=at
    )
    limits, rungs = list(PolicyLimit.objects.filter(policy=source)), list(Rung.objects.filter(policy=source))
    for limit in limits:
        limit.pk, limit.policy = None, draft
    for rung in rungs:
        rung.pk, rung.policy = None, draft
    PolicyLimit.objects.bulk_create(limits)
    Rung.objects.bulk_create(rungs)
    _record(actor, at, "policy.copied", draft, "", _("复制自%(source)s") % {"source": say_policy(source)})
    return draft


@transaction.atomic
def set_dates(
    *, actor: User | None, draft: Policy, valid_from: date, valid_until: date | None, note: str, at: datetime
) -> Policy:
    """From and until which day it is to hold, and what it is about."""
    row = _locked_draft(actor, draft)
    _check_dates(valid_from, valid_until, note, at)
    was = say_validity(row)
    row.valid_from, row.valid_until, row.note = valid_from, valid_until, note.strip()
    row.save(update_fields=["valid_from", "valid_until", "note"])
    if was != say_validity(row):
        _record(actor, at, "policy.dates_changed", row, was, say_validity(row))
    return row


@transaction.atomic
def set_limits(
    *, actor: User | None, draft: Policy, step: str, lines: Sequence[LimitLine], words: Vocabulary, at: datetime
) -> bool:
    """The limits of one step; gives whether that changes any. Raises Invalid with every reason under `rows`."""
    row = _locked_draft(actor, draft)
    present = list(PolicyLimit.objects.filter(policy=row, step=step))
    if wrong := check_limits(step, lines, words):
        raise Invalid(fields={"rows": wrong})
    lost = {one.level for one in present if not (one.unit_kind or one.category or one.season)} - {
        line.level for line in lines if not line.is_exception
    }
    if lost:
        levels = "、".join(str(words.levels[level]) for level in words.levels if level in lost)
        raise Invalid(fields={"rows": [_("%(levels)s的时限不能没有。") % {"levels": levels}]})
    was, now = say_limits(present, words), say_limits(lines, words)
    if was == now:
        return False
    was, now = without_common(was, now)
    PolicyLimit.objects.filter(pk__in=[one.pk for one in present]).delete()
    PolicyLimit.objects.bulk_create(
        PolicyLimit(
            policy=row, step=step, level=line.level, unit_kind=line.unit_kind, category=line.category,
            season=line.season, amount=line.amount, measure=line.measure, rolls=line.rolls,
        )
        for line in lines
    )  # fmt: skip
    _record(actor, at, "policy.limits_changed", row, *_joined(was, now), of=str(words.steps[step].label))
    return True


@transaction.atomic
def set_ladder(
    *, actor: User | None, draft: Policy, ladder: str, level: str, rungs: Sequence[RungLine], words: Vocabulary,
    at: datetime,
) -> bool:  # fmt: skip
    """The rungs of one ladder in their order; gives whether that changes any. Raises Invalid with every reason under `rows`."""
    row = _locked_draft(actor, draft)
    present = list(Rung.objects.filter(policy=row, ladder=ladder, level=level).order_by("position"))
    wrong = check_ladder(ladder, rungs, words)
    if not present and not wrong:
        wrong = [_("这一版没有这个阶梯。")]
    if wrong:
        raise Invalid(fields={"rows": wrong})
    was, now = say_rungs(present, words), say_rungs(rungs, words)
    if was == now:
        return False
    was, now = without_common(was, now)
    Rung.objects.filter(pk__in=[one.pk for one in present]).delete()
    Rung.objects.bulk_create(
        Rung(
            policy=row, ladder=ladder, level=level, position=place, anchor=rung.anchor, amount=rung.amount,
            measure=rung.measure, act=rung.act, colour=rung.colour, tell=list(rung.tell), is_automatic=rung.is_automatic,
        )
        for place, rung in enumerate(rungs, start=1)
    )  # fmt: skip
    _record(actor, at, "policy.ladder_changed", row, *_joined(was, now), of=say_ladder(words, ladder, level))
    return True


@transaction.atomic
def discard_draft(*, actor: User | None, draft: Policy, at: datetime) -> None:
    """Give a draft up; its number may be given to another."""
    row = _locked_draft(actor, draft)
    _record(actor, at, "policy.discarded", row, say_validity(row), "")
    row.delete()


@transaction.atomic
def issue_policy(*, actor: User | None, draft: Policy, words: Vocabulary, at: datetime) -> Policy:
    """Put it in force for what begins from its first day on; the version before it ends there.

    What runs keeps its own version. Raises Invalid for rows that can't be worked by and for days that overlap.
    """
    row = _locked_draft(actor, draft)
    _check_dates(row.valid_from, row.valid_until, row.note, at)
    if wrong := check_policy(row, words):
        raise Invalid(fields={"rows": wrong})
    others = list(
        Policy.objects.select_for_update().filter(bureau=row.bureau_id, issued_at__isnull=False).order_by("valid_from")
    )
    former = next((one for one in reversed(others) if one.valid_from <= row.valid_from), None)
    _check_overlap(row, former, next((one for one in others if one.valid_from > row.valid_from), None))
    try:
        with transaction.atomic():
            if former is not None and (former.valid_until is None or former.valid_until > row.valid_from):
                _close(actor, former, row.valid_from, at)
            row.issued_at = at
            row.save(update_fields=["issued_at"])
    except IntegrityError as exc:
        raise Invalid.of(valid_from=_("施行日期与另一版时限规则重叠，请改日期。")) from exc
    _record(actor, at, "policy.issued", row, "", say_validity(row))
    transaction.on_commit(forget)
    return row


def check_policy(policy: Policy, words: Vocabulary) -> list[str]:
    """What is wrong with all of its limits and ladders, in sentences."""
    steps: dict[str, list[PolicyLimit]] = {}
    for limit in PolicyLimit.objects.filter(policy=policy):
        steps.setdefault(limit.step, []).append(limit)
    ladders: dict[tuple[str, str], list[Rung]] = {}
    for rung in Rung.objects.filter(policy=policy).order_by("position"):
        ladders.setdefault((rung.ladder, rung.level), []).append(rung)
    wrong = [
        _("缺少“%(step)s”的时限。") % {"step": words.steps[step].label} for step in words.steps if step not in steps
    ]
    known = {ladder for ladder, _level in ladders}
    wrong += [
        _("缺少“%(ladder)s”的阶梯。") % {"ladder": words.ladders[one].label}
        for one in words.ladders
        if one not in known
    ]
    for step, limits in steps.items():
        label = words.steps[step].label if step in words.steps else step
        wrong += [f"{label}：{why}" for why in check_limits(step, [as_line(one) for one in limits], words)]
    for (ladder, level), rungs in ladders.items():
        label = say_ladder(words, ladder, level)
        wrong += [f"{label}：{why}" for why in check_ladder(ladder, [as_rung(one) for one in rungs], words)]
    return wrong


def _check_overlap(row: Policy, former: Policy | None, later: Policy | None) -> None:
    if former is not None and former.valid_from == row.valid_from:
        raise Invalid.of(valid_from=_("%(other)s已定于同一天施行，请改日期。") % {"other": say_policy(former)})
    if later is not None and (row.valid_until is None or row.valid_until > later.valid_from):
        raise Invalid.of(
            valid_until=_("与%(other)s（%(day)s起施行）重叠，停止日期不能晚于那一天。")
            % {"other": say_policy(later), "day": later.valid_from.isoformat()}
        )
    if row.bureau_id is None and row.valid_until is not None and (later is None or row.valid_until < later.valid_from):
        raise Invalid.of(valid_until=_("通用的规则停止后没有别的规则可用，请不要填停止日期。"))


def _close(actor: User | None, former: Policy, on: date, at: datetime) -> None:
    was = say_validity(former)
    former.valid_until = on
    former.save(update_fields=["valid_until"])
    _record(actor, at, "policy.closed", former, was, say_validity(former))


def _check_dates(valid_from: date, valid_until: date | None, note: str, at: datetime) -> None:
    if valid_from < today(at):
        raise Invalid.of(valid_from=_("施行日期不能早于今天。"))
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid.of(valid_until=_("停止日期应晚于施行日期。"))
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid.of(note=_("说明最多 %(n)d 字。") % {"n": LONGEST_NOTE})


def require_keeper(actor: User | None) -> None:
    if actor is not None and not (actor.is_active and actor.admin_role == AdminRole.SYSTEM):
        raise NotAllowed(_("规则设置由系统管理员修改。"))


def _locked_draft(actor: User | None, draft: Policy) -> Policy:
    require_keeper(actor)
    row = Policy.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise NotFound
    if row.issued_at is not None:
        raise WrongState(_("已发布的版本不能修改，请复制成新的草稿。"))
    return row


def as_line(row: PolicyLimit) -> LimitLine:
    return LimitLine(
        level=row.level, amount=row.amount, measure=row.measure, rolls=row.rolls, unit_kind=row.unit_kind,
        category=row.category, season=row.season,
    )  # fmt: skip


def as_rung(row: Rung) -> RungLine:
    return RungLine(
        anchor=row.anchor, amount=row.amount, measure=row.measure, act=row.act, colour=row.colour, tell=tuple(row.tell),
        is_automatic=row.is_automatic,
    )  # fmt: skip


# --- words of the log ---------------------------------------------------------------------------------------------


def say_policy(policy: Policy) -> str:
    return _("第%(n)d版") % {"n": policy.number}


def say_validity(policy: Policy) -> str:
    until = _("至%(day)s止") % {"day": policy.valid_until.isoformat()} if policy.valid_until else ""
    told = _("%(day)s起施行") % {"day": policy.valid_from.isoformat()}
    return "，".join(one for one in (told, until, policy.note) if one)


def say_limits(lines: Sequence[LimitLine | PolicyLimit], words: Vocabulary) -> list[str]:
    """一般 15天（顺延）, 重大 180天: by level, then the exceptions."""
    levels = list(words.levels)
    ordered = sorted(
        lines,
        key=lambda one: (
            levels.index(one.level) if one.level in levels else 9,
            one.unit_kind,
            one.category,
            one.season,
        ),
    )
    return [
        f"{say_scope(words, one.level, one.unit_kind, one.category, one.season)} {say_length(one.amount, one.measure)}"
        + (_("（顺延）") if one.rolls else "")
        for one in ordered
    ]


def say_rungs(rungs: Sequence[RungLine | Rung], words: Vocabulary) -> list[str]:
    """到期前3个工作日催办（蓝色，告知责任岗位）, …"""
    return [say_rung(one, words) for one in rungs]


def without_common(was: Sequence[str], now: Sequence[str]) -> tuple[list[str], list[str]]:
    """What went and what came; all of it where only the order changed."""
    gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
    return (gone, come) if gone or come else (list(was), list(now))


def say_rung(rung: RungLine | Rung, words: Vocabulary) -> str:
    act = str(words.acts[rung.act].label) if rung.act in words.acts else rung.act
    may_choose = rung.act in words.acts and words.acts[rung.act].alone is None
    how = (_("自动") if rung.is_automatic else _("拟稿")) if may_choose else ""
    told = _("告知%(who)s") % {"who": "、".join(str(words.told.get(one, one)) for one in rung.tell)}
    beside = "，".join(one for one in (say_colour(rung.colour), how, told) if one)
    return f"{say_moment(rung.anchor, rung.amount, rung.measure)}{act}（{beside}）"


def _joined(was: Sequence[str], now: Sequence[str]) -> tuple[str, str]:
    return "；".join(was) or _("无"), "；".join(now) or _("去掉")


def _record(actor: User | None, at: datetime, action: str, policy: Policy, was: str, now: str, of: str = "") -> None:
    """`of` is the step or ladder that changed."""
    told = {"was": was, "now": now} if was and now else {"message": now or was}
    detail = {**told, "policy": policy.pk, **({"unit": policy.bureau_id} if policy.bureau_id else {})}
    subject = "·".join(one for one in (_("时限规则%(which)s") % {"which": say_policy(policy)}, of) if one)
    record_audit(kind=AuditKind.SETTINGS, at=at, actor=actor, action=action, subject=subject, detail=detail)
