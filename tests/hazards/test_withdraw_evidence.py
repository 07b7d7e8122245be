from hazards.models import Evidence, HazardEvent
from tests.support.district import District
from tests.support.trials import Trial, assert_owed


def with_photo(d: District) -> str:
    return d.report(photos=[str(d.photo(d.teacher).pk)])


TRIAL = Trial(
    action="withdraw_evidence",
    by="teacher",
    reach=with_photo,
    data=lambda d: {"evidence": Evidence.objects.order_by("id").last().pk, "reason": "拍错了"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="reported", owed_by="第一小学安全员", due="2026-11-24 17:30")
    evidence = Evidence.objects.get(hazard=hazard)
    assert (evidence.withdrawn_seq, evidence.stage) == (hazard.last_seq, "before")
    assert HazardEvent.objects.get(hazard=hazard, seq=2).data["sha256"] == evidence.upload.sha256


def test_wrong_state(district: District) -> None:
    number = with_photo(district)
    district.do("reject", district.safety, number, reason="no_hazard", basis="已核实")
    TRIAL.wrong_state(district, number, did="不予登记")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="central", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "evidence", "reason")


def test_only_ones_own_and_only_once(district: District) -> None:
    number = with_photo(district)
    assert TRIAL.fields_refused(district, number, who="safety") == {"evidence"}
    elsewhere = with_photo(district)
    assert TRIAL.fields_refused(district, number) == {"evidence"}, "a file of another hazard"
    TRIAL.do(district, elsewhere)
    assert TRIAL.fields_refused(district, elsewhere) == {"evidence"}


def test_the_proof_under_verification_stays(district: District) -> None:
    number = district.reach("submitted")
    assert TRIAL.fields_refused(district, number, who="principal") == {"evidence"}
    district.do("return_submission", district.office, number, defects="照片不清")
    TRIAL.do(district, number, who="principal")
    assert_owed(district.find(number), "第一小学安全员")
