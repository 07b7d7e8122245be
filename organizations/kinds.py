"""The vocabulary of units and posts. Source: process.md (c); labels of posts are data per customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    PROVINCE = "PRV", _("省")
    PREFECTURE = "PRE", _("市")
    COUNTY = "CTY", _("县（市、区）")
    GOV = "GOV", _("县级政府统筹机构")
    EDU = "EDU", _("教育局")
    SEC = "SEC", _("科室")
    SUB = "SUB", _("二级机构")
    CEN = "CEN", _("乡镇中心校")
    SCH = "SCH", _("学校")
    KG = "KG", _("幼儿园")
    PT = "PT", _("教学点")
    DEP = "DEP", _("部门")
    TWN = "TWN", _("乡镇（街道）")
    SVC = "SVC", _("服务单位")
    TRN = "TRN", _("校外培训机构")
    EXP = "EXP", _("专家库")


REGIONS = frozenset({UnitKind.PROVINCE, UnitKind.PREFECTURE, UnitKind.COUNTY})
# Units in which pupils are: the only ones a hazard can be located in.
CAMPUSES = frozenset({UnitKind.SCH, UnitKind.KG, UnitKind.PT})
# Units that the bureau can order; all others are asked or referred to.
EDUCATION_TREE = frozenset(
    {UnitKind.EDU, UnitKind.SEC, UnitKind.SUB, UnitKind.CEN, UnitKind.SCH, UnitKind.KG, UnitKind.PT}
)
# Parts of a bureau: they find for it, anywhere below it.
PARTS_OF_BUREAU = frozenset({UnitKind.SEC, UnitKind.SUB})
# Units in which a coordinating body may sit, in whose name they then issue.
ISSUERS = frozenset({UnitKind.EDU, UnitKind.SEC, UnitKind.SUB, UnitKind.GOV, UnitKind.DEP, UnitKind.TWN})
# Units that may find something in any campus of their county.
COUNTY_BODIES = frozenset({UnitKind.GOV, UnitKind.DEP, UnitKind.TWN})

# Where a unit of each kind may hang. A region may also be the root.
PARENT_KINDS: dict[UnitKind, frozenset[UnitKind]] = {
    UnitKind.PROVINCE: frozenset(),
    UnitKind.PREFECTURE: frozenset({UnitKind.PROVINCE}),
    UnitKind.COUNTY: frozenset({UnitKind.PREFECTURE}),
    # A coordinating body may sit in the bureau, such as 校园安全专委会办公室.
    UnitKind.GOV: REGIONS | {UnitKind.EDU},
    UnitKind.EDU: REGIONS,
    UnitKind.SEC: frozenset({UnitKind.EDU}),
    UnitKind.SUB: frozenset({UnitKind.EDU}),
    UnitKind.CEN: frozenset({UnitKind.EDU}),
    UnitKind.SCH: frozenset({UnitKind.EDU, UnitKind.CEN}),
    UnitKind.KG: frozenset({UnitKind.EDU, UnitKind.CEN, UnitKind.SCH}),
    UnitKind.PT: frozenset({UnitKind.CEN, UnitKind.SCH}),
    UnitKind.DEP: frozenset({UnitKind.GOV}),
    UnitKind.TWN: frozenset({UnitKind.GOV}),
    UnitKind.SVC: frozenset({UnitKind.GOV, UnitKind.EDU}),
    UnitKind.TRN: frozenset({UnitKind.EDU}),
    UnitKind.EXP: frozenset({UnitKind.EDU}),
}


class PostKind(models.TextChoices):
    TEACHER = "teacher", _("教职工")
    SAFETY = "safety", _("安全员")
    PRINCIPAL = "principal", _("校长")
    CENTRAL_SAFETY = "central_safety", _("中心校安全负责人")
    CENTRAL_HEAD = "central_head", _("中心校校长")
    SECTION_CLERK = "section_clerk", _("科室经办")
    SECTION_HEAD = "section_head", _("科长")
    OFFICE_CLERK = "office_clerk", _("安全办经办")
    OFFICE_DIRECTOR = "office_director", _("安全办主任")
    LEADER = "leader", _("分管领导")
    CHIEF = "chief", _("主要领导")
    SUPERINTENDENT = "superintendent", _("责任督学")
    COORDINATOR = "coordinator", _("县级协调员")
    COUNTY_SUPERVISOR = "county_supervisor", _("督查员")
    CONTACT = "contact", _("联络员")
    DEPARTMENT_LEADER = "department_leader", _("部门领导")
    EXPERT = "expert", _("专家")
    INVESTIGATOR = "investigator", _("纪检查阅员")
    CONFIDANT = "confidant", _("敏感事项专办员")


_CAMPUS_POSTS = (PostKind.TEACHER, PostKind.SAFETY, PostKind.PRINCIPAL, PostKind.CONFIDANT)

# The posts that a unit of each kind may have.
UNIT_POSTS: dict[UnitKind, tuple[PostKind, ...]] = {
    UnitKind.SCH: _CAMPUS_POSTS,
    UnitKind.KG: _CAMPUS_POSTS,
    UnitKind.PT: _CAMPUS_POSTS,
    UnitKind.CEN: (PostKind.CENTRAL_SAFETY, PostKind.CENTRAL_HEAD),
    UnitKind.EDU: (
        PostKind.OFFICE_CLERK,
        PostKind.OFFICE_DIRECTOR,
        PostKind.LEADER,
        PostKind.CHIEF,
        PostKind.SUPERINTENDENT,
        PostKind.INVESTIGATOR,
        PostKind.CONFIDANT,
    ),
    UnitKind.SEC: (PostKind.SECTION_CLERK, PostKind.SECTION_HEAD),
    UnitKind.SUB: (PostKind.CONTACT, PostKind.DEPARTMENT_LEADER),
    UnitKind.GOV: (PostKind.COORDINATOR, PostKind.COUNTY_SUPERVISOR),
    UnitKind.DEP: (PostKind.CONTACT, PostKind.DEPARTMENT_LEADER),
    UnitKind.TWN: (PostKind.CONTACT, PostKind.DEPARTMENT_LEADER),
    UnitKind.EXP: (PostKind.EXPERT,),
}

# Posts that see only what they reported or were named in.
PERSONAL_POSTS = frozenset({PostKind.TEACHER, PostKind.EXPERT, PostKind.INVESTIGATOR, PostKind.CONFIDANT})
# Heads are appointed by the bureau's office; all other people of a unit by its head.
HEAD_POSTS = frozenset({PostKind.PRINCIPAL, PostKind.CENTRAL_HEAD, PostKind.SECTION_HEAD, PostKind.DEPARTMENT_LEADER})


class AdminRole(models.TextChoices):
    """Three administrators, one to an account, none with a business right."""

    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDIT = "audit", _("审计管理员")


def default_title(unit_kind: str, post_kind: str) -> str:
    """What the post is called where the customer says nothing else; kindergartens say 园长."""
    if unit_kind == UnitKind.KG and post_kind == PostKind.PRINCIPAL:
        return "园长"
    if unit_kind == UnitKind.CEN:
        return "校长" if post_kind == PostKind.CENTRAL_HEAD else "安全负责人"
    return str(PostKind(post_kind).label)
