"""A small district for tests: two central schools, three schools, a bureau, a department, and a standing cast."""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image

from core.clock import StillClock, today
from hazards.models import Hazard, JudgingClause, Upload
from hazards.services import Outcome, perform
from hazards.uploads import store_upload
from organizations.kinds import UNIT_POSTS, PostKind, UnitKind, default_title
from organizations.models import Holding, Mandate, Post, Unit, User
from organizations.services import end_holding

LONG_AGO = date(2020, 1, 1)
PASSWORD = "test-password-2026"


def make_unit(kind: UnitKind, name: str, parent: Unit | None = None, **more: Any) -> Unit:
    unit = Unit.objects.create(
        kind=kind,
        name=name,
        parent=parent,
        region_code="361102",
        prefecture_code="361100",
        created_at=StillClock.START,
        **more,
    )
    unit.path = [*(parent.path if parent else []), unit.pk]
    unit.save()
    Post.objects.bulk_create(
        Post(unit=unit, kind=post, title=default_title(kind, post)) for post in UNIT_POSTS.get(kind, ())
    )
    return unit


def make_person(username: str, unit: Unit | None, *posts: PostKind, **more: Any) -> User:
    user = User.objects.create_user(
        username,
        PASSWORD,
        name=f"测试{username}",
        unit=unit,
        must_set_password=False,
        created_at=StillClock.START,
        **more,
    )
    for kind in posts:
        assert unit is not None
        give_post(user, unit, kind)
    return user


def give_post(user: User, unit: Unit, kind: PostKind) -> Holding:
    post = Post.objects.get(unit=unit, kind=kind)
    return Holding.objects.create(post=post, user=user, from_on=LONG_AGO, created_at=StillClock.START)


