"""The file of a hazard that is more than a school's own: second persons, co-units, plans, others' acts entered."""

from __future__ import annotations

import pytest

from hazards.models import Evidence, HazardEvent
from hazards.numbers import by_number
from organizations.kinds import PostKind
from tests.support.district import give_post

SECTIONS = ('id="countersign"', 'id="parts"', 'id="plan"', 'id="instructions"', 'id="supports"', 'id="merged"')


def page_of(client, number, query=""):
    answer = client.get(f"/hazards/{number}/{query}")
    assert answer.status_code == 200
    return answer


def referred(d, **more):
    """A referral that waits for the leader."""
    number = d.filed_outside()
    facts = {"to": d.units["gov"].pk, "reason": "学校无权清理", "control": "派人值守", **more}
    return d.do("refer", d.office, number, **facts).number


def noticed(d):
    """With a department that has no accounts."""
    number = d.filed_outside(domain="03")
    facts = {"requirements": "施划禁停线", "letter": "函〔2026〕12号", "control": "派人值守"}
    return d.do("notify", d.office, number, lead=d.units["transport"].pk, **facts).number


def behalf(**more):
    told = {"name": "张某，交通运输局股长", "how": "call", "note": "11月23日 9:30 电话"}
    return {"on_behalf": "1", **{f"behalf_{name}": value for name, value in {**told, **more}.items()}}


def test_a_schools_own_small_hazard_shows_none_of_it(d, signed_in):
    page = page_of(signed_in(d.safety), d.reach_own("rectifying")).content.decode()
    assert not [section for section in SECTIONS if section in page]
    assert "代录" not in page


def test_an_act_that_waits_for_a_second_person_says_so(d, signed_in):
    number = d.filed_outside()
    sent = {"version": d.find(number).version, "to": d.units["gov"].pk, "reason": "学校无权清理", "control": "值守"}
    page = signed_in(d.office).post(f"/hazards/{number}/refer/", sent, follow=True).content.decode()
    assert "已提请会签：“提请交办”等" in page and "分管领导" in page
    assert d.find(number).state == "filed"


def test_the_second_person_sees_all_he_agrees_to_and_agrees(d, signed_in):
    letter = d.photo(d.office)
    number = referred(d, photos=[str(letter.pk)])
    client = signed_in(d.leader)
    page = page_of(client, number, "?do=confirm_countersign")
    text = page.content.decode()
    for words in ("待会签：提请交办", "学校无权清理", "县安委办", "派人值守", "同意", "不同意"):
        assert words in text
    assert client.get(f"/uploads/{letter.pk}/").status_code == 200
    assert signed_in(d.outsider).get(f"/uploads/{letter.pk}/").status_code == 404
    form = next(form for form in page.context["forms"].second if form.action.name == "confirm_countersign")
    answer = client.post(
        f"/hazards/{number}/confirm_countersign/", {"version": form.version, "key": form.key}, follow=True
    )
    assert "已会签，“提请交办”已生效，现在是“提请交办中”" in answer.content.decode()
    told = page_of(client, number).content.decode()
    assert "会签人" in told and f"{d.leader.name}：同意" in told


def test_who_asked_may_take_it_back_and_not_agree(d, signed_in):
    number = referred(d)
    page = page_of(signed_in(d.office), number)
    assert [form.action.name for form in page.context["forms"].second] == ["decline_countersign"]
    assert "撤回这次提请" in page.content.decode()


def test_what_a_unit_without_accounts_did_is_entered_by_the_office(d, signed_in):
    number = noticed(d)
    client = signed_in(d.office)
    page = page_of(client, number)
    [form] = page.context["forms"].recorded
    assert (form.action.name, form.is_open, form.whose) == ("sign", True, "交通运输局")
    assert "person" not in [one.field.name.removeprefix("behalf_") for one in form.behalf]
    sent = {"version": form.version, "key": form.key, "handler_name": "张某 0000-0000001", "interim_control": "值守"}
    answer = client.post(f"/hazards/{number}/sign/", {**sent, **behalf()}, follow=True)
    assert answer.status_code == 200 and d.find(number).state == "rectifying"
    text = answer.content.decode()
    assert "代录" in text and "张某，交通运输局股长（交通运输局）" in text and "电话 · 11月23日 9:30 电话" in text
    event = HazardEvent.objects.filter(hazard=d.find(number)).latest("seq")
    assert event.actor == d.office and event.data["on_behalf"]["how"] == "call"


