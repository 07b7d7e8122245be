"""Settings that could not work are told at the start."""

from __future__ import annotations

import pytest
from django.core.checks import Error

from notifications.delivery_checks import check_ways_out


def ids():
    return [message.id for message in check_ways_out(None)]


def test_a_site_without_other_ways_is_fine():
    assert ids() == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"WECOM_CORP_ID": "ww1"}, ["notifications.E001"]),
        ({"WECOM_CORP_ID": "ww1", "WECOM_AGENT_ID": 1, "WECOM_SECRET": "s"}, []),
        ({"SMS_PROVIDER": "pigeon", "SMS_TEMPLATES": {"": {"id": "1", "variables": []}}}, ["notifications.E002"]),
        ({"SMS_PROVIDER": "aliyun"}, ["notifications.W001"]),
        ({"SMS_TEMPLATES": {"": "SMS_1"}}, ["notifications.E003"]),
        ({"SMS_TEMPLATES": {"": {"id": 5, "variables": []}}}, ["notifications.E003"]),
        ({"SMS_TEMPLATES": {"": {"id": "SMS_1"}}}, ["notifications.E003"]),
        ({"SMS_TEMPLATES": []}, ["notifications.E003"]),
        ({"RELAY_LEASE_SECONDS": 40, "WAYS_OUT_TIMEOUT": 10.0}, ["notifications.E004"]),
        ({"RELAY_LEASE_SECONDS": 41, "WAYS_OUT_TIMEOUT": 10.0}, []),
        ({"RELAY_BACK_OFF": []}, ["notifications.E005"]),
    ],
)
def test_what_cannot_work_is_said(settings, values, found):
    for name, value in values.items():
        setattr(settings, name, value)
    assert ids() == found
    assert all(isinstance(one, Error) == (".E" in str(one.id)) for one in check_ways_out(None))
