"""docs/messages.md says what runs."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hazards.actions import ACTIONS
from hazards.management.commands import write_messages
from hazards.notice_page import describe_messages
from notifications.kinds import KINDS


def test_the_page_is_current():
    assert write_messages.PAGE.read_text(encoding="utf-8") == describe_messages(), "run `manage.py write_messages`"


def test_it_names_every_kind_and_every_event_once():
    page = describe_messages()
    assert {name for name in KINDS if page.count(f"| `{name}` |") != 1} == set()
    assert {action.event for action in ACTIONS.values() if f"| `{action.event}` |" not in page} == set()


def test_a_stale_page_is_told_of_and_written_anew(monkeypatch, tmp_path):
    monkeypatch.setattr(write_messages, "PAGE", tmp_path / "messages.md")
    with pytest.raises(CommandError, match="stale"):
        call_command("write_messages", check=True)
    call_command("write_messages")
    call_command("write_messages", check=True)
