"""The demo's units and people. Every name is made of 示、例、样, so that nobody takes it for a real place."""

from __future__ import annotations

from dataclasses import dataclass, field

from organizations.kinds import AdminRole, UnitKind

# Everybody knows it, which is why the demo never serves a network (core.checks, config.launcher).
DEMO_PASSWORD = "bihuan-demo-2026"
COUNTY_NAME = "示例县"


@dataclass(frozen=True)
class UnitRow:
    """`key` is the unit's name in this app; `parent` another row's key, empty for the root."""

    key: str
    kind: UnitKind
    name: str
    parent: str
    code: str = ""
    township: str = ""
    phone: str = ""
    duty_domains: tuple[str, ...] = ()
    has_accounts: bool = True
    # Coordinating bodies in whose name its posts issue (发文名义).
    issuing_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonRow:
    """`posts` as `unit.post_kind`; the first names the unit the person belongs to."""

    username: str
    name: str
    posts: tuple[str, ...] = field(default=())
    admin_role: str = ""


# Codes that begin with 99 are given to no place by GB/T 2260.
_COUNTY = (
    UnitRow("province", UnitKind.PROVINCE, "示例省", ""),
    UnitRow("prefecture", UnitKind.PREFECTURE, "示例市", "province", code="990100"),
    UnitRow("county", UnitKind.COUNTY, COUNTY_NAME, "prefecture", code="990101"),
    UnitRow("gov", UnitKind.GOV, "示例县安全生产委员会办公室", "county", phone="000-0000-0010"),
    UnitRow(
        "edu",
        UnitKind.EDU,
        "示例县教育局",
        "county",
        phone="000-0000-0020",
        issuing_names=("示例县学校安全工作专班",),
    ),
    # A coordinating body that sits in the bureau, with people of the office.
    UnitRow("board", UnitKind.GOV, "示例县校园安全专委会办公室", "edu", phone="000-0000-0021"),
    UnitRow("works", UnitKind.SEC, "基建后勤科", "edu", duty_domains=("04", "15", "19")),
    UnitRow("basic", UnitKind.SEC, "基础教育科", "edu", duty_domains=("01", "06", "17")),
    UnitRow("moral", UnitKind.SEC, "法治与德育科", "edu", duty_domains=("10", "16")),
    UnitRow("experts", UnitKind.EXP, "示例县校园安全专家库", "edu"),
    UnitRow("fire", UnitKind.DEP, "示例县消防救援大队", "gov", duty_domains=("02",), phone="000-0000-0031"),
    UnitRow("market", UnitKind.DEP, "示例县市场监督管理局", "gov", duty_domains=("05", "15"), phone="000-0000-0032"),
    UnitRow("police", UnitKind.DEP, "示例县公安局", "gov", duty_domains=("07", "12"), phone="000-0000-0033"),
    UnitRow("housing", UnitKind.DEP, "示例县住房和城乡建设局", "gov", duty_domains=("04",), phone="000-0000-0034"),
    UnitRow("transport", UnitKind.DEP, "示例县交通运输局", "gov", duty_domains=("03",), has_accounts=False),
    UnitRow("health", UnitKind.DEP, "示例县卫生健康局", "gov", duty_domains=("05",), has_accounts=False),
    UnitRow("emergency", UnitKind.DEP, "示例县应急管理局", "gov", duty_domains=("18",), has_accounts=False),
    UnitRow("culture", UnitKind.DEP, "示例县文化广电旅游局", "gov", duty_domains=("10",), has_accounts=False),
    UnitRow("town2", UnitKind.TWN, "样东镇", "gov", phone="000-0000-0042"),
    UnitRow("town3", UnitKind.TWN, "例西乡", "gov", has_accounts=False),
    UnitRow("cen1", UnitKind.CEN, "城关中心校", "edu", township="城关镇"),
    UnitRow("cen2", UnitKind.CEN, "样东中心校", "edu", township="样东镇"),
    UnitRow("cen3", UnitKind.CEN, "例西中心校", "edu", township="例西乡"),
    UnitRow("cen4", UnitKind.CEN, "示北中心校", "edu", township="示北乡"),
)

