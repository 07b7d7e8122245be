"""A post changes hands in one act; one who leaves gives all of his away and his account closes; a sheet keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.clock import StillClock, today
from core.errors import Invalid, NotAllowed, WrongState
from core.models import AuditEntry
from organizations import hooks
from organizations.daily import follow_dates
from organizations.hooks import HandOver, HoldingChange, WorkItem
from organizations.kinds import PostKind
from organizations.models import HandOverSheet, Holding, Post, User
from organizations.posts import list_held_posts
from organizations.services import delegate_post, end_holding, hand_over, release_person
from organizations.services.handover import close_accounts_of_leavers
from tests.support.district import District, give_post, make_person

AT = StillClock.START
TODAY = today(AT)
DAY = timedelta(days=1)


def held(user: User, kind: PostKind) -> Holding:
    return Holding.objects.select_related("post__unit", "user").get(user=user, post__kind=kind)


def kinds(user: User, days: int = 0) -> list[str]:
    user.refresh_from_db()
    return [post.kind for post in list_held_posts(user, AT + days * DAY)]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[HandOver]:
    heard: list[HandOver] = []
    monkeypatch.setattr(hooks, "work_handed_over", [heard.append])
    return heard


@pytest.fixture
def desk(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three things on the safety officer's desk, one of them by another post of his."""
    post = held(district.safety, PostKind.SAFETY).post
    other = give_post(district.safety, district.units["school"], PostKind.CONFIDANT).post

    def work(user: User, at: datetime) -> list[WorkItem]:
        if user.pk != district.safety.pk:
            return []
        return [
            WorkItem("Y-2", "围墙开裂", "整改中", None, str(post), "/", post_id=post.pk),
            WorkItem("Y-1", "栏杆松动", "待签收", at + DAY, str(post), "/", post_id=post.pk),
            WorkItem("Y-3", "学生姓名", "待建档", None, str(other), "/", is_restricted=True, post_id=other.pk),
        ]

    monkeypatch.setattr(hooks, "open_work", [work])


@pytest.mark.usefixtures("desk")
class TestHandOver:
    def test_one_act_ends_and_appoints(self, district: District, told: list[HandOver]) -> None:
        heard: list[HoldingChange] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hooks, "holding_changed", [heard.append])
            hand_over(
                actor=district.principal,
                holding=held(district.safety, PostKind.SAFETY),
                to=district.teacher,
                on=TODAY,
                at=AT,
            )
        assert PostKind.SAFETY in kinds(district.teacher) and PostKind.SAFETY not in kinds(district.safety)
        assert len(heard) == 1
        assert [(one.old.pk, one.new and one.new.pk) for one in told] == [(district.safety.pk, district.teacher.pk)]

    def test_the_sheet_holds_the_work_of_the_post(self, district: District) -> None:
        holding = held(district.safety, PostKind.SAFETY)
        sheet = hand_over(
            actor=district.principal, holding=holding, to=district.teacher, on=TODAY, at=AT, witness=" 王监 "
        )
        sheet.refresh_from_db()
        assert [item["number"] for item in sheet.items] == ["Y-1", "Y-2"]
        assert {item["taker"] for item in sheet.items} == {district.teacher.name}
        assert sheet.posts[0]["post"] == "第一小学安全员" and sheet.witness == "王监"

    def test_a_coming_day_hands_over_when_it_comes(self, district: District, told: list[HandOver]) -> None:
        follow_dates(AT)
        holding = held(district.safety, PostKind.SAFETY)
        hand_over(actor=district.principal, holding=holding, to=district.teacher, on=TODAY + 2 * DAY, at=AT)
        assert PostKind.SAFETY in kinds(district.safety, 1) and PostKind.SAFETY not in kinds(district.teacher, 1)
        assert PostKind.SAFETY in kinds(district.teacher, 2) and PostKind.SAFETY not in kinds(district.safety, 2)
        assert follow_dates(AT + DAY) == [] and told == []
        assert follow_dates(AT + 2 * DAY) == []
        assert [(one.old.pk, one.new and one.new.pk) for one in told] == [(district.safety.pk, district.teacher.pk)]

    def test_to_who_stood_in_meanwhile(self, district: District) -> None:
        holding = held(district.safety, PostKind.SAFETY)
        delegate_post(
            actor=district.safety, holding=holding, to=district.teacher,
            from_on=TODAY, until_on=TODAY + 5 * DAY, reason="产假", at=AT,
        )  # fmt: skip
        hand_over(actor=district.principal, holding=holding, to=district.teacher, on=TODAY + DAY, at=AT)
        posts = [post for post in list_held_posts(district.teacher, AT + DAY) if post.kind == PostKind.SAFETY]
        assert [post.delegator_id for post in posts] == [None]

    def test_what_is_refused(self, district: District) -> None:
        holding = held(district.safety, PostKind.SAFETY)
        for who in ("teacher", "office", "sibling_principal"):
            with pytest.raises(NotAllowed):
                hand_over(actor=district.people[who], holding=holding, to=district.teacher, on=TODAY, at=AT)
        for to, on in (
            (district.safety, TODAY),
            (district.teacher, TODAY - DAY),
            (district.teacher, TODAY + 400 * DAY),
        ):
            with pytest.raises(Invalid):
                hand_over(actor=district.principal, holding=holding, to=to, on=on, at=AT)
        second = make_person("second", district.units["school"], PostKind.SAFETY)
        with pytest.raises(Invalid) as refusal:
            hand_over(actor=district.principal, holding=holding, to=second, on=TODAY, at=AT)
        assert list(refusal.value.fields) == ["to"]
        assert not HandOverSheet.objects.exists()
        end_holding(actor=None, holding=holding, until_on=TODAY, at=AT)
        with pytest.raises(WrongState):
            hand_over(actor=district.principal, holding=holding, to=district.teacher, on=TODAY, at=AT)


