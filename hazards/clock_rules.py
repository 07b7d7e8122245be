"""规则设置 of the clock as it is read: versions with what runs under them, one version as table and timelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import NotFound
from core.models import AuditEntry, AuditKind
from core.params import read_id
from deadlines.models import Policy, PolicyLimit, Rung
from deadlines.policies import policy_for
from deadlines.policy_services import say_rung, without_common
from deadlines.vocabulary import Vocabulary, say_colour, say_ladder, say_length, say_moment, say_scope
from hazards.models import Hazard
from hazards.permitted import kinds_for
from hazards.selectors import in_scope
from hazards.states import OPEN, Level
from organizations.audit_words import describe
from organizations.models import Unit, User
from organizations.posts import HeldPost

N_HISTORY = 30
ADOPT = "adopt_policy"


@dataclass(frozen=True)
class VersionRow:
    policy: Policy
    label: str
    # 草稿, 现行, 将施行, 已停止.
    state: str
    # Open hazards of the bureau that run under it.
    n_open: int

    @property
    def is_draft(self) -> bool:
        return self.policy.issued_at is None


@dataclass(frozen=True)
class LimitCell:
    text: str
    # Narrower rows, each with its scope: 学校，寒暑假 开学前.
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepRow:
    step: str
    label: str
    # One for each level, in their order.
    cells: tuple[LimitCell, ...]


@dataclass(frozen=True)
class RungRow:
    place: int
    moment: str
    act: str
    colour: str
    colour_label: str
    told: str
    # 拟稿, 自动; empty where there is no choice.
    how: str


@dataclass(frozen=True)
class LadderRow:
    ladder: str
    level: str
    label: str
    rungs: tuple[RungRow, ...]


def label_of(policy: Policy) -> str:
    """第2版（全县通用）"""
    scope = policy.bureau.name if policy.bureau else _("通用")
    return _("第%(n)d版（%(scope)s）") % {"n": policy.number, "scope": scope}


def list_policies(bureau: Unit) -> QuerySet[Policy]:
    """The bureau's own and those for all, drafts included; the latest first."""
    own = Policy.objects.filter(Q(bureau=bureau) | Q(bureau=None))
    return own.select_related("bureau", "created_by").order_by("-valid_from", "-pk")


def access_policy(bureau: Unit, policy_id: str) -> Policy:
    """Raises NotFound for another bureau's."""
    wanted = read_id(policy_id)
    found = list_policies(bureau).filter(pk=wanted).first() if wanted else None
    if found is None:
        raise NotFound
    return found


def list_versions(bureau: Unit, at: datetime) -> list[VersionRow]:
    running = count_running(bureau)
    on = today(at)
    present = policy_for(bureau.pk, on)
    return [
        VersionRow(policy, label_of(policy), _state(policy, present, on), running.get(policy.pk, 0))
        for policy in list_policies(bureau)
    ]


def _state(policy: Policy, present: int, on: date) -> str:
    if policy.issued_at is None:
        return _("草稿")
    if policy.pk == present:
        return _("现行")
    if policy.valid_from > on:
        return _("将施行")
    is_over = policy.valid_until is not None and policy.valid_until <= on
    return _("已停止") if is_over else _("本局另有规则")


def open_hazards(bureau: Unit) -> QuerySet[Hazard]:
    """Of all campuses below a bureau; for numbers only, whoever asks."""
    return Hazard.objects.filter(unit__path__contains=[bureau.pk], state__in=OPEN)


def count_running(bureau: Unit) -> dict[int, int]:
    """{policy id: n open hazards}; what stood before the clock counts under the first."""
    rows = open_hazards(bureau).order_by().values_list("policy_id").annotate(n=Count("pk"))
    counted: dict[int, int] = {}
    for policy_id, n in rows:
        owner = policy_id or policy_for(None, date.min)
        counted[owner] = counted.get(owner, 0) + n
    return counted


def list_steps(policy: Policy, words: Vocabulary) -> list[StepRow]:
    """The table step × level, in the order in which a hazard meets them."""
    found: dict[tuple[str, str], list[PolicyLimit]] = {}
    for row in PolicyLimit.objects.filter(policy=policy).order_by("unit_kind", "category", "season"):
        found.setdefault((row.step, row.level), []).append(row)
    return [
        StepRow(
            step, str(word.label), tuple(_cell(found.get((step, level), []), words) for level in words.levels)
        )
        for step, word in words.steps.items()
    ]  # fmt: skip


def _cell(rows: Sequence[PolicyLimit], words: Vocabulary) -> LimitCell:
    plain = next((row for row in rows if not (row.unit_kind or row.category or row.season)), None)
    beside = [
        f"{_beside(row, words)} {say_length(row.amount, row.measure)}"
        for row in rows
        if plain is None or row.pk != plain.pk
    ]
    return LimitCell(say_length(plain.amount, plain.measure) if plain else "", tuple(beside))