_TOWNSHIPS = {"edu": "城关镇", "cen1": "城关镇", "cen2": "样东镇", "cen3": "例西乡", "cen4": "示北乡"}

# parent, key, kind, name: 24 schools and 6 kindergartens.
_CAMPUSES = (
    ("edu", "high", UnitKind.SCH, "示例县第一中学"),
    ("edu", "special", UnitKind.SCH, "示例县特殊教育学校"),
    ("cen1", "first", UnitKind.SCH, "第一小学"),
    ("cen1", "second", UnitKind.SCH, "第二小学"),
    ("cen1", "third", UnitKind.SCH, "第三小学"),
    ("cen1", "middle1", UnitKind.SCH, "城关初级中学"),
    ("cen1", "bridge", UnitKind.SCH, "样桥小学"),
    ("cen1", "pond", UnitKind.PT, "例塘教学点"),
    ("cen2", "east", UnitKind.SCH, "样东中心小学"),
    ("cen2", "middle2", UnitKind.SCH, "样东初级中学"),
    ("cen2", "stream", UnitKind.SCH, "例溪小学"),
    ("cen2", "ridge", UnitKind.SCH, "样岭小学"),
    ("cen2", "grove", UnitKind.SCH, "示林小学"),
    ("cen2", "hollow", UnitKind.PT, "样坑教学点"),
    ("cen3", "west", UnitKind.SCH, "例西中心小学"),
    ("cen3", "middle3", UnitKind.SCH, "例西初级中学"),
    ("cen3", "bay", UnitKind.SCH, "示湾小学"),
    ("cen3", "stone", UnitKind.SCH, "例石小学"),
    ("cen3", "terrace", UnitKind.PT, "例坪教学点"),
    ("cen4", "north", UnitKind.SCH, "示北中心小学"),
    ("cen4", "middle4", UnitKind.SCH, "示北初级中学"),
    ("cen4", "spring", UnitKind.SCH, "示源小学"),
    ("cen4", "field", UnitKind.SCH, "示田小学"),
    ("cen4", "hill", UnitKind.PT, "示岗教学点"),
    ("edu", "kg", UnitKind.KG, "示例县实验幼儿园"),
    ("cen1", "kg1", UnitKind.KG, "城关幼儿园"),
    ("cen1", "kg5", UnitKind.KG, "小样幼儿园"),
    ("cen2", "kg2", UnitKind.KG, "样东幼儿园"),
    ("cen3", "kg3", UnitKind.KG, "例西幼儿园"),
    ("cen4", "kg4", UnitKind.KG, "示北幼儿园"),
)

UNITS: tuple[UnitRow, ...] = (
    *_COUNTY,
    *(UnitRow(key, kind, name, parent, township=_TOWNSHIPS[parent]) for parent, key, kind, name in _CAMPUSES),
)

_STANDING_CAST = (
    PersonRow("demo_teacher", "方例言", ("first.teacher",)),
    PersonRow("demo_safety", "陈示安", ("first.safety",)),
    PersonRow("demo_principal", "林样和", ("first.principal",)),
    PersonRow("demo_outsider", "吴例远", ("east.safety",)),
    PersonRow("demo_village", "黎例源", ("spring.principal", "spring.safety")),
    PersonRow("demo_central", "郑示中", ("cen1.central_safety",)),
    PersonRow("demo_section", "何样科", ("works.section_clerk",)),
    PersonRow("demo_office", "许例办", ("edu.office_clerk",)),
    PersonRow("demo_director", "沈示主", ("edu.office_director",)),
    PersonRow("demo_leader", "唐样领", ("edu.leader",)),
    PersonRow("demo_chief", "于示局", ("edu.chief",)),
    PersonRow("demo_superintendent", "蒋示学", ("edu.superintendent",)),
    PersonRow("demo_coordinator", "邓例统", ("gov.coordinator",)),
    PersonRow("demo_town", "韩样镇", ("town2.contact",)),
    PersonRow("demo_fire", "冯示防", ("fire.contact",)),
    PersonRow("demo_market", "曹样市", ("market.contact",)),
    PersonRow("demo_expert", "袁例专", ("experts.expert",)),
    PersonRow("demo_inspector", "潘示纪", ("edu.investigator",)),
    PersonRow("demo_sysadmin", "系统管理员（演示）", admin_role=AdminRole.SYSTEM),
    PersonRow("demo_secadmin", "安全管理员（演示）", admin_role=AdminRole.SECURITY),
    PersonRow("demo_auditor", "审计管理员（演示）", admin_role=AdminRole.AUDIT),
)

