"""The idempotency key through the door, one caller and fifty at once."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.authentication import give_token
from core.models import CommandKey
from hazards.models import Hazard, HazardEvent
from tests.api.caller import Caller
from tests.support.district import District
from workflows.models import HazardTask

N = 50


def test_a_repeated_report_is_one_hazard_and_one_answer(caller: Caller, district: District) -> None:
    first, second = caller.report(key="k1"), caller.report(key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Hazard.objects.count() == 1


def test_another_body_under_the_same_key_is_422(caller: Caller, district: District) -> None:
    caller.report(key="k1")
    answer = caller.report(key="k1", place="食堂")
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"idempotency_key"}


def test_another_action_under_the_same_key_is_422(caller: Caller, district: District) -> None:
    number = caller.report(district.safety, key="k1").json()["number"]
    answer = caller.act(district.safety, number, "escalate", key="k1", reason="无力整改")
    assert set(answer.json()["fields"]) == {"idempotency_key"}


def test_keys_of_two_people_are_two_keys(caller: Caller, district: District) -> None:
    assert caller.report(key="k1").json()["number"] != caller.report(district.safety, key="k1").json()["number"]


def test_only_successes_are_kept(caller: Caller, district: District) -> None:
    assert caller.report(key="k1", place="").status_code == 422
    assert not CommandKey.objects.exists()
    assert caller.report(key="k1").status_code == 201


def test_a_repeated_act_answers_even_when_the_version_has_moved(caller: Caller, district: District) -> None:
    number = district.reach("reported")
    version = district.find(number).version
    first = caller.act(district.safety, number, "escalate", key="k1", version=version, reason="无力整改")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    again = caller.act(district.safety, number, "escalate", key="k1", version=version, reason="无力整改")
    assert again.json() == first.json()


@pytest.mark.parametrize("key", ["x" * 81, "a\x01b"])
def test_a_key_of_the_wrong_form_is_422(key: str, caller: Caller, district: District) -> None:
    assert set(caller.report(key=key).json()["fields"]) == {"idempotency_key"}


def send(url: str, token: str, body: dict[str, object], key: str) -> tuple[int, str]:
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_fifty_at_once_make_one_hazard_and_get_one_answer(live_site, district: District) -> None:
    facts = {"unit": district.units["school"].pk, "place": "走廊", "domain": "04", "description": "栏杆松动"}
    token = give_token(district.teacher)
    with ThreadPoolExecutor(N) as pool:
        jobs = [pool.submit(send, f"{live_site.url}/api/v1/hazards/", token, facts, "one-key") for _ in range(N)]
        answers = {job.result() for job in jobs}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert Hazard.objects.count() == 1
    assert HazardEvent.objects.count() == 1
    assert HazardTask.objects.filter(finished__isnull=True).count() == 1


def test_eight_people_at_once_file_it_once(live_site, district: District) -> None:
    number = district.reach("reported")
    version = district.find(number).version
    token = give_token(district.safety)
    body = {"version": version, "level": "general", "domain": "04", "competence": "school"}
    url = f"{live_site.url}/api/v1/hazards/{number}/actions/file/"
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(send, url, token, body, f"key-{n}") for n in range(8)]
        answers = [job.result() for job in jobs]
    assert sorted(status for status, _body in answers) == [200] + [409] * 7
    for status, said in answers:
        if status == 409:
            assert "第一小学安全员测试safety" in json.loads(said)["message"]
    assert HazardEvent.objects.filter(action="file").count() == 1