def photo_bytes(colour: str = "gray", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class District:
    """Units and people by short name; `do` performs an action through the one door."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def at(self) -> datetime:
        return StillClock().now()

    def mandate(self) -> None:
        """The bureau lets its central schools file and assign what is 一般."""
        for action in ("file", "assign"):
            Mandate.objects.create(bureau=self.units["edu"], action=action, level="general")

    def photo(self, who: User) -> Upload:
        return store_upload(actor=who, raw=photo_bytes(), name="现场.jpg", at=self.at)

    def do(self, action: str, who: User, hazard: str | None = None, /, **more: Any) -> Outcome:
        """Perform with the version as it is now; envelope arguments start with an underscore."""
        envelope = {name[1:]: more.pop(name) for name in list(more) if name.startswith("_")}
        if hazard is not None and "version" not in envelope:
            envelope["version"] = self.find(hazard).version
        return perform(action, actor=who, at=self.at, number=hazard, data=more, **envelope)

    def find(self, number: str) -> Hazard:
        by = {"receipt_number": number} if number.startswith("S") else {"file_number": number}
        return Hazard.objects.get(**by)

    def report(self, who: User | None = None, **more: Any) -> str:
        """A receipt number of a plain report of the first school's teacher."""
        facts: dict[str, object] = {
            "unit": self.units["school"].pk, "place": "教学楼二楼", "domain": "04", "description": "栏杆松动", **more,
        }  # fmt: skip
        return self.do("report", who or self.teacher, **facts).receipt_number

    def reach(self, state: str) -> str:
        """A hazard of the first school in a state, by the office's path for all that comes after filing."""
        number = self.report()
        if state == "reported":
            return number
        if state == "returned":
            self.do("return_for_supplement", self.safety, number, missing="请补照片")
            return number
        if state == "rejected":
            self.do("reject", self.safety, number, reason="no_hazard", basis="已核实")
            return number
        self.do("escalate", self.safety, number, reason="请教育局统一安排")
        if state == "voided":
            self.do("void", self.director, number, reason="重复录入")
            return number
        self.do("file", self.office, number, level="general", domain="04", competence="school")
        return self._go_on(number, state)

    def _go_on(self, number: str, state: str) -> str:
        steps = ("filed", "assigned", "rectifying", "submitted", "verified", "closed")
        acts = {
            "assigned": lambda: self.do(
                "assign", self.office, number, lead=self.units["school"].pk, requirements="加固"
            ),
            "rectifying": lambda: self.sign(number),
            "submitted": lambda: self.submit(number),
            "verified": lambda: self.do("pass_verification", self.office, number, opinion="合格"),
            "closed": lambda: self.do("close", self.office, number, closure_type="rectified"),
        }
        for step in steps[1 : steps.index(state) + 1]:
            acts[step]()
        return number

    def reach_own(self, state: str) -> str:
        """A hazard in a state by the school's own path: reported, self-handled, submitted, confirmed."""
        number = self.report()
        steps = ("reported", "rectifying", "submitted", "closed")
        acts = {
            "rectifying": lambda: self.self_handle(number),
            "submitted": lambda: self.submit(number),
            "closed": lambda: self.do("confirm_and_close", self.principal, number),
        }
        for step in steps[1 : steps.index(state) + 1]:
            acts[step]()
        return number

    def reach_significant(self) -> str:
        """A 较大 hazard under rectification, which is as far as it gets without a plan."""
        number = self.report()
        self.do("escalate", self.safety, number, reason="达到较大")
        self.do("file", self.office, number, level="significant", domain="04", competence="school")
        self.do("assign", self.office, number, lead=self.units["school"].pk, requirements="加固")
        self.sign(number)
        return number

    @property
    def clause(self) -> int:
        """Of a standard by which a hazard is judged 重大."""
        return JudgingClause.objects.order_by("pk").values_list("pk", flat=True)[0]

    def filed_major(self, **more: Any) -> str:
        """A 重大 that office and leader have filed."""
        number = self.report(suspected_major=True, interim_control="已停用", **more)
        facts = {"level": "major", "domain": "04", "competence": "school", "clause": self.clause}
        self.do("file", self.office, number, **facts)
        self.do("confirm_countersign", self.leader, number)
        return number

    def graded(self, level: str, state: str = "submitted") -> str:
        """A 较大 or 重大 hazard of the school in a state, each step by who should do it."""
        if level == "major":
            number = self.filed_major()
        else:
            number = self.report()
            self.do("escalate", self.safety, number, reason="达到较大")
            self.do("file", self.office, number, level=level, domain="04", competence="school")
        acts = {
            "assigned": lambda: self.do(
                "assign", self.office, number, lead=self.units["school"].pk, requirements="加固"
            ),
            "rectifying": lambda: self.sign(number),
            "planned": lambda: self.plan(number, self.leader if level == "major" else self.director),
            "submitted": lambda: self.submit(number),
            "verified": lambda: self.pass_by_two(number),
        }
        for step, act in acts.items() if state != "filed" else ():
            act()
            if step == state:
                break
        return number

    def plan(self, number: str, reviewer: User) -> None:
        """A whole plan, written by the safety officer and approved."""
        on = (today(self.at) + timedelta(days=7)).isoformat()
        self.do(
            "save_plan", self.safety, number, goal="消除隐患", responsibility="校长负责", measures="更换栏杆", funding="公用经费",
            amount=3000, funding_source="公用经费", deadline="一个月内", contingency="警戒值守", milestones=f"{on} 完成更换",
        )  # fmt: skip
        self.do("submit_plan", self.safety, number)
        self.do("approve_plan", reviewer, number)

    def pass_by_two(self, number: str, **more: Any) -> Outcome:
        """The office passes it together with somebody without account."""
        photos = [str(self.photo(self.office).pk)]
        sheet = [str(self.photo(self.office).pk)]
        told = {"second_name": "局外专家王某", "second_phone": "0000-0000002", "signed_sheet": sheet}
        return self.do("pass_verification", self.office, number, opinion="合格", photos=photos, **{**told, **more})

    def lapse(self, action: str, number: str) -> Outcome:
        """What comes by time."""
        return perform(action, actor=None, at=self.at, number=number)

    def filed_outside(self, *, domain: str = "02") -> str:
        """The file number of a hazard that a department is competent for, waiting to be notified or referred."""
        number = self.report(domain=domain, description="消防车道被占用")
        self.do("escalate", self.safety, number, reason="不属学校职责")
        return self.do("file", self.office, number, level="general", domain=domain, competence="department").number

    def double_report(self, number: str) -> None:
        for to in ("department", "staff"):
            self.do(
                "record_double_report", self.safety, number, to=to, receiver="应急局、教职工大会",
                reported_on=today(self.at).isoformat(), photos=[str(self.photo(self.safety).pk)],
            )  # fmt: skip

    def self_handle(self, number: str, **more: Any) -> Outcome:
        facts = {
            "leader": self.principal.pk, "handler": self.teacher.pk, "measures": "更换螺丝", "interim_control": "已警戒", **more,
        }  # fmt: skip
        return self.do("self_handle", self.safety, number, **facts)

    def fix_on_spot(self, who: User | None = None, number: str | None = None, **more: Any) -> Outcome:
        who = who or self.teacher
        facts: dict[str, object] = {"acted_first": True, "after_photos": [str(self.photo(who).pk)], **more}
        if number is None:
            told = {"unit": self.units["school"].pk, "place": "走廊", "domain": "02", "description": "灭火器被遮挡"}
            facts = {**told, **facts}
        return self.do("fix_on_spot", who, number, **facts)

    def somebody_amends(self, number: str) -> Outcome:
        """Who handles the hazard corrects its place, so that a version seen before is stale."""
        hazard = self.find(number)
        names = {"school": "safety", "edu": "office", "central": "central"}
        by_unit = {self.units[unit].pk: self.people[name] for unit, name in names.items()}
        who = self.bureau_confidant if hazard.is_restricted else by_unit[hazard.handling_unit_id]
        return self.do("amend", who, number, reason="核对现场", place=f"{hazard.place}旁")

    def leave(self, who: User, *, on: date | None = None) -> None:
        """A person gives up every post he holds."""
        for holding in Holding.objects.filter(user=who, until_on__isnull=True):
            end_holding(actor=None, holding=holding, until_on=on or today(self.at), at=self.at)

    def sign(self, number: str) -> Outcome:
        return self.do(
            "sign", self.safety, number, leader=self.principal.pk, handler=self.teacher.pk, interim_control="已拉警戒线"
        )

    def submit(self, number: str, who: User | None = None) -> Outcome:
        who = who or self.principal
        return self.do(
            "submit", who, number, report="已更换栏杆", photos=[str(self.photo(who).pk)], cost=300,
            responsibility="校长负责", measures="更换", funding="公用经费", deadline="本月", contingency="警戒",
        )  # fmt: skip

    def reach_with(self, *units: str, level: str = "general") -> str:
        """Under rectification by the first school, with these co-units still to sign."""
        number = self.report()
        self.do("escalate", self.safety, number, reason="需要几家配合")
        self.do("file", self.office, number, level=level, domain="04", competence="school")
        self.do(
            "assign", self.office, number, lead=self.units["school"].pk, requirements="加固",
            co_units=[self.units[unit].pk for unit in units], co_task="配合施工" if units else "",
        )  # fmt: skip
        self.sign(number)
        return number

    def settle_part(self, number: str, who: str = "sibling_safety") -> None:
        """A co-unit signs and finishes its part, and the lead confirms it."""
        person = self.people[who]
        self.do("sign_part", person, number, handler=person.pk)
        self.do("finish_part", person, number, result="已配合完成")
        self.do("confirm_part", self.safety, number)

    def plan_facts(self, **more: Any) -> dict[str, Any]:
        """A plan that may be sent for review."""
        return {
            "goal": "消除栏杆松动", "responsibility": "校长负责", "measures": "更换栏杆", "funding": "公用经费列支",
            "deadline": "一个月内", "contingency": "停用走廊", "amount": 8000, "funding_source": "公用经费",
            "milestones": "2026-12-10 完成采购\n2026-12-20 完成施工", **more,
        }  # fmt: skip

    def reach_plan(self, state: str, level: str = "significant") -> str:
        """A hazard whose plan is in a state: draft (written), in_review or approved."""
        number = self.reach_with(level=level)
        self.do("save_plan", self.safety, number, **self.plan_facts())
        if state in ("in_review", "approved"):
            self.do("submit_plan", self.safety, number)
        if state == "approved":
            self.do("approve_plan", self.director, number, comment="同意")
        return number

    def schedule(self, number: str, **more: Any) -> Outcome:
        facts = {
            "reason": "budget", "note": "列入下年度预算", "year": 2027, "until_on": "2028-08-31", "control": "已停用走廊",
            "milestones": "2027-03-31 完成招标\n2028-07-31 完工", "photos": [str(self.photo(self.leader).pk)], **more,
        }  # fmt: skip
        return self.do("schedule", self.leader, number, **facts)


def build_district() -> District:
    d = District()
    u = d.units
    u["province"] = make_unit(UnitKind.PROVINCE, "测试省")
    u["prefecture"] = make_unit(UnitKind.PREFECTURE, "测试市", u["province"])
    u["county"] = make_unit(UnitKind.COUNTY, "测试县", u["prefecture"])
    u["gov"] = make_unit(UnitKind.GOV, "县安委办", u["county"])
    u["edu"] = make_unit(UnitKind.EDU, "县教育局", u["county"], phone="0000-0000001")
    u["section"] = make_unit(UnitKind.SEC, "基建科", u["edu"], duty_domains=["04"])
    u["central"] = make_unit(UnitKind.CEN, "城关中心校", u["edu"])
    u["central2"] = make_unit(UnitKind.CEN, "河东中心校", u["edu"])
    u["school"] = make_unit(UnitKind.SCH, "第一小学", u["central"])
    u["sibling"] = make_unit(UnitKind.SCH, "第二小学", u["central"])
    u["far"] = make_unit(UnitKind.SCH, "河东小学", u["central2"])
    u["point"] = make_unit(UnitKind.PT, "山口教学点", u["central"])
    u["fire"] = make_unit(UnitKind.DEP, "消防救援大队", u["gov"], duty_domains=["02"])
    # 未开通: nobody holds a post there.
    u["transport"] = make_unit(UnitKind.DEP, "交通运输局", u["gov"], duty_domains=["03"], has_accounts=False)
    u["town"] = make_unit(UnitKind.TWN, "城关镇", u["gov"])
    cast = {
        "teacher": ("school", PostKind.TEACHER),
        "safety": ("school", PostKind.SAFETY),
        "principal": ("school", PostKind.PRINCIPAL),
        "confidant": ("school", PostKind.CONFIDANT),
        "sibling_safety": ("sibling", PostKind.SAFETY),
        "sibling_principal": ("sibling", PostKind.PRINCIPAL),
        "outsider": ("far", PostKind.SAFETY),
        "far_principal": ("far", PostKind.PRINCIPAL),
        "central": ("central", PostKind.CENTRAL_SAFETY),
        "central_head": ("central", PostKind.CENTRAL_HEAD),
        "section": ("section", PostKind.SECTION_CLERK),
        "office": ("edu", PostKind.OFFICE_CLERK),
        "director": ("edu", PostKind.OFFICE_DIRECTOR),
        "leader": ("edu", PostKind.LEADER),
        "bureau_confidant": ("edu", PostKind.CONFIDANT),
        "coordinator": ("gov", PostKind.COORDINATOR),
        "fire": ("fire", PostKind.CONTACT),
        "chief": ("edu", PostKind.CHIEF),
        "investigator": ("edu", PostKind.INVESTIGATOR),
        "town": ("town", PostKind.CONTACT),
    }
    for name, (unit, post) in cast.items():
        d.people[name] = make_person(name, u[unit], post)
    return d


def keep_district(d: District) -> bytes:
    """Units and people as they are now; they share what they refer to."""
    return pickle.dumps((d.units, d.people))


def take_district(kept: bytes) -> District:
    """A copy of one's own, without a statement."""
    return District(*pickle.loads(kept))
