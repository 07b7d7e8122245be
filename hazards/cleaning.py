"""What came in by form or JSON, turned into the typed data of an action, or refused by field."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from hazards.inputs import Ask, Field, Kind, PeopleOptions, fields_of
from hazards.models import Category, Domain, Upload
from organizations.models import User

D = TypeVar("D")


def clean(data_class: type[D], raw: Mapping[str, object], ask: Ask) -> D:
    """Raises Invalid with every wrong, missing or unknown field at once."""
    fields = fields_of(data_class, new=ask.hazard is None)
    errors: dict[str, list[str]] = {}
    unknown = set(raw) - {field.name for field in fields}
    for name in sorted(unknown):
        errors[name] = [str(_("没有这一项，请检查拼写。"))]
    people = _Lookup(fields, raw, ask)
    values: dict[str, object] = {}
    for field in fields:
        try:
            value = _clean_one(field, raw.get(field.name), ask, people)
        except ValueError as exc:
            errors[field.name] = [str(exc)]
            continue
        if value is not None:
            values[field.name] = value
    if errors:
        raise Invalid(fields=errors)
    return data_class(**values)


def _clean_one(field: Field, raw: object, ask: Ask, people: _Lookup) -> object | None:
    """The value, or None to leave the default. Raises ValueError with the message for the field."""
    if isinstance(raw, str):
        raw = plain(raw)
    if raw in (None, "", [], ()):
        if field.is_required(ask):
            raise ValueError(str(_("请填写%(label)s。") % {"label": field.label}))
        return None
    if field.kind is Kind.PERSON:
        return people.get(field, raw)
    return _CLEANERS[field.kind](field, raw, ask)


def plain(raw: str) -> str:
    """Text that the database can hold: no NUL, no half of a surrogate pair, no blanks at the ends."""
    return raw.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def _clean_text(field: Field, raw: object, ask: Ask) -> str:
    if not isinstance(raw, str):
        raise ValueError(str(_("应为文字。")))
    if len(raw) > field.max_length:
        raise ValueError(str(_("最多 %(n)d 个字，现有 %(m)d 个。") % {"n": field.max_length, "m": len(raw)}))
    return raw


def _clean_choice(field: Field, raw: object, ask: Ask) -> str:
    if raw not in [key for key, _label in field.choices]:
        allowed = "、".join(f"{key}（{label}）" for key, label in field.choices)
        raise ValueError(str(_("请从中选一项：%(allowed)s。") % {"allowed": allowed}))
    return str(raw)


def _clean_pick(field: Field, raw: object, ask: Ask) -> str:
    assert field.picks is not None
    picks = dict(field.picks(ask))
    if raw not in picks:
        allowed = "、".join(f"{key}（{label}）" for key, label in picks.items()) or str(_("现在没有可选项"))
        raise ValueError(str(_("请从中选一项：%(allowed)s。") % {"allowed": allowed}))
    return str(raw)


def _clean_date(field: Field, raw: object, ask: Ask) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError as exc:
        raise ValueError(str(_("日期写作 2026-11-21 的样子。"))) from exc


def _clean_bool(field: Field, raw: object, ask: Ask) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("on", "true", "1", "是"):
        return True
    if raw in ("off", "false", "0", "否"):
        return False
    raise ValueError(str(_("请填是或否。")))


def _clean_integer(field: Field, raw: object, ask: Ask) -> int:
    try:
        number = int(str(raw))
    except ValueError as exc:
        raise ValueError(str(_("请填整数。"))) from exc
    if isinstance(raw, bool) or not field.minimum <= number <= field.maximum:
        raise ValueError(str(_("应在 %(a)d 与 %(b)d 之间。") % {"a": field.minimum, "b": field.maximum}))
    return number


def _clean_option(field: Field, raw: object, ask: Ask) -> Model:
    assert field.options is not None
    if isinstance(raw, Model):
        raw = raw.pk
    found = field.options(ask).filter(pk=_as_id(raw)).first()
    if found is None:
        raise ValueError(str(_("所选的%(label)s不在可选范围内，请重新选择。") % {"label": field.label}))
    return found  # type: ignore[no-any-return]


def _clean_options(field: Field, raw: object, ask: Ask) -> tuple[Model, ...]:
    assert field.options is not None
    values = raw if isinstance(raw, list | tuple) else [raw]
    ids = list(dict.fromkeys(_as_id(one.pk if isinstance(one, Model) else one) for one in values))
    found: dict[int, Model] = {row.pk: row for row in field.options(ask).filter(pk__in=ids)}
    if len(found) != len(ids):
        raise ValueError(str(_("所选的%(label)s有不在可选范围内的，请重新选择。") % {"label": field.label}))
    return tuple(found[pk] for pk in ids)


def _clean_domain(field: Field, raw: object, ask: Ask) -> Domain:
    return _by_code(Domain, field, raw)


def _clean_category(field: Field, raw: object, ask: Ask) -> Category:
    return _by_code(Category, field, raw)


R = TypeVar("R", Domain, Category)


def _by_code(model: type[R], field: Field, raw: object) -> R:
    if isinstance(raw, model):
        return raw
    found = model._default_manager.filter(code=str(raw)).first()
    if found is None:
        raise ValueError(str(_("没有这个%(label)s，请从列表中选。") % {"label": field.label}))
    return found


def _clean_files(field: Field, raw: object, ask: Ask) -> tuple[Upload, ...]:
    ids = [raw] if isinstance(raw, str | uuid.UUID | Upload) else raw
    if not isinstance(ids, Sequence):
        raise ValueError(str(_("应为上传文件编号的列表。")))
    if len(ids) > field.max_files:
        raise ValueError(str(_("一次最多 %(n)d 个文件。") % {"n": field.max_files}))
    try:
        wanted = [i.pk if isinstance(i, Upload) else uuid.UUID(str(i)) for i in ids]
    except ValueError as exc:
        raise ValueError(str(_("文件编号不对，请重新上传。"))) from exc
    # Locked: the cleaner of orphans must not take a file that is being attached.
    own = Upload.objects.filter(pk__in=wanted, uploader=ask.actor).order_by("pk")
    list(own.select_for_update(of=("self",)))
    # Asked again under the lock: who waited for it does not see in its own snapshot what the other attached.
    found = {row.pk: row for row in own.filter(evidence__isnull=True)}
    if len(found) != len(set(wanted)):
        raise ValueError(str(_("有文件已失效或已用过，请重新上传后再提交。")))
    return tuple(found[pk] for pk in dict.fromkeys(wanted))


def _as_id(raw: object) -> int:
    try:
        number = int(str(raw))
    except ValueError as exc:
        raise ValueError(str(_("编号应为整数。"))) from exc
    if not 0 < number < 2**63:
        raise ValueError(str(_("编号超出范围。")))
    return number


_CLEANERS: dict[Kind, Callable[[Field, Any, Ask], object]] = {
    Kind.TEXT: _clean_text,
    Kind.LONG_TEXT: _clean_text,
    Kind.CHOICE: _clean_choice,
    Kind.PICK: _clean_pick,
    Kind.DATE: _clean_date,
    Kind.BOOL: _clean_bool,
    Kind.INTEGER: _clean_integer,
    Kind.UNIT: _clean_option,
    Kind.ROW: _clean_option,
    Kind.UNITS: _clean_options,
    Kind.EVIDENCE: _clean_option,
    Kind.DOMAIN: _clean_domain,
    Kind.CATEGORY: _clean_category,
    Kind.FILES: _clean_files,
}


class _Lookup:
    """All people that a form names, in one statement."""

    def __init__(self, fields: Sequence[Field], raw: Mapping[str, object], ask: Ask) -> None:
        self.found: dict[int, User] = {}
        wanted: dict[PeopleOptions, set[int]] = {}
        for field in fields:
            value = raw.get(field.name)
            if not isinstance(field.options, PeopleOptions) or value in (None, ""):
                continue
            try:
                wanted.setdefault(field.options, set()).add(_as_id(value.pk if isinstance(value, User) else value))
            except ValueError:
                continue
        for options, ids in wanted.items():
            self.found.update({user.pk: user for user in options.find(ask, ids)})

    def get(self, field: Field, raw: object) -> User:
        found = self.found.get(_as_id(raw.pk if isinstance(raw, User) else raw))
        if found is None:
            raise ValueError(str(_("所选的%(label)s不在可选范围内，请重新选择。") % {"label": field.label}))
        return found
