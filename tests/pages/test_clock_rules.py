"""规则设置 → 时限与督办: read by the bureau, changed by the system administrator, looked at before it is issued."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.models import AuditEntry
from deadlines.models import Policy, PolicyLimit, Rung
from deadlines.policy_services import copy_policy, issue_policy
from hazards.clock_words import clock_words
from hazards.models import BulkRun, Hazard
from organizations.kinds import AdminRole, UnitKind
from tests.support.district import make_person, make_unit

TOMORROW = date(2026, 11, 24)


@pytest.fixture
def admin(d):
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


@pytest.fixture
def first(d):
    return Policy.objects.get()


@pytest.fixture
def draft(d, first):
    return copy_policy(actor=None, source=first, bureau=None, valid_from=TOMORROW, note="试行", at=d.at)


def issue(d, draft, callbacks):
    with callbacks(execute=True):
        issue_policy(actor=None, draft=draft, words=clock_words(), at=d.at)


def fields_of(page):
    """What a form would send when nothing is touched."""
    sent: dict[str, object] = {"n_rows": str(page.context["n_rows"]), "bureau": str(page.context["bureau"].pk)}
    if "exceptions" in page.context:
        plain = [(n, row) for n, row, _label in page.context["plain"]]
        for n, row in [*plain, *page.context["exceptions"], *page.context["blank"]]:
            sent |= {
                f"{name}_{n}": getattr(row, name)
                for name in ("level", "amount", "measure", "unit_kind", "category", "season")
            }
            sent |= {f"rolls_{n}": "on"} if row.rolls else {}
            sent |= {f"plain_{n}": "1"} if row.is_plain else {}
        return sent
    for n, row in [*page.context["rows"], *page.context["blank"]]:
        sent |= {
            f"{name}_{n}": getattr(row, name) for name in ("order", "anchor", "amount", "measure", "act", "colour")
        }
        sent[f"tell_{n}"] = list(row.tell)
    return sent


# --- reading ------------------------------------------------------------------------------------------------------


def test_the_office_and_leaders_read_and_nobody_else(d, first, signed_in):
    for name in ("office", "director", "leader", "chief"):
        for address in ("/rules/clock/", f"/rules/clock/{first.pk}/"):
            assert signed_in(d.people[name]).get(address).status_code == 200, (name, address)
    for name in ("teacher", "principal", "central", "section", "coordinator", "fire"):
        for address in ("/rules/clock/", f"/rules/clock/{first.pk}/"):
            assert signed_in(d.people[name]).get(address).status_code == 403, (name, address)


def test_a_version_reads_as_table_and_timelines(d, first, signed_in):
    page = signed_in(d.office).get(f"/rules/clock/{first.pk}/").content.decode()
    for words in (
        "整改",
        "15天",
        "60天",
        "180天",
        "寒暑假 开学前",
        "4个工作小时",
        "责任单位 · 较大",
        "到期前3个工作日",
        "其后每7天",
    ):
        assert words in page, words
    assert (
        "告知单位负责人、上级安全办、分管领导、主要领导" in page
        and "挂牌督办（拟稿）" in page
        and "挂牌督办（自动）" in page
    )
    assert "修改这个阶梯" not in page and "看看影响" not in page


def test_versions_tell_from_when_by_whom_and_how_many_run_under_them(
    d, first, draft, admin, signed_in, django_capture_on_commit_callbacks
):
    d.reach("rectifying")
    d.reach("closed")
    page = signed_in(d.office).get("/rules/clock/").content.decode()
    assert "第1版（通用）" in page and "2000年1月1日起" in page and "在办 1 条" in page and "现行" in page
    assert "第2版（通用）" in page and "草稿" in page and "试行" in page and "复制成草稿" not in page
    assert "复制成草稿" in signed_in(admin).get("/rules/clock/").content.decode()
    issue(d, draft, django_capture_on_commit_callbacks)
    page = signed_in(d.office).get("/rules/clock/").content.decode()
    assert "将施行" in page and "2000年1月1日起，2026年11月24日前" in page and "在办 0 条" in page


def test_another_bureaus_version_is_not_found(d, first, admin, signed_in):
    other = make_unit(UnitKind.EDU, "邻县教育局", d.units["prefecture"])
    theirs = copy_policy(actor=None, source=first, bureau=other, valid_from=TOMORROW, at=d.at)
    assert signed_in(d.office).get(f"/rules/clock/{theirs.pk}/").status_code == 404
    assert signed_in(admin).get(f"/rules/clock/{theirs.pk}/?bureau={other.pk}").status_code == 200
    assert signed_in(admin).get(f"/rules/clock/{theirs.pk}/?bureau={d.units['edu'].pk}").status_code == 404
    for odd in ("x", "0", "-1", "9" * 30, "１"):
        assert signed_in(admin).get(f"/rules/clock/{odd}/").status_code == 404


# --- a draft ------------------------------------------------------------------------------------------------------


def test_a_version_is_copied_to_a_draft_from_a_day(d, first, admin, signed_in):
    sent = {
        "bureau": d.units["edu"].pk,
        "source": first.pk,
        "valid_from": "2026-12-01",
        "scope": "bureau",
        "note": "本县",
    }
    page = signed_in(admin).post("/rules/clock/", sent, follow=True)
    made = Policy.objects.get(bureau=d.units["edu"])
    assert (made.number, made.valid_from, made.note, made.issued_at) == (1, date(2026, 12, 1), "本县", None)
    assert page.redirect_chain[-1][0] == f"/rules/clock/{made.pk}/?bureau={d.units['edu'].pk}"
    assert "第1版（县教育局）" in page.content.decode() and "修改这个阶梯" in page.content.decode()


@pytest.mark.parametrize("day", ["2026-11-22", "明天", "", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_and_what_was_typed_stays(d, first, admin, signed_in, day):
    sent = {"source": first.pk, "valid_from": day, "scope": "bureau", "note": "手写的说明"}
    answer = signed_in(admin).post("/rules/clock/", sent)
    page = answer.content.decode()
    assert (
        answer.status_code == 422 and "手写的说明" in page and f'value="{day}"' in page and Policy.objects.count() == 1
    )
    assert "不能早于今天" in page or "请填日期" in page


def test_only_the_administrator_changes_anything(d, first, draft, signed_in):
    posts = (
        "/rules/clock/", f"/rules/clock/{draft.pk}/dates/", f"/rules/clock/{draft.pk}/discard/",
        f"/rules/clock/{draft.pk}/issue/", f"/rules/clock/{draft.pk}/steps/rectifying/",
        f"/rules/clock/{draft.pk}/ladders/unit/general/",
    )  # fmt: skip
    before = list(Policy.objects.values())
    for name in ("office", "director", "chief", "safety"):
        for address in posts:
            assert signed_in(d.people[name]).post(address, {"source": first.pk}).status_code == 403, (name, address)
        for address in posts[4:]:
            assert signed_in(d.people[name]).get(address).status_code == 403, (name, address)
    assert list(Policy.objects.values()) == before


def test_the_limits_of_a_step_are_changed_with_an_exception_more(d, draft, admin, signed_in):
    client, address = signed_in(admin), f"/rules/clock/{draft.pk}/steps/rectifying/"
    page = client.get(address)
    sent = fields_of(page)
    general = next(n for n, row, _label in page.context["plain"] if row.level == "general")
    blank = page.context["blank"][0][0]
    sent |= {f"amount_{general}": "20", f"amount_{blank}": "5", f"measure_{blank}": "wd", f"category_{blank}": "02"}
    answer = client.post(address, sent, follow=True)
    assert "已保存" in answer.content.decode() and "消防安全 5个工作日" in answer.content.decode()
    rows = PolicyLimit.objects.filter(policy=draft, step="rectifying", level="general").order_by("category", "season")
    assert [(row.category, row.season, row.amount, row.measure) for row in rows] == [
        ("", "", 20, "cd"), ("", "vacation", 0, "bt"), ("02", "", 5, "wd"),
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="policy.limits_changed").actor_name == admin.name
    page = client.get(address)
    gone = next(n for n, row in page.context["exceptions"] if row.category == "02")
    client.post(address, {**fields_of(page), f"drop_{gone}": "on"})
    assert not PolicyLimit.objects.filter(policy=draft, category="02").exists()


@pytest.mark.parametrize(
    ("amount", "said"),
    [("0", "不能为零"), ("-1", "请填整数"), ("三", "请填整数"), ("", "请填整数"), ("99999", "请填 1 到")],
)
def test_a_limit_that_cannot_be_is_refused_and_what_was_typed_stays(d, draft, admin, signed_in, amount, said):
    client, address = signed_in(admin), f"/rules/clock/{draft.pk}/steps/submitted/"
    page = client.get(address)
    blank = page.context["blank"][0][0]
    sent = fields_of(page) | {"amount_0": amount, f"amount_{blank}": "7", f"category_{blank}": "04-01"}
    answer = client.post(address, sent)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert next(row for _n, row, _label in answer.context["plain"]).amount == amount
    assert [(row.amount, row.category) for _n, row in answer.context["exceptions"]] == [("7", "04-01")]
    assert not AuditEntry.objects.filter(action="policy.limits_changed").exists()


def test_the_rungs_of_a_ladder_are_changed_moved_taken_out_and_added(d, draft, admin, signed_in):
    client, address = signed_in(admin), f"/rules/clock/{draft.pk}/ladders/unit/general/"
    page = client.get(address)
    blank = page.context["blank"][0][0]
    listing = next(n for n, row in page.context["rows"] if row.act == "listing:draft")
    sent = fields_of(page) | {
        "drop_3": "on", f"act_{listing}": "listing:auto",
        f"order_{blank}": "0", f"anchor_{blank}": "elapsed", f"amount_{blank}": "50", f"measure_{blank}": "pct",
        f"act_{blank}": "remind", f"tell_{blank}": ["owner"],
    }  # fmt: skip
    answer = client.post(address, sent, follow=True)
    assert "已保存" in answer.content.decode()
    rungs = list(Rung.objects.filter(policy=draft, ladder="unit", level="general").order_by("position"))
    assert (rungs[0].anchor, rungs[0].amount, rungs[0].tell) == ("elapsed", 50, ["owner"])
    assert [one.position for one in rungs] == list(range(1, 10))
    assert next(one for one in rungs if one.act == "listing").is_automatic
    assert not any(one.anchor == "after" and one.measure == "wd" for one in rungs)


def test_a_ladder_of_every_level_has_an_address_too(d, draft, admin, signed_in):
    client, address = signed_in(admin), f"/rules/clock/{draft.pk}/ladders/side/all/"
    page = client.get(address)
    assert page.status_code == 200
    client.post(address, fields_of(page) | {"amount_1": "2"})
    assert Rung.objects.get(policy=draft, ladder="side", position=2).amount == 2
    for unknown in ("unit/all", "side/general", "rope/all", "unit/grave"):
        assert client.get(f"/rules/clock/{draft.pk}/ladders/{unknown}/").status_code == 404
    assert client.get(f"/rules/clock/{draft.pk}/steps/tea/").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"order_0": "5"}, "序号 5 用了两次"),
        ({"order_0": "x"}, "请填整数"),
        ({"amount_0": "三"}, "请填整数"),
        ({"order_0": "90"}, "必须是最后一级"),
        ({"amount_1": "3"}, "在同一时刻"),
        ({"act_0": "shout"}, "没有“shout”这个动作"),
        ({"tell_0": []}, "没有选告知谁"),
        ({"tell_0": ["press"]}, "没有“press”这类告知对象"),
        ({f"drop_{n}": "on" for n in range(9)}, "一级都没有"),
        ({"n_rows": "9" * 9}, "一级都没有"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_and_what_was_typed_stays(d, draft, admin, signed_in, change, said):
    client, address = signed_in(admin), f"/rules/clock/{draft.pk}/ladders/unit/general/"
    sent = fields_of(client.get(address)) | {"amount_4": "8"} | change
    answer = client.post(address, sent)
    assert answer.status_code == 422 and said in answer.content.decode()
    if "n_rows" not in change:
        assert dict(answer.context["rows"])[4].amount == "8"
    assert not AuditEntry.objects.filter(action="policy.ladder_changed").exists()


def test_dates_and_note_of_a_draft(d, draft, admin, signed_in):
    client, address = signed_in(admin), f"/rules/clock/{draft.pk}/dates/"
    client.post(address, {"valid_from": "2027-01-01", "valid_until": "", "note": "明年"})
    draft.refresh_from_db()
    assert (draft.valid_from, draft.valid_until, draft.note) == (date(2027, 1, 1), None, "明年")
    answer = client.post(address, {"valid_from": "2027-01-01", "valid_until": "2026-12-31", "note": "错的"})
    assert (
        answer.status_code == 422
        and "停止日期应晚于施行日期" in answer.content.decode()
        and "错的" in answer.content.decode()
    )
    assert client.get(address).status_code == 405


def test_a_draft_is_given_up(d, first, draft, admin, signed_in):
    signed_in(admin).post(f"/rules/clock/{draft.pk}/discard/")
    assert Policy.objects.get() == first


# --- the effect ---------------------------------------------------------------------------------------------------


def change(draft, step, level, **more):
    PolicyLimit.objects.filter(policy=draft, step=step, level=level, season="").update(**more)


def test_the_preview_says_what_would_become_of_what_is_open(d, draft, signed_in, clock):
    waiting = [d.report() for _n in range(3)]
    d.reach("submitted")
    d.reach("rectifying")
    change(draft, "reported", "general", amount=5)
    PolicyLimit.objects.filter(policy=draft, step="reported", unit_kind="SCH").delete()
    change(draft, "submitted", "general", amount=2)
    clock.advance(timedelta(days=3))
    assert all(d.find(number).due_at <= d.at for number in waiting)
    answer = signed_in(d.office).get(f"/rules/clock/{draft.pk}/issue/")
    preview = answer.context["preview"]
    figures = preview.levels[0]
    assert (preview.n_open, preview.n_looked, preview.is_sampled) == (5, 5, False)
    assert (figures.label, figures.n_open) == ("一般", 5)
    assert (figures.n_longer, figures.n_shorter, figures.n_same, figures.n_named) == (3, 1, 0, 1)
    assert (figures.n_late_now, figures.n_late_then) == (3, 1)
    page = answer.content.decode()
    assert "审核建档 · 一般" in page and "复查 · 一般" in page and "5个工作日" in page and "确认发布" not in page


def test_the_preview_says_which_rung_comes_next(d, draft, signed_in):
    d.reach("rectifying")
    Rung.objects.filter(policy=draft, ladder="unit", level="general", position=1).delete()
    preview = signed_in(d.office).get(f"/rules/clock/{draft.pk}/issue/").context["preview"]
    assert {(one.label, one.n_now, one.n_then) for one in preview.rungs} == {
        ("催办（蓝色）", 1, 0),
        ("预警（黄色）", 0, 1),
    }
    assert (preview.n_sooner, preview.n_later) == (0, 1)


def test_the_preview_costs_the_same_for_many(d, draft, signed_in, django_assert_max_num_queries):
    from hazards.policy_preview import preview_policy

    def count(n):
        for _n in range(n):
            d.report()
        with django_assert_max_num_queries(8) as found:
            assert preview_policy(draft, d.units["edu"], d.at, clock_words()).n_open
        return len(found)

    # The first look reads calendars that are kept.
    count(1)
    assert count(1) == count(6)


def test_of_very_many_an_even_sample_is_looked_at(d, draft, monkeypatch):
    from hazards import policy_preview

    for _n in range(7):
        d.report()
    monkeypatch.setattr(policy_preview, "MOST_LOOKED", 4)
    preview = policy_preview.preview_policy(draft, d.units["edu"], d.at, clock_words())
    assert preview.n_open == 7 and 3 <= preview.n_looked <= 4 and preview.is_sampled


def test_the_preview_counts_the_bureaus_own_only(d, draft, admin, signed_in):
    other = make_unit(UnitKind.EDU, "邻县教育局", d.units["prefecture"])
    d.reach("rectifying")
    page = signed_in(admin).get(f"/rules/clock/{draft.pk}/issue/?bureau={other.pk}")
    assert page.context["preview"].n_open == 0


def test_issuing_holds_for_what_begins_and_leaves_what_runs(
    d, first, draft, admin, signed_in, clock, django_capture_on_commit_callbacks
):
    before = d.find(d.reach("rectifying"))
    change(draft, "rectifying", "general", amount=20)
    client = signed_in(admin)
    assert "确认发布" in client.get(f"/rules/clock/{draft.pk}/issue/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/rules/clock/{draft.pk}/issue/", follow=True)
    assert "在办隐患仍按原来的版本" in answer.content.decode()
    clock.advance(timedelta(days=1))
    after = d.find(d.reach("rectifying"))
    before = d.find(before.number)
    assert (before.policy_id, after.policy_id) == (first.pk, draft.pk)
    length = {
        one.pk: (one.lead_assignment.limit_on - one.lead_assignment.assigned_at.date()).days for one in (before, after)
    }
    assert length[after.pk] == length[before.pk] + 5
    assert signed_in(admin).post(f"/rules/clock/{draft.pk}/issue/").status_code == 409


def test_what_overlaps_is_refused_in_words_on_the_page(
    d, first, draft, admin, signed_in, django_capture_on_commit_callbacks
):
    issue(d, draft, django_capture_on_commit_callbacks)
    again = copy_policy(actor=None, source=first, bureau=None, valid_from=TOMORROW, at=d.at)
    answer = signed_in(admin).post(f"/rules/clock/{again.pk}/issue/")
    assert answer.status_code == 422 and "第2版已定于同一天施行" in answer.content.decode()


def test_a_draft_that_cannot_be_worked_by_says_what_is_missing(d, draft, admin, signed_in):
    Rung.objects.filter(policy=draft, ladder="sign").delete()
    page = signed_in(admin).get(f"/rules/clock/{draft.pk}/issue/").content.decode()
    assert "缺少“签收”的阶梯" in page and "确认发布" not in page
    assert signed_in(admin).post(f"/rules/clock/{draft.pk}/issue/").status_code == 422


# --- moving what runs ---------------------------------------------------------------------------------------------


@pytest.fixture
def issued(d, draft, clock, django_capture_on_commit_callbacks):
    """In force since yesterday."""
    issue(d, draft, django_capture_on_commit_callbacks)
    clock.advance(timedelta(days=2))
    return draft


def test_what_runs_is_moved_by_choice_of_level_and_unit(d, first, draft, signed_in, request):
    own, other = d.reach("rectifying"), d.report(d.outsider, unit=d.units["far"].pk)
    significant = d.reach_significant()
    policy = request.getfixturevalue("issued")
    client, address = signed_in(d.director), f"/rules/clock/{policy.pk}/move/"
    assert client.get(address).context["n_found"] == 3
    assert client.get(address, {"level": "significant"}).context["n_found"] == 1
    assert client.get(address, {"unit": d.units["central2"].pk}).context["n_found"] == 1
    sent = {"level": "general", "unit": d.units["central"].pk, "reason": "统一口径"}
    answer = client.post(address, sent)
    run = BulkRun.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/hazards/bulk/{run.pk}/"
    assert run.action == "adopt_policy" and [row["number"] for row in run.rows] == [d.find(own).number]
    assert run.data == {"policy": str(policy.pk), "reason": "统一口径"}
    assert {d.find(one).policy_id for one in (own, other, significant)} == {first.pk}
    assert client.get(f"/hazards/bulk/{run.pk}/").status_code == 200
    client.post(f"/hazards/bulk/{run.pk}/")
    run.refresh_from_db()
    assert (run.n_left, run.n_failed) == (0, 0), run.results
    assert [d.find(one).policy_id for one in (own, other, significant)] == [policy.pk, first.pk, first.pk]
    assert client.get(address).context["n_found"] == 2


def test_nothing_is_moved_by_itself_nor_by_those_who_may_not(d, first, signed_in, admin, request):
    number = d.reach("rectifying")
    policy = request.getfixturevalue("issued")
    address = f"/rules/clock/{policy.pk}/move/"
    for who in (d.office, admin):
        assert signed_in(who).get(address).status_code == 403
        assert signed_in(who).post(address).status_code == 403
    for who in (d.director, d.leader, d.chief):
        assert "让在办隐患改用这一版" in signed_in(who).get(f"/rules/clock/{policy.pk}/").content.decode()
    assert "让在办隐患改用这一版" not in signed_in(d.office).get(f"/rules/clock/{policy.pk}/").content.decode()
    assert d.find(number).policy_id == first.pk and not BulkRun.objects.exists()


def test_confidential_hazards_are_not_moved_in_bulk_nor_counted_there(d, request, signed_in):
    d.report(d.confidant, domain="08")
    policy = request.getfixturevalue("issued")
    assert signed_in(d.director).get(f"/rules/clock/{policy.pk}/move/").context["n_found"] == 0
    assert Hazard.objects.filter(is_restricted=True).count() == 1
    assert signed_in(d.director).post(f"/rules/clock/{policy.pk}/move/").status_code == 422


def test_a_version_that_does_not_hold_yet_takes_nothing_over(d, draft, signed_in, django_capture_on_commit_callbacks):
    assert signed_in(d.director).get(f"/rules/clock/{draft.pk}/move/").status_code == 409
    issue(d, draft, django_capture_on_commit_callbacks)
    assert signed_in(d.director).get(f"/rules/clock/{draft.pk}/move/").status_code == 409
