import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from core import views
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.middleware import DomainErrors
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_to():
    def build(path: str, **headers: str):
        request = RequestFactory().get(path, headers=headers)
        request.user = AnonymousUser()
        request.session = SessionStore()
        return request

    return build


def refuse(request, error):
    return DomainErrors(lambda request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("error", [NotAllowed("只有牵头单位可以签收。"), NotFound(), Stale("张三已签收。"), Invalid()])
def test_a_refused_page_has_the_status_and_the_words(request_to, error, headers):
    answer = refuse(request_to("/hazards/1/", **headers), error)
    assert answer.status_code == error.status
    assert error.message in answer.content.decode()


def test_a_refused_page_names_each_field_and_escapes_it(request_to):
    answer = refuse(request_to("/hazards/1/"), Invalid.of(limit="请填写期限。", text="<script>"))
    assert "请填写期限。" in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()


def test_a_denied_page_is_in_the_audit_log(request_to):
    refuse(request_to("/hazards/1/"), NotAllowed())
    assert AuditEntry.objects.get().path == "GET /hazards/1/"


def test_other_errors_and_the_api_are_left_to_others(request_to):
    assert refuse(request_to("/hazards/1/"), ValueError()) is None
    assert refuse(request_to("/api/v1/hazards/"), NotAllowed()) is None


@pytest.mark.parametrize(
    ("view", "status"),
    [(views.bad_request, 400), (views.permission_denied, 403), (views.page_not_found, 404)],
)
def test_error_pages_are_plain_words_and_json_under_the_api(request_to, view, status):
    page = view(request_to("/nowhere/"), Http404())
    assert page.status_code == status
    assert "回到工作台" in page.content.decode()
    answer = view(request_to("/api/v1/nowhere/"), Http404())
    assert answer.status_code == status
    assert set(json.loads(answer.content)) == {"code", "message", "fields"}


def test_a_csrf_failure_is_a_403_that_says_what_to_do(request_to):
    page = views.csrf_failure(request_to("/hazards/1/"), reason="CSRF cookie not set.")
    assert page.status_code == 403
    assert "刷新" in page.content.decode()


def test_the_500_page_stands_even_when_nothing_can_be_rendered(request_to, monkeypatch):
    assert views.server_error(request_to("/")).status_code == 500

    def broken(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(views, "render", broken)
    page = views.server_error(request_to("/"))
    assert page.status_code == 500
    assert "系统出错了" in page.content.decode()


def test_healthz_needs_no_database_and_readyz_tells_of_it(request_to, monkeypatch, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert views.healthz(request_to("/healthz")).status_code == 200
    with monkeypatch.context() as alone:
        alone.setattr(views, "READY", {"part": lambda at: True})
        told = {"status": "ok", "database": True, "part": True}
        assert json.loads(views.readyz(request_to("/readyz")).content) == told
        alone.setattr(views, "READY", {"part": lambda at: False})
        assert views.readyz(request_to("/readyz")).status_code == 503

    def down():
        raise OperationalError

    with monkeypatch.context() as cut:
        cut.setattr(connection, "cursor", down)
        assert views.readyz(request_to("/readyz")).status_code == 503
