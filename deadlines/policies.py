"""Which policy holds, and what it says: read from its rows and kept, for an issued policy never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.cached_rows import cached_rows
from deadlines.models import Policy, PolicyLimit, Rung, Season
from deadlines.schedule import Step


@dataclass(frozen=True)
class LimitRow:
    amount: int
    measure: str
    rolls: bool


@dataclass(frozen=True)
class PolicyRules:
    """{(step, level, unit kind, category or domain, season): limit}; {(ladder, level): rungs by position}."""

    limits: dict[tuple[str, str, str, str, str], LimitRow]
    ladders: dict[tuple[str, str], tuple[Step, ...]]
    # Steps that some row knows by category.
    by_category: frozenset[str]

    def limit(
        self, step: str, level: str, *, unit_kind: str = "", categories: Sequence[str] = (), in_vacation: bool = False
    ) -> LimitRow:
        """The row that says most. `categories` are codes, the narrowest first. Raises LookupError for an unknown step."""
        seasons = (Season.VACATION, Season.ANY) if in_vacation else (Season.ANY,)
        for category in (*categories, "") if step in self.by_category else ("",):
            for kind in (unit_kind, "") if unit_kind else ("",):
                for season in seasons:
                    found = self.limits.get((step, level, kind, category, str(season)))
                    if found is not None:
                        return found
        raise LookupError(f"no limit for {step} at {level}")

    def rungs(self, ladder: str, level: str) -> tuple[Step, ...]:
        """Empty where the ladder has none, as where nothing is limited."""
        return self.ladders.get((ladder, level)) or self.ladders.get((ladder, ""), ())


@cached_rows(seconds=60)
def _all_rules() -> dict[int, PolicyRules]:
    """Of issued policies."""
    return {policy.pk: read_rules(policy) for policy in Policy.objects.filter(issued_at__isnull=False)}


def read_rules(policy: Policy) -> PolicyRules:
    """Also of a draft, as it stands now."""
    limits = {
        (row.step, row.level, row.unit_kind, row.category, row.season): LimitRow(row.amount, row.measure, row.rolls)
        for row in PolicyLimit.objects.filter(policy=policy)
    }
    ladders: dict[tuple[str, str], list[Step]] = {}
    for row in Rung.objects.filter(policy=policy).order_by("position"):
        ladders.setdefault((row.ladder, row.level), []).append(as_step(row))
    return PolicyRules(
        limits, {key: tuple(rungs) for key, rungs in ladders.items()}, frozenset(key[0] for key in limits if key[3])
    )


def as_step(row: Rung) -> Step:
    return Step(
        row.position, row.anchor, row.amount, row.measure, row.act, row.colour, tuple(row.tell), row.is_automatic
    )


def get_rules(policy_id: int) -> PolicyRules:
    """Of an issued policy; raises LookupError for any other."""
    rules = _all_rules().get(policy_id)
    if rules is None:
        # Issued a moment ago by another process.
        forget()
        rules = _all_rules().get(policy_id)
    if rules is None:
        raise LookupError(f"policy {policy_id} is not issued")
    return rules


@dataclass(frozen=True)
class _Validity:
    policy_id: int
    bureau_id: int | None
    valid_from: date
    valid_until: date | None


@cached_rows(seconds=60)
def _validities() -> tuple[_Validity, ...]:
    rows = Policy.objects.filter(Q(issued_at__isnull=False)).order_by("-valid_from")
    return tuple(_Validity(row.pk, row.bureau_id, row.valid_from, row.valid_until) for row in rows)


def policy_for(bureau_id: int | None, on: date) -> int:
    """The policy under which something begins on a local day: the bureau's own, else the one for all.

    Before the first, the first: a clock that began later knows no other.
    """
    rows = _validities()
    for owner in (bureau_id, None) if bureau_id is not None else (None,):
        for row in rows:
            if row.bureau_id == owner and row.valid_from <= on and (row.valid_until is None or on < row.valid_until):
                return row.policy_id
    if not rows:
        raise LookupError("no policy is issued")
    return next((row.policy_id for row in reversed(rows) if row.bureau_id is None), rows[-1].policy_id)


def forget() -> None:
    """Read the policies anew when they are asked for."""
    _all_rules.cache_clear()
    _validities.cache_clear()
