"""机构人员, 账号 and 审计 as pages: who opens them, what a refusal looks like, what a form keeps."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.audit import record_audit
from core.clock import StillClock, today
from core.models import AuditEntry
from organizations.kinds import AdminRole, PostKind
from organizations.models import Holding, Unit, User
from organizations.selectors import PAGE_ROWS
from tests.support.district import District, make_person

AT = StillClock.START
TODAY = today(AT)
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Visitor:
    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user, BACKEND)

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path)  # type: ignore[return-value]

    def post(self, path: str, **data: object) -> HttpResponse:
        return self.client.post(path, {key: str(value) for key, value in data.items()})  # type: ignore[return-value]


@pytest.fixture
def admins(district: District) -> dict[str, User]:
    return {role: make_person(f"{role}_admin", None, admin_role=role) for role in AdminRole.values}


def paths(district: District) -> dict[str, str]:
    unit, person = district.units["school"].pk, district.teacher.pk
    holding = Holding.objects.get(user=district.teacher).pk
    return {
        "people": "/people/",
        "unit": f"/units/{unit}/people/",
        "end": f"/holdings/{holding}/end/",
        "new_unit": f"/units/{unit}/new/",
        "accounts": "/accounts/",
        "account": f"/accounts/{person}/",
        "new_account": "/accounts/new/",
        "audit": "/audit/",
        "me": "/me/",
        "password": "/password/",
    }


# Who: what he sees of the first school. Everything not named here is 403.
SEES: dict[str, dict[str, int]] = {
    "principal": {"people": 200, "unit": 200, "end": 200},
    "central_head": {"people": 200, "unit": 200},
    "director": {"people": 200, "unit": 200},
    "office": {"people": 200, "unit": 200},
    "far_principal": {"people": 200, "unit": 404, "end": 404},
    "sibling_principal": {"people": 200, "unit": 404, "end": 404},
    "coordinator": {"people": 200, "unit": 404, "end": 404},
    "teacher": {},
    "safety": {},
    "leader": {},
    "outsider": {},
    "system": {"people": 200, "unit": 200, "new_unit": 200, "accounts": 200, "account": 200, "new_account": 200},
    "security": {"accounts": 200, "account": 200},
    "audit": {"audit": 200},
}


@pytest.mark.parametrize("who", SEES)
def test_each_opens_what_is_his(district: District, admins: dict[str, User], who: str) -> None:
    visitor = Visitor(admins.get(who) or district.people[who])
    expected = {"me": 200, "password": 200, **SEES[who]}
    found = {name: visitor.get(path).status_code for name, path in paths(district).items()}
    assert found == {name: expected.get(name, 403) for name in found}


def test_refusals_are_recorded(district: District) -> None:
    visitor = Visitor(district.far_principal)
    visitor.get(paths(district)["unit"])
    visitor.get("/audit/")
    codes = AuditEntry.objects.filter(kind="denial").order_by("id").values_list("detail__code", flat=True)
    assert list(codes) == ["not_found", "not_allowed"]


def test_pages_carry_no_inline_script_or_style(district: District, admins: dict[str, User]) -> None:
    for user in (district.principal, *admins.values()):
        visitor = Visitor(user)
        for path in paths(district).values():
            answer = visitor.get(path)
            text = answer.content.decode()
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), path
            assert "Content-Security-Policy" in answer.headers


def test_a_unit_page_costs_the_same_with_many_people(district: District) -> None:
    visitor = Visitor(district.principal)
    path = paths(district)["unit"]

    def n_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(path).status_code == 200
        return len(queries)

    n_queries()
    few = n_queries()
    for number in range(12):
        make_person(f"many{number}", district.units["school"], PostKind.TEACHER)
    assert n_queries() == few


class TestPeople:
    def test_a_principal_sees_his_school_only(self, district: District) -> None:
        text = Visitor(district.principal).get("/people/").content.decode()
        assert "第一小学" in text
        assert "第二小学" not in text

    def test_the_office_finds_a_school_by_name(self, district: District) -> None:
        text = Visitor(district.director).get("/people/?q=河东小").content.decode()
        assert "河东小学" in text
        assert "第二小学" not in text

    def test_a_vacant_headship_is_marked(self, district: District) -> None:
        assert "校长空缺" in Visitor(district.central_head).get("/people/").content.decode()

    def test_a_new_person_appears_with_a_password_told_once(self, district: District) -> None:
        visitor, unit = Visitor(district.principal), district.units["school"].pk
        answer = visitor.post(f"/units/{unit}/people/new/", name="王老师", username="wang1", phone="")
        assert answer.status_code == 200
        told = re.search(r'<strong class="bh-num">([^<]+)</strong>', answer.content.decode())
        assert told and User.objects.get(username="wang1").check_password(told[1])
        assert "no-store" in answer["Cache-Control"]
        assert told[1] not in visitor.get(f"/units/{unit}/people/").content.decode()

    def test_a_refused_form_keeps_what_was_typed(self, district: District) -> None:
        unit = district.units["school"].pk
        answer = Visitor(district.principal).post(f"/units/{unit}/people/new/", name="王老师", username="safety")
        text = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="王老师"' in text
        assert 'value="safety"' in text
        assert 'role="alert"' in text

    def test_appointing_and_ending(self, district: District) -> None:
        visitor, school = Visitor(district.principal), district.units["school"]
        post = school.posts.get(kind=PostKind.SAFETY)
        url = f"/units/{school.pk}/appoint/"
        answer = visitor.post(url, post=post.pk, user=district.teacher.pk, from_on=TODAY)
        assert answer.status_code == 302
        holding = Holding.objects.get(post=post, user=district.teacher)
        assert visitor.post(url, post=post.pk, user=district.teacher.pk, from_on=TODAY).status_code == 422
        answer = visitor.post(f"/holdings/{holding.pk}/end/", until_on=TODAY)
        assert answer["Location"] == f"/units/{school.pk}/people/"
        holding.refresh_from_db()
        assert holding.until_on == TODAY
        assert visitor.post(f"/holdings/{holding.pk}/end/", until_on=TODAY).status_code == 409

    def test_somebody_of_another_unit_by_user_name(self, district: District) -> None:
        school = district.units["school"]
        post = school.posts.get(kind=PostKind.PRINCIPAL)
        url = f"/units/{school.pk}/appoint/"
        director = Visitor(district.director)
        assert director.post(url, post=post.pk, username="sibling_principal", from_on=TODAY).status_code == 302
        assert director.post(url, post=post.pk, username="fire", from_on=TODAY).status_code == 422
        assert director.post(url, post=post.pk, from_on=TODAY).status_code == 422
        both = director.post(url, post=post.pk, user=district.teacher.pk, username="safety", from_on=TODAY)
        assert both.status_code == 422

    def test_a_post_that_others_fill_is_refused_by_name(self, district: District) -> None:
        school = district.units["school"]
        post = school.posts.get(kind=PostKind.PRINCIPAL)
        url = f"/units/{school.pk}/appoint/"
        answer = Visitor(district.principal).post(url, post=post.pk, user=district.teacher.pk, from_on=TODAY)
        assert answer.status_code == 403
        assert "县教育局安全办主任" in answer.content.decode()

    @pytest.mark.parametrize(("who", "status"), [("principal", 302), ("safety", 403), ("far_principal", 404)])
    def test_closing_an_account(self, district: District, who: str, status: int) -> None:
        answer = Visitor(district.people[who]).post(f"/people/{district.teacher.pk}/active/", is_active=0)
        assert answer.status_code == status
        district.teacher.refresh_from_db()
        assert district.teacher.is_active == (status != 302)


class TestUnits:
    def test_the_system_administrator_makes_renames_and_closes(
        self, district: District, admins: dict[str, User]
    ) -> None:
        visitor, central = Visitor(admins["system"]), district.units["central"].pk
        answer = visitor.post(f"/units/{central}/new/", kind="SCH", name="第三小学")
        unit = Unit.objects.get(name="第三小学")
        assert answer["Location"] == f"/units/{unit.pk}/people/"
        assert visitor.post(f"/units/{central}/new/", kind="SCH", name="第三小学").status_code == 422
        assert visitor.post(f"/units/{unit.pk}/rename/", name="第四小学").status_code == 302
        assert visitor.post(f"/units/{unit.pk}/rename/", name="第一小学").status_code == 422
        assert visitor.post(f"/units/{unit.pk}/active/", is_active=0).status_code == 302
        assert visitor.post(f"/units/{central}/active/", is_active=0).status_code == 409
        unit.refresh_from_db()
        assert (unit.name, unit.is_active) == ("第四小学", False)

    def test_a_county_as_root(self, district: District, admins: dict[str, User]) -> None:
        visitor = Visitor(admins["system"])
        assert visitor.post("/units/new/", kind="CTY", name="乙县", code="361103").status_code == 302
        assert visitor.post("/units/new/", kind="CTY", name="丙县", code="").status_code == 422

    @pytest.mark.parametrize("who", ["director", "principal"])
    def test_nobody_else(self, district: District, who: str) -> None:
        visitor, school = Visitor(district.people[who]), district.units["school"].pk
        assert visitor.post(f"/units/{school}/rename/", name="新名").status_code == 403
        assert visitor.post(f"/units/{school}/active/", is_active=0).status_code == 403
        assert visitor.post("/units/new/", kind="CTY", name="乙县", code="361103").status_code == 403


class TestAccounts:
    def test_the_security_administrator_resets_and_names_administrators(
        self, district: District, admins: dict[str, User]
    ) -> None:
        visitor = Visitor(admins["security"])
        answer = visitor.post(f"/accounts/{district.safety.pk}/reset/")
        told = re.search(r'<strong class="bh-num">([^<]+)</strong>', answer.content.decode())
        assert told and User.objects.get(username="safety").check_password(told[1])
        assert visitor.post(f"/accounts/{district.safety.pk}/unlock/").status_code == 302
        assert visitor.post(f"/accounts/{district.safety.pk}/role/", role="audit").status_code == 422
        spare = make_person("spare", None)
        assert visitor.post(f"/accounts/{spare.pk}/role/", role="audit").status_code == 302
        assert visitor.post(f"/accounts/{admins['security'].pk}/role/", role="").status_code == 403

    @pytest.mark.parametrize("who", ["system", "audit", "director", "principal"])
    def test_nobody_else(self, district: District, admins: dict[str, User], who: str) -> None:
        visitor = Visitor(admins.get(who) or district.people[who])
        for act in ("reset", "unlock", "role"):
            assert visitor.post(f"/accounts/{district.safety.pk}/{act}/", role="audit").status_code == 403

    def test_the_system_administrator_opens_and_closes(self, district: District, admins: dict[str, User]) -> None:
        visitor = Visitor(admins["system"])
        assert visitor.post("/accounts/new/", name="审计", username="auditor9").status_code == 200
        assert visitor.post("/accounts/new/", name="审计", username="auditor9").status_code == 422
        pk = User.objects.get(username="auditor9").pk
        answer = visitor.post(f"/people/{pk}/active/", is_active=0, back="account")
        assert answer["Location"] == f"/accounts/{pk}/"
        assert visitor.post(f"/people/{admins['audit'].pk}/active/", is_active=0).status_code == 403

    def test_the_list_goes_on_by_key(self, district: District, admins: dict[str, User]) -> None:
        for number in range(PAGE_ROWS):
            make_person(f"many{number}", None)
        visitor = Visitor(admins["system"])
        first = visitor.get("/accounts/").content.decode()
        more = re.search(r"after=(\d+)", first)
        assert more
        second = visitor.get(f"/accounts/?after={more[1]}").content.decode()
        shown = [re.findall(r'href="/accounts/(\d+)/"', text) for text in (first, second)]
        assert len(shown[0]) == PAGE_ROWS
        assert set(shown[0]).isdisjoint(shown[1])
        assert len(shown[0]) + len(shown[1]) == User.objects.count()

    def test_a_broken_key_is_the_first_page(self, admins: dict[str, User]) -> None:
        assert Visitor(admins["system"]).get("/accounts/?after=9999999999999999999999").status_code == 200


class TestAudit:
    @pytest.fixture
    def auditor(self, admins: dict[str, User]) -> Visitor:
        return Visitor(admins["audit"])

    def fill(self, n: int) -> None:
        for number in range(n):
            at = AT - timedelta(minutes=number // 3)
            record_audit(kind="account", at=at, action="person.created", subject=f"第{number}位")

    def test_pages_by_key_show_each_entry_once(self, auditor: Visitor) -> None:
        self.fill(PAGE_ROWS * 2 + 5)
        url, seen = "/audit/?kind=account", list[str]()
        for _ in range(4):
            text = auditor.get(url).content.decode()
            seen += re.findall(r"第\d+位", text)
            older = re.search(r'href="\?([^"]+before=[^"]+)"', text)
            if not older:
                break
            url = "/audit/?" + older[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == PAGE_ROWS * 2 + 5

    def test_filters_stay_in_the_address(self, auditor: Visitor, district: District) -> None:
        self.fill(3)
        record_audit(kind="settings", at=AT - timedelta(days=3), action="unit.created", subject="某小学")
        text = auditor.get("/audit/?kind=settings").content.decode()
        assert "某小学" in text
        assert "第0位" not in text
        day = (TODAY - timedelta(days=3)).isoformat()
        text = auditor.get(f"/audit/?since={day}&until={day}").content.decode()
        assert "某小学" in text
        assert "第0位" not in text
        assert "第1位" in auditor.get("/audit/?q=第1").content.decode()

    @pytest.mark.parametrize("query", ["kind=everything", "since=yesterday"])
    def test_a_bad_filter_is_named(self, auditor: Visitor, query: str) -> None:
        assert auditor.get(f"/audit/?{query}").status_code == 422

    @pytest.mark.parametrize("before", ["x", "1-", "-1", "9" * 30 + "-1", "1-2-3"])
    def test_a_broken_key_is_the_first_page(self, auditor: Visitor, before: str) -> None:
        assert auditor.get(f"/audit/?before={before}").status_code == 200
