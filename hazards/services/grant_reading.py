from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.corrections import GrantReadingData
from hazards.models import ReadingGrant
from hazards.services.act import Act, Named, require, verb

LONGEST_GRANT = timedelta(days=366)


@verb("grant_reading")
def grant_hazard_reading(act: Act, data: GrantReadingData) -> None:
    """Let an investigator read this one file until a day; a new grant takes the place of his old one."""
    on = today(act.at)
    require(data.until_on >= on, until_on=_("查阅日期不能早于今天。"))
    require(data.until_on <= on + LONGEST_GRANT, until_on=_("一次最长一年，到期可以再准。"))
    ReadingGrant.objects.filter(hazard=act.hazard, user=data.reader, ended_at__isnull=True).update(ended_at=act.at)
    ReadingGrant.objects.create(
        hazard=act.hazard,
        user=data.reader,
        reason=data.reason,
        until_on=data.until_on,
        granted_by=act.actor,
        granted_at=act.at,
    )
    act.readers_changed = True
    act.told.append(Named((data.reader.pk,), act.action.event, {}))
    act.move()
