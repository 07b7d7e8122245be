"""What is expected of 规则设置 → 时限与督办."""

from __future__ import annotations

from typing import Any

from tests.matrix.hazard_rows import DONE, READ_RULES
from tests.matrix.rows import Row, for_, page
from tests.matrix.scope import roles

KEEPER = roles("sysadmin")
# Whose posts let running hazards go over to another version.
MOVERS = roles("director leader chief")

READ: dict[str, Any] = {
    "subjects": ("policy", "draft"),
    "args": lambda world, which: {"policy_id": world.papers[which]},
}
DRAFT: dict[str, Any] = {"args": lambda world, subject: {"policy_id": world.papers["draft"]}}
_DATES = {"valid_from": "2027-01-01", "valid_until": "", "note": "试行"}

CLOCK_ROWS: dict[str, Row] = {
    "clock_rules": page(
        for_(READ_RULES), for_(KEEPER, DONE), data=lambda world, role, subject: {**_DATES, "source": world.papers["policy"]}
    ),
    "clock_policy": page(for_(READ_RULES), **READ),
    "clock_policy_dates": page(post=for_(KEEPER, DONE), data=lambda world, role, subject: _DATES, **DRAFT),
    "clock_policy_discard": page(post=for_(KEEPER, DONE), **DRAFT),
    "clock_policy_issue": page(for_(READ_RULES), for_(KEEPER, DONE), **DRAFT),
    # Nothing typed: no limits, no rungs.
    "clock_policy_step": page(
        for_(KEEPER), for_(KEEPER, 422),
        args=lambda world, subject: {"policy_id": world.papers["draft"], "step": "rectifying"},
    ),
    "clock_policy_ladder": page(
        for_(KEEPER), for_(KEEPER, 422),
        args=lambda world, subject: {"policy_id": world.papers["draft"], "ladder": "unit", "level": "general"},
    ),
    # All that is open runs under it already.
    "clock_policy_move": page(
        for_(MOVERS), for_(MOVERS, 302), args=lambda world, subject: {"policy_id": world.papers["policy"]}
    ),
}  # fmt: skip
