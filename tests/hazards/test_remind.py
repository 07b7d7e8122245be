from typing import Any

import pytest

from core.errors import NotFound
from documents.models import Document
from notifications.models import OutboxMessage
from tests.support import measured as m
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="remind",
    by="office",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"to": d.units["school"].pk, "message": "请抓紧施工"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    paper = Document.objects.get()
    assert (paper.kind, paper.state, paper.number, paper.issued_by) == (
        "reminder", "issued", "教安催〔2026〕1号", district.office,
    )  # fmt: skip
    assert "请抓紧施工" in paper.text and "还有15天" in paper.text
    assert hazard.rank == 1
    told = {message.recipient for message in OutboxMessage.objects.filter(kind="hazard.reminded")}
    assert told == {district.safety, district.principal}


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "to", "message")


def test_the_paper_says_how_late(district: District) -> None:
    number = m.overdue(district, days=2)
    TRIAL.do(district, number)
    assert "现已超期3天" in Document.objects.get().text


def test_on_the_last_day_neither_early_nor_late(district: District, clock: Any) -> None:
    number = TRIAL.reach(district)
    clock.set(district.find(number).due_at - m.DAY / 2)
    TRIAL.do(district, number)
    text = Document.objects.get().text
    assert "还有" not in text and "超期" not in text


def test_who_owes_nothing_is_not_reminded(district: District) -> None:
    number = district.reach_with("sibling")
    district.settle_part(number)
    assert TRIAL.fields_refused(district, number, to=district.units["sibling"].pk) == {"to"}
    assert TRIAL.fields_refused(district, number, to=district.units["far"].pk) == {"to"}


def test_a_co_unit_is_reminded_of_its_part(district: District) -> None:
    number = district.reach_with("sibling")
    TRIAL.do(district, number, to=district.units["sibling"].pk)
    told = {message.recipient for message in OutboxMessage.objects.filter(kind="hazard.reminded")}
    assert told == {district.sibling_safety, district.sibling_principal}
    assert "签收配合" in Document.objects.get().text


def test_a_school_that_has_submitted_is_not_reminded_but_the_office_is(district: District) -> None:
    number = district.reach("submitted")
    assert TRIAL.fields_refused(district, number) == {"to"}
    TRIAL.do(district, number, who="leader", to=district.units["edu"].pk)
    assert {message.recipient for message in OutboxMessage.objects.filter(kind="hazard.reminded")} >= {
        district.office,
        district.director,
    }


def test_a_unit_without_accounts_gets_the_paper(district: District) -> None:
    number = o.signed(district, "transport")
    TRIAL.do(district, number, to=district.units["transport"].pk)
    assert Document.objects.get().addressee == district.units["transport"]
    assert not OutboxMessage.objects.filter(kind="hazard.reminded").exists()


def test_the_county_reminds_whom_it_ordered(district: District) -> None:
    number = o.signed(district)
    TRIAL.do(district, number, who="coordinator", to=district.units["fire"].pk)
    assert Document.objects.get().issuer_unit == district.units["gov"]


def test_of_what_is_confidential_the_paper_says_nothing(district: District) -> None:
    number = district.report(domain="08", description="保密内容")
    d, school = district, district.units["school"].pk
    d.do("file", d.bureau_confidant, number, level="general", domain="08", competence="school")
    d.do("assign", d.bureau_confidant, number, lead=school, requirements="核实")
    with pytest.raises(NotFound):
        TRIAL.do(district, number, who="safety")
    TRIAL.do(district, number, who="bureau_confidant")
    paper = Document.objects.get()
    assert "保密内容" not in paper.text + paper.title and "抓紧" not in paper.text
    [message] = OutboxMessage.objects.filter(kind="hazard.reminded")
    assert message.recipient == district.confidant and set(message.payload) == {"number", "awaits"}
