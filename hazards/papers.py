"""Papers of a hazard, as its reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.clock import local
from core.errors import NotFound
from core.params import read_id
from documents.fields import say_date
from documents.kinds import KINDS
from documents.models import Document
from documents.selectors import list_of_subject
from hazards.case import Case
from hazards.selectors import access_hazard
from hazards.unissued import units_of_reader
from organizations.models import User

# A file that has more is a file of reminders; the newest are shown.
MOST_SHOWN = 50


@dataclass(frozen=True)
class PaperRow:
    """A line of the section 文书."""

    document: Document
    label: str
    # Who drafted, issued or voided it; who is nobody is the clock.
    who: str
    on: datetime

    @property
    def is_void(self) -> bool:
        return self.document.state == Document.State.VOID

    @property
    def is_draft(self) -> bool:
        return self.document.state == Document.State.DRAFT


@dataclass(frozen=True)
class PaperView:
    """A paper as it is printed."""

    document: Document
    label: str
    paragraphs: list[str]
    # 2026年11月23日; empty while it is a draft.
    day: str
    signer: str


def list_papers(case: Case) -> list[PaperRow]:
    """Newest first, at most MOST_SHOWN."""
    rows = _visible(case).select_related("drafted_by", "issued_by", "void_by").defer("text", "fields")[:MOST_SHOWN]
    return [_row(document) for document in rows]


def access_paper(user: User, number: str, paper_id: str, at: datetime) -> tuple[Case, Document]:
    """A paper of a hazard that the user may read. Raises NotFound otherwise."""
    case = access_hazard(user, number, at)
    wanted = read_id(paper_id)
    document = _visible(case).select_related("issued_by").filter(pk=wanted).first() if wanted else None
    if document is None:
        raise NotFound
    return case, document


def view_paper(document: Document) -> PaperView:
    return PaperView(
        document=document,
        label=str(KINDS[document.kind].label),
        paragraphs=[line for line in document.text.splitlines() if line.strip()],
        day=say_date(local(document.issued_at).date()) if document.issued_at else "",
        signer=document.issued_by.name if document.issued_by else "",
    )


def _visible(case: Case) -> QuerySet[Document]:
    return list_of_subject(case.hazard.pk, units_of_reader(case.keys))


def _row(document: Document) -> PaperRow:
    match document.state:
        case Document.State.VOID:
            who, on = document.void_by, document.void_at
        case Document.State.ISSUED:
            who, on = document.issued_by, document.issued_at
        case _:
            who, on = document.drafted_by, document.created_at
    name = who.name if who else _("系统")
    return PaperRow(document, str(KINDS[document.kind].label), name, on or document.created_at)
