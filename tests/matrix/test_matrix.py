"""Every address × verb × role × subject answers as the table says, and refusals change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import pytest
from django.urls import reverse

from tests.matrix.addresses import ACT_PAGE, list_addresses
from tests.matrix.rows import VERBS, Row
from tests.matrix.scope import ROLES
from tests.matrix.table import ROWS
from tests.matrix.world import Answer, World

SAFE = ("GET", "HEAD", "OPTIONS")
# Answers of success; a logout leads to the login page.
DID = (200, 201, 204, 302, "login")
Case = tuple[str, str, str]
# The doors to a file at which `make test` tries every role on every story; at the doors beside them, by turns.
MAIN_DOORS = ("hazard_file", "api:hazard", "api:evidence_file")
# Of whom all roles are tried at every door.
GUARDED = ("direct", "restricted")


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = [one.name for one in list_addresses()]
    assert sorted(names) == sorted(set(names)), "two addresses of one name"
    assert [name for name in names if name not in ROWS] == [], "addresses that nobody expects anything of"
    assert [name for name in ROWS if name not in names] == [], "rows without an address"


def test_the_table_is_not_vacuous() -> None:
    """Each story is in scope of some and out of scope of others, and each act works for somebody."""
    for name, row in ROWS.items():
        if row.half is None or name.endswith(("fly", "report")):
            continue
        told = {row.expect("POST", role, subject) for role in ROLES for subject in row.subjects}
        assert told >= {404, 403}, name
        assert told & {200, 302}, name


def path_of(world: World, name: str, row: Row, subject: str) -> str:
    return (
        reverse(name.partition(":")[0] if name.startswith(ACT_PAGE) else name, kwargs=row.args(world, subject))
        + row.query
    )


def asked(name: str, row: Row, *, whole: bool) -> Iterator[Case]:
    """(verb, role, subject): all of them, or those that `make test` has time for, every status of the row among them."""
    if whole:
        yield from _product(name, row, whole=True)
        return
    told = set()
    for case in _product(name, row, whole=False):
        told.add((case[0], row.expect(*case)))
        yield case
    for case in _product(name, row, whole=True):
        if _is_own(row, case[0]) and (one := (case[0], row.expect(*case))) not in told:
            told.add(one)
            yield case


def _product(name: str, row: Row, *, whole: bool) -> Iterator[Case]:
    for n_role, role in enumerate(ROLES):
        for verb in VERBS if whole else _verbs_for(name, row, role):
            subjects = list(enumerate(row.subjects))
            if not whole and _is_alike(row, verb, role):
                subjects = [subjects[crc32(f"{name}{verb}{role}".encode()) % len(subjects)]]
            elif not whole and row.half is not None:
                subjects = [one for one in subjects if _is_turn(name, row, role, n_role + one[0], one[1])]
            elif not whole and verb in SAFE and name not in MAIN_DOORS:
                subjects = [one for one in subjects if _is_turn_beside(name, n_role + one[0], one[1])]
            yield from ((verb, role, subject) for _, subject in subjects)


def _verbs_for(name: str, row: Row, role: str) -> list[str]:
    """The row's own verbs, and by turns one that reads beside them or one that is wrong; all at a closed gate."""
    if row.gate(role) is not None:
        return list(VERBS)
    own = [verb for verb in VERBS if _is_own(row, verb)]
    beside = [verb for verb in VERBS if verb in row.verbs and verb not in row.on_all]
    wrong = [verb for verb in VERBS if verb not in row.verbs]
    turn = crc32(f"{name}{role}".encode())
    some = beside if turn % 4 == 0 and beside else wrong
    return [*own, some[turn // 4 % len(some)]] if some else own


def _is_own(row: Row, verb: str) -> bool:
    return verb in row.verbs and verb in row.on_all


def _is_alike(row: Row, verb: str, role: str) -> bool:
    """Whether no subject is looked at, as the verb is wrong or the role is turned away whatever it asks for."""
    if not _is_own(row, verb) or row.gate(role) is not None:
        return True
    return {row.expect(verb, role, subject) for subject in row.subjects} == {403}


def _is_turn(name: str, row: Row, role: str, n: int, story: str) -> bool:
    """Two doors lead to each act, and each role tries one of them on each story: of those he may not see, on every third."""
    turn = n + crc32(_action(name))
    is_hidden = row.expect("POST", role, story) == 404 and story not in GUARDED
    return turn % 2 == row.half and not (is_hidden and turn % 3)


def _is_turn_beside(name: str, n: int, subject: str) -> bool:
    """Every second role of a story, the other half at another door; all where there is nothing to choose from."""
    return not subject or subject.startswith(GUARDED) or (n + crc32(name.encode())) % 2 == 0


def _action(name: str) -> bytes:
    """The same for both doors of an act."""
    return name.removeprefix("api:act_").removeprefix(f"{ACT_PAGE}:").encode()


def test_what_there_is_time_for_has_every_answer() -> None:
    """Of each address, the samples of `make test` hold every status that the whole product holds."""
    for name, row in ROWS.items():
        whole, sample = (
            {(verb, row.expect(verb, role, subject)) for verb, role, subject in asked(name, row, whole=whole)}
            for whole in (True, False)
        )
        own = {(verb, told) for verb, told in whole if _is_own(row, verb)}
        assert own - sample == set(), name


@pytest.mark.parametrize("name", sorted(ROWS))
def test_address(world: World, name: str) -> None:
    check(world, name, whole=False)


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(ROWS))
def test_address_by_the_whole_product(world: World, name: str) -> None:
    check(world, name, whole=True)


def check(world: World, name: str, *, whole: bool) -> None:
    row = ROWS[name]
    before, wrong = world.untouched, []
    for verb, role, subject in asked(name, row, whole=whole):
        expected = row.expect(verb, role, subject)
        path = path_of(world, name, row, subject)
        data = row.data(world, role, subject) if verb == "POST" else None
        if verb not in SAFE and row.gate(role) is None and expected in DID:
            wrong += [
                f"{verb} {path} {role} {subject}: {what}"
                for what in _does(world, row, role, verb, path, data, expected)
            ]
            continue
        answer = world.ask(role, verb, path, data)
        if answer.told != expected:
            wrong.append(f"{verb} {path} {role} {subject}: {answer.told}, expected {expected}")
        elif (
            expected == 403
            and row.names
            and row.gate(role) is None
            and not _names_one(answer, row.names(world, subject))
        ):
            wrong.append(f"{verb} {path} {role} {subject}: does not say whose step it is")
    assert wrong == [], "\n".join([f"{len(wrong)} wrong answers:", *wrong[:40]])
    assert world.leaks == []
    after = world.fingerprint()
    assert {table: after[table] for table in after if after[table] != before[table]} == {}, "refused, and left a trace"


def _does(world: World, row: Row, role: str, verb: str, path: str, data: object, expected: str | int) -> Iterator[str]:
    """What is wrong with an answer that should have been a success; it is taken back."""
    with world.undone():
        n_before = world.n_events()
        answer = world.ask(role, verb, path, data)
        n_written = world.n_events() - n_before
    if answer.told != expected:
        yield f"{answer.told}, expected {expected}: {answer.text[:300] if len(answer.text) < 600 else ''}"
    elif row.is_act and n_written != row.n_events:
        yield f"wrote {n_written} events"


def _names_one(answer: Answer, labels: list[str]) -> bool:
    return any(label in answer.text for label in labels)
