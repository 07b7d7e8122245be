"""规则设置: shown before it is made, made at once, kept with old and new; read by the bureau's office."""

from __future__ import annotations

import pytest

from core.models import AuditEntry
from hazards.models import BureauRules, VerifierRule
from organizations.kinds import AdminRole
from organizations.models import Mandate
from tests.support.district import make_person


@pytest.fixture
def admin(d):
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def as_it_stands(d, **changed):
    """What the form sends when nothing is touched, with these changes."""
    sent: dict[str, object] = {"bureau": str(d.units["edu"].pk), "uses_significant": "on", "review_above": ""}
    for rule in VerifierRule.objects.all():
        sent |= {f"verifier_{rule.pk}": rule.verifier, f"closer_{rule.pk}": rule.closer}
        if rule.in_one_act:
            sent[f"one_act_{rule.pk}"] = "on"
    sent["mandate"] = [f"{one.action}:{one.level}" for one in Mandate.objects.all()]
    return {name: value for name, value in {**sent, **changed}.items() if value is not None}


def rule_of(level, source=""):
    return VerifierRule.objects.get(level=level, source=source)


def test_a_change_is_shown_with_its_effect_before_it_is_made(d, admin, signed_in):
    rule = rule_of("general")
    client = signed_in(admin)
    sent = as_it_stands(d, **{f"closer_{rule.pk}": "issuer"})
    page = client.post("/rules/", sent).content.decode()
    assert "确认规则改动" in page and "共 1 处" in page and "教育局安全办销号" in page and "交办单位销号" in page
    assert rule_of("general").closer == "office" and not AuditEntry.objects.filter(kind="settings").exists()

    client.post("/rules/", {**sent, "confirmed": "1"})
    assert rule_of("general").closer == "issuer"
    entry = AuditEntry.objects.get(action="rules.verifying_changed")
    assert (entry.actor_name, entry.detail["was"], entry.detail["now"]) == (
        admin.name,
        "交办单位复查，教育局安全办销号",
        "交办单位复查，交办单位销号",
    )
    assert "交办单位复查，教育局安全办销号 → 交办单位复查，交办单位销号" in client.get("/rules/").content.decode()


def test_a_new_rule_holds_from_the_next_assignment(d, admin, signed_in, django_capture_on_commit_callbacks):
    before = d.reach("assigned")
    rule = rule_of("general")
    sent = as_it_stands(d, **{f"verifier_{rule.pk}": "campus", f"closer_{rule.pk}": "campus"})
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(admin).post("/rules/", {**sent, "confirmed": "1"})
    assert d.find(before).closing_unit_id == d.units["edu"].pk
    assert d.find(d.reach("assigned")).closing_unit_id == d.units["school"].pk


