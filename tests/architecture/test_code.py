"""What the design forbids stands nowhere in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source import PACKAGES, ROOT, Module, modules

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
# The outermost callers: pages, API, commands, and what stands around a request.
READS_THE_CLOCK = re.compile(
    r"(core|organizations|hazards|workflows|notifications|api)/views(/\w+)?\.py|\w+/management/commands/\w+\.py"
    r"|organizations/(middleware|context|signals)\.py|core/(audit|clock)\.py|notifications/hub\.py|demo/\w+\.py"
)
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate",
    "timezone.localtime", "time.time", "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
# A paper, a deadline and a delivery know no hazard; the state that they have is moved in one place each.
MOVES_STATES = re.compile(
    r"hazards/fsm/\w+\.py|documents/services\.py|deadlines/arming\.py|notifications/delivery_claim\.py"
)
# The one writer, the hand that moves a turn when people change, and the demo that shows what stood before the clock.
WRITES_HAZARDS = re.compile(r"hazards/services/\w+\.py|workflows/resolve\.py|demo/ticking\.py")
HAZARD_ROWS = ("Hazard", "Assignment", "HazardEvent", "Evidence")
WRITING = ("create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create")


def found(name: str, places: Iterator[str]) -> None:
    assert not (listed := sorted(places)), f"{name}: {listed}"


def test_layers() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_only_the_state_machine_knows_django_fsm() -> None:
    users = [
        module.path for module in modules() if any(name.split(".")[0] == "django_fsm" for name in module.imports())
    ]
    assert users == ["hazards/fsm/clock.py", "hazards/fsm/main.py", "hazards/fsm/small.py"]


def test_no_psycopg_of_another_kind() -> None:
    found("psycopg 3", (m.path for m in modules() if any(name.split(".")[0] == "psycopg" for name in m.imports())))


def sets_state(module: Module) -> Iterator[int]:
    for node in module.walk():
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield target.lineno
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\bSET\s+state\b", node.value):
            yield node.lineno
    for name, call in module.calls():
        given = {word.arg for word in call.keywords}
        if "state" in given and name.rsplit(".", 1)[-1] in WRITING:
            yield call.lineno
        if name == "setattr" and isinstance(call.args[1], ast.Constant) and call.args[1].value == "state":
            yield call.lineno


def test_nobody_sets_a_state() -> None:
    """Not by attribute, not by update, not by setattr, not in SQL; `hazards/fsm/` alone moves it."""
    others = (m for m in modules() if not MOVES_STATES.fullmatch(m.path))
    found("state set", (f"{m.path}:{line}" for m in others for line in sets_state(m)))


def writes_hazards(module: Module) -> Iterator[int]:
    for name, call in module.calls():
        owner, _, verb = name.rpartition(".")
        is_manager = any(owner.startswith(f"{row}.objects") for row in HAZARD_ROWS) and verb in WRITING
        is_row = owner in ("hazard", "case.hazard", "lead", "event", "evidence") and verb in ("save", "delete")
        if is_manager or is_row or name in ("write_rows", "HazardEvent"):
            yield call.lineno


def test_hazards_are_written_by_the_one_writer() -> None:
    outside = (m for m in modules() if not WRITES_HAZARDS.fullmatch(m.path))
    found("written past the services", (f"{m.path}:{line}" for m in outside for line in writes_hazards(m)))


def reads_clock(module: Module) -> Iterator[int]:
    for name, call in module.calls():
        if name in CLOCKS or name.endswith(("clock.now", "clock().now")):
            yield call.lineno
    for node in module.walk():
        if isinstance(node, ast.ImportFrom) and node.module == "core.clock" and "now" in {n.name for n in node.names}:
            yield node.lineno


def test_the_clock_is_read_by_outermost_callers_only() -> None:
    inner = (
        m for m in modules() if not READS_THE_CLOCK.fullmatch(m.path) and not m.path.startswith("config/launcher/")
    )
    found("clock read", (f"{m.path}:{line}" for m in inner for line in reads_clock(m)))


def test_nobody_reads_a_clock_of_his_own() -> None:
    ours = (m for m in modules() if m.path != "core/clock.py" and not m.path.startswith("config/launcher/"))
    found("naked clock", (f"{m.path}:{call.lineno}" for m in ours for name, call in m.calls() if name in CLOCKS))


def test_services_know_no_request() -> None:
    services = (m for m in modules() if "/services/" in m.path)
    found("request", (m.path for m in services if any(name.startswith("django.http") for name in m.imports())))


def test_functions_can_be_read_at_once() -> None:
    def long(module: Module) -> Iterator[str]:
        for node in module.walk():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    yield f"{module.path} {node.name}: {length} lines"

    found("long", (name for m in modules() for name in long(m)))


def test_files_can_be_read_in_one_go() -> None:
    lines = {m.path: (ROOT / m.path).read_text(encoding="utf-8").count("\n") for m in modules()}
    found("long", (f"{path}: {n}" for path, n in lines.items() if n > LONGEST_FILE))


def test_migrations_import_no_domain() -> None:
    """A migration runs on the code of its own day; what writes triggers was made for it."""
    paths = sorted(ROOT.glob("*/migrations/0*.py"))
    assert paths
    for path in paths:
        module = Module(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        ours = {name for name in module.imports() if name.split(".")[0] in PACKAGES} - {"core.append_only"}
        assert ours == set(), module.path


@pytest.mark.parametrize(
    ("watcher", "code"),
    [
        (sets_state, "hazard.state = 'closed'"),
        (sets_state, "Hazard.objects.filter(pk=1).update(state='closed')"),
        (sets_state, "setattr(hazard, 'state', 'closed')"),
        (sets_state, "cursor.execute('UPDATE hazards_hazard SET state = 1')"),
        (writes_hazards, "hazard.save()"),
        (writes_hazards, "Hazard.objects.filter(pk=1).exclude(pk=2).update(place='x')"),
        (writes_hazards, "HazardEvent(seq=1)"),
        (writes_hazards, "Evidence.objects.create()"),
        (reads_clock, "timezone.now()"),
        (reads_clock, "from core.clock import now"),
        (reads_clock, "core.clock.now()"),
        (reads_clock, "datetime.now(UTC)"),
    ],
)
def test_the_watchers_see(watcher: Callable[[Module], Iterator[int]], code: str) -> None:
    assert list(watcher(Module("x.py", ast.parse(code))))
