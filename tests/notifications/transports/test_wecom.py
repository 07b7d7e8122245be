"""企业微信: what its robots and its applications are sent, and what their codes mean."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from notifications.transports.base import Passing, Permanent
from notifications.transports.wecom import WecomRobotTransport, WecomTransport
from tests.support.receivers import answer

OK = answer(200, {"errcode": 0, "errmsg": "ok"})
ROBOT = WecomRobotTransport()


@pytest.fixture
def to_robot(receiver, letter):
    receiver.usual = OK
    return lambda **more: letter(
        to=f"{receiver.url}/cgi-bin/webhook/send?key=geheim-1", is_private_allowed=True, **more
    )


def test_a_group_gets_markdown(receiver, to_robot):
    assert ROBOT.send(to_robot()).text == 'HTTP 200 {"errcode": 0, "errmsg": "ok"}'
    call = receiver.calls[0]
    assert (call.path, call.query) == ("/cgi-bin/webhook/send", {"key": "geheim-1"})
    content = call.json["markdown"]["content"]
    assert call.json["msgtype"] == "markdown"
    assert content.startswith("**橙色预警：第一小学 2026-00012**\n整改期限")
    assert content.endswith("[查看](https://bihuan.example.cn/hazards/361100202600012/)")


def test_what_people_wrote_calls_nobody_and_opens_nothing(receiver, to_robot):
    ROBOT.send(to_robot(title="<@all>\n# 大", text="<@zhang> [点这里](https://evil.example.cn) **x**"))
    content = receiver.calls[0].json["markdown"]["content"]
    assert "<@" not in content and "[点" not in content and content.count("**") == 2 and "\n# " not in content


def test_a_long_text_is_cut_at_a_whole_character_and_keeps_its_link(receiver, to_robot):
    ROBOT.send(to_robot(text="隐" * 5000))
    content = receiver.calls[0].json["markdown"]["content"]
    assert 4090 <= len(content.encode()) <= 4096 and "隐…\n[查看](https://" in content


@pytest.mark.parametrize(
    ("code", "error", "wait"),
    [(45009, Passing, 60.0), (45033, Passing, 60.0), (-1, Passing, None), (93000, Permanent, None), (40058, Permanent, None), (99999, Passing, None)],
)  # fmt: skip
def test_what_the_codes_of_a_robot_mean(receiver, to_robot, code, error, wait):
    receiver.usual = answer(200, {"errcode": code, "errmsg": "sorry, from ip: 1.2.3.4"})
    with pytest.raises(error, match=str(code)) as caught:
        ROBOT.send(to_robot())
    assert "geheim" not in caught.value.message
    if error is Passing:
        assert (caught.value.retry_after, caught.value.holds_way) == (wait, wait is not None)


@pytest.mark.parametrize("behaviour", [answer(500), answer(200, b"<html>"), answer(200, b"[]"), answer(200, {"x": 1})])
def test_an_answer_without_a_code_is_no_success(receiver, to_robot, behaviour):
    receiver.usual = behaviour
    with pytest.raises(Passing):
        ROBOT.send(to_robot())


@pytest.mark.parametrize(
    "url", ["https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "https://a.example.cn/?key=1", "x"]
)
def test_what_is_no_robot(url):
    with pytest.raises(Permanent):
        ROBOT.check_address(url)


def test_what_is_a_robot():
    ROBOT.check_address("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc")


@pytest.fixture
def member(receiver, settings):
    """The way to members, with a provider that gives the tokens t1, t2 …, and takes the letters."""
    settings.WECOM_URL, settings.WECOM_CORP_ID = receiver.url, "ww1"
    settings.WECOM_AGENT_ID, settings.WECOM_SECRET = 1000002, "geheim-2"
    tokens = iter(range(1, 100))
    receiver.by_path["/cgi-bin/gettoken"] = lambda handler, call: answer(
        200, {"errcode": 0, "errmsg": "ok", "access_token": f"t{next(tokens)}", "expires_in": 7200}
    )(handler, call)
    receiver.usual = answer(200, {"errcode": 0, "errmsg": "ok", "msgid": "abc"})
    return WecomTransport()


def asked_for_tokens(receiver):
    return [call.query for call in receiver.calls if call.path == "/cgi-bin/gettoken"]


def sent(receiver):
    return [call for call in receiver.calls if call.path == "/cgi-bin/message/send"]


def test_a_member_gets_a_card(receiver, member, letter):
    assert "abc" in member.send(letter(to="ZhangSan")).text
    assert asked_for_tokens(receiver) == [{"corpid": "ww1", "corpsecret": "geheim-2"}]
    call = sent(receiver)[0]
    assert call.query == {"access_token": "t1"}
    card = call.json["textcard"]
    assert (call.json["touser"], call.json["agentid"], call.json["msgtype"]) == ("ZhangSan", 1000002, "textcard")
    assert card["title"] == "橙色预警：第一小学 2026-00012" and card["url"].startswith("https://bihuan")
    assert card["description"] == "整改期限将于11月30日届满，请抓紧整改。\n2026-11-23 09:00"


def test_a_second_copy_is_the_same_so_that_they_drop_it(receiver, member, letter):
    member.send(letter(to="ZhangSan"))
    member.send(letter(to="ZhangSan", sent_at=letter().sent_at + timedelta(minutes=30)))
    first, second = sent(receiver)
    assert first.body == second.body and first.json["enable_duplicate_check"] == 1
    assert first.json["duplicate_check_interval"] == 14400


def test_a_card_keeps_to_their_lengths(receiver, member, letter):
    member.send(letter(to="ZhangSan", title="题" * 200, text="文" * 900))
    card = sent(receiver)[0].json["textcard"]
    assert len(card["title"].encode()) <= 128 and len(card["description"].encode()) <= 512
    assert card["description"].endswith("2026-11-23 09:00")


def test_one_token_serves_many_letters_until_it_ends(receiver, member, letter):
    for minutes in (0, 60, 114):
        member.send(letter(to="ZhangSan", sent_at=letter().sent_at + timedelta(minutes=minutes)))
    assert len(asked_for_tokens(receiver)) == 1
    member.send(letter(to="ZhangSan", sent_at=letter().sent_at + timedelta(minutes=115)))
    assert len(asked_for_tokens(receiver)) == 2


def test_many_threads_ask_for_one_token(receiver, member, letter):
    threads = [threading.Thread(target=member.send, args=(letter(to="ZhangSan", key=f"m{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked_for_tokens(receiver)) == 1 and len(sent(receiver)) == 8


@pytest.mark.parametrize("code", [40014, 42001, 41001])
def test_a_token_they_forgot_is_fetched_anew_at_once(receiver, member, letter, code):
    receiver.behaviours = [answer(200, {"errcode": code, "errmsg": "token"})]
    member.send(letter(to="ZhangSan"))
    assert [call.query["access_token"] for call in sent(receiver)] == ["t1", "t2"]


def test_tokens_that_never_hold_are_not_fetched_for_ever(receiver, member, letter):
    receiver.usual = answer(200, {"errcode": 42001, "errmsg": "expired"})
    with pytest.raises(Passing):
        member.send(letter(to="ZhangSan"))
    assert len(sent(receiver)) == 2


@pytest.mark.parametrize("body", [{"errcode": 0, "invaliduser": "zhangsan"}, {"errcode": 81013}, {"errcode": 60111}])
def test_a_member_they_do_not_know_is_for_ever(receiver, member, letter, body):
    receiver.usual = answer(200, body)
    with pytest.raises(Permanent):
        member.send(letter(to="ZhangSan"))


@pytest.mark.parametrize("code", [40001, 40013, 60020, 45009])
def test_what_an_operator_can_mend_is_passing(receiver, member, letter, code):
    receiver.by_path["/cgi-bin/gettoken"] = answer(200, {"errcode": code, "errmsg": "no"})
    with pytest.raises(Passing, match=str(code)) as caught:
        member.send(letter(to="ZhangSan"))
    assert "geheim" not in caught.value.message and sent(receiver) == []


@pytest.mark.parametrize("user", ["", "zhang|li", "@all", "zhang san", "张三"])
def test_a_letter_goes_to_one_member_only(receiver, member, letter, user):
    with pytest.raises(Permanent):
        member.send(letter(to=user))
    assert receiver.calls == []


def test_a_site_without_an_application_has_no_such_way(settings):
    settings.WECOM_SECRET = ""
    assert not WecomTransport().is_set_up()
