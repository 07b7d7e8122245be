from __future__ import annotations

from datetime import UTC, datetime

import pytest

from notifications.transports import Letter
from tests.support.receivers import make_certificate, receiving, receiving_mail

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _little_time(settings):
    settings.WAYS_OUT_TIMEOUT = settings.EMAIL_TIMEOUT = 5.0


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1", "DNS:localhost")


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "闭环 <safety@edu.example.cn>"
    with receiving_mail() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def letter():
    """`letter(to=…)`: one that a principal gets."""

    def make(**more):
        facts = {
            "key": "m7:email", "to": "zhang@edu.example.cn", "title": "橙色预警：第一小学 2026-00012",
            "text": "整改期限将于11月30日届满，请抓紧整改。", "link": "https://bihuan.example.cn/hazards/361100202600012/",
            "kind": "deadline.warned_orange", "urgency": 2, "at": AT, "sent_at": AT,
            "variables": {"title": "橙色预警", "number": "2026-00012", "time": "11月23日 09:00"}, **more,
        }  # fmt: skip
        return Letter(**facts)

    return make
