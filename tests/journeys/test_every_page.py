"""Every page of every role: no wider than its screen, readable, tappable, named, and without a broken policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, expect

from core.calendars import Season
from core.clock import today
from deadlines.calendar_duty import set_duty
from deadlines.calendar_services import SeasonChoice, change_seasons, change_term
from deadlines.models import Policy
from deadlines.policy_services import copy_policy
from documents.services import Draft, issue_new_document
from hazards.digests import forget, send_daily
from hazards.models import UnitMeasure
from hazards.services.unit_measures import decide_unit_measure, draft_for_last_quarter
from notifications.kinds import DAILY
from notifications.models import Delivery, OutboxMessage, Outlet
from organizations.kinds import AdminRole
from organizations.models import Holding, PeopleImport, User
from organizations.services import delegate_post, hand_over
from tests.hazards.test_unit_supervisions import propose as propose_unit
from tests.hazards.test_units_ladder import keep
from tests.journeys.person import Person
from tests.support import listed
from tests.support.district import District, make_person
from tests.support.measured import drafted
from tests.support.second_factor import Phone

LOOK = (Path(__file__).parent / "look.js").read_text()
WIDTHS = (360, 390, 768, 1440)
# Touch, contrast and words are read at these.
READ_AT = (390, 1440)
# Folds that exclude each other are freed first, so that all lie open.
OPEN_FOLDS = "document.querySelectorAll('details').forEach((e) => { e.removeAttribute('name'); e.open = true; })"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

OWN = ("/", "/report/", "/report/?mode=fix", "/hazards/", "/hazards/?q=没有这样的", "/me/", "/password/")
STATES = ("reported", "returned", "rejected", "filed", "assigned", "rectifying", "submitted", "verified", "closed")
# Answers without a page of ours: for machines, files, or by POST only.
NO_PAGE = {
    "healthz", "readyz", "logout", "similar_hazards", "hazard_act", "uploads", "upload_file", "evidence_file",
    "flow_bpmn", "hazard_bpmn", "switch_person", "add_person", "appoint", "rename_unit", "switch_unit", "unlock_account", "change_role",
    "reset_account", "change_second_factor", "forget_devices", "forget_device", "reset_second_factor",
    "bulk_start", "sealed_archive", "end_delegation", "issuing_names", "import_template", "import_errors", "import_passwords",
    "clock_policy_dates", "clock_policy_discard", "calendar_file", "measures_sign",
    "health_retry", "messages_read", "messages_state", "messages_rows", "messages_latest", "message_open", "hazard_told_file", "told_to_file", "ways_test", "ways_resend", "switch_outlet",
}  # fmt: skip
SEEN = {
    "desk", "report", "report_stop", "report_confidential", "hazard_list", "hazard_file", "report_receipt", "me",
    "change_password", "people", "unit_people", "end_holding", "new_root_unit", "new_unit", "accounts", "new_account",
    "account", "audit", "login", "set_password", "verify_code", "second_factor", "security_settings", "process_list", "hazard_flow", "visits", "my_reports", "overdue", "overdue_text", "hazard_told", "told_to",
    "ways", "new_outlet", "outlet",
    "my_posts", "delegate_post", "hand_over", "release_person", "hand_over_sheet", "move_unit", "merge_unit",
    "move_person", "import_people", "people_import", "bulk_choose", "bulk_run", "rules", "clauses", "hazard_paper",
    "clock_rules", "clock_policy", "clock_policy_issue", "clock_policy_step", "clock_policy_ladder", "clock_policy_move",
    "measures", "unit_warnings", "unit_measure",
    "supervision_board", "unit_supervisions", "unit_supervision_new", "unit_supervision",
    "calendar", "calendar_days", "calendar_hours", "calendar_terms", "calendar_duty", "health",
    "messages", "messages_settings", "message_digest",
}  # fmt: skip


class Looker:
    """Looks at pages and keeps what is wrong with them, so that one run tells all."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def see(self, person: Person, *addresses: str) -> None:
        person.log_in()
        for address in addresses:
            person.page.goto(address)
            self.look(person.page, f"{person.name} {address}")

    def look(self, page: Page, what: str) -> None:
        page.evaluate(OPEN_FOLDS)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            too_wide = page.evaluate(TOO_WIDE)
            if too_wide > 0:
                self.complaints.append(f"{what} at {width}: {too_wide} px too wide")
            if width in READ_AT:
                self.complaints += [f"{what} at {width}: {line}" for line in page.evaluate(LOOK)]


@pytest.fixture
def looker() -> Iterator[Looker]:
    looker = Looker()
    yield looker
    assert not looker.complaints, "\n".join(looker.complaints)


