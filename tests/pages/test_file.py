"""The file: acts as forms, refusals that keep what was typed, files only for who may see them."""

import pytest

from hazards.models import Evidence, Hazard


def test_the_awaited_act_lies_open_and_leads_back_to_the_file(d, signed_in):
    number = d.report()
    client = signed_in(d.safety)
    page = client.get(f"/hazards/{number}/")
    form = page.context["main_forms"][0]
    assert form.action.name == "file" and form.is_open
    answer = client.post(
        f"/hazards/{number}/file/",
        {"version": form.version, "key": form.key, "level": "general", "domain": "04", "competence": "school"},
        follow=True,
    )
    hazard = Hazard.objects.get()
    assert answer.redirect_chain == [(f"/hazards/{hazard.file_number}/", 302)]
    assert "“建档”已完成" in answer.content.decode()


def test_missing_data_is_named_at_the_field_and_the_rest_is_kept(d, signed_in):
    number = d.reach("assigned")
    sent = {"version": d.find(number).version, "interim_control": "已拉警戒线，派人看守"}
    answer = signed_in(d.safety).post(f"/hazards/{number}/sign/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写责任领导" in page and "已拉警戒线，派人看守" in page


def test_a_stale_form_says_who_did_what_and_keeps_the_text(d, signed_in):
    number = d.reach("assigned")
    seen = d.find(number).version
    d.somebody_amends(number)
    answer = signed_in(d.safety).post(f"/hazards/{number}/sign/", {"version": seen, "interim_control": "写了很多"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "“更正”" in page and "写了很多" in page


def test_a_late_form_of_a_state_gone_by_keeps_the_text_to_be_copied(d, signed_in):
    number = d.reach("rectifying")
    seen = d.find(number).version
    sent = {"version": seen, "interim_control": "写了很多"}
    answer = signed_in(d.safety).post(f"/hazards/{number}/sign/", sent)
    assert answer.status_code == 409
    assert "写了很多" in answer.content.decode() and 'id="kept"' in answer.content.decode()


def test_somebody_elses_act_is_refused_naming_the_post(d, signed_in):
    number = d.reach("assigned")
    sent = {
        "version": d.find(number).version,
        "leader": d.principal.pk,
        "handler": d.teacher.pk,
        "interim_control": "x",
    }
    answer = signed_in(d.central).post(f"/hazards/{number}/sign/", sent)
    assert answer.status_code == 403
    assert "第一小学安全员" in answer.content.decode()


@pytest.mark.parametrize("path", ["", "receipt/", "sign/"])
def test_an_outsider_finds_nothing(d, signed_in, path):
    number = d.report()
    assert signed_in(d.outsider).get(f"/hazards/{number}/{path}").status_code == 404


def test_an_unknown_act_is_not_found(d, signed_in):
    assert signed_in(d.safety).post(f"/hazards/{d.report()}/explode/").status_code == 404


def test_a_photo_is_served_after_a_look_at_who_asks(d, signed_in):
    number = d.report(photos=[str(d.photo(d.teacher).pk)])
    evidence = Evidence.objects.get(hazard=d.find(number))
    address = f"/evidence/{evidence.pk}/"
    answer = signed_in(d.safety).get(address)
    assert answer.status_code == 200 and answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    again = signed_in(d.safety).get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert signed_in(d.safety).get(f"{address}?size=small").status_code == 200
    assert signed_in(d.outsider).get(address).status_code == 404
    assert signed_in(d.outsider).get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 404


def test_a_photo_without_exif_is_marked(d, signed_in):
    number = d.report(photos=[str(d.photo(d.teacher).pk)])
    assert "无拍摄时间" in signed_in(d.safety).get(f"/hazards/{number}/").content.decode()


def test_an_upload_is_shown_to_nobody_else_and_not_after_it_was_used(d, signed_in):
    upload = d.photo(d.teacher)
    address = f"/uploads/{upload.pk}/"
    assert signed_in(d.teacher).get(address).status_code == 200
    assert signed_in(d.safety).get(address).status_code == 404
    d.report(photos=[str(upload.pk)])
    assert signed_in(d.teacher).get(address).status_code == 404


def test_several_posts_are_offered_with_the_first_chosen(d, signed_in):
    from organizations.kinds import PostKind
    from tests.support.district import give_post

    give_post(d.safety, d.units["school"], PostKind.PRINCIPAL)
    page = signed_in(d.safety).get(f"/hazards/{d.report()}/")
    form = page.context["main_forms"][0]
    assert len(form.posts) == 2 and form.acting_post == form.posts[0].id


def test_the_number_of_statements_does_not_grow_with_the_log(d, signed_in, django_assert_max_num_queries):
    number = d.report(photos=[str(d.photo(d.teacher).pk)])
    client = signed_in(d.safety)
    client.get(f"/hazards/{number}/")
    for _ in range(5):
        d.do("record_control", d.safety, number, interim_control="巡查", photos=[str(d.photo(d.safety).pk)])
    with django_assert_max_num_queries(42):
        client.get(f"/hazards/{number}/")


def test_what_comes_by_time_is_no_act_of_a_person(d, signed_in):
    number = d.reach("assigned")
    sent = {"version": d.find(number).version}
    assert signed_in(d.office).post(f"/hazards/{number}/deem_received/", sent).status_code == 404
