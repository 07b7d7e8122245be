"""Papers that go out with an act, each naming the small row it is about."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from documents.models import Document
from documents.services import Draft, issue_new_document, void_document
from hazards.models import Hazard
from hazards.services.act import Act
from hazards.small import BY_MODEL, Row
from organizations.kinds import EDUCATION_TREE
from organizations.models import Unit, User

LONGEST_MATTER = 60


def matter_of(hazard: Hazard) -> str:
    """In a few words where and what: 教学楼二楼栏杆松动."""
    words = f"{hazard.place}{hazard.description}"
    return words if len(words) <= LONGEST_MATTER else f"{words[: LONGEST_MATTER - 1]}…"


def issue_paper(
    act: Act, kind: str, row: Row, *, issuer: Unit, addressee: Unit | None, fields: Mapping[str, object]
) -> Document | None:
    """Issue a paper about a small row of the act.

    None where there is none to issue: what was done on paper has its own, a body outside the education tree writes its
    own, and of a confidential matter nothing is written down.
    """
    if act.on_behalf or act.hazard.is_restricted or issuer.kind not in EDUCATION_TREE:
        return None
    if not row.pk:
        row.pk = next_key(row)
    draft = Draft(
        kind=kind, issuer_unit=issuer, addressee=addressee, fields=fields, at=act.at, subject_id=act.hazard.pk,
        row_kind=BY_MODEL[type(row)].name, row_id=row.pk, drafted_by=signer_of(act),
    )  # fmt: skip
    return issue_new_document(draft, by=signer_of(act))


def next_key(row: Row) -> int:
    """An issued paper never changes, so it is told beforehand which row it belongs to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [row._meta.db_table])
        [key] = cursor.fetchone()
    return int(key)


def void_papers(act: Act, kind: str, row: Row, reason: str) -> None:
    """What was issued about a row that is taken back."""
    found = Document.objects.filter(
        subject_id=act.hazard.pk, kind=kind, row_kind=BY_MODEL[type(row)].name, row_id=row.pk, state=Document.State.ISSUED
    )  # fmt: skip
    for document in found.order_by("pk"):
        void_document(document, by=signer_of(act), reason=reason, at=act.at)


def signer_of(act: Act) -> User | None:
    """None where the clock acts."""
    return act.actor if act.actor.pk else None
