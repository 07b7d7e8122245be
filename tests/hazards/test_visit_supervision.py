from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from documents.models import Document
from tests.support import listed as l
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(
    action="visit_supervision",
    by="office",
    reach=l.listed,
    data=lambda d: {"visited_on": "2026-11-23", "people": "张某、李某", "findings": "已进场施工"},
)


def test_works(district: District, clock: Any) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    paper = Document.objects.get(kind="visit_record")
    assert (paper.number, paper.row_id) == ("教安督记〔2026〕1号", l.row_of(district, hazard.number).pk)


def test_the_next_visit_is_due_anew(district: District, clock: Any) -> None:
    number = l.listed(district)
    clock.advance(timedelta(days=10))
    TRIAL.do(district, number, visited_on="2026-12-03")
    row = l.row_of(district, number)
    assert str(row.visit_due_on) == "2027-01-04", "30 days, the last a holiday's"
    task = SideTask.objects.get(process__machine="supervision", finished=None)
    assert task.due_at == row.due_at == moment("2027-01-05 00:00")


def test_wrong_state(district: District) -> None:
    number = l.accepted(district)
    l.delist(district, number)
    district.do("close", district.director, number, closure_type="rectified")
    TRIAL.wrong_state(district, number, did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="principal", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "visited_on", "people", "findings")


def test_nothing_is_listed(district: District) -> None:
    with pytest.raises(NotAllowed):
        TRIAL.do(district, l.proposed(district))


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-24"])
def test_a_visit_lies_between_the_listing_and_today(day: str, district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), visited_on=day) == {"visited_on"}
