"""运行状态 and /readyz: red when no clock has swept for two periods, and what failed with its hazard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from deadlines import health
from deadlines.models import Deadline
from deadlines.sweep import Tally, sweep_all
from hazards.health import SOCKETS_SILENT
from hazards.models import Hazard
from notifications import health as relay
from notifications.models import Delivery, SocketProcess
from organizations.kinds import AdminRole
from tests.support.district import make_person

TICK = timedelta(microseconds=1)


@pytest.fixture
def admin(d: Any) -> Any:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def failing(d: Any, clock: Any) -> str:
    """A hazard whose reminder can't be written."""
    number = d.find(d.reach("rectifying")).number
    limit = Deadline.objects.get(subject_id=d.find(number).pk, kind="limit")
    Hazard.objects.filter(pk=limit.subject_id).update(last_seq=F("last_seq") - 1)
    clock.set(limit.next_fire_at)
    assert len(sweep_all(d.at).failed) == 1
    return number  # type: ignore[no-any-return]


def test_ready_only_while_a_clock_sweeps(d: Any, client: Any, clock: Any) -> None:
    assert client.get("/readyz").status_code == 503, "none ever did"
    health.start("this:1", d.at)
    health.beat("this:1", d.at, Tally())
    relay.start("relay:1", d.at)
    all_well = {"status": "ok", "database": True, "valkey": True, "clock": True, "relay": True}
    assert client.get("/readyz").json() == all_well
    clock.set(d.at + health.silence())
    relay.beat("relay:1", d.at)
    assert client.get("/readyz").status_code == 200
    clock.set(d.at + TICK)
    assert client.get("/readyz").json()["clock"] is False
    health.beat("this:1", d.at)
    assert client.get("/readyz").status_code == 200
    health.stop("this:1", d.at)
    assert client.get("/readyz").status_code == 503


def test_ready_only_while_a_relay_looks(d: Any, client: Any, clock: Any) -> None:
    health.beat("this:1", d.at, Tally())
    assert client.get("/readyz").json()["relay"] is False, "none ever did"
    relay.start("relay:1", d.at)
    clock.set(d.at + relay.silence())
    health.beat("this:1", d.at)
    assert client.get("/readyz").status_code == 200
    clock.set(d.at + TICK)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json()["relay"] is False and answer.json()["clock"] is True
    relay.beat("relay:1", d.at)
    assert client.get("/readyz").status_code == 200
    relay.stop("relay:1", d.at)
    assert client.get("/readyz").json()["relay"] is False


def test_the_page_tells_of_the_relay_what_waits_and_what_came_to_nothing(d: Any, signed_in: Any, admin: Any) -> None:
    health.beat("this:1", d.at, Tally())
    client = signed_in(admin)
    assert "外发进程没有运行" in text(client.get("/health/"))
    relay.start("relay:1", d.at)
    page = text(client.get("/health/"))
    assert "外发进程没有运行" not in page and "relay:1" in page and "外发积压" not in page
    facts = {"created_at": d.at, "way": "email", "address": "a@b.example"}
    due = Delivery.objects.create(key="due", next_at=d.at - relay.LATE, **facts)
    assert "外发积压" not in text(client.get("/health/")), "at two minutes it is not late yet"
    Delivery.objects.filter(pk=due.pk).update(next_at=d.at - relay.LATE - TICK)
    assert "有 1 条等着发送，最早的已等 2 分钟" in text(client.get("/health/"))
    Delivery.objects.filter(pk=due.pk).update(next_at=None, state="dead")
    page = text(client.get("/health/"))
    assert "有 1 条外发消息没有送到" in page and "/messages/ways/" in page


def test_the_page_counts_the_sockets_of_living_processes(d: Any, signed_in: Any, admin: Any, clock: Any) -> None:
    client = signed_in(admin)
    for name, n in (("web:1", 120), ("web:2", 30)):
        SocketProcess.objects.create(name=name, n_sockets=n, beat_at=d.at)
    assert client.get("/health/").context["page"].n_sockets == 150
    clock.set(d.at + SOCKETS_SILENT)
    SocketProcess.objects.filter(name="web:2").update(beat_at=d.at)
    page = client.get("/health/")
    assert page.context["page"].n_sockets == 30 and "web:1" not in text(page), "a process that was killed holds none"


