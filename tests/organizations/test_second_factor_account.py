"""The second factor of an account: backup codes, whom it concerns, enrolling, reset, tokens."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from core.clock import StillClock, today
from core.errors import NotAllowed, WrongState
from core.models import AuditEntry
from organizations.daily import run_daily
from organizations.kinds import AdminRole, PostKind
from organizations.models import AuthenticatorApp, BackupCode, CodeFailure, CodeKind, Holding, Post, User
from organizations.second_factor import tries
from organizations.second_factor.codes import clean_code, code_at, enrolment_address, picture_of
from organizations.security_policy import current_policy, read_standing
from organizations.services import change_own_password
from organizations.services.second_factor import (
    WrongCode,
    renew_backup_codes,
    reset_factor,
    stop_factor,
)
from tests.support.district import PASSWORD, District, make_person
from tests.support.second_factor import CODE_PAGE, HALF_MINUTE, Phone, log_in, prove, send

SECOND = timedelta(seconds=1)
GRACE = timedelta(days=7)


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
