"""A leader who is away lets somebody stand in; it begins and ends on its days and with his own post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from core.clock import StillClock, today
from core.errors import Invalid, NotAllowed, WrongState
from core.models import AuditEntry
from organizations import hooks
from organizations.daily import follow_dates
from organizations.hooks import HandOver
from organizations.kinds import PostKind, UnitKind
from organizations.models import Holding, User
from organizations.posts import Directory, list_held_posts
from organizations.services import (
    appoint,
    delegate_post,
    end_delegation,
    end_holding,
    release_person,
    set_person_active,
)
from tests.support.district import District, give_post, make_person, make_unit

AT = StillClock.START
TODAY = today(AT)
DAY = timedelta(days=1)
Delegate = Callable[..., Holding]


def own(user: User) -> Holding:
    return Holding.objects.select_related("post__unit", "user").get(user=user, delegated_by=None)


@pytest.fixture
def delegate(district: District) -> Delegate:
    def act(who: User | None = None, to: User | None = None, **more: object) -> Holding:
        actor = who or district.principal
        given: dict[str, object] = {"from_on": TODAY, "until_on": TODAY + 7 * DAY, "reason": "外出培训", **more}
        return delegate_post(
            actor=actor, holding=own(actor), to=to or district.safety, at=AT, **given,
        )  # fmt: skip

    return act


def kinds(user: User, on: date) -> list[tuple[str, int | None]]:
    user.refresh_from_db()
    at = AT + (on - TODAY)
    return [(post.kind, post.delegator_id) for post in list_held_posts(user, at)]


def test_the_delegate_holds_the_post_and_says_for_whom(district: District, delegate: Delegate) -> None:
    delegate()
    held = {post.kind: post for post in list_held_posts(district.safety, AT)}
    assert held[PostKind.PRINCIPAL].delegator_id == district.principal.pk
    assert held[PostKind.PRINCIPAL].label == "第一小学校长（代）"
    assert held[PostKind.SAFETY].label == "第一小学安全员"
    assert (PostKind.PRINCIPAL, None) in kinds(district.principal, TODAY)
    entry = AuditEntry.objects.get(action="delegation.given")
    assert entry.detail["reason"] == "外出培训"


def test_it_begins_and_ends_on_its_days(district: District, delegate: Delegate) -> None:
    delegate(from_on=TODAY + 2 * DAY, until_on=TODAY + 5 * DAY)
    stands_in = [
        n for n in range(7) if (PostKind.PRINCIPAL, district.principal.pk) in kinds(district.safety, TODAY + n * DAY)
    ]
    assert stands_in == [2, 3, 4]


def test_ninety_days_and_no_more(district: District, delegate: Delegate) -> None:
    with pytest.raises(Invalid, match="最长 90 天"):
        delegate(until_on=TODAY + 91 * DAY)
    assert delegate(until_on=TODAY + 90 * DAY).pk


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from_on": TODAY - DAY}, "from_on"),
        ({"from_on": TODAY + 400 * DAY, "until_on": TODAY + 401 * DAY}, "from_on"),
        ({"until_on": TODAY}, "until_on"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 101}, "reason"),
    ],
)
def test_days_and_reason_are_checked(delegate: Delegate, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        delegate(**given)
    assert list(refusal.value.fields) == [field]


def test_only_inside_the_own_holding(district: District, delegate: Delegate) -> None:
    end_holding(actor=None, holding=own(district.principal), until_on=TODAY + 5 * DAY, at=AT)
    with pytest.raises(Invalid, match="最后一天"):
        delegate(until_on=TODAY + 6 * DAY)
    assert delegate(until_on=TODAY + 5 * DAY).until_on == TODAY + 5 * DAY


def test_to_the_unit_those_above_and_nobody_else(district: District, delegate: Delegate) -> None:
    for name in ("sibling_principal", "far_principal", "coordinator", "fire", "outsider"):
        with pytest.raises(Invalid) as refusal:
            delegate(to=district.people[name])
        assert list(refusal.value.fields) == ["to"], name
    for name in ("teacher", "central_head", "office"):
        end_delegation(actor=district.principal, delegation=delegate(to=district.people[name]), at=AT)
    with pytest.raises(Invalid):
        delegate(to=district.principal)


def test_a_leader_delegates_to_any_part_of_the_bureau(district: District, delegate: Delegate) -> None:
    other = make_unit(UnitKind.SUB, "电教馆", district.units["edu"])
    contact = make_person("contact", other, PostKind.CONTACT)
    assert delegate(district.leader, contact).user_id == contact.pk
    with pytest.raises(Invalid):
        delegate(district.director, contact)


def test_what_is_trusted_to_a_person_is_not_delegated(district: District, delegate: Delegate) -> None:
    for who in (district.teacher, district.confidant):
        with pytest.raises(NotAllowed):
            delegate(who)
    delegate()
    taken = Holding.objects.select_related("post__unit", "user").get(delegated_by=district.principal)
    with pytest.raises(NotAllowed):
        delegate_post(
            actor=district.safety, holding=taken, to=district.teacher,
            from_on=TODAY, until_on=TODAY + DAY, reason="转", at=AT,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        delegate_post(
            actor=district.office, holding=own(district.principal), to=district.safety,
            from_on=TODAY, until_on=TODAY + DAY, reason="替他授权", at=AT,
        )  # fmt: skip


def test_one_at_a_time_and_not_to_who_holds_it(district: District, delegate: Delegate) -> None:
    delegate(until_on=TODAY + 3 * DAY)
    with pytest.raises(Invalid, match="已授权"):
        delegate(to=district.teacher, from_on=TODAY + 2 * DAY)
    delegate(to=district.teacher, from_on=TODAY + 3 * DAY)
    second = make_person("second_office", district.units["edu"], PostKind.OFFICE_CLERK)
    with pytest.raises(Invalid, match="已任或已代理"):
        delegate(district.office, second)


def test_it_ends_with_the_own_holding(district: District, delegate: Delegate) -> None:
    running = delegate(until_on=TODAY + 3 * DAY)
    coming = delegate(to=district.teacher, from_on=TODAY + 3 * DAY, until_on=TODAY + 9 * DAY)
    end_holding(actor=None, holding=own(district.principal), until_on=TODAY + 2 * DAY, at=AT)
    for one in (running, coming):
        one.refresh_from_db()
    assert running.until_on == TODAY + 2 * DAY
    assert coming.until_on == coming.from_on
    assert (PostKind.PRINCIPAL, district.principal.pk) in kinds(district.safety, TODAY + DAY)
    assert kinds(district.safety, TODAY + 2 * DAY) == [(PostKind.SAFETY, None)]
    assert kinds(district.teacher, TODAY + 4 * DAY) == [(PostKind.TEACHER, None)]


@pytest.mark.parametrize("who", ["principal", "safety"])
def test_it_ends_with_either_account(district: District, delegate: Delegate, who: str) -> None:
    delegate()
    set_person_active(actor=None, user=district.people[who], is_active=False, at=AT)
    set_person_active(actor=None, user=district.people[who], is_active=True, at=AT)
    assert kinds(district.safety, TODAY) == [(PostKind.SAFETY, None)]


def test_the_giver_or_a_keeper_ends_it_now(district: District, delegate: Delegate) -> None:
    for who in (district.principal, district.office):
        delegation = delegate()
        assert (PostKind.PRINCIPAL, district.principal.pk) in kinds(district.safety, TODAY)
        end_delegation(actor=who, delegation=delegation, at=AT)
        assert kinds(district.safety, TODAY) == [(PostKind.SAFETY, None)]
        with pytest.raises(WrongState):
            end_delegation(actor=who, delegation=delegation, at=AT)
    with pytest.raises(NotAllowed):
        end_delegation(actor=district.teacher, delegation=delegate(), at=AT)


def test_a_coming_one_is_taken_back(district: District, delegate: Delegate) -> None:
    delegation = delegate(from_on=TODAY + 2 * DAY)
    end_delegation(actor=district.principal, delegation=delegation, at=AT)
    assert kinds(district.safety, TODAY + 3 * DAY) == [(PostKind.SAFETY, None)]
    with pytest.raises(WrongState):
        end_delegation(actor=district.principal, delegation=delegation, at=AT)


def test_no_keeper_makes_it_longer(district: District, delegate: Delegate) -> None:
    delegation = delegate()
    with pytest.raises(Invalid):
        end_holding(actor=district.office, holding=delegation, until_on=TODAY + 8 * DAY, at=AT)


def test_who_stood_in_and_is_appointed_stands_in_no_more(district: District, delegate: Delegate) -> None:
    delegation = delegate()
    appoint(actor=district.office, post=delegation.post, user=district.safety, from_on=TODAY + DAY, at=AT)
    assert (PostKind.PRINCIPAL, district.principal.pk) in kinds(district.safety, TODAY)
    assert (PostKind.PRINCIPAL, None) in kinds(district.safety, TODAY + DAY)


def test_a_delegate_is_barred_where_the_delegator_is(district: District, delegate: Delegate) -> None:
    delegate()
    path = district.units["school"].path
    order = {UnitKind.SCH: [PostKind.PRINCIPAL], UnitKind.CEN: [PostKind.CENTRAL_HEAD]}
    found = Directory(TODAY).nearest(path, order, barred={district.principal.pk})
    assert [post.kind for post in found] == [PostKind.CENTRAL_HEAD]
    found = Directory(TODAY).nearest(path, order, barred={district.safety.pk})
    assert [holder.user_id for holder in found[0].holders] == [district.principal.pk]


def test_its_last_day_is_followed_up(district: District, delegate: Delegate, monkeypatch: pytest.MonkeyPatch) -> None:
    follow_dates(AT)
    delegate(to=district.central_head)
    heard: list[HandOver] = []
    monkeypatch.setattr(hooks, "work_handed_over", [heard.append])
    assert follow_dates(AT + 6 * DAY) == []
    assert heard == []
    assert follow_dates(AT + 7 * DAY) == []
    told = [(one.old.pk, one.new and one.new.pk) for one in heard]
    assert told == [(district.central_head.pk, district.principal.pk)]


def test_who_holds_two_posts_delegates_one(district: District) -> None:
    give_post(district.principal, district.units["school"], PostKind.CONFIDANT)
    holding = Holding.objects.select_related("post__unit", "user").get(
        user=district.principal, post__kind=PostKind.PRINCIPAL
    )
    delegate_post(
        actor=district.principal, holding=holding, to=district.safety,
        from_on=TODAY, until_on=TODAY + DAY, reason="病假", at=AT,
    )  # fmt: skip
    assert PostKind.CONFIDANT not in [kind for kind, _ in kinds(district.safety, TODAY)]


def test_who_stands_in_is_still_kept_by_his_own_head(district: District, delegate: Delegate) -> None:
    delegate()
    set_person_active(actor=district.principal, user=district.safety, is_active=False, at=AT)
    assert kinds(district.safety, TODAY) == []


def test_who_leaves_stands_in_no_longer(district: District, delegate: Delegate) -> None:
    delegate(until_on=TODAY + 9 * DAY)
    release_person(actor=district.principal, user=district.safety, on=TODAY + 3 * DAY, at=AT)
    assert (PostKind.PRINCIPAL, district.principal.pk) in kinds(district.safety, TODAY + 2 * DAY)
    assert kinds(district.safety, TODAY + 3 * DAY) == []


def test_who_works_in_the_unit_anyway_keeps_what_bears_his_name(
    district: District, delegate: Delegate, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[HandOver] = []
    monkeypatch.setattr(hooks, "work_handed_over", [heard.append])
    for to in ("safety", "central_head"):
        end_delegation(actor=district.principal, delegation=delegate(to=district.people[to]), at=AT)
    told = [(one.old.username, one.new and one.new.username) for one in heard]
    assert told == [("central_head", "principal")]
