"""批量办理 from the list: one form, a result per row, and a run that can be left and gone on with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hazards.models import BulkRun, Evidence, HazardEvent, Upload
from hazards.services.bulk import RUNS_KEPT, go_on, purge_runs
from hazards.uploads import ORPHAN_AFTER, path_of, purge_orphans


def filed(d, n=3, **more):
    return [d.find(d.reach("filed")).number for _ in range(n)]


def rows_of(d, numbers):
    return [f"{number}:{d.find(number).version}" for number in numbers]


def choose(client, action, numbers, **more):
    return client.post("/hazards/bulk/", {"action": action, "number": numbers, **more})


def start(client, d, action, numbers, **typed):
    return client.post("/hazards/bulk/start/", {"action": action, "row": rows_of(d, numbers), **typed})


def finish(client, answer):
    """Follow to the run, do all that is left, and read the page."""
    assert answer.status_code == 302, answer.content.decode()
    client.post(answer["Location"])
    return client.get(answer["Location"])


def test_the_list_offers_boxes_to_who_may_do_something_to_many(d, signed_in):
    filed(d, 1)
    assert 'name="number"' in signed_in(d.office).get("/hazards/").content.decode()
    assert 'name="number"' not in signed_in(d.teacher).get("/hazards/").content.decode()


def test_what_does_not_fit_is_set_apart_with_the_reason(d, signed_in):
    numbers = filed(d, 2)
    late = d.find(d.reach("assigned")).number
    page = choose(signed_in(d.office), "assign", [*numbers, late, "no-number"])
    choice = page.context["choice"]
    assert [one.hazard.number for one in choice.fits] == numbers
    assert [one.hazard.number for one in choice.unfit] == [late]
    assert "待签收" in choice.unfit[0].why


def test_many_are_assigned_each_to_its_own_school(d, signed_in):
    numbers = filed(d)
    d.report(d.outsider, unit=d.units["far"].pk)
    client = signed_in(d.office)
    page = finish(client, start(client, d, "assign", numbers, requirements="月底前加固"))
    assert {d.find(number).state for number in numbers} == {"assigned"}
    assert d.find(numbers[0]).lead_assignment.unit_id == d.units["school"].pk
    assert "共 3 条，成功 3 条" in page.content.decode()


def test_a_row_that_went_on_meanwhile_is_told_and_its_neighbours_are_done(d, signed_in):
    numbers = filed(d)
    client = signed_in(d.office)
    answer = start(client, d, "assign", numbers, requirements="加固")
    d.somebody_amends(numbers[1])
    page = finish(client, answer)
    assert [d.find(number).state for number in numbers] == ["assigned", "filed", "assigned"]
    row = next(row for row in page.context["rows"] if row.number == numbers[1])
    assert not row.is_right and "“更正”" in row.words
    again = choose(client, "assign", [row.number for row in page.context["failed"]])
    assert [one.hazard.number for one in again.context["choice"].fits] == [numbers[1]]


def test_what_is_missing_shows_the_form_again_with_what_was_typed(d, signed_in):
    numbers = filed(d, 2)
    answer = start(signed_in(d.office), d, "assign", numbers, co_task="配合断电")
    page = answer.content.decode()
    assert answer.status_code == 422 and "请填写整改要求" in page and "配合断电" in page
    assert not BulkRun.objects.exists()


def test_a_run_can_be_left_and_gone_on_with_and_repeats_nothing(d, signed_in):
    numbers = filed(d)
    client = signed_in(d.office)
    address = start(client, d, "assign", numbers, requirements="加固")["Location"]
    run = BulkRun.objects.get()
    go_on(run, at=d.at, on_denied=lambda error, number: None, most=1)
    assert "还剩 2 条" in client.get("/hazards/").content.decode()
    n_events = HazardEvent.objects.count()
    told = client.post(address, headers={"X-Requested-With": "bulk"}).json()
    assert told == {"n_done": 3, "n_rows": 3, "n_failed": 0}
    client.post(address)
    assert HazardEvent.objects.count() == n_events + 2
    assert BulkRun.objects.get().finished_at is not None


def test_a_run_can_be_given_up_and_is_forgotten_in_time(d, signed_in):
    numbers = filed(d, 2)
    client = signed_in(d.office)
    address = start(client, d, "assign", numbers, requirements="加固")["Location"]
    assert "余下 2 条没有办" in client.post(address, {"stop": "1"}, follow=True).content.decode()
    client.post(address)
    assert {d.find(number).state for number in numbers} == {"filed"}
    assert "接着办" not in client.get("/hazards/").content.decode()
    assert purge_runs(d.at + RUNS_KEPT) == 0
    assert purge_runs(d.at + RUNS_KEPT + timedelta(seconds=1)) == 1


def test_a_row_whose_answer_was_lost_is_not_done_twice(d, signed_in):
    numbers = filed(d, 2)
    start(signed_in(d.office), d, "assign", numbers, requirements="加固")
    run = BulkRun.objects.get()
    go_on(run, at=d.at, on_denied=lambda error, number: None)
    n_events = HazardEvent.objects.count()
    BulkRun.objects.update(results={}, finished_at=None)
    again = go_on(BulkRun.objects.get(), at=d.at, on_denied=lambda error, number: None)
    assert (again.n_failed, HazardEvent.objects.count()) == (0, n_events)


def test_many_are_referred_with_one_letter_and_agreed_to_at_once(d, signed_in):
    numbers = [d.filed_outside() for _ in range(3)]
    client, letter = signed_in(d.office), d.photo(d.office)
    typed = {"to": d.units["gov"].pk, "reason": "学校无权处理", "control": "已警戒", "photos": [str(letter.pk)]}
    page = finish(client, start(client, d, "refer", numbers, **typed))
    assert "3 条等会签后生效" in page.content.decode()
    assert {d.find(number).state for number in numbers} == {"filed"}

    leader = signed_in(d.leader)
    shown = choose(leader, "confirm_countersign", numbers)
    assert [one.hazard.number for one in shown.context["choice"].fits] == numbers
    assert "学校无权处理" in shown.content.decode() and "县安委办" in shown.content.decode()
    file = shown.context["choice"].fits[0].files[0]
    assert leader.get(f"/uploads/{file.pk}/").status_code == 200
    assert choose(client, "confirm_countersign", numbers).status_code == 422
    finish(leader, start(leader, d, "confirm_countersign", numbers))
    assert {d.find(number).state for number in numbers} == {"referred"}
    assert Evidence.objects.filter(hazard__in=[d.find(number) for number in numbers]).count() == 3

    # The letter that was uploaded is cleaned away, the file that all three share stays.
    path = path_of(letter)
    purge_orphans(d.at + ORPHAN_AFTER * 2)
    assert not Upload.objects.filter(pk=letter.pk).exists() and path.exists()


def test_all_that_a_filter_leaves_may_be_chosen(d, signed_in):
    numbers = filed(d)
    d.reach("assigned")
    page = choose(signed_in(d.office), "assign", [], all="1", state="filed")
    assert {one.hazard.number for one in page.context["choice"].fits} == set(numbers)


def test_nobody_sees_or_goes_on_with_anothers_run(d, signed_in):
    answer = start(signed_in(d.office), d, "assign", filed(d, 1), requirements="加固")
    for verb in ("get", "post"):
        assert getattr(signed_in(d.director), verb)(answer["Location"]).status_code == 404


@pytest.mark.parametrize("action", ["void", "close", "explode", ""])
def test_only_what_is_the_same_for_many_is_done_to_many(d, signed_in, action):
    assert choose(signed_in(d.office), action, filed(d, 1)).status_code == 422


def test_an_outsiders_choice_is_empty(d, signed_in):
    page = choose(signed_in(d.outsider), "arrange_visit", filed(d, 1))
    assert page.status_code == 422 or not page.context["choice"].fits


def test_restricted_matters_are_done_one_by_one(d, signed_in):
    number = d.report(d.teacher, domain="08")
    page = choose(signed_in(d.bureau_confidant), "assign", [number])
    assert page.status_code == 422 or "逐条" in page.context["choice"].unfit[0].why


def test_five_hundred_cost_no_statement_more_before_they_are_done(d, signed_in, django_assert_max_num_queries):
    numbers = filed(d, 6)
    client = signed_in(d.office)
    choose(client, "assign", numbers[:2])
    with django_assert_max_num_queries(20):
        choose(client, "assign", numbers)
