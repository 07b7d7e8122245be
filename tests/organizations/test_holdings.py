"""Who appoints whom, from when until when, and who is told."""

from datetime import date, timedelta

import pytest

from core.clock import StillClock, today
from core.errors import Invalid, NotAllowed, WrongState
from organizations import hooks
from organizations.hooks import HoldingChange
from organizations.kinds import AdminRole, PostKind, UnitKind
from organizations.models import Holding, Post, User
from organizations.posts import list_held_posts
from organizations.services import appoint, create_unit, end_holding
from tests.support.district import District, make_person

AT = StillClock.START
TODAY = today(AT)
DAY = timedelta(days=1)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[HoldingChange]:
    changes: list[HoldingChange] = []
    monkeypatch.setattr(hooks, "holding_changed", [changes.append])
    return changes


@pytest.fixture
def sysadmin(district: District) -> User:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def post(district: District, unit: str, kind: PostKind) -> Post:
    return Post.objects.select_related("unit").get(unit=district.units[unit], kind=kind)


def holding_of(user: User) -> Holding:
    return Holding.objects.select_related("post__unit", "user").get(user=user)


def test_a_principal_appoints_in_his_own_school(district: District, heard: list[HoldingChange]) -> None:
    new = make_person("new", district.units["school"])
    safety = post(district, "school", PostKind.SAFETY)
    appoint(actor=district.principal, post=safety, user=new, from_on=TODAY, at=AT)
    assert [held.kind for held in list_held_posts(new, AT)] == ["safety"]
    assert heard == [HoldingChange(safety.pk, safety.unit_id, tuple(safety.unit.path), AT)]


ALLOWED = [
    ("principal", "school", PostKind.CONFIDANT),
    ("central_head", "central", PostKind.CENTRAL_SAFETY),
    ("director", "school", PostKind.PRINCIPAL),
    ("office", "school", PostKind.PRINCIPAL),
    ("director", "central", PostKind.CENTRAL_HEAD),
    ("director", "section", PostKind.SECTION_HEAD),
    ("director", "edu", PostKind.OFFICE_CLERK),
    ("director", "edu", PostKind.INVESTIGATOR),
    ("coordinator", "fire", PostKind.DEPARTMENT_LEADER),
]
REFUSED = [
    ("principal", "school", PostKind.PRINCIPAL),
    ("principal", "sibling", PostKind.SAFETY),
    ("safety", "school", PostKind.TEACHER),
    ("teacher", "school", PostKind.TEACHER),
    ("central_head", "school", PostKind.SAFETY),
    ("central_head", "school", PostKind.PRINCIPAL),
    ("director", "school", PostKind.SAFETY),
    ("director", "edu", PostKind.LEADER),
    ("director", "edu", PostKind.CHIEF),
    ("director", "fire", PostKind.DEPARTMENT_LEADER),
    ("office", "edu", PostKind.OFFICE_CLERK),
    ("coordinator", "gov", PostKind.COUNTY_SUPERVISOR),
    ("fire", "fire", PostKind.CONTACT),
    ("outsider", "school", PostKind.SAFETY),
]


@pytest.mark.parametrize(("who", "unit", "kind"), ALLOWED)
def test_the_keeper_appoints(district: District, who: str, unit: str, kind: PostKind) -> None:
    new = make_person("new", district.units[unit])
    appoint(actor=district.people[who], post=post(district, unit, kind), user=new, from_on=TODAY, at=AT)
    assert Holding.objects.filter(user=new, post__kind=kind, appointed_by=district.people[who]).exists()


@pytest.mark.parametrize(("who", "unit", "kind"), REFUSED)
def test_everybody_else_is_refused(district: District, who: str, unit: str, kind: PostKind) -> None:
    new = make_person("new", district.units[unit])
    with pytest.raises(NotAllowed):
        appoint(actor=district.people[who], post=post(district, unit, kind), user=new, from_on=TODAY, at=AT)
    assert not new.holdings.exists()


