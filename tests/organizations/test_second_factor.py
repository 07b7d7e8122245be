"""The second step of a login: whom it is asked of, codes once each, pauses, backup codes, the reset."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from rest_framework.authtoken.models import Token

from core.clock import StillClock, local, today
from core.errors import NotAllowed, WrongState
from core.models import AuditEntry
from organizations.daily import run_daily
from organizations.kinds import AdminRole, PostKind
from organizations.models import AuthenticatorApp, BackupCode, CodeFailure, CodeKind, Holding, Post, User
from organizations.second_factor import tries
from organizations.second_factor.codes import clean_code, code_at, enrolment_address, make_secret, picture_of
from organizations.security_policy import current_policy, read_standing
from organizations.services import change_own_password, reset_password, set_person_active, unlock_account
from organizations.services.second_factor import (
    TooManyCodes,
    WrongCode,
    enrol_app,
    prove_factor,
    renew_backup_codes,
    reset_factor,
    stop_factor,
)
from tests.matrix.addresses import list_addresses
from tests.support.district import PASSWORD, District, make_person
from tests.support.second_factor import HALF_MINUTE, Phone
from tests.support.together import crowd

SECOND = timedelta(seconds=1)
GRACE = timedelta(days=7)
HERE = "127.0.0.1"
CODE_PAGE = "/login/code/"
FULL_WIDTH = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}


@pytest.fixture
def phone(district: District) -> Phone:
    """The leader's."""
    return Phone(district.leader).enrol()


@pytest.fixture
def secadmin(district: District) -> User:
    return make_person("secadmin", None, admin_role=AdminRole.SECURITY)


def log_in(client: Client, username: str = "leader", **more: str) -> HttpResponse:
    return client.post("/login/", {"username": username, "password": PASSWORD, **more})  # type: ignore[return-value]


def send(client: Client, code: str, **more: str) -> HttpResponse:
    return client.post(CODE_PAGE, {"code": code, **more})  # type: ignore[return-value]


def prove(phone: Phone, code: str, address: str = HERE) -> str:
    return prove_factor(actor=phone.user, code=code, address=address, at=StillClock.now())


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


class TestBackupCodes:
    def test_each_opens_once(self, phone: Phone, client: Client) -> None:
        code = phone.backup_codes[3]
        log_in(client)
        assert send(client, code.upper(), way="backup")["Location"] == "/"
        client.post("/logout/")
        log_in(client)
        assert send(client, code, way="backup").status_code == 422
        assert send(client, phone.backup_codes[4], way="backup").status_code == 302
        assert BackupCode.objects.filter(user=phone.user, used_at=None).count() == 8

    def test_they_are_stored_as_hashes_only(self, phone: Phone) -> None:
        stored = str(list(BackupCode.objects.values()))
        assert all(clean_code(code) not in stored and code not in stored for code in phone.backup_codes)
        assert len(set(phone.backup_codes)) == 10

    def test_new_ones_end_the_old_ones(self, phone: Phone) -> None:
        new = renew_backup_codes(actor=phone.user, at=StillClock.now())
        with pytest.raises(WrongCode):
            prove(phone, phone.backup_codes[0])
        assert prove(phone, new[0]) == "backup"

    def test_they_are_told_once(self, phone: Phone, client: Client) -> None:
        log_in(client)
        send(client, phone.code())
        StillClock.advance(HALF_MINUTE)
        answer = client.post("/me/second-factor/change/", {"what": "renew", "code": phone.code()})
        assert answer.content.decode().count("<li>") >= 10
        page = client.get("/me/second-factor/").content.decode()
        assert "还有 10 个没用过" in page
        assert answer["Cache-Control"].count("no-store") == 1


