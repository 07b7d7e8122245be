from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid, NotAllowed, WrongState
from organizations.models import Holding, User
from organizations.policies import Authority, may_delegate
from organizations.posts import unended
from organizations.selectors import candidates
from organizations.services.announce import announce_posts
from organizations.services.changing import changing
from organizations.services.holdings import LATEST_BEGIN, cut_delegations, lock_people, lock_person, record_holding

# Who is away longer hands his post over.
LONGEST = timedelta(days=90)
REASON_LENGTH = 100


@changing()
def delegate_post(
    *, actor: User, holding: Holding, to: User, from_on: date, until_on: date, reason: str, at: datetime
) -> Holding:
    """Let somebody stand in for the actor in a post of his own; `until_on` is the first day on which he no longer does.

    Both act meanwhile. Ends by itself, and with the actor's own holding. Raises NotAllowed unless the holding is the
    actor's and no delegation, WrongState when it is over.
    """
    if not may_delegate(actor, holding):
        raise NotAllowed(_("只能把自己担任的岗位授权他人代理，教职工、专家、查阅和专办岗位不能授权。"))
    to = lock_people(actor.pk, to.pk)[to.pk] if to.pk != actor.pk else actor
    locked = Holding.objects.select_for_update(of=("self",), no_key=True).filter(pk=holding.pk)
    holding = locked.select_related("post__unit", "user").get()
    on = today(at)
    _check_days(holding, from_on, until_on, on)
    _check_reason(reason)
    _check_delegate(holding, to, from_on, until_on, at)
    delegation = Holding.objects.create(
        post=holding.post,
        user=to,
        from_on=from_on,
        until_on=until_on,
        delegated_by=actor,
        appointed_by=actor,
        reason=reason.strip(),
        created_at=at,
    )
    days = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat(), "reason": delegation.reason}
    record_holding(actor, at, "delegation.given", delegation, **days)
    if from_on <= on:
        announce_posts([holding.post], at)
    return delegation


@changing()
def end_delegation(*, actor: User | None, delegation: Holding, at: datetime) -> Holding:
    """End it now, by who gave it or by a keeper of the post. Raises WrongState when it is over."""
    if delegation.delegated_by_id is None:
        raise WrongState(_("这是正式任职，不是代理。"))
    if actor is None or actor.pk != delegation.delegated_by_id:
        Authority(actor, at).require_fill(delegation.post.unit, delegation.post.kind)
    lock_person(delegation.user_id)
    delegation.refresh_from_db(fields=["until_on"])
    on = today(at)
    if delegation.until_on is None or delegation.until_on <= max(on, delegation.from_on):
        raise WrongState(_("这项代理已经结束。"))
    lost = cut_delegations(actor, Q(pk=delegation.pk), on, at)
    announce_posts(lost, at)
    delegation.refresh_from_db(fields=["until_on"])
    return delegation


def _check_days(holding: Holding, from_on: date, until_on: date, on: date) -> None:
    if holding.until_on is not None and holding.until_on <= on:
        raise WrongState(_("您的这项任职已经结束，不能再授权。"))
    if from_on < on:
        raise Invalid.of(from_on=_("代理不能从过去的日子开始。"))
    if from_on > on + LATEST_BEGIN:
        raise Invalid.of(from_on=_("代理开始日须在一年之内。"))
    if from_on < holding.from_on:
        raise Invalid.of(from_on=_("不能早于您本人任职开始日 %(on)s。") % {"on": holding.from_on.isoformat()})
    if until_on <= from_on:
        raise Invalid.of(until_on=_("最后一天不能早于开始日。"))
    if until_on - from_on > LONGEST:
        raise Invalid.of(until_on=_("一次代理最长 %(n)d 天；时间更长请办理交接。") % {"n": LONGEST.days})
    if holding.until_on is not None and until_on > holding.until_on:
        last = holding.until_on - timedelta(days=1)
        raise Invalid.of(until_on=_("不能晚于您本人任职的最后一天 %(on)s。") % {"on": last.isoformat()})


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid.of(reason=_("请写明事由，例如外出培训、病假。"))
    if len(reason.strip()) > REASON_LENGTH:
        raise Invalid.of(reason=_("事由请控制在 100 字以内。"))


def _check_delegate(holding: Holding, to: User, from_on: date, until_on: date, at: datetime) -> None:
    if to.pk == holding.user_id:
        raise Invalid.of(to=_("请选择另一位人员。"))
    if not candidates(holding, at).filter(pk=to.pk).exists():
        raise Invalid.of(to=_("只能授权给本单位或上级单位的在岗人员；局领导可授权给教育局各部门人员。"))
    meanwhile = Holding.objects.filter(unended(from_on), post=holding.post, from_on__lt=until_on)
    if meanwhile.filter(user=to).exists():
        said = {"name": to.name, "post": holding.post.title}
        raise Invalid.of(to=_("%(name)s在这段时间已任或已代理%(post)s。") % said)
    other = meanwhile.filter(delegated_by_id=holding.user_id).select_related("user").first()
    if other is not None:
        raise Invalid.of(from_on=_("这段时间已授权%(name)s代理，请先结束那一项。") % {"name": other.user.name})
