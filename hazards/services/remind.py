from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from documents.services import Draft, issue_new_document
from hazards.data.clock import RemindData
from hazards.limits import last_day
from hazards.services.act import Act, verb
from hazards.services.measures import decider_of, matter_of, raise_rank, tell_people
from hazards.services.owing import Owed, what_is_owed, who_hears
from hazards.states_clock import Rank


@verb("remind")
def remind_of_hazard(act: Act, data: RemindData) -> None:
    """Remind by hand whoever owes something, with a paper in the sender's name (催办单)."""
    act.case.remember(data.to)
    owed = what_is_owed(act.case, data.to.pk)
    if owed is None:
        raise Invalid.of(to=_("%(unit)s现在没有待办的事项，不用催办。") % {"unit": data.to.name})
    sender = act.case.unit(act.on_behalf.unit.pk if act.on_behalf else act.post.unit_id)
    paper = issue_new_document(
        Draft(
            kind="reminder", subject_id=act.hazard.pk, issuer_unit=sender, addressee=data.to,
            fields=_fields(act, owed, data.message), at=act.at,
        ),
        by=decider_of(act),
    )  # fmt: skip
    act.notes["paper_number"], act.notes["step"] = paper.number, owed.step
    raise_rank(act, Rank.REMINDED)
    said = {"step": owed.step, "paper": paper.pk}
    tell_people(act, who_hears(act.case, data.to.pk, owed), "hazard.reminded", said)
    act.move()


def _fields(act: Act, owed: Owed, message: str) -> dict[str, object]:
    on = today(act.at)
    due_on = last_day(owed.due_at) if owed.due_at else on
    return {
        "hazard": act.hazard.number,
        "matter": matter_of(act),
        "step": owed.step,
        "due_on": due_on,
        "days_left": (due_on - on).days if due_on > on else None,
        "days_over": (on - due_on).days if due_on < on else None,
        "note": str(_("见系统内催办内容")) if act.hazard.is_restricted else message,
    }
