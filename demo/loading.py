"""The demo as a whole: made once, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from demo.cast import COUNTY_NAME
from demo.district import District, build_district, stand_in
from demo.player import play
from demo.setting import set_calendar, set_roster, set_rules
from demo.stories_clock import CLOCK_STORIES
from demo.stories_corrections import CORRECTIONS
from demo.stories_county import COUNTY
from demo.stories_levels import LEVELS
from demo.stories_outside import OUTSIDE
from demo.stories_town import FIRST_SCHOOL, NEIGHBOURS
from hazards.models import Hazard
from organizations.daily import follow_dates
from organizations.kinds import UnitKind
from organizations.models import Unit, User

# Units and people are older than the first hazard, which lies eighty working days back.
OPENED_BEFORE = timedelta(days=160)
STORIES = (*FIRST_SCHOOL, *NEIGHBOURS, *COUNTY, *OUTSIDE, *LEVELS, *CORRECTIONS, *CLOCK_STORIES)
# Any number that no other lock of this database takes.
LOAD_LOCK = 20_260_901


@dataclass(frozen=True)
class Loaded:
    n_units: int
    n_people: int
    n_hazards: int
    n_acts: int


def load_demo(*, at: datetime) -> Loaded | None:
    """Make the demo county with its people and hazards in one transaction; None where it stands already.

    Raises NotAllowed outside demo mode: its password is known to everybody.
    """
    if not settings.DEMO:
        raise NotAllowed(_("演示数据只能在演示模式下装载：请设 BIHUAN_DEMO=1；正式环境不要装载，它的口令是公开的。"))
    if is_loaded():
        return None
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A second loader waits here, whatever the lock timeout, and then finds the county.
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        if is_loaded():
            return None
        district = open_county(at)
        n_acts = play(STORIES, district, now=at)
        set_roster(district, at=at)
        stand_in(district, at=at)
        county = district.units["county"]
        return Loaded(
            n_units=len(district.units),
            n_people=User.objects.filter(username__startswith="demo_").count(),
            n_hazards=Hazard.objects.filter(unit__path__contains=[county.pk]).count(),
            n_acts=n_acts,
        )


def open_county(at: datetime) -> District:
    """Units, people, calendar and rules as they stand before the first hazard."""
    district = build_district(at=at - OPENED_BEFORE)
    # Nothing is owed yet: what a first daily run would resolve anew for every post is resolved now.
    follow_dates(at - OPENED_BEFORE)
    set_calendar(district, at=at - OPENED_BEFORE, until=at)
    set_rules(district, at=at - OPENED_BEFORE, now=at)
    return district


def is_loaded() -> bool:
    return Unit.objects.filter(kind=UnitKind.COUNTY, name=COUNTY_NAME).exists()
