"""登录验证: the code at the login, the app and its backup codes, remembered browsers, and the reset."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.audit import client_address
from core.clock import now
from core.errors import Invalid
from organizations.entrance import begin_entrance, cookie_of, device_of, needs_code, pass_factor
from organizations.kinds import AdminRole
from organizations.models import AuthenticatorApp, BackupCode, CodeKind, User
from organizations.policies import Authority
from organizations.second_factor.codes import enrolment_address, make_secret, picture_of, readable_secret
from organizations.second_factor.devices import remember_device
from organizations.security_forms import BackupCodeForm, ChangeFactorForm, CodeForm
from organizations.security_policy import current_policy, is_enrolled, read_standing
from organizations.services.recording import record_account
from organizations.services.second_factor import (
    TooManyCodes,
    enrol_app,
    forget_device,
    forget_own_devices,
    prove_factor,
    renew_backup_codes,
    reset_factor,
    stop_factor,
)
from organizations.views.login import remind
from organizations.views.signed_in import REFUSED, actor_of, go_on, signed_in

# Until the new app has shown its first code; kept by the session, not in a row.
_NEW_SECRET = "new_app_secret"
_MAY_REPLACE_UNTIL = "may_replace_app_until"
# So long after a code of the old app a new one may be enrolled.
_REPLACING = timedelta(minutes=10)


@signed_in
@require_http_methods(["GET", "POST"])
def verify_code(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    if not needs_code(request.session):
        return go_on(request)
    if not is_enrolled(actor):
        # Reset since the password was given.
        begin_entrance(request, actor, at, address=client_address(request))
        return go_on(request)
    is_backup = request.POST.get("way") == CodeKind.BACKUP
    code_form = CodeForm(None if is_backup else request.POST or None)
    backup_form = BackupCodeForm(request.POST if is_backup else None)
    status = 200
    if request.method == "POST":
        status = _take_code(request, backup_form if is_backup else code_form)
        if status == 200:
            return _come_in(request, actor, at)
    context = {
        "code_form": code_form,
        "backup_form": backup_form,
        "is_backup": is_backup,
        "remember_days": current_policy().remember_days,
        "remember": request.POST.get("remember"),
    }
    return render(request, "organizations/verify_code.html", context, status=status)


def _take_code(request: HttpRequest, form: CodeForm | BackupCodeForm | ChangeFactorForm) -> int:
    """The status: 200 if it was taken. Why not stands at the form."""
    if not form.is_valid():
        return REFUSED
    actor, address = actor_of(request), client_address(request)
    try:
        prove_factor(actor=actor, code=form.cleaned_data["code"], address=address, at=now())
    except TooManyCodes as error:
        form.add_error("code", error.message)
        return error.status
    except Invalid as error:
        form.absorb(error)
        return REFUSED
    return 200


def _come_in(request: HttpRequest, user: User, at: datetime) -> HttpResponseRedirect:
    request.session.cycle_key()
    pass_factor(request.session)
    remind(request, user, at)
    response = go_on(request)
    if request.POST.get("remember"):
        days = current_policy().remember_days
        agent, address = request.headers.get("User-Agent", ""), client_address(request)
        device, token = remember_device(user, agent=agent, address=address, days=days, at=at)
        record_account(user, at, "device.remembered", user, message=device.label)
        pass_factor(request.session, device.pk)
        response.set_cookie(
            cookie_of(user), token, max_age=timedelta(days=days), path=reverse("login"),
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


@signed_in
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The state of one's own second factor, or the steps to enrol an app."""
    actor, at = actor_of(request), now()
    app = AuthenticatorApp.objects.filter(user=actor).first()
    if app is not None and not _may_replace(request, at):
        return redirect("second_factor") if request.method == "POST" else _show_app(request, actor, app, at)
    secret = request.session.get(_NEW_SECRET)
    if secret is None:
        secret = request.session[_NEW_SECRET] = make_secret()
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        codes = form.attempt(lambda cleaned: enrol_app(actor=actor, secret=secret, code=cleaned["code"], at=at))
        if codes is not None:
            return _enrolled(request, codes)
    address = enrolment_address(secret, actor.username)
    context = {
        "form": form,
        "picture": picture_of(address),
        "address": address,
        "secret": readable_secret(secret),
        "factor": read_standing(actor, at),
        "is_replacing": app is not None,
        "is_due": read_standing(actor, at).is_overdue(at),
    }
    return render(request, "organizations/enrol_app.html", context, status=REFUSED if form.errors else 200)


def _may_replace(request: HttpRequest, at: datetime) -> bool:
    return bool(request.session.get(_MAY_REPLACE_UNTIL, 0) > at.timestamp())


def _enrolled(request: HttpRequest, codes: list[str]) -> HttpResponse:
    for key in (_NEW_SECRET, _MAY_REPLACE_UNTIL):
        request.session.pop(key, None)
    request.session.cycle_key()
    pass_factor(request.session)
    return _tell_codes(request, codes, is_new=True)


def _tell_codes(request: HttpRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    return render(request, "organizations/backup_codes.html", {"codes": codes, "is_new": is_new})


def _show_app(
    request: HttpRequest,
    actor: User,
    app: AuthenticatorApp,
    at: datetime,
    form: ChangeFactorForm | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = read_standing(actor, at)
    context = {
        "app": app,
        "factor": standing,
        "n_codes": BackupCode.objects.filter(user=actor, used_at=None).count(),
        "form": form or ChangeFactorForm(may_stop=not standing.is_asked),
    }
    return render(request, "organizations/second_factor.html", context, status=status)


@signed_in
@require_POST
def change_second_factor(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    app = AuthenticatorApp.objects.filter(user=actor).first()
    if app is None:
        return redirect("second_factor")
    form = ChangeFactorForm(request.POST, may_stop=not read_standing(actor, at).is_asked)
    status = _take_code(request, form)
    if status != 200:
        return _show_app(request, actor, app, at, form, status)
    what = form.cleaned_data["what"]
    if what == ChangeFactorForm.RENEW:
        return _tell_codes(request, renew_backup_codes(actor=actor, at=at), is_new=False)
    if what == ChangeFactorForm.STOP:
        stop_factor(actor=actor, at=at)
        messages.success(request, _("登录验证已停用，以后只用密码登录。"))
        return redirect("me")
    request.session[_MAY_REPLACE_UNTIL] = (at + _REPLACING).timestamp()
    return redirect("second_factor")


@signed_in
@require_POST
def forget_one_device(request: HttpRequest, device_id: int) -> HttpResponse:
    forget_device(actor=actor_of(request), device_id=device_id, at=now())
    return _forgotten(request, is_this=device_of(request.session) == device_id)


@signed_in
@require_POST
def forget_all_devices(request: HttpRequest) -> HttpResponse:
    forget_own_devices(actor=actor_of(request), at=now())
    return _forgotten(request, is_this=True)


def _forgotten(request: HttpRequest, *, is_this: bool) -> HttpResponse:
    messages.success(request, _("已取消，下次在那里登录须输入验证码。"))
    response = redirect("me")
    if is_this:
        response.delete_cookie(cookie_of(actor_of(request)), path=reverse("login"), samesite="Lax")
    return response


@signed_in
@require_POST
def reset_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    authority = Authority(actor, at)
    authority.require_role(AdminRole.SECURITY)
    user = authority.access_person(user_id)
    reset_factor(actor=actor, user=user, at=at)
    messages.success(request, _("已重置，%(name)s下次登录时重新启用登录验证。") % {"name": user.name})
    return redirect("account", user_id)
