"""What the papers say is what runs."""

import pytest
from django.core.management import CommandError, call_command

from hazards import fsm
from hazards.actions import ACTIONS
from hazards.states import State
from tests.architecture.source import ROOT
from workflows.describe import state_machine
from workflows.management.commands import write_state_machine

PAGE = ROOT / "docs" / "state-machine.md"


def test_every_event_action_state_and_field_has_its_place() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for action in ACTIONS.values():
        assert f"### `{action.event}`\n" in page
        assert f"| `{action.name}` | {action.label} |" in page
        assert page.count(f"]({_anchor(action.event)})") == 1
    for state in State:
        assert f"| `{state}` | {state.label} |" in page
    for name, source, target in fsm.list_transitions():
        if target and source != "new" and name != "withdraw":
            assert any(line.startswith(f"    {source} --> {target}: ") and name in line for line in page.splitlines())


def _anchor(heading: str) -> str:
    return "#" + heading.replace(".", "")


@pytest.mark.django_db
def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == state_machine(), "run `manage.py write_state_machine`"


@pytest.mark.django_db
def test_the_command_writes_and_checks(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(write_state_machine, "PAGE", tmp_path / "state-machine.md")
    with pytest.raises(CommandError, match="stale"):
        call_command("write_state_machine", check=True)
    call_command("write_state_machine")
    call_command("write_state_machine", check=True)
    assert (tmp_path / "state-machine.md").read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")


def test_the_papers_name_each_other() -> None:
    for name in ("architecture.md", "glossary.md", "state-machine.md"):
        assert (ROOT / "docs" / name).exists()
    assert "(state-machine.md)" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
