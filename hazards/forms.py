"""The field kit as a page form: what to draw for each field, and what came back by POST."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import DomainError, Invalid
from core.params import read_id
from hazards.actions import Action
from hazards.cleaning import plain
from hazards.inputs import Ask, Field, Kind, fields_of
from hazards.models import Assignment, Category, Domain, Evidence, Instruction, JudgingClause, Upload
from hazards.photos import MAX_BYTES
from hazards.services.recorded import OnBehalfData
from hazards.uploads import store_upload
from organizations.models import User
from organizations.posts import HeldPost

# Up to this many choices lie open to be tapped; more go into a list.
MAX_OPEN_CHOICES = 4
_TEMPLATES = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "long_text",
    Kind.DATE: "date",
    Kind.BOOL: "bool",
    Kind.INTEGER: "integer",
    Kind.FILES: "files",
    Kind.UNITS: "many",
}


# The part of a form that says whose act is entered (代录): its controls, and its faults as the service names them.
BEHALF = "behalf_"
_ON_BEHALF = "on_behalf."
_LISTED = frozenset({Kind.UNIT, Kind.UNITS, Kind.ROW, Kind.PERSON, Kind.EVIDENCE, Kind.DOMAIN, Kind.CATEGORY})


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class FormInput:
    """One field as drawn: its id, value, choices and what is wrong with it."""

    field: Field
    id: str
    value: str
    is_on: bool = False
    # Of a field that takes several.
    chosen: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    uploads: tuple[Upload, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        name = _TEMPLATES.get(self.field.kind)
        if name is None:
            name = "chips" if self.is_tappable else "select"
        return f"_partials/inputs/{name}.html"

    @property
    def is_tappable(self) -> bool:
        return self.field.kind is Kind.CHOICE and len(self.options) <= MAX_OPEN_CHOICES

    @property
    def is_group(self) -> bool:
        """Several controls under one legend, rather than one control with a label."""
        return self.field.kind in (Kind.FILES, Kind.UNITS) or self.is_tappable

    @property
    def asks_first(self) -> bool:
        """Whether the list starts with 请选择 or a blank."""
        return not (self.field.required and (len(self.options) == 1 or self.value))


@dataclass(frozen=True)
class Typed:
    """What a person sent: `data` as the service takes it, the rest beside it."""

    data: dict[str, object]
    version: int | None = None
    acting_post: int | None = None
    occurred_on: date | None = None
    late_reason: str = ""
    key: str = ""
    # What could not even be read; kept to be shown beside the field.
    errors: dict[str, list[str]] = field(default_factory=dict)
    raw_occurred_on: str = ""
    # Whose act it is, where another's is entered.
    on_behalf: dict[str, object] | None = None


@dataclass(frozen=True)
class ActionForm:
    action: Action
    inputs: tuple[FormInput, ...]
    posts: tuple[HeldPost, ...]
    acting_post: int | None
    version: int | None
    key: str
    occurred_on: str = ""
    late_reason: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    message: str = ""
    is_open: bool = False
    # Where it enters another's act: who and how, and by which posts that other may do it.
    behalf: tuple[FormInput, ...] = ()
    whose: str = ""

    @property
    def is_recorded(self) -> bool:
        return bool(self.behalf)

    @property
    def id(self) -> str:
        return f"{'record' if self.is_recorded else 'do'}-{self.action.name}"

    @property
    def label(self) -> str:
        label = str(self.action.label)
        return _("代录：%(what)s") % {"what": label} if self.is_recorded else label

    @property
    def has_files(self) -> bool:
        return any(one.field.kind is Kind.FILES for one in (*self.behalf, *self.inputs))

    @property
    def by_name(self) -> dict[str, FormInput]:
        return {one.field.name: one for one in self.inputs}

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the control, message) of everything wrong, as it stands on top of the form."""
        labels = {one.field.name: str(one.field.label) for one in (*self.behalf, *self.inputs)}
        lines: list[tuple[str, str]] = []
        wrong = {name.replace(_ON_BEHALF, BEHALF): messages for name, messages in self.errors.items()}
        for name in sorted(wrong, key=lambda name: list(labels).index(name) if name in labels else len(labels)):
            label = labels.get(name, "")
            for message in wrong[name]:
                line = message if not label or label in message else f"{label}：{message}"
                lines.append((f"id_{self.action.name}_{name}", line))
        return lines


