"""登录规则: which passwords are good, and of whom a code is asked."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.clock import now
from organizations.kinds import AdminRole
from organizations.models import PasswordProfile
from organizations.password_rules import describe_rules
from organizations.policies import Authority
from organizations.security_forms import SecurityPolicyForm, policy_as_initial
from organizations.security_policy import current_policy
from organizations.services.security_policy import change_security_policy
from organizations.views.signed_in import REFUSED, actor_of, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def security_settings(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    Authority(actor, at).require_role(AdminRole.SECURITY)
    policy = current_policy()
    form = SecurityPolicyForm(request.POST or None, initial=policy_as_initial(policy))
    if request.method == "POST":
        changed = form.attempt(lambda _cleaned: change_security_policy(actor=actor, choice=form.choice(), at=at))
        if changed is not None:
            is_same = changed.pk == policy.pk
            messages.success(request, _("规则没有变化。") if is_same else _("规则已保存，已记入审计。"))
            return redirect("security_settings")
    profiles = [
        {"code": profile.code, "name": profile.name, "rules": describe_rules(profile), "row": profile}
        for profile in PasswordProfile.objects.order_by("pk")
    ]
    context = {"form": form, "policy": policy, "profiles": profiles, "is_demo": settings.DEMO}
    return render(request, "organizations/security.html", context, status=REFUSED if form.errors else 200)
