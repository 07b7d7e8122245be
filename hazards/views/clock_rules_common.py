"""Who stands at 规则设置 → 时限与督办, and of which bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import now
from core.errors import Invalid, NotAllowed
from core.params import read_id
from deadlines.models import Policy
from hazards.clock_rules import access_policy
from hazards.services.rules import is_keeper, list_bureaus
from hazards.views.common import actor_of
from organizations.models import Unit, User


@dataclass(frozen=True)
class Door:
    """The reader at this moment, the bureau he chose, whether he changes rules."""

    user: User
    at: datetime
    bureaus: list[Unit]
    bureau: Unit

    @property
    def is_keeper(self) -> bool:
        return is_keeper(self.user)

    def require_keeper(self) -> None:
        if not self.is_keeper:
            raise NotAllowed(_("规则设置由系统管理员修改。"))

    def policy(self, policy_id: str) -> Policy:
        return access_policy(self.bureau, policy_id)

    def context(self, **more: object) -> dict[str, object]:
        return {"at": self.at, "bureaus": self.bureaus, "bureau": self.bureau, "is_keeper": self.is_keeper, **more}

    def go_to(self, name: str, *args: object) -> HttpResponse:
        return redirect(f"{reverse(name, args=args)}?bureau={self.bureau.pk}")


def enter(request: HttpRequest) -> Door:
    """Raises NotAllowed for those who may not read the rules."""
    at, user = now(), actor_of(request)
    bureaus = list_bureaus(user, at)
    if not bureaus:
        raise NotAllowed(_("规则设置由系统管理员修改，教育局安全办和局领导可以查看。"))
    wanted = read_id(request.POST.get("bureau") or request.GET.get("bureau", ""))
    return Door(user, at, bureaus, next((one for one in bureaus if one.pk == wanted), bureaus[0]))


def read_day(text: str, field: str) -> date:
    """Raises Invalid for what is no day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as exc:
        raise Invalid(fields={field: [_("请填日期，例如 2026-12-01。")]}) from exc


def say_all(error: Invalid | None) -> list[str]:
    """Every message of it, for the sum on top of a form."""
    return [message for found in error.fields.values() for message in found] if error else []
