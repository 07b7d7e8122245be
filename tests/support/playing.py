"""The reference and the real district side by side: the same act on both, and what they say of it compared."""

from __future__ import annotations

import uuid
from copy import deepcopy
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from core.clock import StillClock, local, today
from core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from hazards.models import Assignment, Hazard, Instruction, JudgingClause, Upload
from hazards.selectors import access_hazard, list_possible_actions
from hazards.services import perform
from hazards.states import AssignmentState, InstructionState
from organizations.kinds import PERSONAL_POSTS
from organizations.models import Holding, Post, User
from organizations.posts import keys_of, list_held_posts, present_holdings
from organizations.selectors import candidates
from organizations.services import appoint, delegate_post, end_holding, hand_over
from tests.reference import rules
from tests.reference.book import Book
from tests.reference.case import Case, Last
from tests.reference.staff import Held, Staff, Unit
from tests.reference.step import Ask, attempt, report
from tests.support.district import District
from tests.support.invariants import Holders, Rows, check_hazard, present_holders, read_rows, read_with_rows

KINDS: list[tuple[type[DomainError], int]] = [(NotFound, 404), (WrongState, 409), (NotAllowed, 403), (Invalid, 422)]
PHOTO_FIELDS = {
    "fix_on_spot": "after_photos", "submit": "photos", "report_progress": "photos", "record_service": "photos",
    "pass_verification": "photos", "schedule": "photos", "eliminate": "photos", "reopen": "photos",
    "record_double_report": "photos", "record_appraisal": "photos", "add_evidence": "photos", "record_control": "photos",
}  # fmt: skip
TEXTS: dict[str, dict[str, Any]] = {
    "return_for_supplement": {"missing": "请补"},
    "supplement": {"supplement": "已补"},
    "reject": {"reason": "no_hazard", "basis": "已核实"},
    "appeal": {"reason": "新情况"},
    "escalate": {"reason": "超出能力"},
    "self_handle": {"measures": "更换", "interim_control": "警戒"},
    "fix_on_spot": {"acted_first": True},
    "assign": {"requirements": "加固"},
    "notify": {"requirements": "请办理", "letter": "函1号", "control": "警戒"},
    "refer": {"reason": "请交办", "control": "警戒"},
    "assign_referred": {"requirements": "限期整改"},
    "claim": {"requirements": "加固"},
    "send_back_referral": {"ruling": "属学校"},
    "sign": {"interim_control": "警戒"},
    "record_service": {"receiver": "收发室"},
    "transfer": {"reason": "改由", "requirements": "加固"},
    "request_return": {"reason": "非本单位"},
    "rule_return": {"reason": "已核"},
    "finish_part": {"result": "已办"},
    "return_part": {"defects": "补齐"},
    "save_plan": {
        "goal": "消除", "responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁", "contingency": "戊",
        "amount": 100, "funding_source": "公用经费",
    },
    "return_plan": {"comment": "改"},
    "request_support": {"reason": "钱", "amount": 10},
    "answer_support": {"answer": "同意"},
    "change_parties": {"reason": "调整"},
    "schedule": {"reason": "budget", "note": "跨年", "control": "封闭"},
    "report_progress": {"percent": 100, "progress": "好"},
    "submit": {
        "report": "已换", "cost": 1, "responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁",
        "contingency": "戊", "contact": "某人 0000",
    },
    "eliminate": {"decision": "会议", "arrangement": "分流"},
    "arrange_visit": {"visitors": "两人"},
    "return_submission": {"defects": "不清"},
    "fail_verification": {"failed_points": "松动"},
    "pass_verification": {"opinion": "合格"},
    "return_closure": {"doubt": "存疑"},
    "look_back": {"result": "holds", "findings": "好"},
    "reopen": {"cause": "rebound", "findings": "又松"},
    "merge": {"reason": "同一处"},
    "unmerge": {"reason": "不是同一处"},
    "void": {"reason": "重复"},
    "withdraw": {"reason": "点错"},
    "amend": {"reason": "核对"},
    "record_control": {"interim_control": "停用"},
    "add_evidence": {"stage": "document"},
    "instruct": {"instruction": "抓紧"},
    "reply_instruction": {"reply": "已办"},
    "regrade": {"reason": "依据"},
    "record_double_report": {"receiver": "应急局"},
    "record_appraisal": {"body": "鉴定所", "report_number": "1", "control": "封停"},
    "decline_countersign": {"note": "不同意"},
    "seal": {"reason": "事故"},
    "grant_reading": {"reason": "调查"},
}  # fmt: skip
PEOPLE = {"leader", "handler", "second", "reader"}
UNITS = {"lead", "verifier", "to", "unit"}


