from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.data.reporting import FixOnSpotData
from hazards.inputs import belongs_to
from hazards.limits import ON_SPOT, get_limit
from hazards.models import Hazard
from hazards.services.act import Act, require, verb
from hazards.services.filing import give_file_number, is_schools_own, new_lead, prefill_commitments, set_verifier
from hazards.services.report import open_file
from hazards.states import Channel, ClosureType, Competence, EvidenceStage, Level


@verb("fix_on_spot")
def fix_hazard_on_spot(act: Act, data: FixOnSpotData) -> None:
    """Report, file, assign, sign and submit in one act what was fixed within three days (立行立改)."""
    is_new = act.hazard.pk is None
    if is_new:
        open_file(act, unit=data.unit, place=data.place, domain=data.domain, description=data.description)
        act.hazard.finder = act.actor.name
        act.hazard.channel = Channel.NORMAL
    _check(act, data, is_new=is_new)
    if data.fixed_by and not belongs_to(data.fixed_by, act.hazard.unit_id, today(act.at)):
        raise Invalid.of(fixed_by=_("处置人须是%(unit)s的人员，请重新选择。") % {"unit": act.hazard.unit.name})
    hazard, fixer = act.hazard, data.fixed_by or act.actor
    hazard.handling_unit_id = hazard.unit_id
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at if is_new else hazard.handling_since
    hazard.level, hazard.competence = Level.GENERAL, Competence.SCHOOL
    hazard.closure_type = ClosureType.ON_THE_SPOT
    give_file_number(act)
    set_verifier(act)
    measure = data.measure or _("当场整改")
    lead = new_lead(act, act.case.unit(hazard.unit_id), limit_on=None, requirements=measure, step=ON_SPOT)
    lead.leader, lead.handler = fixer, fixer
    lead.submitted_at = act.at
    lead.sign()
    lead.finish()
    prefill_commitments(act, leader=fixer, handler=fixer, measures=measure, contingency=_("已当场消除"))
    act.add_rectifiers(act.actor.pk, fixer.pk)
    act.attach(data.before_photos, EvidenceStage.BEFORE)
    act.attach(data.after_photos, EvidenceStage.AFTER)
    act.move()


def _check(act: Act, data: FixOnSpotData, *, is_new: bool) -> None:
    hazard = act.hazard
    require(not hazard.domain.is_restricted, domain=_("敏感事项不能立行立改，请走保密上报。"))
    longest = timedelta(days=get_limit(act.hazard, ON_SPOT, level=Level.GENERAL).amount)
    found_on = act.occurred_on if is_new else hazard.found_on
    if today(act.at) - found_on > longest:
        raise Invalid.of(
            occurred_on=_("发现已超过 %(n)d 天，不算立行立改，请按一般隐患上报和整改。") % {"n": longest.days}
        )
    has_before = bool(data.before_photos) or (not is_new and _has_photo_before(hazard))
    require(has_before or data.acted_first, before_photos=_("请拍整改前照片；来不及拍的，请选“先处置后登记”。"))
    if not is_new and not is_schools_own(hazard):
        raise Invalid(_("只有本校发现、本校办理的隐患才能立行立改。"))
    require(not hazard.suspected_major, suspected_major=_("疑似重大隐患不能立行立改，请由教育局安全办先判定。"))


def _has_photo_before(hazard: Hazard) -> bool:
    return hazard.evidence.filter(stage=EvidenceStage.BEFORE, withdrawn_seq__isnull=True).exists()
