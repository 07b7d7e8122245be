"""规则设置 and 判定标准: what the bureau decided, read by its office, changed by the system administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry, AuditKind
from core.params import read_id
from hazards.actions import ACTIONS
from hazards.models import ActorRule, BureauRules, JudgingClause, VerifierRule
from hazards.services.rules import (
    MANDATE_LEVELS,
    MANDATED,
    Party,
    RuleChoice,
    Verifying,
    change_rules,
    foresee_changes,
    is_keeper,
    list_bureaus,
    rule_label,
)
from hazards.states import Level
from hazards.views.common import actor_of
from organizations.audit_words import describe
from organizations.kinds import PostKind, UnitKind
from organizations.models import Mandate, Unit
from organizations.services.mandates import may_set_mandates

N_HISTORY = 30


@dataclass(frozen=True)
class RuleRow:
    rule: VerifierRule
    label: str
    wanted: Verifying


@dataclass(frozen=True)
class MandateBox:
    value: str
    label: str
    is_on: bool


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_rules(request: HttpRequest) -> HttpResponse:
    """The rules of one bureau; a change is shown with its effect before it is made."""
    at, user = now(), actor_of(request)
    bureaus = list_bureaus(user, at)
    if not bureaus:
        raise NotAllowed(_("规则设置由系统管理员修改，教育局安全办和局领导可以查看。"))
    bureau = _chosen(bureaus, request)
    if request.method != "POST":
        return _render(request, bureaus, bureau, at)
    try:
        choice = _read_choice(request.POST, bureau, request, at)
        if request.POST.get("confirmed") != "1":
            return _ask(request, bureau, choice, at)
        changes = change_rules(actor=user, bureau=bureau, choice=choice, at=at)
    except Invalid as error:
        return _render(request, bureaus, bureau, at, error)
    messages.success(request, _("已改 %(n)d 处，立即生效，已记入变更记录。") % {"n": len(changes)})
    return redirect(f"{reverse('rules')}?bureau={bureau.pk}")


@login_required
@require_safe
def list_clauses(request: HttpRequest) -> HttpResponse:
    """判定标准: the clauses by which a hazard is 重大, by standard."""
    clauses = JudgingClause.objects.filter(is_active=True).select_related("domain")
    return render(request, "hazards/clauses.html", {"clauses": clauses})


def _chosen(bureaus: list[Unit], request: HttpRequest) -> Unit:
    wanted = read_id(request.POST.get("bureau") or request.GET.get("bureau", ""))
    return next((bureau for bureau in bureaus if bureau.pk == wanted), bureaus[0])


def _read_choice(sent: QueryDict, bureau: Unit, request: HttpRequest, at: datetime) -> RuleChoice:
    """Only the parts that this user may change. Raises Invalid."""
    user = actor_of(request)
    if not is_keeper(user) and not may_set_mandates(user, bureau, at):
        raise NotAllowed(_("规则设置由系统管理员修改。"))
    verifying = {
        pk: Verifying(sent.get(f"verifier_{pk}", ""), sent.get(f"closer_{pk}", ""), f"one_act_{pk}" in sent)
        for pk in VerifierRule.objects.values_list("pk", flat=True)
        if f"verifier_{pk}" in sent
    }
    amount = sent.get("review_above", "").strip()
    if amount and not (amount.isascii() and amount.isdigit() and len(amount) < 10):
        raise Invalid.of(review_above=_("金额请填整数，单位元；不填即一般隐患都不审批。"))
    known = {(action, level.value) for action in MANDATED for level in MANDATE_LEVELS}
    mandates = frozenset(pair for pair in known if ":".join(pair) in sent.getlist("mandate"))
    return RuleChoice(
        verifying=verifying if is_keeper(user) else None,
        warnings=_read_warnings(sent) if is_keeper(user) and "unit_orange_from" in sent else None,
        levels=("uses_significant" in sent, int(amount) if amount else None) if is_keeper(user) else None,
        mandates=mandates,
    )


_FIGURES = ("unit_orange_from", "unit_red_from", "least_on_time")


def _read_warnings(sent: QueryDict) -> tuple[int, int, int]:
    typed = [sent.get(name, "").strip() for name in _FIGURES]
    if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in typed):
        raise Invalid.of(unit_orange_from=_("单位预警标准请填整数。"))
    orange, red, least = map(int, typed)
    return orange, red, least


def _ask(request: HttpRequest, bureau: Unit, choice: RuleChoice, at: datetime) -> HttpResponse:
    changes = foresee_changes(bureau=bureau, choice=choice)
    if not changes:
        messages.info(request, _("没有改动。"))
        return redirect(f"{reverse('rules')}?bureau={bureau.pk}")
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "confirmed")
    ]
    context = {"at": at, "bureau": bureau, "changes": changes, "sent": sent}
    return render(request, "hazards/rules_confirm.html", context)


def _render(
    request: HttpRequest, bureaus: list[Unit], bureau: Unit, at: datetime, error: Invalid | None = None
) -> HttpResponse:
    user, sent = actor_of(request), request.POST if error else None
    rules = BureauRules.objects.filter(bureau=bureau).first() or BureauRules(bureau=bureau)
    context = {
        "at": at,
        "bureaus": bureaus,
        "bureau": bureau,
        "is_keeper": is_keeper(user),
        "may_mandate": may_set_mandates(user, bureau, at),
        "parties": Party.choices,
        "rows": _rows(sent),
        "uses_significant": "uses_significant" in sent if sent else rules.uses_significant,
        "review_above": sent.get("review_above", "") if sent else rules.plan_review_above,
        "warnings": {name: sent.get(name, "") if sent else getattr(rules, name) for name in _FIGURES},
        "mandates": _mandates(bureau, sent),
        "error": error,
        "messages_of": [message for found in error.fields.values() for message in found] if error else [],
        "actors": _actors(),
        "history": _history(bureau),
    }
    return render(request, "hazards/rules.html", context, status=422 if error else 200)


def _rows(sent: QueryDict | None) -> list[RuleRow]:
    """As they stand, or as somebody just typed them."""
    rows = []
    levels, last = list(Level), ("", VerifierRule.OUTSIDE)
    order = {
        rule: (levels.index(Level(rule.level)), rule.source in last, rule.source) for rule in VerifierRule.objects.all()
    }
    for rule in sorted(order, key=lambda one: order[one]):
        wanted = Verifying(rule.verifier, rule.closer, rule.in_one_act)
        if sent and f"verifier_{rule.pk}" in sent:
            wanted = Verifying(
                sent.get(f"verifier_{rule.pk}", ""), sent.get(f"closer_{rule.pk}", ""), f"one_act_{rule.pk}" in sent
            )
        rows.append(RuleRow(rule, rule_label(rule), wanted))
    return rows


def _mandates(bureau: Unit, sent: QueryDict | None) -> list[MandateBox]:
    on = {f"{action}:{level}" for action, level in Mandate.objects.filter(bureau=bureau).values_list("action", "level")}
    if sent:
        on = set(sent.getlist("mandate"))
    return [
        MandateBox(f"{action}:{level.value}", f"{words}{level.label}隐患", f"{action}:{level.value}" in on)
        for action, words in MANDATED.items()
        for level in MANDATE_LEVELS
    ]


def _actors() -> list[tuple[str, list[tuple[str, str]]]]:
    """(action, [(kind of unit and level, posts)]) of plain hazards: who may do what, the first owes it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in ActorRule.objects.filter(is_restricted=False).order_by("action", "unit_kind", "level"):
        name = row.action.removesuffix(".second")
        if name not in ACTIONS:
            continue
        label = str(ACTIONS[name].label)
        if name != row.action:
            label = _("%(action)s的会签") % {"action": label}
        where = str(UnitKind(row.unit_kind).label) + (f"（{Level(row.level).label}）" if row.level else "")
        found.setdefault(label, []).append((where, "、".join(str(PostKind(kind).label) for kind in row.post_kinds)))
    return sorted(found.items())


def _history(bureau: Unit) -> list[tuple[AuditEntry, str]]:
    """What was changed of the county's rules and of this bureau's, newest first."""
    entries = AuditEntry.objects.filter(kind=AuditKind.SETTINGS, action__regex=r"^(rules|mandate)\.")
    own = entries.filter(detail__unit=bureau.pk) | entries.filter(detail__unit__isnull=True)
    return [(entry, _say(entry)) for entry in own.order_by("-at", "-id")[:N_HISTORY]]


def _say(entry: AuditEntry) -> str:
    told = entry.detail
    if told.get("action") not in MANDATED or told.get("level") not in Level.values:
        return describe(entry)
    return f"{describe(entry)}：{MANDATED[told['action']]}{Level(told['level']).label}隐患"
