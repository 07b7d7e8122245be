"""A person with an authenticator app, for tests: its secret, the codes it shows, a session before its code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpResponse
from django.test import Client

from core.clock import StillClock
from organizations.models import User
from organizations.second_factor.codes import STEP_SECONDS, code_at, make_secret
from organizations.services.second_factor import enrol_app, prove_factor
from tests.support.district import PASSWORD

HALF_MINUTE = timedelta(seconds=STEP_SECONDS)
HERE = "127.0.0.1"
CODE_PAGE = "/login/code/"


@dataclass
class Phone:
    """The app of one account, enrolled a minute before the test begins, so that its first code is fresh."""

    user: User
    secret: str = field(default_factory=make_secret)
    backup_codes: list[str] = field(default_factory=list)

    def enrol(self) -> Phone:
        at = StillClock.now() - 4 * HALF_MINUTE
        self.backup_codes = enrol_app(actor=self.user, secret=self.secret, code=code_at(self.secret, at), at=at)
        return self

    def code(self, *, later: timedelta = timedelta()) -> str:
        return code_at(self.secret, StillClock.now() + later)

    def wrong_code(self) -> str:
        """Six digits that are good neither now nor soon."""
        good = {self.code(later=n * HALF_MINUTE) for n in range(-3, 4)}
        return next(text for text in (f"{n:06d}" for n in range(100)) if text not in good)


def log_in(client: Client, username: str = "leader", **more: str) -> HttpResponse:
    return client.post("/login/", {"username": username, "password": PASSWORD, **more})  # type: ignore[return-value]


def send(client: Client, code: str, **more: str) -> HttpResponse:
    return client.post(CODE_PAGE, {"code": code, **more})  # type: ignore[return-value]


def prove(phone: Phone, code: str, address: str = HERE) -> str:
    return prove_factor(actor=phone.user, code=code, address=address, at=StillClock.now())
