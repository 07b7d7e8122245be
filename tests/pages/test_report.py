"""The report page: one effect a tap, nothing typed is lost, restricted matters stop."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from core.clock import today
from hazards.models import Hazard, Upload
from tests.support.district import photo_bytes

WRITTEN = {"place": "教学楼二楼", "domain": "04", "description": "栏杆松动", "key": "k1"}


def written(d, **more):
    return {"mode": "report", "unit": d.units["school"].pk, **WRITTEN, **more}


def test_a_report_leads_to_a_receipt_that_names_who_acts_next(d, signed_in):
    client = signed_in(d.teacher)
    answer = client.post("/report/", written(d), follow=True)
    hazard = Hazard.objects.get()
    assert answer.redirect_chain == [(f"/hazards/{hazard.receipt_number}/receipt/", 302)]
    assert "第一小学安全员" in answer.content.decode()


def test_a_department_writes_its_own_paper_and_nobody_else_is_asked_for_one(d, signed_in):
    assert "paper_name" not in signed_in(d.teacher).get("/report/").content.decode()
    client = signed_in(d.fire)
    assert "paper_limit_on" in client.get("/report/").content.decode()
    limit_on = today(d.at) + timedelta(days=7)
    paper = {"paper_name": "责令限期改正通知书", "paper_number": "1 号", "paper_limit_on": limit_on.isoformat()}
    assert client.post("/report/", written(d, **paper)).status_code == 302
    assert Hazard.objects.get().paper_limit_on == limit_on


def test_a_double_tap_makes_one_hazard(d, signed_in):
    client = signed_in(d.teacher)
    assert client.post("/report/", written(d)).url == client.post("/report/", written(d)).url
    assert Hazard.objects.count() == 1


def test_a_key_used_for_something_else_is_replaced(d, signed_in):
    client = signed_in(d.teacher)
    client.post("/report/", written(d))
    answer = client.post("/report/", written(d, description="另一件事"))
    assert answer.status_code == 422
    assert answer.context["form"].key != "k1"


def test_what_was_typed_stays_when_something_is_missing(d, signed_in):
    answer = signed_in(d.teacher).post("/report/", written(d, domain="", interim_control="已拉警戒线"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "栏杆松动" in page and "已拉警戒线" in page and "请填写领域" in page


def test_without_script_photos_come_with_the_form_and_are_kept_on_error(d, signed_in):
    photo = SimpleUploadedFile("现场.jpg", photo_bytes(), "image/jpeg")
    fake = SimpleUploadedFile("假.jpg", b"<html>", "image/jpeg")
    answer = signed_in(d.teacher).post("/report/", written(d, photos=[photo, fake]))
    upload = Upload.objects.get()
    assert answer.status_code == 422
    assert f'value="{upload.pk}"' in answer.content.decode()
    answer = signed_in(d.teacher).post("/report/", written(d, photos=[str(upload.pk)]))
    assert answer.status_code == 302
    assert Hazard.objects.get().evidence.get().upload == upload


def test_a_day_long_past_asks_for_the_reason(d, signed_in):
    client = signed_in(d.teacher)
    day = today(d.at) - timedelta(days=5)
    answer = client.post("/report/", written(d, occurred_on=day.isoformat()))
    assert answer.status_code == 422 and answer.context["form"].errors["late_reason"]
    assert client.post("/report/", written(d, occurred_on=day.isoformat(), late_reason="补登")).status_code == 302


def test_a_restricted_domain_stops_and_carries_nothing_along(d, signed_in):
    answer = signed_in(d.teacher).post("/report/", written(d, domain="08", description="某某被打"))
    assert answer.status_code == 302
    assert answer.url == f"/report/stop/?domain=08&unit={d.units['school'].pk}"
    assert Hazard.objects.count() == 0


def test_the_stop_page_names_whom_to_call_and_forgets_drafts(d, signed_in):
    page = signed_in(d.teacher).get("/report/stop/?domain=08").content.decode()
    assert "tel:110" in page and "tel:0000-0000001" in page and "测试confidant" in page
    assert "data-clear-draft" in page


def test_who_goes_on_makes_a_restricted_hazard(d, signed_in):
    sent = {"unit": d.units["school"].pk, "domain": "08", "place": "宿舍", "description": "后门无人值守", "key": "k2"}
    answer = signed_in(d.teacher).post("/report/confidential/", sent)
    assert answer.status_code == 302
    assert Hazard.objects.get().is_restricted


def test_the_confidential_form_takes_no_ordinary_domain(d, signed_in):
    sent = {"unit": d.units["school"].pk, "domain": "04", "place": "宿舍", "description": "x", "key": "k2"}
    assert signed_in(d.teacher).post("/report/confidential/", sent).status_code == 404


def test_a_fix_needs_no_more_than_photo_sentence_and_domain(d, signed_in):
    sent = {
        "mode": "fix", "unit": d.units["school"].pk, "domain": "02", "acted_first": "on",
        "description": "走廊灭火器被挡，已移开", "after_photos": [str(d.photo(d.teacher).pk)], "key": "k3",
    }  # fmt: skip
    answer = signed_in(d.teacher).post("/report/?mode=fix", sent)
    assert answer.status_code == 302
    hazard = Hazard.objects.get()
    assert (hazard.state, hazard.place) == ("submitted", "走廊")


def test_an_administrator_is_told_that_he_cannot_report(d, signed_in):
    from tests.support.district import make_person

    answer = signed_in(make_person("sys", None, admin_role="system")).get("/report/")
    assert answer.status_code == 403 and "管理员" in answer.content.decode()


def test_similar_open_hazards_of_the_unit_show(d, signed_in):
    d.report(description="教室插座面板脱落")
    sent = {"unit": d.units["school"].pk, "place": "", "description": "插座脱落，电线露出"}
    assert "教室插座面板脱落" in signed_in(d.teacher).post("/report/similar/", sent).content.decode()
    assert "教室插座" not in signed_in(d.outsider).post("/report/similar/", sent).content.decode()
