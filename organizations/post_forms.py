"""Forms of posts that change hands: standing in, handing over, leaving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.forms import PageForm, PersonField, day_field
from organizations.models import Holding, User


def by_unit(people: Iterable[User], first_unit_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in groups, those of the unit itself first."""
    groups: dict[tuple[bool, str], list[tuple[str, str]]] = {}
    for user in people:
        name = user.unit.name if user.unit else ""
        groups.setdefault((user.unit_id != first_unit_id, name), []).append((str(user.pk), user.name))
    return [(name, rows) for (_is_other, name), rows in sorted(groups.items())]


class DelegateForm(PageForm):
    to = forms.ChoiceField(label=_("由谁代理"), help_text=_("代理人与您都能办理这个岗位的事，记录上写明代您办理。"))
    from_on = day_field(_("从哪天起"))
    last_on = day_field(_("到哪天（含当天）"), help_text=_("最长 90 天，到期自动结束。"))
    reason = forms.CharField(label=_("事由"), max_length=100, help_text=_("例如外出培训、病假。"))

    def __init__(self, *args: Any, people: Sequence[User], unit_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [("", _("请选择")), *by_unit(people, unit_id)]

    def clean(self) -> dict[str, Any]:
        """`last_on` is included, the service wants the first day after."""
        cleaned = super().clean() or {}
        if cleaned.get("to"):
            cleaned["to"] = self.people[cleaned["to"]]
        if cleaned.get("last_on"):
            cleaned["until_on"] = cleaned.pop("last_on") + timedelta(days=1)
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error("last_on" if field == "until_on" else field, error)

    def takes(self, field: str) -> bool:
        return field == "until_on" or field in self.fields


class HandOverForm(PageForm):
    """To one of the unit's people, or to anybody else of the keeper's scope by user name."""

    says_optional = False

    to = PersonField(label=_("接任人"), queryset=User.objects.none(), required=False, empty_label=_("请选择"))
    username = forms.CharField(label=_("或填写其他单位人员的用户名"), max_length=60, required=False)
    on = day_field(_("从这一天起由接任人任职"))
    witness = forms.CharField(label=_("监交人（可不填）"), max_length=40, required=False)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, PersonField)
        to.queryset = _of(people)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("to")) == bool(cleaned.get("username")):
            self.add_error("to", _("请选择一位接任人，或填写一个用户名，二者选一。"))
        return cleaned


class LeaveForm(PageForm):
    """A successor for each post; none leaves the post vacant."""

    says_optional = False

    on = day_field(_("从这一天起离任"), help_text=_("前一天是他在岗的最后一天；到这一天账号停用。"))
    witness = forms.CharField(label=_("监交人（可不填）"), max_length=40, required=False)

    def __init__(self, *args: Any, holdings: Sequence[Holding], people: dict[int, list[User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post_ids = {f"post_{one.post_id}": one.post_id for one in holdings}
        for one in holdings:
            field = PersonField(
                label=_("%(post)s由谁接任") % {"post": one.post},
                queryset=_of(people.get(one.post.unit_id, [])),
                required=False,
                empty_label=_("暂不指定"),
                help_text=_("不指定时，待办转给本单位或上级的有权岗位。"),
            )
            field.widget.attrs["class"] = "form-select"
            self.fields[f"post_{one.post_id}"] = field

    def successors(self, cleaned: dict[str, Any]) -> dict[int, User]:
        return {post_id: cleaned[name] for name, post_id in self.post_ids.items() if cleaned.get(name)}


def _of(people: Iterable[User]) -> Any:
    return User.objects.filter(pk__in=[one.pk for one in people], is_active=True, admin_role="").order_by("name", "pk")
