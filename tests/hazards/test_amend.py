import pytest

from core.errors import Invalid, NotAllowed
from hazards.models import Hazard, HazardEvent
from hazards.search import search_in
from tests.support import outside
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="amend",
    by="office",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"reason": "写错了", "place": "实验楼三楼"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert (hazard.place, hazard.description) == ("实验楼三楼", "栏杆松动")
    changes = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq).changes
    assert changes == {"place": ["教学楼二楼", "实验楼三楼"]}
    assert search_in(Hazard.objects.all(), "实验楼").get() == hazard
    assert not search_in(Hazard.objects.all(), "教学楼").exists()


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("teacher", "safety", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_an_amendment_that_changes_nothing_is_none(district: District) -> None:
    number = TRIAL.reach(district)
    for same in ({"place": ""}, {"place": "教学楼二楼", "description": "栏杆松动", "domain": "04"}):
        with pytest.raises(Invalid, match="没有改动"):
            TRIAL.do(district, number, **same)


def test_a_new_domain_drops_a_category_that_is_not_its(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, category="04-03")
    assert TRIAL.fields_refused(district, number, category="02-01") == {"category"}
    TRIAL.do(district, number, domain="02")
    assert district.find(number).category is None
    assert TRIAL.fields_refused(district, number, domain="13") == {"domain"}


def test_every_open_state_can_be_amended(district: District) -> None:
    for state in ("reported", "returned", "filed", "assigned", "rectifying", "submitted", "verified"):
        district.somebody_amends(district.reach(state))


def test_who_reported_corrects_it_until_it_is_filed(district: District) -> None:
    for state in ("reported", "returned"):
        number = district.reach(state)
        TRIAL.do(district, number, who="teacher")
    TRIAL.refused(district, district.reach("filed"), NotAllowed, who="teacher")


def test_the_county_corrects_what_it_ordered(district: District) -> None:
    number = outside.ordered(district)
    TRIAL.do(district, number, who="coordinator")
    assert district.find(number).place == "实验楼三楼"
    TRIAL.do(district, number, place="实验楼四楼")
    TRIAL.refused(district, number, NotAllowed, who="fire")
