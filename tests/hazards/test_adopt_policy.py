from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from core.clock import local
from core.errors import Invalid
from deadlines.models import Deadline
from tests.support.district import District
from tests.support.policies import second_policy
from tests.support.time_passes import sweep_until
from tests.support.trials import Trial, moment

TRIAL = Trial(
    action="adopt_policy",
    by="director",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"policy": second_policy(d), "reason": "按新规则办理"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    limit = Deadline.objects.get(subject_id=hazard.pk, kind="limit")
    assert (limit.policy_id, limit.arming, limit.next_fire_at) == (hazard.policy_id, 2, moment("2026-12-01 08:30"))


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "policy", "reason")


def test_the_present_step_has_the_new_limit_from_now_on(district: District, clock: Any) -> None:
    number = district.report()
    district.do("escalate", district.safety, number, reason="请统一安排")
    clock.set(moment("2026-11-24 09:00"))
    TRIAL.do(district, number)
    assert local(district.find(number).due_at).strftime("%Y-%m-%d %H:%M") == "2026-12-01 17:30"


@pytest.mark.parametrize(("at", "due"), [("17:29", "2026-12-02 17:30"), ("17:30", "2026-11-25 17:30")])
def test_what_is_late_stays_late(district: District, clock: Any, at: str, due: str) -> None:
    number = district.report()
    district.do("escalate", district.safety, number, reason="请统一安排")
    clock.set(moment(f"2026-11-25 {at}"))
    TRIAL.do(district, number)
    assert district.find(number).due_at == moment(due)


def test_rungs_that_would_have_come_are_not_fired(district: District, clock: Any) -> None:
    """By the new version T−5 was on the 1st; on the 2nd it is adopted, and T−1 comes next."""
    number = district.reach("rectifying")
    clock.set(moment("2026-12-02 09:00"))
    TRIAL.do(district, number)
    hazard = district.find(number)
    assert Deadline.objects.get(subject_id=hazard.pk, kind="limit").next_fire_at == moment("2026-12-07 08:30")
    assert hazard.colour == "blue", "the colour is what the new version says of this moment"
    seq = hazard.last_seq
    sweep_until(moment("2026-12-07 08:29"))
    assert district.find(number).last_seq == seq


def test_turns_beside_the_main_line_follow(district: District, clock: Any) -> None:
    number = district.reach_with("sibling")
    clock.set(moment("2026-11-24 09:00"))
    TRIAL.do(district, number)
    hazard = district.find(number)
    running = Deadline.objects.filter(subject_id=hazard.pk, state="armed")
    assert {one.policy_id for one in running} == {hazard.policy_id}
    assert running.get(kind="part").due_at == moment("2026-11-27 17:30")


def test_the_version_it_runs_under_is_refused(district: District) -> None:
    number = district.reach("rectifying")
    TRIAL.do(district, number)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        TRIAL.do(district, number)
    assert set(caught.value.fields) == {"policy"}
