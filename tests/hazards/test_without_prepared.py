"""Behind PgBouncer nothing is prepared on the server, and every act still works."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.district import District


def test_a_hazard_goes_its_way_without_prepared_statements(district: District, settings: Any) -> None:
    settings.PREPARED_STATEMENTS = False
    with CaptureQueriesContext(connection) as queries:
        assert district.find(district.reach("closed")).state == "closed"
    assert not [query for query in queries.captured_queries if "EXECUTE" in query["sql"]]
