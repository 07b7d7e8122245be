"""The drawing of a run: boxes on one line from report to closure, arcs over it forward and under it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.clock import local
from workflows.graph import Graph, hazard_graph
from workflows.run import Run, Turn

# In units of the drawing, which is shown about one to one on a wide screen.
BOX_WIDTH, BOX_HEIGHT = 98, 50
PITCH = 124
MARGIN = 12
# Under a box: who and when.
NOTES = 46
ARC_STEP = 15
MAX_NAME = 7


class Look(StrEnum):
    PASSED = "passed"
    NOW = "now"
    AHEAD = "ahead"
    APART = "apart"


@dataclass(frozen=True)
class Box:
    label: str
    look: Look
    x: int
    y: int
    notes: tuple[str, ...]
    n_times: int
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def text_y(self) -> int:
        return self.y + self.height // 2 + 5

    @property
    def lines(self) -> list[tuple[int, str]]:
        return [(self.y + self.height + 18 + 17 * n, note) for n, note in enumerate(self.notes)]

    @property
    def corner(self) -> tuple[int, int]:
        return self.x + self.width - 2, self.y


@dataclass(frozen=True)
class Line:
    path: str
    is_travelled: bool


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]


def draw(run: Run, graph: Graph | None = None) -> Picture:
    """What was passed, what is under way, what lies ahead and what this hazard does not touch."""
    graph = graph or hazard_graph()
    last = {turn.node: turn for turn in run.turns if turn.cycle == run.cycle}
    places = _places(graph, last)
    moves = run.moves()
    over, under = _heights(graph, places, moves)
    top = MARGIN + over
    floor = top + BOX_HEIGHT + NOTES
    drop = floor + under + MARGIN
    boxes = {
        node: _box(graph, node, MARGIN + column * PITCH, top if row == 0 else drop, run, last.get(node))
        for node, (column, row) in places.items()
    }
    lines = _lines(graph, boxes, places, moves)
    has_side = any(row for _column, row in places.values())
    height = (drop + BOX_HEIGHT + NOTES if has_side else floor + under) + MARGIN
    return Picture(2 * MARGIN + PITCH * (len(graph.spine) - 1) + BOX_WIDTH, height, list(boxes.values()), lines)


def _places(graph: Graph, last: dict[str, Turn]) -> dict[str, tuple[int, int]]:
    """{node: (column, row)}: the spine on row 0; what hangs beside it below where one comes from, if it was taken."""
    places = {node: (column, 0) for column, node in enumerate(graph.spine)}
    for node in graph.nodes:
        if node in places or node not in last:
            continue
        near = next(
            (arrow.source for arrow in graph.arrows if arrow.target == node and arrow.source in places), graph.start
        )
        places[node] = (places[near][0], 1)
    return places


def _is_drawn(source: tuple[int, int], target: tuple[int, int], *, travelled: bool, usual: bool) -> bool:
    """A way back is drawn where it was taken only."""
    return travelled or (usual and source[1] == target[1] == 0 and target[0] > source[0])


def _heights(graph: Graph, places: dict[str, tuple[int, int]], moves: set[tuple[str, str]]) -> tuple[int, int]:
    """Room for the arcs over and under the line."""
    over = under = 0
    for arrow in graph.arrows:
        if arrow.source not in places or arrow.target not in places:
            continue
        here, there = places[arrow.source], places[arrow.target]
        if (
            here[1]
            or there[1]
            or not _is_drawn(here, there, travelled=(arrow.source, arrow.target) in moves, usual=arrow.is_usual)
        ):
            continue
        reach = there[0] - here[0]
        over, under = (max(over, reach), under) if reach > 0 else (over, max(under, -reach))
    return (over * ARC_STEP if over > 1 else 0), under * ARC_STEP


def _lines(
    graph: Graph, boxes: dict[str, Box], places: dict[str, tuple[int, int]], moves: set[tuple[str, str]]
) -> list[Line]:
    lines = []
    for arrow in graph.arrows:
        if arrow.source not in places or arrow.target not in places:
            continue
        here, there = places[arrow.source], places[arrow.target]
        is_travelled = (arrow.source, arrow.target) in moves
        if _is_drawn(here, there, travelled=is_travelled, usual=arrow.is_usual):
            path = _path(boxes[arrow.source], boxes[arrow.target], here, there)
            lines.append(Line(path, is_travelled))
    # What was travelled lies on top.
    return sorted(lines, key=lambda line: line.is_travelled)


def _path(source: Box, target: Box, here: tuple[int, int], there: tuple[int, int]) -> str:
    reach = there[0] - here[0]
    if here[1] != there[1]:
        shift = -14 if there[1] else 14
        x, up, down = source.middle + shift, min(source.y, target.y) + BOX_HEIGHT, max(source.y, target.y)
        return f"M{x},{up} V{down - 3}" if there[1] else f"M{x},{down} V{up + 3}"
    middle = source.y + BOX_HEIGHT // 2
    if reach == 1:
        return f"M{source.x + BOX_WIDTH},{middle} H{target.x - 4}"
    if reach > 1:
        y = source.y - reach * ARC_STEP
        return f"M{source.middle + 16},{source.y} V{y + 8} q0,-8 8,-8 H{target.middle - 24} q8,0 8,8 V{target.y - 4}"
    floor = source.y + BOX_HEIGHT + NOTES
    y = floor - reach * ARC_STEP - 4
    x1, x2 = source.x + 8, target.x + BOX_WIDTH - 8
    return f"M{x1},{source.y + BOX_HEIGHT} V{y - 8} q0,8 -8,8 H{x2 + 8} q-8,0 -8,-8 V{target.y + BOX_HEIGHT + 4}"


def _box(graph: Graph, node: str, x: int, y: int, run: Run, turn: Turn | None) -> Box:
    n_times = sum(one.node == node and bool(one.what) for one in run.turns if one.cycle == run.cycle)
    label = turn.label if turn else graph.label(node)
    return Box(label, _look(node, run, turn), x, y, _notes(turn), n_times if n_times > 1 else 0)


def _look(node: str, run: Run, turn: Turn | None) -> Look:
    if turn:
        return Look.NOW if turn.is_now else Look.PASSED
    return Look.AHEAD if node in run.ahead else Look.APART


def _notes(turn: Turn | None) -> tuple[str, ...]:
    """Who and when, as far as it is told."""
    if turn is None or turn.is_now:
        return ()
    name = turn.who if len(turn.who) <= MAX_NAME else turn.who[: MAX_NAME - 1] + "…"
    return tuple(note for note in (name, _short(turn.ended_at)) if note)


def _short(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = local(moment)
    return f"{day.month}月{day.day}日"