@pytest.fixture
def numbers(d: District) -> dict[str, str]:
    """A hazard of the first school in each state that these pages can show."""
    found = {state: d.reach(state) for state in STATES}
    d.do("add_evidence", d.safety, found["filed"], stage="before", photos=[str(d.photo(d.safety).pk)])
    return found


def test_pages_of_the_school(d, arrive, looker, numbers):
    files = [f"/hazards/{number}/" for number in numbers.values()]
    receipt = f"/hazards/{numbers['reported']}/receipt/"
    stop = ("/report/stop/?domain=08", "/report/confidential/?domain=08")
    looker.see(arrive("teacher"), "/my-reports/", *OWN, *stop, receipt, files[0], files[1])
    looker.see(arrive("safety"), "/", *files)
    holding = Holding.objects.get(user=d.safety)
    people = ("/people/", f"/units/{d.units['school'].pk}/people/", f"/holdings/{holding.pk}/end/")
    looker.see(arrive("principal"), "/", "/process/", *people, files[-1], f"{files[-1]}flow/")


def test_pages_of_listings(d, arrive, looker):
    files = [f"/hazards/{number}/" for number in (listed.proposed(d), listed.listed(d), listed.accepted(d))]
    row = propose_unit(d)
    boards = ("/supervision/", "/supervision/?state=listed", "/supervision/?state=passed", "/supervision/units/")
    looker.see(arrive("leader"), *boards, *files, "/supervision/units/new/", f"/supervision/units/{row.pk}/")


def test_pages_of_measures_and_warnings(d, arrive, looker, clock):
    keep(d, clock, on_time=0, late=2)
    draft_for_last_quarter(d.at)
    drafted(d)
    measure = UnitMeasure.objects.get()
    looker.see(arrive("leader"), "/measures/", "/units/warnings/", f"/units/measures/{measure.pk}/")
    decide_unit_measure(actor=d.leader, measure_id=measure.pk, ruling="issue", at=d.at)
    looker.see(arrive("principal"), "/units/warnings/", f"/units/measures/{measure.pk}/")
    looker.see(arrive("office"), "/measures/")


def test_pages_of_the_bureau(d, arrive, looker, numbers):
    files = [f"/hazards/{number}/" for number in numbers.values()]
    people = ("/people/", "/people/?q=第一", f"/units/{d.units['school'].pk}/people/")
    told = (f"/messages/told/{d.safety.pk}/", f"/hazards/{numbers['submitted']}/told/")
    looker.see(arrive("office"), *OWN, *files, *people, *told, "/hazards/?state=filed&level=general&overdue=1")
    flows = (
        "/visits/",
        "/visits/?all=1",
        "/overdue/",
        "/overdue/text/",
        "/process/",
        "/process/?step=rectifying&overdue=1",
        *(f"{file}flow/" for file in files),
    )
    looker.see(arrive("leader"), *flows)
    looker.see(arrive("fire"), "/", "/report/", "/hazards/")


def test_pages_of_the_calendar(d, arrive, looker):
    administrator = make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)
    edu, day = d.units["edu"], today(d.at)
    hours = Season((5, 1), (10, 7), ((time(8, 30), time(12)), (time(14, 30), time(18))))
    change_seasons(actor=administrator, unit=edu, seasons=[SeasonChoice("夏季", hours)], at=d.at)
    days = (date(2026, 9, 1), date(2027, 1, 22))
    change_term(actor=administrator, unit=edu, school_year=2026, semester=1, days=days, at=d.at)
    set_duty(
        actor=d.safety, unit=d.units["school"], first=day, last=day, leader_name="王值班", phone="13800000001", at=d.at
    )  # fmt: skip
    looker.see(arrive("safety"), "/calendar/", "/calendar/?year=2027", "/calendar/duty/")
    edits = ("/calendar/days/", "/calendar/hours/", "/calendar/terms/")
    looker.see(arrive(administrator.username), "/calendar/", *edits)


def test_pages_of_limits_and_ladders(d, arrive, looker):
    administrator = make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)
    first, on = Policy.objects.get(), today(d.at) + timedelta(days=1)
    d.reach("rectifying")
    draft = copy_policy(actor=administrator, source=first, bureau=None, valid_from=on, note="试行", at=d.at)
    pages = ("", "issue/", "steps/rectifying/", "ladders/unit/significant/", "ladders/countersign/all/")
    looker.see(arrive(administrator.username), "/rules/clock/", *(f"/rules/clock/{draft.pk}/{one}" for one in pages))
    looker.see(arrive("director"), "/rules/clock/", f"/rules/clock/{first.pk}/", f"/rules/clock/{first.pk}/move/")


