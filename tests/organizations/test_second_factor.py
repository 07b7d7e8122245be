"""The second step of a login: codes once each, half logged in, pauses."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from core.clock import StillClock, local
from core.models import AuditEntry
from organizations.daily import run_daily
from organizations.kinds import AdminRole
from organizations.models import CodeFailure, CodeKind, User
from organizations.second_factor import tries
from organizations.second_factor.codes import code_at, make_secret
from organizations.services import reset_password, set_person_active, unlock_account
from organizations.services.second_factor import (
    TooManyCodes,
    WrongCode,
    enrol_app,
    prove_factor,
    reset_factor,
)
from tests.matrix.addresses import list_addresses
from tests.support.district import District, make_person
from tests.support.second_factor import CODE_PAGE, HALF_MINUTE, HERE, Phone, log_in, prove, send
from tests.support.together import crowd

SECOND = timedelta(seconds=1)
FULL_WIDTH = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}


class TestCodes:
    def test_the_phone_opens_the_door_and_both_steps_are_recorded(self, phone: Phone, client: Client) -> None:
        assert log_in(client)["Location"] == "/"
        assert client.get("/")["Location"] == CODE_PAGE
        assert send(client, phone.code())["Location"] == "/"
        assert client.get("/me/").status_code == 200
        actions = set(AuditEntry.objects.filter(kind="login", actor_id=phone.user.pk).values_list("action", flat=True))
        assert actions == {"account.logged_in", "second_factor.app_code_taken"}

    def test_it_leads_to_the_page_asked_for_first(self, phone: Phone, client: Client) -> None:
        client.get(log_in(client, next="/hazards/?state=filed")["Location"])
        client.get("/me/")
        assert send(client, phone.code())["Location"] == "/hazards/?state=filed"

    def test_a_new_session_key_comes_with_the_code(self, phone: Phone, client: Client) -> None:
        log_in(client)
        before = client.cookies["sessionid"].value
        send(client, phone.code())
        assert client.cookies["sessionid"].value != before

    @pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_a_phone_may_be_half_a_minute_wrong(self, phone: Phone, steps: int, is_good: bool) -> None:
        code = phone.code(later=steps * HALF_MINUTE)
        if is_good:
            assert prove(phone, code) == "app"
        else:
            with pytest.raises(WrongCode):
                prove(phone, code)

    def test_a_code_is_good_to_its_last_moment_and_not_beyond(self, phone: Phone, clock: type[StillClock]) -> None:
        code = phone.code()
        end = clock.START + 2 * HALF_MINUTE
        clock.set(end)
        with pytest.raises(WrongCode):
            prove(phone, code)
        clock.set(end - SECOND)
        assert prove(phone, code) == "app"

    def test_a_code_opens_once(self, phone: Phone) -> None:
        code = phone.code()
        prove(phone, code)
        with pytest.raises(WrongCode, match="已经用过"):
            prove(phone, code)

    def test_an_older_code_is_spent_with_a_newer_one(self, phone: Phone) -> None:
        before, now = phone.code(later=-HALF_MINUTE), phone.code()
        prove(phone, now)
        with pytest.raises(WrongCode):
            prove(phone, before)

    def test_the_code_that_enrolled_the_app_opens_nothing(self, district: District) -> None:
        secret = make_secret()
        code = code_at(secret, StillClock.now())
        enrol_app(actor=district.leader, secret=secret, code=code, at=StillClock.now())
        with pytest.raises(WrongCode):
            prove_factor(actor=district.leader, code=code, address=HERE, at=StillClock.now())

    def test_another_persons_code_opens_nothing(self, phone: Phone, district: District, client: Client) -> None:
        other = Phone(district.director).enrol()
        assert other.code() != phone.code()
        log_in(client)
        assert send(client, other.code()).status_code == 422
        assert send(client, other.backup_codes[0], way="backup").status_code == 422
        assert client.get("/me/")["Location"] == CODE_PAGE

    @pytest.mark.parametrize("write", [lambda c: f" {c[:3]} {c[3:]} ", lambda c: c.translate(FULL_WIDTH)])
    def test_it_may_be_typed_as_keyboards_do(self, phone: Phone, write: Any) -> None:
        assert prove(phone, write(phone.code())) == "app"

    @pytest.mark.parametrize(
        "text", ["", "   ", "12345", "1234567", "abcdef", "１２３", "²²²²²²", "\x00", "0" * 41, "-1-1-1"]
    )
    def test_what_is_no_code_is_refused(self, phone: Phone, client: Client, text: str) -> None:
        log_in(client)
        assert send(client, text).status_code == 422
        assert send(client, text, way="backup").status_code == 422


def test_of_eight_who_show_one_code_at_once_one_comes_in(cloned_db: str) -> None:
    phone = Phone(make_person("leader", None, admin_role=AdminRole.SECURITY)).enrol()
    for code in (phone.code(), phone.backup_codes[0]):
        with crowd(8) as people:
            came = people.at_once([partial(prove, phone, code)] * 8)
        assert [one.error is None for one in came].count(True) == 1
        assert {getattr(one.error, "code", "") for one in came if one.error} <= {"wrong_code", "too_many_codes"}


def test_parallel_guesses_are_all_counted(cloned_db: str) -> None:
    phone = Phone(make_person("leader", None, admin_role=AdminRole.SECURITY)).enrol()
    wrong = phone.wrong_code()
    with crowd(12) as people:
        came = people.at_once([lambda: prove(phone, wrong)] * 12)
    assert [one.error.code for one in came].count("wrong_code") == tries.MOST_HERE[CodeKind.APP] - 1
    assert CodeFailure.objects.count() == tries.MOST_HERE[CodeKind.APP]


class TestHalfLoggedIn:
    """Password given, code still to come."""

    VERBS = ("get", "head", "options", "post", "put", "patch", "delete")
    OPEN = {"healthz", "readyz", "logout", "verify_code"}
    FILL = {"number": "S202611230000000", "action": "sign", "pk": "00000000-0000-0000-0000-000000000000"}

    def paths(self) -> list[str]:
        """Every address; what stands for its parameters does not matter, as no view is reached."""
        found = []
        for address in list_addresses():
            route = address.route.replace("^", "").replace("$", "")
            for param in address.params:
                start = route.index(f":{param}>") if f":{param}>" in route else route.index(f"<{param}>") + 1
                begin, end = route.rindex("<", 0, start + 1), route.index(">", start)
                route = f"{route[:begin]}1{route[end + 1 :]}"
            if address.name not in self.OPEN:
                found.append(f"/{route}")
        return found

    def test_no_address_opens_by_any_verb(self, phone: Phone, client: Client) -> None:
        log_in(client)
        paths = self.paths()
        assert len(paths) > 60
        wrong = []
        for path in paths:
            for verb in self.VERBS:
                answer = getattr(client, verb)(path)
                is_api = path.startswith("/api/")
                stopped = answer.status_code == 403 if is_api else answer.headers.get("Location") == CODE_PAGE
                if not stopped or (is_api and verb != "head" and answer.json()["code"] != "code_first"):
                    wrong.append(f"{verb} {path}: {answer.status_code}")
        assert wrong == []

    def test_nor_does_one_that_does_not_exist(self, phone: Phone, client: Client) -> None:
        log_in(client)
        assert client.get("/nowhere/")["Location"] == CODE_PAGE
        assert client.get("/me/", headers={"hx-request": "true"})["HX-Redirect"] == CODE_PAGE

    def test_the_page_shows_nothing_of_the_site(self, phone: Phone, client: Client) -> None:
        log_in(client)
        page = client.get(CODE_PAGE).content.decode()
        assert "工作台" not in page
        assert phone.user.username not in page

    def test_it_may_leave(self, phone: Phone, client: Client) -> None:
        log_in(client)
        assert client.post("/logout/")["Location"] == "/login/"
        assert client.get("/")["Location"].startswith("/login/?next")

    def test_it_ends_when_idle(self, phone: Phone, client: Client, settings: Any) -> None:
        log_in(client)
        StillClock.advance(settings.SESSION_IDLE_LIMIT)
        assert client.get(CODE_PAGE)["Location"].startswith("/login/?ended=idle")

    def test_a_session_from_before_the_rule_is_asked_too(self, phone: Phone, client: Client) -> None:
        log_in(client)
        session = client.session
        for key in ("second_factor", "password_expired"):
            del session[key]
        session.save()
        assert client.get("/me/")["Location"] == CODE_PAGE

    def test_a_login_anew_in_an_open_session_asks_anew(self, phone: Phone, client: Client) -> None:
        log_in(client)
        send(client, phone.code())
        client.force_login(phone.user)
        assert client.get("/me/")["Location"] == CODE_PAGE

    def test_the_code_comes_before_the_first_password(self, phone: Phone, secadmin: User, client: Client) -> None:
        password = reset_password(actor=secadmin, user=phone.user, at=StillClock.now())
        client.post("/login/", {"username": "leader", "password": password})
        assert client.get("/password/first/")["Location"] == CODE_PAGE
        assert send(client, phone.code())["Location"] == "/password/first/"
        assert client.get("/me/")["Location"] == "/password/first/"

    def test_a_reset_meanwhile_leads_to_a_new_app(self, phone: Phone, secadmin: User, client: Client) -> None:
        log_in(client)
        reset_factor(actor=secadmin, user=phone.user, at=StillClock.now())
        assert client.get(CODE_PAGE).status_code == 302
        assert client.get("/me/").status_code == 200

    def test_a_closed_account_is_out(self, phone: Phone, client: Client) -> None:
        log_in(client)
        set_person_active(actor=None, user=phone.user, is_active=False, at=StillClock.now())
        assert send(client, phone.code())["Location"].startswith("/login/")


class TestPauses:
    MOST = tries.MOST_HERE[CodeKind.APP]

    def fail(self, phone: Phone, times: int, address: str = HERE) -> list[str]:
        codes = []
        for _ in range(times):
            try:
                codes.append(prove(phone, phone.wrong_code(), address))
            except (WrongCode, TooManyCodes) as error:
                codes.append(error.code)
        return codes

    def test_one_short_of_the_limit_leaves_the_door_open(self, phone: Phone) -> None:
        assert set(self.fail(phone, self.MOST - 1)) == {"wrong_code"}
        assert prove(phone, phone.code()) == "app"

    def test_at_the_limit_even_the_right_code_waits(self, phone: Phone, client: Client) -> None:
        assert self.fail(phone, self.MOST)[-1] == "too_many_codes"
        log_in(client)
        answer = send(client, phone.code())
        opens_at = local(StillClock.now() + tries.PAUSE_HERE).strftime("%H:%M")
        assert answer.status_code == 429
        assert f"{opens_at} 后再试" in answer.content.decode()
        assert AuditEntry.objects.filter(action="second_factor.paused").count() == 1

    def test_it_opens_by_itself_at_the_moment_told(self, phone: Phone, clock: type[StillClock]) -> None:
        self.fail(phone, self.MOST)
        clock.advance(tries.PAUSE_HERE - SECOND)
        with pytest.raises(TooManyCodes):
            prove(phone, phone.code())
        clock.advance(SECOND)
        assert prove(phone, phone.code()) == "app"

    def test_tries_during_the_pause_do_not_make_it_longer(self, phone: Phone, clock: type[StillClock]) -> None:
        self.fail(phone, self.MOST)
        clock.advance(tries.PAUSE_HERE / 2)
        self.fail(phone, 50)
        clock.advance(tries.PAUSE_HERE / 2)
        assert prove(phone, phone.code()) == "app"

    def test_a_stranger_elsewhere_stops_nobody_here(self, phone: Phone) -> None:
        self.fail(phone, 3 * self.MOST, "10.9.9.9")
        assert prove(phone, phone.code()) == "app"

    def test_many_addresses_do_not_help_to_guess(self, phone: Phone, clock: type[StillClock]) -> None:
        told = [told for n in range(tries.MOST_ANYWHERE) for told in self.fail(phone, 1, f"10.0.0.{n}")]
        assert told == ["wrong_code"] * (tries.MOST_ANYWHERE - 1) + ["too_many_codes"]
        with pytest.raises(TooManyCodes, match="备用码"):
            prove(phone, phone.code())
        assert prove(phone, phone.backup_codes[0]) == "backup"
        clock.advance(tries.PAUSE_ANYWHERE)
        assert prove(phone, phone.code()) == "app"

    def test_a_new_password_ends_what_a_stranger_did(self, phone: Phone, secadmin: User) -> None:
        for way in (
            lambda: reset_password(actor=secadmin, user=phone.user, at=StillClock.now()),
            lambda: unlock_account(actor=secadmin, user=phone.user, at=StillClock.now()),
        ):
            self.fail(phone, self.MOST)
            way()
            assert prove(phone, phone.code()) == "app"
            StillClock.advance(timedelta(minutes=2))

    def test_the_security_administrator_sees_the_pause(self, phone: Phone, secadmin: User, client: Client) -> None:
        client.force_login(secadmin)
        page = f"/accounts/{phone.user.pk}/"
        assert "登录已暂停" not in client.get(page).content.decode()
        self.fail(phone, self.MOST)
        assert "登录已暂停" in client.get(page).content.decode()

    def test_a_success_forgets_the_failures_here(self, phone: Phone) -> None:
        self.fail(phone, self.MOST - 1)
        self.fail(phone, 1, "10.9.9.9")
        prove(phone, phone.code())
        assert list(CodeFailure.objects.values_list("address", flat=True)) == ["10.9.9.9"]

    def test_backup_codes_are_limited_as_well(self, phone: Phone, clock: type[StillClock]) -> None:
        for n in range(tries.MOST_HERE[CodeKind.BACKUP]):
            with pytest.raises((WrongCode, TooManyCodes)):
                prove(phone, f"aaaa-aaaa-{n:04d}")
        with pytest.raises(TooManyCodes):
            prove(phone, phone.backup_codes[0])
        clock.advance(tries.PAUSE_HERE)
        assert prove(phone, phone.backup_codes[0]) == "backup"

    def test_failures_that_count_no_more_are_forgotten(self, phone: Phone, clock: type[StillClock]) -> None:
        self.fail(phone, 1)
        clock.advance(tries.PAUSE_ANYWHERE - SECOND)
        run_daily(clock.now())
        assert CodeFailure.objects.count() == 1
        clock.advance(SECOND)
        run_daily(clock.now())
        assert CodeFailure.objects.count() == 0
