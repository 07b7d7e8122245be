"""Who reads a case: architecture 1.5."""

from __future__ import annotations

from tests.reference.case import Case
from tests.reference.posts import Posts
from tests.reference.staff import CAMPUS, PERSONAL


class Sight(Posts):
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

    def _named(self, case: Case) -> set[str]:
        people = {name for part in case.assignments for name in (part.handler,)}
        people |= {case.lead.leader} if case.lead else set()
        if case.proposal and case.proposal.named:
            people.add(case.proposal.named)
        return people - {""}

    def _known_to(self, case: Case) -> tuple[set[str], set[str]]:
        """Units whose people read it, and units whose confidant does."""
        guests = {name for part in case.parts for name in (part.unit, part.issuer)} | case.instructed | case.asked_units
        guests |= {row.unit for row in case.measures if row.state != "draft"}
        guests |= {case.listing.lister, case.listing.supervisor} if case.listing else set()
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
