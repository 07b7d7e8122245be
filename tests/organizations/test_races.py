"""Two transactions at once can't make an administrator who holds a post."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from core.clock import StillClock, today
from organizations.kinds import AdminRole, PostKind
from organizations.models import Holding, Post, User
from tests.support.district import build_district, make_person


def name_administrator(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(admin_role=AdminRole.AUDIT)


def give_post(user_id: int, post_id: int) -> None:
    at = StillClock.START
    Holding.objects.create(post_id=post_id, user_id=user_id, from_on=today(at), created_at=at)


@pytest.mark.parametrize("role_first", [True, False])
def test_the_second_of_two_is_refused(cloned_db: str, role_first: bool) -> None:
    district = build_district()
    user_id = make_person("newcomer", None).pk
    post_id = Post.objects.get(unit=district.units["school"], kind=PostKind.SAFETY).pk
    acts = [lambda: name_administrator(user_id), lambda: give_post(user_id, post_id)]
    first, second = acts if role_first else reversed(acts)
    second_begins = Event()

    def be_second() -> bool:
        second_begins.set()
        try:
            with transaction.atomic():
                second()
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            outcome = pool.submit(be_second)
            second_begins.wait(5)
            # The second waits for the row; give it the time to get there.
            with pytest.raises(TimeoutError):
                outcome.result(timeout=0.5)
        assert outcome.result(timeout=5) is False
    user = User.objects.get(pk=user_id)
    assert bool(user.admin_role) != user.holdings.exists()
