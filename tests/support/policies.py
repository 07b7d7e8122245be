"""Another version of the rules, issued beside the first."""

from __future__ import annotations

from core.clock import today
from deadlines import policies
from deadlines.models import Policy, PolicyLimit, Rung
from deadlines.policy_services import copy_policy
from organizations.kinds import AdminRole
from tests.support.district import District, make_person


def second_policy(d: District) -> str:
    """Another issued version: five days to review, and T+1 in place of T."""
    old = Policy.objects.filter(note="新版", issued_at__isnull=False).first()
    if old is not None:
        return str(old.pk)
    keeper = make_person("policy_keeper", None, admin_role=AdminRole.SYSTEM)
    new = copy_policy(
        actor=keeper,
        source=Policy.objects.get(bureau=None, number=1),
        bureau=None,
        valid_from=today(d.at),
        note="新版",
        at=d.at,
    )
    PolicyLimit.objects.filter(policy=new, step="reported").update(amount=5)
    PolicyLimit.objects.filter(policy=new, step="assigned").update(amount=3, measure="wd")
    Rung.objects.filter(policy=new, ladder="unit", level="general", position=1).update(amount=5)
    Policy.objects.filter(number=1).update(valid_until=today(d.at))
    Policy.objects.filter(pk=new.pk).update(issued_at=d.at)
    policies.forget()
    return str(new.pk)
