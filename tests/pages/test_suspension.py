"""What a file shows of things out of use and of more time; and that people do it by the page's forms."""

import re

from hazards.models import Extension, Suspension
from tests.hazards.test_request_extension import FACTS
from tests.hazards.test_suspend import facts
from tests.support.trials import moment


def part_of(text: str, pattern: str) -> str:
    found = re.search(pattern, text, re.S)
    assert found is not None
    return found[0]


def text_of(client, number):
    return client.get(f"/hazards/{number}/", follow=True).content.decode()


def put_out_of_use(d):
    number = d.reach("rectifying")
    d.do("suspend", d.safety, number, **facts(d))
    return number


def test_a_plain_hazard_shows_neither(d, signed_in):
    text = text_of(signed_in(d.safety), d.reach("rectifying"))
    assert 'id="suspensions"' not in text and 'id="extensions"' not in text


def test_what_is_out_of_use_is_shown_with_its_guard(d, signed_in, clock):
    number = put_out_of_use(d)
    clock.set(moment("2026-11-25 08:00"))
    d.do("prove_guard", d.safety, number, note="封条完好，无人进入")
    clock.set(moment("2026-11-28 08:00"))
    text = text_of(signed_in(d.office), number)
    section = part_of(text, r'id="suspensions".*?</section>')
    for words in (
        "教学楼二楼走廊",
        "停用中",
        "第 6 天",
        "保安全天值守",
        "封条完好，无人进入",
        "共 1 次",
        "校安停〔2026〕1号",
    ):
        assert words in section, words
    # Neither the 24th, nor the 26th and 27th; the 28th is not over.
    assert "有 3 天没有值守登记：11月24日 周二、11月26日 周四、11月27日 周五" in re.sub(r"\s+", " ", section)


def test_several_of_them_and_one_that_ended(d, signed_in):
    number = put_out_of_use(d)
    d.do("suspend", d.safety, number, **facts(d, scope="三楼走廊"))
    first = Suspension.objects.get(scope="教学楼二楼走廊")
    d.do("rule_resume", d.principal, number, suspension=first.pk, ruling="revoke", opinion="范围写错")
    text = text_of(signed_in(d.safety), number)
    section = part_of(text, r'id="suspensions".*?</section>')
    assert section.index("三楼走廊") < section.index("教学楼二楼走廊") and "范围写错" in section


def test_both_limits_are_shown(d, signed_in):
    number = d.reach("rectifying")
    d.do("request_extension", d.safety, number, **{**FACTS, "milestones": "2026-12-10 完成采购"})
    text = text_of(signed_in(d.director), number)
    section = part_of(text, r'id="extensions".*?</section>')
    for words in ("第 1 次申请", "待审批", "12月12日 周六", "护栏须招标采购", "完成采购", "县教育局"):
        assert words in section, words
    d.do("rule_extension", d.director, number, ruling="grant", opinion="同意", until_on="2026-12-11")
    text = text_of(signed_in(d.safety), number)
    section = part_of(text, r'id="extensions".*?</section>')
    assert (
        section.index("原期限")
        < section.index("12月8日 周二")
        < section.index("现期限")
        < section.index("12月11日 周五")
    )


def test_who_decides_finds_the_form_on_his_desk_and_decides_by_it(d, signed_in):
    number = d.reach("rectifying")
    client = signed_in(d.safety)
    sent = {**FACTS, "version": d.find(number).version}
    assert client.post(f"/hazards/{number}/request_extension/", sent).status_code == 302
    director = signed_in(d.director)
    assert "延期" in director.get("/", follow=True).content.decode()
    page = director.get(f"/hazards/{number}/", follow=True)
    assert "rule_extension" in [form.action.name for form in page.context["main_forms"]]
    sent = {"ruling": "grant", "opinion": "情况属实", "version": d.find(number).version}
    assert director.post(f"/hazards/{number}/rule_extension/", sent).status_code == 302
    assert Extension.objects.get().state == "granted"


def test_what_is_refused_is_named_at_its_field(d, signed_in):
    number = d.reach("rectifying")
    client = signed_in(d.safety)
    sent = {**FACTS, "until_on": "2027-01-31", "version": d.find(number).version}
    answer = client.post(f"/hazards/{number}/request_extension/", sent)
    assert answer.status_code == 422
    assert "一次最长 7 天（原期限的 50%）" in answer.content.decode()
    assert "护栏须招标采购" in answer.content.decode(), "what was typed is kept"


def test_a_school_stops_proves_and_asks_by_the_pages_forms(d, signed_in, clock):
    number = d.reach("rectifying")
    client = signed_in(d.safety)

    def act(who, action, **fields):
        sent = {"version": d.find(number).version, **fields}
        answer = signed_in(who).post(f"/hazards/{number}/{action}/", sent)
        assert answer.status_code == 302, answer.content.decode()

    act(d.safety, "suspend", **facts(d))
    page = client.get(f"/hazards/{number}/", follow=True)
    assert "prove_guard" in [form.action.name for form in page.context["main_forms"]]
    clock.set(moment("2026-11-24 08:00"))
    act(d.safety, "prove_guard", note="封条完好")
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    text = text_of(signed_in(d.office), number)
    assert "停用解除后才能销号：教学楼二楼走廊。" in text
    act(d.safety, "request_resume", basis="复查合格")
    act(d.principal, "rule_resume", ruling="grant", opinion="同意恢复使用")
    act(d.office, "close", closure_type="rectified")
    assert Suspension.objects.get().state == "lifted"


def test_a_file_with_both_costs_few_statements(d, signed_in, django_assert_max_num_queries):
    number = put_out_of_use(d)
    d.do("suspend", d.safety, number, **facts(d, scope="三楼走廊"))
    d.do("request_extension", d.safety, number, **FACTS)
    client = signed_in(d.safety)
    client.get(f"/hazards/{number}/")
    with django_assert_max_num_queries(41):
        client.get(f"/hazards/{number}/")
