"""What an open page asks for by itself is no use of it by its reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from hazards.models import FirstOpening
from tests.support.district import District

BY_ITSELF = {"X-Background": "1"}


@pytest.fixture
def office(d: District, signed_in) -> Client:
    client: Client = signed_in(d.office)
    client.get("/")
    return client


def test_it_keeps_no_session_alive(office, clock):
    clock.advance(settings.SESSION_IDLE_LIMIT - timedelta(minutes=1))
    assert office.get("/", headers=BY_ITSELF).status_code == 200
    clock.advance(timedelta(minutes=1))
    assert office.get("/", headers=BY_ITSELF).status_code == 401


def test_a_use_does(office, clock):
    clock.advance(settings.SESSION_IDLE_LIMIT - timedelta(minutes=1))
    office.get("/")
    clock.advance(timedelta(minutes=1))
    assert office.get("/", headers=BY_ITSELF).status_code == 200


def test_the_reader_is_told_why_his_session_ended_although_the_page_asked_first(office, clock):
    clock.advance(settings.SESSION_IDLE_LIMIT)
    office.get("/", headers=BY_ITSELF)
    assert "ended=idle" in office.get("/")["Location"]


def test_it_is_no_opening_of_a_file(d, office):
    number = d.reach("filed")
    office.get(f"/hazards/{number}/", headers=BY_ITSELF)
    assert not FirstOpening.objects.filter(user=d.office).exists()
    office.get(f"/hazards/{number}/")
    assert FirstOpening.objects.filter(user=d.office).exists()


def test_it_reads_no_messages(d, signed_in):
    number = d.report()
    safety = signed_in(d.safety)
    n_unread = d.safety.inbox.n_unread
    assert n_unread
    safety.get(f"/hazards/{number}/", headers=BY_ITSELF)
    d.safety.inbox.refresh_from_db()
    assert d.safety.inbox.n_unread == n_unread
    safety.get(f"/hazards/{number}/")
    d.safety.inbox.refresh_from_db()
    assert d.safety.inbox.n_unread < n_unread


def test_what_is_said_after_an_act_waits_for_who_did_it(d, signed_in):
    """Another tab of his may ask between the act and the page that tells of it."""
    number = d.report()
    safety = signed_in(d.safety)
    sent = {"version": d.find(number).version, "level": "general", "domain": "04", "competence": "school"}
    told = safety.post(f"/hazards/{number}/file/", sent)["Location"]
    assert "“建档”已完成" not in safety.get(told, headers=BY_ITSELF).content.decode()
    assert "“建档”已完成" in safety.get(told).content.decode()
