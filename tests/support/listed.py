"""Ways to a hazard that is listed for supervision, for tests."""

from __future__ import annotations

from typing import Any

from core.clock import StillClock
from hazards.models import Countersign, JudgingClause, Supervision
from hazards.services import Outcome, perform
from tests.support.district import District


def propose(d: District, number: str, /, **more: Any) -> Outcome:
    facts = {"trigger": "L-4", "reason": "推进会明确的重点难点问题", "requirements": "按月报告", **more}
    return d.do("propose_listing", d.office, number, **facts)


def decide(d: District, number: str, ruling: str = "list", /, **more: Any) -> Outcome:
    facts: dict[str, Any] = {"ruling": ruling, **({"opinion": "不够挂牌条件"} if ruling == "decline" else {}), **more}
    return d.do("decide_listing", d.leader, number, **facts)


def proposed(d: District, state: str = "rectifying", **more: Any) -> str:
    number = d.reach(state)
    propose(d, number, **more)
    return number


def listed(d: District, state: str = "rectifying", **more: Any) -> str:
    """A 一般 hazard of the school, listed by the bureau in that state."""
    number = proposed(d, state)
    decide(d, number, **more)
    return number


def asked(d: District) -> str:
    """Listed, planned, and told to be done."""
    number = listed(d)
    d.plan(number, d.director)
    d.submit(number)
    return number


def accepted(d: District) -> str:
    number = asked(d)
    d.pass_by_two(number)
    return number


def delist(d: District, number: str, /, **more: Any) -> Outcome:
    return d.do("delist", d.leader, number, **{"opinion": "治理到位，同意摘牌", **more})


def row_of(d: District, number: str) -> Supervision:
    """The newest of the hazard."""
    return Supervision.objects.filter(hazard=d.find(number)).latest("id")


def filed_major(d: District, domain: str, **more: Any) -> str:
    """A 重大 of a domain, filed by office and leader."""
    number = d.report(domain=domain, suspected_major=True, interim_control="已停用", description="安全出口锁闭")
    clause = JudgingClause.objects.order_by("pk").values_list("pk", flat=True)[0]
    facts = {"level": "major", "domain": domain, "competence": "school", "clause": clause, **more}
    d.do("file", d.office, number, **facts)
    d.do("confirm_countersign", d.leader, number)
    return number


def pending_major(d: District, domain: str) -> str:
    """Nobody agreed to the filing in time: 重大（待判定）."""
    number = d.report(domain=domain, suspected_major=True, interim_control="已停用", description="安全出口锁闭")
    clause = JudgingClause.objects.order_by("pk").values_list("pk", flat=True)[0]
    d.do("file", d.office, number, level="major", domain=domain, competence="school", clause=clause)
    StillClock.set(Countersign.objects.get(hazard=d.find(number)).due_at)
    d.lapse("lapse_countersign", number)
    return number


def record(d: District, number: str, what: str = "notice", /, **more: Any) -> Outcome:
    """What the city decided, entered by the office."""
    facts: dict[str, Any] = {
        "what": what, "number": "安委〔2026〕8号", "photos": [str(d.photo(d.office).pk)], **more,
    }  # fmt: skip
    if what == "notice":
        facts = {"authority": "city", "lister_name": "市政府安委会", "term_on": "2027-05-31", **facts}
    return d.do("record_listing", d.office, number, **facts)


def by_clock(d: District, action: str, number: str, **data: Any) -> Outcome:
    return perform(action, actor=None, at=d.at, number=number, data={"label": "逾期60天", "rung": 8, **data})
