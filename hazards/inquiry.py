"""Who inquires (调查查阅) reads until a day: his key stays on the row until run_daily takes it back, the door shuts at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.clock import today
from hazards.models import Hazard, ReadingGrant
from organizations.keys import person_key
from organizations.kinds import PostKind
from organizations.models import User
from organizations.posts import HeldPost


def without_lapsed(
    hazards: QuerySet[Hazard], user: User, keys: Sequence[int], posts: Sequence[HeldPost], at: datetime
) -> QuerySet[Hazard]:
    """Less what was opened to the user until a day that has passed and that nothing else lets him read."""
    if not any(post.kind == PostKind.INVESTIGATOR for post in posts):
        return hazards
    over = ReadingGrant.objects.filter(
        hazard=OuterRef("pk"), user=user, ended_at__isnull=True, until_on__lt=today(at)
    )  # fmt: skip
    others = [key for key in keys if key != person_key(user.pk)]
    return hazards.exclude(Exists(over) & ~Q(reporter=user) & ~Q(visible_to__overlap=others))
