"""What is kept from somebody is kept from him at every door: lists, searches, to-dos, batches, logs, audit.

`World.ask` searches every answer of the package for restricted text and for the name of who reported direct.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.models import AuditEntry
from hazards.models import Hazard
from tests.matrix.scenes import CHAIN, SCENES
from tests.matrix.scope import ROLES, SELF_SUBMITTED, SIGNED_IN, STATES, STORIES, deed, readers
from tests.matrix.world import KEYHOLDERS, SECRET, WHISTLER, WORDS_BESIDE, World

NUMBER = re.compile(r"S\d{15}|\d{6}-\d{4}-\d{5}")
WITHOUT_KEY = sorted(SIGNED_IN - KEYHOLDERS)


def in_scope_of(world: World, role: str) -> set[str]:
    """By the table written by hand."""
    told = {number for (story, state), number in world.numbers.items() if role in readers(story, real(story, state))}
    told |= {world.scenes[name] for name, scene in SCENES.items() if role in scene.readers}
    return told | {number for number in world.beside if role in CHAIN}


def real(story: str, state: str) -> str:
    """Where there is no path of one's own, its hazard is that of the bureau's path."""
    return "submitted" if state == SELF_SUBMITTED and not STORIES[story].is_of_campus else state


def numbers_in(text: str) -> set[str]:
    """Of the hazards that an answer names by either number; a row of a live list carries the first one, too."""
    found = set(NUMBER.findall(text))
    filed = Hazard.objects.filter(receipt_number__in=found, file_number__isnull=False)
    by_receipt = dict(filed.values_list("receipt_number", "file_number"))
    return {by_receipt.get(number) or number for number in found}


def listed_by_api(world: World, role: str, query: str = "") -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        page = world.ask(role, "GET", f"/api/v1/hazards/?{query}{cursor}").json()
        found |= {row["number"] for row in page["results"]}
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def listed_on_pages(world: World, role: str) -> set[str]:
    found: set[str] = set()
    address = "/hazards/"
    while address:
        text = world.ask(role, "GET", address).text
        found |= set(re.findall(rf"/hazards/({NUMBER.pattern})/", text))
        older = re.search(r'rel="next" href="(\?[^"]*)"', text)
        address = f"/hazards/{older[1]}" if older else ""
    return found


@pytest.mark.parametrize("role", sorted(SIGNED_IN))
def test_lists_hold_the_scope_and_nothing_else(world: World, role: str) -> None:
    expected = in_scope_of(world, role)
    assert listed_by_api(world, role) == expected
    assert listed_on_pages(world, role) == expected
    assert world.leaks == []


def test_searching_finds_no_restricted_hazard_for_who_has_no_key(world: World) -> None:
    hidden = {world.numbers["restricted", state] for state in STATES}
    queries = (f"q={WORDS_BESIDE}", "domain=08", f"unit={world.unit('school')}", "state=reported")
    for n, role in enumerate(WITHOUT_KEY):
        for query in queries:
            assert not listed_by_api(world, role, query) & hidden
        found = world.ask(role, "GET", f"/hazards/?{queries[n % len(queries)]}").text
        assert not hidden & numbers_in(found)
        # A number is searched by as any text; it stands in the field again, but leads nowhere.
        number = sorted(hidden)[n % len(hidden)]
        assert f"/hazards/{number}/" not in world.ask(role, "GET", f"/hazards/?q={number}").text
    assert world.leaks == []
    assert hidden <= listed_by_api(world, "confidant", f"q={WORDS_BESIDE}"), "there is something to be found"


def test_similar_hazards_are_those_in_scope(world: World) -> None:
    for role in sorted(SIGNED_IN):
        sent = {"unit": world.unit("school"), "place": "操场", "description": f"{WORDS_BESIDE} 栏杆松动"}
        told = numbers_in(world.ask(role, "POST", reverse("similar_hazards"), sent).text)
        assert told <= in_scope_of(world, role), role
    assert world.leaks == []


def test_to_dos_and_desks_show_hazards_in_scope_only(world: World) -> None:
    n_found = 0
    for role in sorted(SIGNED_IN):
        for address in ("/", "/api/v1/to-dos/"):
            told = numbers_in(world.ask(role, "GET", address).text)
            assert told <= in_scope_of(world, role), (role, address)
            n_found += len(told)
    assert n_found > 20
    assert world.leaks == []


def counted(text: str, state: str) -> int:
    found = re.search(rf"state={state}[^>]*><strong>(\d+)", text)
    assert found, "no counter"
    return int(found[1])


def in_state(world: World, state: str) -> int:
    """How many of the scenes, all of the first school, stand there."""
    numbers = [*world.scenes.values(), *world.beside]
    return sum(world.d.find(number).state == state for number in numbers)


def test_counters_count_what_is_restricted_without_a_word_of_it(world: World) -> None:
    text = world.ask("office", "GET", "/").text
    assert counted(text, "reported") == len(STORIES) + in_state(world, "reported")
    assert SECRET not in text


def test_counters_do_not_tell_the_school_of_a_report_past_it(world: World) -> None:
    of_school = {story for story in STORIES if STORIES[story].unit == "school"}
    text = world.ask("safety", "GET", "/").text
    assert counted(text, "reported") == len(of_school - {"direct"}) + in_state(world, "reported")
    assert counted(text, "rectifying") == len(of_school) + in_state(world, "rectifying")


@pytest.mark.parametrize("role", sorted(SIGNED_IN))
def test_a_batch_over_everything_answers_row_by_row_as_one_by_one(world: World, role: str) -> None:
    numbers = {story: world.numbers[story, "rectifying"] for story in STORIES}
    body = {"numbers": list(numbers.values()), "action": "record_control", "data": {"interim_control": "已停用"}}
    rows = world.ask(role, "POST", "/api/v1/hazards/bulk/", body).json()["results"]
    told = {row["number"]: row["status"] for row in rows}
    for story, number in numbers.items():
        rule = deed("record_control", story)
        is_seen = role in readers(story, rule.state)
        assert told[number] == (404 if not is_seen else 200 if role in rule.works else 403), story
    assert world.leaks == []


def test_hidden_reads_as_not_there(world: World) -> None:
    """The same words for a hazard out of scope and for a number never given."""
    hidden, never = world.numbers["restricted", "rectifying"], "361102-2026-99999"
    for role in WITHOUT_KEY:
        for address in ("/hazards/{}/", "/api/v1/hazards/{}/", "/hazards/{}/receipt/", "/api/v1/hazards/{}/events/"):
            one, other = (world.ask(role, "GET", address.format(number)) for number in (hidden, never))
            assert one.status == other.status == 404
            assert plain(one.text, hidden) == plain(other.text, never)


def plain(text: str, number: str) -> str:
    """Without the number asked for and the token that each page has anew."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", text).replace(number, "")


