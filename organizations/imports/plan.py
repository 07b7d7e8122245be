"""What a workbook would change, compared with what stands in the database; nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.clock import today
from organizations.imports.columns import KINDS, PEOPLE, UNITS
from organizations.imports.reading import Reading, Stored
from organizations.kinds import PARENT_KINDS, UNIT_POSTS, PostKind, UnitKind, default_title
from organizations.models import Holding, Unit, User
from organizations.posts import unended

FIRST_DAY = date(1990, 1, 1)
LATEST_BEGIN = timedelta(days=366)
# Trusted to a person by who answers for it, never out of a list.
NOT_IMPORTED = frozenset({PostKind.CONFIDANT, PostKind.INVESTIGATOR})

_SEPARATORS = re.compile(r"[、，,;；\s]+")
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_DOMAIN = re.compile(r"^\d{2}$")
_username = UnicodeUsernameValidator()


@dataclass(eq=False)
class PlannedUnit:
    """A unit that stands already, or is to be made below one of either sort."""

    name: str
    kind: UnitKind
    parent: PlannedUnit | None
    unit: Unit | None = None
    changes: dict[str, object] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


@dataclass(eq=False)
class PlannedPerson:
    name: str
    username: str
    phone: str
    unit: PlannedUnit
    user: User | None = None
    # Posts to be given, from a day on.
    posts: list[PostKind] = field(default_factory=list)
    from_on: date | None = None


@dataclass
class Plan:
    units: list[PlannedUnit] = field(default_factory=list)
    people: list[PlannedPerson] = field(default_factory=list)

    @property
    def new_units(self) -> list[PlannedUnit]:
        return [one for one in self.units if one.unit is None]

    @property
    def changed_units(self) -> list[PlannedUnit]:
        return [one for one in self.units if one.unit is not None and one.changes]

    @property
    def new_people(self) -> list[PlannedPerson]:
        return [one for one in self.people if one.user is None]

    @property
    def changed_people(self) -> list[PlannedPerson]:
        return [one for one in self.people if one.user is not None and one.phone and one.phone != one.user.phone]

    def counts(self) -> dict[str, int]:
        return {
            "units": len(self.units),
            "new_units": len(self.new_units),
            "changed_units": len(self.changed_units),
            "people": len(self.people),
            "new_people": len(self.new_people),
            "changed_people": len(self.changed_people),
            "holdings": sum(len(one.posts) for one in self.people),
        }


def make_plan(reading: Reading, at: datetime) -> Plan:
    """Adds to the reading's errors what does not fit; the plan may be carried out only when there are none."""
    return _Planner(reading, at).plan()


