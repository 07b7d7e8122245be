"""Ways to a hazard that somebody outside the school has to solve, for tests."""

from __future__ import annotations

from typing import Any

from hazards.services import Outcome, perform
from organizations.models import User
from tests.support.district import District


def by_time(d: District, action: str, number: str, **data: Any) -> Outcome:
    """What comes by time or with a change of units."""
    return perform(action, actor=None, at=d.at, number=number, data=data)


def scans(d: District, who: User) -> list[str]:
    return [str(d.photo(who).pk)]


def by_letter(d: District, recorder: User, name: str = "交通运输局 王某", **more: Any) -> dict[str, Any]:
    """How an act of another became known."""
    return {"name": name, "how": "letter", "note": "回函〔2026〕3 号", "scans": scans(d, recorder), **more}


def record(d: District, action: str, recorder: User, number: str, /, **data: Any) -> Outcome:
    """An act of a unit without accounts, entered by another."""
    envelope = data.pop("_on_behalf", None) or by_letter(d, recorder)
    return d.do(action, recorder, number, _on_behalf=envelope, **data)


def filed(
    d: District, *, competence: str = "department", level: str = "general", domain: str = "02", **more: Any
) -> str:
    number = d.report(domain=domain, description="校门口消防通道被占", **more)
    d.do("escalate", d.safety, number, reason="不属于学校职责")
    d.do("file", d.office, number, level=level, domain=domain, competence=competence)
    return number


def notify(d: District, number: str, unit: str = "fire", **more: Any) -> Outcome:
    facts = {
        "lead": d.units[unit].pk, "requirements": "请清理占用", "letter": "函〔2026〕12 号", "control": "错峰放学，专人值守",
        **more,
    }  # fmt: skip
    return d.do("notify", d.office, number, **facts)


def notified(d: District, unit: str = "fire", **more: Any) -> str:
    number = filed(d)
    notify(d, number, unit, **more)
    return number


def propose_referral(d: District, number: str, unit: str | None = "fire", **more: Any) -> Outcome:
    facts: dict[str, Any] = {"to": d.units["gov"].pk, "reason": "须由县里协调", "control": "专人值守", **more}
    if unit:
        facts["lead"] = d.units[unit].pk
    return d.do("refer", d.office, number, **facts)


def refer(d: District, number: str, unit: str | None = "fire", **more: Any) -> Outcome:
    propose_referral(d, number, unit, **more)
    return d.do("confirm_countersign", d.leader, number)


def referred(d: District, unit: str | None = "fire", **more: Any) -> str:
    number = filed(d, **more)
    refer(d, number, unit)
    return number


def order(d: District, number: str, unit: str = "fire", **more: Any) -> Outcome:
    facts = {"lead": d.units[unit].pk, "requirements": "限期清理", **more}
    return d.do("assign_referred", d.coordinator, number, **facts)


def ordered(d: District, unit: str = "fire", **more: Any) -> str:
    """Ordered by the county, not yet signed."""
    number = referred(d, unit)
    order(d, number, unit, **more)
    return number


def sign(d: District, number: str, who: User | None = None) -> Outcome:
    return d.do("sign", who or d.fire, number, handler=d.fire.pk, interim_control="学校值守")


def signed(d: District, unit: str = "fire") -> str:
    """Ordered by the county and signed by the fire brigade, or for the transport office."""
    number = ordered(d, unit)
    if unit == "fire":
        sign(d, number)
    else:
        record(d, "sign", d.coordinator, number, handler_name="王某 0000-0000002", interim_control="学校值守")
    return number


def answer(d: District, number: str, who: User | None = None) -> Outcome:
    """办理结果回复"""
    return d.do("submit", who or d.fire, number, report="已清理，设置禁停标线", contact="王某 0000-0000002")


def answered(d: District) -> str:
    number = signed(d)
    answer(d, number)
    return number
