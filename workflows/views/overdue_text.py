"""催办文字: the list to paste into a group, and with it a reminder of each hazard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.clock import now, today
from core.errors import NotAllowed, WrongState
from core.params import read_id, read_words
from hazards.data.clock import RemindData
from hazards.inputs import fields_of
from hazards.many import find_chosen
from hazards.overdue_text import reminding_posts, write_text
from hazards.services.bulk import MAX_ROWS, start_run
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import PERSONAL_POSTS
from organizations.posts import HeldPost
from workflows.overdue import Overdue
from workflows.overdue_below import Group, first_owners, list_below, list_groups
from workflows.where import manages

_MESSAGE = next(one for one in fields_of(RemindData, new=False) if one.name == "message")


@dataclass(frozen=True)
class Row:
    """As it comes back: which hazard, the version that was seen, who owes."""

    number: str
    version: int
    owner_id: int

    @property
    def value(self) -> str:
        return f"{self.number}:{self.version}:{self.owner_id}"

    @classmethod
    def read(cls, sent: str) -> Row | None:
        number, version, owner = [*sent.split(":"), "", ""][:3]
        seen, owner_id = read_id(version), read_id(owner)
        return cls(number, seen, owner_id) if number and seen is not None and owner_id is not None else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_text(request: HttpRequest) -> HttpResponse:
    """The text of what is late below; by POST each hazard of it is reminded of, a row of a run each."""
    at = now()
    held = held_posts_of(request, at)
    if not manages(held):
        raise NotAllowed(_("催办文字由学校、中心校、教育局和部门的管理岗位使用。"))
    if request.method != "POST":
        return _show(request, held, at)
    return _remind(request, held, at)


def _show(request: HttpRequest, held: list[HeldPost], at: datetime, wrong: str = "") -> HttpResponse:
    overdue = Overdue(actor_of(request), at, held)
    groups = list_groups(overdue)
    wanted = read_id((request.POST or request.GET).get("unit", ""))
    group = next((one for one in groups if one.unit_id == wanted), None)
    below = list_below(overdue, group.unit_id if group else None)
    sender = _sender(held)
    owners = first_owners(below.rows)
    hazards = {one.hazard.pk: one.hazard for one in below.rows}
    posts = reminding_posts(held)
    context = {
        "at": at,
        "groups": groups,
        "group": group,
        "n": below.n,
        "text": write_text(_title(group, sender), sender, below.lines, below.n, at) if below.rows else "",
        "file_name": f"{_('催办')}-{_title(group, sender)}-{today(at):%Y%m%d}",
        "rows": [Row(hazards[pk].number, hazards[pk].version, owner) for pk, owner in owners.items()],
        "posts": posts,
        "acting_post": read_id(request.POST.get("acting_post", "")) or (posts[0].id if posts else None),
        "message": request.POST.get("message", _("已在工作群催办，请抓紧办理。")),
        "longest": _MESSAGE.max_length,
        "wrong": wrong,
    }
    return render(request, "workflows/overdue_text.html", context, status=422 if wrong else 200)


def _title(group: Group | None, sender: str) -> str:
    return group.name if group else _("%(unit)s下属单位") % {"unit": sender}


def _sender(held: list[HeldPost]) -> str:
    """The unit in whose name it goes out; of a post that reminds, if there is one."""
    posts = reminding_posts(held) or [post for post in held if post.kind not in PERSONAL_POSTS]
    return posts[0].unit_name


def _remind(request: HttpRequest, held: list[HeldPost], at: datetime) -> HttpResponse:
    posts = {post.id for post in reminding_posts(held)}
    if not posts:
        raise NotAllowed(_("催办由中心校、教育局和县级统筹机构办理；您可以复制文字。"))
    message = read_words(request.POST, "message", longest=_MESSAGE.max_length + 1)
    if not message or len(message) > _MESSAGE.max_length:
        return _show(request, held, at, wrong=_("请填写催办内容，%(n)d 字以内。") % {"n": _MESSAGE.max_length})
    sent = [row for text in request.POST.getlist("row")[:MAX_ROWS] if (row := Row.read(text))]
    rows = {row.number: row for row in sent}
    chosen = find_chosen(actor_of(request), list(rows), at, held=held)
    hazards = [one for one in chosen if one.number in rows and not one.is_restricted]
    if not hazards:
        raise WrongState(_("没有可催办的，可能已经办结。请回我的逾期看看。"))
    post = read_id(request.POST.get("acting_post", ""))
    run = start_run(
        actor=actor_of(request), at=at, action="remind", hazards=hazards, held=held,
        versions={one.number: rows[one.number].version for one in hazards}, data={"message": message},
        acting_post=post if post in posts and len(posts) > 1 else None, own={one.pk: {"to": rows[one.number].owner_id} for one in hazards},
    )  # fmt: skip
    return redirect("bulk_run", run.pk)
