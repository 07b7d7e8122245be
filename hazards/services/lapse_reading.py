from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import DomainError, WrongState
from hazards.data.corrections import LapseReadingData
from hazards.models import Hazard, ReadingGrant
from hazards.services.act import Act, verb
from organizations.hooks import HoldingChange
from organizations.kinds import PostKind
from organizations.models import Post
from organizations.posts import present_holdings


def lapsed_grants(at: datetime) -> QuerySet[ReadingGrant]:
    """Grants whose last day has passed, and those of who is no investigator any more."""
    readers = present_holdings(today(at)).filter(post__kind=PostKind.INVESTIGATOR).values("user_id")
    over = Q(until_on__lt=today(at)) | ~Q(user_id__in=readers)
    return ReadingGrant.objects.filter(over, ended_at__isnull=True)


@verb("lapse_reading")
def lapse_hazard_reading(act: Act, data: LapseReadingData) -> None:
    """Take back what was granted until a day. Raises WrongState before."""
    due = lapsed_grants(act.at).filter(hazard=act.hazard).select_related("user")
    names = "、".join(sorted(grant.user.name for grant in due))
    if not names:
        raise WrongState(_("没有到期的查阅。"))
    due.update(ended_at=act.at)
    act.notes["readers"] = names
    act.readers_changed = True
    act.move()


def lapse_after_holding(change: HoldingChange) -> None:
    """Who is no investigator any more reads no more; what can't be written now run_daily writes."""
    if Post.objects.filter(pk=change.post_id, kind=PostKind.INVESTIGATOR).exists():
        with suppress(DomainError):
            lapse_readings(change.at)


def lapse_readings(at: datetime) -> None:
    """Every grant that is over, one act for each hazard; run daily."""
    from hazards.services.perform import perform

    pks = lapsed_grants(at).values_list("hazard_id", flat=True)
    for hazard in Hazard.objects.filter(pk__in=list(pks)).only("receipt_number", "file_number").order_by("pk"):
        perform("lapse_reading", actor=None, at=at, number=hazard.receipt_number)
