"""The fields of an action for a client: as a list to fill in, and as a JSON schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hazards.inputs import Ask, Field, Kind
from hazards.models import Category, Domain
from hazards.selectors import PossibleAction

# A longer list is looked up by GET /units/.
MAX_OPTIONS = 200
_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})
_CHOSEN_BY_ID = frozenset({Kind.UNIT, Kind.UNITS, Kind.ROW, Kind.PERSON, Kind.EVIDENCE})

JsonSchema = dict[str, Any]


class FieldList:
    """Describes the fields of actions to one who asks; each list of options is read once."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self._options: dict[object, list[dict[str, object]]] = {}
        self._codes: dict[Kind, list[dict[str, str]]] = {}

    def describe(self, possible: PossibleAction) -> list[dict[str, object]]:
        return [self._describe(field, possible.initial.get(field.name)) for field in possible.fields]

    def _describe(self, field: Field, initial: object) -> dict[str, object]:
        options = self._list_options(field)
        return {
            "name": field.name,
            "kind": str(field.kind),
            "label": str(field.label),
            "required": field.required,
            "help": str(field.help),
            "max_length": field.max_length if field.kind in _TEXTS else None,
            "minimum": field.minimum if field.kind is Kind.INTEGER else None,
            "maximum": field.maximum if field.kind is Kind.INTEGER else None,
            "max_files": field.max_files if field.kind is Kind.FILES else None,
            "choices": self._list_choices(field),
            "options": options[:MAX_OPTIONS],
            "has_more_options": len(options) > MAX_OPTIONS,
            "initial": initial,
        }

    def _list_options(self, field: Field) -> list[dict[str, object]]:
        """One more than is told, to know whether there are more."""
        if field.kind not in _CHOSEN_BY_ID or field.options is None:
            return []
        if field.options not in self._options:
            rows = field.options(self.ask)
            if field.kind is Kind.EVIDENCE:
                rows = rows.select_related("upload")
            self._options[field.options] = [{"id": row.pk, "name": _name(row)} for row in rows[: MAX_OPTIONS + 1]]
        return self._options[field.options]

    def _list_choices(self, field: Field) -> list[dict[str, str]]:
        if field.kind is Kind.CHOICE:
            return [{"value": value, "label": str(label)} for value, label in field.choices]
        if field.picks is not None:
            return [{"value": value, "label": str(label)} for value, label in field.picks(self.ask)]
        if field.kind not in (Kind.DOMAIN, Kind.CATEGORY):
            return []
        if field.kind not in self._codes:
            model: type[Domain] | type[Category] = Domain if field.kind is Kind.DOMAIN else Category
            self._codes[field.kind] = [
                {"value": code, "label": name} for code, name in model.objects.values_list("code", "name")
            ]
        return self._codes[field.kind]


def _name(row: Any) -> str:
    upload = getattr(row, "upload", None)
    return f"{row.get_stage_display()} {upload.name}" if upload else str(row)


def schema_of(fields: Iterable[Field], *, more: dict[str, JsonSchema], required: Iterable[str] = ()) -> JsonSchema:
    """An object of the fields beside what else the body carries; no other name is taken."""
    fields = list(fields)
    needed = [*required, *(field.name for field in fields if field.required)]
    schema: JsonSchema = {
        "type": "object",
        "properties": {**more, **{field.name: _schema(field) for field in fields}},
        "additionalProperties": False,
    }
    return {**schema, "required": needed} if needed else schema


def _schema(field: Field) -> JsonSchema:
    words = {"title": str(field.label), "description": str(field.help)}
    return {**_type(field), **{key: text for key, text in words.items() if text}}


def _type(field: Field) -> JsonSchema:
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return {"type": "string", "maxLength": field.max_length}
        case Kind.CHOICE:
            values = [value for value, _label in field.choices]
            labels = {value: str(label) for value, label in field.choices}
            return {"type": "string", "enum": values, "x-labels": labels}
        case Kind.PICK:
            return {"type": "string", "x-choices-from": "actions"}
        case Kind.UNITS:
            return {"type": "array", "items": {"type": "integer", "format": "int64"}}
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case Kind.BOOL:
            return {"type": "boolean"}
        case Kind.INTEGER:
            return {"type": "integer", "minimum": field.minimum, "maximum": field.maximum}
        case Kind.DOMAIN | Kind.CATEGORY:
            return {"type": "string", "x-codes-from": "/api/v1/domains/"}
        case Kind.FILES:
            files: JsonSchema = {"type": "array", "items": {"type": "string", "format": "uuid"}}
            return {**files, "maxItems": field.max_files}
        case _:
            return {"type": "integer", "format": "int64"}
