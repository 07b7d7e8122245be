"""Reads of papers, always by the units in whose posts the reader stands."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from documents.kinds import KINDS, Readers
from documents.models import Document

_OPEN = [kind.name for kind in KINDS.values() if kind.readers is Readers.ALL]
# Issued once; a draft that was given up has no number.
_ISSUED = Q(serial__isnull=False)


def list_of_subject(subject_id: int, units: Collection[int]) -> QuerySet[Document]:
    """Papers about what the reader may read, newest first: drafts of his units, and issued ones.

    What goes to its parties alone (问责建议书, 线索移送函) is read by issuer and addressee only.
    The caller has looked whether he may read the subject.
    """
    shown = Q(issuer_unit__in=units) | _ISSUED & (Q(kind__in=_OPEN) | Q(addressee__in=units))
    return Document.objects.filter(shown, subject_id=subject_id).order_by("-id")


def list_of_units(units: Collection[int]) -> QuerySet[Document]:
    """Papers about no subject (通报, 约谈 of a unit as such): issued by these units, or issued to them."""
    shown = Q(issuer_unit__in=units) | _ISSUED & Q(addressee__in=units)
    return Document.objects.filter(shown, subject_id__isnull=True).order_by("-id")
