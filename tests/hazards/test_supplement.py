from core.clock import today
from hazards.models import Evidence
from organizations.kinds import PostKind
from organizations.services import appoint
from tests.support.district import District, make_person
from tests.support.trials import Trial, assert_owed
from workflows.selectors import to_dos

TRIAL = Trial(
    action="supplement",
    by="teacher",
    reach=lambda d: d.reach("returned"),
    data=lambda d: {"supplement": "二楼东侧", "photos": [str(d.photo(d.teacher).pk)]},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="reported", owed_by="第一小学安全员", due="2026-11-24 17:30")
    assert Evidence.objects.get(hazard=hazard).stage == "before"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("reported"), did="上报", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="central", names="上报人")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "supplement")


def test_only_the_reporter_finds_it_on_his_desk(district: District) -> None:
    colleague = make_person("colleague", district.units["school"], PostKind.TEACHER)
    TRIAL.reach(district)
    assert to_dos(district.teacher, district.at).count() == 1
    assert to_dos(colleague, district.at).count() == 0
    assert to_dos(district.safety, district.at).count() == 0


def test_who_handles_may_complete_it_for_the_reporter(district: District) -> None:
    number = TRIAL.reach(district)
    assert district.do("supplement", district.safety, number, supplement="已到现场核实").state == "reported"


def test_where_the_reporter_left_the_handling_post_owes_it(district: District) -> None:
    number = TRIAL.reach(district)
    district.leave(district.teacher)
    assert_owed(district.find(number), "第一小学安全员", "2026-11-24 17:30")
    assert to_dos(district.safety, district.at).count() == 1
    # He comes back, and so does his turn.
    post = district.find(number).reporter_post
    appoint(actor=None, post=post, user=district.teacher, from_on=today(district.at), at=district.at)
    assert_owed(district.find(number), "第一小学教职工", "2026-11-24 17:30")
    assert to_dos(district.safety, district.at).count() == 0


def test_where_another_took_over_the_reporters_post_he_finds_it(district: District) -> None:
    number = district.report(district.safety)
    district.do("return_for_supplement", district.principal, number, missing="缺照片")
    successor = make_person("successor", district.units["school"], PostKind.SAFETY)
    assert to_dos(successor, district.at).count() == 0
    district.leave(district.safety)
    assert to_dos(successor, district.at).count() == 1
    assert district.do("supplement", successor, number, supplement="已补").state == "reported"
