"""What was drafted about what people did is decided before the case is closed (ADR 10)."""

from __future__ import annotations

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import Measure
from tests.support import measured as m
from tests.support.district import District

CLOSING = {"closure_type": "rectified"}


def verified(d: District, kind: str) -> str:
    """Drafted while it was overdue, then repaired and found good."""
    number = m.drafted(d, kind)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    return number


@pytest.mark.parametrize(("kind", "label"), [("accountability", "问责建议"), ("transfer", "线索移送")])
@pytest.mark.parametrize("ruling", ["issue", "decline"])
def test_it_is_signed_or_declined_first(district: District, kind: str, label: str, ruling: str) -> None:
    number = verified(district, kind)
    with pytest.raises(Invalid, match=f"局领导签发或不予签发{label}（第一小学）"), transaction.atomic():
        district.do("close", district.office, number, **CLOSING)
    opinion = {} if ruling == "issue" else {"opinion": "已说明情况"}
    district.do("decide_measure", district.leader, number, ruling=ruling, **opinion)
    district.do("close", district.office, number, **CLOSING)
    assert Measure.objects.get().state == ("declined" if ruling == "decline" else "settled")


@pytest.mark.parametrize("kind", ["bulletin", "interview"])
def test_what_presses_for_the_work_ends_with_it(district: District, kind: str) -> None:
    number = verified(district, kind)
    district.do("close", district.office, number, **CLOSING)
    assert Measure.objects.get().state == "ended"


def test_the_head_who_confirms_in_one_act_waits_as_well(district: District) -> None:
    number = district.reach_own("rectifying")
    district.do(
        "propose_measure", district.office, number, kind="accountability", to=district.units["school"].pk,
        cause="虚假整改", content="前次整改弄虚作假",
    )  # fmt: skip
    district.submit(number)
    with pytest.raises(Invalid, match="问责建议"), transaction.atomic():
        district.do("confirm_and_close", district.principal, number)
