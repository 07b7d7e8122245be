"""Limits and ladders as versions: copied, changed, refused with the reason, issued, never changed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.clock import SHANGHAI
from core.errors import Invalid, NotAllowed, WrongState
from core.models import AuditEntry
from deadlines import policies
from deadlines.models import Policy, PolicyLimit, Rung
from deadlines.policies import get_rules, policy_for, read_rules
from deadlines.policy_checks import LimitLine, RungLine, check_ladder, check_limits
from deadlines.policy_services import (
    as_line,
    as_rung,
    check_policy,
    copy_policy,
    discard_draft,
    issue_policy,
    set_dates,
    set_ladder,
    set_limits,
)
from hazards.clock_words import ACTS, LADDERS, STEPS, clock_words
from organizations.kinds import AdminRole, UnitKind
from tests.support.district import make_person, make_unit

NEXT_MONTH = date(2026, 12, 23)


@pytest.fixture
def keeper(district):
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


@pytest.fixture
def first(district):
    return Policy.objects.get()


@pytest.fixture
def draft(district, keeper, first):
    return copy_policy(actor=keeper, source=first, bureau=None, valid_from=NEXT_MONTH, note="试行", at=district.at)


def issue(d, keeper, draft):
    return issue_policy(actor=keeper, draft=draft, words=clock_words(), at=d.at)


def change_limits(d, keeper, draft, lines, step="rectifying"):
    return set_limits(actor=keeper, draft=draft, step=step, lines=lines, words=clock_words(), at=d.at)


def change_ladder(d, keeper, draft, rungs, ladder="unit", level="general"):
    return set_ladder(actor=keeper, draft=draft, ladder=ladder, level=level, rungs=rungs, words=clock_words(), at=d.at)


def lines_of(policy, step="rectifying"):
    return [as_line(row) for row in PolicyLimit.objects.filter(policy=policy, step=step).order_by("pk")]


def rungs_of(policy, ladder="unit", level="general"):
    return [as_rung(row) for row in Rung.objects.filter(policy=policy, ladder=ladder, level=level).order_by("position")]


def with_amount(lines, level, amount):
    return [replace(one, amount=amount) if one.level == level and not one.is_exception else one for one in lines]


# --- the first version --------------------------------------------------------------------------------------------


def test_the_first_version_can_be_worked_by_and_every_word_of_it_is_known(first):
    words = clock_words()
    assert check_policy(first, words) == []
    assert set(PolicyLimit.objects.values_list("step", flat=True)) == set(STEPS)
    assert set(Rung.objects.values_list("ladder", flat=True)) == set(LADDERS)
    assert set(Rung.objects.values_list("act", flat=True)) <= set(ACTS)


def test_whether_an_act_is_drafted_or_done_is_as_the_first_version_has_it(first):
    for act, word in ACTS.items():
        told = set(Rung.objects.filter(act=act).values_list("is_automatic", flat=True))
        assert told == ({True, False} if word.alone is None else {word.alone}), act


# --- a draft ------------------------------------------------------------------------------------------------------


def test_a_draft_says_what_its_source_says_and_holds_for_nobody(district, keeper, first, draft):
    assert (draft.number, draft.valid_from, draft.note, draft.created_by) == (2, NEXT_MONTH, "试行", keeper)
    assert read_rules(draft) == read_rules(first)
    policies.forget()
    assert policy_for(None, NEXT_MONTH) == first.pk
    with pytest.raises(LookupError):
        get_rules(draft.pk)
    entry = AuditEntry.objects.get(action="policy.copied")
    assert (entry.actor_name, entry.subject, entry.detail["message"]) == (keeper.name, "时限规则第2版", "复制自第1版")


@pytest.mark.parametrize("who", ["office", "director", "chief", "safety"])
def test_only_the_system_administrator_changes_rules(district, keeper, first, draft, who):
    user = district.people[who]
    with pytest.raises(NotAllowed):
        copy_policy(actor=user, source=first, bureau=None, valid_from=NEXT_MONTH, at=district.at)
    with pytest.raises(NotAllowed):
        change_limits(district, user, draft, lines_of(draft))
    with pytest.raises(NotAllowed):
        change_ladder(district, user, draft, rungs_of(draft))
    with pytest.raises(NotAllowed):
        set_dates(actor=user, draft=draft, valid_from=NEXT_MONTH, valid_until=None, note="", at=district.at)
    with pytest.raises(NotAllowed):
        issue(district, user, draft)
    with pytest.raises(NotAllowed):
        discard_draft(actor=user, draft=draft, at=district.at)
    assert Policy.objects.filter(issued_at=None).get() == draft


def test_a_command_may_too(district, first):
    copy_policy(actor=None, source=first, bureau=None, valid_from=NEXT_MONTH, at=district.at)
    assert AuditEntry.objects.get(action="policy.copied").actor_name == ""


def test_limits_change_with_old_and_new_in_the_log(district, keeper, first, draft):
    assert change_limits(district, keeper, draft, with_amount(lines_of(draft), "general", 20)) is True
    assert read_rules(draft).limit("rectifying", "general").amount == 20
    assert read_rules(first).limit("rectifying", "general").amount == 15
    entry = AuditEntry.objects.get(action="policy.limits_changed")
    assert entry.subject == "时限规则第2版·整改"
    assert "一般 15天" in entry.detail["was"] and "一般 20天" in entry.detail["now"]


def test_nothing_changed_is_not_logged(district, keeper, draft):
    assert change_limits(district, keeper, draft, lines_of(draft)) is False
    assert change_ladder(district, keeper, draft, rungs_of(draft)) is False
    assert not AuditEntry.objects.filter(action__endswith="_changed").exists()


def test_limits_by_category_kind_of_unit_and_season(district, keeper, draft):
    lines = [
        *lines_of(draft),
        LimitLine(level="general", amount=5, measure="wd", category="02"),
        LimitLine(level="general", amount=3, measure="wd", category="02-01", unit_kind="KG"),
    ]
    change_limits(district, keeper, draft, lines)
    rules = read_rules(draft)
    assert rules.limit("rectifying", "general", categories=("02-03", "02")).amount == 5
    assert rules.limit("rectifying", "general", unit_kind="KG", categories=("02-01", "02")).amount == 3
    assert rules.limit("rectifying", "general", categories=("04",)).amount == 15
    assert rules.limit("rectifying", "general", categories=("04",), in_vacation=True).measure == "bt"
    assert (
        "一般（幼儿园，消防设施器材） 3个工作日" in AuditEntry.objects.get(action="policy.limits_changed").detail["now"]
    )


def test_a_ladder_changes_with_old_and_new_in_the_log(district, keeper, first, draft):
    rungs = rungs_of(draft)
    rungs[0] = replace(rungs[0], amount=5, tell=("owner", "head"))
    del rungs[3]
    assert change_ladder(district, keeper, draft, rungs) is True
    assert rungs_of(draft) == rungs and rungs_of(first) != rungs
    assert list(Rung.objects.filter(policy=draft, ladder="unit", level="general").values_list("position", flat=True)) == [
        1, 2, 3, 4, 5, 6, 7, 8,
    ]  # fmt: skip
    entry = AuditEntry.objects.get(action="policy.ladder_changed")
    assert entry.subject == "时限规则第2版·责任单位 · 一般"
    assert "到期前3个工作日催办（蓝色，告知责任岗位、经办人）" in entry.detail["was"]
    assert "到期前5个工作日催办（蓝色，告知责任岗位、单位负责人）" in entry.detail["now"]


def test_the_switch_of_a_listing(district, keeper, draft):
    rungs = [replace(one, is_automatic=True) if one.act == "listing" else one for one in rungs_of(draft)]
    change_ladder(district, keeper, draft, rungs)
    assert "挂牌督办（自动" in AuditEntry.objects.get(action="policy.ladder_changed").detail["now"]


def test_a_draft_is_given_up_with_all_its_rows(district, keeper, first, draft):
    discard_draft(actor=keeper, draft=draft, at=district.at)
    assert Policy.objects.get() == first and not PolicyLimit.objects.exclude(policy=first).exists()
    assert AuditEntry.objects.filter(action="policy.discarded").count() == 1


# --- refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": 0}, "时限不能为零"),
        ({"amount": -3}, "请填 1 到"),
        ({"amount": 99999}, "请填 1 到"),
        ({"measure": "pct"}, "不能用这个单位计"),
        ({"measure": "fortnight"}, "不能用这个单位计"),
        ({"level": "grave"}, "没有“grave”这个等级"),
        ({"category": "77"}, "没有“77”这个领域或类别"),
        ({"unit_kind": "ZOO"}, "没有“ZOO”这类单位"),
        ({"season": "spring"}, "没有“spring”这个时段"),
    ],
)
def test_a_limit_nobody_could_work_by_is_refused_with_the_reason(district, keeper, draft, change, said):
    before = lines_of(draft)
    with pytest.raises(Invalid) as refused:
        change_limits(
            district,
            keeper,
            draft,
            [*before, replace(LimitLine(level="general", amount=5, measure="wd", category="05"), **change)],
        )
    assert any(said in one for one in refused.value.fields["rows"]), refused.value.fields
    assert lines_of(draft) == before


def test_zero_stands_only_where_it_means_something():
    words = clock_words_without_rows()
    plain = {"level": "general", "measure": "n"}
    assert check_limits("extension_count", [LimitLine(amount=0, **plain)], words) == []
    assert check_limits("rectifying", [LimitLine(level="general", amount=0, measure="cd")], words)
    assert check_limits("extension_count", [LimitLine(amount=11, **plain)], words)


def clock_words_without_rows():
    from deadlines.vocabulary import Vocabulary

    return Vocabulary(
        steps=STEPS, levels={"general": "一般", "significant": "较大", "major": "重大"}, ladders=LADDERS, acts=ACTS,
        told={one: one for one in ("owner", "handler", "head", "office", "leader", "chief")},
    )  # fmt: skip


def test_two_limits_for_the_same_and_none_at_all_are_refused(district, keeper, draft):
    lines = lines_of(draft)
    for wanted, said in (
        ([*lines, lines[0]], "有两条时限"),
        ([], "没有任何时限"),
        ([one for one in lines if one.level != "major"], "重大的时限不能没有"),
        ([one for one in lines if one.level != "general" or one.is_exception], "只有例外"),
    ):
        with pytest.raises(Invalid) as refused:
            change_limits(district, keeper, draft, wanted)
        assert any(said in one for one in refused.value.fields["rows"]), (said, refused.value.fields)
    with pytest.raises(Invalid):
        change_limits(district, keeper, draft, lines, step="tea_break")


def rung(anchor="after", amount=3, measure="cd", act="remind", **more):
    return RungLine(anchor=anchor, amount=amount, measure=measure, act=act, **{"tell": ("owner",), **more})


WEEKLY = rung("every", 7, tell=("leader",))


@pytest.mark.parametrize(
    ("rungs", "said"),
    [
        ([], "一级都没有"),
        ([rung(amount=7), rung(amount=3)], "第2级（到期后3天）应排在第1级之前"),
        ([rung(), rung("before")], "第2级（到期前3天）应排在第1级之前"),
        ([rung("before", 1, "wd"), rung("before", 3, "wd")], "应排在第1级之前"),
        ([rung("before"), rung("elapsed", 50, "pct")], "应排在第1级之前"),
        ([rung(amount=3), rung(amount=3, act="warn")], "第1级和第2级在同一时刻（到期后3天）"),
        ([rung(amount=1), rung(amount=24, measure="h")], "在同一时刻"),
        ([rung(amount=0), rung(amount=0, measure="wd")], "在同一时刻（到期）"),
        ([rung("every", 7), rung(amount=9)], "“其后每”必须是最后一级"),
        ([rung("every", 7), rung("every", 8)], "“其后每”必须是最后一级"),
        ([rung("every", 0)], "“其后每”不能为零"),
        ([rung("every", 7, "wd")], "“其后每”用天或小时计"),
        ([rung("before", 0)], "“到期前”不能为零"),
        ([rung("elapsed", 100, "pct")], "1 到 99"),
        ([rung("elapsed", 5, "cd")], "1 到 99"),
        ([rung("later")], "从什么时候起算"),
        ([rung(measure="pct")], "用工作日、天或小时计"),
        ([rung(amount=5000)], "超出了范围"),
        ([rung(act="shout")], "没有“shout”这个动作"),
        ([rung(act="escalate")], "“报送上级办理”不能用在这个阶梯上"),
        ([rung(act="bulletin")], "只能拟稿，由领导签发"),
        ([rung(is_automatic=False)], "都是自动执行的"),
        ([rung(tell=())], "没有选告知谁"),
        ([rung(tell=("owner", "press"))], "没有“press”这类告知对象"),
        ([rung(colour="pink")], "没有“pink”这个颜色"),
        ([rung(colour="red"), rung(amount=5, colour="blue")], "颜色只能越深"),
        ([rung(amount=n) for n in range(21)], "最多 20 级"),
        ([rung(), rung("after", 9)], "最后一级（第2级）须是反复的“其后每…”"),
        ([rung(), rung("every", 8, tell=("leader",))], "第2级：反复的一级最长7天一次"),
        ([rung(), rung("every", 169, "h", tell=("leader",))], "第2级：反复的一级最长7天一次"),
        ([rung(), rung("every", 7, tell=("head", "chief"))], "第2级：反复的一级须告知“分管领导”"),
    ],
)
def test_a_ladder_nobody_could_climb_is_refused_with_the_reason(district, keeper, draft, rungs, said):
    before = rungs_of(draft)
    with pytest.raises(Invalid) as refused:
        change_ladder(district, keeper, draft, rungs)
    assert any(said in one for one in refused.value.fields["rows"]), refused.value.fields
    assert rungs_of(draft) == before


def test_working_days_and_days_are_told_apart_where_their_order_is_open():
    words = clock_words_without_rows()
    assert check_ladder("unit", [rung(amount=5, measure="wd"), rung(amount=7), WEEKLY], words) == []
    assert check_ladder("unit", [rung(amount=3, measure="wd"), rung(amount=5), WEEKLY], words) == []
    assert check_ladder("unit", [rung(amount=10, measure="wd"), rung(amount=7), WEEKLY], words) != []


def test_the_leader_hears_weekly_until_the_end_of_what_blames(district, keeper, first, draft):
    """Seven days are the longest; small turns need no leader, and the whole limit speaks once."""
    words = clock_words_without_rows()
    hourly = rung("every", 168, "h", tell=("leader",))
    for ladder, rungs, is_fine in (
        ("unit", [rung(), hourly], True),
        ("side", [rung(), rung("every", 7)], True),
        ("side", [rung()], False),
        ("whole", [rung()], True),
        ("office", [rung(), rung("every", 7)], False),
    ):
        assert (check_ladder(ladder, rungs, words) == []) is is_fine, ladder
    with pytest.raises(Invalid) as refused:
        change_ladder(district, keeper, draft, rungs_of(draft)[:-1])
    assert refused.value.fields["rows"] == ["最后一级（第8级）须是反复的“其后每…”，直到办结都有人被告知。"]


def test_what_is_seeded_passes_every_check(first):
    words = clock_words_without_rows()
    ladders = {(one.ladder, one.level) for one in Rung.objects.filter(policy=first)}
    assert {key: found for key in ladders if (found := check_ladder(key[0], rungs_of(first, *key), words))} == {}


def test_what_has_to_end_by_itself_keeps_the_rung_that_ends_it(district, keeper, draft):
    for ladder, act in (("countersign", "会签到期"), ("sign", "视为送达"), ("letter", "函告未复")):
        with pytest.raises(Invalid) as refused:
            change_ladder(district, keeper, draft, [rung()], ladder=ladder, level="")
        assert any(f"必须有“{act}”" in one for one in refused.value.fields["rows"])


def test_nobody_but_confidants_and_leader_hears_of_confidential_matters(district, keeper, draft):
    with pytest.raises(Invalid) as refused:
        change_ladder(district, keeper, draft, [rung(tell=("owner", "office"))], ladder="confidential", level="")
    assert refused.value.fields["rows"] == ["第1级：这个阶梯不能告知“上级安全办”。"]


def test_a_ladder_that_is_not_there_is_not_made_up(district, keeper, draft):
    with pytest.raises(Invalid):
        change_ladder(district, keeper, draft, [rung()], ladder="unit", level="")
    with pytest.raises(Invalid):
        change_ladder(district, keeper, draft, [rung()], ladder="rope", level="")


# --- in force -----------------------------------------------------------------------------------------------------


def test_an_issued_version_holds_from_its_day_and_closes_the_one_before(
    district, keeper, first, draft, django_capture_on_commit_callbacks
):
    change_limits(district, keeper, draft, with_amount(lines_of(draft), "general", 20))
    policies.forget()
    assert policy_for(None, NEXT_MONTH) == first.pk
    with django_capture_on_commit_callbacks(execute=True):
        issue(district, keeper, draft)
    first.refresh_from_db()
    assert first.valid_until == NEXT_MONTH
    assert policy_for(None, NEXT_MONTH - timedelta(days=1)) == first.pk
    assert policy_for(None, NEXT_MONTH) == draft.pk
    assert policy_for(district.units["edu"].pk, NEXT_MONTH) == draft.pk
    assert get_rules(draft.pk).limit("rectifying", "general").amount == 20
    assert AuditEntry.objects.get(action="policy.closed").detail["now"] == "2000-01-01起施行，至2026-12-23止，产品默认"
    assert AuditEntry.objects.get(action="policy.issued").detail["message"] == "2026-12-23起施行，试行"


def test_an_issued_version_never_changes(district, keeper, draft):
    issue(district, keeper, draft)
    with pytest.raises(WrongState):
        change_limits(district, keeper, draft, with_amount(lines_of(draft), "general", 20))
    with pytest.raises(WrongState):
        change_ladder(district, keeper, draft, rungs_of(draft)[:-1])
    with pytest.raises(WrongState):
        set_dates(actor=keeper, draft=draft, valid_from=NEXT_MONTH, valid_until=None, note="", at=district.at)
    with pytest.raises(WrongState):
        discard_draft(actor=keeper, draft=draft, at=district.at)
    with pytest.raises(WrongState):
        issue(district, keeper, draft)


def test_a_bureau_may_have_rules_of_its_own_beside_those_for_all(
    district, keeper, first, django_capture_on_commit_callbacks
):
    edu = district.units["edu"]
    other = make_unit(UnitKind.EDU, "邻县教育局", district.units["prefecture"])
    own = copy_policy(actor=keeper, source=first, bureau=edu, valid_from=NEXT_MONTH, at=district.at)
    assert own.number == 1
    with django_capture_on_commit_callbacks(execute=True):
        issue(district, keeper, own)
    first.refresh_from_db()
    assert first.valid_until is None
    assert policy_for(edu.pk, NEXT_MONTH) == own.pk and policy_for(other.pk, NEXT_MONTH) == first.pk
    assert policy_for(edu.pk, NEXT_MONTH - timedelta(days=1)) == first.pk
    with pytest.raises(Invalid):
        copy_policy(actor=keeper, source=first, bureau=district.units["school"], valid_from=NEXT_MONTH, at=district.at)


def test_a_start_in_the_past_is_refused_today_is_not(district, keeper, first, draft, clock):
    today = date(2026, 11, 23)
    for day, ok in ((today - timedelta(days=1), False), (today, True)):
        for act in (
            lambda day=day: copy_policy(actor=keeper, source=first, bureau=None, valid_from=day, at=district.at),
            lambda day=day: set_dates(
                actor=keeper, draft=draft, valid_from=day, valid_until=None, note="", at=district.at
            ),
        ):
            if ok:
                act()
            else:
                with pytest.raises(Invalid) as refused:
                    act()
                assert list(refused.value.fields) == ["valid_from"]
    # The day may pass while the draft lies there: by the local date.
    clock.set(datetime(2026, 11, 23, 23, 59, tzinfo=SHANGHAI))
    draft.refresh_from_db()
    clock.advance(timedelta(minutes=1))
    with pytest.raises(Invalid) as refused:
        issue(district, keeper, draft)
    assert list(refused.value.fields) == ["valid_from"]


def test_versions_that_overlap_are_refused_in_words(district, keeper, first, draft):
    issue(district, keeper, draft)
    again = copy_policy(actor=keeper, source=first, bureau=None, valid_from=NEXT_MONTH, at=district.at)
    with pytest.raises(Invalid) as refused:
        issue(district, keeper, again)
    assert refused.value.fields == {"valid_from": ["第2版已定于同一天施行，请改日期。"]}

    before = NEXT_MONTH - timedelta(days=10)
    set_dates(actor=keeper, draft=again, valid_from=before, valid_until=None, note="", at=district.at)
    with pytest.raises(Invalid) as refused:
        issue(district, keeper, again)
    assert refused.value.fields == {"valid_until": ["与第2版（2026-12-23起施行）重叠，停止日期不能晚于那一天。"]}

    for until, fits in (
        (NEXT_MONTH + timedelta(days=1), False),
        (NEXT_MONTH - timedelta(days=1), False),
        (NEXT_MONTH, True),
    ):
        set_dates(actor=keeper, draft=again, valid_from=before, valid_until=until, note="", at=district.at)
        if not fits:
            with pytest.raises(Invalid) as refused:
                issue(district, keeper, again)
            assert list(refused.value.fields) == ["valid_until"]
    issue(district, keeper, again)
    days = Policy.objects.order_by("valid_from").values_list("valid_from", "valid_until")
    assert list(days) == [(date(2000, 1, 1), before), (before, NEXT_MONTH), (NEXT_MONTH, None)]


def test_rules_for_all_never_end_without_others(district, keeper, first, draft):
    set_dates(
        actor=keeper,
        draft=draft,
        valid_from=NEXT_MONTH,
        valid_until=NEXT_MONTH + timedelta(days=30),
        note="",
        at=district.at,
    )
    with pytest.raises(Invalid, match="没有别的规则可用"):
        issue(district, keeper, draft)
    own = copy_policy(actor=keeper, source=first, bureau=district.units["edu"], valid_from=NEXT_MONTH, at=district.at)
    until = NEXT_MONTH + timedelta(days=30)
    set_dates(actor=keeper, draft=own, valid_from=NEXT_MONTH, valid_until=until, note="试点", at=district.at)
    assert issue(district, keeper, own).valid_until == until


def test_the_database_refuses_an_overlap_that_got_past_everything(district, keeper, first, draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=draft.pk).update(issued_at=district.at)


def test_a_draft_that_lost_a_ladder_or_a_step_is_not_issued(district, keeper, draft):
    Rung.objects.filter(policy=draft, ladder="sign").delete()
    PolicyLimit.objects.filter(policy=draft, step="verified").delete()
    with pytest.raises(Invalid) as refused:
        issue(district, keeper, draft)
    assert refused.value.fields["rows"] == ["缺少“销号”的时限。", "缺少“签收”的阶梯。"]
    draft.refresh_from_db()
    assert draft.issued_at is None
