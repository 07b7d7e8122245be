from hazards.models import Evidence
from hazards.services import add_evidence
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="add_evidence",
    by="safety",
    reach=lambda d: d.reach("filed"),
    data=lambda d: {"photos": [str(d.photo(d.safety).pk)], "stage": "before"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="县教育局安全办经办", due="2026-11-24 17:30")
    evidence = Evidence.objects.get(hazard=hazard)
    assert (evidence.stage, evidence.seq, evidence.round) == ("before", hazard.last_seq, 1)


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")
    TRIAL.wrong_state(district, district.reach("rejected"), did="不予登记")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="central", names="第一小学安全员、第一小学校长", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "photos", "stage")


def test_the_reporter_may_and_the_verifier_while_he_verifies(district: District) -> None:
    TRIAL.do(district, TRIAL.reach(district), who="teacher", photos=[str(district.photo(district.teacher).pk)])
    mine = [str(district.photo(district.section).pk)]
    submitted = district.reach("submitted")
    TRIAL.do(district, submitted, who="section", photos=mine, stage="verification")


def test_no_more_than_thirty_at_once_and_no_flood(district: District, monkeypatch) -> None:
    number = TRIAL.reach(district)
    many = [str(district.photo(district.safety).pk) for _ in range(31)]
    assert TRIAL.fields_refused(district, number, photos=many) == {"photos"}
    monkeypatch.setattr(add_evidence, "MAX_FILES_PER_HAZARD", 30)
    TRIAL.do(district, number, photos=many[:30])
    assert TRIAL.fields_refused(district, number, photos=many[30:]) == {"photos"}
