"""What somebody may sensibly fill in: mostly good, now and then something a guard refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.reference import rules
from tests.reference.book import Book
from tests.reference.case import Case
from tests.reference.recording import may_record
from tests.reference.staff import TREE, Held
from tests.reference.step import Ask

Data = dict[str, Any]
# A second verifier in name only is one whose phone and signature are on the sheet.
ROW_ACTIONS = {
    "request_return", "rule_return", "sign_part", "finish_part", "confirm_part", "return_part", "reply_instruction",
    "prove_guard", "request_resume", "rule_resume", "end_use", "decide_measure", "record_interview", "reply_measure",
    "withdraw_measure",
}  # fmt: skip


class Chooser:
    """Draws acts for a book."""

    def __init__(self, book: Book, rng: Random) -> None:
        self.book = book
        self.rng = rng

    def pick(self, *names: str) -> str:
        return self.rng.choice(names)

    def one_of(self, names: Sequence[str] | set[str]) -> str:
        return self.rng.choice(sorted(names))

    def people(self) -> list[str]:
        return sorted({held.person for held in self.book.staff.held} | set(self.book.staff.home))

    # --- who --------------------------------------------------------------------------------------------------

    def who_may(self, case: Case, action: str) -> list[Held]:
        return [
            held
            for person in self.people()
            if self.book.sees(person, case)
            for held in self.book.may(person, case, action)
        ]

    def who_records(self, case: Case, action: str) -> list[Held]:
        return [
            held for person in self.people()
            if self.book.sees(person, case) for held in may_record(self.book, person, case, action)
        ]  # fmt: skip

    # --- what -------------------------------------------------------------------------------------------------

    def awaited(self, index: int) -> list[str]:
        """What somebody waits for in the case: the main act, and those of its small rows."""
        case = self.book.cases[index]
        waits = {
            ("part", "sent"): "sign_part", ("part", "signed"): "finish_part", ("part", "done"): "confirm_part",
            ("plan", "in_review"): "approve_plan", ("return", "requested"): "rule_return", ("support", "open"): "answer_support",
            ("instruction", "open"): "reply_instruction", ("countersign", "open"): "confirm_countersign",
            ("extension", "requested"): "rule_extension", ("suspension", "in_force"): "request_resume",
            ("suspension", "resume_requested"): "rule_resume", ("supervision", "proposed"): "decide_listing",
            ("supervision", "listed"): "visit_supervision", ("supervision", "passed"): "delist",
            ("measure", "draft"): "decide_measure", ("measure", "issued"): "record_interview",
            ("measure", "awaiting_reply"): "reply_measure",
        }  # fmt: skip
        found = [waits[machine, state] for machine, state, _ in case.turns() if (machine, state) in waits]
        if case.plan and case.plan.state == "draft":
            found.append("submit_plan" if case.plan.is_whole else "save_plan")
        if main := self.book.awaited(case):
            found += [main, main]
        if case.listing and case.listing.state == "listed" and case.plan is None:
            found.append("save_plan")
        if case.state == "verified" and case.level == "major":
            found += ["record_double_report", "regrade"]
        if case.state in rules.TERMINAL:
            found += [
                action for action in ("appeal", "unmerge", "reopen", "look_back") if case.state in rules.FROM[action]
            ]
        return found

    def legal(self, index: int) -> list[str]:
        return [action for action, states in rules.FROM.items() if self.book.cases[index].state in states]

    def ask(self, index: int, action: str, *, who: Held | None = None, recorded: bool = False) -> Ask:
        """By the one given, else by anybody."""
        case = self.book.cases[index]
        if action in rules.CLOCK:
            return Ask(index, action, "")
        if who is None:
            person = self.one_of(self.people())
            posts = self.book.may(person, case, action) or self.book.staff.posts_of(person)
            who = self.rng.choice(posts) if posts else None
        else:
            person = who.person
        named = self._named(case) if recorded and action == "confirm_countersign" else ""
        data = self.data(index, action, person, who, recorded=recorded)
        return Ask(index, action, person, who, data, recorded=recorded, named=named)

    def _named(self, case: Case) -> str:
        posts = self.book.seconds(case, case.proposal) if case.proposal else []
        able = [held.person for post in posts for held in self.book.staff.holders(post)]
        return self.rng.choice([*able, *able, "section"]) if able else "section"

    def data(self, index: int, action: str, person: str, by: Held | None, *, recorded: bool = False) -> Data:
        case = self.book.cases[index]
        data: Data = {}
        make: Callable[[Case], Data] | None = getattr(self, f"_{action}", None)
        if make is not None:
            data = make(case)
        if action in ROW_ACTIONS:
            rows = self.book.rows(case, action)
            mine = (
                rows if recorded else [row for row in rows if by and by in self.book.for_row(person, case, action, row)]
            )
            if len(rows) > 1 and mine:
                data["row"] = self.rng.choice(mine).key
        return data

    def _staff_of(self, case: Case) -> list[str]:
        staff, unit = self.book.staff, case.lead.unit if case.lead else case.unit
        return [held.person for held in staff.held if held.post[0] == unit] or ["central", "teacher"]

    def _people(self, case: Case) -> Data:
        names = self._staff_of(case)
        names = [*names, *names, *names, *names, "outsider"]
        return {"leader": self.rng.choice(names), "handler": self.rng.choice(names)}

    def _sign(self, case: Case) -> Data:
        if self.book.is_outside(case):
            return {"handler_name": "某某 0000"}
        return self._people(case)

    _self_handle = _people

    def _file(self, case: Case) -> Data:
        is_own = case.handling == case.unit
        level = self.pick(
            "general", "general", "general" if is_own else "significant", "general" if is_own else "major"
        )
        whose = self.pick("school", "school", "school" if is_own else "department", "school" if is_own else "bureau")
        domain = "08" if case.is_restricted else self.pick("04", "04", "02", "08")
        return {
            "level": level,
            "competence": whose,
            "domain": domain,
            "clause": level == "major" and self.rng.random() < 0.9,
        }

    def _assign(self, case: Case) -> Data:
        lead = self.pick(case.unit, case.unit, case.unit, "central", "edu", "section", "fire", "point")
        data: Data = {"lead": lead}
        if self.rng.random() < 0.35:
            data["co_units"] = [self.pick("sibling", "fire", "transport", "central", "town")]
        if self.rng.random() < 0.2:
            data["verifier"] = self.pick("central", "section", "edu", "fire")
        return data

    def _notify(self, case: Case) -> Data:
        return {"lead": self.pick("fire", "transport", "town", "transport", "section")}

    def _refer(self, case: Case) -> Data:
        return {"to": "gov", **({"lead": self.pick("fire", "transport")} if self.rng.random() < 0.8 else {})}

    def _assign_referred(self, case: Case) -> Data:
        data: Data = {"lead": self.pick("fire", "transport", "town", "edu", "school")}
        if self.rng.random() < 0.3:
            data["co_units"] = [self.pick("town", "section", "fire")]
        return data

    def _send_back_referral(self, case: Case) -> Data:
        return {"competence": self.pick("school", "bureau", "department")}

    def _transfer(self, case: Case) -> Data:
        return {"lead": self.pick(case.unit, "sibling", "central", "edu", "fire", "transport", "town", "section")}

    def _rule_return(self, case: Case) -> Data:
        ruling = self.pick("keep", "transfer", "transfer", "back")
        return {"ruling": ruling, **({"lead": self._transfer(case)["lead"]} if ruling == "transfer" else {})}

    def _sign_part(self, case: Case) -> Data:
        parts = [part for part in case.co_parts if part.state == "sent"]
        names = [held.person for part in parts for held in self.book.staff.held if held.post[0] == part.unit]
        return {"handler": self.rng.choice(names)} if names and self.rng.random() < 0.8 else {"handler_name": "某某"}

    def _request_support(self, case: Case) -> Data:
        return {"kind": self.pick("funding", "appraisal")}

    def _answer_support(self, case: Case) -> Data:
        return {"ruling": self.pick("grant", "decline")}

    def _regrade(self, case: Case) -> Data:
        level = self.pick("general", "significant", "major")
        return {"level": level, "clause": level == "major"}

    def _record_double_report(self, case: Case) -> Data:
        missing = sorted({"department", "staff"} - case.double)
        return {"to": self.rng.choice(missing or ["staff"])}

    def _record_appraisal(self, case: Case) -> Data:
        return {"grade": self.pick("A", "B", "C", "D")}

    def _report_progress(self, case: Case) -> Data:
        return {"photos": True}

    def _pass_verification(self, case: Case) -> Data:
        if case.level == "general":
            return {}
        if self.rng.random() < 0.5:
            return {"second_name": "某专家"}
        return (
            {"second": self.pick("section", "director", "leader", "central", "office")}
            if self.rng.random() < 0.9
            else {}
        )

    def _close(self, case: Case) -> Data:
        if case.closure:
            return {"closure_type": case.closure}
        usual = "handed_over" if self.book.is_outside(case) else "rectified"
        return {"closure_type": self.pick(usual, usual, usual, usual, "demolished", "on_the_spot")}

    def _eliminate(self, case: Case) -> Data:
        return {"closure_type": self.pick("demolished", "shut_down", "out_of_use", "vanished")}

    def _change_parties(self, case: Case) -> Data:
        return (
            {"handler": self._people(case)["handler"]}
            if self.rng.random() < 0.5
            else {"add": [self.pick("sibling", "town")]}
        )

    def _instruct(self, case: Case) -> Data:
        return {"to": self.pick(case.unit, case.handling, "fire", case.lead.unit if case.lead else case.unit)}

    def _grant_reading(self, case: Case) -> Data:
        return {"reader": "investigator"}

    def _merge(self, case: Case) -> Data:
        others = [n for n, one in enumerate(self.book.cases) if one is not case]
        fits = [
            n for n in others if self.book.cases[n].unit == case.unit and self.book.cases[n].state not in rules.TERMINAL
        ]
        return {"master": self.rng.choice([*fits, *fits, *others])}

    def _record_service(self, case: Case) -> Data:
        return {"refused": self.rng.random() < 0.3}

    def _reopen(self, case: Case) -> Data:
        return {"cause": self.pick("rebound", "false")}

    # --- the clock --------------------------------------------------------------------------------------------

    def _some_day(self, case: Case, *, most: int) -> date:
        """Mostly after the present limit, now and then before it or too far."""
        limit_on = case.lead.limit_on if case.lead else self.book.now.date()
        days = self.rng.choice([1, 2, most, most, most + 1, -1, 0, 500])
        return max(limit_on, self.book.now.date()) + timedelta(days=days)

    def _request_extension(self, case: Case) -> Data:
        return {"until": self._some_day(case, most=7)}

    def _rule_extension(self, case: Case) -> Data:
        if self.rng.random() < 0.3 or case.extension is None:
            return {"ruling": "refuse"}
        shorter = {"until": case.extension.until - timedelta(days=1)} if self.rng.random() < 0.3 else {}
        return {"ruling": "grant", **shorter}

    def _set_limit(self, case: Case) -> Data:
        return {"until": self._some_day(case, most=20)}

    def _suspend(self, case: Case) -> Data:
        return {"kind": self.pick("room", "equipment"), "scope": self.pick("三楼", "四楼")}

    def _rule_resume(self, case: Case) -> Data:
        return {"ruling": self.pick("grant", "refuse", "revoke")}

    def _someone(self, case: Case) -> str:
        parts = [part.unit for part in case.assignments]
        return self.pick(case.unit, case.handling, case.referred_to or "fire", "fire", *parts, *parts)

    def _remind(self, case: Case) -> Data:
        return {"to": self._someone(case)}

    def _propose_measure(self, case: Case) -> Data:
        to = self._someone(case)
        usual = ("bulletin", "interview", "accountability", "transfer")
        letters = ("urge_letter", "county_supervision")
        is_own = self.book.staff.kind(to) in TREE
        kinds = [*usual, *usual, *letters] if is_own else [*letters, *letters, "bulletin"]
        return {"to": to, "kind": self.rng.choice(kinds), "cause": "拖延"}

    def _decide_measure(self, case: Case) -> Data:
        return {"ruling": self.pick("issue", "issue", "issue", "decline"), "wants_reply": self.rng.random() < 0.3}

    def _propose_listing(self, case: Case) -> Data:
        authority = {"authority": self.pick("sector", "county")} if self.rng.random() < 0.3 else {}
        return {"trigger": self.pick("L-1", "L-3", "L-4", "L-4", "L-7", "L-8"), **authority}

    def _decide_listing(self, case: Case) -> Data:
        return {"ruling": self.pick("list", "list", "decline")}

    def _delist(self, case: Case) -> Data:
        is_accepted = case.listing is not None and case.listing.state == "passed" and case.state == "verified"
        return {"is_wrong": (not is_accepted) != (self.rng.random() < 0.2)}

    # --- a step -----------------------------------------------------------------------------------------------

    def step(self, way: str, indexes: Sequence[int]) -> Ask:
        """`way`: what is awaited, what is legal, anything; by who may, by a recorder, by anybody."""
        index = self.rng.choice(list(indexes))
        case = self.book.cases[index]
        actions = sorted(rules.FROM)
        if way == "awaited" and self.awaited(index):
            actions = self.awaited(index)
        elif way in ("legal", "recorded", "awaited"):
            actions = self.legal(index)
        action = self.rng.choice(actions)
        recorded = way == "recorded"
        if action in rules.CLOCK:
            return self.ask(index, action)
        able = self.who_records(case, action) if recorded else self.who_may(case, action)
        if way == "awaited" and not able:
            able, recorded = self.who_records(case, action), True
        who = self.rng.choice(able) if able and way != "wild" else None
        return self.ask(index, action, who=who, recorded=recorded and who is not None)