@pytest.mark.usefixtures("desk")
class TestLeaving:
    def test_all_posts_end_and_the_account_closes(self, district: District, told: list[HandOver]) -> None:
        post = held(district.safety, PostKind.SAFETY).post_id
        sheet = release_person(
            actor=district.principal, user=district.safety, on=TODAY, at=AT, successors={post: district.teacher}
        )
        district.safety.refresh_from_db()
        assert not district.safety.is_active and kinds(district.safety) == []
        assert PostKind.SAFETY in kinds(district.teacher)
        found = {(one.post.kind, one.new and one.new.pk) for one in told}
        assert found == {(PostKind.SAFETY, district.teacher.pk), (PostKind.CONFIDANT, None)}
        assert [item["number"] for item in sheet.items] == ["Y-1", "Y-2", "Y-3"]
        restricted = sheet.items[2]
        assert (restricted["what"], restricted["is_restricted"]) == ("", True)
        assert sheet.is_leaving and AuditEntry.objects.filter(action="person.left").count() == 1

    def test_the_last_day_is_still_his(self, district: District) -> None:
        follow_dates(AT)
        release_person(actor=district.principal, user=district.safety, on=TODAY + 3 * DAY, at=AT)
        close_accounts_of_leavers(AT + 2 * DAY)
        district.safety.refresh_from_db()
        assert district.safety.is_active and PostKind.SAFETY in kinds(district.safety, 2)
        close_accounts_of_leavers(AT + 3 * DAY)
        district.safety.refresh_from_db()
        assert not district.safety.is_active

    def test_what_is_refused(self, district: District) -> None:
        for who in ("teacher", "sibling_principal", "safety"):
            with pytest.raises(NotAllowed):
                release_person(actor=district.people[who], user=district.safety, on=TODAY, at=AT)
        give_post(district.safety, district.units["edu"], PostKind.OFFICE_CLERK)
        with pytest.raises(NotAllowed):
            release_person(actor=district.principal, user=district.safety, on=TODAY, at=AT)

    def test_work_that_would_be_nobodys_keeps_him(self, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(change: HoldingChange) -> None:
            raise Invalid("将无人办理")

        monkeypatch.setattr(hooks, "holding_changed", [refuse])
        with pytest.raises(Invalid):
            release_person(actor=district.principal, user=district.safety, on=TODAY, at=AT)
        assert PostKind.SAFETY in kinds(district.safety) and not HandOverSheet.objects.exists()


def test_open_hazards_go_to_the_successor(district: District) -> None:
    number = district.report()
    successor = make_person("successor", district.units["school"])
    hand_over(actor=district.principal, holding=held(district.safety, PostKind.SAFETY), to=successor, on=TODAY, at=AT)
    post = district.find(number).responsible_post_id
    assert post is not None and Post.objects.get(pk=post).kind == PostKind.SAFETY
    district.do("self_handle", successor, number, measures="更换螺丝", interim_control="已警戒",
                leader=district.principal.pk, handler=district.teacher.pk)  # fmt: skip
