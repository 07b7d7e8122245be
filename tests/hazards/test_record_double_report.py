"""双报告: who was told of a 重大."""

from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import Evidence
from tests.support import listed as l
from tests.support.district import District
from tests.support.trials import Trial


def _data(d: District) -> dict[str, Any]:
    photos = [str(d.photo(d.safety).pk)]
    return {"to": "department", "receiver": "县应急管理局", "reported_on": "2026-11-23", "photos": photos}


TRIAL = Trial(action="record_double_report", by="safety", reach=lambda d: d.filed_major(), data=_data)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="县教育局安全办经办")
    assert hazard.double_report == {"department": {"on": "2026-11-23", "to": "县应急管理局"}}
    assert Evidence.objects.get(hazard=hazard).stage == "document"
    TRIAL.do(district, hazard.number, to="staff", receiver="教职工大会")
    assert set(district.find(hazard.number).double_report) == {"department", "staff"}


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("section", "central"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "to", "receiver", "reported_on", "photos")


def test_only_of_a_major(district: District) -> None:
    assert TRIAL.fields_refused(district, district.reach("filed")) == {"to"}


def test_neither_tomorrow_nor_before_it_was_found(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-24", "2026-11-22"):
        assert TRIAL.fields_refused(district, number, reported_on=day) == {"reported_on"}
    TRIAL.do(district, number, reported_on="2026-11-23")


def test_both_are_asked_before_it_closes(district: District) -> None:
    number = district.graded("major", "verified")
    l.decide(district, number, "decline")
    with pytest.raises(Invalid, match="向主管部门的报告.*向教职工的报告"), transaction.atomic():
        district.do("close", district.leader, number, closure_type="rectified")
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="向教职工的报告"), transaction.atomic():
        district.do("close", district.leader, number, closure_type="rectified")
    TRIAL.do(district, number, to="staff")
    assert district.do("close", district.leader, number, closure_type="rectified").state == "closed"
