"""Domains, categories, places, and the rules of who acts, who verifies and how long a step may take."""

from django.db import migrations

# (code, name, synonyms, restricted). Source: requirements.md 1.5, terms.md.
DOMAINS = [
    ("01", "安全教育", ["应急演练"], False),
    ("02", "消防安全", ["消防"], False),
    ("03", "交通安全", ["交通"], False),
    ("04", "校舍安全", ["校舍", "房屋"], False),
    ("05", "食品安全", ["食品", "饮水"], False),
    ("06", "防溺水", ["预防溺亡"], False),
    ("07", "反恐怖防范", ["反恐防范", "安保"], False),
    ("08", "学生欺凌防治", ["防欺凌", "欺凌"], True),
    ("09", "危险化学品", ["危化品", "实验室"], False),
    ("10", "扫黄打非", [], False),
    ("11", "毒品预防教育", ["毒品预防", "禁毒"], True),
    ("12", "校车安全", ["校车"], False),
    ("13", "扫黑除恶及周边", ["扫黑除恶"], True),
    ("14", "预防性侵害", ["性侵"], True),
    ("15", "特种设备", ["电梯", "锅炉"], False),
    ("16", "周边环境", ["校园周边"], False),
    ("17", "拥挤踩踏", ["防踩踏"], False),
    ("18", "自然灾害", ["地质灾害", "防汛"], False),
    ("19", "水电气热", ["用电", "燃气", "供暖"], False),
    ("99", "其他", [], False),
]

# Source: the check points of checklists.md, in words of our own.
CATEGORIES = {
    "01": ["课时与教材", "应急演练", "警示与主题教育", "人员培训"],
    "02": ["消防设施器材", "疏散通道与出口", "电气线路", "消防水源", "易燃可燃材料", "值守与记录"],
    "03": ["校门前道路设施", "车辆停放与通行", "上下学出行", "租用车辆"],
    "04": ["围墙与挡墙", "屋面与天花板", "栏杆与楼梯", "门窗与玻璃", "墙体与结构", "运动器材与场地", "施工区域"],
    "05": ["食堂环境与设施", "从业人员健康", "原料采购与留样", "饮用水", "校内小卖部"],
    "06": ["校内水池沟渠", "校外危险水域", "宣传与巡查"],
    "07": ["门卫与保安", "门禁与来访登记", "视频监控", "一键报警", "防卫器械"],
    "08": ["制度与责任", "监控盲区", "处置流程"],
    "09": ["储存与专柜", "台账与领用", "废弃物处置", "通风与防护"],
    "10": ["图书与读物", "网络与接入"],
    "11": ["教育课时", "场所管理"],
    "12": ["车辆与标牌", "驾驶人", "随车照管", "行驶线路", "车上安全设施"],
    "13": ["周边治安", "排查机制"],
    "14": ["人员准入", "宿舍与场所管理", "教育与报告机制"],
    "15": ["电梯", "锅炉与压力容器", "作业人员持证"],
    "16": ["摊点与经营场所", "噪声与污染", "在建工地"],
    "17": ["楼梯与通道", "集中上下楼管理", "大型活动"],
    "18": ["山体与边坡", "防雷", "内涝与排水", "树木"],
    "19": ["供水", "供电", "燃气", "供暖"],
    "99": ["其他"],
}

PLACES = [
    "教学楼", "教室", "走廊", "楼梯", "宿舍", "食堂", "实验室", "图书馆", "会议室", "操场", "厕所", "围墙", "校门",
    "校门外道路", "门卫室", "配电房", "锅炉房", "停车场", "校车", "办公室",
]  # fmt: skip

CAMPUSES = ("SCH", "KG", "PT")
_HANDLERS = {
    "campus": ["safety", "principal"],
    "CEN": ["central_safety", "central_head"],
    "EDU": ["office_clerk", "office_director"],
}
_HEADS = {"campus": ["principal"], "CEN": ["central_head"], "EDU": ["office_director"]}
_LEADS = {**_HANDLERS, "SEC": ["section_clerk", "section_head"], "SUB": ["contact", "department_leader"]}
_LAST = {"EDU": ["office_clerk", "office_director", "leader", "chief"]}

