"""One who calls the API as a member of the cast."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from api.authentication import give_token
from organizations.models import User
from tests.support.district import District

ROOT = "/api/v1"


class Caller:
    """Calls by token; `get` and `post` return the response, its body in `.json()`."""

    def __init__(self, district: District) -> None:
        self.district = district

    def client(self, who: User | None) -> APIClient:
        client = APIClient()
        if who is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Token {give_token(who)}")
        return client

    def get(self, who: User | None, path: str, **query: Any) -> Any:
        return self.client(who).get(f"{ROOT}{path}", query)

    def post(self, who: User | None, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client(who).post(f"{ROOT}{path}", body or {}, format="json", headers=headers)

    def send(self, who: User, path: str, raw: bytes, content_type: str = "application/json") -> Any:
        """Bytes as they are, whatever they mean."""
        client: Any = self.client(who)
        return client.generic("POST", f"{ROOT}{path}", raw, content_type=content_type)

    def report(self, who: User | None = None, *, key: str = "", **more: Any) -> Any:
        facts = {
            "unit": self.district.units["school"].pk, "place": "教学楼二楼", "domain": "04", "description": "栏杆松动", **more,
        }  # fmt: skip
        return self.post(who or self.district.teacher, "/hazards/", facts, key=key)

    def act(self, who: User, number: str, action: str, /, *, key: str = "", **fields: Any) -> Any:
        """With the version as it is now, unless one is given."""
        fields.setdefault("version", self.district.find(number).version)
        return self.post(who, f"/hazards/{number}/actions/{action}/", fields, key=key)
