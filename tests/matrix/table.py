"""The expectation of every address: one row each, named as the address is."""

from tests.matrix.calendar_rows import CALENDAR_ROWS
from tests.matrix.clock_rows import CLOCK_ROWS
from tests.matrix.hazard_rows import API_ROWS, FLOW_ROWS, HAZARD_ROWS
from tests.matrix.health_rows import HEALTH_ROWS
from tests.matrix.message_rows import MESSAGE_ROWS
from tests.matrix.people_rows import LOGIN_ROWS, PEOPLE_ROWS
from tests.matrix.rows import Row
from tests.matrix.telling_rows import TELLING_ROWS
from tests.matrix.tree_rows import TREE_ROWS

ROWS: dict[str, Row] = {
    **LOGIN_ROWS, **HAZARD_ROWS, **FLOW_ROWS, **API_ROWS, **PEOPLE_ROWS, **TREE_ROWS, **CLOCK_ROWS, **CALENDAR_ROWS, **HEALTH_ROWS,
    **TELLING_ROWS, **MESSAGE_ROWS,
}  # fmt: skip
