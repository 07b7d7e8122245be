"""封存: after an accident the file is frozen and exported; what comes later says so."""

import hashlib
import json
import zipfile

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import Evidence, HazardEvent
from hazards.sealing import archive_path, find_archive
from hazards.selectors import access_hazard, list_possible_actions
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="seal", by="director", reach=lambda d: d.reach("submitted"), data=lambda d: {"reason": "发生坠落事故"}
)


def test_works(district: District) -> None:
    before = TRIAL.reach(district)
    log = [event.hash for event in HazardEvent.objects.filter(hazard=district.find(before)).order_by("seq")]
    TRIAL.do(district, before)
    hazard = district.find(before)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert hazard.sealed_at == district.at and event.kind == "hazard.sealed" and "after_seal" not in event.data
    path, sha256 = find_archive(hazard)
    assert event.data["archive"] == sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        told = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
        assert set(told) == {
            "hazard.json", "part.json", "plan.json", "countersign.json", "support.json", "instruction.json",
            "extension.json", "suspension.json", "supervision.json", "measure.json", "events.json", "openings.json", "readers.json", "files.json",
        }  # fmt: skip
        assert [one["hash"] for one in told["events.json"]] == log
        assert told["hazard.json"]["receipt_number"] == hazard.receipt_number
        assert "visible_to" not in told["hazard.json"]
        [file] = told["files.json"]
        content = archive.read(file["file"])
    assert hashlib.sha256(content).hexdigest() == file["sha256"] == Evidence.objects.get().upload.sha256


def test_wrong_state(district: District) -> None:
    """There is none: every file can be sealed, also one that is closed."""
    number = district.reach("closed")
    assert TRIAL.do(district, number).state == "closed"
    assert "已经封存" in TRIAL.refused(district, number, Invalid)


def test_wrong_post(district: District) -> None:
    for who in ("office", "safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_nothing_is_taken_back_or_corrected_any_more(district: District) -> None:
    number = TRIAL.reach(district)
    proof = Evidence.objects.get()
    district.do("return_submission", district.office, number, defects="不清")
    TRIAL.do(district, number)
    for action, who, data in (
        ("withdraw", "director", {"reason": "错"}),
        ("amend", "office", {"reason": "核对", "place": "三楼"}),
        ("withdraw_evidence", "principal", {"reason": "错", "evidence": proof.pk}),
    ):
        with pytest.raises(Invalid, match="已封存"), transaction.atomic():
            district.do(action, district.people[who], number, **data)
        offered = list_possible_actions(access_hazard(district.people[who], number, district.at))
        assert action not in {one.action.name for one in offered}


def test_a_withdrawal_of_the_act_before_is_refused_too(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("fail_verification", district.office, number, failed_points="松动")
    with pytest.raises(Invalid, match="已封存"), transaction.atomic():
        district.do("withdraw", district.office, number, reason="点错了")


def test_what_comes_later_says_so_and_changes_no_archive(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    path, sha256 = find_archive(district.find(number))
    district.do("fail_verification", district.office, number, failed_points="松动")
    event = HazardEvent.objects.filter(hazard=district.find(number)).latest("seq")
    assert event.data["after_seal"] is True
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert archive_path(sha256) == path
