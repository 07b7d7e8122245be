"""The system administrator moves and merges units, moves people, and names in whose name a unit issues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import now
from core.errors import WrongState
from core.params import read_id, read_words
from organizations.kinds import CAMPUSES, PARENT_KINDS, AdminRole, UnitKind
from organizations.models import Unit, User
from organizations.policies import Authority
from organizations.services import merge_units, move_person, move_unit, set_issuing_names
from organizations.services.tree import can_hang, can_merge, foresee_merge
from organizations.services.units import list_work_of_unit
from organizations.unit_forms import IssuingNamesForm, Picked, PickForm
from organizations.views.people import QUERY_LENGTH, show_unit
from organizations.views.signed_in import REFUSED, actor_of, signed_in

# More than this are searched by name.
MOST_CHOICES = 30


def _system(request: HttpRequest, at: datetime) -> Authority:
    authority = Authority(actor_of(request), at)
    authority.require_role(AdminRole.SYSTEM)
    return authority


@signed_in
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, unit_id: int) -> HttpResponse:
    at = now()
    authority = _system(request, at)
    unit = authority.access_unit(unit_id)
    kinds = PARENT_KINDS[UnitKind(unit.kind)]
    near = Unit.objects.filter(kind__in=kinds, region_code=unit.region_code).exclude(pk=unit.parent_id or 0)
    picked = Picked(
        title=_("改换上级"),
        line=_("“%(name)s”现在在“%(parent)s”之下。") % {"name": unit.name, "parent": unit.parent or _("（无）")},
        asked=_("移到哪个单位之下"),
        button=_("改换上级"),
        back=reverse("unit_people", args=[unit.pk]),
        units=[one for one in _found(request, near) if can_hang(unit, one)],
    )

    def act(to: Unit) -> str:
        moved = move_unit(actor=authority.actor, unit=unit, parent=to, at=at)
        return _("“%(name)s”已移到“%(parent)s”之下。") % {"name": moved.name, "parent": to.name}

    return _pick(request, picked, lambda to: _move_effects(unit, to), act)


@signed_in
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, unit_id: int) -> HttpResponse:
    at = now()
    authority = _system(request, at)
    unit = authority.access_unit(unit_id)
    if not unit.is_active:
        raise WrongState(_("“%(unit)s”已停用。") % {"unit": unit.name})
    near = Unit.objects.filter(region_code=unit.region_code, is_active=True).exclude(pk=unit.pk)
    kinds = CAMPUSES if unit.kind in CAMPUSES else {unit.kind}
    picked = Picked(
        title=_("并入其他单位"),
        line=_("“%(name)s”撤销，人员和未办结的隐患转到另一个单位。") % {"name": unit.name},
        asked=_("并入哪个单位"),
        button=_("办理合并"),
        back=reverse("unit_people", args=[unit.pk]),
        units=[one for one in _found(request, near.filter(kind__in=kinds)) if can_merge(unit, one)],
    )

    def act(to: Unit) -> str:
        merge_units(actor=authority.actor, unit=unit, into=to, at=at)
        return _("“%(name)s”已并入“%(into)s”，请任命并入后的岗位。") % {"name": unit.name, "into": to.name}

    return _pick(request, picked, lambda to: _merge_effects(unit, to, at), act)


@signed_in
@require_http_methods(["GET", "POST"])
def move_user(request: HttpRequest, user_id: int) -> HttpResponse:
    at = now()
    authority = _system(request, at)
    person = authority.access_person(user_id)
    units = Unit.objects.filter(is_active=True).exclude(pk=person.unit_id or 0)
    if person.unit is not None:
        units = units.filter(region_code=person.unit.region_code)
    picked = Picked(
        title=_("调动单位"),
        line=_("%(name)s现在是“%(unit)s”的人员。") % {"name": person.name, "unit": person.unit or _("（无单位）")},
        asked=_("调到哪个单位"),
        button=_("办理调动"),
        back=reverse("account", args=[person.pk]),
        units=_found(request, units),
    )

    def act(to: Unit) -> str:
        moved = move_person(actor=authority.actor, user=person, unit=to, at=at)
        return _("%(name)s现在是“%(unit)s”的人员。") % {"name": moved.name, "unit": to.name}

    return _pick(request, picked, lambda to: _person_effects(person, to), act)


@signed_in
@require_POST
def change_issuing_names(request: HttpRequest, unit_id: int) -> HttpResponse:
    at = now()
    authority = _system(request, at)
    unit = authority.access_unit(unit_id)
    form = IssuingNamesForm(request.POST)
    changed = form.attempt(
        lambda cleaned: set_issuing_names(actor=authority.actor, unit=unit, names=cleaned["names"].splitlines(), at=at)
    )
    if changed is None:
        return show_unit(request, unit_id, names=form)
    messages.success(request, _("发文名义已更新。"))
    return redirect("unit_people", unit_id)


def _pick(
    request: HttpRequest, picked: Picked, effects: Callable[[Unit], Sequence[str]], act: Callable[[Unit], str]
) -> HttpResponse:
    """First a unit is chosen, then the page says what will happen, then it is done."""
    form = PickForm(request.POST if request.method == "POST" else None)
    to = _chosen(request, picked)
    if request.method == "POST" and to is None:
        form.is_valid()
        form.add_error(None, _("请先选择一个单位。"))
    elif request.method == "POST" and to is not None:
        target = to
        said = form.attempt(lambda cleaned: act(target))
        if said is not None:
            messages.success(request, said)
            return redirect(picked.back)
    context = {
        "picked": picked, "form": form, "to": to, "effects": effects(to) if to else [],
        "q": read_words(request.GET, "q", longest=QUERY_LENGTH),
    }  # fmt: skip
    return render(request, "organizations/pick_unit.html", context, status=REFUSED if form.errors else 200)


def _found(request: HttpRequest, units: QuerySet[Unit]) -> list[Unit]:
    """By name where asked, and the one chosen."""
    q = read_words(request.GET, "q", longest=QUERY_LENGTH)
    chosen = read_id(request.POST.get("to", "") or request.GET.get("to", ""))
    if chosen is not None:
        return list(units.filter(pk=chosen).select_related("parent"))
    active = units.filter(is_active=True, name__icontains=q) if q else units.filter(is_active=True)
    return list(active.select_related("parent").order_by("path")[: MOST_CHOICES + 1])


def _chosen(request: HttpRequest, picked: Picked) -> Unit | None:
    wanted = read_id(request.POST.get("to", "") or request.GET.get("to", ""))
    return next((unit for unit in picked.units if unit.pk == wanted), None)


def _move_effects(unit: Unit, to: Unit) -> list[str]:
    n_below = Unit.objects.filter(path__contains=[unit.pk]).count() - 1
    said = {"name": unit.name, "to": to.name, "n": n_below}
    effects = [_("“%(name)s”移到“%(to)s”之下，今后由新的上级管理和办理。") % said]
    if n_below:
        effects.append(_("它的 %(n)d 个下级单位一起移过去。") % said)
    return [*effects, _("未办结的隐患中，原上级的待办转给新的上级；原上级不再看到这些隐患。")]


def _merge_effects(unit: Unit, to: Unit, at: datetime) -> list[str]:
    effect, work = foresee_merge(unit, at), list_work_of_unit(unit, at)
    said = {"name": unit.name, "to": to.name, "people": effect.people, "holdings": effect.holdings, "work": len(work)}
    effects = [
        _("“%(name)s”停用，名称留在以前的档案里。") % said,
        _("%(people)d 名人员转为“%(to)s”的人员，账号和密码不变。") % said,
        _("%(holdings)d 项任职今天结束，由“%(to)s”的负责人重新任命。") % said,
        _("%(work)d 件未办结的隐患转给“%(to)s”办理，编号和期限不变。") % said,
    ]
    if effect.children:
        names = "、".join(child.name for child in effect.children)
        effects.append(_("下级单位 %(names)s 移到“%(to)s”之下。") % {**said, "names": names})
    return effects


def _person_effects(person: User, to: Unit) -> list[str]:
    said = {"name": person.name, "to": to.name}
    held = person.holdings.filter(until_on=None, delegated_by=None).select_related("post__unit")
    posts = "、".join(str(holding.post) for holding in held)
    effects = [_("%(name)s转为“%(to)s”的人员，账号和密码不变。") % said]
    if posts:
        effects.append(_("他现任的%(posts)s不随调动结束，请由原单位办理交接或结束任职。") % {"posts": posts})
    return [*effects, _("在新单位的岗位由“%(to)s”的负责人任命。") % said]
