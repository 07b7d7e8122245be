"""What is expected of 运行状态: looked at by the system administrator and the bureau's office, retried by the former."""

from __future__ import annotations

from tests.matrix.rows import Row, for_, page
from tests.matrix.scope import roles

DONE = 302
LOOKERS = roles("sysadmin office director delegate")

HEALTH_ROWS: dict[str, Row] = {
    "health": page(for_(LOOKERS)),
    # One that did not fail is not retried, and that is said on the page.
    "health_retry": page(
        post=for_(roles("sysadmin"), DONE), subjects=("any",), args=lambda world, which: {"deadline_id": 1}
    ),
}