def test_a_refusal_names_who_may(district: District) -> None:
    new = make_person("new", district.units["school"])
    safety = post(district, "school", PostKind.SAFETY)
    with pytest.raises(NotAllowed, match="第一小学校长"):
        appoint(actor=district.director, post=safety, user=new, from_on=TODAY, at=AT)


def test_where_the_head_is_missing_the_next_above_keeps_the_people(district: District) -> None:
    new = make_person("new", district.units["school"])
    safety = post(district, "school", PostKind.SAFETY)
    end_holding(actor=district.director, holding=holding_of(district.principal), until_on=TODAY, at=AT)
    with pytest.raises(NotAllowed):
        appoint(actor=district.director, post=safety, user=new, from_on=TODAY, at=AT)
    appoint(actor=district.central_head, post=safety, user=new, from_on=TODAY, at=AT)
    end_holding(actor=district.director, holding=holding_of(district.central_head), until_on=TODAY, at=AT)
    teacher = post(district, "school", PostKind.TEACHER)
    appoint(actor=district.director, post=teacher, user=new, from_on=TODAY, at=AT)


class TestSystemAdministrator:
    @pytest.mark.parametrize(
        ("unit", "kind"),
        [("edu", PostKind.CHIEF), ("edu", PostKind.LEADER), ("gov", PostKind.COORDINATOR)],
    )
    def test_fills_the_posts_that_nobody_below_may(
        self, district: District, sysadmin: User, unit: str, kind: PostKind
    ) -> None:
        new = make_person("new", district.units[unit])
        assert appoint(actor=sysadmin, post=post(district, unit, kind), user=new, from_on=TODAY, at=AT).pk

    def test_fills_a_heads_post_while_it_is_vacant(self, district: District, sysadmin: User) -> None:
        school = create_unit(
            actor=sysadmin, kind=UnitKind.SCH, name="新建小学", parent=district.units["central"], at=AT
        )
        head = school.posts.get(kind=PostKind.PRINCIPAL)
        first, second = make_person("first", school), make_person("second", school)
        appoint(actor=sysadmin, post=head, user=first, from_on=TODAY, at=AT)
        with pytest.raises(NotAllowed):
            appoint(actor=sysadmin, post=head, user=second, from_on=TODAY, at=AT)

    def test_fills_no_other_post(self, district: District, sysadmin: User) -> None:
        new = make_person("new", district.units["school"])
        with pytest.raises(NotAllowed):
            appoint(actor=sysadmin, post=post(district, "school", PostKind.SAFETY), user=new, from_on=TODAY, at=AT)

    @pytest.mark.parametrize("role", [AdminRole.SECURITY, AdminRole.AUDIT])
    def test_the_other_two_fill_none(self, district: District, role: AdminRole) -> None:
        admin, new = make_person("admin", None, admin_role=role), make_person("new", district.units["edu"])
        with pytest.raises(NotAllowed):
            appoint(actor=admin, post=post(district, "edu", PostKind.CHIEF), user=new, from_on=TODAY, at=AT)


