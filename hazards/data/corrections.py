"""What is given when something is corrected, ordered from above, or kept as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from hazards import options
from hazards.inputs import category, day, domain, files, person, row, text, unit
from hazards.models import Category, Domain, Instruction, Upload
from organizations.models import Unit, User


@dataclass(frozen=True, kw_only=True)
class AmendData:
    reason: str = text(_("更正原因"))
    place: str = text(
        _("部位"), required=False, max_length=80, initial=lambda ask: ask.hazard.place if ask.hazard else ""
    )
    description: str = text(
        _("隐患描述"), required=False, long=True, initial=lambda ask: ask.hazard.description if ask.hazard else ""
    )
    domain: Domain | None = domain(
        _("领域"), required=False, initial=lambda ask: ask.hazard.domain.code if ask.hazard else ""
    )
    category: Category | None = category(
        _("类别"), initial=lambda ask: ask.hazard.category.code if ask.hazard and ask.hazard.category else ""
    )


@dataclass(frozen=True, kw_only=True)
class WithdrawData:
    reason: str = text(_("撤回原因"))


@dataclass(frozen=True, kw_only=True)
class VoidData:
    reason: str = text(_("作废原因"), long=True)


@dataclass(frozen=True, kw_only=True)
class MergeData:
    master: str = text(_("并入哪一条（编号）"), max_length=24, help=_("同一单位、同一部位、同一问题"))
    reason: str = text(_("理由"), long=True)


@dataclass(frozen=True, kw_only=True)
class UnmergeData:
    reason: str = text(_("理由"), long=True)


@dataclass(frozen=True, kw_only=True)
class AbsorbData:
    """Written on the master when another is merged into it."""

    number: str = text(_("并入的编号"), max_length=24)


@dataclass(frozen=True, kw_only=True)
class ReleaseData:
    """Written on the master when a merger is undone."""

    number: str = text(_("撤出的编号"), max_length=24)


@dataclass(frozen=True, kw_only=True)
class InstructData:
    to: Unit = unit(_("交给哪个单位"), options=options.instructable_units)
    instruction: str = text(_("批示"), long=True)
    reply_on: date | None = day(_("回复期限"), help=_("不填即 3 个工作日"))


@dataclass(frozen=True, kw_only=True)
class ReplyInstructionData:
    instruction: Instruction | None = row(
        _("哪一件批示"), required=False, options=options.open_instructions, help=_("只有一件时不用选")
    )
    reply: str = text(_("办理情况"), long=True)
    photos: tuple[Upload, ...] = files(_("照片或文件"))


@dataclass(frozen=True, kw_only=True)
class SealData:
    reason: str = text(_("封存原因"), long=True, help=_("例如：发生事故，保全档案"))


@dataclass(frozen=True, kw_only=True)
class GrantReadingData:
    reader: User = person(_("查阅人"), options=options.readers)
    until_on: date = day(_("查阅至"), required=True)
    reason: str = text(_("查阅事由"))


@dataclass(frozen=True, kw_only=True)
class LapseReadingData:
    pass


@dataclass(frozen=True, kw_only=True)
class RequestCountersignData:
    """Written when an act waits for a second person."""

    what: str = text(_("待会签的操作"), max_length=40)


@dataclass(frozen=True, kw_only=True)
class ConfirmCountersignData:
    note: str = text(_("会签意见"), required=False, long=True, help=_("不填即为“同意”"))


@dataclass(frozen=True, kw_only=True)
class DeclineCountersignData:
    note: str = text(_("不同意的理由"), long=True)


@dataclass(frozen=True, kw_only=True)
class LapseCountersignData:
    pass