def test_the_audit_log_holds_no_word_of_what_was_written(world: World) -> None:
    number = world.numbers["restricted", "reported"]
    for role in ROLES:
        world.ask(role, "GET", f"/hazards/{number}/?q={SECRET}")
        for address in (f"/hazards/{number}/amend/", f"/api/v1/hazards/{number}/actions/amend/"):
            world.ask(role, "POST", address, {"reason": SECRET, "description": SECRET, "version": 1})
    entries = [str(vars(entry)) for entry in AuditEntry.objects.all()]
    assert sum("'denial'" in entry for entry in entries) > 50
    assert not [entry for entry in entries if SECRET in entry]
    assert SECRET not in world.ask("auditor", "GET", "/audit/").text


def test_who_reported_direct_is_named_to_the_bureau_alone(world: World) -> None:
    number = world.numbers["direct", "rectifying"]
    for role in sorted(readers("direct", "rectifying")):
        is_told = role in STORIES["direct"].reads
        for address in (f"/hazards/{number}/", f"/api/v1/hazards/{number}/", f"/api/v1/hazards/{number}/events/"):
            text = re.sub(r"<option.*?</option>", "", world.ask(role, "GET", address).text, flags=re.DOTALL)
            assert (WHISTLER in text) == is_told, (role, address)
    assert world.leaks == []
