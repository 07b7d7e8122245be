"""The demo county: made once through the services, alive whenever it is loaded."""

from collections import Counter

import pytest
from django.core.management import call_command

from hazards.models import Hazard


@pytest.fixture
def demo(db, settings):
    settings.DEMO = True
    call_command("load_demo")


def test_every_state_reached_so_far_is_there(demo):
    print(Counter(Hazard.objects.values_list("state", flat=True)))