def _usual_post(posts: Sequence[HeldPost]) -> int | None:
    """His own before one in which he stands in for another."""
    own = [post for post in posts if post.delegator_id is None]
    return next((post.id for post in (*own, *posts)), None)


def build_form(
    action: Action, ask: Ask, fields: Sequence[Field], *, initial: Mapping[str, object], posts: tuple[HeldPost, ...] = (),
    version: int | None = None, typed: Typed | None = None, error: DomainError | None = None, is_open: bool = False,
    choices: Choices | None = None, whose: str | None = None, has_accounts: bool = True,
) -> ActionForm:  # fmt: skip
    """The form as first shown, or again with what was typed and what was wrong; forms of one page share `choices`.

    With `whose`, the posts whose act it is, it enters another's act; one without account is named in words only.
    """
    errors = {**(typed.errors if typed else {}), **(error.fields if error else {})}
    values: Mapping[str, object] = typed.data if typed else initial
    choices = choices or Choices(ask)
    inputs = tuple(
        _input(one, f"id_{action.name}_{one.name}", values.get(one.name), choices, errors.get(one.name, []), ask.actor)
        for one in fields
    )
    return ActionForm(
        action=action,
        inputs=inputs,
        behalf=() if whose is None else _behalf_inputs(action, typed, choices, errors, has_accounts=has_accounts),
        whose=whose or "",
        posts=posts,
        acting_post=typed.acting_post if typed and typed.acting_post else _usual_post(posts),
        version=version,
        # A key that was used for something else is replaced.
        key=typed.key if typed and typed.key and "idempotency_key" not in errors else uuid.uuid4().hex,
        occurred_on=typed.raw_occurred_on if typed else "",
        late_reason=typed.late_reason if typed else "",
        errors=errors,
        # A conflict is told once, on top of the page.
        message=error.message if isinstance(error, Invalid) else "",
        is_open=is_open,
    )


def _behalf_inputs(
    action: Action, typed: Typed | None, choices: Choices, errors: Mapping[str, list[str]], *, has_accounts: bool
) -> tuple[FormInput, ...]:
    given = (typed.on_behalf if typed else None) or {}
    return tuple(
        _input(
            replace(one, name=f"{BEHALF}{one.name}"), f"id_{action.name}_{BEHALF}{one.name}", given.get(one.name), choices,
            errors.get(f"{_ON_BEHALF}{one.name}", []), choices.ask.actor,
        )
        for one in fields_of(OnBehalfData, new=False)
        if has_accounts or one.name != "person"
    )  # fmt: skip


def _input(one: Field, id_: str, value: object, choices: Choices, errors: Iterable[str], actor: User) -> FormInput:
    options = choices.of(one)
    text = "" if value is None or isinstance(value, list | tuple | bool) else str(value)
    if one.required and len(options) == 1 and not text:
        text = options[0].value
    uploads = _uploads(value, actor) if one.kind is Kind.FILES else ()
    chosen = tuple(str(item) for item in value) if one.kind is Kind.UNITS and isinstance(value, list | tuple) else ()
    return FormInput(
        one, id_, text, is_on=bool(value), chosen=chosen, options=options, uploads=uploads, errors=tuple(errors)
    )


def _uploads(value: object, actor: User) -> tuple[Upload, ...]:
    """The person's own files that are stored but not yet used."""
    if not isinstance(value, list | tuple) or not value:
        return ()
    ids = [uid for uid in map(_as_uuid, value) if uid]
    return tuple(Upload.objects.filter(pk__in=ids, uploader=actor, evidence__isnull=True).order_by("uploaded_at"))


def _as_uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


