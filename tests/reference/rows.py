"""What waits for somebody beside the main line: whose each small row is, who may act on it, who enters it for others."""

from __future__ import annotations

from tests.reference import rules
from tests.reference.case import Asked, Case, Extension, Listing, Measure, Part, Plan, Proposal, Suspension
from tests.reference.sight import Sight
from tests.reference.staff import TREE, Held, Post

ClockRow = Extension | Suspension | Listing | Measure
Row = Part | Plan | Proposal | Asked | ClockRow
# What each act on a measure waits for.
AWAITED_OF_MEASURE = {"decide_measure": "draft", "record_interview": "issued", "reply_measure": "awaiting_reply"}


def askers(action: str, row: Row) -> frozenset[str]:
    """Who waits for the answer that this act would be."""
    if action == "rule_extension" and isinstance(row, Extension):
        return row.asked_by
    if action == "rule_resume" and isinstance(row, Suspension) and row.state == "resume_requested":
        return row.asked_by
    return frozenset()


class SmallRows(Sight):
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
            case "rule_extension":
                return [case.extension] if case.extension else []
        return self._rows_of_clock(case, action)

    def _rows_of_clock(self, case: Case, action: str) -> list[Row]:
        match action:
            case "prove_guard" | "rule_resume" | "end_use":
                return [*case.suspensions]
            case "request_resume":
                return [row for row in case.suspensions if row.state == "in_force"]
            case "delist":
                return [case.listing] if case.listing and case.is_listed else []
            case "decide_listing" | "visit_supervision":
                wanted = "proposed" if action == "decide_listing" else "listed"
                return [case.listing] if case.listing and case.listing.state == wanted else []
            case "withdraw_measure":
                return [row for row in case.measures if row.state != "draft"]
        return [row for row in case.measures if row.state == AWAITED_OF_MEASURE[action]]

    def row_unit(self, case: Case, action: str, row: Row) -> str:
        if isinstance(row, Part):
            if action == "rule_return":
                return row.issuer
            return case.lead.unit if action in ("confirm_part", "return_part") and case.lead else row.unit
        if isinstance(row, Plan):
            return case.lead.issuer if case.lead else ""
        if isinstance(row, ClockRow):
            return self._unit_of_clock(case, action, row)
        return row.to if isinstance(row, Asked) else self.bureau(case)

    def _unit_of_clock(self, case: Case, action: str, row: ClockRow) -> str:
        if isinstance(row, Extension):
            return row.to
        if isinstance(row, Suspension):
            return {"rule_resume": row.issuer, "end_use": self.bureau(case)}.get(action, row.unit)
        if isinstance(row, Listing):
            return row.supervisor if action == "visit_supervision" else row.lister
        return row.unit if action == "reply_measure" else row.to

    def posts_for_row(self, case: Case, action: str, row: Row) -> list[Post]:
        """The posts that may do it themselves."""
        if isinstance(row, Proposal):
            return self.seconds(case, row)
        barred = self.barred_from_row(case, action, row)
        found = self.nearest(case, self.row_unit(case, action, row), action, barred)
        if isinstance(row, Measure) and action == "withdraw_measure":
            own = [post for post in found if self.deciders(post, row)]
            return own or [post for post in found if post == row.decided_post] or found
        if not found and isinstance(row, Plan):
            found = self.nearest(case, self.bureau(case), action, barred)
        return found

    def barred_from_row(self, case: Case, action: str, row: Row) -> set[str]:
        """Nobody answers his own request."""
        return self.barred(case, action) | askers(action, row)

    def deciders(self, post: Post, row: Measure) -> list[Held]:
        """He who issued it, as he holds the post or lets another stand in."""
        return [one for one in self.staff.holders(post) if row.decided_by in one.people]

    def recorders_for_row(self, case: Case, action: str, row: Row) -> list[Post]:
        """Who enters it for a unit whose posts nobody holds."""
        if isinstance(row, Plan | Proposal):
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

    def recorders(self, case: Case, unit: str, issuer: str) -> list[Post]:
        """Who enters what a unit without accounts did: the office that gave it the work, else the bureau's."""
        if case.is_restricted:
            return []
        start = self.staff.units[unit].parent or issuer if self.staff.kind(unit) in TREE else issuer
        return self.staff.nearest(start, rules.RECORDERS) or self.staff.nearest(self.bureau(case), rules.RECORDERS)
