from tests.support.district import District
from tests.support.trials import Trial, moment

TRIAL = Trial(
    action="fail_verification",
    by="office",
    reach=lambda d: d.reach("submitted"),
    data=lambda d: {"failed_points": "仍松动"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert (hazard.round, hazard.lead_assignment.state) == (2, "signed")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("rectifying"), did="签收", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "failed_points")


def test_seven_days_where_the_rest_is_shorter(district: District, clock) -> None:
    """Submitted with five days left and failed on Friday 4 December: 7 days run to Friday 11, the rest to the 9th."""
    number = district.reach("rectifying")
    clock.set(moment("2026-12-04 09:00"))
    district.submit(number)
    TRIAL.do(district, number)
    assert district.find(number).due_at == moment("2026-12-12 00:00")


def test_the_rest_where_it_is_longer_than_seven_days(district: District, clock) -> None:
    """Submitted with 13 days left, failed four days later: the rest runs 13 days on."""
    number = district.reach("rectifying")
    clock.set(moment("2026-11-26 00:00"))
    district.submit(number)
    clock.set(moment("2026-11-30 00:00"))
    TRIAL.do(district, number)
    assert district.find(number).due_at == moment("2026-12-13 00:00")


def test_seven_days_where_the_limit_had_passed(district: District, clock) -> None:
    number = district.reach("rectifying")
    clock.set(moment("2026-12-14 09:00"))
    district.submit(number)
    TRIAL.do(district, number)
    assert district.find(number).due_at == moment("2026-12-22 00:00")


def test_a_limit_of_ones_own(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, limit_on="2026-11-22") == {"limit_on"}
    TRIAL.do(district, number, limit_on="2026-11-25")
    assert district.find(number).due_at == moment("2026-11-26 00:00")


def test_rounds_are_counted(district: District) -> None:
    number = TRIAL.reach(district)
    for n in (2, 3):
        TRIAL.do(district, number, photos=[str(district.photo(district.office).pk)])
        assert district.find(number).round == n
        district.submit(number)
