"""The other ways out, by name. Settings say which of them this site has."""

from __future__ import annotations

from notifications.transports.aliyun import Aliyun
from notifications.transports.base import Answer, Letter, Passing, Permanent, Transport, TransportError
from notifications.transports.dingtalk import DingtalkRobotTransport, DingtalkTransport
from notifications.transports.email import EmailTransport
from notifications.transports.sms import SmsTransport, register_provider
from notifications.transports.webhook import WebhookTransport
from notifications.transports.wecom import WecomRobotTransport, WecomTransport

__all__ = [
    "TRANSPORTS",
    "Answer",
    "Letter",
    "Passing",
    "Permanent",
    "Transport",
    "TransportError",
    "get_transport",
    "list_ways",
]

register_provider(Aliyun())

TRANSPORTS: dict[str, Transport] = {
    transport.way: transport
    for transport in (
        EmailTransport(),
        SmsTransport(),
        WecomTransport(),
        DingtalkTransport(),
        WebhookTransport(),
        WecomRobotTransport(),
        DingtalkRobotTransport(),
    )
}


def get_transport(way: str) -> Transport | None:
    """The way's, where this site has what it needs."""
    transport = TRANSPORTS.get(way)
    return transport if transport is not None and transport.is_set_up() else None


def list_ways() -> list[str]:
    """The ways that this site can use."""
    return [way for way, transport in TRANSPORTS.items() if transport.is_set_up()]
