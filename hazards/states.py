"""The words of a hazard's life. Source: architecture 3.1, terms.md."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REPORTED = "reported", _("待建档")
    RETURNED = "returned", _("退回补充")
    FILED = "filed", _("待交办")
    REFERRED = "referred", _("提请交办中")
    ASSIGNED = "assigned", _("待签收")
    RECTIFYING = "rectifying", _("整改中")
    SUBMITTED = "submitted", _("待复查")
    VERIFIED = "verified", _("待销号")
    CLOSED = "closed", _("已销号")
    REJECTED = "rejected", _("不予登记")
    MERGED = "merged", _("已合并")
    VOIDED = "voided", _("已作废")


# What a hazard is before its first act; never stored.
NEW = "new"
TERMINAL = frozenset({State.CLOSED, State.REJECTED, State.MERGED, State.VOIDED})
OPEN = tuple(state for state in State if state not in TERMINAL)


class Stage(models.TextChoices):
    """The four stages that the public knows. Source: S0 排查、建档、整治、销号."""

    FIND = "find", _("排查")
    FILE = "file", _("建档")
    RECTIFY = "rectify", _("整治")
    CLOSE = "close", _("销号")
    OTHER = "other", _("其他")


STAGE_OF: dict[str, Stage] = {
    State.REPORTED: Stage.FIND,
    State.RETURNED: Stage.FIND,
    State.FILED: Stage.FILE,
    State.REFERRED: Stage.FILE,
    State.ASSIGNED: Stage.FILE,
    State.RECTIFYING: Stage.RECTIFY,
    State.SUBMITTED: Stage.RECTIFY,
    State.VERIFIED: Stage.CLOSE,
    State.CLOSED: Stage.CLOSE,
    State.REJECTED: Stage.OTHER,
    State.MERGED: Stage.OTHER,
    State.VOIDED: Stage.OTHER,
}


class Level(models.TextChoices):
    GENERAL = "general", _("一般")
    SIGNIFICANT = "significant", _("较大")
    MAJOR = "major", _("重大")


class Competence(models.TextChoices):
    """Whose duty the hazard is (责任归属)."""

    SCHOOL = "school", _("学校")
    BUREAU = "bureau", _("教育局")
    DEPARTMENT = "department", _("部门")
    TOWNSHIP = "township", _("乡镇（街道）")
    OWNER = "owner", _("校外产权单位")


WITHIN_EDUCATION = frozenset({Competence.SCHOOL, Competence.BUREAU})


class Source(models.TextChoices):
    """Who found it, as the rules of verification ask."""

    SCHOOL = "school", _("学校自查")
    CENTRAL = "central", _("中心校检查")
    BUREAU = "bureau", _("教育局检查")
    DEPARTMENT = "department", _("部门检查")
    TOWNSHIP = "township", _("乡镇检查")


class Channel(models.TextChoices):
    """The way a report takes; a direct one neither the school nor its central school sees or blocks."""

    NORMAL = "normal", _("本单位办理")
    DIRECT = "direct", _("直报教育局")


class ClosureType(models.TextChoices):
    RECTIFIED = "rectified", _("整改合格")
    ON_THE_SPOT = "on_the_spot", _("立行立改")


class EvidenceStage(models.TextChoices):
    BEFORE = "before", _("整改前")
    AFTER = "after", _("整改后")
    CONTROL = "control", _("管控措施")
    VERIFICATION = "verification", _("复查")
    DOCUMENT = "document", _("文件")


class RejectReason(models.TextChoices):
    NO_HAZARD = "no_hazard", _("不属于隐患")
    UNTRUE = "untrue", _("情况不属实")
    OUTSIDE = "outside", _("不在校园安全范围")
    TWICE = "twice", _("已另行登记")


class AssignmentState(models.TextChoices):
    SENT = "sent", _("待签收")
    SIGNED = "signed", _("整改中")
    DONE = "done", _("已报完成")
    CONFIRMED = "confirmed", _("已确认")
    CANCELED = "canceled", _("已撤回")
