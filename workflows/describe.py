"""The state machine in words and a drawing, made from what runs: FSM, actions, rules of who and how long, flow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from deadlines.models import Policy, PolicyLimit
from hazards import fsm
from hazards.actions import ACTIONS, Action, Party
from hazards.inputs import Field, fields_of
from hazards.models import ActorRule, VerifierRule
from hazards.policies import HANDLER_ACTIONS, SECTION_ACTIONS
from hazards.routing import AWAITED
from hazards.services.act import SECONDS
from hazards.small import AWAITED_BY
from hazards.states import NEW, OPEN, STAGE_OF, TERMINAL, Level, State
from organizations.kinds import CAMPUSES
from workflows.flows import SIDE_FLOWS, HazardFlow
from workflows.nodes import Step

_HEAD = """# State machine

Made by `manage.py write_state_machine` from `hazards/fsm/`, `hazards/actions.py`, the rows of `ActorRule`, `VerifierRule` and `PolicyLimit`, and
`workflows/flows.py`. Do not edit; a test fails when it is stale.

An act marked *second person* only proposes: it is done when the second person confirms it (`confirm_countersign`).
"""
_PARTIES = {
    Party.ANYONE: "anyone who holds a post over the campus, or in a department, township or coordinating body of its county",
    Party.CAMPUS_STAFF: "any staff of the campus",
    Party.HANDLING: "handling unit",
    Party.REPORTER: "the reporter; where he has left, who handles",
    Party.LEAD: "lead unit",
    Party.CONTROL: "campus, lead unit, handling unit",
    Party.VERIFYING: "verifying unit",
    Party.CLOSING: "closing unit",
    Party.ANY_PARTY: "campus, lead unit, handling unit, reporter; the verifying unit while it verifies",
    Party.LAST_ACTOR: "who did the last act, while nothing followed",
    Party.COUNTY: "the county body that was asked",
    Party.CLAIMANT: "the unit proposed as lead",
    Party.ISSUER: "issuer of the assignment",
    Party.ISSUER_OR_LEAD: "issuer of the assignment; lead unit for its own people",
    Party.PART: "co-unit",
    Party.PART_OR_LEAD: "the unit that has the assignment",
    Party.REVIEWER: "issuer of the assignment",
    Party.SUPPORTER: "the unit that was asked for support",
    Party.PAPER: "the unit whose legal paper it is",
    Party.BUREAU: "the bureau",
    Party.SUPERIOR: "leaders of the bureau; coordinator and supervisor of a county body that takes part",
    Party.INSTRUCTED: "the unit that was instructed",
    Party.SECOND: "the second person; who proposed may take it back",
    Party.DECIDER: "who decides about it: issuer, lister, supervising unit",
    Party.TARGET: "the unit that it is about",
    Party.CAMPUS: "campus; the bureau by order",
    Party.CLOCK: "nobody: by time, by a change of units or people, or with another act",
}
_WHO_NOTE = """Posts are tried in the order given; the first that is held owes the to-do. Where none of them is held, or all holders are barred, the next unit up
acts: campus, central school, bureau. A restricted hazard is worked on by the confidants of campus and bureau alone. *no rectifier*: whoever did or reported
the work is barred. *section*: a section of the acting bureau may too, in its field. *handler*: the named handler may too."""
_UNITS = {
    "SCH": "campus", "CEN": "central school", "EDU": "bureau", "SEC": "section", "SUB": "institute", "DEP": "department",
    "GOV": "county body",
}  # fmt: skip


def state_machine() -> str:
    """The page docs/state-machine.md; reads the rule rows of the database at hand."""
    parts = (_states(), _drawing(), _actions(), _seconds(), _verifiers(), _flow(), _small_machines(), _events())
    return _HEAD + "".join(f"\n{part}" for part in parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _states() -> str:
    limits = _limits()
    rows = [
        (f"`{state}`", str(state.label), str(STAGE_OF[state].label), _awaited(state), *limits[state])
        for state in State
    ]  # fmt: skip
    head = ("state", "中文", "public stage", "waits for", *(str(level.label) for level in Level))
    note = "While `rectifying` the limit is the assignment's. A last day of rest moves to the next working day, save for 重大.\n\n"
    return f"## States\n\n{note}{_table(head, rows)}"


def _awaited(state: State) -> str:
    if state in TERMINAL:
        return "–"
    action = AWAITED.get(state)
    return (
        f"`{action}`" + (", or `confirm_and_close`" if state == State.SUBMITTED else "") if action else "not built yet"
    )


def _limits() -> dict[str, list[str]]:
    """{state: a limit for each level}"""
    found: dict[str, list[str]] = defaultdict(lambda: ["–"] * len(Level))
    first = Policy.objects.filter(bureau=None, issued_at__isnull=False).order_by("-number").first()
    for row in PolicyLimit.objects.filter(policy=first, season="", category="").order_by("step", "unit_kind"):
        if row.unit_kind in ("", *CAMPUSES):
            place = list(Level).index(Level(row.level))
            told = f"{row.amount} {_MEASURES[row.measure].removesuffix('s' if row.amount == 1 else '')}"
            former = found[row.step][place]
            if row.unit_kind and told not in former:
                found[row.step][place] = f"{former}; {told} at a campus"
            elif not row.unit_kind:
                found[row.step][place] = told
    return found


_MEASURES = {"wd": "working days", "cd": "days", "wh": "working hours", "h": "hours", "pct": "%", "n": "times"}


def _moves() -> dict[str, dict[str, list[str]]]:
    """{action: {target or "": [sources]}}, in the order of the actions."""
    moves: dict[str, dict[str, list[str]]] = {name: {} for name in ACTIONS}
    for action, source, target in fsm.list_transitions():
        moves[action].setdefault(target or "", []).append(source)
    return moves


def _drawing() -> str:
    lines = [f"    {state}: {state.label} {state}" for state in State]
    lines.append(f"    [*] --> {State.REPORTED}: report 上报")
    lines.append(f"    [*] --> {State.SUBMITTED}: fix_on_spot 立行立改")
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for action, targets in _moves().items():
        for target, sources in targets.items():
            for source in sources:
                if target and source != NEW and action != "withdraw":
                    arrows[source, target].append(f"{action} {ACTIONS[action].label}")
    lines += [f"    {source} --> {target}: {' / '.join(actions)}" for (source, target), actions in arrows.items()]
    lines += [f"    {state} --> [*]" for state in State if state in TERMINAL]
    drawn = "\n".join(lines)
    return f"## Drawing\n\nWithout `withdraw`, which leads back along any arrow.\n\n```mermaid\nstateDiagram-v2\n{drawn}\n```\n"


def _actions() -> str:
    moves = _moves()
    rows = [
        (
            f"`{action.name}`", str(action.label), _from_to(moves[action.name]), _who(action),
            f"[`{action.event}`](#{_anchor(action.event)})", "yes" if action.moves_version else "no", _needed(action),
        )
        for action in ACTIONS.values()
    ]  # fmt: skip
    head = ("action", "中文", "from → to", "who", "event", "raises version", "needs")
    return f"## Actions\n\n{_WHO_NOTE}\n\n{_table(head, rows)}"


def _from_to(targets: dict[str, list[str]]) -> str:
    if len(targets) > 2:
        return "any open state → the one before"
    return "<br>".join(f"{_any_of(sources)} → {target or 'stays'}" for target, sources in targets.items())


def _any_of(sources: list[str]) -> str:
    return "any open state" if set(sources) == set(OPEN) else ", ".join(sources)


def _who(action: Action) -> str:
    posts = _posts(action.name)
    also = [
        note
        for note, holds in (
            ("no rectifier", action.bars_rectifiers),
            ("section", action.name in SECTION_ACTIONS),
            ("handler", action.name in HANDLER_ACTIONS),
            ("second person", action.name in SECONDS),
        )
        if holds
    ]
    told = str(_PARTIES[action.party]) + (f": {posts}" if posts else "")
    return told + (f" (*{', '.join(also)}*)" if also else "")


def _posts(action: str) -> str:
    rows = ActorRule.objects.filter(action=action, is_restricted=False, unit_kind__in=_UNITS).order_by("level")
    order = list(_UNITS)
    told = [
        f"{_UNITS[row.unit_kind]}{f' for {row.level}' if row.level else ''} {', '.join(row.post_kinds)}"
        for row in sorted(rows, key=lambda row: (row.level, order.index(row.unit_kind)))
    ]
    return "; ".join(told)


def _needed(action: Action) -> str:
    return ", ".join(f"`{field.name}`" for field in fields_of(action.data, new=True) if field.required) or "–"


def _seconds() -> str:
    rows = [(f"`{name}`", _posts(f"{name}.second") or "the person named") for name in sorted(SECONDS)]
    return "## Second persons\n\nSome of these only from a level or state on; the act says so.\n\n" + _table(
        ("action", "who agrees"), rows
    )


def _small_machines() -> str:
    note = "Rows beside the main state that await somebody; each has a flow of its own, in a table of its own.\n\n"
    rows = [
        (f"`{machine}`", str(SIDE_FLOWS[machine].process_title), f"`{state}`", f"`{action}`", _posts(action))
        for (machine, state), action in AWAITED_BY.items()
    ]
    return f"## Small machines\n\n{note}{_table(('machine', '中文', 'state', 'awaits', 'of'), rows)}"


def _verifiers() -> str:
    rows = [
        (
            str(Level(row.level).label), row.get_source_display() if row.source else "all others", row.get_verifier_display(),
            row.get_closer_display(), "yes" if row.in_one_act else "no",
        )
        for row in VerifierRule.objects.order_by("level", "-source")
    ]  # fmt: skip
    return "## Who verifies and closes\n\n" + _table(
        ("level", "found and handled by", "verifies", "closes", "in one act"), rows
    )


def _flow() -> str:
    note = "Each node waits at one state; `route` reads only `hazard.state`. The open task ends *done* when its node lists the action and its\npost acted, else *canceled*.\n\n"
    rows = [
        (f"`{node.name}`", str(node.task_title), ", ".join(f"`{action}`" for action in node.actions))
        for node in HazardFlow.instance.nodes()
        if isinstance(node, Step)
    ]
    return f"## Flow\n\n{note}{_table(('node', '中文', 'answered by'), rows)}"


def _events() -> str:
    note = "Every act appends one event. `data` holds what was given, `changes` what moved on the hazard and, as `lead.…`, on its assignment.\n"
    return "## Events\n\n" + note + "".join(_event(action) for action in ACTIONS.values())


def _event(action: Action) -> str:
    fields = "".join(_field(field) for field in fields_of(action.data, new=True))
    return f"\n### `{action.event}`\n\n{action.label}（{action.name}）：{action.effect}。\n\n{fields}"


def _field(field: Field) -> str:
    notes = [
        str(field.kind),
        "" if field.required else "may be left out",
        "only in a new report" if field.only_new else "",
    ]
    told = ", ".join(note for note in notes if note)
    words = f": {', '.join(_choices(field))}" if field.choices else ""
    return f"- `{field.name}` {field.label} ({told}){words}\n"


def _choices(field: Field) -> Iterator[str]:
    for key, label in field.choices:
        yield f"`{key}` {label}"


def _anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return "".join(sign for sign in heading.lower() if sign.isalnum() or sign in "-_ ").replace(" ", "-")
