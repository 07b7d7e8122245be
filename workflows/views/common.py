"""What the pages for managers share: who may open them, and what they can be narrowed to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.clock import now
from core.errors import NotAllowed
from organizations.context import held_posts_of
from organizations.kinds import PERSONAL_POSTS, UnitKind
from organizations.models import Unit
from organizations.posts import HeldPost
from workflows.where import manages

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Choice = tuple[str, str]


def for_managers(view: View[P]) -> View[P]:
    """Behind `login_required`: a page for who directs others."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not manages(held_posts_of(request, now())):
            raise NotAllowed(_("“流程”供校长、中心校、科室、安全办和领导查看。您的待办在工作台。"))
        return view(request, *args, **kwargs)

    return cast(View[P], answer)


def tops_of(held: list[HeldPost]) -> list[int]:
    """The units whose subtrees these posts look after; a section looks after its bureau's."""
    return sorted(
        {
            (post.unit_parent_id if post.unit_kind == UnitKind.SEC else post.unit_id) or post.unit_id
            for post in held
            if post.kind not in PERSONAL_POSTS
        }
    )


def list_units_near(held: list[HeldPost], chosen: int | None) -> list[Choice]:
    """One's own units and what hangs directly below them or below the chosen one: never a whole province."""
    tops = tops_of(held)
    near = {*tops, *([chosen] if chosen else [])}
    rows = Unit.objects.filter(path__overlap=tops).exclude(kind=UnitKind.SEC)
    rows = rows.filter(pk__in=near) | rows.filter(parent_id__in=near, is_active=True)
    return [(str(pk), name) for pk, name in rows.order_by("path").values_list("pk", "name")[:200]]


def list_townships(held: list[HeldPost]) -> list[Choice]:
    """The townships in which these posts have something to look after."""
    rows = Unit.objects.filter(path__overlap=tops_of(held), is_active=True).exclude(township="")
    names = rows.order_by("township").values_list("township", flat=True).distinct()[:200]
    return [(name, name) for name in names]
