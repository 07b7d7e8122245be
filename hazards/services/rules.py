"""规则设置: who verifies and closes, which levels a bureau uses, what it lets its central schools do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record_audit
from core.cached_rows import clear_all
from core.errors import Invalid, NotAllowed
from core.models import AuditKind
from hazards.inputs import Text
from hazards.models import BureauRules, VerifierRule
from hazards.states import Level, Source
from organizations.kinds import AdminRole, UnitKind
from organizations.models import Mandate, Unit, User
from organizations.policies import RULE_READERS
from organizations.posts import list_held_posts
from organizations.services import set_mandate
from organizations.services.mandates import may_set_mandates

# What a bureau may let its central schools do, and at which levels.
MANDATED: Mapping[str, Text] = {"file": gettext_lazy("建档"), "assign": gettext_lazy("交办")}
MANDATE_LEVELS = (Level.GENERAL, Level.SIGNIFICANT)
# A plan for less is not worth a review, for more no bureau has the money. Yuan, product default.
MOST_YUAN = 100_000_000
MOST_OVERDUE = 100

Party = VerifierRule.Party


@dataclass(frozen=True)
class Verifying:
    """One row of the table: who verifies, who closes, whether both in one act."""

    verifier: str
    closer: str
    in_one_act: bool

    def __str__(self) -> str:
        if self.in_one_act:
            return _("%(who)s核实销号") % {"who": Party(self.verifier).label}
        return _("%(verifier)s复查，%(closer)s销号") % {
            "verifier": Party(self.verifier).label,
            "closer": Party(self.closer).label,
        }


@dataclass(frozen=True)
class RuleChoice:
    """The rules as somebody wants them; None where he does not touch that part."""

    verifying: Mapping[int, Verifying] | None = None
    levels: tuple[bool, int | None] | None = None
    # Limits overdue at once from which a unit is orange, then red; percent of limits kept below which its head is talked to.
    warnings: tuple[int, int, int] | None = None
    mandates: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True)
class Change:
    """What a choice would change, in words, and how."""

    what: str
    was: str
    now: str
    effect: str
    make: Callable[[User | None, datetime], None]


def is_keeper(user: User | None) -> bool:
    """The rules are the system administrator's; a command's too."""
    return user is None or (user.is_active and user.admin_role == AdminRole.SYSTEM)


def list_bureaus(user: User, at: datetime) -> list[Unit]:
    """The bureaus whose rules the user may read."""
    bureaus = Unit.objects.filter(kind=UnitKind.EDU, is_active=True).order_by("path")
    if is_keeper(user):
        return list(bureaus)
    own = [post.unit_id for post in list_held_posts(user, at) if post.kind in RULE_READERS]
    return list(bureaus.filter(pk__in=own)) if own else []


def rule_label(rule: VerifierRule) -> str:
    """「一般 · 学校自查」"""
    if rule.source == VerifierRule.OUTSIDE:
        source = _("校外单位办理")
    elif rule.source:
        source = str(Source(rule.source).label)
    else:
        source = _("上级或部门查出") if rule.level == Level.GENERAL else _("学校或教育局办理")
    return f"{Level(rule.level).label} · {source}"


def foresee_changes(*, bureau: Unit, choice: RuleChoice) -> list[Change]:
    """What would change, in the order of the page. Raises Invalid for rules that nobody could work by."""
    return [
        *(_verifying_changes(choice.verifying) if choice.verifying is not None else []),
        *(_level_changes(bureau, *choice.levels) if choice.levels is not None else []),
        *(_warning_changes(bureau, choice.warnings) if choice.warnings is not None else []),
        *(_mandate_changes(bureau, choice.mandates) if choice.mandates is not None else []),
    ]


@transaction.atomic
def change_rules(*, actor: User | None, bureau: Unit, choice: RuleChoice, at: datetime) -> list[Change]:
    """Make them so, each change an entry of the audit log with old and new; they hold from the next act on.

    Raises NotAllowed, Invalid.
    """
    kept = (choice.verifying, choice.levels, choice.warnings)
    if not is_keeper(actor) and any(part is not None for part in kept):
        raise NotAllowed(_("规则设置由系统管理员修改。"))
    if choice.mandates is not None and not may_set_mandates(actor, bureau, at):
        raise NotAllowed(_("委托中心校办理由教育局安全办主任、局领导或系统管理员设定。"))
    changes = foresee_changes(bureau=bureau, choice=choice)
    for change in changes:
        change.make(actor, at)
    transaction.on_commit(clear_all)
    return changes


def _verifying_changes(wanted: Mapping[int, Verifying]) -> list[Change]:
    changes = []
    for rule in VerifierRule.objects.order_by("pk"):
        now = wanted.get(rule.pk)
        was = Verifying(rule.verifier, rule.closer, rule.in_one_act)
        if now is None or now == was:
            continue
        _check(rule, now)
        effect = _("从下一次交办起按新规则；已经交办的不变")
        changes.append(Change(rule_label(rule), str(was), str(now), effect, _set_verifying(rule, was, now)))
    return changes


def _check(rule: VerifierRule, wanted: Verifying) -> None:
    """What no bureau may decide: nobody judges a grave hazard of his own. Source: process.md a.6, architecture 3.2."""
    parties = {wanted.verifier, wanted.closer}
    label = rule_label(rule)
    if not parties <= set(Party.values):
        raise Invalid(_("%(rule)s：请选择复查单位和销号单位。") % {"rule": label})
    if wanted.in_one_act and (parties != {Party.CAMPUS} or rule.level != Level.GENERAL):
        raise Invalid(_("%(rule)s：只有一般隐患由学校自己复查、销号的，才能一次办完。") % {"rule": label})
    if rule.level != Level.GENERAL and wanted.closer == Party.CAMPUS:
        raise Invalid(_("%(rule)s：较大及以上不能由学校自己销号。") % {"rule": label})
    if rule.level != Level.GENERAL and wanted.verifier == Party.CAMPUS and rule.source != VerifierRule.OUTSIDE:
        raise Invalid(_("%(rule)s：较大及以上不能由学校自己复查。") % {"rule": label})
    if rule.level == Level.MAJOR and Party.ISSUER in parties:
        raise Invalid(_("%(rule)s：重大隐患由教育局安全办复查、销号。") % {"rule": label})


def _set_verifying(rule: VerifierRule, was: Verifying, now: Verifying) -> Callable[[User | None, datetime], None]:
    def make(actor: User | None, at: datetime) -> None:
        rule.verifier, rule.closer, rule.in_one_act = now.verifier, now.closer, now.in_one_act
        rule.save(update_fields=["verifier", "closer", "in_one_act"])
        _record(actor, at, "rules.verifying_changed", rule_label(rule), was, now)

    return make


def _level_changes(bureau: Unit, uses_significant: bool, review_above: int | None) -> list[Change]:
    rules = BureauRules.objects.filter(bureau=bureau).first() or BureauRules(bureau=bureau)
    if review_above is not None and not 0 <= review_above <= MOST_YUAN:
        raise Invalid.of(review_above=_("请填 0 到 %(n)d 之间的整数。") % {"n": MOST_YUAN})
    changes = []
    if uses_significant != rules.uses_significant:
        words = {True: _("一般、较大、重大三级"), False: _("只用一般、重大两级")}
        effect = _("新建档的按新等级；已定为较大的不变，照较大办到销号")
        make = _set_level(
            bureau, "uses_significant", uses_significant, words[rules.uses_significant], words[uses_significant]
        )
        changes.append(Change(_("使用的等级"), words[rules.uses_significant], words[uses_significant], effect, make))
    if review_above != rules.plan_review_above:
        was, now = _say_amount(rules.plan_review_above), _say_amount(review_above)
        effect = _("一般隐患的整改方案超过这个金额的须审批；较大及以上一律审批")
        make = _set_level(bureau, "plan_review_above", review_above, was, now)
        changes.append(Change(_("方案审批金额"), was, now, effect, make))
    return changes


def _say_amount(amount: int | None) -> str:
    return _("一般隐患都不审批") if amount is None else _("超过 %(n)d 元的审批") % {"n": amount}


def _set_level(bureau: Unit, field: str, value: object, was: str, now: str) -> Callable[[User | None, datetime], None]:
    def make(actor: User | None, at: datetime) -> None:
        BureauRules.objects.update_or_create(bureau=bureau, defaults={field: value})
        _record(actor, at, f"rules.{field}_changed", bureau.name, was, now, unit=bureau.pk)

    return make


def _warning_changes(bureau: Unit, wanted: tuple[int, int, int]) -> list[Change]:
    rules = BureauRules.objects.filter(bureau=bureau).first() or BureauRules(bureau=bureau)
    was = (rules.unit_orange_from, rules.unit_red_from, rules.least_on_time)
    if wanted == was:
        return []
    orange, red, least = wanted
    if not 1 <= orange < red <= MOST_OVERDUE:
        raise Invalid.of(unit_red_from=_("橙色从 1 件起，红色须多于橙色，最多 %(n)d 件。") % {"n": MOST_OVERDUE})
    if not 1 <= least <= 100:
        raise Invalid.of(least_on_time=_("按期整改率填 1 到 100。"))
    effect = _("颜色立即按新标准；按期整改率从下一次季度核算起")

    def make(actor: User | None, at: datetime) -> None:
        figures = dict(zip(("unit_orange_from", "unit_red_from", "least_on_time"), wanted, strict=True))
        BureauRules.objects.update_or_create(bureau=bureau, defaults=figures)
        told = (_say_warning(was), _say_warning(wanted))
        _record(actor, at, "rules.unit_warning_changed", bureau.name, *told, unit=bureau.pk)

    return [Change(_("单位预警标准"), _say_warning(was), _say_warning(wanted), effect, make)]


def _say_warning(figures: tuple[int, int, int]) -> str:
    said = dict(zip(("orange", "red", "least"), figures, strict=True))
    return _("同时逾期 %(orange)d 件橙色、%(red)d 件红色；按期整改率低于 %(least)d%% 提醒约谈") % said


def _mandate_changes(bureau: Unit, wanted: frozenset[tuple[str, str]]) -> list[Change]:
    given = frozenset(Mandate.objects.filter(bureau=bureau).values_list("action", "level"))
    changes = []
    for action, words in MANDATED.items():
        for level in MANDATE_LEVELS:
            is_on = (action, level.value) in wanted
            if is_on == ((action, level.value) in given):
                continue
            what = _("中心校%(action)s%(level)s隐患") % {"action": words, "level": level.label}
            was, now = (_("不委托"), _("委托")) if is_on else (_("委托"), _("不委托"))
            effect = _("从现在起；中心校手上的照办，办不了的可报送教育局")
            changes.append(Change(what, was, now, effect, _set_mandate(bureau, action, level.value, is_on)))
    return changes


def _set_mandate(bureau: Unit, action: str, level: str, is_on: bool) -> Callable[[User | None, datetime], None]:
    def make(actor: User | None, at: datetime) -> None:
        set_mandate(actor=actor, bureau=bureau, action=action, level=level, is_on=is_on, at=at)

    return make


def _record(
    actor: User | None, at: datetime, action: str, subject: str, was: object, now: object, **more: object
) -> None:
    detail = {"was": str(was), "now": str(now), **more}
    record_audit(kind=AuditKind.SETTINGS, at=at, actor=actor, action=action, subject=subject, detail=detail)
