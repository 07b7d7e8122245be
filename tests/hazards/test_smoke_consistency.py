from django.core.management import call_command

from tests.support.district import District


def test_all_states_are_consistent(district: District) -> None:
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
        district.reach(state)
    call_command("check_consistency")
    call_command("verify_audit")
