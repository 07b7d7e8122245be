"""我的岗位, 交接, 离任 and the sheet as pages: who opens them, what they show, what a form keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import StillClock, today
from organizations import hooks
from organizations.hooks import WorkItem
from organizations.kinds import AdminRole
from organizations.models import HandOverSheet, Holding, User
from organizations.services import delegate_post, hand_over
from tests.organizations.test_pages import Visitor
from tests.support.district import District, make_person

AT = StillClock.START
TODAY = today(AT)
DAY = timedelta(days=1)


def own(user: User) -> Holding:
    return Holding.objects.select_related("post__unit", "user").get(user=user, delegated_by=None)


@pytest.fixture
def desk(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    post = own(district.safety).post

    def work(user: User, at: object) -> list[WorkItem]:
        return [
            WorkItem("Y-1", "栏杆松动", "整改中", AT + DAY, str(post), "/hazards/Y-1/", post_id=post.pk),
            WorkItem("Y-2", "绝不能露出", "待建档", None, str(post), "/hazards/Y-2/", True, post.pk),
        ]

    monkeypatch.setattr(hooks, "open_work", [work])


class TestStandingIn:
    def test_on_the_phone_in_one_form(self, district: District) -> None:
        visitor = Visitor(district.principal)
        path = f"/holdings/{own(district.principal).pk}/delegate/"
        assert path in visitor.get("/me/posts/").content.decode()
        assert "第一小学" in visitor.get(path).content.decode()
        answer = visitor.post(path, to=district.safety.pk, from_on=TODAY, last_on=TODAY + 4 * DAY, reason="外出培训")
        assert answer.status_code == 302
        given = Holding.objects.get(delegated_by=district.principal)
        assert (given.user_id, given.until_on) == (district.safety.pk, TODAY + 5 * DAY)
        shown = visitor.get("/me/posts/").content.decode()
        assert "11月23日至11月27日" in shown and "外出培训" in shown
        assert "代测试principal" in Visitor(district.safety).get("/me/posts/").content.decode()
        visitor.post(f"/delegations/{given.pk}/end/")
        assert "外出培训" not in visitor.get("/me/posts/").content.decode()

    def test_a_refusal_keeps_what_was_typed(self, district: District) -> None:
        path = f"/holdings/{own(district.principal).pk}/delegate/"
        answer = Visitor(district.principal).post(
            path, to=district.safety.pk, from_on=TODAY, last_on=TODAY + 90 * DAY, reason="进修"
        )
        text = answer.content.decode()
        assert answer.status_code == 422 and "最长 90 天" in text and "进修" in text

    def test_only_the_own_post(self, district: District) -> None:
        holding = own(district.principal).pk
        for who, status in (("principal", 200), ("safety", 404), ("office", 404), ("director", 404)):
            assert Visitor(district.people[who]).get(f"/holdings/{holding}/delegate/").status_code == status
        assert Visitor(district.teacher).get(f"/holdings/{own(district.teacher).pk}/delegate/").status_code == 403

    def test_nobody_else_takes_it_back_here(self, district: District) -> None:
        given = delegate_post(
            actor=district.principal, holding=own(district.principal), to=district.safety,
            from_on=TODAY, until_on=TODAY + DAY, reason="病假", at=AT,
        )  # fmt: skip
        for who in ("safety", "office"):
            assert Visitor(district.people[who]).post(f"/delegations/{given.pk}/end/").status_code == 404
        assert (
            "（代测试principal）"
            in Visitor(district.office).get(f"/units/{district.units['school'].pk}/people/").content.decode()
        )


@pytest.mark.usefixtures("desk")
class TestHandingOver:
    def test_the_work_is_shown_first_then_the_sheet(self, district: District) -> None:
        visitor = Visitor(district.principal)
        path = f"/holdings/{own(district.safety).pk}/handover/"
        shown = visitor.get(path).content.decode()
        assert "栏杆松动" in shown and "绝不能露出" not in shown and "保密事项" in shown
        answer = visitor.post(path, to=district.teacher.pk, on=TODAY, witness="王监")
        assert answer.status_code == 302
        sheet = visitor.get(answer.headers["Location"]).content.decode()
        for text in ("工作交接清单", "栏杆松动", "测试teacher", "王监", "保密事项", "签字"):
            assert text in sheet
        assert "绝不能露出" not in sheet
        number = HandOverSheet.objects.get().pk
        for who, status in (
            ("safety", 200),
            ("teacher", 200),
            ("office", 200),
            ("sibling_principal", 404),
            ("fire", 404),
        ):
            assert Visitor(district.people[who]).get(f"/handovers/{number}/").status_code == status, who
        assert f"/handovers/{number}/" in Visitor(district.teacher).get("/me/posts/").content.decode()
        assert f"/handovers/{number}/" in visitor.get(f"/units/{district.units['school'].pk}/people/").content.decode()

    def test_to_somebody_of_another_unit_by_user_name(self, district: District) -> None:
        head, to = own(district.principal), district.people["sibling_principal"]
        answer = Visitor(district.office).post(f"/holdings/{head.pk}/handover/", username=to.username, on=TODAY)
        assert answer.status_code == 302
        assert Holding.objects.get(post=head.post, user=to).succeeds_id == head.pk

    def test_a_successor_is_asked_for(self, district: District) -> None:
        path = f"/holdings/{own(district.safety).pk}/handover/"
        for given in ({}, {"to": district.teacher.pk, "username": "x"}, {"username": "nobody-of-this-name"}):
            answer = Visitor(district.principal).post(path, on=TODAY, **given)
            assert answer.status_code == 422, given

    def test_leaving_shows_all_and_ends_all(self, district: District) -> None:
        visitor = Visitor(district.principal)
        path = f"/people/{district.safety.pk}/leave/"
        assert "栏杆松动" in visitor.get(path).content.decode()
        post = own(district.safety).post_id
        answer = visitor.post(path, on=TODAY, **{f"post_{post}": district.teacher.pk})
        assert answer.status_code == 302
        district.safety.refresh_from_db()
        assert not district.safety.is_active
        assert Holding.objects.filter(post=post, user=district.teacher, until_on=None).exists()

    def test_who_may_not(self, district: District) -> None:
        safety, system = district.safety.pk, make_person("system", None, admin_role=AdminRole.SYSTEM)
        for who, status in (("teacher", 403), ("sibling_principal", 404), ("central_head", 403)):
            assert Visitor(district.people[who]).get(f"/people/{safety}/leave/").status_code == status, who
        shown = Visitor(system).get(f"/people/{safety}/leave/").content.decode()
        assert "Y-1" in shown and "栏杆松动" not in shown

    def test_an_administrator_reads_no_sheet(self, district: District) -> None:
        made = hand_over(actor=district.principal, holding=own(district.safety), to=district.teacher, on=TODAY, at=AT)
        for role in AdminRole.values:
            admin = make_person(f"{role}_admin", None, admin_role=role)
            assert Visitor(admin).get(f"/handovers/{made.pk}/").status_code == 404


def test_a_leaver_without_a_post_needs_no_successor(district: District) -> None:
    person = make_person("idle", district.units["school"])
    answer = Visitor(district.principal).post(f"/people/{person.pk}/leave/", on=TODAY + DAY)
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.is_active and person.leaves_on == TODAY + DAY
    assert (
        "11月24日离任"
        in Visitor(district.principal).get(f"/units/{district.units['school'].pk}/people/").content.decode()
    )