def test_a_bureau_may_work_with_two_levels(d, admin, signed_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = as_it_stands(d, uses_significant=None, review_above="50000", confirmed="1")
        signed_in(admin).post("/rules/", sent)
    rules = BureauRules.objects.get(bureau=d.units["edu"])
    assert (rules.uses_significant, rules.plan_review_above) == (False, 50_000)
    number = d.report()
    page = signed_in(d.safety).get(f"/hazards/{number}/")
    level = page.context["main_forms"][0].by_name["level"]
    assert [option.value for option in level.options] == ["general", "major"]


def test_central_schools_get_a_mandate_from_the_bureaus_director_too(d, signed_in):
    sent = {"bureau": d.units["edu"].pk, "mandate": ["file:general"], "confirmed": "1"}
    assert signed_in(d.office).post("/rules/", sent).status_code == 403
    assert signed_in(d.director).post("/rules/", sent).status_code == 302
    assert list(Mandate.objects.values_list("action", "level")) == [("file", "general")]
    page = signed_in(d.director).get("/rules/").content.decode()
    assert "委托中心校办理：建档一般隐患" in page


def test_the_director_changes_nothing_but_mandates(d, signed_in):
    rule = rule_of("general")
    sent = as_it_stands(d, **{f"closer_{rule.pk}": "issuer"}, uses_significant=None, confirmed="1")
    signed_in(d.director).post("/rules/", sent)
    assert rule_of("general").closer == "office" and not BureauRules.objects.exists()


@pytest.mark.parametrize(
    ("level", "source", "changed", "said"),
    [
        ("major", "", {"closer": "campus"}, "不能由学校自己销号"),
        ("significant", "", {"verifier": "campus"}, "不能由学校自己复查"),
        ("major", "", {"verifier": "issuer"}, "由教育局安全办复查"),
        ("general", "", {"verifier": "campus", "closer": "office", "one_act": "on"}, "才能一次办完"),
        ("general", "", {"verifier": "nobody"}, "请选择复查单位"),
    ],
)
def test_rules_that_would_let_one_judge_himself_are_refused(d, admin, signed_in, level, source, changed, said):
    rule = rule_of(level, source)
    sent = as_it_stands(d, **{f"{name}_{rule.pk}": value for name, value in changed.items()})
    for confirmed in ({}, {"confirmed": "1"}):
        answer = signed_in(admin).post("/rules/", {**sent, **confirmed})
        assert answer.status_code == 422 and said in answer.content.decode()
    assert not AuditEntry.objects.filter(kind="settings").exists()


@pytest.mark.parametrize("amount", ["-1", "一万", "1.5", "9999999999"])
def test_an_amount_is_whole_yuan(d, admin, signed_in, amount):
    answer = signed_in(admin).post("/rules/", as_it_stands(d, review_above=amount))
    assert answer.status_code == 422 and amount in answer.content.decode()


def test_nothing_changed_is_said(d, admin, signed_in):
    answer = signed_in(admin).post("/rules/", as_it_stands(d), follow=True)
    assert "没有改动" in answer.content.decode()


def test_the_office_and_leaders_read_and_nobody_else(d, signed_in):
    for name in ("office", "director", "leader", "chief"):
        assert signed_in(d.people[name]).get("/rules/").status_code == 200
    for name in ("teacher", "principal", "central", "section", "coordinator", "fire"):
        assert signed_in(d.people[name]).get("/rules/").status_code == 403


def test_the_clauses_are_grouped_by_standard(d, signed_in):
    page = signed_in(d.teacher).get("/clauses/").content.decode()
    assert "教育系统重大事故隐患判定指南" in page and "消防1" in page


WARNINGS = {"unit_orange_from": "2", "unit_red_from": "4", "least_on_time": "70"}


def test_when_a_unit_is_warned_is_the_bureaus_to_say(d, admin, signed_in):
    client = signed_in(admin)
    page = client.post("/rules/", as_it_stands(d, **WARNINGS)).content.decode()
    assert "同时逾期 3 件橙色、5 件红色" in page and "同时逾期 2 件橙色、4 件红色" in page
    client.post("/rules/", as_it_stands(d, **WARNINGS, confirmed="1"))
    rules = BureauRules.objects.get(bureau=d.units["edu"])
    assert (rules.unit_orange_from, rules.unit_red_from, rules.least_on_time) == (2, 4, 70)
    assert AuditEntry.objects.filter(action="rules.unit_warning_changed").exists()
    assert "变更单位预警标准" in client.get("/rules/").content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"unit_orange_from": "0"}, {"unit_orange_from": "4"}, {"unit_red_from": "101"}, {"least_on_time": "0"},
        {"least_on_time": "101"}, {"unit_red_from": "很多"}, {"unit_red_from": ""},
    ],
)  # fmt: skip
def test_warnings_nobody_could_keep_are_refused(d, admin, signed_in, changed):
    answer = signed_in(admin).post("/rules/", as_it_stands(d, **{**WARNINGS, **changed}, confirmed="1"))
    assert answer.status_code == 422 and not BureauRules.objects.exists()
