"""Accounts: who opens and closes them, and the three administrators beside everybody else."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from psycopg2.errorcodes import CHECK_VIOLATION

from core.clock import StillClock, today
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry
from organizations import hooks
from organizations.hooks import HoldingChange
from organizations.kinds import AdminRole, PostKind
from organizations.models import Holding, Post, User
from organizations.posts import Directory, list_held_posts
from organizations.services import (
    appoint,
    change_own_password,
    create_person,
    reset_password,
    set_admin_role,
    set_first_password,
    set_person_active,
    unlock_account,
)
from tests.support.district import PASSWORD, District, give_post, make_person

AT = StillClock.START
TODAY = today(AT)
STRONG = "wan-quan-xin-mima-88"


@pytest.fixture
def sysadmin(db: None) -> User:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


@pytest.fixture
def secadmin(db: None) -> User:
    return make_person("secadmin", None, admin_role=AdminRole.SECURITY)


class TestOpening:
    @pytest.mark.parametrize(
        ("who", "unit"),
        [("principal", "school"), ("director", "school"), ("central_head", "central"), ("coordinator", "fire")],
    )
    def test_the_keeper_opens_an_account(self, district: District, who: str, unit: str) -> None:
        new = create_person(
            actor=district.people[who], unit=district.units[unit], username="wanglaoshi", name="王老师", at=AT
        )
        assert new.user.must_set_password
        assert new.user.check_password(new.temporary_password)
        entry = AuditEntry.objects.get(action="person.created")
        assert new.temporary_password not in str(entry.detail) + entry.subject

    @pytest.mark.parametrize("who", ["teacher", "safety", "outsider", "sibling_principal", "leader", "fire"])
    def test_nobody_else_does(self, district: District, who: str) -> None:
        with pytest.raises(NotAllowed):
            create_person(actor=district.people[who], unit=district.units["school"], username="x1", name="某人", at=AT)

    def test_only_the_system_administrator_opens_one_without_unit(
        self, district: District, sysadmin: User, secadmin: User
    ) -> None:
        create_person(actor=sysadmin, unit=None, username="auditor2", name="审计", at=AT)
        for who in (secadmin, district.director):
            with pytest.raises(NotAllowed):
                create_person(actor=who, unit=None, username="auditor3", name="审计", at=AT)

    @pytest.mark.parametrize(
        ("username", "name", "field"),
        [
            ("safety", "某人", "username"),
            ("有 空格", "某人", "username"),
            ("", "某人", "username"),
            ("x1", " ", "name"),
        ],
    )
    def test_bad_names_are_refused(self, district: District, username: str, name: str, field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            create_person(actor=district.principal, unit=district.units["school"], username=username, name=name, at=AT)
        assert list(refusal.value.fields) == [field]

    def test_a_command_may_give_the_persons_own_password(self, district: District) -> None:
        new = create_person(
            actor=None, unit=district.units["school"], username="demo", name="演示", at=AT, password=PASSWORD
        )
        assert not new.user.must_set_password
        assert new.user.check_password(PASSWORD)


class TestClosing:
    def test_the_keeper_closes_and_the_posts_fall_to_others(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[HoldingChange] = []
        revoked: list[int] = []
        monkeypatch.setattr(hooks, "holding_changed", [heard.append])
        monkeypatch.setattr(hooks, "credentials_revoked", [revoked.append])
        set_person_active(actor=district.principal, user=district.safety, is_active=False, at=AT)
        district.safety.refresh_from_db()
        assert list_held_posts(district.safety, AT) == []
        assert [change.post_id for change in heard] == [district.safety.holdings.get().post_id]
        assert revoked == [district.safety.pk]
        set_person_active(actor=district.principal, user=district.safety, is_active=True, at=AT)
        district.safety.refresh_from_db()
        assert len(list_held_posts(district.safety, AT)) == 1
        assert len(heard) == 2

    @pytest.mark.parametrize(
        ("who", "whom"),
        [
            ("principal", "principal"),
            ("principal", "sibling_safety"),
            ("safety", "teacher"),
            ("central_head", "principal"),
            ("director", "safety"),
            ("director", "leader"),
            ("outsider", "teacher"),
        ],
    )
    def test_others_are_refused(self, district: District, who: str, whom: str) -> None:
        with pytest.raises(NotAllowed):
            set_person_active(actor=district.people[who], user=district.people[whom], is_active=False, at=AT)

    def test_who_also_holds_a_post_elsewhere_is_not_the_principals_alone(self, district: District) -> None:
        give_post(district.safety, district.units["edu"], PostKind.SUPERINTENDENT)
        with pytest.raises(NotAllowed):
            set_person_active(actor=district.principal, user=district.safety, is_active=False, at=AT)

    def test_a_hook_that_refuses_keeps_the_account_open(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(change: HoldingChange) -> None:
            raise Invalid("有隐患将无人办理")

        monkeypatch.setattr(hooks, "holding_changed", [refuse])
        with pytest.raises(Invalid):
            set_person_active(actor=district.principal, user=district.safety, is_active=False, at=AT)
        assert User.objects.get(pk=district.safety.pk).is_active

    def test_a_closed_account_loses_its_session(self, district: District, client: Client) -> None:
        client.force_login(district.safety, "django.contrib.auth.backends.ModelBackend")
        assert client.get("/me/").status_code == 200
        set_person_active(actor=district.principal, user=district.safety, is_active=False, at=AT)
        assert client.get("/me/").status_code == 302


class TestAdministrators:
    def test_the_security_administrator_names_them(self, district: District, sysadmin: User, secadmin: User) -> None:
        new = create_person(actor=sysadmin, unit=None, username="auditor", name="审计", at=AT).user
        for who in (sysadmin, district.director, new):
            with pytest.raises(NotAllowed):
                set_admin_role(actor=who, user=new, role=AdminRole.AUDIT, at=AT)
        assert set_admin_role(actor=secadmin, user=new, role=AdminRole.AUDIT, at=AT).admin_role == "audit"
        assert set_admin_role(actor=secadmin, user=new, role="", at=AT).admin_role == ""
        with pytest.raises(Invalid):
            set_admin_role(actor=secadmin, user=new, role="root", at=AT)

    def test_nobody_changes_his_own_role(self, secadmin: User) -> None:
        with pytest.raises(NotAllowed):
            set_admin_role(actor=secadmin, user=secadmin, role="", at=AT)

    def test_who_held_a_post_becomes_none(self, district: District, secadmin: User) -> None:
        with pytest.raises(Invalid):
            set_admin_role(actor=secadmin, user=district.teacher, role=AdminRole.AUDIT, at=AT)

    def test_one_who_is_gets_no_post(self, district: District, sysadmin: User) -> None:
        post = Post.objects.get(unit=district.units["school"], kind=PostKind.SAFETY)
        with pytest.raises(Invalid):
            appoint(actor=district.principal, post=post, user=sysadmin, from_on=TODAY, at=AT)

    def test_only_the_security_administrator_closes_an_administrator(
        self, district: District, sysadmin: User, secadmin: User
    ) -> None:
        auditor = make_person("auditor", None, admin_role=AdminRole.AUDIT)
        for who in (sysadmin, district.director):
            with pytest.raises(NotAllowed):
                set_person_active(actor=who, user=auditor, is_active=False, at=AT)
        assert not set_person_active(actor=secadmin, user=auditor, is_active=False, at=AT).is_active

    @pytest.mark.parametrize("role", AdminRole.values)
    def test_the_database_refuses_an_administrator_a_post(self, district: District, role: str) -> None:
        admin = make_person("admin", None, admin_role=role)
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            give_post(admin, district.units["school"], PostKind.SAFETY)
        assert refusal.value.__cause__ is not None
        assert refusal.value.__cause__.pgcode == CHECK_VIOLATION  # type: ignore[attr-defined]

    @pytest.mark.parametrize("role", AdminRole.values)
    def test_the_database_refuses_a_holder_the_role(self, district: District, role: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=district.teacher.pk).update(admin_role=role)

    def test_the_database_refuses_to_give_a_holding_to_an_administrator(
        self, district: District, sysadmin: User
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Holding.objects.filter(user=district.teacher).update(user=sysadmin)

    @pytest.mark.parametrize(("column", "value"), [("is_superuser", True), ("admin_role", "root")])
    def test_the_database_knows_no_superuser_and_no_other_role(
        self, district: District, column: str, value: bool | str
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE organizations_user SET {column} = %s WHERE id = %s", [value, district.teacher.pk])


class TestPasswords:
    def test_the_security_administrator_resets(
        self, district: District, secadmin: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        revoked: list[int] = []
        monkeypatch.setattr(hooks, "credentials_revoked", [revoked.append])
        password = reset_password(actor=secadmin, user=district.safety, at=AT)
        district.safety.refresh_from_db()
        assert district.safety.check_password(password)
        assert district.safety.must_set_password
        assert revoked == [district.safety.pk]

    @pytest.mark.parametrize("who", ["principal", "director", "outsider"])
    def test_nobody_else_resets_or_unlocks(self, district: District, sysadmin: User, who: str) -> None:
        for actor in (district.people[who], sysadmin):
            with pytest.raises(NotAllowed):
                reset_password(actor=actor, user=district.safety, at=AT)
            with pytest.raises(NotAllowed):
                unlock_account(actor=actor, user=district.safety, at=AT)

    def test_a_reset_ends_the_session(self, district: District, secadmin: User, client: Client) -> None:
        client.force_login(district.safety, "django.contrib.auth.backends.ModelBackend")
        reset_password(actor=secadmin, user=district.safety, at=AT)
        assert client.get("/me/").status_code == 302

    def test_temporary_passwords_differ_and_are_strong_enough(self, district: District, secadmin: User) -> None:
        told = {reset_password(actor=secadmin, user=district.safety, at=AT) for _ in range(5)}
        assert len(told) == 5
        assert all(len(password) == 20 for password in told)

    def test_the_first_password_replaces_the_temporary_one(self, district: District) -> None:
        new = create_person(actor=district.principal, unit=district.units["school"], username="new", name="新来", at=AT)
        with pytest.raises(Invalid):
            set_first_password(actor=new.user, new=new.temporary_password, at=AT)
        user = set_first_password(actor=new.user, new=STRONG, at=AT)
        assert not user.must_set_password
        assert user.password_set_at == AT
        assert user.check_password(STRONG)

    @pytest.mark.parametrize("weak", ["short-9", "12345678901", "password123", "测试safety"])
    def test_weak_passwords_are_refused(self, district: District, weak: str) -> None:
        with pytest.raises(Invalid) as refusal:
            change_own_password(actor=district.safety, old=PASSWORD, new=weak, at=AT)
        assert list(refusal.value.fields) == ["new"]

    def test_ones_own_password_needs_the_old_one(self, district: District) -> None:
        with pytest.raises(Invalid) as refusal:
            change_own_password(actor=district.safety, old="wrong", new=STRONG, at=AT)
        assert list(refusal.value.fields) == ["old"]
        assert change_own_password(actor=district.safety, old=PASSWORD, new=STRONG, at=AT).check_password(STRONG)


class TestVacancy:
    KINDS = {"SCH": (PostKind.SAFETY, PostKind.PRINCIPAL), "CEN": (PostKind.CENTRAL_SAFETY,), "EDU": ("office_clerk",)}

    def nearest(self, district: District, *barred: str) -> list[str]:
        barred_ids = [district.people[name].pk for name in barred]
        directory = Directory(TODAY)
        return [post.label for post in directory.nearest(district.units["school"].path, self.KINDS, barred_ids)]

    def test_the_first_kind_of_the_nearest_unit_owes(self, district: District) -> None:
        assert self.nearest(district) == ["第一小学安全员", "第一小学校长"]

    def test_who_is_barred_is_passed_over(self, district: District) -> None:
        assert self.nearest(district, "safety") == ["第一小学校长"]
        assert self.nearest(district, "safety", "principal") == ["城关中心校安全负责人"]
        assert self.nearest(district, "safety", "principal", "central") == ["县教育局安全办经办"]
        assert self.nearest(district, "safety", "principal", "central", "office") == []

    def test_a_second_holder_stands_in_for_a_barred_one(self, district: District) -> None:
        make_person("safety2", district.units["school"], PostKind.SAFETY)
        assert self.nearest(district, "safety") == ["第一小学安全员", "第一小学校长"]

    def test_a_closed_unit_is_passed_over(self, district: District) -> None:
        school = district.units["school"]
        school.is_active = False
        school.save()
        assert self.nearest(district) == ["城关中心校安全负责人"]
