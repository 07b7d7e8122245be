"""Two at once: a move beside a new unit, two delegations of one post, a hand-over beside an end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from core.clock import StillClock, today
from core.errors import DomainError
from organizations.kinds import AdminRole, PostKind
from organizations.models import Holding, Unit, User
from organizations.services import create_unit, delegate_post, end_holding, hand_over, move_unit
from tests.support.district import District, build_district, make_person

AT = StillClock.START
TODAY = today(AT)


def race(first: Callable[[], object], second: Callable[[], object]) -> DomainError | None:
    """The second starts while the first has not committed; gives what the second was refused with."""
    begun = Event()

    def be_second() -> DomainError | None:
        begun.set()
        try:
            with transaction.atomic():
                second()
        except DomainError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            outcome = pool.submit(be_second)
            begun.wait(5)
            # The second waits for a row; give it the time to get there.
            with pytest.raises(TimeoutError):
                outcome.result(timeout=0.4)
        return outcome.result(timeout=10)


@pytest.fixture
def d(cloned_db: str) -> District:
    return build_district()


def own(user: User) -> Holding:
    return Holding.objects.select_related("post__unit", "user").get(user=user, delegated_by=None)


@pytest.mark.parametrize("move_first", [True, False])
def test_a_unit_made_below_one_that_moves_finds_its_way(d: District, move_first: bool) -> None:
    system = make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)
    school, to = d.units["school"], d.units["central2"]
    acts: list[Callable[[], object]] = [
        lambda: move_unit(actor=system, unit=school, parent=to, at=AT),
        lambda: create_unit(actor=system, kind="PT", name="新教学点", parent=school, at=AT),
    ]
    first, second = acts if move_first else list(reversed(acts))
    assert race(first, second) is None
    made = Unit.objects.get(name="新教学点")
    assert made.path == [*to.path, school.pk, made.pk]


def test_one_post_is_delegated_once(d: District) -> None:
    holding = own(d.principal)

    def give(to: User) -> Callable[[], object]:
        return lambda: delegate_post(
            actor=d.principal, holding=holding, to=to, from_on=TODAY, until_on=TODAY + timedelta(days=3),
            reason="病假", at=AT,
        )  # fmt: skip

    error = race(give(d.safety), give(d.teacher))
    assert error is not None and error.status == 422
    assert Holding.objects.filter(delegated_by=d.principal).count() == 1


def test_a_delegation_does_not_outlive_the_post(d: District) -> None:
    holding = own(d.principal)
    error = race(
        lambda: end_holding(actor=d.office, holding=holding, until_on=TODAY + timedelta(days=1), at=AT),
        lambda: delegate_post(
            actor=d.principal, holding=holding, to=d.safety, from_on=TODAY, until_on=TODAY + timedelta(days=3),
            reason="病假", at=AT,
        ),
    )  # fmt: skip
    assert error is not None and error.status == 422
    assert not Holding.objects.filter(delegated_by=d.principal).exists()


def test_a_post_is_handed_over_once(d: District) -> None:
    holding = own(d.safety)
    spare = make_person("spare", d.units["school"])
    error = race(
        lambda: hand_over(actor=d.principal, holding=holding, to=d.teacher, on=TODAY, at=AT),
        lambda: hand_over(actor=d.principal, holding=holding, to=spare, on=TODAY, at=AT),
    )
    assert error is not None
    now_held = Holding.objects.filter(post=holding.post, until_on=None)
    assert [one.user_id for one in now_held] == [d.teacher.pk]
    assert holding.post.kind == PostKind.SAFETY
