"""短信: a provider sends a registered template with named variables; free text is never sent.

Settings: SMS_PROVIDER (empty: no SMS; "aliyun"), SMS_TEMPLATES, JSON of kind prefix → {"id", "variables"}, the longest
prefix of a kind holds and "" stands for all: {"deadline.": {"id": "SMS_1", "variables": ["title", "number"]}}.
A kind without a template does not go out by SMS. Variables are those of the letter: title, time, number, due.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.transports.base import Answer, Letter, Permanent, Transport, one_line

# 11 digits of the mainland, with or without the country's code.
_PHONE = re.compile(r"^(?:\+?86)?(1[3-9]\d{9})$")
# Providers refuse longer values of one variable; the strictest of them takes 20 characters.
MAX_VARIABLE = 20


class Template(TypedDict):
    id: str
    variables: list[str]


class SmsProvider(ABC):
    """Who carries the text messages. May be called by several threads at once."""

    name: ClassVar[str]

    def is_set_up(self) -> bool:
        return True

    @abstractmethod
    def send(self, *, phone: str, template: str, variables: Mapping[str, str], key: str, at: datetime) -> Answer:
        """`phone` has 11 digits; `key` comes back with the provider's receipt. Raises Passing or Permanent."""


PROVIDERS: dict[str, SmsProvider] = {}


def register_provider(provider: SmsProvider) -> None:
    PROVIDERS[provider.name] = provider


def template_for(kind: str) -> Template | None:
    """Of the longest prefix that the kind begins with."""
    templates: Mapping[str, Template] = settings.SMS_TEMPLATES
    fitting = [prefix for prefix in templates if kind.startswith(prefix)]
    return templates[max(fitting, key=len)] if fitting else None


class SmsTransport(Transport):
    way = "sms"

    def is_set_up(self) -> bool:
        provider = PROVIDERS.get(settings.SMS_PROVIDER)
        return provider is not None and provider.is_set_up()

    def takes(self, kind: str) -> bool:
        return template_for(kind) is not None

    def check_address(self, address: str) -> None:
        if not _PHONE.match(address):
            raise Permanent(_("手机号不正确"))

    def send(self, letter: Letter) -> Answer:
        found = _PHONE.match(letter.to)
        if found is None:
            raise Permanent(_("手机号不正确"))
        template = template_for(letter.kind)
        provider = PROVIDERS.get(settings.SMS_PROVIDER)
        if template is None or provider is None:
            raise Permanent(_("这类消息没有登记短信模板"))
        values = {name: one_line(letter.variables.get(name, ""))[:MAX_VARIABLE] for name in template["variables"]}
        return provider.send(
            phone=found[1], template=template["id"], variables=values, key=letter.key, at=letter.sent_at
        )
