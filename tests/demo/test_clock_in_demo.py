"""The demo's clock: every rung came by itself and lies in the past; what was left alone climbed as the rules say."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from core.clock import now
from deadlines.models import Deadline, DutyDay, Policy, SchoolTerm, WorkSeason
from demo.cast import DEMO_PASSWORD
from hazards.clockwork import LIMIT
from hazards.models import Extension, Hazard, HazardEvent, Measure, Supervision, Suspension
from hazards.states_clock import Ladder
from hazards.units_ladder import list_unit_states, rules_of
from organizations.models import Unit

CLOSING = ("check_consistency", "check_deadlines", "verify_audit")


def hazard_at(unit, place):
    return Hazard.objects.get(unit__name=unit, place=place)


def acts_of(hazard):
    """Rungs as (act of the clock, rung), oldest first."""
    events = HazardEvent.objects.filter(hazard=hazard, actor=None).order_by("seq")
    return [(event.action, event.data.get("kind") or event.data.get("act", "")) for event in events]


def page(username, address):
    client = Client()
    client.post("/login/", {"username": username, "password": DEMO_PASSWORD})
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_nothing_is_left_to_fire_and_all_that_came_lies_before_the_load(demo):
    assert not Deadline.objects.filter(wake_at__lte=now()).exists()
    assert not Deadline.objects.filter(n_failures__gt=0).exists()
    assert not HazardEvent.objects.filter(recorded_at__gt=now()).exists()
    assert HazardEvent.objects.filter(action="warn").count() > 200


@pytest.mark.parametrize("command", CLOSING)
def test_what_is_stored_is_what_is_reckoned(demo, command):
    call_command(command, stdout=StringIO())


def test_an_overdue_significant_left_alone_was_listed_by_the_clock(demo):
    hazard = hazard_at("示北初级中学", "旧食堂外墙")
    acts = acts_of(hazard)
    order = [
        acts.index(one) for one in (("draft_measure", "bulletin"), ("draft_measure", "interview"), ("list_overdue", ""))
    ]
    assert order == sorted(order)
    row = Supervision.objects.get(hazard=hazard)
    assert (hazard.listing, row.is_standing, row.trigger, bool(row.notice_number)) == ("listed", True, "L-5", True)
    colours = [
        event.changes["colour"][1]
        for event in HazardEvent.objects.filter(hazard=hazard).order_by("seq")
        if "colour" in event.changes
    ]
    assert [one for one in colours if one][-3:] == ["yellow", "orange", "red"]


def test_its_timeline_tells_each_rung(demo):
    hazard = hazard_at("示北初级中学", "旧食堂外墙")
    text = page("demo_leader", f"/hazards/{hazard.number}/")
    for words in ("到期后7天", "拟通报批评", "到期后15天", "拟约谈", "到期后30天", "挂牌督办"):
        assert words in text, words


def test_an_overdue_general_one_waits_as_a_draft_on_the_monthly_list(demo):
    proposed = Supervision.objects.filter(state="proposed", trigger="L-5", authority="sector", hazard__level="general")
    assert proposed.count() >= 3
    first = hazard_at("例溪小学", "操场北侧挡墙")
    kinds = [kind for action, kind in acts_of(first) if action == "draft_measure"]
    assert kinds == ["bulletin", "interview"] and ("draft_listing", "") in acts_of(first)
    assert first.rank == 4, "a draft is no listing"


def test_the_same_delay_owed_by_an_office_harms_no_school(demo):
    """What waits for office or department is told upward there, and blamed on nobody below."""
    owed = Deadline.objects.filter(
        state="armed", kind="step", ladder__in=[Ladder.OFFICE, Ladder.COUNTY], due_at__lte=now()
    )
    late = list(owed.values_list("subject_id", flat=True))
    assert len(late) >= 5
    assert (
        not Measure.objects.filter(hazard__in=late)
        .filter(opened_at__gte=owed.order_by("due_at")[0].due_at, kind__in=["bulletin", "interview"])
        .exists()
    )
    assert not Supervision.objects.filter(hazard__in=late, trigger="L-5").exists()


def test_each_ladder_has_one_on_each_of_its_heights(demo):
    late = Deadline.objects.filter(state="armed", kind=LIMIT, due_at__lte=now())
    heights = {(one.ladder, Hazard.objects.get(pk=one.subject_id).rank) for one in late}
    assert heights >= {(Ladder.UNIT, rank) for rank in (2, 3, 4, 5)}
    assert any(ladder == Ladder.OUTSIDE for ladder, _rank in heights)
    kinds = set(Measure.objects.values_list("kind", flat=True))
    assert kinds >= {"bulletin", "interview", "accountability", "urge_letter", "county_supervision"}
    states = set(Measure.objects.values_list("state", flat=True))
    assert states >= {"draft", "declined", "issued", "awaiting_reply", "settled", "withdrawn"}


def test_listings_suspensions_and_extensions_stand_in_each_state(demo):
    listed = Counter(Supervision.objects.values_list("state", flat=True))
    assert listed["listed"] >= 3 and listed["passed"] >= 1 and listed["delisted"] >= 1
    assert Supervision.objects.filter(is_external=True, state="listed").exists()
    assert Supervision.objects.filter(state="proposed", authority="county").exists()
    assert set(Suspension.objects.values_list("state", flat=True)) >= {
        "in_force",
        "resume_requested",
        "lifted",
        "permanent",
    }
    assert set(Extension.objects.values_list("state", flat=True)) >= {"requested", "granted", "refused", "withdrawn"}


def test_what_was_taken_over_meets_no_more_than_warnings_until_it_has_a_new_limit(demo):
    old = hazard_at("示林小学", "北围墙")
    assert old.taken_over_at and old.colour == "red"
    assert {action for action, _ in acts_of(old)} <= {"take_over", "warn"}
    assert not Measure.objects.filter(hazard=old).exists()
    anew = hazard_at("例塘教学点", "教室电线")
    assert anew.taken_over_at is None
    limits = Deadline.objects.filter(subject_id__in=[old.pk, anew.pk], kind=LIMIT, state="armed")
    assert {one.subject_id: one.ladder for one in limits} == {old.pk: Ladder.INHERITED, anew.pk: Ladder.UNIT}


def test_units_are_orange_and_red(demo):
    bureau = Unit.objects.get(kind="EDU", parent__name="示例县")
    states = list_unit_states(Unit.objects.filter(path__contains=[bureau.pk]), rules_of(bureau.pk), now())
    assert {one.colour for one in states} >= {"orange", "red"}


def test_the_county_has_hours_terms_a_roster_and_rules_of_its_own(demo):
    assert WorkSeason.objects.count() == 2 and all(len(row.sessions) == 2 for row in WorkSeason.objects.all())
    assert SchoolTerm.objects.count() >= 3
    assert DutyDay.objects.filter(unit__kind="EDU").count() == 14
    assert Policy.objects.filter(bureau__name="示例县教育局", issued_at__isnull=False).exists()
    running = set(Hazard.objects.exclude(policy=None).values_list("policy__bureau", flat=True))
    assert len(running) == 2, "some run under the old rules, some under the new"


def test_the_real_kindergarten_goes_its_way_with_its_dates(demo_mode, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    out = StringIO()
    call_command("play_kindergarten", stdout=out)
    hazard = Hazard.objects.get(unit__name="爱尚东升幼儿园")
    row = Supervision.objects.get(hazard=hazard, is_external=True)
    assert (str(hazard.found_on), hazard.state) == ("2020-03-24", "closed")
    assert (row.authority, row.lister_name, row.state, str(row.delisted_on)[:7]) == (
        "city",
        "市人民政府",
        "delisted",
        "2021-05",
    )
    assert HazardEvent.objects.filter(hazard=hazard, data__has_key="on_behalf").count() >= 5
    told = out.getvalue()
    assert told.index("2021-05-12  摘牌") < told.index("销号\n", told.index("2021-05-12  摘牌") + 20)
    n_events = HazardEvent.objects.count()
    call_command("play_kindergarten", stdout=StringIO())
    assert HazardEvent.objects.count() == n_events
    for command in CLOSING:
        call_command(command, stdout=StringIO())
