"""The two profiles for passwords: what each asks, rotation with its warning, and the switch between them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.clock import StillClock
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry
from organizations.kinds import AdminRole
from organizations.models import FormerPassword, SecurityPolicy, User
from organizations.security_policy import current_policy, password_expires_at
from organizations.services import change_own_password, reset_password, set_first_password
from organizations.services.security_policy import PolicyChoice, change_security_policy
from tests.support.district import PASSWORD, District, make_person

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ROTATION, WARNING = 90 * DAY, 7 * DAY
CHOICE = {
    "password_profile": "dengbao",
    "second_factor_posts": ["leader", "chief", "office_director", "coordinator"],
    "second_factor_for_administrators": True,
    "grace_days": 7,
    "remember_days": 30,
}


@pytest.fixture
def secadmin(db: None) -> User:
    return make_person("secadmin", None, admin_role=AdminRole.SECURITY)


def choose(actor: User | None, **more: Any) -> SecurityPolicy:
    return change_security_policy(actor=actor, choice=PolicyChoice(**{**CHOICE, **more}), at=StillClock.now())


def change(user: User, new: str, old: str = PASSWORD) -> None:
    change_own_password(actor=user, old=old, new=new, at=StillClock.now())


def refusals(user: User, new: str) -> str:
    with pytest.raises(Invalid) as refused:
        change(user, new)
    return "".join(refused.value.fields["new"])


def log_in(client: Client, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": "teacher", "password": password, **more})


class TestDengbao:
    def test_is_the_default(self, db: None) -> None:
        profile = current_policy().password_profile
        facts = (
            profile.min_length,
            profile.n_classes,
            profile.rotation_days,
            profile.n_remembered,
            profile.warning_days,
        )
        assert (profile.code, facts) == ("dengbao", (8, 3, 90, 5, 7))

    @pytest.mark.parametrize("new", ["Ab3-efgh", "ab3-efgh", "AB3-EFGH", "Abcdefg3", "闭环abc123", "Ab -efgh"])
    def test_takes_eight_signs_of_three_kinds(self, district: District, new: str) -> None:
        change(district.teacher, new)

    @pytest.mark.parametrize(
        ("new", "says"),
        [("Ab3-efg", "至少要 8 位，现在是 7 位"), ("abcdefg3", "现在用了 2 种"), ("ABCDEFG-", "现在用了 2 种"),
         ("38264917", "现在用了 1 种"), ("Password1", "常见密码"), ("Teacher-1", "与姓名、用户名"),
         ("Ab3-" * 65, "最长 256 位")],
    )  # fmt: skip
    def test_refuses_the_rest_and_says_why(self, district: District, new: str, says: str) -> None:
        assert says in refusals(district.teacher, new)

    def test_the_last_five_are_refused_the_sixth_is_free(self, district: District) -> None:
        """The present one is the first of five."""
        used = [PASSWORD]
        for n in range(5):
            change(district.teacher, f"Neue-wort-{n}", used[-1])
            used.append(f"Neue-wort-{n}")
            district.teacher.refresh_from_db()
        for old in used[1:-1]:
            with pytest.raises(Invalid, match="最近 5 次"):
                change(district.teacher, old, used[-1])
        change(district.teacher, used[0], used[-1])

    def test_a_temporary_password_does_not_count_among_them(self, district: District, secadmin: User) -> None:
        password = reset_password(actor=secadmin, user=district.teacher, at=StillClock.now())
        district.teacher.refresh_from_db()
        with pytest.raises(Invalid, match="最近 5 次"):
            set_first_password(actor=district.teacher, new=PASSWORD, at=StillClock.now())
        set_first_password(actor=district.teacher, new="Neue-wort-1", at=StillClock.now())
        assert FormerPassword.objects.count() == 1
        assert password not in str(list(FormerPassword.objects.values()))

    def test_no_more_hashes_are_kept_than_needed(self, district: District) -> None:
        old = PASSWORD
        for n in range(8):
            change(district.teacher, f"Neue-wort-{n}", old)
            old = f"Neue-wort-{n}"
        assert FormerPassword.objects.filter(user=district.teacher).count() == 5


class TestRotation:
    @pytest.fixture
    def set_at(self, district: District) -> Any:
        change(district.teacher, "Neue-wort-1")
        return StillClock.now()

    def test_at_its_moment_the_login_leads_to_a_new_password(self, set_at: Any, client: Client) -> None:
        for moment, opens in ((set_at + ROTATION - SECOND, True), (set_at + ROTATION, False)):
            StillClock.set(moment)
            log_in(client, "Neue-wort-1")
            answer = client.get("/hazards/")
            assert (answer.status_code == 200) == opens
            client.post("/logout/")
        assert answer["Location"] == "/password/"

    def test_then_he_goes_on_where_he_wanted_to(self, set_at: Any, client: Client) -> None:
        StillClock.set(set_at + ROTATION)
        client.get(log_in(client, "Neue-wort-1", next="/report/?mode=fix")["Location"])
        assert client.get("/me/")["Location"] == "/password/"
        assert client.get("/api/v1/hazards/").json()["code"] == "password_expired"
        assert "每 90 天更换一次" in client.get("/password/").content.decode()
        same = {"old": "Neue-wort-1", "new": "Neue-wort-1", "again": "Neue-wort-1"}
        assert client.post("/password/", same).status_code == 422
        new = {"old": "Neue-wort-1", "new": "Neue-wort-2", "again": "Neue-wort-2"}
        assert client.post("/password/", new)["Location"] == "/report/?mode=fix"
        assert client.get("/report/?mode=fix").status_code == 200

    def test_work_that_has_begun_is_not_cut_short(self, set_at: Any, client: Client) -> None:
        """The rule is asked at the login, so that no half-written report meets it."""
        StillClock.set(set_at + ROTATION - SECOND)
        log_in(client, "Neue-wort-1")
        StillClock.advance(timedelta(hours=1))
        assert client.get("/report/").status_code == 200

    def test_the_warning_comes_a_week_before(self, set_at: Any, client: Client) -> None:
        for moment, is_warned in ((set_at + ROTATION - WARNING - SECOND, False), (set_at + ROTATION - WARNING, True)):
            StillClock.set(moment)
            page = client.get(log_in(client, "Neue-wort-1")["Location"]).content.decode()
            assert ("密码将于 02月21日 09:00 到期" in page) == is_warned
            assert ("快到期" in client.get("/me/").content.decode()) == is_warned
            client.post("/logout/")

    def test_the_api_gives_no_token_after_it(self, set_at: Any, client: Client) -> None:
        facts = {"username": "teacher", "password": "Neue-wort-1"}
        for moment, status in ((set_at + ROTATION - SECOND, 200), (set_at + ROTATION, 403)):
            StillClock.set(moment)
            answer = client.post("/api/v1/auth/token/", facts, content_type="application/json")
            assert answer.status_code == status
        assert answer.json()["code"] == "password_expired"

    def test_one_never_set_by_its_owner_counts_from_the_account(self, district: District) -> None:
        assert password_expires_at(district.teacher, current_policy()) == district.teacher.created_at + ROTATION

    def test_the_demo_has_none(self, set_at: Any, client: Client, settings: Any) -> None:
        settings.DEMO = True
        StillClock.set(set_at + 2 * ROTATION)
        log_in(client, "Neue-wort-1")
        assert client.get("/me/").status_code == 200


class TestAsvs:
    @pytest.fixture(autouse=True)
    def chosen(self, district: District, secadmin: User) -> None:
        choose(secadmin, password_profile="asvs")

    @pytest.mark.parametrize(
        "new", ["wanquanbuyong", "correct horse battery", "闭环系统要记住的一句长话", "829174650318"]
    )
    def test_takes_twelve_signs_of_any_kind(self, district: District, new: str) -> None:
        change(district.teacher, new)

    @pytest.mark.parametrize(
        ("new", "says"), [("Ab3-efghijk", "至少要 12 位，现在是 11 位"), ("qwertyuiop123", "常见密码")]
    )
    def test_refuses_short_and_common_ones(self, district: District, new: str, says: str) -> None:
        assert says in refusals(district.teacher, new)

    def test_expires_never_and_forgets_the_old(self, district: District, client: Client) -> None:
        change(district.teacher, "wanquanbuyong")
        assert not FormerPassword.objects.exists()
        district.teacher.refresh_from_db()
        change(district.teacher, PASSWORD, "wanquanbuyong")
        StillClock.advance(20 * ROTATION)
        log_in(client)
        assert client.get("/me/").status_code == 200

    def test_the_form_says_so(self, district: District, client: Client) -> None:
        client.force_login(district.teacher)
        assert "至少 12 位，不要用" in client.get("/password/").content.decode()


class TestSwitch:
    def test_takes_effect_when_a_password_is_next_set(self, district: District, secadmin: User, client: Client) -> None:
        change(district.teacher, "Ab3-efgh")
        choose(secadmin, password_profile="asvs")
        log_in(client, "Ab3-efgh")
        assert client.get("/me/").status_code == 200
        with pytest.raises(Invalid, match="至少要 12 位"):
            change(district.teacher, "Xy3-efgh", "Ab3-efgh")

    def test_back_to_rotation_expires_nobody_at_once(self, district: District, secadmin: User) -> None:
        choose(secadmin, password_profile="asvs")
        StillClock.advance(5 * ROTATION)
        choose(secadmin)
        assert password_expires_at(district.teacher, current_policy()) == StillClock.now() + ROTATION

    def test_other_changes_do_not_begin_rotation_anew(self, district: District, secadmin: User) -> None:
        before = password_expires_at(district.teacher, current_policy())
        StillClock.advance(DAY)
        choose(secadmin, grace_days=3)
        assert password_expires_at(district.teacher, current_policy()) == before

    def test_is_in_the_audit_log_in_words_and_history_stays(self, secadmin: User) -> None:
        choose(secadmin, password_profile="asvs", second_factor_posts=["leader"], grace_days=0)
        entry = AuditEntry.objects.get(action="security_policy.changed")
        assert (entry.kind, entry.actor_id) == ("settings", secadmin.pk)
        assert entry.detail["message"] == (
            "密码规则 等保要求 → 长密码，不定期更换；"
            "须登录验证的岗位 安全办主任、分管领导、主要领导、县级协调员 → 分管领导；宽限天数 7 → 0"
        )
        assert list(SecurityPolicy.objects.order_by("pk").values_list("set_by", flat=True)) == [None, secadmin.pk]

    def test_what_changes_nothing_writes_nothing(self, secadmin: User) -> None:
        choose(secadmin)
        assert SecurityPolicy.objects.count() == 1
        assert not AuditEntry.objects.filter(kind="settings").exists()

    @pytest.mark.parametrize("role", [AdminRole.SYSTEM, AdminRole.AUDIT, ""])
    def test_is_the_security_administrators_alone(self, db: None, role: str) -> None:
        with pytest.raises(NotAllowed, match="安全管理员"):
            choose(make_person("other", None, admin_role=role))

    @pytest.mark.parametrize(
        ("more", "field"),
        [({"password_profile": "none"}, "password_profile"), ({"second_factor_posts": ["king"]}, "second_factor_posts"),
         ({"grace_days": 61}, "grace_days"), ({"grace_days": -1}, "grace_days"), ({"remember_days": 0}, "remember_days"),
         ({"remember_days": 91}, "remember_days")],
    )  # fmt: skip
    def test_odd_choices_are_refused_by_field(self, secadmin: User, more: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            choose(secadmin, **more)
        assert set(refused.value.fields) == {field}

    def test_by_the_page(self, secadmin: User, client: Client) -> None:
        client.force_login(secadmin)
        assert "等保要求" in client.get("/security/").content.decode()
        odd = {"password_profile": "x", "grace_days": "viele", "remember_days": ""}
        assert client.post("/security/", odd).status_code == 422
        far = {"password_profile": "asvs", "grace_days": "9" * 30, "remember_days": "0"}
        page = client.post("/security/", far).content.decode()
        assert "请填 0 到 60 之间的天数" in page and "请填 1 到 90 之间的天数" in page
        data = {"password_profile": "asvs", "second_factor_posts": ["leader"], "grace_days": "3", "remember_days": "30"}
        assert client.post("/security/", data).status_code == 302
        policy = current_policy()
        assert (policy.password_profile.code, policy.second_factor_posts) == ("asvs", ["leader"])
        assert not policy.second_factor_for_administrators