Move = tuple[str, str, str]


class Players:
    """Both worlds. Numbers of real hazards stand beside the cases of the book."""

    # In so many acts the buttons are looked at once.
    LOOKS_EVERY = 5

    def __init__(self, d: District) -> None:
        self.d = d
        self.numbers: list[str] = []
        self.unit_names = {unit.pk: name for name, unit in d.units.items()}
        self.person_names = {user.pk: name for name, user in d.people.items()}
        self.posts = {(self.unit_names[post.unit_id], post.kind): post.pk for post in Post.objects.all()}
        self.post_names = {pk: name for name, pk in self.posts.items()}
        self.clause = JudgingClause.objects.filter(domain=None).order_by("pk").first()
        self.book = Book(self.read_staff(), self.local_now())
        self._photo = d.photo(d.office)
        self.told: list[str] = []
        # What both did, for the coverage test: (action, from, to), and (machine, from, to).
        self.moves: set[Move] = set()
        # Whether the log is replayed after each act, or once for all acts.
        self.replays = True
        self._holders: tuple[date, Holders] | None = None

    def begin(self, start: Book, numbers: list[str]) -> None:
        """Anew from there; what happened in between was taken back."""
        self.book, self.numbers, self.told = start.copy(), [*numbers], []
        self._holders = None

    def local_now(self) -> Any:
        return local(self.d.at).replace(tzinfo=None)

    def read_staff(self) -> Staff:
        staff = Staff()
        for rank, (name, unit) in enumerate(self.d.units.items()):
            parent = self.unit_names[unit.parent_id] if unit.parent_id else ""
            staff.units[name] = Unit(name, unit.kind, parent, tuple(unit.duty_domains), rank)
        for name, user in self.d.people.items():
            if user.unit_id:
                staff.home[name] = self.unit_names[user.unit_id]
        staff.held = self.read_holdings()
        return staff

    def read_holdings(self) -> list[Held]:
        rows = present_holdings(today(self.d.at)).order_by("post__unit_id", "post__kind", "from_on", "id")
        return [
            Held(self.post_names[row.post_id], self.person_names[row.user_id], self.person_names.get(row.delegated_by_id or 0, ""))
            for row in rows
        ]  # fmt: skip

    # --- acts -------------------------------------------------------------------------------------------------

    def report(self, who: str, unit: str, *, domain: str = "04", suspected: bool = False, direct: bool = False) -> int:
        expected = report(self.book, who, unit, domain=domain, suspected=suspected, direct=direct)
        facts = {
            "unit": self.d.units[unit].pk, "place": f"教室{len(self.numbers)}", "domain": domain, "description": "松动",
            "suspected_major": suspected, **({"channel": "direct"} if direct else {}),
        }  # fmt: skip
        self.told.append(f"report({who!r}, {unit!r}, domain={domain!r}, suspected={suspected}, direct={direct})")
        more = {"acting_post": self.posts[self.book.cases[-1].reporter_post]} if expected == 201 else {}
        code, outcome = self._try("report", self.d.people[who], None, data=facts, **more)
        assert code == (200 if expected == 201 else expected), f"report came to {code}, expected {expected}: {outcome}"
        if code == 200:
            self.numbers.append(outcome.receipt_number)
            self.compare(len(self.numbers) - 1)
        return expected

    def act(self, ask: Ask) -> int:
        """Tries it in both; fails where they differ in what it comes to or where it leads."""
        before = self.book.cases[ask.case]
        row = self.row_of(ask, before)
        expected = attempt(self.book, ask)
        self.told.append(f"{expected} {ask}")
        number = self.numbers[ask.case]
        version = Hazard.objects.values_list("version", flat=True).get(receipt_number=number)
        who = self.d.people[ask.person] if ask.person else None
        more: dict[str, Any] = {"version": version - 1 if ask.is_old else version}
        if ask.by:
            more["acting_post"] = self.posts[ask.by.post]
        if ask.recorded:
            named = {"person": self.d.people[ask.named].pk} if ask.named else {}
            more["on_behalf"] = {"name": "某某", "how": "call", "note": "电话", **named}
        data = self.real(ask, before, who, row)
        offered = self.offered(ask, number)
        code, outcome = self._try(ask.action, who, number, data=data, **more)
        code = 202 if code == 200 and outcome.event == "hazard.countersign_requested" else code
        assert code == expected, f"{number} {ask.action} came to {code}, expected {expected}: {outcome}"
        if offered is not None and code in (200, 202, 403, 409) and not ask.is_old:
            is_done = code in (200, 202)
            assert (ask.action in offered) == is_done, (
                f"{number} {ask.action}: {code}, {'not ' if is_done else ''}offered"
            )
        if code in (200, 202):
            # A consent is told as the act that was agreed to.
            to = before.state if ask.action == "confirm_countersign" else outcome.state
            self.moves.add((ask.action, before.state, to))
            self.compare(ask.case)
        return code

    def offered(self, ask: Ask, number: str) -> set[str] | None:
        """What his page offers him, now and then; None where it was not looked at."""
        if not ask.person or ask.recorded or len(self.told) % self.LOOKS_EVERY:
            return None
        try:
            case = access_hazard(self.d.people[ask.person], number, self.d.at)
        except NotFound:
            return set()
        return {possible.action.name for possible in list_possible_actions(case)}

    def _try(self, action: str, who: User | None, number: str | None, **more: Any) -> tuple[int, Any]:
        try:
            return 200, perform(action, actor=who, at=self.d.at, number=number, **more)
        except DomainError as error:
            code = next(code for kind, code in KINDS if isinstance(error, kind))
            return code, f"{error.message} {getattr(error, 'fields', '')}"

    def row_of(self, ask: Ask, case: Case) -> int | None:
        """The id of the small row that the data names by the key of the reference."""
        key = ask.data.get("row")
        if key is None:
            return None
        hazard = self.find(self.numbers[ask.case])
        if ask.action == "reply_instruction":
            place = [one.key for one in case.instructions].index(key)
            rows = Instruction.objects.filter(hazard=hazard, state=InstructionState.OPEN).order_by("pk")
            return rows.values_list("pk", flat=True)[place]
        unit = next(part.unit for part in case.assignments if part.key == key)
        living = Assignment.objects.filter(hazard=hazard, unit=self.d.units[unit]).exclude(
            state=AssignmentState.CANCELED
        )
        return living.exclude(kind="control").values_list("pk", flat=True).get()

    def real(self, ask: Ask, case: Case, who: User | None, row: int | None) -> dict[str, Any]:
        """What the reference calls by name, as the service takes it."""
        data: dict[str, Any] = dict(TEXTS.get(ask.action, {}))
        for name, value in ask.data.items():
            if name in ("row", "photos", "second_name", "master"):
                continue
            if name in PEOPLE:
                data[name] = self.d.people[value].pk
            elif name in UNITS and value in self.d.units:
                data[name] = self.d.units[value].pk
            elif name in ("co_units", "add"):
                data[name], data["co_task"] = [self.d.units[one].pk for one in value], "配合"
            elif name == "clause":
                data[name] = self.clause.pk if value and self.clause else None
            else:
                data[name] = value
        if row is not None:
            data["instruction" if ask.action == "reply_instruction" else "part"] = row
        if ask.data.get("master") is not None:
            data["master"] = self.numbers[ask.data["master"]]
        self._add_photos(ask, case, who, data)
        self._add_days(ask, data)
        return data

    def _add_photos(self, ask: Ask, case: Case, who: User | None, data: dict[str, Any]) -> None:
        field = PHOTO_FIELDS.get(ask.action)
        if who is None or not field or not ask.data.get("photos", True):
            return
        data[field] = [str(self.photo(who).pk)]
        if ask.action == "record_appraisal":
            data["control_photos"] = [str(self.photo(who).pk)]
        if ask.data.get("second_name"):
            data |= {"second_name": "某专家", "second_phone": "00000000", "signed_sheet": [str(self.photo(who).pk)]}

    def _add_days(self, ask: Ask, data: dict[str, Any]) -> None:
        on = today(self.d.at)
        match ask.action:
            case "arrange_visit":
                data["visit_on"] = on + timedelta(1)
            case "record_double_report":
                data["reported_on"] = on
            case "record_appraisal":
                data["appraised_on"] = on
            case "grant_reading":
                data["until_on"] = on + timedelta(30)
            case "amend":
                data["place"] = f"部位{len(self.told)}"
            case "save_plan":
                data["milestones"] = f"{on.isoformat()} 完成"
            case "schedule":
                until_on = on + timedelta(400)
                data |= {"year": until_on.year, "until_on": until_on, "milestones": f"{until_on.isoformat()} 完成"}

    def photo(self, who: User) -> Upload:
        """Another row of the one stored picture."""
        photo = deepcopy(self._photo)
        photo.pk, photo.uploader, photo.uploaded_at = uuid.uuid4(), who, self.d.at
        photo.stored_as = f"played/{photo.pk.hex}.jpg"
        photo.save(force_insert=True)
        return photo

    def find(self, number: str) -> Hazard:
        return Hazard.objects.defer("search").get(receipt_number=number)

    # --- comparing --------------------------------------------------------------------------------------------

    def compare(self, index: int) -> None:
        """State, whose turn it is, the turns beside it, who did the work: as the reference has them; and what always holds."""
        case, at = self.book.cases[index], self.d.at
        hazard = read_with_rows(receipt_number=self.numbers[index])
        rows = read_rows([hazard])[hazard.pk]
        owes = self.book.owing(case)
        told = (hazard.state, self.post_names.get(hazard.responsible_post_id or 0), self.turns(rows))
        expected = (case.state, owes, sorted(case.turns()))
        assert told == expected, f"{told}\nexpected {expected}"
        people = {self.person_names[pk] for pk in hazard.rectifiers}
        assert people == case.rectifiers, f"rectifiers {people}, expected {case.rectifiers}"
        told_units = self.unit_names.get(hazard.verifying_unit_id or 0, ""), self.unit_names[hazard.handling_unit_id]
        assert told_units == (case.verifying, case.handling), f"verified and handled by {told_units}"
        assert (hazard.level, hazard.level_is_pending, hazard.round) == (case.level, case.is_pending, case.round)
        check_hazard(hazard, rows, self.holders_at(at), replays=self.replays)

    def turns(self, rows: Rows) -> list[tuple[str, str, str]]:
        by_id = {(name, row.pk): row for name, found in rows.by_machine.items() for row in found}
        found = []
        for task in rows.turns:
            machine = task.process.machine
            row = by_id["part" if machine == "return" else machine, task.process.row_id]
            found.append((machine, *self._told_of(machine, row)))
        return sorted(found)

    def _told_of(self, machine: str, row: Any) -> tuple[str, str]:
        match machine:
            case "part":
                return str(row.state), self.unit_names[row.unit_id]
            case "return":
                return str(row.return_state), self.unit_names[row.unit_id]
            case "plan":
                return str(row.state), ""
            case "countersign":
                return "open", row.action
            case _:
                return "open", self.unit_names[row.to_unit_id]

    def holders_at(self, at: datetime) -> Holders:
        """Read anew when people or days changed."""
        if self._holders is None or self._holders[0] != today(at):
            self._holders = (today(at), present_holders(at))
        return self._holders[1]

    def compare_readers(self, indexes: list[int]) -> None:
        """Who may read each case."""
        for index in indexes:
            hazard, case = self.find(self.numbers[index]), self.book.cases[index]
            for name, user in self.d.people.items():
                keys = keys_of(user, list_held_posts(user, self.d.at))
                sees = not set(keys).isdisjoint(hazard.visible_to)
                expected = self.book.sees(name, case)
                assert sees == expected, f"{name} {'reads' if sees else 'does not read'} {case.state} {hazard}"

    # --- time and people --------------------------------------------------------------------------------------

    def time_passes(self, hours: int) -> None:
        """Some stood in for others until a day."""
        StillClock.advance(timedelta(hours=hours))
        self.book.now = self.local_now()
        self.told.append(f"it is {self.book.now}")
        self.people_changed()

    def change_people(self, what: str, rng: Random) -> None:
        """Somebody leaves, comes back, lets another stand in, or hands his post over; refused where work would lie."""
        who = rng.choice(sorted(self.d.people))
        holding = self.holding_of(who)
        after = self.book.copy()
        on = today(self.d.at)
        if what == "comes back":
            self._comes_back(who)
            return
        if holding is None:
            return
        post = self.post_names[holding.post_id]
        to = rng.choice(sorted(set(self.d.people) - {who}))
        if what == "stands in":
            candidates_ = list(candidates(holding, self.d.at).order_by("pk"))
            if holding.post.kind in PERSONAL_POSTS or not candidates_:
                return
            to = self.person_names[rng.choice(candidates_).pk]
            if any(one.post == post and (one.person == to or one.stands_for == who) for one in self.book.staff.held):
                return
            until_on = on + timedelta(rng.randint(1, 20))
            delegate_post(
                actor=self.d.people[who], holding=holding, to=self.d.people[to], from_on=on, until_on=until_on,
                reason="培训", at=self.d.at,
            )  # fmt: skip
            self.told.append(f"{to} stands in for {who} until {until_on}")
            self.people_changed()
            return
        if what == "hands over" and any(one.post == post and one.person == to for one in self.book.staff.held):
            return
        successor = to if what == "hands over" else ""
        expected = self._expect_leave(after, who, post, successor)
        try:
            with transaction.atomic():
                if successor:
                    hand_over(actor=None, holding=holding, to=self.d.people[to], on=on, at=self.d.at)
                else:
                    end_holding(actor=None, holding=holding, until_on=on, at=self.d.at)
        except Invalid as error:
            assert not expected, f"{who} may leave {post}, yet: {error.message} {error.fields}"
            return
        self.told.append(f"{who} leaves {post}{f' to {to}' if successor else ''}")
        assert expected, f"{who} leaves {post}, and something waits for nobody"
        self.book = after
        self.people_changed()

    def _comes_back(self, who: str) -> None:
        left = (
            Holding.objects.filter(user=self.d.people[who], delegated_by=None)
            .exclude(until_on=None)
            .order_by("-pk")
            .first()
        )
        if left is None or self.book.staff.posts_of(who):
            return
        # As if he had never been away: an appointment may not overlap the one before.
        appoint(actor=None, post=left.post, user=self.d.people[who], from_on=today(self.d.at), at=self.d.at)
        self.told.append(f"{who} comes back")
        self.people_changed()

    def _expect_leave(self, after: Book, who: str, post: tuple[str, str], successor: str) -> bool:
        """Changes the book; False where somebody else has to be found first."""
        held = [one for one in after.staff.held if one.post != post or who not in one.people]
        after.staff.held = [*held, *([Held(post, successor)] if successor else [])]
        still_there = after.staff.works_in(who, post[0])
        after.cases = [case.copy() for case in after.cases]
        for index, case in enumerate(after.cases):
            owed = self.book.owed_by(self.book.cases[index])
            if successor or not still_there:
                pass_on(case, who, post, successor, keeps_lead=still_there)
            if who in case.readers and not any(one.post[1] == "investigator" for one in after.staff.posts_of(who)):
                # What was opened to him as an inquirer is closed with his post.
                case.readers.discard(who)
                case.last = Last("lapse_reading", "", None, False, False, None)
            left = after.owed_by(case)
            if any(old == post and new is None for old, new in zip(owed, left, strict=False)):
                return False
        return True

    def people_changed(self) -> None:
        """After an appointment or a leave in the database."""
        self.book.staff.held = self.read_holdings()
        self._holders = None

    def holding_of(self, who: str) -> Holding | None:
        rows = Holding.objects.filter(user=self.d.people[who], until_on=None, delegated_by=None)
        return rows.select_related("post__unit", "user").order_by("pk").first()


def pass_on(case: Case, old: str, post: tuple[str, str], new: str, *, keeps_lead: bool) -> None:
    """What bears his name in the post's unit goes to the successor; a proposal of his or for him ends."""
    if case.state in rules.TERMINAL:
        return
    rows = [part for part in case.assignments if part.state not in ("confirmed", "canceled")]
    named = [part for part in rows if old in (part.leader, part.handler)]
    asked = case.proposal
    is_his = asked and ((asked.proposer == old and asked.post[0] == post[0]) or asked.named == old)
    if not any(part.unit == post[0] for part in named) and not is_his:
        return
    found = False
    for part in named:
        if part.leader == old and not keeps_lead:
            part.leader, found = new, True
        if part.handler == old:
            part.handler, found = new, True
            case.rectifiers |= {new} - {""}
    if asked and old in (asked.proposer, asked.named):
        case.proposal, found = None, True
    if not found:
        return
    case.last = Last("pass_on", "", None, False, False, None)