def test_a_paper_and_the_file_it_stands_on(d, arrive, looker):
    number = d.find(d.reach("rectifying")).number
    fields = {"unit": "第一小学", "facts": "栏杆松动逾期未整改。"}
    draft = Draft(
        kind="bulletin", subject_id=d.find(number).pk, issuer_unit=d.units["edu"], addressee=d.units["school"],
        fields=fields, at=d.at,
    )  # fmt: skip
    with transaction.atomic():
        papers = [issue_new_document(draft, by=d.leader) for _ in range(6)]
    looker.see(arrive("office"), f"/hazards/{number}/", f"/hazards/{number}/papers/{papers[0].pk}/")


def test_pages_of_messages(d, arrive, looker, numbers, clock, settings):
    settings.EMAIL_HOST = "127.0.0.1"
    forget()
    clock.set(d.at + timedelta(days=1))
    send_daily(d.at)
    digest = OutboxMessage.objects.get(recipient=d.director, kind=DAILY)
    pages = ("/messages/", "/messages/?unread=1&group=measure", "/messages/settings/")
    looker.see(arrive("director"), *pages, f"/messages/digests/{digest.pk}/", "/?only=sides")
    looker.see(arrive("safety"), "/messages/", "/messages/?mine=1")


def test_pages_of_the_administrators(d, arrive, looker):
    system, security, auditor = (make_person(role, None, admin_role=role) for role in AdminRole)
    edu, account = d.units["edu"].pk, User.objects.get(username="teacher").pk
    units = ("/people/", "/units/new/", f"/units/{edu}/new/", f"/units/{edu}/people/")
    looker.see(arrive(system.username), "/", "/me/", *units, "/accounts/", "/accounts/new/", f"/accounts/{account}/")
    looker.see(arrive(d.office.username), "/health/", "/messages/ways/")
    outlet = Outlet.objects.create(
        unit=d.units["central"],
        way="webhook",
        name="县校园安全平台",
        url="https://hook.example/in",
        secret="0" * 16,
        made_at=d.at,
    )
    for key in ("a", "b"):
        Delivery.objects.create(
            created_at=d.at, outlet=outlet, way=outlet.way, address=outlet.name, key=key, state="dead", n_tries=8,
            failure="对方没有接收：503 Service Unavailable",
        )  # fmt: skip
    looker.see(
        arrive(system.username),
        "/messages/ways/",
        "/messages/ways/outlets/new/",
        f"/messages/ways/outlets/{outlet.pk}/",
    )
    looker.see(arrive(security.username), "/", "/accounts/", f"/accounts/{account}/")
    looker.see(arrive(auditor.username), "/", "/audit/", "/audit/?kind=login")


def test_pages_of_many_and_of_a_second_person(d, arrive, looker):
    outside = [d.filed_outside() for _ in range(3)]
    wish = {"to": d.units["gov"].pk, "reason": "学校无权处理", "control": "已警戒"}
    for number in outside[:2]:
        d.do("refer", d.office, number, photos=[str(d.photo(d.office).pk)], **wish)
    leader = arrive("leader")
    looker.see(leader, "/", f"/hazards/{outside[0]}/")
    leader.open_desk()
    leader.press("一次办 2 条“会签同意”")
    looker.look(leader.page, "many countersigned")
    leader.press("批量会签同意")
    expect(leader.page.get_by_role("heading", name="办完了")).to_be_visible()
    looker.look(leader.page, "a run")
    office = arrive("office")
    looker.see(office, f"/hazards/{outside[2]}/?record=instruct", "/clauses/", "/rules/")
    parts = d.reach_with("sibling", "fire", level="significant")
    plan = d.reach_plan("approved")
    d.schedule(plan)
    d.do("instruct", d.leader, plan, to=d.units["school"].pk, instruction="本周内核查")
    looker.see(arrive("safety"), f"/hazards/{parts}/", f"/hazards/{plan}/")
    system = arrive(make_person("system", None, admin_role=AdminRole.SYSTEM).username)
    looker.see(system, "/rules/")
    system.page.locator("[name=uses_significant]").uncheck()
    system.press("看看改动")
    looker.look(system.page, "rules to be confirmed")


