from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.clock import RuleExtensionData
from hazards.models import Extension
from hazards.services.act import Act, require, verb
from hazards.services.asking import require_other
from hazards.services.extending import (
    has_binding_paper,
    move_limit,
    require_ahead,
    require_within_paper,
    shift_term,
)  # fmt: skip
from hazards.services.issuing import issue_paper, matter_of


@verb("rule_extension")
def rule_on_extension(act: Act, data: RuleExtensionData) -> None:
    """Grant more time, as asked or less, or refuse it; then nothing changes.

    A grant after the limit had passed cures it from now on. Source: process.md a.4 T22.
    """
    row: Extension = act.row(None, "ruling")
    require_other(act, row)
    row.opinion = data.opinion
    if data.ruling == "grant":
        row.granted_until_on = data.until_on or row.asked_until_on
        _check(act, row, row.granted_until_on)
        row.grant()
        act.hazard.n_extensions += 1
        # What stood before the clock has a limit of its own now.
        act.hazard.taken_over_at = None
        move_limit(act, row.granted_until_on)
        shift_term(act, row.granted_until_on)
        _add_milestones(act, row)
        act.notes["new_limit"] = row.granted_until_on.isoformat()
    else:
        require(data.until_on is None, until_on=_("不同意的不填新期限。"))
        row.refuse()
    act.case.extension = None
    _issue(act, row)
    act.move()


def _check(act: Act, row: Extension, until_on: date) -> None:
    lead = act.lead
    require_ahead(act, until_on, "until_on")
    require(
        until_on <= row.asked_until_on,
        until_on=_("不能超过申请的 %(day)s。") % {"day": row.asked_until_on.isoformat()},
    )
    require(until_on > lead.limit_on, until_on=_("须晚于现在的期限 %(day)s。") % {"day": lead.limit_on.isoformat()})
    # A paper that came after the request.
    require(
        not has_binding_paper(act.hazard, lead, today(act.at)),
        until_on=_("现在的期限是%(paper)s写明的，只有发文单位能变更。")
        % {"paper": act.hazard.paper_name or _("法定文书")},
    )
    require_within_paper(act, until_on, "until_on")


def _add_milestones(act: Act, row: Extension) -> None:
    """What was promised for the time that is won stands in the plan, where there is one."""
    plan = act.case.plan
    if plan is None or not row.milestones:
        return
    known = {(one["on"], one["what"]): one for one in [*row.milestones, *plan.milestones]}
    act.touch(plan).milestones = [known[key] for key in sorted(known)]


def _issue(act: Act, row: Extension) -> None:
    fields: dict[str, object] = {
        "matter": matter_of(act.hazard),
        "request_on": today(row.opened_at),
        "decision": "granted" if row.granted_until_on else "refused",
        "until_on": row.granted_until_on,
        "reason": row.opinion,
    }
    unit = act.case.unit(act.lead.unit_id)
    issue_paper(act, "extension_opinion", row, issuer=act.case.unit(row.to_unit_id), addressee=unit, fields=fields)
