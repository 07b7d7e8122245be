"""代录 by API: an envelope beside the fields of the act, named in every fault, part of what a key stands for."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller
from tests.support.district import District

BEHALF = {"name": "张某，股长", "how": "call", "note": "11月23日 9:30 电话"}
DATA = {"handler_name": "张某 0000-0000001", "interim_control": "值守"}


@pytest.fixture
def number(district: District) -> str:
    """Asked of a department without accounts."""
    number = district.filed_outside(domain="03")
    facts = {"requirements": "施划禁停线", "letter": "函〔2026〕12号", "control": "值守"}
    district.do("notify", district.office, number, lead=district.units["transport"].pk, **facts)
    return number


def test_an_act_of_another_is_entered(caller: Caller, district: District, number: str) -> None:
    answer = caller.act(district.office, number, "sign", **DATA, on_behalf=BEHALF)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["state"] == "rectifying"
    event = caller.get(district.office, f"/hazards/{number}/events/").json()["results"][-1]
    assert event["data"]["on_behalf"]["name"] == "张某，股长"


@pytest.mark.parametrize(
    ("behalf", "named"),
    [
        ({**BEHALF, "name": ""}, "on_behalf.name"),
        ({**BEHALF, "how": "rumour"}, "on_behalf.how"),
        ({**BEHALF, "how": "letter"}, "on_behalf.scans"),
        ({**BEHALF, "person": 10**9}, "on_behalf.person"),
        ({**BEHALF, "colour": 1}, "on_behalf.colour"),
        ("张某", "on_behalf"),
        ([BEHALF], "on_behalf"),
    ],
)
def test_what_is_wrong_is_named(behalf, named: str, caller: Caller, district: District, number: str) -> None:
    answer = caller.act(district.office, number, "sign", **DATA, on_behalf=behalf)
    assert answer.status_code == 422 and set(answer.json()["fields"]) == {named}


def test_a_key_stands_for_who_did_it_too(caller: Caller, district: District, number: str) -> None:
    version = district.find(number).version
    first = caller.act(district.office, number, "sign", key="k", version=version, **DATA, on_behalf=BEHALF)
    same = caller.act(district.office, number, "sign", key="k", version=version, **DATA, on_behalf=BEHALF)
    assert first.status_code == 200 and same.json() == first.json()
    other = caller.act(
        district.office, number, "sign", key="k", version=version, **DATA, on_behalf={**BEHALF, "name": "李某"}
    )
    assert other.status_code == 422 and set(other.json()["fields"]) == {"idempotency_key"}


def test_what_may_be_entered_is_told_with_whose_it_is(caller: Caller, district: District, number: str) -> None:
    told = caller.get(district.office, f"/hazards/{number}/actions/").json()
    sign = next(one for one in told["recordable"] if one["name"] == "sign")
    assert sign["whose"] == "交通运输局" and {"handler_name"} <= {field["name"] for field in sign["fields"]}
    assert "sign" not in [one["name"] for one in told["actions"]]
    assert caller.get(district.safety, f"/hazards/{number}/actions/").json()["recordable"] == []


def test_the_schema_describes_it(caller: Caller, district: District) -> None:
    schemas = caller.get(district.office, "/schema/").json()["components"]["schemas"]
    assert schemas["OnBehalf"]["required"] == ["name", "how", "note"]
    assert schemas["SignRequest"]["properties"]["on_behalf"] == {"$ref": "#/components/schemas/OnBehalf"}
