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
    """(verb, role, subject): all of them, or those that `make test` has time for."""
    for n_role, role in enumerate(ROLES):
        for verb in VERBS if whole else _verbs_for(name, row, role):
            subjects = list(enumerate(row.subjects))
            if not whole and _is_alike(row, verb, role):
                subjects = [subjects[crc32(f"{name}{verb}{role}".encode()) % len(subjects)]]
            elif not whole and row.half is not None:
                subjects = [one for one in subjects if _is_turn(name, row, role, n_role + one[0], one[1])]
            yield from ((verb, role, subject) for _, subject in subjects)


def _verbs_for(name: str, row: Row, role: str) -> list[str]:
    """The row's own verbs, and by turns one of those that read beside them and one that is wrong; all at a closed gate."""
    if row.gate(role) is not None:
        return list(VERBS)
    own = [verb for verb in VERBS if verb in row.verbs and verb in row.on_all]
    beside = [verb for verb in VERBS if verb in row.verbs and verb not in row.on_all]
    wrong = [verb for verb in VERBS if verb not in row.verbs]
    turn = crc32(f"{name}{role}".encode())
    return [*own, *(some[turn % len(some)] for some in (beside, wrong) if some)]


def _is_alike(row: Row, verb: str, role: str) -> bool:
    """Whether no subject is looked at, as the verb is wrong or the role is turned away whatever it asks for."""
    if verb not in row.on_all or verb not in row.verbs or row.gate(role) is not None:
        return True
    return {row.expect(verb, role, subject) for subject in row.subjects} == {403}


def _is_turn(name: str, row: Row, role: str, n: int, story: str) -> bool:
    """Two doors lead to each act, and each role tries one of them on each story: of those he may not see, on every third."""
    turn = n + crc32(_action(name))
    is_hidden = row.expect("POST", role, story) == 404 and story not in ("direct", "restricted")
    return turn % 2 == row.half and not (is_hidden and turn % 3)


def _action(name: str) -> bytes:
    """The same for both doors of an act."""
    return name.removeprefix("api:act_").removeprefix(f"{ACT_PAGE}:").encode()


@pytest.mark.parametrize("name", sorted(ROWS))
def test_address(world: World, name: str) -> None:
    check(world, name, whole=False)


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(ROWS))
def test_address_by_the_whole_product(world: World, name: str) -> None:
    check(world, name, whole=True)


def check(world: World, name: str, *, whole: bool) -> None:
    row = ROWS[name]
    before, wrong = world.fingerprint(), []
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
