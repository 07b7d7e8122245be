"""One call to a receiver we do not know, over real sockets: what is connected to, trusted, followed and read."""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime

import pytest

from notifications.transports.addresses import is_allowed, resolve
from notifications.transports.base import Passing, Permanent
from notifications.transports.http import MAX_ANSWER, Reply, _context, call, retry_after
from tests.support.receivers import answer, cut, dripping, endless, gone, make_certificate, receiving, silent

INNER = {"is_private_allowed": True}


def test_what_was_sent_arrives_and_the_answer_comes_back(receiver):
    receiver.usual = answer(201, {"id": 5}, X_Trace="a")
    reply = call(receiver.url + "/收件?a=1", b"hello", headers={"X-Own": "1"}, **INNER)
    assert (reply.status, reply.headers["x-trace"], reply.json()) == (201, "a", {"id": 5})
    sent = receiver.calls[0]
    assert (sent.method, sent.query, sent.body, sent.headers["x-own"]) == ("POST", {"a": "1"}, b"hello", "1")


PUBLIC = ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
INNER_ONES = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fd12::1", "::ffff:10.0.0.1", "2002:a00:1::", "100.64.0.9", "64:ff9b::a00:1"]  # fmt: skip
NEVER = ["169.254.169.254", "169.254.1.1", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fec0::1", "64:ff9b:1::a00:1", "64:ff9b:1::808:808", "::10.0.0.1", "::8.8.8.8"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address):
    assert is_allowed(ipaddress.ip_address(address), is_private_allowed=False)


@pytest.mark.parametrize("address", INNER_ONES)
def test_inner_addresses_are_called_only_where_it_was_allowed(address):
    assert not is_allowed(ipaddress.ip_address(address), is_private_allowed=False)
    assert is_allowed(ipaddress.ip_address(address), is_private_allowed=True)


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_nobodys_addresses_are_never_called(address):
    assert not is_allowed(ipaddress.ip_address(address), is_private_allowed=True)


def test_a_name_that_points_inside_is_not_called(certificate):
    with receiving(certificate) as server:
        with pytest.raises(Permanent, match="内网"):
            call(f"https://localhost:{server.port}/", b"")
        assert server.calls == []


@pytest.mark.parametrize("written", ["https://2130706433/", "https://127.1/", "https://0x7f000001/", "https://[::1]/"])
def test_other_ways_to_write_this_machine_are_known(written):
    with pytest.raises(Permanent, match="内网"):
        call(written, b"")


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(Permanent, match=r"10\.0\.0\.1"):
        resolve("receiver.example.cn", 443, is_private_allowed=False)


def test_the_address_that_was_checked_is_the_one_connected_to(receiver, monkeypatch):
    """A name that points elsewhere when asked again (DNS rebinding) gains nothing: it is asked once."""
    asked = []
    real = socket.getaddrinfo

    def answer_once(host, *args, **more):
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.9", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer_once)
    assert call(f"http://receiver.example.cn:{receiver.port}/", b"", **INNER).status == 200
    assert asked == ["receiver.example.cn"]
    assert receiver.calls[0].headers["host"] == f"receiver.example.cn:{receiver.port}"


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example.cn/", "https://", "https://u:p@a.example.cn/", "file:///etc/passwd", "https://a.example.cn:99999/", "nonsense", "https://a.example.cn:0/"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url):
    with pytest.raises(Permanent):
        call(url, b"", **INNER)


@pytest.mark.parametrize("allowed", [True, False])
def test_outside_an_inner_network_only_tls_will_do(allowed):
    with pytest.raises(Permanent, match="https"):
        call("http://93.184.216.34/", b"", is_private_allowed=allowed)


def test_a_name_nobody_knows_may_be_known_later():
    with pytest.raises(Passing, match="找不到主机"):
        call("https://nobody.invalid/", b"")


def test_a_certificate_that_is_trusted_is_fine(certificate, settings):
    settings.TRUSTED_CA_FILE = str(certificate.file)
    _context.cache_clear()
    with receiving(certificate) as server:
        assert call(f"https://localhost:{server.port}/", b"x", **INNER).status == 200


def test_nothing_is_sent_where_the_certificate_is_unknown(certificate):
    with receiving(certificate) as server:
        with pytest.raises(Passing, match="证书"):
            call(server.url, b"secret", **INNER)
        assert server.calls == []


def test_nothing_is_sent_where_the_certificate_is_another_hosts(tmp_path, settings):
    other = make_certificate(tmp_path, "DNS:other.example.cn")
    settings.TRUSTED_CA_FILE = str(other.file)
    with receiving(other) as server:
        with pytest.raises(Passing, match="证书"):
            call(server.url, b"secret", **INNER)
        assert server.calls == []


@pytest.mark.parametrize("behaviour", [silent, dripping])
def test_who_takes_too_long_is_left(receiver, settings, behaviour):
    settings.WAYS_OUT_TIMEOUT = 0.3
    receiver.usual = behaviour
    with pytest.raises(Passing, match=r"0\.3 秒内没有答复"):
        call(receiver.url, b"", **INNER)


def test_who_takes_too_long_over_tls_is_left(certificate, settings):
    settings.TRUSTED_CA_FILE, settings.WAYS_OUT_TIMEOUT = str(certificate.file), 0.4
    with receiving(certificate) as server:
        server.usual = dripping
        with pytest.raises(Passing, match="没有答复"):
            call(server.url, b"", **INNER)


def test_who_never_greets_over_tls_is_left(settings):
    settings.WAYS_OUT_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as nobody, pytest.raises(Passing, match="没有答复"):
        call(f"https://127.0.0.1:{nobody.getsockname()[1]}/", b"", **INNER)


def test_an_answer_cut_short_is_not_taken_for_one(receiver):
    receiver.usual = cut
    with pytest.raises(Passing, match="中途断开"):
        call(receiver.url, b"", **INNER)


def test_no_answer_at_all_is_passing(receiver):
    receiver.usual = gone
    with pytest.raises(Passing, match="连接中断"):
        call(receiver.url, b"", **INNER)


def test_nobody_there_is_passing():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Passing, match="拒绝连接"):
        call(f"http://127.0.0.1:{port}/", b"", **INNER)


def test_of_an_endless_answer_only_the_beginning_is_read(receiver):
    receiver.usual = endless
    reply = call(receiver.url, b"", **INNER)
    assert len(reply.body) == MAX_ANSWER
    assert len(reply.told()) < 600


def test_a_redirect_is_not_followed(receiver):
    with receiving() as inner:
        receiver.usual = answer(302, Location=inner.url)
        assert call(receiver.url, b"", **INNER).status == 302
        assert inner.calls == []


def test_what_a_stranger_answers_is_kept_harmless():
    assert Reply(200, {}, "好\r\nX: 1\x00<b>".encode() + b"\xff").told() == "HTTP 200 好 X: 1 <b>�"


AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "Mon, 23 Nov 2026 01:05:00 GMT"}, 300.0),
        ({"retry-after": "Mon, 23 Nov 2026 02:05:00 GMT", "date": "Mon, 23 Nov 2026 02:04:00 GMT"}, 60.0),
        ({"retry-after": "Mon, 23 Nov 2020 01:05:00 GMT"}, 0.0),
        ({"retry-after": "999999"}, 21600.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_how_long_a_receiver_asks_to_wait(headers, seconds):
    assert retry_after(Reply(429, headers, b""), AT) == seconds