class TestWhomItConcerns:
    @pytest.mark.parametrize(
        ("who", "is_asked"),
        [("leader", True), ("director", True), ("coordinator", True), ("office", False), ("principal", False),
         ("teacher", False)],
    )  # fmt: skip
    def test_approvers(self, district: District, who: str, is_asked: bool) -> None:
        assert read_standing(district.people[who], StillClock.now()).is_asked == is_asked

    def test_whoever_stands_in_for_one(self, district: District) -> None:
        post = Post.objects.get(unit=district.units["edu"], kind=PostKind.LEADER)
        on = today(StillClock.now())
        Holding.objects.create(
            post=post, user=district.office, from_on=on, until_on=on + timedelta(days=3), delegated_by=district.leader,
            created_at=StillClock.now(),
        )  # fmt: skip
        assert read_standing(district.office, StillClock.now()).is_asked
        assert not read_standing(district.office, StillClock.now() + timedelta(days=3)).is_asked

    @pytest.mark.parametrize("role", list(AdminRole))
    def test_administrators(self, db: None, role: AdminRole) -> None:
        assert read_standing(make_person("admin", None, admin_role=role), StillClock.now()).is_asked

    def test_the_policy_says_so(self, district: District) -> None:
        policy = current_policy()
        policy.second_factor_posts, policy.second_factor_for_administrators = [PostKind.TEACHER], False
        policy.save()
        assert read_standing(district.teacher, StillClock.now()).is_asked
        assert not read_standing(district.leader, StillClock.now()).is_asked

    def test_the_demo_asks_nobody_and_says_so(self, district: District, client: Client, settings: Any) -> None:
        settings.DEMO = True
        StillClock.advance(timedelta(days=400))
        log_in(client)
        page = client.get("/me/")
        assert page.status_code == 200
        assert "演示系统不强制" in page.content.decode()

    def test_grace_begins_at_the_first_login_and_ends_at_its_moment(self, district: District, client: Client) -> None:
        StillClock.advance(timedelta(days=30))
        begun_at = StillClock.now()
        for moment, opens in ((begun_at, True), (begun_at + GRACE - SECOND, True), (begun_at + GRACE, False)):
            StillClock.set(moment)
            log_in(client)
            answer = client.get("/hazards/")
            assert (answer.status_code == 200) == opens, moment
            client.post("/logout/")

    def test_during_grace_he_is_reminded(self, district: District, client: Client) -> None:
        page = client.get(log_in(client)["Location"]).content.decode()
        assert "请在 11月30日 09:00 前" in page
        assert "请在 2026-11-30 09:00 前启用" in client.get("/me/").content.decode()

    def test_after_it_nothing_opens_but_the_enrolment(self, district: District, client: Client) -> None:
        log_in(client)
        client.post("/logout/")
        StillClock.advance(GRACE)
        log_in(client, next="/hazards/?q=1")
        for path in ("/hazards/?q=1", "/me/", "/password/", "/people/"):
            assert client.get(path)["Location"] == "/me/second-factor/"
        assert client.get("/api/v1/hazards/").json()["code"] == "second_factor_first"
        page = client.get("/me/second-factor/").content.decode()
        assert "启用后才能继续" in page
        secret = client.session["new_app_secret"]
        assert client.post("/me/second-factor/", {"code": "000000"}).status_code == 422
        answer = client.post("/me/second-factor/", {"code": code_at(secret, StillClock.now())})
        assert answer.status_code == 200
        assert client.get("/hazards/").status_code == 200

    def test_who_need_not_may(self, district: District, client: Client) -> None:
        phone = Phone(district.teacher).enrol()
        log_in(client, "teacher")
        assert client.get("/")["Location"] == CODE_PAGE
        send(client, phone.code())
        StillClock.advance(HALF_MINUTE)
        answer = client.post("/me/second-factor/change/", {"what": "stop", "code": phone.code()})
        assert answer["Location"] == "/me/"
        assert not AuthenticatorApp.objects.exists()

    def test_who_must_may_not_stop(self, phone: Phone, client: Client) -> None:
        with pytest.raises(NotAllowed, match="更换手机"):
            stop_factor(actor=phone.user, at=StillClock.now())
        log_in(client)
        send(client, phone.code())
        StillClock.advance(HALF_MINUTE)
        answer = client.post("/me/second-factor/change/", {"what": "stop", "code": phone.code()})
        assert answer.status_code == 422
        assert AuthenticatorApp.objects.exists()


class TestEnrolment:
    def test_the_picture_is_drawn_here_and_names_site_and_account(self, district: District, client: Client) -> None:
        client.force_login(district.leader)
        page = client.get("/me/second-factor/").content.decode()
        secret = client.session["new_app_secret"]
        assert picture_of(enrolment_address(secret, "leader")) in page
        assert "http" not in enrolment_address(secret, "leader")
        assert "%3Aleader" in enrolment_address(secret, "leader")
        assert client.session["new_app_secret"] == secret
        assert not AuthenticatorApp.objects.exists()

    def test_a_new_phone_needs_a_code_of_the_old_one(self, phone: Phone, client: Client) -> None:
        log_in(client)
        send(client, phone.code())
        StillClock.advance(HALF_MINUTE)
        assert client.post("/me/second-factor/", {"code": "000000"}).status_code == 302
        wrong = {"what": "replace", "code": phone.wrong_code()}
        assert client.post("/me/second-factor/change/", wrong).status_code == 422
        right = {"what": "replace", "code": phone.code()}
        assert client.post("/me/second-factor/change/", right)["Location"] == "/me/second-factor/"
        assert "更换手机" in client.get("/me/second-factor/").content.decode()
        new = client.session["new_app_secret"]
        client.post("/me/second-factor/", {"code": code_at(new, StillClock.now())})
        assert AuthenticatorApp.objects.get().secret == new
        with pytest.raises(WrongCode):
            prove(phone, phone.code(later=HALF_MINUTE))

    @pytest.mark.parametrize(
        ("minutes", "opens"), [(timedelta(minutes=10) - SECOND, True), (timedelta(minutes=10), False)]
    )
    def test_it_must_follow_soon(self, phone: Phone, client: Client, minutes: timedelta, opens: bool) -> None:
        log_in(client)
        send(client, phone.backup_codes[0], way="backup")
        client.post("/me/second-factor/change/", {"what": "replace", "code": phone.code()})
        StillClock.advance(minutes)
        assert ("新手机扫码并输入" in client.get("/me/second-factor/").content.decode()) == opens

    def test_it_ends_tokens(self, district: District) -> None:
        Token.objects.create(user=district.leader)
        Phone(district.leader).enrol()
        assert not Token.objects.exists()

    def test_enrolling_is_recorded(self, phone: Phone) -> None:
        assert AuditEntry.objects.filter(action="second_factor.enrolled", kind="account").count() == 1
        assert phone.secret not in str(list(AuditEntry.objects.values()))


