from typing import Any

import pytest

from core.errors import NotAllowed
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

PAPER: dict[str, Any] = {
    "paper_name": "责令限期改正通知书", "paper_number": "消改〔2026〕8 号", "paper_limit_on": "2026-12-10",
}  # fmt: skip


def found_by_town(d: District) -> str:
    number = d.report(d.town, domain="02", **PAPER)
    d.do("file", d.office, number, level="general", domain="02", competence="school")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="清理通道")
    d.sign(number)
    return number


TRIAL = Trial(
    action="move_paper_limit",
    by="town",
    reach=found_by_town,
    data=lambda d: {"limit_on": "2026-12-18", "reason": "材料未到"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-19 00:00")
    assert hazard.paper_limit_on.isoformat() == "2026-12-18"
    assert hazard.lead_assignment.due_at == moment("2026-12-19 00:00")


def test_wrong_state(district: District) -> None:
    number = found_by_town(district)
    district.submit(number)
    TRIAL.wrong_state(district, number, did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "safety"):
        TRIAL.wrong_post(district, who=who, names="城关镇联络员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "limit_on", "reason")


def test_where_there_is_no_paper_nobody_moves_one(district: District) -> None:
    with pytest.raises(NotAllowed):
        TRIAL.do(district, o.ordered(district, "town"))


def test_days(district: District) -> None:
    number = found_by_town(district)
    for day in ("2026-12-10", "2026-11-22", "2027-11-25"):
        assert TRIAL.fields_refused(district, number, limit_on=day) == {"limit_on"}


def test_a_shorter_limit_is_taken_over_too(district: District) -> None:
    number = found_by_town(district)
    TRIAL.do(district, number, limit_on="2026-11-30", paper_number="消改〔2026〕9 号")
    hazard = district.find(number)
    assert (hazard.paper_number, hazard.lead_assignment.limit_on.isoformat()) == ("消改〔2026〕9 号", "2026-11-30")
    assert_owed(hazard, "第一小学安全员", "2026-12-01 00:00")


def test_a_limit_of_ones_own_stays_where_the_paper_allows_it(district: District) -> None:
    number = district.report(district.town, domain="02", **PAPER)
    district.do("file", district.office, number, level="general", domain="02", competence="school")
    facts = {"lead": district.units["school"].pk, "requirements": "清理", "limit_on": "2026-12-01"}
    district.do("assign", district.office, number, **facts)
    TRIAL.do(district, number)
    hazard = district.find(number)
    assert hazard.lead_assignment.limit_on.isoformat() == "2026-12-01"
    assert_owed(hazard, "第一小学安全员", "2026-11-24 17:30")
