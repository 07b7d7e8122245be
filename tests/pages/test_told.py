"""告知记录: who was told what, by which way, read when; of a hazard and of a person; and who may read it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from hazards.models import Hazard
from notifications import told
from notifications.kinds import BURST, DAILY
from notifications.models import Delivery, OutboxMessage, Outlet
from organizations.kinds import UnitKind
from tests.support.district import District, make_person, make_unit


def messages_of(d: District, number: str) -> Any:
    return OutboxMessage.objects.filter(subject_id=d.find(number).pk)


def sent(message: OutboxMessage, **more: Any) -> Delivery:
    facts = {
        "created_at": message.created_at, "message": message, "way": "email", "address": "zhang@edu.example",
        "key": f"m{message.pk}:{more.get('way', 'email')}", "state": "sent", "sent_at": message.created_at + timedelta(minutes=1),
        "answer": "250 2.0.0 queued as 4711", **more,
    }  # fmt: skip
    return Delivery.objects.create(**facts)


def page_of(client: Any, number: str, query: str = "") -> str:
    answer = client.get(f"/hazards/{number}/told/{query}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()  # type: ignore[no-any-return]


def cells(answer: Any) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_the_office_reads_who_was_told_how_and_when_it_was_read(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("assigned")).number
    message = messages_of(d, number).filter(recipient=d.safety).latest("pk")
    sent(message)
    OutboxMessage.objects.filter(pk=message.pk).update(read_at=d.at + timedelta(hours=1))
    page = page_of(signed_in(d.office), number)
    assert d.safety.name in page and "请签收" in page
    assert "已送达服务方" in page and "250 2.0.0 queued as 4711" in page
    assert "z***@edu.example" in page and "zhang@" not in page, "an address is nobody's business"
    assert "已读" in page and "10:00" in page


def test_a_robot_is_named_and_its_key_is_not(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("assigned")).number
    outlet = Outlet.objects.create(
        unit=d.units["central"], way="wecom_robot", name="城关安全群", made_at=d.at,
        url="https://qyapi.example/cgi-bin/webhook/send?key=abc-secret",
    )  # fmt: skip
    # As one kept from before keys were left out of what is kept.
    told = {"answer": "HTTP 200 /cgi-bin/webhook/send?key=abc-secret"}
    sent(messages_of(d, number).latest("pk"), outlet=outlet, way="wecom_robot", address=outlet.name, **told)
    page = page_of(signed_in(d.office), number)
    assert "企业微信群机器人 城关安全群" in page and "abc-secret" not in page and "send?key=***" in page


def test_heads_read_of_their_own_people_only(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("submitted")).number
    assert messages_of(d, number).filter(recipient=d.office).exists()
    answer = signed_in(d.principal).get(f"/hazards/{number}/told/")
    told_to = {one.message.recipient_id for one in answer.context["page"].rows}
    assert d.safety.pk in told_to and told_to <= {d.safety.pk, d.principal.pk, d.teacher.pk}
    assert f"/messages/told/{d.safety.pk}/" not in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("office", 200), ("director", 200), ("leader", 200), ("chief", 200), ("principal", 200), ("central_head", 200),
        ("teacher", 403), ("safety", 403), ("central", 403), ("section", 403),
        ("far_principal", 404), ("coordinator", 404), ("fire", 404),
    ],
)  # fmt: skip
def test_who_may(d: Any, signed_in: Any, who: str, status: int) -> None:
    number = d.reach("rectifying")
    client = signed_in(d.people[who])
    assert client.get(f"/hazards/{number}/told/").status_code == status
    assert client.get(f"/hazards/{number}/told/file/").status_code == status


def test_the_county_reads_of_what_it_was_asked_for(d: Any, signed_in: Any) -> None:
    number = d.filed_outside()
    d.do(
        "refer", d.office, number, photos=[str(d.photo(d.office).pk)], to=d.units["gov"].pk, reason="学校无权处理",
        control="已警戒",
    )  # fmt: skip
    d.do("confirm_countersign", d.leader, number)
    assert d.leader.name in page_of(signed_in(d.coordinator), number)


def test_of_what_is_confidential_confidants_alone(d: Any, signed_in: Any) -> None:
    number = d.report(domain="08", place="操场", description="保密内容")
    assert messages_of(d, number).exists()
    for who in ("office", "director", "leader", "principal", "coordinator"):
        assert signed_in(d.people[who]).get(f"/hazards/{number}/told/").status_code == 404
    assert signed_in(d.teacher).get(f"/hazards/{number}/told/").status_code == 403, "he reported it, and has no desk"
    page = page_of(signed_in(d.bureau_confidant), number)
    assert d.bureau_confidant.name in page and "保密事项" in page and "保密内容" not in page


def direct(d: Any) -> str:
    """Reported past the school and assigned to it."""
    number = d.report(channel="direct")
    d.do("file", d.office, number, level="general", domain="04", competence="school")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    return d.find(number).number  # type: ignore[no-any-return]


def test_who_reported_past_the_school_stays_unnamed_to_it(d: Any, signed_in: Any) -> None:
    number = direct(d)
    hazard = d.find(number)
    assert messages_of(d, number).filter(recipient=d.teacher).exists()
    page = page_of(signed_in(d.principal), number)
    assert d.safety.name in page and d.teacher.name not in page
    rows = cells(signed_in(d.principal).get(f"/hazards/{number}/told/file/"))
    assert rows and not any(d.teacher.name in str(cell) for row in rows for cell in row)
    assert hazard.reporter.name in page_of(signed_in(d.office), number)


def test_unread_and_failed_are_picked(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("assigned")).number
    first, *others = messages_of(d, number).order_by("pk")
    OutboxMessage.objects.filter(pk__in=[one.pk for one in others]).update(read_at=d.at)
    sent(others[-1], state="dead", sent_at=None, answer="", failure="550 没有这个邮箱")
    client = signed_in(d.office)
    unread = client.get(f"/hazards/{number}/told/?which=unread").context["page"].rows
    assert [one.message.pk for one in unread] == [first.pk]
    failed = client.get(f"/hazards/{number}/told/?which=failed")
    assert [one.message.pk for one in failed.context["page"].rows] == [others[-1].pk]
    assert "550 没有这个邮箱" in failed.content.decode()


def test_the_workbook_holds_a_line_for_each_way_and_strings_alone(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("assigned")).number
    message = messages_of(d, number).latest("pk")
    sent(message, answer='=HYPERLINK("http://x")')
    answer = signed_in(d.office).get(f"/hazards/{number}/told/file/")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    rows = cells(answer)
    n = messages_of(d, number).count()
    assert len(rows) == n + 1
    of_way = next(row for row in rows if row[6] == "电子邮件")
    assert of_way[10] == '=HYPERLINK("http://x")' and {row[1] for row in rows} == {number}
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} <= {"s", "inlineStr"}


def test_pages_meet_without_gap_or_overlap(d: Any, signed_in: Any, monkeypatch: Any) -> None:
    number = d.find(d.reach("submitted")).number
    monkeypatch.setattr(told, "PAGE_SIZE", 2)
    client, seen = signed_in(d.office), []
    query: str | None = ""
    while query is not None:
        page = client.get(f"/hazards/{number}/told/{query}").context["page"]
        seen += [one.message.pk for one in page.rows]
        query = f"?before={page.older}" if page.older else None
    assert seen == list(messages_of(d, number).order_by("-pk").values_list("pk", flat=True))


def test_the_number_of_statements_does_not_grow(d: Any, signed_in: Any, django_assert_max_num_queries: Any) -> None:
    number = d.find(d.reach("verified")).number
    for message in messages_of(d, number):
        sent(message)
    client = signed_in(d.office)
    client.get(f"/hazards/{number}/told/")
    with django_assert_max_num_queries(13):
        client.get(f"/hazards/{number}/told/")
    with django_assert_max_num_queries(13):
        client.get(f"/messages/told/{d.safety.pk}/")


# --- of one person ---


def test_the_office_reads_what_one_person_was_told(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("assigned")).number
    page = signed_in(d.office).get(f"/messages/told/{d.safety.pk}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert number in text and "请签收" in text
    rows = cells(signed_in(d.office).get(f"/messages/told/{d.safety.pk}/file/"))
    assert {row[2] for row in rows} == {d.safety.name}


def test_the_list_of_people_leads_to_it_for_who_may(d: Any, signed_in: Any) -> None:
    page = f"/units/{d.units['school'].pk}/people/"
    link = f"/messages/told/{d.safety.pk}/"
    assert link in signed_in(d.office).get(page).content.decode()
    assert link not in signed_in(d.principal).get(page).content.decode()


def test_what_the_office_may_not_read_is_left_out(d: Any, signed_in: Any) -> None:
    number = d.report(domain="08", place="操场", description="保密内容")
    shown = d.find(d.reach("assigned")).number
    assert messages_of(d, number).filter(recipient=d.bureau_confidant).exists()
    OutboxMessage.objects.filter(subject_id=d.find(shown).pk, recipient=d.safety).update(
        recipient=d.bureau_confidant, no=None
    )
    client = signed_in(d.office)
    page = client.get(f"/messages/told/{d.bureau_confidant.pk}/").content.decode()
    assert shown in page and number not in page and "保密事项" not in page
    rows = cells(client.get(f"/messages/told/{d.bureau_confidant.pk}/file/"))
    assert {row[1] for row in rows} == {shown}


def test_what_a_digest_counts_is_for_its_reader_alone(d: Any, signed_in: Any) -> None:
    facts: dict[str, Any] = {
        "created_at": d.at,
        "dedupe_key": "",
        "payload": {"hour": d.at.isoformat(), "waited": 4711},
    }
    for who in ("bureau_confidant", "office"):
        for kind in (DAILY, BURST):
            OutboxMessage.objects.create(
                **facts | {"recipient": d.people[who], "kind": kind, "dedupe_key": f"{who}{kind}"}
            )
    client = signed_in(d.office)
    page = f"/messages/told/{d.bureau_confidant.pk}/"
    rows = client.get(page).context["page"].rows
    assert {(one.what, one.said.sentence) for one in rows} == {("每日汇总", ""), ("消息过多，已合并", "")}
    assert "4711" not in client.get(page).content.decode()
    lines = cells(client.get(f"{page}file/"))
    assert {line[4] for line in lines} == {"每日汇总", "消息过多，已合并"} and not any(line[5] for line in lines)
    assert "4711" in client.get(f"/messages/told/{d.office.pk}/").content.decode()


def test_a_page_is_filled_past_what_may_not_be_read(d: Any, signed_in: Any, monkeypatch: Any) -> None:
    shown = [d.find(d.reach("assigned")).number for _ in range(2)]
    secret = d.report(domain="08", place="操场", description="保密内容")
    rows = messages_of(d, shown[1]).filter(recipient=d.safety)
    last = rows.latest("pk")
    for n in range(5):
        OutboxMessage.objects.create(
            created_at=d.at,
            recipient=d.safety,
            kind="hazard.reported",
            subject_id=d.find(secret).pk,
            dedupe_key=f"x{n}",
        )
    monkeypatch.setattr(told, "CHUNK", 2)
    found = signed_in(d.office).get(f"/messages/told/{d.safety.pk}/").context["page"]
    assert found.rows[0].message.pk == last.pk and found.older is None
    assert len(found.rows) == OutboxMessage.objects.filter(
        recipient=d.safety, subject_id__in=[d.find(one).pk for one in shown]
    ).count()  # fmt: skip


def test_only_the_office_of_his_bureau(d: Any, signed_in: Any) -> None:
    d.reach("assigned")
    for who in ("leader", "principal", "coordinator", "safety", "teacher"):
        assert signed_in(d.people[who]).get(f"/messages/told/{d.safety.pk}/").status_code == 403
    assert signed_in(d.office).get("/messages/told/99999999/").status_code == 404
    assert signed_in(d.office).get("/messages/told/99999999999999999999/").status_code == 404
    county = make_unit(UnitKind.COUNTY, "邻县", d.units["prefecture"])
    type(county).objects.filter(pk=county.pk).update(region_code="361103")
    county.refresh_from_db()
    bureau = make_unit(UnitKind.EDU, "邻县教育局", county)
    type(bureau).objects.filter(pk=bureau.pk).update(region_code="361103")
    bureau.refresh_from_db()
    neighbour = make_person("neighbour", bureau)
    assert signed_in(d.office).get(f"/messages/told/{neighbour.pk}/").status_code == 404


def test_nobody_hears_of_a_hazard_that_is_gone_from_his_scope(d: Any, signed_in: Any) -> None:
    number = d.find(d.reach("assigned")).number
    Hazard.objects.filter(pk=d.find(number).pk).update(visible_to=[])
    assert signed_in(d.office).get(f"/hazards/{number}/told/").status_code == 404
    assert number not in signed_in(d.office).get(f"/messages/told/{d.safety.pk}/").content.decode()