class TestReset:
    def test_by_the_security_administrator_and_recorded(self, phone: Phone, secadmin: User, client: Client) -> None:
        client.force_login(secadmin)
        assert client.post(f"/accounts/{phone.user.pk}/second-factor/reset/").status_code == 302
        assert not AuthenticatorApp.objects.exists() and not BackupCode.objects.exists()
        entry = AuditEntry.objects.get(action="second_factor.reset")
        assert (entry.actor_id, entry.detail["user"]) == (secadmin.pk, phone.user.pk)

    def test_it_gives_no_new_days_of_grace(self, district: District, secadmin: User, client: Client) -> None:
        log_in(client)
        phone = Phone(district.leader).enrol()
        client.post("/logout/")
        StillClock.advance(GRACE)
        reset_factor(actor=secadmin, user=phone.user, at=StillClock.now())
        log_in(client)
        assert client.get("/me/")["Location"] == "/me/second-factor/"

    def test_by_nobody_else_and_not_for_oneself(self, phone: Phone, secadmin: User, district: District) -> None:
        sysadmin = make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)
        Phone(secadmin).enrol()
        for actor, user in ((sysadmin, phone.user), (district.principal, phone.user), (secadmin, secadmin)):
            with pytest.raises(NotAllowed):
                reset_factor(actor=actor, user=user, at=StillClock.now())
        with pytest.raises(WrongState):
            reset_factor(actor=secadmin, user=district.teacher, at=StillClock.now())

    def test_by_command_for_the_only_security_administrator(self, secadmin: User) -> None:
        with pytest.raises(CommandError, match="没有启用"):
            call_command("reset_second_factor", "secadmin")
        Phone(secadmin).enrol()
        call_command("reset_second_factor", "secadmin", stdout=StringIO())
        assert not AuthenticatorApp.objects.exists()
        with pytest.raises(CommandError):
            call_command("reset_second_factor", "nobody")


class TestTokens:
    URL = "/api/v1/auth/token/"

    def ask(self, client: Client, username: str = "leader", **more: str) -> Any:
        facts = {"username": username, "password": PASSWORD, **more}
        return client.post(self.URL, facts, content_type="application/json")

    def test_a_code_is_asked_and_opens_once(self, phone: Phone, client: Client) -> None:
        answer = self.ask(client)
        assert (answer.status_code, answer.json()["code"]) == (401, "code_needed")
        assert "code" in answer.json()["message"]
        assert self.ask(client, code=phone.wrong_code()).json()["code"] == "wrong_code"
        assert self.ask(client, code=phone.code()).status_code == 200
        assert self.ask(client, code=phone.code()).status_code == 401
        assert self.ask(client, code=phone.backup_codes[0]).status_code == 200

    def test_brute_force_meets_the_same_pause_as_the_page(self, phone: Phone, client: Client) -> None:
        for _ in range(tries.MOST_HERE[CodeKind.APP]):
            answer = self.ask(client, code=phone.wrong_code())
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_codes")
        log_in(client)
        assert send(client, phone.code()).status_code == 429

    def test_without_the_password_no_code_is_looked_at(self, phone: Phone, client: Client) -> None:
        self.ask(client, password="wrong", code=phone.wrong_code())
        assert not CodeFailure.objects.exists()

    def test_who_has_none_sends_none(self, district: District, client: Client) -> None:
        assert self.ask(client, "teacher").status_code == 200
        assert self.ask(client, "teacher", code="123456").status_code == 200
        assert self.ask(client, "teacher", code="1" * 41).status_code == 422

    def test_after_the_grace_there_is_none_without_an_app(self, district: District, client: Client) -> None:
        log_in(client)
        client.post("/logout/")
        assert self.ask(client).status_code == 200
        StillClock.advance(GRACE - SECOND)
        run_daily(StillClock.now())
        assert Token.objects.count() == 1
        StillClock.advance(SECOND)
        answer = self.ask(client)
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_first")
        run_daily(StillClock.now())
        assert not Token.objects.exists()


def test_a_new_password_keeps_the_app(phone: Phone) -> None:
    """What the second factor is for: a password may be lost."""
    change_own_password(actor=phone.user, old=PASSWORD, new="another-Good-2026", at=StillClock.now())
    assert AuthenticatorApp.objects.filter(user=phone.user).exists()
