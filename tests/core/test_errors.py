import pytest

from core.errors import Busy, DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (NotFound, 404, "not_found"),
        (NotAllowed, 403, "not_allowed"),
        (WrongState, 409, "wrong_state"),
        (Stale, 409, "stale"),
        (Busy, 409, "busy"),
        (Invalid, 422, "invalid"),
    ],
)
def test_each_error_has_its_code_status_and_default_message(kind, status, code):
    error = kind()
    assert (error.status, error.code, str(error)) == (status, code, kind.__doc__)
    assert error.as_payload() == {"code": code, "message": kind.__doc__, "fields": {}}


def test_an_error_without_docstring_speaks_with_its_parent():
    class TooLate(WrongState):
        code = "too_late"

    assert TooLate().message == WrongState.__doc__


def test_invalid_names_each_field():
    error = Invalid.of(limit="请填写期限。", leader=["请选择责任领导。", "责任领导须在岗。"])
    assert error.fields == {"limit": ["请填写期限。"], "leader": ["请选择责任领导。", "责任领导须在岗。"]}
    assert error.message == Invalid.__doc__
    assert Invalid.of(limit="请填写期限。").message == "请填写期限。"


def test_extra_travels_but_is_not_shown():
    error = Stale("已由他人签收。", extra={"state": "rectifying"})
    assert error.extra == {"state": "rectifying"}
    assert isinstance(error, DomainError)
    assert "extra" not in error.as_payload()