class Choices:
    """What fields offer; one statement for each kind of list, however many fields share it."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self._known: dict[object, tuple[Option, ...]] = {}

    def of(self, one: Field) -> tuple[Option, ...]:
        if one.kind is Kind.CHOICE:
            return tuple(Option(key, str(label)) for key, label in one.choices)
        if one.picks is not None:
            return tuple(Option(key, str(label)) for key, label in one.picks(self.ask))
        if one.kind not in _LISTED:
            return ()
        source: object = one.options or one.kind
        if source not in self._known:
            self._known[source] = tuple(self._list(one))
        return self._known[source]

    @staticmethod
    def is_list(one: Field) -> bool:
        """Whether it is chosen from what the case offers."""
        return one.picks is not None or one.kind in _LISTED

    def _list(self, one: Field) -> Iterable[Option]:
        if one.kind is Kind.DOMAIN:
            return [Option(row.code, row.name) for row in Domain.objects.all()]
        if one.kind is Kind.CATEGORY:
            return self._categories()
        assert one.options is not None
        return [_option(row) for row in one.options(self.ask)]

    def _categories(self) -> list[Option]:
        """Those of the hazard's own domain first."""
        own = self.ask.hazard.domain_id if self.ask.hazard else None
        rows = sorted(Category.objects.select_related("domain"), key=lambda row: (row.domain_id != own, row.code))
        return [Option(row.code, row.name, row.domain.name) for row in rows]


def _option(row: Any) -> Option:
    if isinstance(row, JudgingClause):
        return Option(str(row.pk), f"{row.number} {row.summary}", f"{row.standard}（{row.edition}）")
    return Option(str(row.pk), label_of(row))


def label_of(row: Any) -> str:
    """What a row of the case is called in a list."""
    if isinstance(row, Evidence):
        return f"{row.get_stage_display()} {row.upload.name}"
    if isinstance(row, Assignment):
        return f"{row.unit.name}：{row.requirements}" if row.requirements else row.unit.name
    if isinstance(row, Instruction):
        return f"{row.author_label}：{row.text}"
    return str(row)


def read_form(request: HttpRequest, fields: Sequence[Field], *, at: datetime) -> Typed:
    """What was sent; files that came with the form itself are stored first (no script, old browser)."""
    post, errors = request.POST, dict[str, list[str]]()
    data = _read_fields(request, fields, at, errors)
    on_behalf = None
    if post.get("on_behalf") == "1":
        on_behalf = _read_fields(request, fields_of(OnBehalfData, new=False), at, errors, BEHALF, _ON_BEHALF)
    raw_day = post.get("occurred_on", "").strip()
    return Typed(
        data=data,
        version=read_id(post.get("version", "")),
        acting_post=read_id(post.get("acting_post", "")),
        occurred_on=_as_day(raw_day, errors),
        late_reason=post.get("late_reason", ""),
        key=plain(post.get("key", ""))[:80],
        errors=errors,
        raw_occurred_on=raw_day,
        on_behalf=on_behalf,
    )


def _read_fields(
    request: HttpRequest, fields: Sequence[Field], at: datetime, errors: dict[str, list[str]], prefix: str = "",
    told_as: str = "",
) -> dict[str, object]:  # fmt: skip
    """{field: what its control, named with `prefix`, was sent with}"""
    post, data = request.POST, dict[str, object]()
    for one in fields:
        name = f"{prefix}{one.name}"
        if one.kind is Kind.FILES:
            # An untouched file control comes as an empty text.
            ids = [sent for sent in post.getlist(name) if sent]
            stored, wrong = _store_files(request, name, at)
            data[one.name] = [*ids, *stored]
            if wrong:
                errors[f"{told_as}{one.name}"] = wrong
        elif one.kind is Kind.UNITS:
            data[one.name] = [sent for sent in post.getlist(name) if sent]
        elif one.kind is Kind.BOOL:
            data[one.name] = name in post
        else:
            data[one.name] = post.get(name, "")
    return data


def _store_files(request: HttpRequest, name: str, at: datetime) -> tuple[list[str], list[str]]:
    """(ids of what was stored, what is wrong with the rest)"""
    assert isinstance(request.user, User)
    stored, wrong = [], []
    for sent in request.FILES.getlist(name):
        try:
            if (sent.size or 0) > MAX_BYTES:
                raise Invalid(_("文件超过 20 MB，请压缩后再传。"))
            stored.append(str(store_upload(actor=request.user, raw=sent.read(), name=sent.name or "", at=at).pk))
        except Invalid as exc:
            wrong.append(f"{sent.name}：{exc.message}")
    return stored, wrong


def _as_day(text: str, errors: dict[str, list[str]]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors["occurred_on"] = [_("日期写作 2026-11-21 的样子。")]
        return None
