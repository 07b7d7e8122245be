"""One hazard and its small machines as the reference keeps them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from tests.reference.days import BEFORE, NEVER
from tests.reference.staff import Post


@dataclass
class Part:
    """An assignment: the lead's, a co-unit's, or the school's control part."""

    key: int
    unit: str
    issuer: str
    kind: Literal["order", "request", "control"] = "order"
    state: str = "sent"
    asked_back: str = ""
    leader: str = ""
    handler: str = ""
    given_at: datetime = BEFORE
    reply_on: date | None = None
    # The first late moment; what is told as done stops the clock.
    due_at: datetime = NEVER
    told_at: datetime = BEFORE
    # The day of the limit before it was moved for the first time, and how often more time was granted.
    first_on: date | None = None
    n_granted: int = 0

    @property
    def limit_on(self) -> date:
        """The last day in time."""
        return (self.due_at - timedelta(microseconds=1)).date()


@dataclass
class Plan:
    key: int
    state: str = "draft"
    is_whole: bool = False


@dataclass
class Proposal:
    """An act that waits for its second person."""

    key: int
    action: str
    data: dict[str, Any]
    proposer: str
    post: Post
    stands_for: str
    due_at: datetime
    # One named person, where it is not a post.
    named: str = ""
    recorded: bool = False


@dataclass
class Asked:
    """A request for support, or an instruction."""

    key: int
    to: str
    kind: str = ""


@dataclass
class Extension:
    key: int
    to: str
    until: date
    # Who does not decide about it; empty where it was entered for a unit.
    # Who asked, and in whose name.
    asked_by: frozenset[str] = frozenset()


@dataclass
class Suspension:
    key: int
    kind: str
    scope: str
    issuer: str
    unit: str
    is_mandatory: bool = False
    state: str = "in_force"
    asked_by: frozenset[str] = frozenset()


@dataclass
class Listing:
    key: int
    trigger: str
    authority: str
    lister: str
    supervisor: str
    state: str = "proposed"
    needs_plan: bool = False
    term_on: date | None = None
    is_missed: bool = False

    @property
    def is_in_force(self) -> bool:
        return self.state != "proposed"


@dataclass
class Measure:
    key: int
    kind: str
    unit: str
    to: str
    cause: str
    state: str = "draft"
    decided_by: str = ""
    decided_post: Post | None = None


@dataclass
class Last:
    """The last act, for who wants to take it back."""

    action: str
    # Empty for the clock's.
    actor: str
    post: Post | None
    moved: bool
    is_alone: bool
    before: Case | None


@dataclass
class Case:
    unit: str
    reporter: str
    reporter_post: Post
    domain: str
    source: str
    found_on: date
    handling: str
    state: str = "reported"
    channel: str = ""
    suspected: bool = False
    level: str = ""
    is_pending: bool = False
    has_clause: bool = False
    competence: str = ""
    lead: Part | None = None
    parts: list[Part] = field(default_factory=list)
    plan: Plan | None = None
    proposal: Proposal | None = None
    support: Asked | None = None
    instructions: list[Asked] = field(default_factory=list)
    # Units that were instructed once keep reading.
    instructed: set[str] = field(default_factory=set)
    verifying: str = ""
    closing: str = ""
    in_one_act: bool = False
    rectifiers: set[str] = field(default_factory=set)
    verifiers: set[str] = field(default_factory=set)
    commitments: bool = False
    after_photo: bool = False
    round: int = 1
    cycle: int = 1
    n_supplements: int = 0
    n_appeals: int = 0
    n_unanswered: int = 0
    is_filed: bool = False
    closure: str = ""
    closed_at: datetime = BEFORE
    rejected_by: frozenset[str] = frozenset()
    rejected_in: str = ""
    rejected_at: datetime = BEFORE
    referred_to: str = ""
    proposed_lead: str = ""
    paper_unit: str = ""
    double: set[str] = field(default_factory=set)
    appraisal: str = ""
    reappraised: bool = False
    is_scheduled: bool = False
    master: int | None = None
    merged_at: datetime = BEFORE
    readers: set[str] = field(default_factory=set)
    # Whose reports went into this one.
    reporters: list[str] = field(default_factory=list)
    # Units asked for support once keep reading; so do those that were asked for time, stopped use or listed it.
    asked_units: set[str] = field(default_factory=set)
    extension: Extension | None = None
    # Those in force.
    suspensions: list[Suspension] = field(default_factory=list)
    # The one that lives.
    listing: Listing | None = None
    # All that were not declined, taken back or dropped.
    measures: list[Measure] = field(default_factory=list)
    n_reopened: int = 0
    is_sealed: bool = False
    # When the present turn began, for what comes by time.
    sign_by: datetime = NEVER
    last: Last | None = None

    @property
    def is_restricted(self) -> bool:
        return self.domain == "08"

    @property
    def rule_level(self) -> str:
        return self.level or ("major" if self.suspected else "general")

    def copy(self) -> Case:
        """To be changed apart from this one. What was before the last act is never changed, so it is shared."""
        new = copy(self)
        new.lead, new.parts = copy(self.lead), [copy(part) for part in self.parts]
        new.plan, new.proposal, new.instructions = copy(self.plan), copy(self.proposal), [*self.instructions]
        new.listing, new.measures = copy(self.listing), [copy(row) for row in self.measures]
        new.suspensions = [copy(row) for row in self.suspensions]
        for name in ("rectifiers", "verifiers", "instructed", "asked_units", "double", "readers"):
            setattr(new, name, set(getattr(self, name)))
        new.reporters = [*self.reporters]
        return new

    @property
    def is_appealed(self) -> bool:
        """Rejected once, and waiting for another to decide; a confidential matter stays with its confidants."""
        return self.n_appeals > 0 and self.state == "reported" and not self.is_restricted

    @property
    def is_listed(self) -> bool:
        return self.listing is not None and self.listing.is_in_force

    @property
    def assignments(self) -> list[Part]:
        return [*([self.lead] if self.lead else []), *self.parts]

    @property
    def co_parts(self) -> list[Part]:
        return [part for part in self.parts if part.kind != "control"]

    def turns(self) -> list[tuple[str, str, str]]:
        """What waits for somebody beside the main line: (machine, state, unit or act)."""
        found: list[tuple[str, str, str]] = []
        if self.proposal:
            found.append(("countersign", "open", self.proposal.action))
        if self.state in ("closed", "rejected", "merged", "voided"):
            return found
        for part in self.assignments:
            if part.asked_back == "requested":
                found.append(("return", "requested", part.unit))
        for part in self.co_parts:
            if part.state in ("sent", "signed", "done"):
                found.append(("part", part.state, part.unit))
        if self.plan and self.plan.state in ("draft", "in_review"):
            found.append(("plan", self.plan.state, ""))
        if self.support:
            found.append(("support", "open", self.support.to))
        for one in self.instructions:
            found.append(("instruction", "open", one.to))
        return [*found, *self._turns_of_clock()]

    def _turns_of_clock(self) -> list[tuple[str, str, str]]:
        found = [("suspension", row.state, row.scope) for row in self.suspensions]
        if self.extension:
            found.append(("extension", "requested", self.extension.to))
        if self.listing and self.listing.state != "acceptance_requested":
            found.append(("supervision", self.listing.state, self.listing.lister))
        open_ones = [row for row in self.measures if row.state != "settled"]
        return [*found, *(("measure", row.state, f"{row.kind} {row.unit}") for row in open_ones)]
