"""Coming in: tokens, sessions, what is too much, what is no JSON; every refusal in one shape."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.core.checks import run_checks
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from api import envelope
from core.models import AuditEntry
from organizations.services import change_own_password, set_person_active
from tests.api.caller import Caller
from tests.support.district import PASSWORD, District, make_person

TOKEN = "/api/v1/auth/token/"


def refused(answer, status: int, code: str):
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"code", "message", "fields"}
    assert body["code"] == code
    return body


def ask_token(username: str = "teacher", password: str = PASSWORD):
    return APIClient().post(TOKEN, {"username": username, "password": password}, format="json")


def test_a_token_opens_the_door(district: District) -> None:
    token = ask_token().json()["token"]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    answer = client.get("/api/v1/hazards/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert ask_token().json()["token"] == token
    assert AuditEntry.objects.filter(kind="login", actor_id=district.teacher.pk).count() == 2
    assert not client.cookies


def test_its_owner_ends_a_token(caller: Caller, district: District) -> None:
    client = caller.client(district.teacher)
    assert client.delete(TOKEN).status_code == 204
    refused(client.get("/api/v1/hazards/"), 401, "not_authenticated")


def test_administrators_have_tokens_too(district: District) -> None:
    make_person("auditor", None, admin_role="audit")
    assert ask_token("auditor").status_code == 200


@pytest.mark.parametrize(("username", "password"), [("teacher", "wrong"), ("nobody", "wrong"), ("nobody", PASSWORD)])
def test_wrong_credentials_are_refused_alike(username: str, password: str, district: District) -> None:
    body = refused(ask_token(username, password), 401, "wrong_credentials")
    assert body["message"] == "用户名或密码不对。"
    assert AuditEntry.objects.filter(kind="login_failed").count() == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [({}, {"username", "password"}), ({"username": "a", "password": 5}, {"password"}), ({"username": "a", "password": "长" * 300}, {"password"}),
     ({"username": "a" * 61, "password": "b"}, {"username"}), ({"username": "a", "password": "b", "next": "/"}, {"next"})],
)  # fmt: skip
def test_credentials_of_the_wrong_form_are_named(body, named, district: District) -> None:
    answer = APIClient().post(TOKEN, body, format="json")
    assert set(refused(answer, 422, "invalid")["fields"]) == named


def test_a_temporary_password_gets_no_token(district: District) -> None:
    district.teacher.must_set_password = True
    district.teacher.save()
    assert "设定" in refused(ask_token(), 403, "password_first")["message"]
    assert not Token.objects.exists()


def test_a_token_is_no_way_round_the_first_password(caller: Caller, district: District) -> None:
    client = caller.client(district.teacher)
    district.teacher.must_set_password = True
    district.teacher.save()
    refused(client.get("/api/v1/hazards/"), 403, "password_first")


def test_too_many_wrong_passwords_lock_the_account_here_and_on_the_page(district: District) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        refused(ask_token(password="wrong"), 401, "wrong_credentials")
    refused(ask_token(password="wrong"), 429, "locked_out")
    body = refused(ask_token(), 429, "locked_out")
    assert "teacher" in body["message"]
    assert ask_token("safety").status_code == 200
    page = APIClient().post("/login/", {"username": "teacher", "password": PASSWORD})
    assert page.status_code == 429


def test_a_success_forgets_the_failures(district: District) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        ask_token(password="wrong")
    assert ask_token().status_code == 200
    assert not AccessAttempt.objects.exists()


def test_a_closed_account_loses_its_token_at_once(caller: Caller, district: District) -> None:
    client = caller.client(district.teacher)
    set_person_active(actor=None, user=district.teacher, is_active=False, at=district.at)
    assert not Token.objects.filter(user=district.teacher).exists()
    refused(client.get("/api/v1/hazards/"), 401, "not_authenticated")
    refused(ask_token(), 401, "wrong_credentials")


def test_a_closed_account_is_refused_even_with_a_token_left(caller: Caller, district: District) -> None:
    client = caller.client(district.teacher)
    district.teacher.is_active = False
    district.teacher.save()
    refused(client.get("/api/v1/hazards/"), 401, "not_authenticated")


def test_a_new_password_ends_the_token(caller: Caller, district: District) -> None:
    client = caller.client(district.teacher)
    change_own_password(actor=district.teacher, old=PASSWORD, new="another-good-2026", at=district.at)
    refused(client.get("/api/v1/hazards/"), 401, "not_authenticated")


@pytest.mark.parametrize(
    "header", ["Token", "Token x y", "Token \x01", "Token no-such", "Token ünknown", "Bearer x", "Token " + "a" * 5000]
)
def test_a_wrong_token_is_401(header: str, district: District) -> None:
    refused(APIClient().get("/api/v1/hazards/", HTTP_AUTHORIZATION=header), 401, "not_authenticated")


def test_without_any_login_it_is_401_with_a_challenge(district: District) -> None:
    answer = APIClient().get("/api/v1/hazards/")
    refused(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_session_needs_its_csrf_token(district: District) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(district.teacher)
    facts = {"unit": district.units["school"].pk, "place": "走廊", "domain": "04", "description": "栏杆松动"}
    assert client.get("/api/v1/hazards/").status_code == 200
    refused(client.post("/api/v1/hazards/", facts, format="json"), 403, "csrf")
    client.get("/login/")
    secret = "a" * 32
    client.cookies["csrftoken"] = secret
    answer = client.post("/api/v1/hazards/", facts, format="json", headers={"X-CSRFToken": secret})
    assert answer.status_code == 201


def test_a_session_that_is_over_is_told_in_json(district: District, clock) -> None:
    client = APIClient()
    client.force_login(district.teacher)
    assert client.get("/api/v1/hazards/").status_code == 200
    clock.advance(settings.SESSION_IDLE_LIMIT + timedelta(minutes=2))
    refused(client.get("/api/v1/hazards/"), 401, "session_ended")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"place": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 20 + b"1" + b"}" * 20, 400),
        (b'{"version": ' + b"9" * 5000 + b"}", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b'{"place": "\\ud800"}', 422),
        (b'{"place": "a\\u0000b"}', 422),
        (b'{"\\ud800": 1}', 422),
        (b"", 422),
    ],
)
def test_a_body_that_is_no_command(raw: bytes, status: int, caller: Caller, district: District) -> None:
    answer = caller.send(district.teacher, "/hazards/", raw)
    refused(answer, status, {400: "bad_request", 422: "invalid"}[status])


def test_a_form_is_no_json(caller: Caller, district: District) -> None:
    answer = caller.client(district.teacher).post("/api/v1/hazards/", {"place": "x"}, format="multipart")
    refused(answer, 415, "unsupported_media_type")


def test_a_body_that_is_too_large_is_413(caller: Caller, district: District) -> None:
    raw = json.dumps({"description": "x" * (2 * 1024 * 1024)}).encode()
    answer = caller.send(district.teacher, "/hazards/", raw)
    refused(answer, 413, "too_large")


def test_other_methods_are_405_and_say_nothing(caller: Caller, district: District) -> None:
    client = caller.client(district.teacher)
    for method in (client.put, client.patch, client.delete, client.options):
        refused(method("/api/v1/hazards/"), 405, "method_not_allowed")


def test_an_unknown_address_is_404_in_json(caller: Caller, district: District) -> None:
    number = district.report()
    refused(caller.get(district.teacher, f"/hazards/{number}/actions/burn/"), 404, "not_found")
    refused(caller.post(district.safety, f"/hazards/{number}/actions/report/"), 404, "not_found")


def test_a_refusal_is_json_whatever_the_client_accepts(district: District) -> None:
    refused(APIClient().get("/api/v1/hazards/", headers={"Accept": "text/html"}), 401, "not_authenticated")


def test_an_error_nobody_foresaw_tells_nothing(caller: Caller, district: District, monkeypatch) -> None:
    def burn(*args, **kwargs):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("api.views.hazards.access_hazard", burn)
    client = caller.client(district.teacher)
    client.raise_request_exception = False
    answer = client.get(f"/api/v1/hazards/{district.report()}/")
    refused(answer, 500, "server_error")
    assert "secret" not in answer.content.decode()


def test_too_many_token_requests_are_429(district: District, monkeypatch) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"token": "2/min", "uploads": "2/min"})
    for _ in range(2):
        assert ask_token().status_code == 200
    answer = ask_token()
    body = refused(answer, 429, "throttled")
    assert int(answer["Retry-After"]) > 0
    assert "秒后再试" in body["message"]
    forged = APIClient().post(TOKEN, {}, format="json", headers={"X-Forwarded-For": "1.2.3.4"})
    refused(forged, 429, "throttled")


def test_a_denial_is_in_the_audit_log(caller: Caller, district: District) -> None:
    number = district.report()
    caller.get(district.outsider, f"/hazards/{number}/")
    entry = AuditEntry.objects.get(kind="denial")
    assert (entry.actor_id, entry.path) == (district.outsider.pk, f"GET /api/v1/hazards/{number}/")


def test_a_field_with_the_name_of_the_envelope_is_found_at_start(monkeypatch) -> None:
    assert not [problem for problem in run_checks() if problem.id == "api.E001"]
    monkeypatch.setattr("api.checks.RESERVED", frozenset({*envelope.RESERVED, "place"}))
    assert [problem for problem in run_checks() if problem.id == "api.E001"]
