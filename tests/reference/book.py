"""Who may do what in a case, and who owes the next act: architecture 3.2, 3.6."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from tests.reference import rules
from tests.reference.case import Case, Measure, Part, Plan, Proposal
from tests.reference.rows import AWAITED_OF_MEASURE, Row, SmallRows
from tests.reference.staff import HEADS, Held, Post

LEADERS = {"leader", "chief"}
# In this order a unit is told what it owes; of assignments the parts before what is asked back.
KINDS = ("Part", "Plan", "Proposal", "Asked", "Extension", "Suspension", "Listing", "Measure")
PARTS = {"sign_part", "finish_part", "confirm_part"}


class Nobody(Exception):
    """Something would wait for a post that nobody holds."""


class Book(SmallRows):
    def sees(self, person: str, case: Case) -> bool:
        return super().sees(person, case) or person in self._closers(case)

    def _closers(self, case: Case) -> set[str]:
        """Who closes a confidential matter from 较大 up reads it for that; a confidence is lent to nobody."""
        if not case.is_restricted or case.state != "verified" or case.level == "general":
            return set()
        with suppress(Nobody):
            post = self.owing(case)
            if post:
                return (
                    {one.person for one in self.staff.holders(post) if not one.stands_for}
                    - case.rectifiers
                    - case.verifiers
                )
        return set()

    def copy(self) -> Book:
        """Cases are replaced and never changed, so they are shared."""
        staff = replace(self.staff, held=[*self.staff.held])
        return replace(self, staff=staff, cases=[*self.cases], mandates=set(self.mandates))

    # --- who may ----------------------------------------------------------------------------------------------

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
            case "handling or issuer":
                return self._amends(person, case, action)
            case _ if " or " in party:
                found = [held for one in party.split(" or ") for held in self._as(person, case, action, one)]
                return [*dict.fromkeys(found)]
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
        found = self.mine(person, self.permitted(case, action, party), barred)
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
        return self.mine(person, self.staff.nearest(case.handling, kinds))

    def _as_control(self, person: str, case: Case) -> list[Held]:
        """Who works on it, who handles it, and the campus itself."""
        kinds = rules.kinds_for("submit", case.rule_level, restricted=case.is_restricted)
        own = self.mine(person, self.staff.nearest(case.unit, kinds))
        found = [*self._as(person, case, "submit", "lead"), *self._as(person, case, "file", "handling"), *own]
        return [*dict.fromkeys(found)]

    def _as_any(self, person: str, case: Case) -> list[Held]:
        found = self._as_control(person, case)
        if found:
            return found
        if person == case.reporter:
            return self.staff.posts_of(person)[:1]
        return self._as(person, case, "pass_verification", "verifying") if case.state == "submitted" else []

    def _by_rows(self, person: str, case: Case, action: str) -> list[Held]:
        found: dict[Held, None] = {}
        for row in self.rows(case, action):
            found.update(dict.fromkeys(self.for_row(person, case, action, row)))
        return [*found]

    def for_row(self, person: str, case: Case, action: str, row: Row) -> list[Held]:
        barred = self.barred_from_row(case, action, row)
        if isinstance(row, Proposal):
            barred = {row.proposer, row.stands_for} - {""}
            barred |= case.rectifiers if row.action in rules.JUDGING else set()
        posts = self.posts_for_row(case, action, row)
        found = self.mine(person, posts, barred)
        if (
            isinstance(row, Measure)
            and action == "withdraw_measure"
            and any(self.deciders(post, row) for post in posts)
        ):
            found = [one for one in found if row.decided_by in one.people]
        held = self.staff.posts_of(person)
        if not found and action == "finish_part" and isinstance(row, Part) and row.handler == person:
            found = [one for one in held if one.post[0] == row.unit] or held[:1]
        if not found and action == "decline_countersign" and isinstance(row, Proposal):
            found = held[:1] if row.proposer == person else self.may(person, case, row.action)
        return found

    # --- who owes ---------------------------------------------------------------------------------------------

    def awaited(self, case: Case) -> str:
        if case.state == "submitted" and case.in_one_act and not case.suspensions:
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
            waits += self._waits_of_clock(case)
        return waits

    def _waits_of_clock(self, case: Case) -> list[tuple[str, Row]]:
        waits: list[tuple[str, Row]] = []
        if case.extension:
            waits.append(("rule_extension", case.extension))
        waits += [("prove_guard" if row.state == "in_force" else "rule_resume", row) for row in case.suspensions]
        if case.listing and case.listing.state in self.OF_LISTING:
            waits.append((self.OF_LISTING[case.listing.state], case.listing))
        by_state = {state: action for action, state in AWAITED_OF_MEASURE.items()}
        return [*waits, *((by_state[row.state], row) for row in case.measures if row.state in by_state)]

    OF_LISTING = {"proposed": "decide_listing", "listed": "visit_supervision", "passed": "delist"}

    def owes(self, case: Case, unit: str) -> tuple[bool, bool]:
        """Whether a unit owes something, and whether by a moment that the row itself names: a plan names none."""
        with suppress(Nobody):
            post = self.owing(case)
            if post and post[0] == unit:
                return True, True
        if case.lead and case.lead.unit == unit and case.state in ("assigned", "rectifying"):
            return True, True
        waits = sorted(self._waits(case), key=lambda one: KINDS.index(type(one[1]).__name__) - (one[0] in PARTS))
        for action, row in waits:
            posts = self.posts_for_row(case, action, row) or self.recorders_for_row(case, action, row)
            is_parts = isinstance(row, Part) and action in ("sign_part", "finish_part") and row.unit == unit
            if is_parts or (posts and posts[0][0] == unit):
                return True, not isinstance(row, Plan)
        return False, False

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

    def needs_plan(self, case: Case) -> bool:
        asked = case.level != "general" or (case.listing is not None and case.is_listed and case.listing.needs_plan)
        return case.lead is not None and not self.is_outside(case) and asked

    def waits_for_plan(self, case: Case) -> bool:
        return self.needs_plan(case) and (case.plan is None or case.plan.state != "approved")

    @staticmethod
    def add_doer(case: Case, by: Held | None) -> None:
        """Who did or reported the work, and for whom he stood in; a head who signs it is not one."""
        if by is not None and by.post[1] not in HEADS:
            case.rectifiers |= by.people
