"""The limits of one step and the rungs of one ladder of a draft, as forms that keep what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Invalid, NotFound, WrongState
from deadlines.models import Anchor, Colour, Measure, Policy, PolicyLimit, Rung, Season
from deadlines.policy_checks import MOST_RUNGS, LimitLine, RungLine
from deadlines.policy_services import set_ladder, set_limits
from deadlines.vocabulary import Vocabulary, say_ladder
from hazards.clock_rules import label_of
from hazards.clock_words import clock_words
from hazards.views.clock_rules_common import Door, enter, say_all

# Rows beyond are a slip or worse.
MOST_ROWS = 60
N_BLANK = 2
# A ladder that is the same for every level, in the address.
EVERY_LEVEL = "all"
BY_ITSELF, AS_DRAFT = ":auto", ":draft"


@dataclass(frozen=True)
class TypedLimit:
    """A row of the form as it stands or was typed."""

    level: str
    amount: str = ""
    measure: str = ""
    rolls: bool = True
    unit_kind: str = ""
    category: str = ""
    season: str = ""
    is_dropped: bool = False
    # The one that holds where no exception does; it can't be taken out.
    is_plain: bool = False


@dataclass(frozen=True)
class TypedRung:
    order: str
    anchor: str = Anchor.AFTER
    amount: str = ""
    measure: str = Measure.CALENDAR_DAYS
    # With BY_ITSELF or AS_DRAFT where the policy chooses.
    act: str = ""
    colour: str = ""
    tell: tuple[str, ...] = field(default=())
    is_dropped: bool = False


# --- limits -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_step(request: HttpRequest, policy_id: str, step: str) -> HttpResponse:
    door, policy, words = _enter_draft(request, policy_id)
    if step not in words.steps:
        raise NotFound
    if request.method != "POST":
        return _render_step(request, door, policy, step, _present_limits(policy, step, words))
    typed = list(_read_limits(request.POST))
    try:
        lines = [_as_line(row, place) for place, row in enumerate(typed, start=1) if _is_wanted(row)]
        is_changed = set_limits(actor=door.user, draft=policy, step=step, lines=lines, words=words, at=door.at)
    except Invalid as error:
        return _render_step(request, door, policy, step, typed, error)
    messages.success(request, _("已保存。") if is_changed else _("没有改动。"))
    return door.go_to("clock_policy", policy.pk)


def _present_limits(policy: Policy, step: str, words: Vocabulary) -> list[TypedLimit]:
    """Plain rows by level, then the exceptions."""
    order = list(words.levels)
    rows = [
        TypedLimit(
            row.level, str(row.amount), row.measure, row.rolls, row.unit_kind, row.category, row.season,
            is_plain=not (row.unit_kind or row.category or row.season),
        )
        for row in PolicyLimit.objects.filter(policy=policy, step=step)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not row.is_plain, order.index(row.level), row.unit_kind, row.category))


def _read_limits(sent: QueryDict) -> Iterator[TypedLimit]:
    for n in range(_count(sent)):
        yield TypedLimit(
            level=sent.get(f"level_{n}", ""), amount=sent.get(f"amount_{n}", "").strip(),
            measure=sent.get(f"measure_{n}", ""), rolls=f"rolls_{n}" in sent, unit_kind=sent.get(f"unit_kind_{n}", ""),
            category=sent.get(f"category_{n}", ""), season=sent.get(f"season_{n}", ""), is_dropped=f"drop_{n}" in sent,
            is_plain=f"plain_{n}" in sent,
        )  # fmt: skip


def _is_wanted(row: TypedLimit) -> bool:
    """Not taken out, and not a blank row for one more."""
    return not row.is_dropped and bool(row.amount or row.is_plain)


def _as_line(row: TypedLimit, place: int) -> LimitLine:
    return LimitLine(
        level=row.level, amount=_number(row.amount, place), measure=row.measure, rolls=row.rolls,
        unit_kind=row.unit_kind, category=row.category, season=row.season,
    )  # fmt: skip


def _render_step(
    request: HttpRequest, door: Door, policy: Policy, step: str, typed: list[TypedLimit], error: Invalid | None = None
) -> HttpResponse:
    words = clock_words()
    word = words.steps[step]
    blank = [TypedLimit(next(iter(words.levels)), measure=_measures(word.measures)[0][0]) for _n in range(N_BLANK)]
    kept = [row for row in typed if row.is_plain or row.amount or row.is_dropped]
    rows = list(enumerate([*kept, *blank]))
    context = door.context(
        policy=policy, label=label_of(policy), step=step, step_label=word.label,
        plain=[(n, row, words.levels.get(row.level, row.level)) for n, row in rows if n < len(kept) and row.is_plain],
        exceptions=[(n, row) for n, row in rows if n < len(kept) and not row.is_plain],
        blank=[(n, row) for n, row in rows if n >= len(kept)],
        n_rows=len(rows), measures=_measures(word.measures), levels=list(words.levels.items()),
        unit_kinds=list(words.unit_kinds.items()), categories=list(words.categories.items()),
        seasons=[(one.value, one.label) for one in Season if one], error=error, messages_of=say_all(error),
    )  # fmt: skip
    return render(request, "hazards/rules/step.html", context, status=422 if error else 200)


def _measures(allowed: frozenset[str]) -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in Measure if one in allowed]


# --- ladders ------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_ladder(request: HttpRequest, policy_id: str, ladder: str, level: str) -> HttpResponse:
    door, policy, words = _enter_draft(request, policy_id)
    level = "" if level == EVERY_LEVEL else level
    present = list(Rung.objects.filter(policy=policy, ladder=ladder, level=level).order_by("position"))
    if not present or ladder not in words.ladders:
        raise NotFound
    if request.method != "POST":
        typed = [_as_typed(row, words) for row in present]
        return _render_ladder(request, door, policy, (ladder, level), typed)
    typed = list(_read_rungs(request.POST))
    try:
        rungs = _as_rungs(typed)
        is_changed = set_ladder(
            actor=door.user, draft=policy, ladder=ladder, level=level, rungs=rungs, words=words, at=door.at
        )
    except Invalid as error:
        return _render_ladder(request, door, policy, (ladder, level), typed, error)
    messages.success(request, _("已保存。") if is_changed else _("没有改动。"))
    return door.go_to("clock_policy", policy.pk)


def _as_typed(row: Rung, words: Vocabulary) -> TypedRung:
    may_choose = row.act in words.acts and words.acts[row.act].alone is None
    act = row.act + (BY_ITSELF if row.is_automatic else AS_DRAFT) if may_choose else row.act
    return TypedRung(str(row.position), row.anchor, str(row.amount), row.measure, act, row.colour, tuple(row.tell))


def _read_rungs(sent: QueryDict) -> Iterator[TypedRung]:
    for n in range(_count(sent)):
        yield TypedRung(
            order=sent.get(f"order_{n}", "").strip(), anchor=sent.get(f"anchor_{n}", ""),
            amount=sent.get(f"amount_{n}", "").strip(), measure=sent.get(f"measure_{n}", ""),
            act=sent.get(f"act_{n}", ""), colour=sent.get(f"colour_{n}", ""), tell=tuple(sent.getlist(f"tell_{n}")),
            is_dropped=f"drop_{n}" in sent,
        )  # fmt: skip


def _as_rungs(typed: list[TypedRung]) -> list[RungLine]:
    """In the order that was typed; blank rows and those taken out are left away. Raises Invalid."""
    wanted = [(place, row) for place, row in enumerate(typed, start=1) if row.act and not row.is_dropped]
    ordered = sorted(wanted, key=lambda one: _number(one[1].order, one[0]))
    orders = [row.order for _place, row in ordered]
    if twice := sorted({one for one in orders if orders.count(one) > 1}):
        raise Invalid(fields={"rows": [_("序号 %(n)s 用了两次。") % {"n": "、".join(twice)}]})
    return [_as_rung(row, place) for place, row in ordered]


def _as_rung(row: TypedRung, place: int) -> RungLine:
    act, is_automatic = row.act, None
    for mark, by_itself in ((BY_ITSELF, True), (AS_DRAFT, False)):
        if act.endswith(mark):
            act, is_automatic = act.removesuffix(mark), by_itself
    word = clock_words().acts.get(act)
    if is_automatic is None:
        is_automatic = word.alone is not False if word else True
    return RungLine(
        anchor=row.anchor, amount=_number(row.amount or "0", place), measure=row.measure, act=act, colour=row.colour,
        tell=row.tell, is_automatic=is_automatic,
    )  # fmt: skip


def _render_ladder(
    request: HttpRequest, door: Door, policy: Policy, which: tuple[str, str], typed: list[TypedRung],
    error: Invalid | None = None,
) -> HttpResponse:  # fmt: skip
    words, (ladder, level) = clock_words(), which
    word = words.ladders[ladder]
    kept = [row for row in typed if row.act or row.is_dropped]
    n_blank = min(N_BLANK, max(0, MOST_RUNGS - len(kept)))
    blank = [TypedRung(str(len(kept) + n)) for n in range(1, n_blank + 1)]
    acts = [one for act in words.acts if act in word.acts for one in _act_options(words, act)]
    context = door.context(
        policy=policy, label=label_of(policy), ladder=ladder, level=level or EVERY_LEVEL,
        ladder_label=say_ladder(words, ladder, level),
        rows=list(enumerate(kept)), blank=list(enumerate(blank, start=len(kept))), n_rows=len(kept) + len(blank),
        anchors=Anchor.choices, colours=[(one.value, one.label) for one in Colour if one],
        measures=_measures(frozenset({"wd", "cd", "h", "pct"})), acts=acts,
        told=[(one, label) for one, label in words.told.items() if one in word.told],
        error=error, messages_of=say_all(error),
    )  # fmt: skip
    return render(request, "hazards/rules/ladder.html", context, status=422 if error else 200)


def _act_options(words: Vocabulary, act: str) -> list[tuple[str, str]]:
    label = str(words.acts[act].label)
    if words.acts[act].alone is not None:
        return [(act, label)]
    return [
        (act + BY_ITSELF, _("%(act)s（自动执行）") % {"act": label}),
        (act + AS_DRAFT, _("%(act)s（拟稿报领导）") % {"act": label}),
    ]


# --- both ---------------------------------------------------------------------------------------------------------


def _enter_draft(request: HttpRequest, policy_id: str) -> tuple[Door, Policy, Vocabulary]:
    door = enter(request)
    door.require_keeper()
    policy = door.policy(policy_id)
    if policy.issued_at is not None:
        raise WrongState(_("已发布的版本不能修改，请复制成新的草稿。"))
    return door, policy, clock_words()


def _count(sent: QueryDict) -> int:
    n = sent.get("n_rows", "")
    return min(int(n), MOST_ROWS) if n.isascii() and n.isdigit() and len(n) < 4 else 0


def _number(text: str, place: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid(fields={"rows": [_("第%(n)d行：请填整数。") % {"n": place}]})
    return int(text)
