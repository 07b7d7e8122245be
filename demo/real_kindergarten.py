"""One real case with its dates: row 32 of the real table, listed by the city government and taken off in May 2021.

Played in a county of its own, at the moments of then; the office enters what others did on paper (代录). The table gives
the day it was found, the measures, who listed it and the month of 摘牌; every other day is invented, and what it does not
say is written 未载明.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from core.clock import SHANGHAI
from demo.cast import DEMO_PASSWORD
from demo.district import District
from demo.player import Telling
from demo.real_rows import NOT_SAID

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import PAPER, Clause, Found, Of, Photos, Step, Story, Value, Who, entered, step
from hazards.models import Hazard
from organizations.kinds import PostKind, UnitKind
from organizations.models import Post, Unit
from organizations.services import appoint, create_person, create_unit

COUNTY_NAME = "真实案例演练县"
# Given to no place by GB/T 2260.
COUNTY_CODE = "999998"
# Any number that no other lock of this database takes.
CASE_LOCK = 20_260_903
OPENED = "2020-01-02 09:00"

_OFFICE, _DIRECTOR, _LEADER, _CHIEF = "edu.office_clerk", "edu.office_director", "edu.leader", "edu.chief"
_HEAD: Mapping[str, Value] = {"name": "园长（虚构）", "person": Who("kg.principal"), "how": "letter", "note": "纸质材料，原件存档", "scans": PAPER}
_SAFETY: Mapping[str, Value] = {**_HEAD, "name": "安全员（虚构）", "person": Who("kg.safety")}
_FOUND = Found(
    unit="kg", category="02-05", place="四楼室外平台", text="儿童活动场所设在四楼", scene="rail",
    control="停用平台", measure="停用平台，移至低楼层", done="儿童活动场所已移至低楼层，四楼平台停用",
)
# (moment, act), in order.
STEPS: tuple[tuple[str, Step], ...] = (
    ("2020-03-24 10:00", step(
        "report", _OFFICE, 0, finder=NOT_SAID, source_note="消防监督检查", suspected_major=True, interim_control="停用平台", photos=PAPER,
    )),
    ("2020-03-24 10:30", step("file", _OFFICE, 0, level="major", competence="school", clause=Clause("消防2"))),
    ("2020-03-24 11:00", step("confirm_countersign", _LEADER, 0, note="同意定为重大")),
    ("2020-03-24 14:30", step("assign", _OFFICE, 0, lead=Of("kg"), requirements="停用平台，移至低楼层", limit_on="2021-03-20")),
    ("2020-03-25 09:30", entered("sign", _OFFICE, 0, _HEAD, leader=Who("kg.principal"), handler=Who("kg.safety"))),
    ("2020-03-27 09:30", step(
        "record_listing", _OFFICE, 0, what="notice", authority="city", lister_name="市人民政府", number=NOT_SAID,
        term_on="2021-05-31", requirements="停用平台，移至低楼层", photos=PAPER,
    )),
    ("2020-04-08 09:30", entered(
        "save_plan", _OFFICE, 0, _SAFETY, goal="儿童活动场所移至低楼层", responsibility=NOT_SAID, measures="停用平台，移至低楼层",
        funding=NOT_SAID, amount=0, funding_source=NOT_SAID, deadline="2021-03-20 前", contingency="平台停用",
        milestones="2021-03-15 移至低楼层",
    )),
    ("2020-04-08 10:00", entered("submit_plan", _OFFICE, 0, _HEAD)),
    ("2020-04-09 10:00", step("approve_plan", _LEADER, 0, comment="同意")),
    ("2021-03-15 09:30", entered("submit", _OFFICE, 0, _HEAD)),
    ("2021-05-10 09:30", step(
        "record_listing", _OFFICE, 0, what="acceptance", is_passed=True, requirements="经复查合格", number=NOT_SAID, photos=PAPER,
    )),
    ("2021-05-10 10:00", step(
        "pass_verification", _OFFICE, 0, opinion="经市复查合格", photos=Photos(1, is_fixed=True), second_name=NOT_SAID,
        second_phone="000-0000-9999", signed_sheet=PAPER,
    )),
    ("2021-05-12 09:30", step("delist", _LEADER, 0, opinion="市人民政府已摘牌销案", number=NOT_SAID, photos=PAPER)),
    ("2021-05-12 10:00", entered("record_double_report", _OFFICE, 0, _SAFETY, to="department", receiver=NOT_SAID, reported_on="2020-03-24", photos=PAPER)),
    ("2021-05-12 10:10", entered("record_double_report", _OFFICE, 0, _SAFETY, to="staff", receiver=NOT_SAID, reported_on="2020-03-24", photos=PAPER)),
    ("2021-05-13 09:30", step("close", _CHIEF, 0, closure_type="rectified", opinion="市政府已摘牌，同意销号")),
)
# fmt: on
_POSTS = (
    ("edu", PostKind.OFFICE_CLERK, "安全办经办（虚构）"),
    ("edu", PostKind.OFFICE_DIRECTOR, "安全办主任（虚构）"),
    ("edu", PostKind.LEADER, "分管领导（虚构）"),
    ("edu", PostKind.CHIEF, "主要领导（虚构）"),
    ("kg", PostKind.PRINCIPAL, "园长（虚构）"),
    ("kg", PostKind.SAFETY, "安全员（虚构）"),
)


def play_kindergarten() -> Hazard:
    """The case from the day it was found to its closing, in one transaction; where it stands already, as it is.

    Raises DomainError for what the services refuse.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CASE_LOCK])
        known = Hazard.objects.filter(unit__parent__parent__name=COUNTY_NAME).first()
        if known is not None:
            return known
        story = Story(_FOUND, tuple(one for _moment, one in STEPS))
        telling = Telling(story, _build(_at(OPENED)), _at(OPENED), 0)
        for index, (moment, _step) in enumerate(STEPS):
            telling.perform(index, _at(moment))
        assert telling.hazard is not None
        return Hazard.objects.get(pk=telling.hazard.pk)


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


def _build(at: datetime) -> District:
    """The county as it stood before the case; all people are invented and say so."""
    district = District()
    county = create_unit(actor=None, kind=UnitKind.COUNTY, name=COUNTY_NAME, parent=None, at=at, code=COUNTY_CODE)
    bureau = create_unit(
        actor=None, kind=UnitKind.EDU, name=f"{COUNTY_NAME}教育局", parent=county, at=at, phone="000-0000-9100"
    )
    garden = create_unit(actor=None, kind=UnitKind.KG, name="爱尚东升幼儿园", parent=bureau, at=at)
    district.units = {"county": county, "edu": bureau, "kg": garden}
    for unit_key, kind, name in _POSTS:
        _seat(district, district.units[unit_key], f"{unit_key}.{kind}", kind, name, at)
    return district


def _seat(district: District, unit: Unit, key: str, kind: PostKind, name: str, at: datetime) -> None:
    post = Post.objects.get(unit=unit, kind=kind)
    person = create_person(
        actor=None, unit=unit, username=f"case_{key.replace('.', '_')}", name=name, at=at, password=DEMO_PASSWORD
    ).user
    appoint(actor=None, post=post, user=person, from_on=at.date(), at=at)
    district.posts[key], district.holders[key] = post, person
