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
    """How a hazard ended. Source: process.md a.2; the first two count as rectified, the others as eliminated."""

    RECTIFIED = "rectified", _("整改合格")
    ON_THE_SPOT = "on_the_spot", _("立行立改")
    DEMOLISHED = "demolished", _("拆除灭失")
    SHUT_DOWN = "shut_down", _("关闭停用")
    OUT_OF_USE = "out_of_use", _("退出使用")
    HANDED_OVER = "handed_over", _("移交办结")
    VANISHED = "vanished", _("条件消失")


# What a leader may end without rectification (消除办结).
ELIMINATIONS = (ClosureType.DEMOLISHED, ClosureType.SHUT_DOWN, ClosureType.OUT_OF_USE, ClosureType.VANISHED)


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


class AssignmentKind(models.TextChoices):
    """An order binds (交办), a request asks (函告), a control part keeps people safe while others rectify (管控)."""

    ORDER = "order", _("交办")
    REQUEST = "request", _("函告")
    CONTROL = "control", _("管控")


class AssignmentState(models.TextChoices):
    SENT = "sent", _("待签收")
    SIGNED = "signed", _("整改中")
    DONE = "done", _("已报完成")
    CONFIRMED = "confirmed", _("已确认")
    CANCELED = "canceled", _("已撤回")


class ReturnState(models.TextChoices):
    """A unit's request to be rid of an assignment, once each; blank while it has made none."""

    NONE = "", _("未申请")
    REQUESTED = "requested", _("申请退办中")
    KEPT = "kept", _("维持原交办")
    GRANTED = "granted", _("同意退办")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("编制中")
    IN_REVIEW = "in_review", _("审核中")
    APPROVED = "approved", _("已批准")
    ENDED = "ended", _("已停用")


class CountersignState(models.TextChoices):
    OPEN = "open", _("待会签")
    CONFIRMED = "confirmed", _("已会签")
    DECLINED = "declined", _("不同意")
    LAPSED = "lapsed", _("逾期未会签")
    CANCELED = "canceled", _("已失效")


class SupportState(models.TextChoices):
    OPEN = "open", _("待答复")
    GRANTED = "granted", _("已支持")
    DECLINED = "declined", _("未支持")
    ENDED = "ended", _("已结束")


class SupportKind(models.TextChoices):
    """What is beyond the unit (提请上级解决)."""

    FUNDING = "funding", _("经费")
    PROJECT = "project", _("项目")
    APPRAISAL = "appraisal", _("鉴定")
    COORDINATION = "coordination", _("协调")


class InstructionState(models.TextChoices):
    OPEN = "open", _("待回复")
    REPLIED = "replied", _("已回复")
    ENDED = "ended", _("已结束")


class ScheduleReason(models.TextChoices):
    """Why a hazard may take years (列入治理计划). Source: process.md T22, requirements.md H02."""

    BUDGET = "budget", _("资金须列入下年度预算")
    WORKS = "works", _("工程建设周期")
    PROCUREMENT = "procurement", _("招标采购程序")
    APPROVAL = "approval", _("规划、土地等审批")
    SEASON = "season", _("汛期、冬季等不能施工")
    OUTSIDE = "outside", _("校外单位原因")


class ReopenCause(models.TextChoices):
    REBOUND = "rebound", _("反弹")
    FALSE = "false", _("虚假整改")
    MISSED = "missed", _("遗漏")


class LookBackResult(models.TextChoices):
    HOLDS = "holds", _("整改到位，未反弹")
    DOUBT = "doubt", _("有疑问，继续观察")
    REBOUND = "rebound", _("已反弹，须重启整改")


class Appraisal(models.TextChoices):
    """Danger classes of a building. Source: regulation.md 2.5; requirements.md H01 to H05."""

    A = "A", _("A级（无危险）")
    B = "B", _("B级（个别构件危险）")
    C = "C", _("C级（局部危房）")
    D = "D", _("D级（整幢危房）")


class HowKnown(models.TextChoices):
    """How the recorder of somebody else's act knows of it (代录)."""

    LETTER = "letter", _("回函")
    CALL = "call", _("电话")
    MEETING = "meeting", _("会议")
    SIGNED_PAPER = "signed_paper", _("签批件")
