"""Who sees a case, who may do what in it, and who owes the next act: architecture 1.5, 3.2, 3.6."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.reference import rules
from tests.reference.case import Asked, Case, Part, Plan, Proposal
from tests.reference.staff import CAMPUS, HEADS, OUTSIDE, PERSONAL, TREE, Held, Post, Staff

Row = Part | Plan | Proposal | Asked
LEADERS = {"leader", "chief"}


class Nobody(Exception):
    """Something would wait for a post that nobody holds."""


@dataclass
class Book:
    staff: Staff
    now: datetime
    cases: list[Case] = field(default_factory=list)
    # What the bureau lets its central schools do at the level 一般.
    mandates: set[str] = field(default_factory=set)
    n_keys: int = 0

    def key(self) -> int:
        self.n_keys += 1
        return self.n_keys

    def bureau(self, case: Case) -> str:
        return self.staff.bureau_over(case.unit)

    # --- who sees ---------------------------------------------------------------------------------------------

    def sees(self, person: str, case: Case) -> bool:
        if person == case.reporter or person in self._named(case) or person in (*case.reporters, *case.readers):
            return True
        units, duties = self._known_to(case)
        for held in self.staff.posts_of(person):
            unit, kind = held.post
            if kind == "confidant" and unit in duties:
                return True
            if kind in PERSONAL:
                continue
            seat = self.staff.units[unit].parent if self.staff.kind(unit) == "SEC" else unit
            if seat in units:
                return True
        return False

    def is_known_in(self, unit: str, case: Case) -> bool:
        units, duties = self._known_to(case)
        return unit in units | duties

    def copy(self) -> Book:
        """Cases are replaced and never changed, so they are shared."""
        staff = replace(self.staff, held=[*self.staff.held])
        return replace(self, staff=staff, cases=[*self.cases], mandates=set(self.mandates))

    def _named(self, case: Case) -> set[str]:
        people = {name for part in case.assignments for name in (part.handler,)}
        people |= {case.lead.leader} if case.lead else set()
        if case.proposal and case.proposal.named:
            people.add(case.proposal.named)
        return people - {""}

    def _known_to(self, case: Case) -> tuple[set[str], set[str]]:
        """Units whose people read it, and units whose confidant does."""
        guests = {name for part in case.parts for name in (part.unit, part.issuer)} | case.instructed | case.asked_units
        if case.is_restricted:
            campus = "" if case.channel == "direct" else case.unit
            duties = {campus, self.bureau(case), case.lead.unit if case.lead else "", case.verifying, case.closing}
            return set(), (duties | guests) - {""}
        parties = {case.handling, case.verifying, case.closing, case.paper_unit, case.referred_to}
        if case.state == "referred":
            parties.add(case.proposed_lead)
        if case.lead:
            parties |= {case.lead.unit, case.lead.issuer}
        if self.staff.kind(case.reporter_post[0]) not in CAMPUS:
            parties.add(case.reporter_post[0])
        return (parties | guests | set(self._along(case))) - {""}, set()

    def _along(self, case: Case) -> list[str]:
        """From the root to the campus; of what went past the school to the bureau, or to the unit that works on it."""
        path, bureau = self.staff.path(case.unit), self.bureau(case)
        if case.channel != "direct":
            return path
        above = self.staff.path(bureau)
        if case.lead and case.lead.unit in path and case.lead.unit not in above:
            return path[: path.index(case.lead.unit) + 1]
        return above

    # --- who may ----------------------------------------------------------------------------------------------

    def barred(self, case: Case, action: str) -> set[str]:
        if case.is_appealed and rules.PARTY[action] in ("handling", "handling or issuer"):
            return set(case.rejected_by)
        if action not in rules.JUDGING:
            return set()
        if rules.PARTY[action] == "closing" and case.rule_level != "general":
            return case.rectifiers | case.verifiers
        return set(case.rectifiers)

    def nearest(self, case: Case, unit: str, action: str, barred: Iterable[str] = ()) -> list[Post]:
        """The posts that act for a unit; nobody above a body outside the education tree acts for it."""
        kinds = rules.kinds_for(action, case.rule_level, restricted=case.is_restricted)
        if self.staff.kind(unit) in TREE:
            return self.staff.nearest(unit, kinds, barred)
        return [
            (unit, kind) for kind in kinds.get(self.staff.kind(unit), ()) if self.staff.holders((unit, kind), barred)
        ]  # fmt: skip

    def party_unit(self, case: Case, party: str) -> str:
        lead = case.lead
        return {
            "handling": case.handling, "lead": lead.unit if lead else "", "verifying": case.verifying,
            "closing": case.closing, "county": case.referred_to, "claimant": case.proposed_lead,
            "issuer": lead.issuer if lead else "", "paper": case.paper_unit, "bureau": self.bureau(case),
        }.get(party, "")  # fmt: skip

    def permitted(self, case: Case, action: str, party: str = "") -> list[Post]:
        party = party or rules.PARTY[action]
        unit = self.party_unit(case, party)
        is_handling = party == "handling"
        name = "appeal.decide" if is_handling and case.is_appealed and case.rejected_in == case.handling else action
        return self.nearest(case, unit, name, self.barred(case, action)) if unit else []

    def _mine(self, person: str, posts: Sequence[Post], barred: Iterable[str] = ()) -> list[Held]:
        shut = frozenset(barred)
        return [one for one in self.staff.posts_of(person) if one.post in posts and not one.people & shut]

    def may(self, person: str, case: Case, action: str) -> list[Held]:
        """The posts by which a person may do it now; none: 403."""
        party = rules.PARTY[action]
        held = self.staff.posts_of(person)
        match party:
            case "campus staff":
                return [one for one in held if one.post[0] == case.unit]
            case "reporter":
                return self._as_reporter(person, case, action)
            case "last":
                last = case.last
                return [one for one in held if last and last.actor == person and one.post == last.post]
            case "control":
                return self._as_control(person, case)
            case "any":
                return self._as_any(person, case)
            case "superior":
                bodies = {case.referred_to, *(part.issuer for part in case.assignments)}
                return [one for one in held if self._is_superior(one.post, case, bodies)]
            case "issuer or lead":
                return [
                    *dict.fromkeys([*self._as(person, case, action, "issuer"), *self._as(person, case, action, "lead")])
                ]
            case "handling or bureau":
                return [
                    *dict.fromkeys(
                        [*self._as(person, case, action, "handling"), *self._as(person, case, action, "bureau")]
                    )
                ]
            case "handling or issuer":
                return self._amends(person, case, action)
            case "row":
                return self._by_rows(person, case, action)
            case _:
                return self._as(person, case, action, party)

    def _amends(self, person: str, case: Case, action: str) -> list[Held]:
        """Who handles it, who gave the assignment, and before filing who reported it."""
        found = [*self._as(person, case, action, "handling"), *self._as(person, case, action, "issuer")]
        if not found and case.state in ("reported", "returned") and person == case.reporter:
            held = self.staff.posts_of(person)
            found = [one for one in held if one.post == case.reporter_post] or held[:1]
        return [*dict.fromkeys(found)]

    def _is_superior(self, post: Post, case: Case, bodies: set[str]) -> bool:
        unit, kind = post
        return (kind in LEADERS and unit == self.bureau(case)) or (
            kind in ("coordinator", "county_supervisor") and unit in bodies
        )

    def _as(self, person: str, case: Case, action: str, party: str) -> list[Held]:
        barred = self.barred(case, action)
        found = self._mine(person, self.permitted(case, action, party), barred)
        if not found and action in rules.SECTION:
            found = self._section(person, case, action, party)
        if not found and action in rules.HANDLER and case.lead and case.lead.handler == person:
            found = [one for one in self.staff.posts_of(person) if case.lead and one.post[0] == case.lead.unit]
        return found

    def _section(self, person: str, case: Case, action: str, party: str) -> list[Held]:
        barred = self.barred(case, action)
        if case.is_restricted:
            return []
        seats = [self.staff.units[one.post[0]] for one in self.staff.posts_of(person)]
        fits = [
            unit.name for unit in seats
            if unit.kind == "SEC" and unit.parent == self.party_unit(case, party) and case.domain in unit.domains
        ]  # fmt: skip
        return [one for one in self.staff.posts_of(person) if one.post[0] in fits and not one.people & barred]

    def _as_reporter(self, person: str, case: Case, action: str) -> list[Held]:
        held = self.staff.posts_of(person)
        if person == case.reporter and held:
            return [one for one in held if one.post == case.reporter_post] or held[:1]
        if action == "appeal":
            return []
        kinds = rules.kinds_for(action, case.rule_level, restricted=case.is_restricted)
        return self._mine(person, self.staff.nearest(case.handling, kinds))

    def _as_control(self, person: str, case: Case) -> list[Held]:
        """Who works on it, who handles it, and the campus itself."""
        kinds = rules.kinds_for("submit", case.rule_level, restricted=case.is_restricted)
        own = self._mine(person, self.staff.nearest(case.unit, kinds))
        found = [*self._as(person, case, "submit", "lead"), *self._as(person, case, "file", "handling"), *own]
        return [*dict.fromkeys(found)]

    def _as_any(self, person: str, case: Case) -> list[Held]:
        found = self._as_control(person, case)
        if found:
            return found
        if person == case.reporter:
            return self.staff.posts_of(person)[:1]
        return self._as(person, case, "pass_verification", "verifying") if case.state == "submitted" else []

    # --- small rows -------------------------------------------------------------------------------------------

    def rows(self, case: Case, action: str) -> list[Row]:
        match action:
            case "request_return":
                return [
                    part for part in case.assignments
                    if part is case.lead or (part.kind != "control" and part.state != "canceled")
                ]  # fmt: skip
            case "rule_return":
                return [part for part in case.assignments if part.asked_back == "requested"]
            case "sign_part":
                return [part for part in case.co_parts if part.state == "sent"]
            case "finish_part":
                return [part for part in case.co_parts if part.state == "signed"]
            case "confirm_part":
                return [part for part in case.co_parts if part.state == "done"]
            case "return_part":
                return [part for part in case.co_parts if part.state in ("done", "confirmed")]
            case "approve_plan" | "return_plan":
                return [case.plan] if case.plan and case.plan.state == "in_review" else []
            case "confirm_countersign" | "decline_countersign":
                return [case.proposal] if case.proposal else []
            case "answer_support":
                return [case.support] if case.support else []
            case "reply_instruction":
                return [*case.instructions]
        raise LookupError(action)

    def row_unit(self, case: Case, action: str, row: Row) -> str:
        if isinstance(row, Part):
            if action == "rule_return":
                return row.issuer
            return case.lead.unit if action in ("confirm_part", "return_part") and case.lead else row.unit
        if isinstance(row, Plan):
            return case.lead.issuer if case.lead else ""
        return row.to if isinstance(row, Asked) else self.bureau(case)

    def posts_for_row(self, case: Case, action: str, row: Row) -> list[Post]:
        """The posts that may do it themselves."""
        if isinstance(row, Proposal):
            return self.seconds(case, row)
        barred = self.barred(case, action)
        found = self.nearest(case, self.row_unit(case, action, row), action, barred)
        if not found and isinstance(row, Plan):
            found = self.nearest(case, self.bureau(case), action, barred)
        return found

    def recorders_for_row(self, case: Case, action: str, row: Row) -> list[Post]:
        """Who enters it for a unit whose posts nobody holds."""
        if not isinstance(row, Part | Asked):
            return []
        unit = self.row_unit(case, action, row)
        if isinstance(row, Part) and action not in ("confirm_part", "return_part"):
            return self.recorders(case, unit, row.issuer)
        return self.recorders(case, unit, case.lead.issuer if case.lead else self.bureau(case))

    def seconds(self, case: Case, row: Proposal) -> list[Post]:
        barred = {row.proposer, row.stands_for} | (case.rectifiers if row.action in rules.JUDGING else set())
        if row.named:
            mine = [one for one in self.staff.posts_of(row.named) if not one.people & barred]
            return [one.post for one in mine]
        return self.nearest(case, self.bureau(case), f"{row.action}.second", barred - {""})

    def _by_rows(self, person: str, case: Case, action: str) -> list[Held]:
        found: dict[Held, None] = {}
        for row in self.rows(case, action):
            found.update(dict.fromkeys(self.for_row(person, case, action, row)))
        return [*found]

    def for_row(self, person: str, case: Case, action: str, row: Row) -> list[Held]:
        barred = self.barred(case, action)
        if isinstance(row, Proposal):
            barred = {row.proposer, row.stands_for} - {""}
            barred |= case.rectifiers if row.action in rules.JUDGING else set()
        posts = self.posts_for_row(case, action, row)
        found = self._mine(person, posts, barred)
        held = self.staff.posts_of(person)
        if not found and action == "finish_part" and isinstance(row, Part) and row.handler == person:
            found = [one for one in held if one.post[0] == row.unit] or held[:1]
        if not found and action == "decline_countersign" and isinstance(row, Proposal):
            found = held[:1] if row.proposer == person else self.may(person, case, row.action)
        return found

    # --- who owes ---------------------------------------------------------------------------------------------

    def recorders(self, case: Case, unit: str, issuer: str) -> list[Post]:
        """Who enters what a unit without accounts did: the office that gave it the work, else the bureau's."""
        if case.is_restricted:
            return []
        start = self.staff.units[unit].parent or issuer if self.staff.kind(unit) in TREE else issuer
        return self.staff.nearest(start, rules.RECORDERS) or self.staff.nearest(self.bureau(case), rules.RECORDERS)

    def awaited(self, case: Case) -> str:
        if case.state == "submitted" and case.in_one_act:
            return "confirm_and_close"
        if case.state == "filed" and case.competence not in ("school", "bureau"):
            return "refer" if case.n_unanswered else "notify"
        return rules.AWAITED.get(case.state, "")

    def owing(self, case: Case) -> Post | None:
        """The post that owes the next act; none at an end. Raises Nobody."""
        action = self.awaited(case)
        if not action:
            return None
        if action == "supplement":
            if any(one.post == case.reporter_post for one in self.staff.posts_of(case.reporter)):
                return case.reporter_post
            kinds = rules.kinds_for(action, case.rule_level, restricted=case.is_restricted)
            posts = self.staff.nearest(case.handling, kinds)
        else:
            posts = self.permitted(case, action)
            if not posts and rules.PARTY[action] == "lead" and case.lead:
                posts = self.recorders(case, case.lead.unit, case.lead.issuer)
            if not posts and rules.PARTY[action] == "county" and case.referred_to:
                posts = self.recorders(case, case.referred_to, case.referred_to)
        if not posts:
            raise Nobody(action)
        return posts[0]

    AWAITS = {
        ("part", "sent"): "sign_part", ("part", "signed"): "finish_part", ("part", "done"): "confirm_part",
        ("plan", "draft"): "submit_plan", ("plan", "in_review"): "approve_plan",
    }  # fmt: skip

    def require_turns(self, case: Case) -> None:
        """Raises Nobody where a small row would wait for nobody."""
        self.turns_of(case)

    def turns_of(self, case: Case) -> list[Post]:
        """The posts that owe what small rows wait for. Raises Nobody."""
        found = []
        for action, row in self._waits(case):
            posts = self._who_owes_row(case, action, row)
            if not posts:
                raise Nobody(action)
            found.append(posts[0])
        return found

    def _waits(self, case: Case) -> list[tuple[str, Row]]:
        waits: list[tuple[str, Row]] = []
        if case.proposal:
            waits.append(("confirm_countersign", case.proposal))
        if case.state not in rules.TERMINAL:
            waits += [("rule_return", part) for part in case.assignments if part.asked_back == "requested"]
            for part in case.co_parts:
                if ("part", part.state) in self.AWAITS:
                    waits.append((self.AWAITS["part", part.state], part))
            if case.plan and ("plan", case.plan.state) in self.AWAITS:
                waits.append((self.AWAITS["plan", case.plan.state], case.plan))
            waits += [("answer_support", case.support)] if case.support else []
            waits += [("reply_instruction", one) for one in case.instructions]
        return waits

    def owed_by(self, case: Case) -> list[Post | None]:
        """The post of the main turn, then of each beside it; none where nobody is left."""
        found: list[Post | None] = []
        with suppress(Nobody):
            found = [self.owing(case)]
        found = found or [None]
        for action, row in self._waits(case):
            found.append(next(iter(self._who_owes_row(case, action, row)), None))
        return found

    def _who_owes_row(self, case: Case, action: str, row: Row) -> list[Post]:
        if action == "submit_plan":
            return self.permitted(case, action) or (
                self.recorders(case, case.lead.unit, case.lead.issuer) if case.lead else []
            )
        found = self.posts_for_row(case, action, row) or self.recorders_for_row(case, action, row)
        if not found and isinstance(row, Proposal):
            found = self.permitted(case, row.action) if rules.PARTY[row.action] != "row" else []
            found = found or [one.post for one in self.staff.posts_of(row.proposer)]
        return found

    # --- small questions --------------------------------------------------------------------------------------

    def is_outside(self, case: Case) -> bool:
        return case.lead is not None and self.staff.kind(case.lead.unit) not in TREE

    def needs_plan(self, case: Case) -> bool:
        return case.lead is not None and not self.is_outside(case) and case.level != "general"

    def waits_for_plan(self, case: Case) -> bool:
        return self.needs_plan(case) and (case.plan is None or case.plan.state != "approved")

    @staticmethod
    def add_doer(case: Case, by: Held | None) -> None:
        """Who did or reported the work, and for whom he stood in; a head who signs it is not one."""
        if by is not None and by.post[1] not in HEADS:
            case.rectifiers |= by.people

    def of_region(self, kinds: Iterable[str]) -> set[str]:
        wanted = frozenset(kinds)
        return {name for name, unit in self.staff.units.items() if unit.kind in wanted}

    def outside(self) -> set[str]:
        return self.of_region(OUTSIDE)
