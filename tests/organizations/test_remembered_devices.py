"""“本机 30 天内不再验证”: a browser that is known shows no code, until its term ends or it is revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from core.clock import StillClock, today
from core.models import AuditEntry
from organizations.daily import run_daily
from organizations.kinds import AdminRole, PostKind
from organizations.models import Holding, RememberedDevice
from organizations.second_factor.devices import MOST_DEVICES, name_browser, remember_device
from organizations.services import (
    change_own_password,
    end_holding,
    reset_password,
    set_admin_role,
    set_person_active,
)
from organizations.services.second_factor import reset_factor
from tests.support.district import PASSWORD, District, give_post, make_person
from tests.support.second_factor import HALF_MINUTE, Phone

SECOND = timedelta(seconds=1)
TERM = timedelta(days=30)
CODE_PAGE = "/login/code/"
WECHAT = "Mozilla/5.0 (Linux; Android 12) Chrome/116.0 MicroMessenger/8.0.43"


@pytest.fixture
def phone(district: District) -> Phone:
    return Phone(district.leader).enrol()


def log_in(client: Client, who: str = "leader") -> str:
    """Where the site then leads: the page of codes, or the one asked for."""
    client.post("/login/", {"username": who, "password": PASSWORD})
    answer = client.get("/me/")
    return answer.headers.get("Location", "/me/")


def remember(client: Client, phone: Phone) -> HttpResponse:
    log_in(client, phone.user.username)
    data = {"code": phone.code(), "remember": "1"}
    answer = client.post(CODE_PAGE, data, headers={"user-agent": WECHAT})
    client.post("/logout/")
    return answer  # type: ignore[return-value]


def test_a_known_browser_shows_no_code_until_its_term_ends(phone: Phone, client: Client) -> None:
    remember(client, phone)
    begun_at = StillClock.now()
    for moment, lands in ((begun_at, "/me/"), (begun_at + TERM - SECOND, "/me/"), (begun_at + TERM, CODE_PAGE)):
        StillClock.set(moment)
        assert log_in(client) == lands
        client.post("/logout/")


def test_not_ticked_is_not_remembered(phone: Phone, client: Client) -> None:
    log_in(client)
    client.post(CODE_PAGE, {"code": phone.code()})
    client.post("/logout/")
    assert log_in(client) == CODE_PAGE
    assert not RememberedDevice.objects.exists()


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_keeps_to_itself(phone: Phone, client: Client, settings: Any, https: bool) -> None:
    settings.SESSION_COOKIE_SECURE = https
    cookie = remember(client, phone).cookies[f"bihuan_device_{phone.user.pk}"]
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) == https
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Lax", "/login/", TERM.total_seconds())
    assert len(cookie.value) >= 43


def test_only_a_hash_is_stored(phone: Phone, client: Client) -> None:
    token = remember(client, phone).cookies[f"bihuan_device_{phone.user.pk}"].value
    assert token not in str(list(RememberedDevice.objects.values())) + str(list(AuditEntry.objects.values()))


def test_another_browser_shows_a_code(phone: Phone, client: Client) -> None:
    remember(client, phone)
    assert log_in(Client()) == CODE_PAGE


def test_a_token_is_good_for_its_account_only(phone: Phone, district: District, client: Client) -> None:
    token = remember(client, phone).cookies[f"bihuan_device_{phone.user.pk}"].value
    other = Phone(district.director).enrol()
    client.cookies[f"bihuan_device_{other.user.pk}"] = token
    assert log_in(client, "director") == CODE_PAGE


def test_several_people_share_a_computer(phone: Phone, district: District, client: Client) -> None:
    other = Phone(district.director).enrol()
    for one in (phone, other):
        remember(client, one)
    for name in ("leader", "director"):
        assert log_in(client, name) == "/me/"
        client.post("/logout/")


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "长"])
def test_a_made_up_token_is_nothing(phone: Phone, client: Client, token: str) -> None:
    client.cookies[f"bihuan_device_{phone.user.pk}"] = token.encode().decode("latin-1")
    assert log_in(client) == CODE_PAGE


def test_the_owner_sees_them_and_revokes_one(phone: Phone, client: Client) -> None:
    remember(client, phone)
    remember_device(phone.user, agent="", address="10.1.1.1", days=30, at=StillClock.now())
    StillClock.advance(timedelta(hours=1))
    log_in(client)
    page = client.get("/me/").content.decode()
    assert "微信（安卓）" in page and "未知浏览器" in page and page.count(">本机<") == 1
    assert "2026-11-23 10:00 最近使用" in page
    mine = RememberedDevice.objects.get(label="微信（安卓）")
    answer = client.post(f"/me/devices/{mine.pk}/forget/")
    assert answer.cookies[f"bihuan_device_{phone.user.pk}"].value == ""
    assert RememberedDevice.objects.get().label == "未知浏览器"
    client.post("/logout/")
    assert log_in(client) == CODE_PAGE
    assert AuditEntry.objects.filter(action="device.forgotten", actor_id=phone.user.pk).exists()


def test_or_all_of_them(phone: Phone, client: Client) -> None:
    for _ in range(2):
        remember(client, phone)
        StillClock.advance(HALF_MINUTE)
        client.cookies.clear()
    log_in(client)
    client.post(CODE_PAGE, {"code": phone.code()})
    assert client.post("/me/devices/forget/").status_code == 302
    assert not RememberedDevice.objects.exists()


def test_nobody_revokes_anothers(phone: Phone, district: District, client: Client) -> None:
    device, _token = remember_device(phone.user, agent="", address="", days=30, at=StillClock.now())
    client.force_login(district.teacher)
    assert client.post(f"/me/devices/{device.pk}/forget/").status_code == 404
    assert RememberedDevice.objects.exists()


def test_the_oldest_makes_room(phone: Phone, client: Client) -> None:
    for n in range(MOST_DEVICES + 1):
        remember_device(phone.user, agent=f"{n}", address=f"10.0.0.{n}", days=30, at=StillClock.now() + n * SECOND)
    assert RememberedDevice.objects.count() == MOST_DEVICES
    assert not RememberedDevice.objects.filter(address="10.0.0.0").exists()


def test_those_whose_term_ended_are_forgotten(phone: Phone, client: Client) -> None:
    remember(client, phone)
    StillClock.advance(TERM - SECOND)
    run_daily(StillClock.now())
    assert RememberedDevice.objects.exists()
    StillClock.advance(SECOND)
    run_daily(StillClock.now())
    assert not RememberedDevice.objects.exists()


class TestRevokedWith:
    @pytest.fixture
    def known(self, phone: Phone, client: Client) -> Client:
        remember(client, phone)
        return client

    def test_a_changed_password(self, known: Client, phone: Phone) -> None:
        change_own_password(actor=phone.user, old=PASSWORD, new="another-Good-2026", at=StillClock.now())
        assert not RememberedDevice.objects.exists()

    def test_a_reset_password(self, known: Client, phone: Phone) -> None:
        reset_password(actor=None, user=phone.user, at=StillClock.now())
        assert not RememberedDevice.objects.exists()

    def test_a_reset_factor_or_a_new_phone(self, known: Client, phone: Phone) -> None:
        Phone(phone.user).enrol()
        assert not RememberedDevice.objects.exists()
        remember_device(phone.user, agent="", address="", days=30, at=StillClock.now())
        reset_factor(actor=None, user=phone.user, at=StillClock.now())
        assert not RememberedDevice.objects.exists()

    def test_a_closed_account(self, known: Client, phone: Phone) -> None:
        set_person_active(actor=None, user=phone.user, is_active=False, at=StillClock.now())
        assert not RememberedDevice.objects.exists()

    def test_a_post_that_ends_at_once(self, known: Client, phone: Phone) -> None:
        at = StillClock.now()
        end_holding(actor=None, holding=Holding.objects.get(user=phone.user), until_on=today(at), at=at)
        assert not RememberedDevice.objects.exists()

    def test_a_post_that_ends_by_date(self, known: Client, phone: Phone) -> None:
        at = StillClock.now()
        run_daily(at)
        last = today(at) + timedelta(days=3)
        end_holding(actor=None, holding=Holding.objects.get(user=phone.user), until_on=last, at=at)
        for days, is_known in ((2, True), (1, False)):
            StillClock.advance(timedelta(days=days))
            run_daily(StillClock.now())
            assert RememberedDevice.objects.exists() == is_known

    def test_not_with_a_post_lost_long_ago(self, known: Client, phone: Phone, district: District) -> None:
        """Announced again for another's sake."""
        at = StillClock.now()
        holding = Holding.objects.get(user=phone.user)
        give_post(make_person("deputy", district.units["edu"]), district.units["edu"], PostKind.LEADER)
        end_holding(actor=None, holding=holding, until_on=today(at), at=at)
        StillClock.advance(timedelta(days=1))
        remember_device(phone.user, agent="", address="", days=30, at=StillClock.now())
        other = Holding.objects.get(user__username="deputy")
        end_holding(actor=None, holding=other, until_on=today(StillClock.now()), at=StillClock.now())
        assert RememberedDevice.objects.exists()

    def test_a_lost_role(self, db: None) -> None:
        admin = make_person("admin", None, admin_role=AdminRole.AUDIT)
        remember_device(admin, agent="", address="", days=30, at=StillClock.now())
        set_admin_role(actor=None, user=admin, role="", at=StillClock.now())
        assert not RememberedDevice.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WECHAT, "微信（安卓）"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari（iPhone）"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge（Windows）"),
        ("curl/8.0", "未知浏览器"),
        ("", "未知浏览器"),
    ],
)  # fmt: skip
def test_a_browser_is_named_for_its_owner(agent: str, name: str) -> None:
    assert name_browser(agent) == name
