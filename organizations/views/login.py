"""Login, logout, the first password, a new password, and 我的."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import local, now
from organizations.entrance import device_of, is_open, needs_fresh_password, pass_password
from organizations.forms import ChangePasswordForm, LoginForm, NewPasswordForm
from organizations.models import User
from organizations.second_factor.devices import list_devices
from organizations.security_policy import current_policy, is_near_expiry, password_expires_at, read_standing
from organizations.services import change_own_password, set_first_password
from organizations.sessions import Ending
from organizations.views.signed_in import REFUSED, actor_of, go_on, signed_in


class LoginView(auth_views.LoginView):
    template_name = "organizations/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        ended = self.request.GET.get("ended", "") if self.request.method == "GET" else ""
        notice = Ending(ended).label if ended in Ending.values else ""
        context: dict[str, object] = super().get_context_data(notice=notice, **kwargs)
        # Django's view brings a `site` of its own, which would hide ours and with it the demo's banner.
        del context["site"]
        return context

    def form_valid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_valid(form)
        if is_open(self.request.session):
            remind(self.request, actor_of(self.request), now())
        return response

    def form_invalid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        return self.render_to_response(self.get_context_data(form=form), status=REFUSED)


class LogoutView(auth_views.LogoutView):
    """By POST only, so that no link or image can log somebody out."""


@signed_in
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not actor.must_set_password:
        return redirect("change_password")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST":
        user = form.attempt(lambda cleaned: set_first_password(actor=actor, new=cleaned["new"], at=now()))
        if user is not None:
            return _keep_session(request, user, _("密码已设定，请记牢。"))
    context = {"form": form, "is_first": True}
    return render(request, "organizations/password.html", context, status=_status(form))


@signed_in
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST":
        user = form.attempt(
            lambda cleaned: change_own_password(actor=actor, old=cleaned["old"], new=cleaned["new"], at=now())
        )
        if user is not None:
            return _keep_session(request, user, _("密码已修改，其他设备上的登录已退出。"))
    context = {"form": form, "is_first": False, "is_expired": needs_fresh_password(request.session)}
    if context["is_expired"]:
        context["rotation_days"] = current_policy().password_profile.rotation_days
    return render(request, "organizations/password.html", context, status=_status(form))


@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    policy = current_policy()
    context = {
        "factor": read_standing(actor, at),
        "devices": list(list_devices(actor, at)),
        "this_device": device_of(request.session),
        "password_expires_at": password_expires_at(actor, policy),
        "is_near_expiry": is_near_expiry(actor, policy, at),
    }
    return render(request, "organizations/me.html", context)


def remind(request: HttpRequest, user: User, at: datetime) -> None:
    """What will be asked for soon; told once after the login and all the time on 我的."""
    policy = current_policy()
    expires_at = password_expires_at(user, policy)
    if expires_at is not None and is_near_expiry(user, policy, at):
        message = _("密码将于 %(when)s 到期，请在此之前到“我的”修改密码。")
        messages.warning(request, message % {"when": local(expires_at).strftime(_("%m月%d日 %H:%M"))})
    standing = read_standing(user, at)
    if standing.due_at is not None and not standing.is_enrolled:
        message = _("请在 %(when)s 前到“我的”启用登录验证，之后登录必须先启用。")
        messages.warning(request, message % {"when": local(standing.due_at).strftime(_("%m月%d日 %H:%M"))})


def _keep_session(request: HttpRequest, user: User, message: str) -> HttpResponseRedirect:
    update_session_auth_hash(request, user)
    pass_password(request.session)
    messages.success(request, message)
    return go_on(request)


def _status(form: NewPasswordForm) -> int:
    return REFUSED if form.is_bound and form.errors else 200