# Posts that two people hold, and one who sits in two bodies.
_SECOND_HOLDERS = (
    PersonRow("demo_leader2", "程例领", ("edu.leader",)),
    PersonRow("demo_board", "罗示统", ("edu.office_clerk", "board.coordinator")),
    PersonRow("demo_fire_leader", "曾样队", ("fire.department_leader",)),
)

# Name, then posts.
_OTHERS: tuple[tuple[str, ...], ...] = (
    ("董样密", "edu.confidant"),
    ("余例长", "works.section_head"),
    ("杜示教", "basic.section_head"),
    ("戴样法", "moral.section_head"),
    ("夏例警", "police.contact"),
    ("钟示建", "housing.contact"),
    ("汪样关", "cen1.central_head"),
    ("田例东", "cen2.central_head", "cen2.central_safety"),
    ("任示西", "cen3.central_head"),
    ("姜样西", "cen3.central_safety"),
    ("范例北", "cen4.central_head", "cen4.central_safety"),
    ("石示心", "first.confidant"),
    ("姚样文", "second.teacher"),
    ("谭例高", "high.principal"),
    ("廖示高", "high.safety"),
    ("邹样特", "special.principal", "special.safety"),
    ("熊例二", "second.principal"),
    ("金示二", "second.safety"),
    ("陆样三", "third.principal"),
    ("郝例三", "third.safety"),
    ("孔示初", "middle1.principal"),
    ("白样初", "middle1.safety"),
    ("崔例桥", "bridge.principal", "bridge.safety"),
    ("康示塘", "pond.principal", "pond.safety"),
    ("毛样东", "east.principal"),
    ("邱例东", "middle2.principal"),
    ("秦示东", "middle2.safety"),
    ("江样溪", "stream.principal", "stream.safety"),
    ("史例岭", "ridge.principal", "ridge.safety"),
    ("顾示林", "grove.principal", "grove.safety"),
    ("侯样西", "west.principal"),
    ("邵例西", "west.safety"),
    ("孟示西", "middle3.principal"),
    ("龙样西", "middle3.safety"),
    ("万例湾", "bay.principal", "bay.safety"),
    ("段示石", "stone.principal", "stone.safety"),
    ("雷样坪", "terrace.principal", "terrace.safety"),
    ("钱例北", "north.principal", "north.safety"),
    ("汤示北", "middle4.principal"),
    ("尹样北", "middle4.safety"),
    ("易示田", "field.principal", "field.safety"),
    ("常样幼", "kg.principal"),
    ("武例幼", "kg.safety"),
    ("乔示幼", "kg1.principal"),
    ("贺样小", "kg5.principal", "kg5.safety"),
    ("赖例东", "kg2.principal", "kg2.safety"),
    ("龚示西", "kg3.principal", "kg3.safety"),
    ("文样北", "kg4.principal", "kg4.safety"),
)

PEOPLE: tuple[PersonRow, ...] = (
    *_STANDING_CAST,
    *_SECOND_HOLDERS,
    *(PersonRow(f"demo_{row[1].replace('.', '_')}", row[0], row[1:]) for row in _OTHERS),
)
CAST_NAMES: tuple[str, ...] = tuple(row.username for row in _STANDING_CAST)

# What the bureau lets its central schools do for their schools: (action, level).
MANDATES = (("file", "general"), ("assign", "general"))

# Who stands in for whom at the moment of loading: (post, who, working reason), for ten days.
DELEGATIONS = (("cen1.central_head", "cen1.central_safety", "外出培训"),)
