"""The bureau, the units that act as parties, and the posts that may act for a unit: architecture 3.2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.reference import rules
from tests.reference.case import Case
from tests.reference.staff import OUTSIDE, TREE, Held, Post, Staff


@dataclass
class Posts:
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
            "campus": case.unit,
        }.get(party, "")  # fmt: skip

    def permitted(self, case: Case, action: str, party: str = "") -> list[Post]:
        party = party or rules.PARTY[action]
        unit = self.party_unit(case, party)
        is_handling = party == "handling"
        name = "appeal.decide" if is_handling and case.is_appealed and case.rejected_in == case.handling else action
        return self.nearest(case, unit, name, self.barred(case, action)) if unit else []

    def mine(self, person: str, posts: Sequence[Post], barred: Iterable[str] = ()) -> list[Held]:
        shut = frozenset(barred)
        return [one for one in self.staff.posts_of(person) if one.post in posts and not one.people & shut]

    def is_outside(self, case: Case) -> bool:
        return case.lead is not None and self.staff.kind(case.lead.unit) not in TREE

    def of_region(self, kinds: Iterable[str]) -> set[str]:
        wanted = frozenset(kinds)
        return {name for name, unit in self.staff.units.items() if unit.kind in wanted}

    def outside(self) -> set[str]:
        return self.of_region(OUTSIDE)
