"""When somebody leaves his post, his open work goes to the next who may do it, or he can't leave."""

from datetime import timedelta

import pytest

from core.clock import today
from core.errors import Invalid
from hazards.models import Hazard
from organizations.daily import follow_dates
from organizations.kinds import PostKind
from organizations.models import Holding, Post
from organizations.services import appoint, end_holding, set_person_active
from tests.support.district import District
from workflows.models import HazardTask
from workflows.selectors import list_to_dos


def owing(number: str) -> Post:
    hazard = Hazard.objects.select_related("responsible_post").get(receipt_number=number)
    task = HazardTask.objects.get(hazard=hazard, status__in=["NEW", "ASSIGNED"])
    assert hazard.responsible_post is not None
    assert task.post_id == hazard.responsible_post_id
    return hazard.responsible_post


def end_all(district: District, unit: str) -> None:
    on = today(district.at)
    for holding in Holding.objects.filter(post__unit=district.units[unit], until_on=None).order_by("pk"):
        end_holding(actor=None, holding=holding, until_on=on, at=district.at)


def test_an_ended_holding_hands_the_work_to_the_next(district: District) -> None:
    number = district.report()
    assert owing(number).kind == PostKind.SAFETY
    holding = Holding.objects.select_related("post__unit", "user").get(user=district.safety)
    end_holding(actor=district.principal, holding=holding, until_on=today(district.at), at=district.at)
    assert owing(number).kind == PostKind.PRINCIPAL
    to_dos = [to_do for group in list_to_dos(district.principal, district.at).values() for to_do in group]
    assert [to_do.hazard.receipt_number for to_do in to_dos] == [number]


def test_a_closed_account_hands_it_over_and_takes_it_back(district: District) -> None:
    number = district.report()
    set_person_active(actor=district.principal, user=district.safety, is_active=False, at=district.at)
    assert owing(number).kind == PostKind.PRINCIPAL
    set_person_active(actor=district.principal, user=district.safety, is_active=True, at=district.at)
    assert owing(number).kind == PostKind.SAFETY


def test_a_date_that_comes_hands_it_over(district: District) -> None:
    follow_dates(district.at)
    number = district.report()
    holding = Holding.objects.select_related("post__unit", "user").get(user=district.safety)
    tomorrow = today(district.at) + timedelta(days=1)
    end_holding(actor=district.principal, holding=holding, until_on=tomorrow, at=district.at)
    assert owing(number).kind == PostKind.SAFETY
    assert follow_dates(district.at + timedelta(days=1)) == []
    assert owing(number).kind == PostKind.PRINCIPAL


def test_the_last_who_could_do_it_can_not_leave(district: District) -> None:
    number = district.report()
    end_all(district, "school")
    assert owing(number).unit_id != district.units["school"].pk
    with pytest.raises(Invalid, match="将无人办理"):
        for unit in ("central", "edu"):
            end_all(district, unit)
    post = owing(number)
    assert post.holdings.filter(until_on=None).exists()


def test_a_new_appointment_brings_it_back_down(district: District) -> None:
    number = district.report()
    end_all(district, "school")
    post = Post.objects.select_related("unit").get(unit=district.units["school"], kind=PostKind.SAFETY)
    appoint(actor=None, post=post, user=district.safety, from_on=today(district.at), at=district.at)
    assert owing(number).pk == post.pk
