"""What is expected of 工作日历: read by all, kept by the system administrator, each roster by its own unit's people."""

from __future__ import annotations

from tests.matrix.rows import Row, always, for_, page
from tests.matrix.scope import roles

KEEPER = roles("sysadmin")
# Nothing is typed, so that a roster of nobody is refused at its fields.
ROSTER_KEEPERS = roles(
    "safety principal sibling_safety sibling_principal outsider far_principal central central_head office delegate"
    " director coordinator fire town"
)

CALENDAR_ROWS: dict[str, Row] = {
    "calendar": page(always(200)),
    "calendar_file": page(for_(KEEPER)),
    # Nothing is asked for, nothing done.
    "calendar_days": page(for_(KEEPER), for_(KEEPER)),
    "calendar_hours": page(for_(KEEPER), for_(KEEPER, 302)),
    "calendar_terms": page(for_(KEEPER), for_(KEEPER, 422)),
    "calendar_duty": page(for_(ROSTER_KEEPERS), for_(ROSTER_KEEPERS, 422)),
}
