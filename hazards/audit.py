"""The proof that the log is what was written: no gap, no change, no cut tail, no number missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from core.models import NumberSeries
from hazards.log import Break, find_breaks
from hazards.models import Hazard, HazardEvent

_FILE_SERIES = re.compile(r"^file:(?P<county>[^:]+):(?P<year>\d{4})$")


def list_breaks() -> Iterator[Break]:
    """Every place where the logs of all hazards or the series of file numbers do not hold together."""
    hazards = Hazard.objects.order_by("id").only("id", "receipt_number", "file_number", "last_seq", "last_hash")
    events = HazardEvent.objects.order_by("hazard_id", "seq").iterator(chunk_size=2000)
    groups = groupby(events, key=lambda event: event.hazard_id)
    current = next(groups, None)
    for hazard in hazards.iterator(chunk_size=2000):
        # Events come in the order of hazards; a hazard without any has lost its whole log.
        own: list[HazardEvent] = []
        if current is not None and current[0] == hazard.pk:
            own = list(current[1])
            current = next(groups, None)
        yield from find_breaks(hazard, own)
        if not own and hazard.last_seq == 0:
            yield Break(hazard.number, 0, "has no log at all")
    yield from _missing_numbers()


def _missing_numbers() -> Iterator[Break]:
    """File numbers given by a series that no hazard carries."""
    for series in NumberSeries.objects.filter(key__startswith="file:").order_by("key"):
        match = _FILE_SERIES.match(series.key)
        if match is None:
            continue
        start = f"{match['county']}-{match['year']}-"
        carried = set(Hazard.objects.filter(file_number__startswith=start).values_list("file_number", flat=True))
        serials = {int(number.rsplit("-", 1)[1]) for number in carried if number}
        for serial in sorted(set(range(1, series.last + 1)) - serials):
            yield Break(f"{start}{serial:05d}", 0, "number was given, hazard is gone")