class _Planner:
    def __init__(self, reading: Reading, at: datetime) -> None:
        self.reading = reading
        self.on = today(at)
        self.by_name: dict[str, list[PlannedUnit]] = {}
        self.by_pk: dict[int, PlannedUnit] = {}
        self._remember_units()

    def plan(self) -> Plan:
        units = self._plan_units(self.reading.rows.get(UNITS, []))
        return Plan(units, self._plan_people(self.reading.rows.get(PEOPLE, [])))

    def _remember_units(self) -> None:
        for unit in Unit.objects.order_by("path"):
            above = self.by_pk.get(unit.parent_id or 0)
            one = PlannedUnit(unit.name, UnitKind(unit.kind), above, unit)
            self.by_pk[unit.pk] = one
            self.by_name.setdefault(unit.name, []).append(one)

    # --- units ---

    def _plan_units(self, rows: Iterable[Stored]) -> list[PlannedUnit]:
        """Rows in any order: what hangs below another row waits until that row has found its place."""
        waiting, planned, seen = list(rows), [], set()
        while waiting:
            names = {row["texts"]["name"] for row in waiting}
            ready = [row for row in waiting if _last(row["texts"]["parent"]) not in names - {row["texts"]["name"]}]
            for row in ready or waiting:
                one = self._plan_unit(row, is_circle=not ready)
                if one is None:
                    continue
                if one in seen:
                    self._wrong(UNITS, row, "name", _("这个单位在表中写了两次。"))
                seen.add(one)
                planned.append(one)
            waiting = [row for row in waiting if row not in ready] if ready else []
        return planned

    def _plan_unit(self, row: Stored, *, is_circle: bool) -> PlannedUnit | None:
        texts = row["texts"]
        kind = KINDS.get(texts["kind"])
        if texts["kind"] and kind is None:
            known = "、".join(dict.fromkeys(str(one.label) for one in KINDS.values()))
            self._wrong(UNITS, row, "kind", _("没有这个类型。可填：%(kinds)s。") % {"kinds": known})
        if is_circle:
            self._wrong(UNITS, row, "parent", _("上下级写成了一个圈，请检查。"))
            return None
        above = self._find(UNITS, row, "parent", texts["parent"]) if texts["parent"] else None
        changes = self._unit_changes(row)
        if not (kind and texts["name"]) or above is None or changes is None:
            return None
        return self._place(row, kind, above, changes)

    def _place(self, row: Stored, kind: UnitKind, above: PlannedUnit, changes: dict[str, object]) -> PlannedUnit | None:
        name = row["texts"]["name"]
        present = next((one for one in self.by_name.get(name, []) if one.parent is above), None)
        if present is not None:
            if present.kind != kind:
                said = {"kind": present.kind.label}
                self._wrong(UNITS, row, "kind", _("系统里这个单位的类型是“%(kind)s”，不能改。") % said)
                return None
            if present.unit is not None:
                present.changes = {key: value for key, value in changes.items() if getattr(present.unit, key) != value}
                if not present.unit.is_active:
                    self._wrong(UNITS, row, "name", _("这个单位已停用，请先启用。"))
            return present
        if above.kind not in PARENT_KINDS[kind]:
            said = {"kind": kind.label, "parent": above.kind.label}
            self._wrong(UNITS, row, "parent", _("%(kind)s不能设在%(parent)s之下。") % said)
            return None
        made = PlannedUnit(name, kind, above, None, changes)
        self.by_name.setdefault(name, []).append(made)
        return made

    def _unit_changes(self, row: Stored) -> dict[str, object] | None:
        """What is filled in; a blank cell changes nothing."""
        texts = row["texts"]
        changes: dict[str, object] = {key: texts[key] for key in ("township", "phone") if texts[key]}
        if texts["domains"]:
            codes = [code for code in _SEPARATORS.split(texts["domains"]) if code]
            if not all(_DOMAIN.match(code) for code in codes):
                self._wrong(UNITS, row, "domains", _("领域代码是两位数字，例如 02、04。"))
                return None
            changes["duty_domains"] = codes
        if texts["has_accounts"]:
            if texts["has_accounts"] not in ("是", "否"):
                self._wrong(UNITS, row, "has_accounts", _("请填“是”或“否”。"))
                return None
            changes["has_accounts"] = texts["has_accounts"] == "是"
        return changes

    def _find(self, sheet: str, row: Stored, column: str, text: str) -> PlannedUnit | None:
        """A unit by its name, or by the end of the way down to it: 城关中心校/第一小学."""
        steps = [step.strip() for step in text.split("/") if step.strip()]
        found = [one for one in self.by_name.get(steps[-1] if steps else "", []) if _is_below(one, steps[:-1])]
        working = [one for one in found if one.unit is None or one.unit.is_active]
        if len(working) == 1:
            return working[0]
        if not working and found:
            message = _("“%(name)s”已停用。") % {"name": text}
        elif not working:
            message = _("没有名为“%(name)s”的单位，请核对全称，或先把它填进“单位”表。") % {"name": text}
        else:
            ways = "；".join(f"{one.parent.name}/{one.name}" for one in working[:3] if one.parent)
            message = _("有 %(n)d 个同名单位，请写明上级，例如：%(ways)s。") % {"n": len(working), "ways": ways}
        self._wrong(sheet, row, column, message)
        return None

    # --- people ---

    def _plan_people(self, rows: list[Stored]) -> list[PlannedPerson]:
        names = [User.objects.model.normalize_username(row["texts"]["username"]) for row in rows]
        users = {user.username: user for user in User.objects.filter(username__in=names)}
        held: dict[tuple[int, int, str], Holding] = {}
        holdings = Holding.objects.filter(unended(self.on), user__in=users.values(), delegated_by=None)
        for holding in holdings.select_related("post"):
            held[holding.user_id, holding.post.unit_id, holding.post.kind] = holding
        planned: list[PlannedPerson] = []
        seen: dict[str, int] = {}
        for row, username in zip(rows, names, strict=True):
            if username and username in seen:
                self._wrong(PEOPLE, row, "username", _("与第 %(n)d 行的用户名重复。") % {"n": seen[username]})
                continue
            seen[username] = row["number"]
            one = self._plan_person(row, username, users)
            if one is not None:
                one.posts = [kind for kind in one.posts if not self._holds(one, kind, held)]
                planned.append(one)
        return planned

    def _plan_person(self, row: Stored, username: str, users: Mapping[str, User]) -> PlannedPerson | None:
        """Looks at every cell, so that one upload tells all that is wrong."""
        texts = row["texts"]
        unit = self._find(PEOPLE, row, "unit", texts["unit"]) if texts["unit"] else None
        posts = self._posts(row, unit) if unit else []
        from_on = self._day(row)
        is_named = bool(texts["name"]) and self._is_user_name(row, username)
        user = users.get(username)
        if not is_named or unit is None or from_on is None:
            return None
        if user is not None and not self._is_same(row, user, unit):
            return None
        return PlannedPerson(texts["name"], username, texts["phone"], unit, user, posts, from_on)

    def _is_user_name(self, row: Stored, username: str) -> bool:
        if not username:
            return False
        try:
            _username(username)
        except ValidationError:
            self._wrong(PEOPLE, row, "username", _("用户名只能用字母、数字和 @ . + - _。"))
            return False
        return True

    def _is_same(self, row: Stored, user: User, unit: PlannedUnit) -> bool:
        """An account that stands already is of the same person in the same unit, or the row is wrong."""
        if user.admin_role:
            self._wrong(PEOPLE, row, "username", _("这是管理员账号，请换一个用户名。"))
        elif user.name != row["texts"]["name"]:
            self._wrong(PEOPLE, row, "username", _("这个用户名已是%(name)s的，请换一个。") % {"name": user.name})
        elif not user.is_active:
            self._wrong(PEOPLE, row, "username", _("这个账号已停用，请先启用。"))
        elif unit.unit is None or user.unit_id != unit.unit.pk:
            where = user.unit.name if user.unit else _("（无单位）")
            self._wrong(PEOPLE, row, "unit", _("他现在是“%(unit)s”的人员，请先办理调动。") % {"unit": where})
        else:
            return True
        return False

    def _posts(self, row: Stored, unit: PlannedUnit) -> list[PostKind]:
        allowed = {str(kind.label): kind for kind in UNIT_POSTS.get(unit.kind, ())}
        allowed |= {default_title(unit.kind, kind): kind for kind in UNIT_POSTS.get(unit.kind, ())}
        kinds: list[PostKind] = []
        for title in filter(None, _SEPARATORS.split(row["texts"]["posts"])):
            kind = allowed.get(title)
            if kind is None:
                said = {"unit": unit.kind.label, "title": title, "titles": "、".join(allowed) or _("（无岗位）")}
                self._wrong(PEOPLE, row, "posts", _("%(unit)s没有“%(title)s”岗位。可填：%(titles)s。") % said)
            elif kind in NOT_IMPORTED:
                self._wrong(PEOPLE, row, "posts", _("“%(title)s”不能批量导入，请在单位页面任命。") % {"title": title})
            elif kind not in kinds:
                kinds.append(kind)
        return kinds

    def _day(self, row: Stored) -> date | None:
        text = row["texts"]["from_on"]
        if not text:
            return self.on
        match = _DAY.match(text)
        try:
            day = date(*(int(part) for part in match.groups())) if match else None
        except ValueError:
            day = None
        if day is None or not FIRST_DAY <= day <= self.on + LATEST_BEGIN:
            self._wrong(PEOPLE, row, "from_on", _("请写成日期，例如 2026-09-01，且不晚于一年之后。"))
            return None
        return day

    def _holds(self, one: PlannedPerson, kind: PostKind, held: Mapping[tuple[int, int, str], Holding]) -> bool:
        if one.user is None or one.unit.unit is None:
            return False
        return (one.user.pk, one.unit.unit.pk, kind) in held

    def _wrong(self, sheet: str, row: Stored, column: str, message: str) -> None:
        self.reading.wrong(sheet, row["number"], column, message)


def _last(text: str) -> str:
    steps = [step.strip() for step in text.split("/") if step.strip()]
    return steps[-1] if steps else ""


def _is_below(one: PlannedUnit, steps: list[str]) -> bool:
    above = one.parent
    for step in reversed(steps):
        if above is None or above.name != step:
            return False
        above = above.parent
    return True
