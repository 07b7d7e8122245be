"""What the views of this app share: who asks, and that nobody asks without a login."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache

from organizations.entrance import take_goal
from organizations.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

REFUSED = 422


def signed_in(view: View[P]) -> View[P]:
    """The view of a page that is never kept by a browser or proxy, for somebody who is logged in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)

    return cast(View[P], login_required(never_cache(answer)))


def actor_of(request: HttpRequest) -> User:
    """Only in a view that is `signed_in`."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionError("the view lacks @signed_in")
    return user


def go_on(request: HttpRequest) -> HttpResponseRedirect:
    """After a step of the login: to the page asked for at first, where the next step is asked, if there is one."""
    return HttpResponseRedirect(take_goal(request.session) or resolve_url("desk"))
