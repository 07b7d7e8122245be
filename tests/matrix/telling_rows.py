"""What is expected of 催办文字, 告知记录 and 外发管理."""

from __future__ import annotations

from tests.matrix.rows import Row, Status, page
from tests.matrix.scope import BUREAU, CENTRAL, roles

MANAGERS = BUREAU | CENTRAL | roles("principal sibling_principal far_principal coordinator")
REMINDERS = CENTRAL | roles("office delegate director leader chief coordinator")


def _remind(role: str, subject: str) -> Status:
    """Nothing is chosen: there is nothing to remind of."""
    return 409 if role in REMINDERS else 403


TELLING_ROWS: dict[str, Row] = {
    "overdue_text": page(
        lambda role, subject: 200 if role in MANAGERS else 403,
        _remind,
        data=lambda world, role, subject: {"message": "催"},
    ),
}
