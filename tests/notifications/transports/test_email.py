"""Letters by e-mail to a real SMTP server: what arrives, and which refusals are for ever."""

from __future__ import annotations

import email
import email.policy
import ssl

import pytest

from notifications.transports.base import Passing, Permanent
from notifications.transports.email import EmailTransport
from tests.support.receivers import receiving_mail

WAY = EmailTransport()


def arrived(server, n=0):
    return email.message_from_bytes(server.mails[n].raw, policy=email.policy.default)


def test_what_arrives(mail_server, letter):
    answer = WAY.send(letter())
    mail = arrived(mail_server)
    assert mail_server.mails[0].receivers == ["zhang@edu.example.cn"]
    assert mail["Subject"] == "橙色预警：第一小学 2026-00012"
    assert mail["From"] == "闭环 <safety@edu.example.cn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert (
        "请抓紧整改" in text
        and "https://bihuan.example.cn/hazards/361100202600012/" in text
        and "2026-11-23 09:00" in text
    )
    assert mail["Message-ID"] == "<m7-email@edu.example.cn>" and "<m7-email@edu.example.cn>" in answer.text


def test_a_second_copy_carries_the_same_message_id_and_date(mail_server, letter):
    WAY.send(letter())
    WAY.send(letter(sent_at=letter().sent_at.replace(hour=5)))
    WAY.send(letter(key="m8:email"))
    names = [arrived(mail_server, n)["Message-ID"] for n in range(3)]
    assert names[0] == names[1] != names[2]
    assert arrived(mail_server, 0)["Date"] == arrived(mail_server, 1)["Date"]


@pytest.mark.parametrize("title", ["隐患\nBcc: all@example.cn", "隐患\r\nBcc: all@example.cn", "隐患\x00\u2028Bcc: x"])
def test_a_title_adds_no_header(mail_server, letter, title):
    WAY.send(letter(title=title))
    mail = arrived(mail_server)
    assert mail["Bcc"] is None and mail["Subject"].startswith("隐患 Bcc:")
    assert mail_server.mails[0].receivers == ["zhang@edu.example.cn"]


@pytest.mark.parametrize(
    "address", ["", "zhang", "a@b.example.cn\nBcc: c@example.cn", "a@example.cn,b@example.cn", "a@example.cn\r\nRCPT TO:<b@example.cn>"]
)  # fmt: skip
def test_what_is_no_address_is_never_tried(mail_server, letter, address):
    with pytest.raises(Permanent):
        WAY.send(letter(to=address))
    assert mail_server.words == []


@pytest.mark.parametrize(
    ("word", "reply", "error"),
    [
        ("RCPT", "550 5.1.1 no such user", Permanent),
        ("RCPT", "551 5.1.6 has moved", Permanent),
        ("RCPT", "553 5.1.3 no such name", Permanent),
        ("RCPT", "450 4.2.0 greylisted", Passing),
        ("RCPT", "552 5.2.2 mailbox full", Passing),
        ("RCPT", "554 5.7.1 your address is on a list", Passing),
        ("END", "554 5.7.1 spam", Passing),
        ("END", "550 5.7.1 too many of these", Passing),
        ("END", "451 4.3.0 try later", Passing),
        ("MAIL", "550 sender unknown", Passing),
        ("DATA", "421 too many connections", Passing),
    ],
)
def test_which_refusals_are_for_ever(mail_server, letter, word, reply, error):
    mail_server.manners.replies[word] = reply
    with pytest.raises(error, match=reply[:3]):
        WAY.send(letter())


def test_a_wrong_password_can_be_mended(mail_server, letter, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bihuan", "geheim"
    mail_server.manners.replies["AUTH"] = "535 5.7.8 authentication failed"
    with pytest.raises(Passing, match="535") as caught:
        WAY.send(letter())
    assert "geheim" not in caught.value.message


def test_a_server_that_keeps_the_letter_and_goes_is_asked_again(mail_server, letter):
    mail_server.manners.cuts_after_data = True
    with pytest.raises(Passing):
        WAY.send(letter())
    mail_server.manners.cuts_after_data = False
    WAY.send(letter())
    assert arrived(mail_server, 0)["Message-ID"] == arrived(mail_server, 1)["Message-ID"]


def test_a_server_that_never_greets_is_left(mail_server, letter, settings):
    settings.EMAIL_TIMEOUT = 0.3
    mail_server.manners.is_silent = True
    with pytest.raises(Passing, match="没有及时答复"):
        WAY.send(letter())


def test_a_server_that_drips_is_left_when_the_time_of_a_whole_letter_is_over(mail_server, letter, settings):
    settings.EMAIL_TIMEOUT = 0.3
    mail_server.manners.is_dripping = True
    with pytest.raises(Passing, match="没有及时答复"):
        WAY.send(letter())
    assert mail_server.mails == []


def test_nobody_there_is_passing(mail_server, letter, settings):
    settings.EMAIL_PORT = 1
    with pytest.raises(Passing, match="连接中断"):
        WAY.send(letter())


def test_over_tls_only_a_trusted_certificate_gets_the_letter(certificate, letter, settings, monkeypatch, mail_server):
    settings.EMAIL_USE_TLS = True
    with receiving_mail(certificate) as server:
        settings.EMAIL_PORT = server.port
        with pytest.raises(Passing, match="证书"):
            WAY.send(letter())
        assert server.mails == [] and not any(word.startswith("MAIL") for word in server.words)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        assert ssl.get_default_verify_paths().cafile == str(certificate.file)
        WAY.send(letter())
        assert len(server.mails) == 1


def test_a_server_without_tls_gets_nothing_where_tls_was_asked_for(mail_server, letter, settings):
    settings.EMAIL_USE_TLS = True
    with pytest.raises(Passing):
        WAY.send(letter())
    assert mail_server.mails == []


def test_a_site_without_a_mail_server_has_no_such_way(settings):
    settings.EMAIL_HOST = ""
    assert not WAY.is_set_up()
