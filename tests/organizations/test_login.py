"""The doors in: login and its lock, sessions that end, and the first password before everything else."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.clock import StillClock
from core.models import AuditEntry
from organizations.kinds import AdminRole
from organizations.models import User
from organizations.services import create_person, unlock_account
from tests.support.district import PASSWORD, District, make_person

AT = StillClock.START
SECOND = timedelta(seconds=1)
IDLE: timedelta = settings.SESSION_IDLE_LIMIT
ABSOLUTE: timedelta = settings.SESSION_ABSOLUTE_LIMIT


def log_in(client: Client, username: str = "safety", password: str = PASSWORD, **extra: str) -> HttpResponse:
    return client.post("/login/", {"username": username, "password": password}, **extra)  # type: ignore[return-value]


class TestLogin:
    def test_opens_the_desk_and_is_recorded(self, district: District, client: Client) -> None:
        answer = log_in(client)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        entry = AuditEntry.objects.get(kind="login")
        assert (entry.actor_id, entry.address, entry.path) == (district.safety.pk, "127.0.0.1", "POST /login/")

    def test_goes_on_to_the_page_asked_for_but_never_elsewhere(self, district: District, client: Client) -> None:
        for target, ends in (("/me/", "/me/"), ("https://example.org/", "/"), ("//example.org", "/")):
            data = {"username": "safety", "password": PASSWORD, "next": target}
            assert client.post("/login/", data)["Location"] == ends
            client.post("/logout/")

    def test_refuses_and_keeps_the_name_typed(self, district: District, client: Client) -> None:
        answer = log_in(client, password="wrong")
        assert answer.status_code == 422
        assert 'value="safety"' in answer.content.decode()
        assert AuditEntry.objects.get(kind="login_failed").subject == "测试safety（safety）"

    def test_a_password_typed_as_name_is_not_logged(self, district: District, client: Client) -> None:
        log_in(client, username=PASSWORD)
        entry = AuditEntry.objects.get(kind="login_failed")
        assert PASSWORD not in f"{entry.subject}{entry.detail}{entry.actor_name}"

    def test_a_closed_account_stays_out(self, district: District, client: Client) -> None:
        User.objects.filter(username="safety").update(is_active=False)
        assert log_in(client).status_code == 422

    def test_logout_only_by_post_and_recorded(self, district: District, client: Client) -> None:
        log_in(client)
        assert client.get("/logout/").status_code == 405
        assert client.post("/logout/").status_code == 302
        assert client.get("/me/").status_code == 302
        assert AuditEntry.objects.filter(kind="logout", actor_id=district.safety.pk).count() == 1

    def test_the_demo_says_so_before_the_login_too(self, db: None, client: Client, settings: Any) -> None:
        assert "演示系统" not in client.get("/login/").content.decode()
        settings.DEMO = True
        assert "演示系统" in client.get("/login/").content.decode()

    def test_a_page_needs_a_login(self, district: District, client: Client) -> None:
        assert client.get("/people/")["Location"] == "/login/?next=/people/"


class TestLock:
    def fail(self, client: Client, times: int, **extra: str) -> HttpResponse:
        for _ in range(times):
            answer = log_in(client, password="wrong", **extra)
        return answer

    def test_one_failure_short_of_the_limit_leaves_the_door_open(self, district: District, client: Client) -> None:
        assert self.fail(client, settings.AXES_FAILURE_LIMIT - 1).status_code == 422
        assert log_in(client).status_code == 302

    def test_at_the_limit_it_closes_even_for_the_right_password(self, district: District, client: Client) -> None:
        answer = self.fail(client, settings.AXES_FAILURE_LIMIT)
        assert answer.status_code == 429
        assert "后可以再试" in answer.content.decode()
        assert "安全管理员" in answer.content.decode()
        assert log_in(client).status_code == 429
        assert AuditEntry.objects.filter(action="account.locked").exists()

    def test_the_api_hears_it_in_json(self, district: District, client: Client) -> None:
        answer = self.fail(client, settings.AXES_FAILURE_LIMIT, headers={"accept": "application/json"})
        assert answer.status_code == 429
        assert answer.json()["code"] == "locked_out"  # type: ignore[attr-defined]

    @pytest.mark.parametrize(("short", "status"), [(timedelta(seconds=5), 429), (-SECOND, 302)])
    def test_it_opens_again_by_itself(self, district: District, client: Client, short: timedelta, status: int) -> None:
        self.fail(client, settings.AXES_FAILURE_LIMIT)
        AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME + short)
        assert log_in(client).status_code == status

    def test_failures_from_elsewhere_lock_nobody_out(self, district: District, client: Client) -> None:
        self.fail(client, settings.AXES_FAILURE_LIMIT, REMOTE_ADDR="10.9.9.9")
        assert log_in(client).status_code == 302

    def test_the_security_administrator_opens_it(self, district: District, client: Client) -> None:
        self.fail(client, settings.AXES_FAILURE_LIMIT)
        secadmin = make_person("secadmin", None, admin_role=AdminRole.SECURITY)
        assert unlock_account(actor=secadmin, user=district.safety, at=AT) == 1
        assert log_in(client).status_code == 302


class TestSessionLimits:
    def test_idle_time_below_the_limit_is_fine(self, district: District, client: Client) -> None:
        log_in(client)
        StillClock.advance(IDLE - SECOND)
        assert client.get("/me/").status_code == 200

    def test_at_the_idle_limit_it_ends_with_one_message(self, district: District, client: Client) -> None:
        log_in(client)
        StillClock.advance(IDLE)
        answer = client.get("/me/?a=1")
        assert answer["Location"] == "/login/?ended=idle&next=%2Fme%2F%3Fa%3D1"
        page = client.get(answer["Location"]).content.decode()
        assert page.count("已自动退出") == 1
        again = log_in(client, password="wrong", QUERY_STRING="ended=idle")
        assert "已自动退出" not in again.content.decode()

    def test_use_begins_the_idle_time_anew(self, district: District, client: Client) -> None:
        log_in(client)
        for _ in range(3):
            StillClock.advance(IDLE - SECOND)
            assert client.get("/me/").status_code == 200

    def test_the_absolute_limit_ends_a_busy_session(self, district: District, client: Client) -> None:
        log_in(client)
        step = IDLE - timedelta(minutes=1)
        end = AT + ABSOLUTE
        while StillClock.now() + step < end:
            StillClock.advance(step)
            assert client.get("/me/").status_code == 200
        StillClock.set(end - SECOND)
        assert client.get("/me/").status_code == 200
        StillClock.set(end)
        assert client.get("/me/")["Location"].startswith("/login/?ended=absolute")

    def test_the_api_and_htmx_are_told_in_their_ways(self, district: District, client: Client) -> None:
        for headers, status in (({"accept": "application/json"}, 401), ({"hx-request": "true"}, 200)):
            log_in(client)
            StillClock.advance(IDLE)
            answer = client.get("/me/", headers=headers)
            assert answer.status_code == status
            if status == 200:
                assert answer["HX-Redirect"] == "/login/?ended=idle"
            else:
                assert answer.json()["code"] == "session_ended"

    def test_a_login_typed_into_an_ended_session_works(self, district: District, client: Client) -> None:
        log_in(client)
        StillClock.advance(IDLE)
        assert log_in(client)["Location"] == "/"

    def test_a_form_sent_too_late_comes_back_to_its_page(self, district: District, client: Client) -> None:
        log_in(client)
        StillClock.advance(IDLE)
        for referer, target in (("http://testserver/password/", "&next=%2Fpassword%2F"), ("http://example.org/x", "")):
            answer = client.post("/password/", {}, headers={"referer": referer})
            assert answer["Location"] == f"/login/?ended=idle{target}"
            log_in(client)
            StillClock.advance(IDLE)

    @pytest.mark.parametrize("path", ["/healthz", "/static/css/bihuan.css"])
    def test_a_watchdog_and_files_cost_no_query(self, district: District, client: Client, path: str) -> None:
        log_in(client)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) == 0

    def test_reading_pages_writes_the_session_once_a_minute(self, district: District, client: Client) -> None:
        log_in(client)
        StillClock.advance(timedelta(seconds=59))
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/")
        assert not [one for one in queries if "UPDATE" in one["sql"]]
        StillClock.advance(SECOND)
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/")
        assert len([one for one in queries if "UPDATE" in one["sql"]]) == 1


class TestFirstPassword:
    STRONG = "wan-quan-xin-mima-88"

    @pytest.fixture
    def newcomer(self, district: District, client: Client) -> User:
        school = district.units["school"]
        new = create_person(actor=district.principal, unit=school, username="new", name="新来", at=AT)
        log_in(client, "new", new.temporary_password)
        return new.user

    @pytest.mark.parametrize("path", ["/", "/me/", "/people/", "/password/", "/nowhere/"])
    def test_nothing_else_opens_before(self, newcomer: User, client: Client, path: str) -> None:
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/password/first/")

    def test_the_api_is_refused_in_json(self, newcomer: User, client: Client) -> None:
        answer = client.get("/api/v1/hazards/")
        assert answer.status_code == 403
        assert answer.json()["code"] == "password_first"

    def test_logout_and_health_stay_open(self, newcomer: User, client: Client) -> None:
        assert client.get("/healthz").status_code == 200
        assert client.post("/logout/")["Location"] == "/login/"

    def test_once_set_the_session_goes_on(self, newcomer: User, client: Client) -> None:
        assert client.get("/password/first/").status_code == 200
        answer = client.post("/password/first/", {"new": self.STRONG, "again": self.STRONG})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/me/").status_code == 200
        assert client.get("/password/first/")["Location"] == "/password/"

    @pytest.mark.parametrize(("new", "again"), [("short-1", "short-1"), ("wan-quan-xin-mima-88", "other"), ("", "")])
    def test_a_weak_or_mistyped_one_is_refused(self, newcomer: User, client: Client, new: str, again: str) -> None:
        assert client.post("/password/first/", {"new": new, "again": again}).status_code == 422
        assert client.get("/me/").status_code == 302

    def test_changing_it_later_ends_other_sessions_only(self, district: District, client: Client) -> None:
        other = Client()
        for one in (client, other):
            log_in(one)
        data = {"old": PASSWORD, "new": self.STRONG, "again": self.STRONG}
        assert client.post("/password/", data).status_code == 302
        assert client.get("/me/").status_code == 200
        assert other.get("/me/").status_code == 302
