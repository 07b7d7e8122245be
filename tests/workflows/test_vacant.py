from datetime import timedelta

from organizations.models import Holding
from tests.support.district import LONG_AGO, District
from workflows.resolve import resolve_vacant


def test_what_a_vacant_post_owes_moves_up_once_a_day(district: District) -> None:
    number = district.report()
    assert district.find(number).responsible_post.kind == "safety"
    # As if the last holder left in the moment in which the report committed.
    Holding.objects.filter(user=district.safety).update(until_on=LONG_AGO + timedelta(days=1))
    resolve_vacant(district.at)
    assert district.find(number).responsible_post.kind == "principal"
    assert district.find(number).tasks.filter(finished__isnull=True).get().post.kind == "principal"
