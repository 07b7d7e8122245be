"""Every address × verb × role × subject answers as the table says, and refusals change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from zlib import crc32

import pytest
from django.urls import reverse

from tests.matrix.addresses import ACT_PAGE, list_addresses
from tests.matrix.rows import VERBS, Row
from tests.matrix.scope import ROLES, STORIES
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
        told = {row.expect("POST", role, story) for role in ROLES for story in STORIES}
        assert told >= {404, 403}, name
        assert told & {200, 302}, name


def path_of(world: World, name: str, row: Row, subject: str) -> str:
    return (
        reverse(name.partition(":")[0] if name.startswith(ACT_PAGE) else name, kwargs=row.args(world, subject))
        + row.query
    )


def asked(name: str, row: Row, *, whole: bool) -> Iterator[Case]:
    """(verb, role, subject). Where no subject is looked at they take turns, unless the whole product is wanted."""
    for verb, (n_role, role) in product(VERBS, enumerate(ROLES)):
        subjects = list(row.subjects)
        if not whole and verb not in row.on_all:
            subjects = [subjects[crc32(f"{name}{verb}{role}".encode()) % len(subjects)]]
        for n_subject, subject in enumerate(subjects):
            is_other_door = row.half is not None and (n_role + n_subject + crc32(_action(name))) % 2 != row.half
            if whole or verb not in row.on_all or not is_other_door:
                yield verb, role, subject


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
        answer = world.ask(role, verb, path, data)  # type: ignore[arg-type]
        n_written = world.n_events() - n_before
    if answer.told != expected:
        yield f"{answer.told}, expected {expected}: {answer.text[:300] if len(answer.text) < 600 else ''}"
    elif row.is_act and n_written != 1:
        yield f"wrote {n_written} events"


def _names_one(answer: Answer, labels: list[str]) -> bool:
    return any(label in answer.text for label in labels)