# action → unit kind → posts; `campus` stands for school, kindergarten and teaching point. Source: process.md a.6, c.2.
ACTORS = {
    "file": {**_HANDLERS, **_LAST},
    "self_handle": _HANDLERS,
    "return_for_supplement": _HANDLERS,
    "supplement": {**_HANDLERS, **_LAST},
    "escalate": _HANDLERS,
    "reject": _HANDLERS,
    "assign": {**_HANDLERS, **_LAST},
    "amend": _HANDLERS,
    "void": _HEADS,
    "sign": {**_LEADS, **_LAST},
    "submit": {**_LEADS, **_LAST},
    "report_progress": _LEADS,
    "pass_verification": {**_LEADS, **_LAST},
    "fail_verification": {**_LEADS, **_LAST},
    "return_submission": {**_LEADS, **_LAST},
    "confirm_and_close": {"campus": ["principal"], "CEN": ["central_head", "central_safety"], **_LAST},
    "close": {"campus": ["principal"], "CEN": ["central_head", "central_safety"], **_LAST},
    "return_closure": {"campus": ["principal"], "CEN": ["central_head", "central_safety"], **_LAST},
}
# (action, unit kind, level) → posts
ACTORS_BY_LEVEL = {
    ("reject", "EDU", "major"): ["leader", "chief"],
    ("void", "EDU", "major"): ["leader", "chief"],
    ("close", "EDU", "significant"): ["office_director", "leader", "chief"],
    ("return_closure", "EDU", "significant"): ["office_director", "leader", "chief"],
}

# (level, source or blank for all others) → verifier, closer, in one act. Source: process.md a.6.
VERIFIERS = {
    ("general", "school"): ("campus", "campus", True),
    ("general", ""): ("issuer", "office", False),
    ("significant", ""): ("office", "office", False),
    ("major", ""): ("office", "office", False),
}

# step → general, significant, major as (amount, measure). Source: process.md a.3.
LIMITS = {
    "reported": [(2, "wd"), (1, "wd"), (4, "h")],
    "returned": [(1, "wd"), (1, "wd"), (1, "wd")],
    "filed": [(1, "wd"), (1, "wd"), (4, "h")],
    "referred": [(5, "wd"), (5, "wd"), (1, "wd")],
    "assigned": [(1, "wd"), (4, "wh"), (2, "h")],
    "rectifying": [(15, "cd"), (60, "cd"), (180, "cd")],
    "submitted": [(5, "wd"), (5, "wd"), (10, "cd")],
    "verified": [(2, "wd"), (2, "wd"), (3, "wd")],
    "rework": [(7, "cd"), (10, "cd"), (15, "cd")],
    "on_spot": [(3, "cd")],
}
LEVELS = ("general", "significant", "major")


def add_domains(apps, schema_editor):
    domain_model = apps.get_model("hazards", "Domain")
    category_model = apps.get_model("hazards", "Category")
    for code, name, synonyms, is_restricted in DOMAINS:
        domain, _ = domain_model.objects.get_or_create(
            code=code, defaults={"name": name, "synonyms": synonyms, "is_restricted": is_restricted}
        )
        for number, label in enumerate(CATEGORIES[code], start=1):
            category_model.objects.get_or_create(
                code=f"{code}-{number:02d}", defaults={"domain": domain, "name": label}
            )
    place_model = apps.get_model("hazards", "Place")
    for position, name in enumerate(PLACES):
        place_model.objects.get_or_create(name=name, defaults={"position": position})


def add_actors(apps, schema_editor):
    model = apps.get_model("hazards", "ActorRule")

    def add(action, unit_kind, level, is_restricted, posts):
        model.objects.get_or_create(
            action=action, unit_kind=unit_kind, level=level, is_restricted=is_restricted, defaults={"post_kinds": posts}
        )

    for action, by_kind in ACTORS.items():
        for kind, posts in by_kind.items():
            for unit_kind in CAMPUSES if kind == "campus" else (kind,):
                add(action, unit_kind, "", False, posts)
        # What is restricted is done by the named confidants of school and bureau alone.
        for unit_kind in (*CAMPUSES, "EDU"):
            add(action, unit_kind, "", True, ["confidant"])
    for (action, unit_kind, level), posts in ACTORS_BY_LEVEL.items():
        add(action, unit_kind, level, False, posts)


def add_rules(apps, schema_editor):
    verifier_model = apps.get_model("hazards", "VerifierRule")
    for (level, source), (verifier, closer, in_one_act) in VERIFIERS.items():
        verifier_model.objects.get_or_create(
            level=level, source=source, defaults={"verifier": verifier, "closer": closer, "in_one_act": in_one_act}
        )
    limit_model = apps.get_model("hazards", "StepLimit")
    for step, by_level in LIMITS.items():
        for level, (amount, measure) in zip(LEVELS, by_level, strict=False):
            # No roll for 重大 and 立行立改. Source: ledgers-documents-calendar.md (f) 3.
            rolls = level != "major" and step != "on_spot"
            limit_model.objects.get_or_create(
                step=step, level=level, unit_kind="", defaults={"amount": amount, "measure": measure, "rolls": rolls}
            )
    # A school files what its own staff report within one working day (architecture 3.2).
    for unit_kind in CAMPUSES:
        limit_model.objects.get_or_create(
            step="reported", level="general", unit_kind=unit_kind, defaults={"amount": 1, "measure": "wd"}
        )


class Migration(migrations.Migration):
    dependencies = [("hazards", "0002_append_only")]

    operations = [
        migrations.RunPython(add_domains, migrations.RunPython.noop),
        migrations.RunPython(add_actors, migrations.RunPython.noop),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
    ]
