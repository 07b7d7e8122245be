"""Letters to somebody else's system: signed, with a time and an id, and what its answers mean."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from notifications.transports.base import Passing, Permanent
from notifications.transports.webhook import WebhookTransport
from tests.support.receivers import answer, cut, receiving, silent

WAY = WebhookTransport()
SECRET = "共享密钥-1"


@pytest.fixture
def to(receiver, letter):
    def make(**more):
        return letter(
            **{"key": "o3:hazard:9:4", "to": receiver.url + "/in", "secret": SECRET, "is_private_allowed": True, **more}
        )

    return make


def is_genuine(call, at, seen):
    """As docs/runbook.md tells a receiver to check."""
    timestamp, name = call.headers["x-bihuan-timestamp"], call.headers["x-bihuan-id"]
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + call.body, hashlib.sha256).hexdigest()
    is_signed = hmac.compare_digest(call.headers["x-bihuan-signature"], f"v1={expected}")
    is_fresh = abs(at.timestamp() - int(timestamp)) <= 300
    return is_signed and is_fresh and name not in seen


def test_what_arrives(receiver, to):
    receiver.usual = answer(200, {"received": True})
    assert WAY.send(to()).text == 'HTTP 200 {"received": true}'
    call = receiver.calls[0]
    assert (call.method, call.path, call.headers["content-type"]) == ("POST", "/in", "application/json; charset=utf-8")
    assert call.json == {
        "id": "o3:hazard:9:4", "kind": "deadline.warned_orange", "title": "橙色预警：第一小学 2026-00012",
        "text": "整改期限将于11月30日届满，请抓紧整改。", "link": "https://bihuan.example.cn/hazards/361100202600012/",
        "urgency": 2, "at": "2026-11-23T01:00:00+00:00",
        "data": {"title": "橙色预警", "number": "2026-00012", "time": "11月23日 09:00"},
    }  # fmt: skip


def test_a_receiver_can_tell_what_is_genuine(receiver, to):
    at = to().sent_at
    WAY.send(to())
    call = receiver.calls[0]
    assert is_genuine(call, at, seen=set())
    assert not is_genuine(call, at, seen={"o3:hazard:9:4"})
    assert not is_genuine(call, at + timedelta(seconds=301), seen=set())
    told = json.loads(call.body) | {"urgency": 0}
    forged = type(call)(call.method, call.path, call.query, call.headers, json.dumps(told).encode())
    assert not is_genuine(forged, at, seen=set())


def test_a_second_copy_is_signed_anew_under_the_same_id(receiver, to):
    WAY.send(to())
    later = to().sent_at + timedelta(hours=1)
    WAY.send(to(sent_at=later))
    first, second = receiver.calls
    assert first.headers["x-bihuan-id"] == second.headers["x-bihuan-id"]
    assert first.body == second.body and first.headers["x-bihuan-signature"] != second.headers["x-bihuan-signature"]
    assert is_genuine(second, later, seen=set())


def test_without_a_secret_nothing_goes_out(receiver, to):
    with pytest.raises(Permanent, match="密钥"):
        WAY.send(to(secret=""))
    assert receiver.calls == []


@pytest.mark.parametrize("status", [400, 405, 410, 413, 422])
def test_what_is_refused_for_ever(receiver, to, status):
    receiver.usual = answer(status, b"no")
    with pytest.raises(Permanent, match=str(status)):
        WAY.send(to())


@pytest.mark.parametrize("status", [401, 403, 404, 408, 409, 425, 500, 502, 503, 599])
def test_what_can_be_mended_is_passing(receiver, to, status):
    receiver.usual = answer(status, b"no")
    with pytest.raises(Passing, match=str(status)) as caught:
        WAY.send(to())
    assert (caught.value.retry_after, caught.value.holds_way) == (None, False)


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_to_wait_is_given_the_time_for_all_that_is_his(receiver, to, status):
    receiver.usual = answer(status, b"slow down", Retry_After="90")
    with pytest.raises(Passing) as caught:
        WAY.send(to())
    assert (caught.value.retry_after, caught.value.holds_way) == (90.0, True)


def test_a_redirect_inside_is_not_followed(receiver, to):
    with receiving() as inner:
        receiver.usual = answer(307, Location=inner.url + "/latest/meta-data/")
        with pytest.raises(Permanent, match="不跟随"):
            WAY.send(to())
        assert inner.calls == []


def test_an_inner_address_gets_nothing_unless_allowed(receiver, to):
    with pytest.raises(Permanent):
        WAY.send(to(to=f"https://127.0.0.1:{receiver.port}/", is_private_allowed=False))
    assert receiver.calls == []


def test_cut_short_and_silent_receivers_are_tried_again(receiver, to, settings):
    settings.WAYS_OUT_TIMEOUT = 0.3
    receiver.behaviours = [cut, silent]
    for _ in range(2):
        with pytest.raises(Passing):
            WAY.send(to())
    assert WAY.send(to()).text == "HTTP 200 ok"
    assert {call.headers["x-bihuan-id"] for call in receiver.calls} == {"o3:hazard:9:4"}


@pytest.mark.parametrize("address", ["gopher://a/", "https://u:p@a.example.cn/", "", "a.example.cn/in"])
def test_what_is_no_address(address):
    with pytest.raises(Permanent):
        WAY.check_address(address)
