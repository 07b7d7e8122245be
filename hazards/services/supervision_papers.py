"""The papers of a listing: notice, visit record, acceptance, 摘牌, announcement. Source: ledgers-documents-calendar.md (e)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _

from documents.models import Document
from documents.services import Draft, issue_new_document, void_document
from hazards.limits import get_limit
from hazards.models import Hazard, HazardEvent, Supervision
from hazards.services.act import Act
from hazards.services.issuing import matter_of, next_key, signer_of
from hazards.states import Level
from organizations.models import Unit

_MOST_WORDS = 500


def issue_notice(act: Act, row: Supervision) -> str:
    """D-11; gives its number."""
    unit = object_of(act)
    reason = row.reason if row.reason != row.get_trigger_display() else ""
    fields = {
        "object": unit.name,
        "matter": matter_of(act.hazard),
        "basis": "：".join(part for part in (f"{row.trigger} {row.get_trigger_display()}", reason) if part),
        "level": row.get_authority_display().removesuffix("挂牌"),
        "finish_on": row.term_on,
        "plan_on": row.plan_due_on or row.term_on,
        "reports": _("每%(n)d日") % {"n": get_limit(act.hazard, "listing_report").amount},
        "supervising_unit": row.supervisor_unit.name,
        "supervisor": row.supervisor,
        "controls": row.requirements,
    }
    return _issue(act, "listing_notice", row, addressee=unit, fields=fields)


def issue_visit_record(act: Act, row: Supervision, *, visit_on: date, people: str, findings: str, wanted: str) -> str:
    """D-12"""
    fields = {
        "matter": matter_of(act.hazard), "visit_on": visit_on, "people": people, "findings": findings, "requirement": wanted,
    }  # fmt: skip
    return _issue(act, "visit_record", row, addressee=object_of(act), fields=fields)


def issue_acceptance(act: Act, row: Supervision, *, passed: bool, reason: str, second: str = "") -> str:
    """D-16; nothing where another body accepts, which writes its own."""
    if row.is_external or not row.notice_number:
        return ""
    lead = act.case.lead
    fields = {
        "notice": row.notice_number,
        "matter": matter_of(act.hazard),
        "applied_on": _day_of(act.hazard, "submit") or (lead.submitted_at if lead else None) or act.occurred_on,
        "visited_on": act.occurred_on,
        "team": _team(act, second),
        "conclusion": "passed" if passed else "failed",
        "reason": reason,
    }
    return _issue(act, "acceptance_opinion", row, addressee=object_of(act), fields=fields)


def issue_delisting(act: Act, row: Supervision) -> str:
    """D-17, and the announcement where the listing is public."""
    hazard, unit = act.hazard, object_of(act)
    accepted_on = _day_of(hazard, "pass_verification") or _day_of(hazard, "eliminate") or act.occurred_on
    fields = {
        "notice": row.notice_number or _("（未编号）"),
        "listed_on": row.listed_on,
        "matter": matter_of(hazard),
        "accepted_on": accepted_on,
        "delisted_on": act.occurred_on,
    }
    number = _issue(act, "delisting_notice", row, addressee=unit, fields=fields)
    if row.is_public:
        told = {
            "unit": unit.name, "matter": public_matter(hazard), "notice": fields["notice"], "delisted_on": act.occurred_on,
            "result": _("已按要求完成治理，验收合格"),
        }  # fmt: skip
        _issue(act, "announcement", row, addressee=None, fields=told)
    return number


def write_announcement(act: Act, row: Supervision) -> None:
    """What may be told to the public: no description, no name of a person. Source: process.md a.5 (公示)."""
    assert row.listed_on is not None and row.term_on is not None
    said = {
        "unit": object_of(act).name, "matter": public_matter(act.hazard), "lister": row.lister_name,
        "on": row.listed_on.isoformat(), "until": row.term_on.isoformat(), "by": row.supervisor_unit.name,
    }  # fmt: skip
    words = _("%(unit)s的%(matter)s，由%(lister)s于%(on)s挂牌督办，治理期限至%(until)s，督办单位为%(by)s。") % said
    row.announcement = words[:_MOST_WORDS]


def public_matter(hazard: Hazard) -> str:
    """Of what field and how grave, and no more: 消防安全重大隐患."""
    level = Level(hazard.level).label if hazard.level else ""
    return _("%(domain)s%(level)s隐患") % {"domain": hazard.domain.name, "level": level}


def object_of(act: Act) -> Unit:
    """Who has to do the work: the lead, before there is one the campus."""
    return act.case.unit(act.lead.unit_id) if act.case.lead else act.case.unit(act.hazard.unit_id)


def void_opinions(act: Act, row: Supervision, *, since: datetime) -> None:
    """What was issued with an act that is taken back."""
    found = Document.objects.filter(
        subject_id=act.hazard.pk, kind="acceptance_opinion", row_id=row.pk, state=Document.State.ISSUED,
        issued_at__gte=since,
    )  # fmt: skip
    for paper in found.order_by("pk"):
        void_document(paper, by=signer_of(act), reason=_("验收已撤回"), at=act.at)


def _issue(act: Act, kind: str, row: Supervision, *, addressee: Unit | None, fields: Mapping[str, object]) -> str:
    row.pk = row.pk or next_key(row)
    issuer = act.case.unit(row.lister_unit_id)
    document = issue_new_document(
        Draft(
            kind=kind, issuer_unit=issuer, addressee=addressee, fields=fields, at=act.at, subject_id=act.hazard.pk,
            row_kind="supervision", row_id=row.pk, drafted_by=signer_of(act),
        ),
        by=signer_of(act),
    )  # fmt: skip
    return document.number


def _day_of(hazard: Hazard, action: str) -> date | None:
    told = HazardEvent.objects.filter(hazard=hazard, action=action).order_by("-seq")
    return told.values_list("occurred_on", flat=True).first()


def _team(act: Act, second: str) -> str:
    """`second` is the second verifier without account."""
    first = act.on_behalf.name if act.on_behalf else act.actor.name
    return "、".join(name for name in (first, act.second.user.name if act.second else "", second) if name)
