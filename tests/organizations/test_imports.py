"""Units and people out of Excel: all or nothing, told before it is done, the same when it comes twice."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.clock import StillClock, today
from core.errors import Invalid, NotAllowed, WrongState
from core.models import AuditEntry
from core.workbooks import Sheet, read_workbook, write_workbook
from organizations.imports.columns import PEOPLE, PERSON_COLUMNS, UNIT_COLUMNS, UNITS
from organizations.imports.files import write_errors, write_template
from organizations.kinds import UNIT_POSTS, AdminRole, PostKind, UnitKind
from organizations.models import Holding, PeopleImport, Post, Unit, User
from organizations.posts import list_held_posts
from organizations.services import bring_people_in, check_people_import, tell_first_passwords
from organizations.services.imports import PASSWORDS_TOLD, forget_old_imports
from tests.support.district import District, make_person, make_unit

AT = StillClock.START
TODAY = today(AT)
Rows = Sequence[Sequence[str]]

SCHOOLS: Rows = [
    ("东山小学", "学校", "城关中心校", "城关镇", "000-0000001", "", "是"),
    ("东山教学点", "教学点", "东山小学", "", "", "", ""),
    ("县消防大队", "部门", "县安委办", "", "", "02、04", "否"),
]
TEACHERS: Rows = [
    ("张三", "zhangsan01", "13800000001", "东山小学", "校长、安全员", "2026-09-01"),
    ("李四", "lisi01", "", "东山教学点", "教职工", ""),
]


def book(units: Rows = SCHOOLS, people: Rows = TEACHERS) -> bytes:
    return write_workbook(
        [
            Sheet(UNITS, [column.header for column in UNIT_COLUMNS], units),
            Sheet(PEOPLE, [column.header for column in PERSON_COLUMNS], people),
        ]
    )


@pytest.fixture
def admin(district: District) -> User:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def check(admin: User, raw: bytes) -> PeopleImport:
    return check_people_import(actor=admin, raw=raw, file_name="导入.xlsx", at=AT)


def bring(admin: User, raw: bytes) -> PeopleImport:
    return bring_people_in(actor=admin, imported=check(admin, raw), at=AT)


def told(admin: User, imported: PeopleImport) -> dict[str, str]:
    sheet = load_workbook(io.BytesIO(tell_first_passwords(actor=admin, imported=imported, at=AT)))["初始密码"]
    rows = list(sheet.values)[1:]
    return {str(row[3]): str(row[4]) for row in rows}


def complaints(found: PeopleImport) -> list[tuple[str, int, str]]:
    return [(error["sheet"], error["number"], error["column"]) for error in found.errors]


class TestBringingIn:
    def test_looking_changes_nothing(self, district: District, admin: User) -> None:
        before = Unit.objects.count(), User.objects.count()
        found = check(admin, book())
        assert found.errors == []
        assert found.counts == {
            "units": 3, "new_units": 3, "changed_units": 0, "people": 2, "new_people": 2, "changed_people": 0,
            "holdings": 3,
        }  # fmt: skip
        assert (Unit.objects.count(), User.objects.count()) == before

    def test_units_stand_in_the_tree_with_their_posts(self, district: District, admin: User) -> None:
        bring(admin, book())
        central = district.units["central"]
        school = Unit.objects.get(name="东山小学")
        point = Unit.objects.get(name="东山教学点")
        assert school.path == [*central.path, school.pk] and point.path == [*school.path, point.pk]
        assert (school.region_code, school.prefecture_code) == (central.region_code, central.prefecture_code)
        assert {post.kind for post in school.posts.all()} == set(UNIT_POSTS[UnitKind.SCH])
        fire = Unit.objects.get(name="县消防大队")
        assert fire.duty_domains == ["02", "04"] and not fire.has_accounts
        assert AuditEntry.objects.filter(action="unit.created", actor_id=admin.pk).count() == 3

    def test_people_hold_their_posts(self, district: District, admin: User) -> None:
        bring(admin, book())
        head = User.objects.get(username="zhangsan01")
        assert {post.label for post in list_held_posts(head, AT)} == {"东山小学校长", "东山小学安全员"}
        assert Holding.objects.get(user__username="lisi01").from_on == TODAY
        assert AuditEntry.objects.filter(action="holding.began", actor_id=admin.pk).count() == 3
        assert AuditEntry.objects.get(action="people.imported").detail["new_people"] == 2

    def test_twice_is_as_once(self, district: District, admin: User) -> None:
        bring(admin, book())
        before = Unit.objects.count(), User.objects.count(), Holding.objects.count(), Post.objects.count()
        again = bring(admin, book())
        assert (Unit.objects.count(), User.objects.count(), Holding.objects.count(), Post.objects.count()) == before
        assert again.counts["new_units"] == again.counts["changed_units"] == again.counts["holdings"] == 0
        assert again.counts["accounts"] == 0

    def test_what_is_filled_in_changes_and_blank_does_not(self, district: District, admin: User) -> None:
        bring(admin, book())
        changed = [("东山小学", "学校", "城关中心校", "新镇", "", "", "")]
        people = [("张三", "zhangsan01", "13800000009", "东山小学", "", "")]
        found = bring(admin, book(changed, people))
        assert (found.counts["changed_units"], found.counts["changed_people"]) == (1, 1)
        school = Unit.objects.get(name="东山小学")
        assert (school.township, school.phone) == ("新镇", "000-0000001")
        assert User.objects.get(username="zhangsan01").phone == "13800000009"

    def test_nothing_is_half_done(self, district: District, admin: User) -> None:
        found = check(admin, book())
        make_person("zhangsan01", district.units["school"])
        before = Unit.objects.count()
        with pytest.raises(WrongState, match="有了变动"):
            bring_people_in(actor=admin, imported=found, at=AT)
        assert Unit.objects.count() == before

    def test_once_only_and_only_without_errors(self, district: District, admin: User) -> None:
        found = bring(admin, book())
        with pytest.raises(WrongState):
            bring_people_in(actor=admin, imported=found, at=AT)
        wrong = check(admin, book([("某校", "大学", "城关中心校", "", "", "", "")], []))
        with pytest.raises(WrongState):
            bring_people_in(actor=admin, imported=wrong, at=AT)

    def test_what_nobody_brings_in_is_forgotten(self, district: District, admin: User) -> None:
        found = check(admin, book())
        forget_old_imports(AT + timedelta(days=1))
        found.refresh_from_db()
        assert found.rows
        forget_old_imports(AT + timedelta(days=1, seconds=1))
        with pytest.raises(WrongState, match="重新上传"):
            bring_people_in(actor=admin, imported=found, at=AT)
        assert "张三" not in str(PeopleImport.objects.values_list("rows", flat=True))

    def test_only_the_system_administrator(self, district: District) -> None:
        for who in (district.director, district.principal, make_person("sec", None, admin_role=AdminRole.SECURITY)):
            with pytest.raises(NotAllowed):
                check(who, book())

    def test_a_county_in_one_go(self, district: District, admin: User) -> None:
        """300 schools and 1,500 people; the statements do not grow with the rows."""
        units = [(f"村小{n:03}", "学校", "城关中心校", "", "", "", "") for n in range(300)]
        posts = ["校长", "安全员", "教职工", "教职工", "教职工"]
        people = [
            (f"教师{n:04}", f"teacher{n:04}", "", f"村小{n // 5:03}", posts[n % 5], "2026-09-01") for n in range(1500)
        ]
        found = check(admin, book(units, people))
        assert found.errors == []
        with CaptureQueriesContext(connection) as queries:
            bring_people_in(actor=admin, imported=found, at=AT)
        assert len(queries) < 60
        assert Unit.objects.filter(name__startswith="村小").count() == 300
        assert (
            Holding.objects.filter(user__username__startswith="teacher", post__unit__name__startswith="村小").count()
            == 1500
        )
        passwords = told(admin, found)
        assert len(set(passwords.values())) == 1500
        assert list_held_posts(User.objects.get(username="teacher0000"), AT)[0].kind == PostKind.PRINCIPAL


class TestPasswords:
    def test_they_open_the_account_once_told(self, district: District, admin: User) -> None:
        imported = bring(admin, book())
        assert not User.objects.get(username="zhangsan01").has_usable_password()
        passwords = told(admin, imported)
        assert set(passwords) == {"zhangsan01", "lisi01"}
        user = User.objects.get(username="zhangsan01")
        assert passwords["zhangsan01"] not in user.password
        assert user.check_password(passwords["zhangsan01"]) and user.must_set_password

    def test_a_second_sheet_replaces_the_first(self, district: District, admin: User) -> None:
        imported = bring(admin, book())
        first, second = told(admin, imported), told(admin, imported)
        user = User.objects.get(username="lisi01")
        assert not user.check_password(first["lisi01"]) and user.check_password(second["lisi01"])

    def test_who_has_come_in_is_left_alone(self, district: District, admin: User) -> None:
        imported = bring(admin, book())
        told(admin, imported)
        User.objects.filter(username="lisi01").update(must_set_password=False)
        User.objects.filter(username="zhangsan01").update(last_login=AT)
        with pytest.raises(WrongState, match="设定自己的密码"):
            told(admin, imported)

    def test_not_before_and_not_for_ever(self, district: District, admin: User) -> None:
        with pytest.raises(WrongState):
            tell_first_passwords(actor=admin, imported=check(admin, book()), at=AT)
        imported = bring(admin, book())
        with pytest.raises(WrongState):
            tell_first_passwords(actor=admin, imported=imported, at=AT + PASSWORDS_TOLD)
        assert tell_first_passwords(actor=admin, imported=imported, at=AT + PASSWORDS_TOLD - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("", "学校", "城关中心校", "", "", "", ""), "name"),
        (("某校", "大学", "城关中心校", "", "", "", ""), "kind"),
        (("某校", "县（市、区）", "城关中心校", "", "", "", ""), "kind"),
        (("某校", "学校", "没有的中心校", "", "", "", ""), "parent"),
        (("某校", "学校", "县安委办", "", "", "", ""), "parent"),
        (("某局", "部门", "县安委办", "", "", "消防", ""), "domains"),
        (("某校", "学校", "城关中心校", "", "", "", "也许"), "has_accounts"),
        (("某" * 81, "学校", "城关中心校", "", "", "", ""), "name"),
        (("第一小学", "幼儿园", "城关中心校", "", "", "", ""), "kind"),
        (("某校", "学校", "某校", "", "", "", ""), "parent"),
    ],
)
def test_a_wrong_unit_is_told_at_its_cell(district: District, admin: User, row: tuple[str, ...], column: str) -> None:
    assert complaints(check(admin, book([row], []))) == [(UNITS, 2, column)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("", "wang01", "", "第一小学", "", ""), "name"),
        (("王五", "", "", "第一小学", "", ""), "username"),
        (("王五", "wang 01", "", "第一小学", "", ""), "username"),
        (("王五", "wang01", "", "没有的学校", "", ""), "unit"),
        (("王五", "wang01", "", "第一小学", "局长", ""), "posts"),
        (("王五", "wang01", "", "第一小学", "敏感事项专办员", ""), "posts"),
        (("王五", "wang01", "", "第一小学", "", "去年"), "from_on"),
        (("王五", "wang01", "", "第一小学", "", "2026-02-30"), "from_on"),
        (("王五", "wang01", "", "第一小学", "", "2029-01-01"), "from_on"),
        (("王五", "safety", "", "第一小学", "", ""), "username"),
        (("王五", "sysadmin", "", "第一小学", "", ""), "username"),
        (("测试safety", "safety", "", "第二小学", "", ""), "unit"),
        (("王五", "wang01", "1" * 21, "第一小学", "", ""), "phone"),
    ],
)
def test_a_wrong_person_is_told_at_his_cell(district: District, admin: User, row: tuple[str, ...], column: str) -> None:
    assert complaints(check(admin, book([], [row]))) == [(PEOPLE, 2, column)]


def test_doubles_and_circles(district: District, admin: User) -> None:
    units = [("甲校", "学校", "城关中心校", "", "", "", "")] * 2
    people = [("王五", "wang01", "", "甲校", "", "")] * 2
    assert complaints(check(admin, book(units, people))) == [(PEOPLE, 3, "username"), (UNITS, 3, "name")]
    circle = [("甲校", "学校", "乙校", "", "", "", ""), ("乙校", "学校", "甲校", "", "", "", "")]
    assert complaints(check(admin, book(circle, []))) == [(UNITS, 2, "parent"), (UNITS, 3, "parent")]


def test_a_name_that_stands_twice_wants_its_way(district: District, admin: User) -> None:
    make_unit(UnitKind.SCH, "第一小学", district.units["central2"])
    person = ("王五", "wang01", "", "第一小学", "", "")
    found = check(admin, book([], [person]))
    assert complaints(found) == [(PEOPLE, 2, "unit")] and "城关中心校/第一小学" in found.errors[0]["message"]
    assert check(admin, book([], [(*person[:3], "城关中心校/第一小学", "", "")])).errors == []


def test_lower_units_may_stand_before_upper_ones(district: District, admin: User) -> None:
    bring(admin, book(list(reversed(SCHOOLS)), []))
    assert Unit.objects.get(name="东山教学点").parent == Unit.objects.get(name="东山小学")


def test_formulas_and_missing_columns(district: District, admin: User) -> None:
    mended = load_workbook(io.BytesIO(book(SCHOOLS, [])))
    mended[UNITS]["D2"] = "=A1"
    out = io.BytesIO()
    mended.save(out)
    assert complaints(check(admin, out.getvalue())) == [(UNITS, 2, "township")]
    for rows in (write_workbook([Sheet(UNITS, ["单位名称"], [["x"]])]), write_workbook([Sheet("别的", ["x"], [])])):
        with pytest.raises(Invalid) as refusal:
            check(admin, rows)
        assert list(refusal.value.fields) == ["file"]


def test_the_error_sheet_can_be_mended_and_sent_back(district: District, admin: User) -> None:
    units = [("=HYPERLINK()", "大学", "城关中心校", "", "", "", ""), *SCHOOLS]
    found = check(admin, book(units, TEACHERS))
    sheet = load_workbook(io.BytesIO(write_errors(found.rows, found.errors)))[UNITS]
    header = [cell.value for cell in sheet[1]]
    assert header[:3] == ["单位名称", "类型", "问题：类型"]
    assert "没有这个类型" in str(sheet["C2"].value) and not sheet["C3"].value
    assert sheet["A2"].data_type == "s" and sheet["A2"].value == "=HYPERLINK()"
    sheet["A2"], sheet["B2"] = "西山小学", "学校"
    out = io.BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(out)
    assert check(admin, out.getvalue()).errors == []


def test_the_template_is_read_as_it_is(district: District, admin: User) -> None:
    raw = write_template()
    assert set(read_workbook(raw, sheets=[UNITS, PEOPLE])) == {UNITS, PEOPLE}
    with pytest.raises(Invalid, match="没有读到内容"):
        check(admin, raw)
    mended = load_workbook(io.BytesIO(raw))
    mended[UNITS].append(SCHOOLS[0])
    out = io.BytesIO()
    mended.save(out)
    assert check(admin, out.getvalue()).counts["new_units"] == 1


class TestPages:
    @pytest.fixture
    def client(self, admin: User) -> Client:
        client = Client()
        client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
        return client

    def send(self, client: Client, raw: bytes, name: str = "机构.xlsx") -> str:
        answer = client.post("/people/import/", {"file": SimpleUploadedFile(name, raw)})
        assert answer.status_code == 302, answer.content.decode()
        return answer.headers["Location"]

    def test_from_the_template_to_the_passwords(self, client: Client) -> None:
        assert client.get("/people/import/").status_code == 200
        assert client.get("/people/import/template/").content[:2] == b"PK"
        path = self.send(client, book())
        shown = client.get(path).content.decode()
        assert "检查通过" in shown and "确认导入" in shown
        assert client.post(path).status_code == 302
        done = client.get(path).content.decode()
        assert "导入完成" in done and "下载初始密码表" in done
        sheet = client.post(f"{path}passwords/")
        assert sheet.status_code == 200 and "attachment" in sheet["Content-Disposition"]
        assert "no-store" in sheet["Cache-Control"]

    def test_errors_are_shown_and_nothing_is_brought_in(self, client: Client) -> None:
        path = self.send(client, book([("某校", "大学", "城关中心校", "", "", "", "")], []))
        shown = client.get(path).content.decode()
        assert "第 2 行 类型" in shown and "确认导入" not in shown
        assert client.get(f"{path}errors/").content[:2] == b"PK"
        assert client.post(path).status_code == 409

    def test_a_bad_file_is_told_at_the_field(self, client: Client) -> None:
        for raw in (b"hello", b"PK" + b"\0" * (5 * 1024 * 1024)):
            answer = client.post("/people/import/", {"file": SimpleUploadedFile("a.xlsx", raw)})
            assert answer.status_code == 422
        assert client.post("/people/import/").status_code == 422

    def test_each_administrator_his_own(self, client: Client) -> None:
        path = self.send(client, book())
        other = Client()
        second = make_person("system2", None, admin_role=AdminRole.SYSTEM)
        other.force_login(second, "django.contrib.auth.backends.ModelBackend")
        assert other.get(path).status_code == 404
        assert other.post(f"{path}passwords/").status_code == 404


def test_one_upload_tells_all_that_is_wrong(district: District, admin: User) -> None:
    unit = ("某校", "大学", "没有的中心校", "", "", "消防", "")
    person = ("王五", "wang 01", "", "第一小学", "局长", "去年")
    found = check(admin, book([unit], [person]))
    assert set(complaints(found)) == {
        *((UNITS, 2, column) for column in ("kind", "parent", "domains")),
        *((PEOPLE, 2, column) for column in ("username", "posts", "from_on")),
    }


def test_the_first_login_stores_the_password_anew(district: District, admin: User) -> None:
    password = told(admin, bring(admin, book()))["lisi01"]
    assert User.objects.get(username="lisi01").password.startswith("first_pbkdf2_sha256$")
    client = Client()
    assert client.post("/login/", {"username": "lisi01", "password": password}).status_code == 302
    assert not User.objects.get(username="lisi01").password.startswith("first_")
    assert client.get("/").headers["Location"] == "/password/first/"