def _beside(row: PolicyLimit, words: Vocabulary) -> str:
    told = say_scope(words, "", row.unit_kind, row.category, row.season)
    return told.strip("（）")


def list_ladders(policy: Policy, words: Vocabulary) -> list[LadderRow]:
    """In the order of the vocabulary, each as its timeline."""
    found: dict[tuple[str, str], list[Rung]] = {}
    for row in Rung.objects.filter(policy=policy).order_by("position"):
        found.setdefault((row.ladder, row.level), []).append(row)
    order = {name: n for n, name in enumerate(words.ladders)}
    levels = {"": -1, **{name: n for n, name in enumerate(words.levels)}}
    keys = sorted(found, key=lambda key: (order.get(key[0], 99), levels.get(key[1], 99)))
    return [
        LadderRow(
            ladder, level, say_ladder(words, ladder, level), tuple(_rung(row, words) for row in found[ladder, level])
        )
        for ladder, level in keys
    ]


def _rung(row: Rung, words: Vocabulary) -> RungRow:
    word = words.acts.get(row.act)
    how = (_("自动") if row.is_automatic else _("拟稿")) if word and word.alone is None else ""
    return RungRow(
        row.position, say_moment(row.anchor, row.amount, row.measure), str(word.label) if word else row.act, row.colour,
        say_colour(row.colour), "、".join(str(words.told.get(one, one)) for one in row.tell), how,
    )  # fmt: skip


@dataclass(frozen=True)
class Difference:
    what: str
    was: str
    now: str


def list_differences(policy: Policy, former: Policy, words: Vocabulary) -> list[Difference]:
    """What a version says otherwise than another: limits, then ladders."""
    return [*_limit_differences(policy, former, words), *_ladder_differences(policy, former, words)]


def _limit_differences(policy: Policy, former: Policy, words: Vocabulary) -> list[Difference]:
    rows = zip(list_steps(former, words), list_steps(policy, words), strict=True)
    levels = [str(label) for label in words.levels.values()]
    return [
        Difference(f"{now.label} · {level}", _say_cell(a), _say_cell(b))
        for was, now in rows
        for level, a, b in zip(levels, was.cells, now.cells, strict=True)
        if a != b
    ]


def _say_cell(cell: LimitCell) -> str:
    return "；".join(one for one in (cell.text, *cell.beside) if one) or _("无")


def _ladder_differences(policy: Policy, former: Policy, words: Vocabulary) -> list[Difference]:
    """Of each ladder the rungs that went and those that came."""
    was, now = _said_ladders(former, words), _said_ladders(policy, words)
    found = []
    for label in dict.fromkeys([*was, *now]):
        if was.get(label) != now.get(label):
            gone, come = without_common(was.get(label, []), now.get(label, []))
            found.append(Difference(label, "；".join(gone) or _("无"), "；".join(come) or _("去掉")))
    return found


def _said_ladders(policy: Policy, words: Vocabulary) -> dict[str, list[str]]:
    """{ladder and level: its rungs in words}"""
    said: dict[str, list[str]] = {}
    for row in Rung.objects.filter(policy=policy).order_by("ladder", "level", "position"):
        said.setdefault(say_ladder(words, row.ladder, row.level), []).append(say_rung(row, words))
    return said


def list_history(policy: Policy | None = None) -> list[tuple[AuditEntry, str]]:
    """What was changed of limits and ladders, newest first; of one version or of all."""
    entries = AuditEntry.objects.filter(kind=AuditKind.SETTINGS, action__startswith="policy.")
    if policy is not None:
        entries = entries.filter(detail__policy=policy.pk)
    return [(entry, describe(entry)) for entry in entries.order_by("-at", "-id")[:N_HISTORY]]


# --- moving what runs ---------------------------------------------------------------------------------------------


def may_move(held: Sequence[HeldPost]) -> bool:
    """Whether a post of his ever moves a running hazard to another version."""
    return any(
        post.kind in kinds_for(ADOPT, level, is_restricted=False).get(post.unit_kind, ())
        for post in held
        for level in Level
    )


def movable_hazards(
    user: User, policy: Policy, bureau: Unit, at: datetime, *, held: Sequence[HeldPost], filters: Mapping[str, str]
) -> QuerySet[Hazard]:
    """Open hazards that the user sees and that run under another version, narrowed by `level` and `unit` (an id)."""
    found = in_scope(user, at, held=held).filter(unit__path__contains=[bureau.pk], state__in=OPEN, is_restricted=False)
    found = found.exclude(policy=policy)
    if filters.get("level") in Level.values:
        found = found.filter(level=filters["level"])
    if unit_id := read_id(filters.get("unit", "")):
        found = found.filter(unit__path__contains=[unit_id])
    return found.select_related("unit").order_by("pk")
