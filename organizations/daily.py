"""What comes by date: holdings that begin or end, old sessions, old command keys."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from core.clock import today
from core.errors import DomainError
from core.idempotency import purge_commands
from organizations import hooks
from organizations.models import DailyRun, Holding, Post, User
from organizations.services.announce import announce_posts
from organizations.services.changing import changing
from organizations.services.holdings import tell_over

logger = logging.getLogger(__name__)

# A client that repeats a command later than this has long given up.
COMMAND_KEYS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Failure:
    """One step that failed; the others went on."""

    name: str
    message: str


def run_daily(at: datetime) -> list[Failure]:
    """Follow up every date that came since the last good run, then run what the apps registered; may run again."""
    return [*follow_dates(at), *_run_jobs(at)]


def follow_dates(at: datetime) -> list[Failure]:
    """Announce each post of which a holding began or ended by date.

    A post that a hook refuses does not stop the others; then the day counts as not done and is tried again.
    """
    on = today(at)
    last = DailyRun.objects.order_by("-on").values_list("on", flat=True).first()
    began, ended = Q(holdings__from_on__lte=on), Q(holdings__until_on__lte=on)
    if last is not None:
        began &= Q(holdings__from_on__gt=last)
        ended &= Q(holdings__until_on__gt=last)
    posts = Post.objects.filter(began | ended).select_related("unit").order_by("pk").distinct()
    failures = [failure for post in posts for failure in _attempt(f"post {post.pk} {post}", _follow(post, last, at))]
    if not failures:
        DailyRun.objects.get_or_create(on=on, defaults={"finished_at": at})
    return failures


def end_old_sessions(at: datetime) -> None:
    Session.objects.filter(expire_date__lt=at).delete()


def forget_old_commands(at: datetime) -> None:
    purge_commands(at - COMMAND_KEYS_KEPT)


def _follow(post: Post, last: date | None, at: datetime) -> Callable[[], None]:
    def follow() -> None:
        with changing():
            for holding in _ended(post, last, today(at)):
                tell_over(holding, _successor(holding), None, at)
            announce_posts([post], at)

    return follow


def _ended(post: Post, last: date | None, on: date) -> QuerySet[Holding]:
    ended = Holding.objects.filter(post=post, until_on__lte=on, until_on__gt=F("from_on"))
    if last is not None:
        ended = ended.filter(until_on__gt=last)
    return ended.select_related("user", "delegated_by", "post").order_by("until_on", "pk")


def _successor(holding: Holding) -> User | None:
    successor = holding.successors.select_related("user").first()
    return successor.user if successor else None


def _run_jobs(at: datetime) -> list[Failure]:
    failures: list[Failure] = []
    for job in hooks.daily_jobs:
        failures += _attempt(job.__name__, lambda job=job: job(at))  # type: ignore[misc]
    return failures


def _attempt(name: str, step: Callable[[], None]) -> Iterator[Failure]:
    try:
        step()
    except DomainError as error:
        yield Failure(name, error.message)
    except Exception as error:
        logger.exception("run_daily: %s failed", name)
        yield Failure(name, str(error))
