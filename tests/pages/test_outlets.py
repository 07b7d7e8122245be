"""外发管理: each way in words, 群机器人 and 对接接口, what came to nothing, resending, trying."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.models import AuditEntry
from notifications import health
from notifications.models import Delivery, OutboxMessage, Outlet, RelayProcess
from organizations.kinds import AdminRole
from tests.support.district import District, make_person

ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=3f1c9b7e-robot"
SECRET = "agreed-between-both-sides"


@pytest.fixture
def admin(d: Any) -> Any:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def given(d: District, **more: Any) -> dict[str, Any]:
    return {
        "name": "城关安全群",
        "way": "wecom_robot",
        "unit": d.units["central"].pk,
        "url": ROBOT,
        "secret": "",
        **more,
    }


def add(client: Any, d: District, **more: Any) -> Outlet:
    answer = client.post("/messages/ways/outlets/new/", given(d, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Outlet.objects.latest("pk")


def dead(d: District, **more: Any) -> Delivery:
    number = d.reach("assigned")
    message = OutboxMessage.objects.filter(subject_id=d.find(number).pk, recipient=d.safety).latest("pk")
    facts = {
        "created_at": d.at, "message": message, "way": "email", "address": "zhang@edu.example", "state": "dead", "n_tries": 8,
        "key": f"m{message.pk}:email", "failure": "550 没有这个邮箱 <zhang@edu.example>", **more,
    }  # fmt: skip
    return Delivery.objects.create(**facts)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().split("<main")[1]  # type: ignore[no-any-return]


def words_of(answer: Any) -> dict[str, str]:
    return {one.way.value: str(one.words) for one in answer.context["states"]}


def test_each_way_says_how_it_stands(d: Any, signed_in: Any, admin: Any, settings: Any) -> None:
    settings.WECOM_CORP_ID, settings.WECOM_AGENT_ID, settings.WECOM_SECRET = "corp", 7, "s"
    client = signed_in(admin)
    assert words_of(client.get("/messages/ways/"))["wecom"] == "正常"
    found = words_of(client.get("/messages/ways/"))
    assert found["wecom_robot"] == "没有启用的通道" and found["dingtalk"] == "没有设置"
    add(client, d)
    assert words_of(client.get("/messages/ways/"))["wecom_robot"] == "正常"
    first = dead(d, way="wecom", key="a")
    Delivery.objects.create(
        created_at=d.at, way="wecom", address="x", key="b", state="sent", sent_at=d.at, message=first.message
    )
    page = client.get("/messages/ways/")
    assert words_of(page)["wecom"] == "有发送失败" and "24 小时送出 1，失败 1" in text(page)
    Delivery.objects.create(created_at=d.at, way="wecom", address="x", key="c", next_at=d.at - timedelta(minutes=3))
    assert words_of(client.get("/messages/ways/"))["wecom"] == "积压"


def test_an_address_without_tls_is_for_an_inner_network_only(d: Any, signed_in: Any, admin: Any) -> None:
    client = signed_in(admin)
    inner = {"way": "webhook", "url": "http://10.1.2.3/in", "secret": SECRET}
    page = client.post("/messages/ways/outlets/new/", given(d, **inner))
    assert page.status_code == 422 and "允许内网地址”" in page.content.decode() and not Outlet.objects.exists()
    outlet = add(client, d, **inner, is_private_allowed="on")
    url = f"/messages/ways/outlets/{outlet.pk}/"
    kept = given(d, way="webhook", url="")
    assert client.post(url, kept).status_code == 422
    outlet.refresh_from_db()
    assert outlet.is_private_allowed
    assert client.post(url, {**kept, "is_private_allowed": "on"}).status_code == 302


def test_what_is_of_yesterday_is_not_counted(d: Any, signed_in: Any, admin: Any) -> None:
    row = dead(d)
    client = signed_in(admin)
    Delivery.objects.filter(pk=row.pk).update(created_at=d.at - timedelta(hours=23, minutes=59))
    assert "24 小时送出 0，失败 1" in text(client.get("/messages/ways/"))
    Delivery.objects.filter(pk=row.pk).update(created_at=d.at - timedelta(hours=24))
    assert "失败 1" not in text(client.get("/messages/ways/"))


def test_without_a_relay_the_page_says_what_to_do(d: Any, signed_in: Any, admin: Any) -> None:
    client = signed_in(admin)
    assert "外发进程没有运行" in text(client.get("/messages/ways/"))
    RelayProcess.objects.create(name="this:1", started_at=d.at, looked_at=d.at)
    assert "外发进程没有运行" not in text(client.get("/messages/ways/"))


def test_an_outlet_is_added_and_its_key_never_shown_again(d: Any, signed_in: Any, admin: Any) -> None:
    client = signed_in(admin)
    outlet = add(client, d, way="webhook", url="https://hook.example/in?token=tok-1", secret=SECRET, name="县平台")
    assert (outlet.unit_id, outlet.secret, outlet.kinds) == (d.units["central"].pk, SECRET, [])
    for address in ("/messages/ways/", f"/messages/ways/outlets/{outlet.pk}/"):
        page = client.get(address).content.decode()
        assert "县平台" in page and SECRET not in page and "tok-1" not in page
    entry = AuditEntry.objects.get(action="outlet.added")
    assert entry.subject == "县平台" and SECRET not in str(entry.detail) and "tok-1" not in str(entry.detail)


def test_a_change_leaves_what_was_not_typed(d: Any, signed_in: Any, admin: Any) -> None:
    client = signed_in(admin)
    outlet = add(client, d, way="webhook", url="https://hook.example/in", secret=SECRET)
    facts = given(d, way="webhook", url="", name="县平台二", unit=d.units["edu"].pk, groups=["supervision"])
    assert client.post(f"/messages/ways/outlets/{outlet.pk}/", facts).status_code == 302
    changed = Outlet.objects.get(pk=outlet.pk)
    assert (changed.name, changed.unit_id, changed.url, changed.secret) == (
        "县平台二",
        d.units["edu"].pk,
        "https://hook.example/in",
        SECRET,
    )
    assert changed.kinds and client.get(f"/messages/ways/outlets/{outlet.pk}/").context["form"].initial["groups"] == [
        "supervision"
    ]
    said = AuditEntry.objects.get(action="outlet.changed").detail["message"]
    assert "城关安全群 → 县平台二" in said and "变更接收的消息" in said and "密钥" not in said
    assert client.post(f"/messages/ways/outlets/{outlet.pk}/", facts).status_code == 302
    assert AuditEntry.objects.filter(action="outlet.changed").count() == 1, "nothing changed"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "名称"),
        ({"unit": ""}, "单位"),
        ({"unit": 99999999}, "单位"),
        ({"url": ""}, "地址"),
        ({"url": "https://example.com/elsewhere"}, "企业微信群机器人"),
        ({"url": "javascript:alert(1)", "way": "webhook", "secret": SECRET}, "地址"),
        ({"way": "webhook", "url": "https://hook.example/in", "secret": "short"}, "至少 16 位"),
        ({"way": "email"}, "方式"),
        ({"groups": ["digest"]}, "接收哪些消息"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(d: Any, signed_in: Any, admin: Any, wrong: Any, words: str) -> None:
    answer = signed_in(admin).post("/messages/ways/outlets/new/", given(d, **wrong))
    assert answer.status_code == 422 and words in answer.content.decode().split("<main")[1]
    assert not Outlet.objects.exists()


def test_it_is_switched_off_and_on(d: Any, signed_in: Any, admin: Any) -> None:
    client = signed_in(admin)
    outlet = add(client, d)
    for active, action in (("", "outlet.switched_off"), ("1", "outlet.switched_on")):
        client.post(f"/messages/ways/outlets/{outlet.pk}/switch/", {"active": active})
        assert Outlet.objects.get(pk=outlet.pk).is_active is bool(active)
        assert AuditEntry.objects.filter(action=action).count() == 1


def test_dead_letters_say_why_and_are_sent_again(d: Any, signed_in: Any, admin: Any) -> None:
    row = dead(d)
    client = signed_in(admin)
    page = text(client.get("/messages/ways/"))
    assert "550 没有这个邮箱" in page and "z***@edu.example" in page and d.safety.name in page
    assert "zhang@edu.example" not in page, "the provider repeats the address, we do not"
    assert "栏杆松动" not in page, "an administrator reads no hazard"
    client.post("/messages/ways/resend/", {"delivery": row.pk})
    assert Delivery.objects.get(pk=row.pk).state == "queued"
    assert "只有发送失败的才能重发" in client.post(
        "/messages/ways/resend/", {"delivery": row.pk}, follow=True
    ).content.decode()  # fmt: skip


def test_all_of_a_way_are_sent_again(d: Any, signed_in: Any, admin: Any) -> None:
    mine, other = dead(d), dead(d, way="sms", key="s1")
    answer = signed_in(admin).post("/messages/ways/resend/", {"way": "email"}, follow=True)
    assert "已重新排队 1 条" in answer.content.decode()
    assert [Delivery.objects.get(pk=one.pk).state for one in (mine, other)] == ["queued", "dead"]


def test_a_way_is_tried_and_its_answer_shown(d: Any, signed_in: Any, admin: Any, settings: Any) -> None:
    settings.WECOM_CORP_ID, settings.WECOM_AGENT_ID, settings.WECOM_SECRET = "corp", 7, "s"
    client = signed_in(admin)
    assert client.post("/messages/ways/test/", {"way": "wecom", "address": "zhangsan"}).status_code == 302
    row = Delivery.objects.get()
    Delivery.objects.filter(pk=row.pk).update(state="sent", next_at=None, sent_at=d.at, answer="200 errcode 0")
    page = text(client.get("/messages/ways/"))
    assert "企业微信 zh***" in page and "200 errcode 0" in page
    outlet = add(client, d)
    assert client.post("/messages/ways/test/", {"outlet": outlet.pk}).status_code == 302
    assert Delivery.objects.latest("pk").outlet_id == outlet.pk


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"way": "wecom", "address": "不是账号"}, "账号"),
        ({"way": "dingtalk", "address": "zhangsan"}, "还没有设置"),
        ({"way": "wecom", "address": ""}, "发到"),
        ({"way": "wecom_robot", "address": "x"}, "方式"),
        ({}, "方式"),
    ],
)
def test_a_wrong_test_is_refused_with_what_was_typed(
    d: Any, signed_in: Any, admin: Any, settings: Any, sent: Any, words: str
) -> None:
    settings.WECOM_CORP_ID, settings.WECOM_AGENT_ID, settings.WECOM_SECRET = "corp", 7, "s"
    answer = signed_in(admin).post("/messages/ways/test/", sent)
    assert answer.status_code == 422 and words in answer.content.decode().split("<main")[1]
    assert not Delivery.objects.exists()


def test_the_office_sees_what_fails_for_its_people_and_changes_nothing(d: Any, signed_in: Any, admin: Any) -> None:
    row = dead(d)
    client = signed_in(d.office)
    page = text(client.get("/messages/ways/"))
    assert "550 没有这个邮箱" in page and "重发" not in page and "新增" not in page and "发一条测试消息" not in page
    type(d.units["school"]).objects.filter(pk=d.units["school"].pk).update(region_code="361103")
    assert "550 没有这个邮箱" not in text(client.get("/messages/ways/"))
    outlet = add(signed_in(admin), d)
    for address, data in (
        ("resend/", {"delivery": row.pk}), ("resend/", {"way": "email"}), ("test/", {"way": "email", "address": "a@b.example"}),
        ("outlets/new/", given(d)), (f"outlets/{outlet.pk}/", given(d)), (f"outlets/{outlet.pk}/switch/", {}),
    ):  # fmt: skip
        assert client.post(f"/messages/ways/{address}", data).status_code == 403, address
    assert Delivery.objects.get(pk=row.pk).state == "dead" and Outlet.objects.get().is_active


def test_others_see_nothing_of_it(d: Any, signed_in: Any) -> None:
    for who in ("leader", "principal", "safety", "coordinator", "teacher"):
        assert signed_in(d.people[who]).get("/messages/ways/").status_code == 403


def test_the_number_of_statements_does_not_grow(
    d: Any, signed_in: Any, admin: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(3):
        dead(d, key=f"k{n}")
        add(signed_in(admin), d, name=f"群{n}")
    health.start("this:1", d.at)
    client = signed_in(admin)
    client.get("/messages/ways/")
    with django_assert_max_num_queries(22):
        client.get("/messages/ways/")
