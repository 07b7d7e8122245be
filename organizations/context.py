"""What every page's frame knows; reads the database only when a template asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.calendars import get_calendar
from core.clock import now, today
from organizations.entrance import needs_code
from organizations.kinds import AdminRole
from organizations.models import User
from organizations.policies import HEALTH_READERS, KEEPERS, RULE_READERS
from organizations.posts import HeldPost, list_held_posts


def held_posts_of(request: HttpRequest, at: datetime) -> list[HeldPost]:
    """The posts of the account behind a request, read once a request by view and frame together."""
    held: list[HeldPost] | None = getattr(request, "_held_posts", None)
    if held is None:
        user = getattr(request, "user", None)
        held = list_held_posts(user, at) if isinstance(user, User) else []
        request._held_posts = held  # type: ignore[attr-defined]
    return held


# Pages that belong to 机构人员, the first being where it leads.
PEOPLE_PAGES = (
    "people", "unit_people", "end_holding", "new_unit", "new_root_unit", "hand_over", "release_person", "move_unit",
    "merge_unit", "move_person", "import_people", "people_import",
)  # fmt: skip


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    is_current: bool


class Site:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def user(self) -> User | None:
        """None for a visitor, for one whose code is still to come, and where a request broke before that was known."""
        user = getattr(self._request, "user", None)
        session = getattr(self._request, "session", None)
        if session is not None and needs_code(session):
            return None
        return user if isinstance(user, User) or (user is not None and user.is_authenticated) else None

    @cached_property
    def held_posts(self) -> list[HeldPost]:
        return held_posts_of(self._request, now())

    @property
    def posts_label(self) -> str:
        """「第一小学安全员、第一小学校长」, or the administrator's role; empty for a visitor."""
        if self.user and self.user.admin_role:
            return str(AdminRole(self.user.admin_role).label)
        return "、".join(post.label for post in self.held_posts)

    @property
    def is_administrator(self) -> bool:
        return bool(self.user and self.user.admin_role)

    @property
    def keeps_people(self) -> bool:
        if self.user and self.user.admin_role:
            return self.user.admin_role == AdminRole.SYSTEM
        return any(post.kind in KEEPERS for post in self.held_posts)

    @cached_property
    def missing_year(self) -> int | None:
        """Told to administrators from 1 December on: the year whose holidays still have to be loaded."""
        day = today(now())
        return day.year + 1 if self.is_administrator and get_calendar().lacks_next_year(day) else None

    @cached_property
    def nav(self) -> list[NavItem]:
        """The pages of this app that this account may open, beside those of the business."""
        role = self.user.admin_role if self.user else ""
        items: list[NavItem] = []
        if self.keeps_people:
            items.append(self._item(_("机构人员"), *PEOPLE_PAGES))
        if role in (AdminRole.SYSTEM, AdminRole.SECURITY):
            items.append(self._item(_("账号"), "accounts", "account", "new_account", "reset_account"))
        if role == AdminRole.SYSTEM or any(post.kind in RULE_READERS for post in self.held_posts):
            items.append(self._item(_("规则设置"), "rules", "clauses"))
        if role == AdminRole.SYSTEM or any(post.kind in HEALTH_READERS for post in self.held_posts):
            items.append(self._item(_("运行状态"), "health"))
            items.append(self._item(_("外发管理"), "ways", "new_outlet", "outlet", "told_to"))
        if role == AdminRole.SECURITY:
            items.append(self._item(_("登录规则"), "security_settings"))
        if role == AdminRole.AUDIT:
            items.append(self._item(_("审计"), "audit"))
        return items

    def _item(self, label: str, name: str, *others: str) -> NavItem:
        match = self._request.resolver_match
        is_current = match is not None and match.url_name in (name, *others)
        return NavItem(label, reverse(name), is_current)


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": Site(request)}
