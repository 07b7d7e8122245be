from datetime import date

from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="arrange_visit", by="office", reach=lambda d: d.reach("submitted"),
    data=lambda d: {"visit_on": "2026-11-25", "visitors": "安全办两人"},
)  # fmt: skip


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="submitted", owed_by="县教育局安全办经办", due="2026-11-30 17:30")
    assert (hazard.visit_on, hazard.visitors) == (date(2026, 11, 25), "安全办两人")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("rectifying"), did="签收", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "central", "principal"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "visit_on", "visitors")


def test_both_sides_of_its_days(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-22", "2027-01-23"):
        assert TRIAL.fields_refused(district, number, visit_on=day) == {"visit_on"}
    for day in ("2027-01-22", "2026-11-23"):
        TRIAL.do(district, number, visit_on=day)
        assert district.find(number).visit_on == date.fromisoformat(day)


def test_a_judgement_ends_it(district: District) -> None:
    for action, data in (
        ("pass_verification", {"opinion": "合格"}),
        ("fail_verification", {"failed_points": "松动"}),
        ("return_submission", {"defects": "照片不清"}),
    ):
        number = TRIAL.reach(district)
        TRIAL.do(district, number)
        district.do(action, district.office, number, **data)
        hazard = district.find(number)
        assert (hazard.visit_on, hazard.visitors) == (None, "")
        district.do("withdraw", district.office, number, reason="点错了")
        assert district.find(number).visit_on == date(2026, 11, 25)
