"""One's own messages by API: the same rows and numbers as on the page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Inbox, OutboxMessage
from tests.api.caller import Caller
from tests.support.district import District


@pytest.fixture
def told(district: District) -> str:
    return district.find(district.reach("assigned")).number


def test_one_lists_his_own_and_reads_them(caller: Caller, district: District, told: str) -> None:
    body = caller.get(district.safety, "/messages/").json()
    rows = OutboxMessage.objects.filter(recipient=district.safety).order_by("-pk")
    assert [one["id"] for one in body["results"]] == [row.pk for row in rows]
    assert body["n_unread"] == body["last_no"] == len(rows) > 0
    first = body["results"][0]
    assert first["hazard"] == told and first["link"] == f"/hazards/{told}/" and first["read_at"] is None
    answer = caller.post(district.safety, "/messages/read/", {"ids": [first["id"]]})
    assert answer.json() == {"last_no": len(rows), "n_unread": len(rows) - 1}
    assert first["id"] not in [
        one["id"] for one in caller.get(district.safety, "/messages/", unread="true").json()["results"]
    ]
    assert caller.post(district.safety, "/messages/read/", {"until": len(rows)}).json()["n_unread"] == 0


def test_anothers_are_neither_listed_nor_marked(caller: Caller, district: District, told: str) -> None:
    row = OutboxMessage.objects.filter(recipient=district.safety).latest("pk")
    assert caller.get(district.outsider, "/messages/").json()["results"] == []
    assert caller.post(district.outsider, "/messages/read/", {"ids": [row.pk]}).json()["n_unread"] == 0
    row.refresh_from_db()
    assert row.read_at is None and Inbox.objects.get(pk=district.safety.pk).n_unread > 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["1"]},
        {"ids": [1], "until": 1},
        {"ids": [0]},
        {"until": -1},
        {"all": True},
        {"ids": 2**70},
    ],
)
def test_what_can_not_be_read_is_refused(caller: Caller, district: District, body: object) -> None:
    assert caller.post(district.safety, "/messages/read/", body).status_code == 422


def test_a_page_takes_as_many_statements_whatever_it_holds(caller: Caller, district: District, told: str) -> None:
    client = caller.client(district.safety)

    def n_statements() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/api/v1/messages/").status_code == 200
        return len(found)

    few = n_statements()
    for _ in range(3):
        district.reach("assigned")
    assert n_statements() == few <= 8
