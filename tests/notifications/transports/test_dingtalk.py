"""钉钉: what its robots and its applications are sent, how they are signed, and what their codes mean."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from notifications.transports.base import Passing, Permanent
from notifications.transports.dingtalk import DingtalkRobotTransport, DingtalkTransport, sign
from tests.support.receivers import answer

OK = answer(200, {"errcode": 0, "errmsg": "ok"})
ROBOT = DingtalkRobotTransport()


@pytest.fixture
def to_robot(receiver, letter):
    receiver.usual = OK
    facts = {"to": f"{receiver.url}/robot/send?access_token=geheim-1", "secret": "SEC5", "is_private_allowed": True}
    return lambda **more: letter(**{**facts, **more})


def test_a_group_gets_markdown(receiver, to_robot):
    ROBOT.send(to_robot())
    call = receiver.calls[0]
    assert (call.path, call.query["access_token"], call.json["msgtype"]) == ("/robot/send", "geheim-1", "markdown")
    assert call.json["markdown"]["title"] == "橙色预警：第一小学 2026-00012"
    assert call.json["markdown"]["text"] == (
        "#### 橙色预警：第一小学 2026-00012\n\n整改期限将于11月30日届满，请抓紧整改。\n\n"
        "[查看](https://bihuan.example.cn/hazards/361100202600012/)"
    )
    assert call.json["at"] == {"isAtAll": False}


def test_it_is_signed_as_they_check_it(receiver, to_robot):
    ROBOT.send(to_robot())
    query = receiver.calls[0].query
    assert query["timestamp"] == str(int(to_robot().sent_at.timestamp() * 1000))
    told = f"{query['timestamp']}\nSEC5".encode()
    assert query["sign"] == base64.b64encode(hmac.new(b"SEC5", told, hashlib.sha256).digest()).decode()


def test_a_signature_reckoned_elsewhere():
    """openssl dgst -sha256 -hmac "this is secret" over 1577262236757, a line break and the secret."""
    assert sign("this is secret", 1577262236757) == "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"


def test_a_robot_without_a_secret_is_not_signed(receiver, to_robot):
    ROBOT.send(to_robot(secret=""))
    assert receiver.calls[0].query == {"access_token": "geheim-1"}


def test_what_people_wrote_calls_nobody_and_opens_nothing(receiver, to_robot):
    ROBOT.send(
        to_robot(title="# @13800000000", text="@all [点这里](https://evil.example.cn) ![x](https://evil.example.cn)")
    )
    text = receiver.calls[0].json["markdown"]["text"]
    assert "@" not in text and "[点" not in text and "![" not in text


@pytest.mark.parametrize(
    ("code", "error", "wait"),
    [
        (130101, Passing, 60.0),
        (410100, Passing, 60.0),
        (-1, Passing, None),
        # A secret, a key word or an address that does not fit: can be mended.
        (310000, Passing, None),
        (300001, Permanent, None),
        (300005, Permanent, None),
        (400013, Permanent, None),
        (400102, Permanent, None),
    ],
)
def test_what_the_codes_of_a_robot_mean(receiver, to_robot, code, error, wait):
    receiver.usual = answer(200, {"errcode": code, "errmsg": "sorry"})
    with pytest.raises(error, match=str(code)) as caught:
        ROBOT.send(to_robot())
    assert "geheim" not in caught.value.message and "SEC5" not in caught.value.message
    if error is Passing:
        assert (caught.value.retry_after, caught.value.holds_way) == (wait, wait is not None)


@pytest.mark.parametrize("url", ["https://oapi.dingtalk.com/robot/send", "https://a.example.cn/?access_token=1", ""])
def test_what_is_no_robot(url):
    with pytest.raises(Permanent):
        ROBOT.check_address(url)


@pytest.fixture
def member(receiver, settings):
    settings.DINGTALK_URL, settings.DINGTALK_APP_KEY = receiver.url, "ding1"
    settings.DINGTALK_AGENT_ID, settings.DINGTALK_APP_SECRET = 1577, "geheim-2"
    tokens = iter(range(1, 100))
    receiver.by_path["/gettoken"] = lambda handler, call: answer(
        200, {"errcode": 0, "errmsg": "ok", "access_token": f"t{next(tokens)}", "expires_in": 7200}
    )(handler, call)
    receiver.usual = answer(200, {"errcode": 0, "task_id": 256271667526, "request_id": "4jzllmte0wau"})
    return DingtalkTransport()


def sent(receiver):
    return [call for call in receiver.calls if call.path == "/topapi/message/corpconversation/asyncsend_v2"]


def test_a_member_gets_a_card(receiver, member, letter):
    assert "256271667526" in member.send(letter(to="0113")).text
    assert receiver.calls[0].query == {"appkey": "ding1", "appsecret": "geheim-2"}
    call = sent(receiver)[0]
    assert call.query == {"access_token": "t1"}
    assert (call.json["agent_id"], call.json["userid_list"], call.json["msg"]["msgtype"]) == (
        1577,
        "0113",
        "action_card",
    )
    card = call.json["msg"]["action_card"]
    assert card["single_url"].startswith("https://bihuan") and card["markdown"].endswith("2026-11-23 09:00:00")


def test_two_occasions_with_the_same_words_are_two_and_a_second_copy_is_one(receiver, member, letter):
    """They show the same words to one member once a day."""
    for more in ({}, {"sent_at": letter().sent_at + timedelta(minutes=2)}, {"at": letter().at + timedelta(seconds=1)}):
        member.send(letter(to="0113", **more))
    first, copy, other = [call.body for call in sent(receiver)]
    assert first == copy != other


def test_a_notice_keeps_to_their_length(receiver, member, letter):
    member.send(letter(to="0113", text="文" * 5000))
    assert len(json.dumps(sent(receiver)[0].json["msg"], ensure_ascii=False).encode()) <= 2048


@pytest.mark.parametrize(
    "body", [{"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token"}, {"errcode": 42001}]
)
def test_a_token_they_forgot_is_fetched_anew_at_once(receiver, member, letter, body):
    receiver.behaviours = [answer(200, body)]
    member.send(letter(to="0113"))
    assert [call.query["access_token"] for call in sent(receiver)] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"errcode": 33012, "errmsg": "无效的USERID"}, Permanent),
        ({"errcode": 88, "sub_code": "60121", "sub_msg": "找不到该用户"}, Permanent),
        ({"errcode": 88, "sub_code": "60011", "sub_msg": "没有调用该接口的权限"}, Passing),
        ({"errcode": 90018, "errmsg": "请求被暂时禁用"}, Passing),
        ({"errcode": -1, "errmsg": "系统繁忙"}, Passing),
    ],
)
def test_what_the_codes_of_a_notice_mean(receiver, member, letter, body, error):
    receiver.usual = answer(200, body)
    with pytest.raises(error):
        member.send(letter(to="0113"))


@pytest.mark.parametrize("user", ["", "a,b", "张三"])
def test_a_letter_goes_to_one_member_only(receiver, member, letter, user):
    with pytest.raises(Permanent):
        member.send(letter(to=user))
    assert receiver.calls == []