def test_pages_of_the_second_factor(d, arrive, looker):
    security = make_person("security", None, admin_role=AdminRole.SECURITY)
    looker.see(arrive("leader"), "/me/", "/me/second-factor/")
    phone = Phone(d.leader).enrol()
    account = f"/accounts/{d.leader.pk}/"
    looker.see(arrive(security.username), "/me/", "/security/", account)
    leader = arrive("leader")
    leader.page.goto("/login/")
    leader.fill_login()
    looker.look(leader.page, "the code of a login")
    leader.page.get_by_label("6 位验证码").fill(phone.wrong_code())
    leader.page.get_by_role("button", name="登录", exact=True).click()
    looker.look(leader.page, "a wrong code")
    leader.page.locator("form", has=leader.page.get_by_label("6 位验证码")).get_by_role("checkbox").check()
    leader.page.get_by_label("6 位验证码").fill(phone.code())
    leader.page.get_by_role("button", name="登录", exact=True).click()
    for address in ("/me/", "/me/second-factor/"):
        leader.page.goto(address)
        looker.look(leader.page, f"leader with an app {address}")
    leader.page.get_by_text("重新生成备用码").click()
    leader.page.get_by_label("验证码或备用码").fill(phone.backup_codes[0])
    leader.press("继续")
    expect(leader.heading("新的备用码")).to_be_visible()
    looker.look(leader.page, "backup codes")


def test_pages_of_posts_that_change_hands(d, arrive, looker):
    own, safety = Holding.objects.get(user=d.principal), Holding.objects.get(user=d.safety)
    days = {"from_on": today(d.at), "until_on": today(d.at) + timedelta(days=7)}
    delegate_post(actor=d.principal, holding=own, to=d.safety, reason="外出培训", at=d.at, **days)
    spare = make_person("spare", d.units["school"])
    sheet = hand_over(actor=d.principal, holding=safety, to=spare, on=today(d.at) + timedelta(days=9), at=d.at)
    school = f"/units/{d.units['school'].pk}/people/"
    papers = (f"/holdings/{safety.pk}/handover/", f"/people/{d.safety.pk}/leave/", f"/handovers/{sheet.pk}/")
    looker.see(arrive("principal"), "/me/posts/", f"/holdings/{own.pk}/delegate/", school, *papers)
    looker.see(arrive("safety"), "/me/posts/")
    looker.see(arrive("outsider"), "/me/posts/")


def test_pages_of_units_that_change(d, arrive, looker):
    system = make_person("system", None, admin_role=AdminRole.SYSTEM)
    school, to = f"/units/{d.units['school'].pk}", d.units["sibling"].pk
    row = {"number": 2, "texts": {"name": "某人"}}
    error = {"sheet": "人员", "number": 2, "column": "username", "message": "请填写用户名。"}
    facts = {"made_by": system, "made_at": d.at, "file_name": "导入.xlsx", "rows": {"人员": [row]}}
    counts = {"units": 3, "new_units": 3, "changed_units": 0, "new_people": 2, "changed_people": 0, "accounts": 2}
    imports = [
        PeopleImport.objects.create(errors=errors, counts=counts, done_at=done_at, **facts)
        for errors, done_at in (([error], None), ([], None), ([], d.at))
    ]
    looker.see(
        arrive(system.username), f"{school}/people/", f"{school}/move/", f"{school}/merge/",
        f"{school}/merge/?to={to}", f"/people/{d.teacher.pk}/move/", "/people/import/",
        *(f"/people/import/{one.pk}/" for one in imports),
    )  # fmt: skip


def test_pages_of_refusals(d, arrive, looker, numbers):
    person = arrive("safety")
    looker.see(person, "/hazards/S000000000000000/", "/nowhere/", "/accounts/", "/report/")
    person.press("上报")
    looker.look(person.page, "a report with faults")
    person.page.goto(f"/hazards/{numbers['assigned']}/")
    person.form("sign").locator("[name=interim_control]").fill("已拉警戒线")
    d.sign(numbers["assigned"])
    person.press("签收")
    looker.look(person.page, "a conflict")


def test_pages_before_the_login(d, arrive, looker):
    visitor = arrive("teacher")
    visitor.page.goto("/login/")
    looker.look(visitor.page, "login")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        visitor.fill_login("wrong-password")
    looker.look(visitor.page, "locked out")
    new = make_person("newcomer", d.units["school"])
    User.objects.filter(pk=new.pk).update(must_set_password=True)
    newcomer = arrive("newcomer")
    newcomer.page.goto("/")
    newcomer.fill_login()
    looker.look(newcomer.page, "first password")


def test_the_page_of_the_api_keeps_the_policy(d, arrive):
    docs = arrive("office").log_in()
    docs.page.goto("/api/v1/docs/")
    expect(docs.page.locator(".swagger-ui .info")).to_be_visible()


def test_no_page_is_left_out():
    """A new address is looked at above or stands among those that show no page."""
    assert names_of(get_resolver().url_patterns) == SEEN | NO_PAGE


def names_of(patterns: list[URLPattern | URLResolver]) -> set[str]:
    names: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            names |= set() if one.namespace == "api" else names_of(one.url_patterns)
        elif one.name:
            names.add(one.name)
    return names
