"""The description: valid, complete, and a page that keeps to the strict policy."""

import re

import jsonschema  # type: ignore[import-untyped]
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from api.openapi import ON_HAZARD, describe_api
from hazards.actions import ACTIONS, Party
from hazards.inputs import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client):
    return client.get("/api/v1/schema/").json()


def test_the_schema_is_valid_openapi_and_made_without_a_warning(schema):
    GENERATOR_STATS.reset()
    describe_api.cache_clear()
    with GENERATOR_STATS.silence():
        validate_schema(describe_api())
    assert not GENERATOR_STATS
    assert schema["openapi"].startswith("3.")


def test_every_action_has_its_own_path_and_request(schema):
    for action in ON_HAZARD:
        operation = schema["paths"][f"/api/v1/hazards/{{number}}/actions/{action.name}/"]["post"]
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        properties = schema["components"]["schemas"][name]["properties"]
        assert set(properties) >= {field.name for field in fields_of(action.data, new=False)}
        assert "version" in properties
    asked_for = {name for name, action in ACTIONS.items() if action.party is not Party.CLOCK}
    assert {action.name for action in ON_HAZARD} == asked_for - {"report"}


def test_a_new_hazard_is_described_by_its_own_fields(schema):
    schemas = schema["components"]["schemas"]
    assert schemas["NewReportRequest"]["required"] == ["unit", "place", "domain", "description"]
    assert schemas["NewFixOnSpotRequest"]["required"][0] == "action"
    assert schemas["NewReportRequest"]["properties"]["place"]["maxLength"] == 80
    assert schemas["RejectRequest"]["properties"]["reason"]["enum"][0] == "no_hazard"
    assert schemas["SignRequest"]["additionalProperties"] is False


def test_refusals_are_described_in_one_shape(schema):
    responses = schema["paths"]["/api/v1/hazards/"]["post"]["responses"]
    for status in ("401", "403", "404", "409", "413", "422", "429"):
        assert responses[status]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_the_page_has_no_inline_script_or_style(client):
    answer = client.get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|style=|\son\w+=|https?://", page)
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


def test_the_page_shows_the_actions_in_a_browser_under_the_strict_policy(visitor):
    page = visitor(width=1200)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/api/v1/docs/")
    page.locator("#operations-actions-sign").click()
    page.get_by_role("button", name="Try it out").wait_for()
    assert complaints == []


def test_what_comes_back_is_what_is_described(schema, caller, district):
    number = district.find(district.reach("rectifying")).number
    district.do(
        "add_evidence", district.safety, number, stage="after", photos=[str(district.photo(district.safety).pk)]
    )
    paths = {
        "/hazards/": "/hazards/",
        f"/hazards/{number}/": "/hazards/{number}/",
        f"/hazards/{number}/events/": "/hazards/{number}/events/",
        f"/hazards/{number}/evidence/": "/hazards/{number}/evidence/",
        f"/hazards/{number}/actions/": "/hazards/{number}/actions/",
        **{path: path for path in ("/units/", "/domains/", "/places/", "/to-dos/")},
    }
    for address, path in paths.items():
        answer = caller.get(district.safety, address)
        assert answer.status_code == 200
        described = schema["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ]
        check(answer.json(), described, schema)
    outcome = caller.act(district.safety, number, "report_progress", percent=10, progress="已拆").json()
    check(outcome, {"$ref": "#/components/schemas/OutcomeOut"}, schema)


def check(body, described, schema):
    """OpenAPI 3.0 says nullable where JSON schema has a type more; no name beside the described ones."""
    jsonschema.validate(body, as_json_schema({**described, "components": schema["components"]}))


def as_json_schema(part):
    if isinstance(part, list):
        return [as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: as_json_schema(value) for key, value in part.items() if key != "nullable"}
    if "properties" in made and isinstance(part["properties"], dict) and part.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return {"anyOf": [made, {"type": "null"}]} if part.get("nullable") is True else made
