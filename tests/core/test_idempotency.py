from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from core.clock import StillClock
from core.errors import Busy, Invalid
from core.idempotency import claim, purge_commands, store_answer
from core.models import CommandKey, NumberSeries
from core.numbering import next_number

AT = StillClock.START


def run(*, key: str = "k", request_hash: str = "h", actor_id: int = 1) -> dict[str, object]:
    """A command as services do it: claim, act, store."""
    with transaction.atomic():
        known = claim(actor_id=actor_id, key=key, request_hash=request_hash, at=AT)
        if known is not None:
            return known
        answer: dict[str, object] = {"number": next_number("commands")}
        store_answer(actor_id=actor_id, key=key, answer=answer)
        return answer


@pytest.mark.django_db
def test_a_known_key_gives_the_stored_answer():
    assert run() == run() == {"number": 1}
    assert CommandKey.objects.count() == 1


@pytest.mark.django_db
def test_keys_belong_to_their_actor():
    assert run(actor_id=1) != run(actor_id=2)


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_invalid():
    run()
    with pytest.raises(Invalid) as caught:
        run(request_hash="other")
    assert "idempotency_key" in caught.value.fields


@pytest.mark.django_db
def test_a_key_of_81_characters_is_invalid_and_80_is_not():
    run(key="x" * 80)
    with pytest.raises(Invalid):
        run(key="x" * 81)


@pytest.mark.django_db
def test_old_keys_are_purged():
    run()
    assert purge_commands(AT) == 0
    assert purge_commands(AT + timedelta(seconds=1)) == 1
    assert run() == {"number": 2}


@pytest.mark.django_db(transaction=True)
def test_a_claim_needs_a_transaction():
    with pytest.raises(TransactionManagementError):
        claim(actor_id=1, key="k", request_hash="h", at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_refused_command_leaves_its_key_free():
    with pytest.raises(Invalid), transaction.atomic():
        claim(actor_id=1, key="k", request_hash="h", at=AT)
        raise Invalid
    assert run() == {"number": 1}


@pytest.mark.django_db(transaction=True)
def test_a_key_repeated_in_parallel_has_one_effect_and_one_answer():
    answers: list[object] = []
    barrier = Barrier(8)

    def send() -> None:
        try:
            barrier.wait()
            answers.append(run())
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"number": 1}] * 8
    assert NumberSeries.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_a_rival_that_waits_too_long_is_told_busy():
    raised: list[Busy] = []
    claimed, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                claim(actor_id=1, key="k", request_hash="h", at=AT)
                claimed.set()
                done.wait(5)
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    claimed.wait(5)
    try:
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '100ms'")
            run()
    except Busy as error:
        raised.append(error)
    finally:
        done.set()
        thread.join()
    assert len(raised) == 1
