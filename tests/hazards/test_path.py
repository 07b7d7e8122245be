"""A school's hazard from report to closure, through the one writer."""

from tests.support.district import District


def test_the_offices_path_reaches_every_state(district: District) -> None:
    for state in (
        "reported",
        "returned",
        "rejected",
        "voided",
        "filed",
        "assigned",
        "rectifying",
        "submitted",
        "verified",
        "closed",
    ):
        assert district.find(district.reach(state)).state == state


def test_a_school_solves_its_own_hazard(district: District) -> None:
    number = district.report()
    district.do(
        "self_handle", district.safety, number, leader=district.principal.pk, handler=district.teacher.pk,
        measures="更换螺丝", interim_control="已警戒",
    )  # fmt: skip
    district.submit(number)
    outcome = district.do("confirm_and_close", district.principal, number)
    assert outcome.state == "closed"


def test_fixed_on_the_spot_and_confirmed(district: District) -> None:
    outcome = district.do(
        "fix_on_spot", district.teacher, unit=district.units["school"].pk, place="走廊", domain="02",
        description="灭火器被遮挡", acted_first=True, after_photos=[str(district.photo(district.teacher).pk)],
    )  # fmt: skip
    assert outcome.state == "submitted"
    assert district.do("confirm_and_close", district.principal, outcome.number).state == "closed"
