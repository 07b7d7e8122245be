"""封存档案: who downloads it, and who does not."""

import hashlib

from hazards.models import HazardEvent


def sealed(d):
    number = d.reach("submitted")
    d.do("seal", d.director, number, reason="发生事故")
    return number


def test_who_may_seal_takes_the_archive(d, signed_in):
    number = sealed(d)
    answer = signed_in(d.leader).get(f"/hazards/{number}/sealed/")
    content = b"".join(answer.streaming_content)
    told = HazardEvent.objects.filter(hazard=d.find(number)).latest("seq").data
    assert hashlib.sha256(content).hexdigest() == told["archive"]
    assert "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "no-store"
    page = signed_in(d.director).get(f"/hazards/{number}/").content.decode()
    assert "下载封存档案" in page and "已封存" in page


def test_readers_of_the_file_alone_do_not(d, signed_in):
    number = sealed(d)
    for who in (d.safety, d.office, d.central):
        assert signed_in(who).get(f"/hazards/{number}/sealed/").status_code == 403
        assert "下载封存档案" not in signed_in(who).get(f"/hazards/{number}/").content.decode()
    assert signed_in(d.outsider).get(f"/hazards/{number}/sealed/").status_code == 404


def test_an_investigator_while_he_may_read(d, signed_in):
    number = sealed(d)
    address = f"/hazards/{number}/sealed/"
    assert signed_in(d.investigator).get(address).status_code == 404
    d.do("grant_reading", d.director, number, reader=d.investigator.pk, until_on="2026-12-01", reason="调阅")
    page = signed_in(d.investigator).get(f"/hazards/{number}/")
    assert page.status_code == 200 and "下载封存档案" in page.content.decode()
    answer = signed_in(d.investigator).get(address)
    assert answer.status_code == 200


def test_nothing_to_take_before(d, signed_in):
    assert signed_in(d.leader).get(f"/hazards/{d.reach('filed')}/sealed/").status_code == 404


def test_a_second_person_looks_at_the_files_he_agrees_to(d, signed_in):
    number = d.graded("significant", "submitted")
    photo = d.photo(d.office)
    address = f"/uploads/{photo.pk}/"
    d.do("pass_verification", d.office, number, opinion="合格", photos=[str(photo.pk)], second=d.fire.pk)
    for who, status in ((d.fire, 200), (d.office, 200), (d.outsider, 404), (d.town, 404)):
        answer = signed_in(who).get(address)
        assert answer.status_code == status
    d.do("decline_countersign", d.fire, number, note="未到场")
    assert signed_in(d.fire).get(address).status_code == 404


def test_who_is_not_told_the_reporter_does_not_take_the_archive(d, signed_in):
    """It names who reported past his school, whom the page keeps from the investigator."""
    number = d.report(d.safety, channel="direct")
    d.do("seal", d.director, number, reason="发生事故")
    d.do("grant_reading", d.director, number, reader=d.investigator.pk, until_on="2026-12-01", reason="调阅")
    assert "下载封存档案" not in signed_in(d.investigator).get(f"/hazards/{number}/").content.decode()
    assert signed_in(d.investigator).get(f"/hazards/{number}/sealed/").status_code == 403
    assert signed_in(d.director).get(f"/hazards/{number}/sealed/").status_code == 200
