"""短信: registered templates with named variables, by the HTTP interface of one provider."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import quote

import pytest

from notifications.transports.base import Passing, Permanent
from notifications.transports.sms import SmsTransport
from tests.support.receivers import answer

WAY = SmsTransport()
OK = answer(200, {"Code": "OK", "Message": "OK", "BizId": "9006195", "RequestId": "819BE656"})


@pytest.fixture
def provider(receiver, settings):
    settings.SMS_PROVIDER, settings.ALIYUN_SMS_URL = "aliyun", receiver.url
    settings.ALIYUN_SMS_KEY_ID, settings.ALIYUN_SMS_KEY_SECRET = "LTAI1", "geheim-3"
    settings.ALIYUN_SMS_SIGN_NAME = "某县教育局"
    settings.SMS_TEMPLATES = {
        "": {"id": "SMS_1", "variables": ["title"]},
        "deadline.": {"id": "SMS_2", "variables": ["title", "number"]},
        "deadline.warned_red": {"id": "SMS_3", "variables": ["number"]},
    }
    receiver.usual = OK
    return receiver


def is_signed(call):
    """Reckons the signature again from what arrived, as the documentation of V3 says."""
    names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    lines = "".join(f"{name}:{call.headers[name]}\n" for name in names.split(";"))
    query = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(call.query.items()))
    body = hashlib.sha256(call.body).hexdigest()
    canonical = "\n".join(["POST", "/", query, lines, names, body])
    told = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(b"geheim-3", told.encode(), hashlib.sha256).hexdigest()
    expected = f"ACS3-HMAC-SHA256 Credential=LTAI1,SignedHeaders={names},Signature={signature}"
    return call.headers["authorization"] == expected and call.headers["x-acs-content-sha256"] == body


def test_what_arrives(provider, letter):
    answered = WAY.send(letter(to="+8613800138000", key="m7:sms"))
    assert "9006195" in answered.text
    call = provider.calls[0]
    assert call.query["PhoneNumbers"] == "13800138000" and call.query["SignName"] == "某县教育局"
    assert call.query["TemplateCode"] == "SMS_2" and call.query["OutId"] == "m7:sms"
    assert json.loads(call.query["TemplateParam"]) == {"title": "橙色预警", "number": "2026-00012"}
    assert (call.headers["x-acs-action"], call.headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    assert call.headers["x-acs-date"] == "2026-11-23T01:00:00Z"
    assert is_signed(call)


def test_no_two_calls_have_the_same_nonce(provider, letter):
    for _ in range(2):
        WAY.send(letter(to="13800138000"))
    first, second = (call.headers["x-acs-signature-nonce"] for call in provider.calls)
    assert first != second


@pytest.mark.parametrize(
    ("kind", "template"), [("hazard.assigned", "SMS_1"), ("deadline.listed", "SMS_2"), ("deadline.warned_red", "SMS_3")]
)
def test_the_nearest_template_holds(provider, letter, kind, template):
    WAY.send(letter(to="13800138000", kind=kind))
    assert provider.calls[0].query["TemplateCode"] == template


def test_a_kind_without_a_template_does_not_go_this_way(provider, letter, settings):
    settings.SMS_TEMPLATES = {"deadline.": {"id": "SMS_2", "variables": []}}
    assert WAY.takes("deadline.listed") and not WAY.takes("hazard.assigned")
    with pytest.raises(Permanent):
        WAY.send(letter(to="13800138000", kind="hazard.assigned"))
    assert provider.calls == []


def test_long_values_are_cut_and_free_text_is_never_sent(provider, letter):
    WAY.send(letter(to="13800138000", variables={"title": "很" * 50 + "\n", "number": "1", "text": "自由文字"}))
    assert json.loads(provider.calls[0].query["TemplateParam"]) == {"title": "很" * 20, "number": "1"}
    assert "自由文字" not in str(provider.calls[0]) and "抓紧" not in str(provider.calls[0])


@pytest.mark.parametrize(
    "phone", ["", "1380013800", "23800138000", "13800138000,13900139000", "010-12345678", "+113800138000"]
)
def test_what_is_no_mobile_number_is_never_tried(provider, letter, phone):
    with pytest.raises(Permanent):
        WAY.send(letter(to=phone))
    assert provider.calls == []


@pytest.mark.parametrize(
    ("code", "error", "wait", "holds"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", Permanent, None, False),
        ("isv.TEMPLATE_MISSING_PARAMETERS", Permanent, None, False),
        ("isv.BUSINESS_LIMIT_CONTROL", Passing, 3600.0, False),
        # To the end of the day, 15 hours on.
        ("isv.DAY_LIMIT_CONTROL", Passing, 54000.0, True),
        ("Throttling.User", Passing, 60.0, True),
        ("isv.OUT_OF_SERVICE", Passing, None, False),
        ("isv.SMS_TEMPLATE_ILLEGAL", Passing, None, False),
        ("isp.RAM_PERMISSION_DENY", Passing, None, False),
        ("SignatureDoesNotMatch", Passing, None, False),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_what_their_codes_mean(provider, letter, code, error, wait, holds, status):
    provider.usual = answer(status, {"Code": code, "Message": "说明"})
    with pytest.raises(error, match=code) as caught:
        WAY.send(letter(to="13800138000"))
    assert "geheim" not in caught.value.message
    if error is Passing:
        assert (caught.value.retry_after, caught.value.holds_way) == (wait, holds)


@pytest.mark.parametrize("behaviour", [answer(503, b"busy"), answer(200, b"<html>")])
def test_no_code_at_all_is_passing(provider, letter, behaviour):
    provider.usual = behaviour
    with pytest.raises(Passing):
        WAY.send(letter(to="13800138000"))


def test_a_site_without_a_provider_has_no_such_way(settings):
    settings.SMS_PROVIDER = ""
    assert not WAY.is_set_up()
    settings.SMS_PROVIDER, settings.ALIYUN_SMS_KEY_SECRET = "aliyun", ""
    assert not WAY.is_set_up()