class TestDates:
    def test_a_coming_appointment_is_not_yet_held_nor_announced(
        self, district: District, heard: list[HoldingChange]
    ) -> None:
        new = make_person("new", district.units["school"])
        safety = post(district, "school", PostKind.SAFETY)
        appoint(actor=district.principal, post=safety, user=new, from_on=TODAY + DAY, at=AT)
        assert heard == []
        assert list_held_posts(new, AT) == []
        assert [held.kind for held in list_held_posts(new, AT + DAY)] == ["safety"]

    def test_the_day_begins_at_midnight_in_shanghai(self, district: District) -> None:
        new = make_person("new", district.units["school"])
        from_on = date(2026, 11, 24)
        appoint(
            actor=district.principal, post=post(district, "school", PostKind.SAFETY), user=new, from_on=from_on, at=AT
        )
        last_moment = StillClock.START.replace(hour=15, minute=59, second=59)
        assert list_held_posts(new, last_moment) == []
        assert len(list_held_posts(new, last_moment + timedelta(seconds=1))) == 1

    @pytest.mark.parametrize(("offset", "is_fine"), [(-366, True), (-367, False), (366, True), (367, False)])
    def test_a_begin_too_far_off_is_a_slip(self, district: District, offset: int, is_fine: bool) -> None:
        new = make_person("new", district.units["school"])
        safety = post(district, "school", PostKind.SAFETY)
        from_on = TODAY + timedelta(days=offset)
        if is_fine:
            assert appoint(actor=district.principal, post=safety, user=new, from_on=from_on, at=AT).pk
        else:
            with pytest.raises(Invalid) as refusal:
                appoint(actor=district.principal, post=safety, user=new, from_on=from_on, at=AT)
            assert "from_on" in refusal.value.fields

    def test_nobody_holds_one_post_twice_at_once(self, district: District) -> None:
        safety = post(district, "school", PostKind.SAFETY)
        with pytest.raises(Invalid):
            appoint(actor=district.principal, post=safety, user=district.safety, from_on=TODAY, at=AT)
        end_holding(actor=district.principal, holding=holding_of(district.safety), until_on=TODAY + DAY, at=AT)
        with pytest.raises(Invalid):
            appoint(actor=district.principal, post=safety, user=district.safety, from_on=TODAY, at=AT)
        appoint(actor=district.principal, post=safety, user=district.safety, from_on=TODAY + DAY, at=AT)


class TestEnding:
    def test_ends_today_and_is_announced(self, district: District, heard: list[HoldingChange]) -> None:
        holding = holding_of(district.safety)
        end_holding(actor=district.principal, holding=holding, until_on=TODAY, at=AT)
        assert list_held_posts(district.safety, AT) == []
        assert [change.post_id for change in heard] == [holding.post_id]

    def test_ends_later_and_is_held_until_then(self, district: District, heard: list[HoldingChange]) -> None:
        end_holding(actor=district.principal, holding=holding_of(district.safety), until_on=TODAY + DAY, at=AT)
        assert heard == []
        assert len(list_held_posts(district.safety, AT)) == 1
        assert list_held_posts(district.safety, AT + DAY) == []

    def test_is_not_ended_twice(self, district: District) -> None:
        end_holding(actor=district.principal, holding=holding_of(district.safety), until_on=TODAY, at=AT)
        with pytest.raises(WrongState):
            end_holding(actor=district.principal, holding=holding_of(district.safety), until_on=TODAY, at=AT)

    def test_is_not_ended_in_the_past(self, district: District) -> None:
        with pytest.raises(Invalid):
            end_holding(actor=district.principal, holding=holding_of(district.safety), until_on=TODAY - DAY, at=AT)

    @pytest.mark.parametrize("who", ["outsider", "safety", "far_principal", "director", "teacher"])
    def test_others_end_nothing(self, district: District, who: str) -> None:
        with pytest.raises(NotAllowed):
            end_holding(actor=district.people[who], holding=holding_of(district.confidant), until_on=TODAY, at=AT)

    def test_nobody_ends_his_own(self, district: District) -> None:
        with pytest.raises(NotAllowed):
            end_holding(actor=district.director, holding=holding_of(district.director), until_on=TODAY, at=AT)

    def test_a_hook_that_refuses_undoes_it(self, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(change: HoldingChange) -> None:
            raise Invalid("有隐患将无人办理")

        monkeypatch.setattr(hooks, "holding_changed", [refuse])
        with pytest.raises(Invalid):
            end_holding(actor=district.principal, holding=holding_of(district.safety), until_on=TODAY, at=AT)
        assert holding_of(district.safety).until_on is None


def test_a_closed_account_or_unit_takes_no_appointment(district: District) -> None:
    closed = make_person("closed", district.units["school"], is_active=False)
    with pytest.raises(Invalid):
        appoint(
            actor=district.principal,
            post=post(district, "school", PostKind.SAFETY),
            user=closed,
            from_on=TODAY,
            at=AT,
        )
