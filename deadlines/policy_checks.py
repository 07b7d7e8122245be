"""What no policy may say: a limit of zero, rungs that contradict each other, words that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from deadlines.models import Anchor, Colour, Measure, Season
from deadlines.vocabulary import LadderWord, Vocabulary, say_moment, say_scope

# No step takes longer, nor is anything counted further: product limits against slips of the keyboard.
MOST: Mapping[str, int] = {
    Measure.WORKING_DAYS: 750,
    Measure.CALENDAR_DAYS: 1825,
    Measure.WORKING_HOURS: 1000,
    Measure.HOURS: 2400,
    Measure.PERCENT: 300,
    Measure.TIMES: 10,
    Measure.BEFORE_TERM: 60,
}
# Extensions may be forbidden, and a term may be used to its last day.
_ZERO_ALLOWED = frozenset({Measure.TIMES, Measure.BEFORE_TERM})
MOST_RUNGS = 20
_HOURS_OF_DAY = 24
_WEEK = 7 * _HOURS_OF_DAY
# Working days are longer than days; for their order alone they count as a week's five do.
_NOMINAL = {Measure.WORKING_DAYS: _HOURS_OF_DAY * 7 / 5, Measure.CALENDAR_DAYS: _HOURS_OF_DAY, Measure.HOURS: 1}
_LENGTHS = frozenset(_NOMINAL)
_PHASES = (Anchor.ELAPSED, Anchor.BEFORE, Anchor.AFTER, Anchor.EVERY)
_STRENGTH = {colour: n for n, colour in enumerate(Colour.values)}


@dataclass(frozen=True, kw_only=True)
class LimitLine:
    """A limit as somebody wants it, of one step."""

    level: str
    amount: int
    measure: str
    rolls: bool = True
    unit_kind: str = ""
    category: str = ""
    season: str = ""

    @property
    def scope(self) -> tuple[str, str, str, str]:
        return self.level, self.unit_kind, self.category, self.season

    @property
    def is_exception(self) -> bool:
        return bool(self.unit_kind or self.category or self.season)


@dataclass(frozen=True, kw_only=True)
class RungLine:
    """A rung as somebody wants it; its position is its place in the ladder."""

    anchor: str
    amount: int
    measure: str
    act: str
    colour: str = ""
    tell: tuple[str, ...] = ()
    is_automatic: bool = True


def check_limits(step: str, lines: Sequence[LimitLine], words: Vocabulary) -> list[str]:
    """What is wrong with the limits of a step, in sentences; nothing where they can be worked by."""
    if step not in words.steps:
        return [_("没有“%(step)s”这个环节。") % {"step": step}]
    found = [one for line in lines for one in _check_line(step, line, words)]
    scopes = [line.scope for line in lines]
    for scope in dict.fromkeys(scopes):
        if scopes.count(scope) > 1:
            found.append(_("%(what)s有两条时限，只能留一条。") % {"what": say_scope(words, *scope)})
    plain = {line.level for line in lines if not line.is_exception}
    for level in dict.fromkeys(line.level for line in lines if line.is_exception):
        if level in words.levels and level not in plain:
            found.append(_("%(level)s只有例外，没有通用的时限。") % {"level": words.levels[level]})
    return found if lines else [_("这个环节没有任何时限。")]


def _check_line(step: str, line: LimitLine, words: Vocabulary) -> Iterator[str]:
    what = {"what": say_scope(words, *line.scope)} if line.season in Season.values else {"what": line.level}
    if line.level not in words.levels:
        yield _("没有“%(level)s”这个等级。") % {"level": line.level}
    if line.unit_kind and line.unit_kind not in words.unit_kinds:
        yield _("没有“%(kind)s”这类单位。") % {"kind": line.unit_kind}
    if line.category and line.category not in words.categories:
        yield _("没有“%(code)s”这个领域或类别。") % {"code": line.category}
    if line.season not in Season.values:
        yield _("没有“%(season)s”这个时段。") % {"season": line.season}
    if line.measure not in words.steps[step].measures:
        yield _("%(what)s：这个环节不能用这个单位计。") % what
    elif line.amount == 0 and line.measure not in _ZERO_ALLOWED:
        yield _("%(what)s：时限不能为零。") % what
    elif not 0 <= line.amount <= MOST[line.measure]:
        yield _("%(what)s：请填 %(least)d 到 %(most)d。") % {
            **what, "least": 0 if line.measure in _ZERO_ALLOWED else 1, "most": MOST[line.measure],
        }  # fmt: skip


def check_ladder(ladder: str, rungs: Sequence[RungLine], words: Vocabulary) -> list[str]:
    """What is wrong with the rungs of a ladder, in sentences that name the rung by its place."""
    if ladder not in words.ladders:
        return [_("没有“%(ladder)s”这个阶梯。") % {"ladder": ladder}]
    if not rungs:
        return [_("阶梯不能一级都没有。")]
    if len(rungs) > MOST_RUNGS:
        return [_("一个阶梯最多 %(n)d 级。") % {"n": MOST_RUNGS}]
    word = words.ladders[ladder]
    found = [
        _("第%(n)d级：%(why)s") % {"n": place, "why": why}
        for place, rung in enumerate(rungs, start=1)
        for why in _check_rung(rung, word, words)
    ]
    if not found:
        found = [*_check_order(rungs), *_check_colours(rungs), *_check_end(rungs, word, words)]
    if word.must and all(rung.act != word.must for rung in rungs):
        found.append(_("这个阶梯必须有“%(act)s”，否则事项无人了结。") % {"act": words.acts[word.must].label})
    return found


def _check_rung(rung: RungLine, ladder: LadderWord, words: Vocabulary) -> Iterator[str]:
    if rung.act not in words.acts:
        yield _("没有“%(act)s”这个动作。") % {"act": rung.act}
    elif rung.act not in ladder.acts:
        yield _("“%(act)s”不能用在这个阶梯上。") % {"act": words.acts[rung.act].label}
    elif words.acts[rung.act].alone is True and not rung.is_automatic:
        yield _("“%(act)s”都是自动执行的。") % {"act": words.acts[rung.act].label}
    elif words.acts[rung.act].alone is False and rung.is_automatic:
        yield _("“%(act)s”只能拟稿，由领导签发。") % {"act": words.acts[rung.act].label}
    for one in rung.tell:
        if one not in words.told:
            yield _("没有“%(who)s”这类告知对象。") % {"who": one}
        elif one not in ladder.told:
            yield _("这个阶梯不能告知“%(who)s”。") % {"who": words.told[one]}
    if not rung.tell:
        yield _("没有选告知谁。")
    if rung.colour not in Colour.values:
        yield _("没有“%(colour)s”这个颜色。") % {"colour": rung.colour}
    yield from _check_moment(rung)


def _check_moment(rung: RungLine) -> Iterator[str]:
    match rung.anchor:
        case Anchor.ELAPSED:
            if rung.measure != Measure.PERCENT or not 1 <= rung.amount <= 99:
                yield _("“已用”填 1 到 99 的百分比。")
            return
        case Anchor.BEFORE | Anchor.AFTER:
            if rung.measure not in _LENGTHS:
                yield _("到期前后用工作日、天或小时计。")
            elif rung.anchor == Anchor.BEFORE and not rung.amount:
                yield _("“到期前”不能为零。")
        case Anchor.EVERY:
            if rung.measure not in (Measure.CALENDAR_DAYS, Measure.HOURS):
                yield _("“其后每”用天或小时计。")
            elif not rung.amount:
                yield _("“其后每”不能为零。")
        case _:
            yield _("请选从什么时候起算。")
            return
    if not 0 <= rung.amount <= MOST.get(rung.measure, 0):
        yield _("时间超出了范围。")


def _check_order(rungs: Sequence[RungLine]) -> Iterator[str]:
    seen: dict[tuple[str, str, float], int] = {}
    last, last_place = (0, float("-inf")), 0
    for place, rung in enumerate(rungs, start=1):
        moment, exact = _nominal(rung), _exact(rung)
        words = {"n": place, "moment": say_moment(rung.anchor, rung.amount, rung.measure)}
        if last_place and rungs[last_place - 1].anchor == Anchor.EVERY:
            yield _("第%(last)d级“其后每”必须是最后一级，而且只能有一级。") % {"last": last_place}
            return
        if exact in seen:
            yield _("第%(m)d级和第%(n)d级在同一时刻（%(moment)s）。") % {**words, "m": seen[exact]}
        elif moment < last:
            yield _("第%(n)d级（%(moment)s）应排在第%(last)d级之前。") % {**words, "last": last_place}
        seen[exact] = place
        last, last_place = max(moment, last), place


def _exact(rung: RungLine) -> tuple[str, str, float]:
    """Alike for two rungs that always come together: a day is 24 hours, a working day is not."""
    if rung.measure == Measure.WORKING_DAYS and rung.amount:
        return rung.anchor, rung.measure, rung.amount
    return rung.anchor, "", _nominal(rung)[1]


def _nominal(rung: RungLine) -> tuple[int, float]:
    """Where it stands among the others: shares of the limit, before its end, after it, then again and again."""
    phase = _PHASES.index(Anchor(rung.anchor))
    if rung.anchor == Anchor.ELAPSED:
        return phase, float(rung.amount)
    hours = rung.amount * _NOMINAL[Measure(rung.measure)]
    return phase, -hours if rung.anchor == Anchor.BEFORE else hours


def _check_colours(rungs: Sequence[RungLine]) -> Iterator[str]:
    worst = ""
    for place, rung in enumerate(rungs, start=1):
        if rung.colour and _STRENGTH[rung.colour] < _STRENGTH[worst]:
            yield _("第%(n)d级的颜色比前面的浅，时间越久颜色只能越深。") % {"n": place}
        worst = rung.colour or worst


def _check_end(rungs: Sequence[RungLine], ladder: LadderWord, words: Vocabulary) -> Iterator[str]:
    """After the last rung somebody is told weekly until closure. Source: architecture 4."""
    last, place = rungs[-1], {"n": len(rungs)}
    if not ladder.repeats:
        return
    if last.anchor != Anchor.EVERY:
        yield _("最后一级（第%(n)d级）须是反复的“其后每…”，直到办结都有人被告知。") % place
        return
    if last.amount * _NOMINAL[Measure(last.measure)] > _WEEK:
        yield _("第%(n)d级：反复的一级最长7天一次。") % place
    if ladder.hears and ladder.hears not in last.tell:
        yield _("第%(n)d级：反复的一级须告知“%(who)s”。") % {**place, "who": words.told[ladder.hears]}
