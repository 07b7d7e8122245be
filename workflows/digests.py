"""What waits for each reader of a daily digest, counted for all of them at once: the same turns as on his desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import today
from core.prepared import Statement
from hazards.digests import Reader
from hazards.states import CountersignState
from notifications.digests import Figure
from organizations.posts import PRESENT
from workflows.selectors import BARRED_STATES

# As `workflows.selectors.to_dos` and `side_to_dos` say it of one person.
_READERS = """
WITH asked AS (SELECT %(on_day)s::date AS on_day),
reader AS (SELECT * FROM unnest(%(users)s::bigint[], %(posts)s::bigint[]) AS one (user_id, post_id)),
held AS (SELECT * FROM unnest(%(key_users)s::bigint[], %(keys)s::bigint[]) AS one (user_id, key))
"""
_SEEN = """
JOIN hazards_hazard hazard ON hazard.id = task.hazard_id CROSS JOIN LATERAL unnest(hazard.visible_to) AS given (key)
JOIN held ON held.user_id = reader.user_id AND held.key = given.key
"""
_TURNS = Statement(f"""{_READERS}
SELECT reader.user_id, count(DISTINCT task.id)
FROM reader JOIN workflows_hazardtask task ON task.post_id = reader.post_id AND task.finished IS NULL {_SEEN}
WHERE (task.owner_id IS NULL OR task.owner_id = reader.user_id OR NOT EXISTS (
    SELECT FROM asked, organizations_holding holding JOIN organizations_user person ON person.id = holding.user_id
    JOIN organizations_post post ON post.id = holding.post_id JOIN organizations_unit unit ON unit.id = post.unit_id
    WHERE holding.post_id = task.post_id AND holding.user_id = task.owner_id AND {PRESENT}
)) AND NOT (hazard.state = ANY(%(barred)s::varchar[]) AND reader.user_id = ANY(hazard.rectifiers))
GROUP BY 1
""")
_SIDES = Statement(f"""{_READERS}
SELECT reader.user_id, count(DISTINCT task.id)
FROM reader JOIN workflows_sidetask task ON task.post_id = reader.post_id AND task.finished IS NULL {_SEEN}
JOIN workflows_sideprocess process ON process.id = task.process_id
WHERE process.machine <> 'countersign' OR NOT EXISTS (
    SELECT FROM hazards_countersign sign WHERE sign.id = process.row_id AND sign.state = %(open_sign)s
    AND (sign.proposer_id = reader.user_id OR sign.second_id <> reader.user_id)
)
GROUP BY 1
""")


def count_to_dos(readers: Sequence[Reader], at: datetime) -> Mapping[int, Sequence[Figure]]:
    """待我办理 are turns of hazards, 待我签发审批 those of requests, papers and second signatures. Two statements."""
    posts = [(one.user_id, post.id) for one in readers for post in one.held]
    keys = [(one.user_id, key) for one in readers for key in one.keys]
    asked = {
        "on_day": today(at), "users": [user_id for user_id, _post in posts], "posts": [pk for _user, pk in posts],
        "key_users": [user_id for user_id, _key in keys], "keys": [key for _user, key in keys],
    }  # fmt: skip
    turns = _count(_TURNS, {**asked, "barred": [str(state) for state in BARRED_STATES]})
    sides = _count(_SIDES, {**asked, "open_sign": str(CountersignState.OPEN)})
    desk = reverse("desk")
    kinds = (
        (_("待我办理"), f"{desk}?only=turns#to-dos", turns),
        (_("待我签发审批"), f"{desk}?only=sides#to-dos", sides),
    )
    return {
        one.user_id: [
            Figure(label, counts[one.user_id], link) for label, link, counts in kinds if one.user_id in counts
        ]
        for one in readers
    }


def _count(statement: Statement, values: Mapping[str, Any]) -> dict[int, int]:
    with connection.cursor() as cursor:
        statement.run(cursor, values)
        return dict(cursor.fetchall())
