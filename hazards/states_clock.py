"""The words of what the clock brings: extension, suspension, supervision, measures. Source: process.md a.5, b."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExtensionState(models.TextChoices):
    REQUESTED = "requested", _("待审批")
    GRANTED = "granted", _("已同意")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")
    ENDED = "ended", _("已失效")


class ExtensionReason(models.TextChoices):
    """Source: process.md a.4 T22."""

    WORKS = "works", _("施工")
    PROCUREMENT = "procurement", _("采购")
    APPROVAL = "approval", _("审批")
    SEASON = "season", _("汛期")
    FUNDING = "funding", _("资金")
    OUTSIDE = "outside", _("外部原因")


class SuspensionState(models.TextChoices):
    IN_FORCE = "in_force", _("停用中")
    RESUME_REQUESTED = "resume_requested", _("申请恢复中")
    LIFTED = "lifted", _("已恢复使用")
    PERMANENT = "permanent", _("永久停用")
    ENDED = "ended", _("已失效")


class SuspensionKind(models.TextChoices):
    ROOM = "room", _("房屋、场所")
    EQUIPMENT = "equipment", _("设施设备")
    VEHICLE = "vehicle", _("车辆")
    CANTEEN = "canteen", _("食堂")
    SHOP = "shop", _("小卖部")
    LAB = "lab", _("实验室")
    SCHOOL = "school", _("整校停课")


class SupervisionState(models.TextChoices):
    PROPOSED = "proposed", _("拟挂牌")
    DECLINED = "declined", _("不予挂牌")
    LISTED = "listed", _("挂牌督办中")
    ACCEPTANCE_REQUESTED = "acceptance_requested", _("已申请验收")
    PASSED = "passed", _("验收合格待摘牌")
    DELISTED = "delisted", _("已摘牌")
    ENDED = "ended", _("已失效")


# Listed, and not yet taken off.
IN_FORCE = frozenset({SupervisionState.LISTED, SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.PASSED})


class ListingTrigger(models.TextChoices):
    """Source: process.md b.3."""

    FIRE = "L-1", _("重大火灾隐患")
    CHEMICAL = "L-2", _("危化品重大隐患")
    MAJOR = "L-3", _("其他重大隐患")
    MEETING = "L-4", _("推进会明确的重点难点问题")
    OVERDUE = "L-5", _("逾期未整改")
    CONDUCT = "L-6", _("单位或片区问题突出")
    BUS = "L-7", _("督办后仍有问题的校车")
    QUOTA = "L-8", _("按政策选定")


class Authority(models.TextChoices):
    """Who lists. Source: regulation.md 2.10."""

    SECTOR = "sector", _("教育局挂牌")
    COUNTY = "county", _("县级挂牌")
    CITY = "city", _("市级挂牌")
    PROVINCE = "province", _("省级挂牌")


class MeasureState(models.TextChoices):
    DRAFT = "draft", _("待签发")
    DECLINED = "declined", _("不予签发")
    # An interview that is called but not held.
    ISSUED = "issued", _("已通知")
    AWAITING_REPLY = "awaiting_reply", _("待回复")
    SETTLED = "settled", _("已办结")
    WITHDRAWN = "withdrawn", _("已撤销")
    ENDED = "ended", _("已失效")


class MeasureKind(models.TextChoices):
    """Rungs 3, 4 and 6 of the ladder, and those for units that a bureau can only urge. Source: process.md b.1."""

    BULLETIN = "bulletin", _("通报批评")
    INTERVIEW = "interview", _("约谈")
    ACCOUNTABILITY = "accountability", _("问责建议")
    TRANSFER = "transfer", _("线索移送")
    URGE_LETTER = "urge_letter", _("催办函")
    COUNTY_SUPERVISION = "county_supervision", _("提请督查")


# They go to a body that decides about people: of these the unit learns from it.
TO_COMPETENT_BODIES = frozenset({MeasureKind.ACCOUNTABILITY, MeasureKind.TRANSFER})


class UnitMeasureState(models.TextChoices):
    """Of a measure about the conduct of a unit as a whole."""

    DRAFT = "draft", _("待签发")
    DECLINED = "declined", _("不予签发")
    ISSUED = "issued", _("待回复")
    REPLIED = "replied", _("已回复")
    WITHDRAWN = "withdrawn", _("已撤销")


class UnitSupervisionState(models.TextChoices):
    """Of a listing of a unit or an area."""

    PROPOSED = "proposed", _("拟挂牌")
    DECLINED = "declined", _("不予挂牌")
    LISTED = "listed", _("挂牌督办中")
    PASSED = "passed", _("检查合格待摘牌")
    DELISTED = "delisted", _("已摘牌")


class Conduct(models.TextChoices):
    """Why a unit or an area is listed. Source: requirements.md C12, C13, C14."""

    BULLYING = "bullying", _("学生欺凌问题突出")
    DROWNING = "drowning", _("预防溺水工作不落实")
    ACCIDENTS = "accidents", _("安全事故多发")
    OTHER = "other", _("其他突出问题")


class BusDefect(models.TextChoices):
    """What a vehicle of pupils must not be. Source: requirements.md H11, 1.6."""

    UNLICENSED = "unlicensed", _("无牌无证")
    MODIFIED = "modified", _("非法改装")


class InterviewType(models.TextChoices):
    REMINDER = "reminder", _("提醒约谈")
    WARNING = "warning", _("告诫约谈")
    COLLECTIVE = "collective", _("集中约谈")


class Ladder(models.TextChoices):
    """Whose time it is decides which ladder is climbed (architecture 4)."""

    UNIT = "unit", _("责任单位")
    OUTSIDE = "outside", _("部门、乡镇和校外单位")
    OFFICE = "office", _("办理、复查、销号单位")
    SCHOOL = "school", _("学校、中心校建档交办")
    COUNTY = "county", _("县级统筹机构")
    SIGN = "sign", _("签收")
    LETTER = "letter", _("函告回复")
    SIDE = "side", _("方案、退办、延期等")
    COUNTERSIGN = "countersign", _("会签")
    GUARD = "guard", _("停用值守")
    REPORT = "report", _("挂牌督办报告")
    TERM = "term", _("挂牌督办期限")
    WHOLE = "whole", _("整改总期限")
    CONFIDENTIAL = "confidential", _("保密事项")
    # Taken over from before the clock: nothing above 预警 until the office sets a new limit.
    INHERITED = "inherited", _("存量")


class Act(models.TextChoices):
    """What a rung does. The first two write rows only; all others go through a service."""

    REMIND = "remind", _("催办")
    WARN = "warn", _("预警")
    BULLETIN = "bulletin", _("拟通报批评")
    INTERVIEW = "interview", _("拟约谈")
    ACCOUNTABILITY = "accountability", _("拟问责建议")
    TRANSFER = "transfer", _("拟线索移送")
    URGE_LETTER = "urge_letter", _("拟催办函")
    COUNTY_SUPERVISION = "county_supervision", _("拟提请督查")
    # By itself where the rung acts by itself and the case allows it, else as a draft (拟挂牌).
    LISTING = "listing", _("挂牌督办")
    COUNTY_LISTING = "county_listing", _("拟提请挂牌")
    ESCALATE = "escalate", _("报送上级办理")
    DEEM_RECEIVED = "deem_received", _("视为送达")
    LAPSE_NOTICE = "lapse_notice", _("函告未复")
    LAPSE_COUNTERSIGN = "lapse_countersign", _("会签到期")


ROW_ACTS = frozenset({Act.REMIND, Act.WARN})
MEASURE_ACTS = frozenset(
    {Act.BULLETIN, Act.INTERVIEW, Act.ACCOUNTABILITY, Act.TRANSFER, Act.URGE_LETTER, Act.COUNTY_SUPERVISION}
)


class Told(models.TextChoices):
    """Who is told of a rung; a vacant post goes upward."""

    OWNER = "owner", _("责任岗位")
    HANDLER = "handler", _("经办人")
    HEAD = "head", _("单位负责人")
    OFFICE = "office", _("上级安全办")
    LEADER = "leader", _("分管领导")
    CHIEF = "chief", _("主要领导")


class Rank(models.IntegerChoices):
    """How high a hazard has climbed. Source: process.md b.1."""

    NONE = 0, _("正常")
    REMINDED = 1, _("催办")
    WARNED = 2, _("预警")
    BULLETIN = 3, _("通报")
    INTERVIEW = 4, _("约谈")
    LISTED = 5, _("挂牌督办")
    ACCOUNTABILITY = 6, _("问责")
