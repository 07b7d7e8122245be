"""The demo county: made once through the services, alive whenever it is loaded."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from config.launcher import up
from core.clock import now
from demo.cast import CAST_NAMES, DEMO_PASSWORD
from demo.loading import STORIES
from hazards import log
from hazards.actions import ACTIONS, Party
from hazards.models import (
    Assignment,
    Countersign,
    Evidence,
    Hazard,
    HazardEvent,
    Instruction,
    RectificationPlan,
    SupportRequest,
)
from hazards.selectors import in_scope
from hazards.small import AWAITED_BY
from hazards.states import CountersignState, ReturnState, State
from hazards.uploads import path_of
from organizations.kinds import UnitKind
from organizations.models import Unit, User
from organizations.posts import list_held_posts
from workflows.models import SideProcess
from workflows.selectors import Urgency, awaited_label, list_to_dos

N_RESTRICTED = 2


def person(username):
    return User.objects.get(username=username)


def test_the_county_has_the_units_and_people_it_promises(demo):
    kinds = Counter(Unit.objects.values_list("kind", flat=True))
    campuses = kinds[UnitKind.SCH] + kinds[UnitKind.PT]
    assert (kinds[UnitKind.COUNTY], kinds[UnitKind.GOV], kinds[UnitKind.EDU], kinds[UnitKind.CEN]) == (1, 2, 1, 4)
    assert (campuses, kinds[UnitKind.KG], kinds[UnitKind.DEP]) == (24, 6, 8)
    assert kinds[UnitKind.SEC] >= 2
    assert 60 <= User.objects.count() <= 80
    assert not User.objects.exclude(phone__startswith="000-").exists()
    assert set(Unit.objects.exclude(region_code="").values_list("region_code", flat=True)) == {"990101"}


def test_everybody_of_the_standing_cast_has_the_post_or_role_of_the_name(demo):
    labels = {
        "demo_teacher": "第一小学教职工",
        "demo_safety": "第一小学安全员",
        "demo_principal": "第一小学校长",
        "demo_outsider": "样东中心小学安全员",
        "demo_village": "示源小学校长、示源小学安全员",
        "demo_central": "城关中心校安全负责人、城关中心校校长（代）",
        "demo_section": "基建后勤科科室经办",
        "demo_office": "示例县教育局安全办经办",
        "demo_director": "示例县教育局安全办主任",
        "demo_leader": "示例县教育局分管领导",
        "demo_chief": "示例县教育局主要领导",
        "demo_superintendent": "示例县教育局责任督学",
        "demo_town": "样东镇联络员",
        "demo_coordinator": "示例县安全生产委员会办公室县级协调员",
        "demo_fire": "示例县消防救援大队联络员",
        "demo_market": "示例县市场监督管理局联络员",
        "demo_expert": "示例县校园安全专家库专家",
        "demo_inspector": "示例县教育局纪检查阅员",
    }
    held = {name: {post.label for post in list_held_posts(person(name), now())} for name in CAST_NAMES}
    assert held == {name: set(labels[name].split("、")) if name in labels else set() for name in CAST_NAMES}
    roles = {name: person(name).admin_role for name in ("demo_sysadmin", "demo_secadmin", "demo_auditor")}
    assert roles == {"demo_sysadmin": "system", "demo_secadmin": "security", "demo_auditor": "audit"}


@pytest.mark.parametrize("username", CAST_NAMES)
def test_the_launcher_names_the_same_cast_and_password(username):
    assert username in up.DEMO_CAST.split("、")
    assert up.DEMO_PASSWORD == DEMO_PASSWORD


def test_the_cast_can_log_in(demo):
    for username in CAST_NAMES:
        client = Client()
        answer = client.post("/login/", {"username": username, "password": DEMO_PASSWORD})
        assert answer.status_code == 302, username
        assert client.session["_auth_user_id"] == str(person(username).pk)
        assert not person(username).must_set_password


def test_every_state_is_there(demo):
    states = Counter(Hazard.objects.values_list("state", flat=True))
    assert sum(states.values()) == len(STORIES) > 100
    assert set(states) == set(State)
    assert Hazard.objects.filter(level="significant", state="rectifying").exists()
    assert Hazard.objects.filter(suspected_major=True, state="reported", level="").exists()
    assert Hazard.objects.filter(level="major", level_is_pending=True).exists()
    assert Hazard.objects.filter(level="major", state="closed", appraisal="D").exists()
    assert Hazard.objects.exclude(scheduled={}).exists()
    assert Hazard.objects.filter(n_reopened=1, state="rectifying").exists()
    assert Hazard.objects.filter(n_appeals=1, state="reported").exists()
    assert Hazard.objects.filter(n_unanswered=1, state="filed").exists()
    assert Hazard.objects.filter(sealed_at__isnull=False).exists()
    assert Hazard.objects.filter(is_restricted=True).count() == N_RESTRICTED
    assert Hazard.objects.filter(round__gt=1, state="closed").exists()
    assert Hazard.objects.filter(channel="direct").exists()
    assert Hazard.objects.values("domain").distinct().count() >= 15


def test_each_small_machine_waits_for_somebody_and_has_ended_somewhere(demo):
    waiting = set(SideProcess.objects.filter(finished=None).values_list("machine", flat=True))
    assert waiting == {machine for machine, _state in AWAITED_BY}
    leads = Hazard.objects.exclude(lead_assignment=None).values("lead_assignment")
    parts = Assignment.objects.exclude(kind="control").exclude(pk__in=leads)
    assert set(parts.values_list("state", flat=True)) >= {"sent", "signed", "done", "confirmed"}
    assert {"draft", "in_review", "approved"} <= set(RectificationPlan.objects.values_list("state", flat=True))
    seconds = set(Countersign.objects.values_list("state", flat=True))
    assert seconds == set(CountersignState) - {CountersignState.CANCELED}
    assert set(SupportRequest.objects.values_list("state", flat=True)) == {"open", "granted", "declined"}
    assert set(Instruction.objects.values_list("state", flat=True)) >= {"open", "replied"}
    returns = set(Assignment.objects.values_list("return_state", flat=True))
    assert returns == set(ReturnState)


def test_every_action_of_a_person_was_done_by_somebody(demo):
    done = set(HazardEvent.objects.values_list("action", flat=True))
    # What a second person agrees to stands in the log as the act itself.
    by_people = {name for name, action in ACTIONS.items() if action.party is not Party.CLOCK} - {"confirm_countersign"}
    assert by_people <= done
    assert HazardEvent.objects.filter(data__has_key="countersigned_by").exists()
    assert HazardEvent.objects.filter(data__has_key="on_behalf").exists()
    assert HazardEvent.objects.exclude(late_reason="").exists()


def test_the_log_is_whole_and_never_in_the_future(demo):
    for hazard in Hazard.objects.all():
        assert not log.find_breaks(hazard, HazardEvent.objects.filter(hazard=hazard).order_by("seq"))
    assert HazardEvent.objects.latest("recorded_at").recorded_at <= now()
    call_command("verify_audit", stdout=StringIO())
    call_command("check_consistency", stdout=StringIO())


def test_photos_are_there_with_and_without_a_moment(demo):
    photos = [one.upload for one in Evidence.objects.select_related("upload")]
    assert len(photos) > 80
    assert all(path_of(photo).exists() for photo in photos)
    assert any(photo.taken_at for photo in photos) and any(photo.taken_at is None for photo in photos)


def test_desks_are_alive(demo):
    safety = {urgency: len(tasks) for urgency, tasks in list_to_dos(person("demo_safety"), now()).items()}
    assert all(safety[urgency] for urgency in (Urgency.OVERDUE, Urgency.TODAY, Urgency.WEEK))
    for username in ("demo_teacher", "demo_principal", "demo_outsider", "demo_central", "demo_office"):
        assert any(list_to_dos(person(username), now()).values()), username


def test_an_investigator_finds_on_his_desk_what_he_may_read(demo):
    client = Client()
    client.post("/login/", {"username": "demo_inspector", "password": DEMO_PASSWORD})
    page = client.get("/").content.decode()
    number = Hazard.objects.get(reading_grants__isnull=False).number
    assert "准许查阅的档案" in page and f"/hazards/{number}/" in page and "查阅至" in page
    assert client.get(f"/hazards/{number}/").status_code == 200


def test_what_is_others_duty_asks_for_a_letter_and_after_that_for_the_county(demo):
    labels = {
        task.hazard.place: awaited_label(task)
        for one in list_to_dos(person("demo_office"), now()).values()
        for task in one
    }
    assert (labels["校门外县道"], labels["园外配餐点"], labels["宿舍楼消火栓"]) == ("函告", "提请交办", "交办")


def test_the_outsider_sees_nothing_of_the_first_school(demo):
    assert not in_scope(person("demo_outsider"), now()).filter(unit__name="第一小学").exists()
    assert in_scope(person("demo_office"), now()).count() == len(STORIES) - N_RESTRICTED


def test_a_second_load_changes_nothing_and_asks_once(demo, django_assert_num_queries):
    before = HazardEvent.objects.count(), User.objects.count(), Unit.objects.count()
    with django_assert_num_queries(1):
        call_command("load_demo", stdout=StringIO())
    assert before == (HazardEvent.objects.count(), User.objects.count(), Unit.objects.count())