def test_bad_input_of_who_did_it_is_named_and_all_that_was_typed_is_kept(d, signed_in):
    number = noticed(d)
    sent = {"version": d.find(number).version, "interim_control": "派两人值守", **behalf(name="", how="letter")}
    answer = signed_in(d.office).post(f"/hazards/{number}/sign/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写实际办理人" in page and "派两人值守" in page and "11月23日 9:30 电话" in page
    [form] = answer.context["forms"].recorded
    assert ("id_sign_behalf_name", "请填写实际办理人。") in form.summary
    assert next(one for one in form.behalf if one.field.name == "behalf_how").value == "letter"


def test_a_letter_is_proved_by_its_scan_also_without_script(d, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.support.district import photo_bytes

    number = noticed(d)
    client, version = signed_in(d.office), d.find(number).version
    sent = {"version": version, "handler_name": "张某 0000-0000001", "interim_control": "值守"}
    sent |= behalf(how="letter")
    assert "扫描件" in client.post(f"/hazards/{number}/sign/", sent).content.decode()
    scan = SimpleUploadedFile("回函.jpg", photo_bytes(), content_type="image/jpeg")
    client.post(f"/hazards/{number}/sign/", {**sent, "behalf_scans": scan})
    assert d.find(number).state == "rectifying"
    assert Evidence.objects.filter(hazard=d.find(number), stage="document").exists()


def test_other_acts_of_others_stand_in_a_menu(d, signed_in):
    number = d.reach("assigned")
    page = page_of(signed_in(d.office), number)
    names = {one.action.name: one.whose for one in page.context["forms"].recordable}
    assert "第一小学安全员" in names["sign"] and "instruct" in names
    opened = page_of(signed_in(d.office), number, "?record=sign")
    [form] = opened.context["forms"].recorded
    assert form.action.name == "sign" and form.id == "record-sign"
    assert not page_of(signed_in(d.safety), number).context["forms"].recordable


def test_who_may_not_enter_it_is_told_who_may(d, signed_in):
    number = d.reach("assigned")
    facts = {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "值守"}
    sent = {"version": d.find(number).version, **facts, **behalf()}
    answer = signed_in(d.safety).post(f"/hazards/{number}/sign/", sent)
    assert answer.status_code == 403 and "代录由" in answer.content.decode()


def test_a_co_unit_finds_its_own_form_open_and_no_question_which(d, signed_in):
    number = d.reach_with("sibling", "fire")
    page = page_of(signed_in(d.sibling_safety), number)
    form = next(form for form in page.context["main_forms"] if form.is_open)
    assert form.action.name == "sign_part" and "part" not in form.by_name
    people = [option.label for option in form.by_name["handler"].options]
    assert people == sorted(user.name for user in (d.sibling_principal, d.sibling_safety))
    text = page.content.decode()
    assert 'id="parts"' in text and "第二小学" in text and "消防救援大队" in text and "函告" in text


def test_a_plan_is_shown_with_its_parts_money_and_milestones(d, signed_in):
    number = d.reach_plan("approved")
    text = page_of(signed_in(d.office), number).content.decode()
    for words in ("五落实方案", "已批准", "目标任务", "所需资金", "时间节点", "未完成"):
        assert words in text


def test_who_judges_a_plan_reads_it_first(d, signed_in):
    number = d.reach_plan("in_review")
    text = page_of(signed_in(d.director), number).content.decode()
    assert text.index('id="plan"') < text.index('id="do-approve_plan"')
    assert text.count('id="plan"') == 1
    text = page_of(signed_in(d.safety), number).content.decode()
    assert text.count('id="plan"') == 1


def test_a_plan_is_written_before_it_is_sent(d, signed_in):
    number = d.reach_with(level="significant")

    def opened():
        page = page_of(signed_in(d.safety), number, "?do=submit_plan")
        return [form.action.name for form in page.context["main_forms"] if form.is_open]

    assert opened() == ["save_plan"]
    d.do("save_plan", d.safety, number, **d.plan_facts())
    assert opened() == ["submit_plan"]


def test_years_orders_and_their_replies_are_shown(d, signed_in):
    number = d.reach_plan("approved")
    d.schedule(number)
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="本周内现场核查")
    text = page_of(signed_in(d.safety), number).content.decode()
    assert "治理计划" in text and "最近报管控" in text and "本周内现场核查" in text
    d.do("reply_instruction", d.safety, number, reply="已核查，警戒线完好")
    assert "已核查，警戒线完好" in page_of(signed_in(d.leader), number).content.decode()


def test_a_grave_level_that_nobody_agreed_to_says_so(d, signed_in):
    number = d.filed_major()
    text = page_of(signed_in(d.office), number).content.decode()
    assert "重大" in text and "判定条款" in text and "还没有登记，销号前须登记" in text


def test_who_acted_and_may_no_longer_read_goes_to_his_desk(d, signed_in):
    number = referred(d)
    d.do("confirm_countersign", d.leader, number)
    facts = {"lead": d.units["fire"].pk, "requirements": "清理"}
    d.do("assign_referred", d.coordinator, number, **facts)
    sent = {"version": d.find(number).version, "reason": "不属本队", "handler": ""}
    answer = signed_in(d.fire).post(f"/hazards/{number}/request_return/", sent)
    assert answer.status_code == 302


@pytest.mark.parametrize("who", ["office", "safety", "sibling_safety", "leader"])
def test_a_full_file_costs_few_statements(d, signed_in, django_assert_max_num_queries, who):
    number = d.reach_with("sibling", "fire", level="significant")
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="本周内现场核查")
    client = signed_in(d.people[who])
    client.get(f"/hazards/{number}/")
    with django_assert_max_num_queries(50):
        client.get(f"/hazards/{number}/")


def test_receipt_number_leads_to_the_same_file(d, signed_in):
    number = d.reach("filed")
    assert by_number(number)
    assert page_of(signed_in(d.office), number).context["number"] == d.find(number).file_number


def test_one_of_several_posts_is_asked_for_when_entering_too(d, signed_in):
    number = noticed(d)
    give_post(d.office, d.units["edu"], PostKind.OFFICE_DIRECTOR)
    [form] = page_of(signed_in(d.office), number).context["forms"].recorded
    assert len(form.posts) == 2