def test_the_page_is_red_without_a_clock(d: Any, signed_in: Any, admin: Any) -> None:
    page = signed_in(admin).get("/health/")
    assert page.status_code == 200 and "时钟没有运行" in text(page)
    health.beat("this:1", d.at, Tally())
    page = signed_in(admin).get("/health/")
    assert "时钟没有运行" not in text(page) and "this:1" in text(page)


def test_it_is_red_while_valkey_is_away_and_the_site_goes_on(d: Any, signed_in: Any, admin: Any, valkey: Any) -> None:
    health.beat("this:1", d.at, Tally())
    relay.start("relay:1", d.at)
    client = signed_in(admin)
    assert "实时消息停了" not in text(client.get("/health/"))
    valkey.find().kill()
    page = client.get("/health/")
    assert page.status_code == 200 and "实时消息停了" in text(page)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json()["valkey"] is False and answer.json()["clock"] is True
    assert d.find(d.report()).state == "reported"
    valkey.start()
    assert client.get("/readyz").status_code == 200
    valkey.find().suspend()
    try:
        assert client.get("/readyz").json()["valkey"] is False, "one that hangs is away"
    finally:
        valkey.find().resume()


def test_what_is_due_and_not_fired_is_counted(d: Any, signed_in: Any, admin: Any, clock: Any) -> None:
    number = d.reach("rectifying")
    due = Deadline.objects.get(subject_id=d.find(number).pk, kind="limit").next_fire_at
    clock.set(due + health.silence() + TICK)
    health.beat("this:1", d.at, Tally())
    assert "有 1 项到点还没有办理" in text(signed_in(admin).get("/health/"))
    sweep_all(d.at)
    assert "到点还没有办理" not in text(signed_in(admin).get("/health/"))


def test_what_failed_stands_with_its_hazard_and_is_tried_again(d: Any, signed_in: Any, admin: Any, clock: Any) -> None:
    number = failing(d, clock)
    page = text(signed_in(admin).get("/health/"))
    assert number in page and f'href="/hazards/{number}/"' not in page, "an administrator opens no hazard"
    assert "IntegrityError" in page and "重试" in page
    assert f'href="/hazards/{number}/"' in text(signed_in(d.office).get("/health/"))
    failed = Deadline.objects.get(failed_at__isnull=False)
    Hazard.objects.filter(pk=failed.subject_id).update(last_seq=F("last_seq") + 1)
    assert sweep_all(d.at).n_claimed == 0
    answer = signed_in(admin).post(f"/health/{failed.pk}/retry/", follow=True)
    assert "已安排重试" in text(answer)
    assert sweep_all(d.at).fired.n_acted == 1
    assert "IntegrityError" not in text(signed_in(admin).get("/health/"))
    assert "不用重试" in text(signed_in(admin).post(f"/health/{failed.pk}/retry/", follow=True))


def test_who_may_look_and_who_may_retry(d: Any, signed_in: Any, clock: Any) -> None:
    failing(d, clock)
    failed = Deadline.objects.get(failed_at__isnull=False)
    assert signed_in(d.office).get("/health/").status_code == 200
    assert signed_in(d.office).post(f"/health/{failed.pk}/retry/").status_code == 403
    for who in (d.teacher, d.safety, d.leader, d.fire):
        assert signed_in(who).get("/health/").status_code == 403


def test_it_says_from_december_which_year_has_no_holidays(d: Any, signed_in: Any, clock: Any) -> None:
    assert "2027 年的放假调休安排" not in text(signed_in(d.office).get("/health/"))
    clock.set(d.at + timedelta(days=8))
    assert "2027 年的放假调休安排" in text(signed_in(d.office).get("/health/"))


def test_the_number_of_statements_does_not_grow(
    d: Any, signed_in: Any, admin: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        relay.start(f"relay:{n}", d.at)
        SocketProcess.objects.create(name=f"web:{n}", beat_at=d.at)
        Delivery.objects.create(created_at=d.at, way="email", address="a@b.example", key=f"k{n}", state="dead")
    client = signed_in(admin)
    client.get("/health/")
    with django_assert_max_num_queries(23):
        client.get("/health/")
