"""More time for what is listed for supervision: the lister decides, and its term goes along."""

from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import Extension, Supervision
from tests.hazards.test_request_extension import FACTS
from tests.support import listed as l
from tests.support.district import District
from tests.support.trials import moment


def listed_of_school(d: District) -> str:
    """The school handles it itself; the bureau listed it."""
    number = d.reach_own("rectifying")
    d.do("propose_listing", d.office, number, trigger="L-4", reason="推进会明确的难点")
    d.do("decide_listing", d.leader, number, ruling="list")
    return number


def by_others(d: District, **more: Any) -> str:
    number = d.reach("rectifying")
    told = {
        "what": "notice", "authority": "city", "lister_name": "市政府安委会", "number": "安委〔2026〕8号",
        "term_on": "2026-12-10", "photos": [str(d.photo(d.office).pk)], **more,
    }  # fmt: skip
    d.do("record_listing", d.office, number, **told)
    return number


def test_the_lister_decides_and_the_term_goes_along(district: District) -> None:
    number = listed_of_school(district)
    assert str(Supervision.objects.get().term_on) == "2026-12-08"
    district.do("request_extension", district.safety, number, **FACTS)
    assert Extension.objects.get().to_unit == district.units["edu"], "not the head of the school"
    district.do("rule_extension", district.director, number, ruling="grant", opinion="同意", until_on="2026-12-11")
    row = Supervision.objects.get()
    assert (str(row.term_on), row.n_extended, row.state) == ("2026-12-11", 1, "listed")


def test_a_refusal_moves_no_term(district: District) -> None:
    number = l.listed(district)
    before = Supervision.objects.get().term_on
    district.do("request_extension", district.safety, number, **FACTS)
    district.do("rule_extension", district.director, number, ruling="refuse", opinion="可按期完成")
    row = Supervision.objects.get()
    assert (row.term_on, row.n_extended) == (before, 0)


def test_a_longer_term_stays(district: District) -> None:
    number = l.proposed(district)
    l.decide(district, number, "list", term_on="2027-01-31")
    district.do("request_extension", district.safety, number, **FACTS)
    district.do("rule_extension", district.director, number, ruling="grant", opinion="同意")
    row = Supervision.objects.get()
    assert (str(row.term_on), row.n_extended) == ("2027-01-31", 0)


def test_nobody_here_goes_past_the_term_of_another_body(district: District) -> None:
    number = by_others(district)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("request_extension", district.safety, number, **FACTS)
    assert "登记上级挂牌" in caught.value.fields["until_on"][0]
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("set_limit", district.office, number, limit_on="2026-12-11", reason="增加内容")
    assert "登记上级挂牌" in caught.value.fields["limit_on"][0]
    district.do("request_extension", district.safety, number, **{**FACTS, "until_on": "2026-12-10"})
    assert Extension.objects.get().to_unit == district.units["edu"]
    district.do("rule_extension", district.director, number, ruling="grant", opinion="同意")
    assert Supervision.objects.get().n_extended == 0


def test_once_the_other_body_has_agreed_the_unit_may_have_it(district: District) -> None:
    number = by_others(district)
    photos = [str(district.photo(district.office).pk)]
    told = {"what": "extension", "number": "安委〔2026〕20号", "term_on": "2026-12-31", "photos": photos}
    district.do("record_listing", district.office, number, **told)
    district.do("request_extension", district.safety, number, **FACTS)


def test_the_school_does_not_move_the_term_of_its_lister(district: District) -> None:
    number = listed_of_school(district)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("set_limit", district.principal, number, limit_on="2026-12-20", reason="增加内容")
    assert "由挂牌单位调整" in caught.value.fields["limit_on"][0]
    district.do("set_limit", district.office, number, limit_on="2026-12-20", reason="增加内容")
    assert str(Supervision.objects.get().term_on) == "2026-12-20"


def test_a_unit_that_begins_anew_has_all_its_time_within_the_term(district: District, clock: Any) -> None:
    number = l.listed(district)
    clock.set(moment("2026-11-25 09:00"))
    sibling = district.units["sibling"].pk
    district.do("transfer", district.office, number, lead=sibling, reason="改由二小", requirements="加固")
    lead = district.find(number).lead_assignment
    assert lead is not None and str(lead.limit_on) == str(Supervision.objects.get().term_on) == "2026-12-10"


def test_a_higher_level_takes_the_term_with_its_time(district: District) -> None:
    number = l.listed(district)
    district.do("regrade", district.office, number, level="significant", reason="范围扩大")
    lead = district.find(number).lead_assignment
    assert lead is not None and str(lead.limit_on) == str(Supervision.objects.get().term_on) == "2027-01-22"
