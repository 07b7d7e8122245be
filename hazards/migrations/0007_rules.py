"""Who acts, by when and by which clause, for departments, co-units, plans, second persons and corrections."""

from django.db import migrations

CAMPUSES = ("SCH", "KG", "PT")
OUTSIDE = ("DEP", "TWN", "SVC")
_OFFICE = {"EDU": ["office_clerk", "office_director"]}
_OFFICE_AND_ABOVE = {"EDU": ["office_clerk", "office_director", "leader", "chief"]}
_CONTACTS = dict.fromkeys(OUTSIDE, ["contact", "department_leader"])
_COORDINATOR = {"GOV": ["coordinator"]}
_WORKERS = {
    "campus": ["safety", "principal"],
    "CEN": ["central_safety", "central_head"],
    "SEC": ["section_clerk", "section_head"],
    "SUB": ["contact", "department_leader"],
    **_OFFICE,
    **_CONTACTS,
}
_ISSUERS = {
    "campus": ["safety", "principal"],
    "CEN": ["central_safety", "central_head"],
    "SEC": ["section_clerk", "section_head"],
    **_OFFICE_AND_ABOVE,
    **_COORDINATOR,
}
_LEADERS = {"EDU": ["leader", "chief"]}

# action → unit kind → posts, the first owes the to-do; `campus` stands for school, kindergarten and teaching point.
# Source: architecture 3.2 to 3.4, process.md a.4, regulation.md 2.10.
ACTORS = {
    "regrade": {"CEN": ["central_safety", "central_head"], **_OFFICE},
    "notify": _OFFICE_AND_ABOVE,
    "refer": _OFFICE_AND_ABOVE,
    "assign_referred": _COORDINATOR,
    "send_back_referral": _COORDINATOR,
    "claim": {**_CONTACTS, **_COORDINATOR},
    "record_service": _ISSUERS,
    "transfer": _ISSUERS,
    "rule_return": _ISSUERS,
    "change_parties": {**_ISSUERS, **_CONTACTS, "SUB": ["contact", "department_leader"]},
    "request_return": _WORKERS,
    "sign_part": _WORKERS,
    "finish_part": _WORKERS,
    "confirm_part": {**_WORKERS, **_OFFICE_AND_ABOVE},
    "return_part": {**_WORKERS, **_OFFICE_AND_ABOVE},
    "save_plan": {**_WORKERS, **_OFFICE_AND_ABOVE},
    "submit_plan": {**_WORKERS, **_OFFICE_AND_ABOVE},
    "approve_plan": {
        "campus": ["principal"],
        "CEN": ["central_head"],
        "SEC": ["section_head"],
        "EDU": ["office_director", "leader", "chief"],
        **_COORDINATOR,
    },
    "return_plan": {
        "campus": ["principal"],
        "CEN": ["central_head"],
        "SEC": ["section_head"],
        "EDU": ["office_director", "leader", "chief"],
        **_COORDINATOR,
    },
    "request_support": _WORKERS,
    "answer_support": {**_OFFICE_AND_ABOVE, **_COORDINATOR},
    "schedule": _LEADERS,
    "eliminate": _LEADERS,
    "arrange_visit": {
        "campus": ["safety", "principal"],
        "CEN": ["central_safety", "central_head"],
        "SEC": ["section_clerk", "section_head"],
        **_OFFICE_AND_ABOVE,
    },
    "move_paper_limit": {**_CONTACTS, **_COORDINATOR},
    "appeal": {"CEN": ["central_safety", "central_head"], **_OFFICE_AND_ABOVE},
    "merge": {"campus": ["safety", "principal"], "CEN": ["central_safety", "central_head"], **_OFFICE_AND_ABOVE},
    "unmerge": {"CEN": ["central_safety", "central_head"], **_OFFICE_AND_ABOVE},
    "reopen": _OFFICE_AND_ABOVE,
    "look_back": {"EDU": ["office_clerk", "office_director", "superintendent", "leader", "chief"]},
    "reply_instruction": {**_WORKERS, **_COORDINATOR},
    "seal": {"EDU": ["office_director", "leader", "chief"]},
    "grant_reading": {"EDU": ["office_director", "leader", "chief"]},
    # Departments and townships as lead units.
    "sign": _CONTACTS,
    "submit": _CONTACTS,
    "report_progress": {**_CONTACTS, "EDU": ["office_clerk", "office_director", "leader", "chief"]},
    # The second person of an act under dual control.
    "file.second": _LEADERS,
    "refer.second": _LEADERS,
    "regrade.second": _LEADERS,
    "unmerge.second": {"EDU": ["office_director", "leader", "chief"]},
    "void.second": {"EDU": ["office_director", "leader", "chief"]},
}
# (action, unit kind, level) → posts. Source: process.md T19, c.2.
ACTORS_BY_LEVEL = {
    ("approve_plan", "EDU", "major"): ["leader", "chief"],
    ("return_plan", "EDU", "major"): ["leader", "chief"],
    ("close", "EDU", "major"): ["leader", "chief"],
    ("return_closure", "EDU", "major"): ["leader", "chief"],
}
# What is restricted is done by the confidants alone; the second person is a leader, named.
RESTRICTED_SECONDS = ("file.second", "regrade.second", "unmerge.second", "void.second")
NOT_RESTRICTED = {
    "notify",
    "refer",
    "assign_referred",
    "send_back_referral",
    "claim",
    "refer.second",
    *RESTRICTED_SECONDS,
}
RESTRICTED_KINDS = (*CAMPUSES, "EDU")

# step → general, significant, major as (amount, measure). Source: process.md a.3; what has none there is a product default.
LIMITS = {
    "plan": [(3, "wd"), (5, "wd"), (10, "wd")],
    "plan_review": [(2, "wd"), (2, "wd"), (3, "wd")],
    "return_requested": [(2, "wd"), (1, "wd"), (1, "wd")],
    "part_done": [(2, "wd"), (2, "wd"), (2, "wd")],
    "notice": [(5, "wd"), (5, "wd"), (1, "wd")],
    "countersign": [(1, "wd"), (1, "wd"), (4, "h")],
    "support": [(5, "wd"), (5, "wd"), (3, "wd")],
    "instruction": [(3, "wd"), (3, "wd"), (1, "wd")],
    "appeal": [(5, "wd"), (5, "wd"), (5, "wd")],
    "control_proof": [(30, "cd"), (30, "cd"), (30, "cd")],
}
LEVELS = ("general", "significant", "major")

# The school confirms the effect of what an outside unit did; the office closes it as handed over. Source: process.md a.6.
OUTSIDE_RULES = [("general", "campus", "office"), ("significant", "campus", "office"), ("major", "office", "office")]

_GUIDE = ("教育系统重大事故隐患判定指南", "2024年版")
_FIRE = ("重大火灾隐患判定规则 GB 35181", "2025年版")
# (standard, number, domain, how, summary) in words of our own. Source: regulation.md 2.2 (R4, R6).
CLAUSES = [
    (_GUIDE, "消防1", "02", "direct", "未建立并落实消防安全责任制"),
    (_GUIDE, "消防2", "02", "direct", "学生宿舍或幼儿用房设在地下、半地下，或幼儿用房设在四层及以上"),
    (_GUIDE, "消防3", "02", "direct", "人员密集建筑使用易燃可燃材料或不达A级的夹芯板"),
    (_GUIDE, "消防4", "02", "direct", "报警、喷淋、消火栓、排烟等设施缺失、不合标准或不能正常使用"),
    (_GUIDE, "消防5", "02", "direct", "动火作业未经审批、无人监护"),
    (_GUIDE, "消防6", "02", "direct", "电动自行车或电池在室内停放、充电，或飞线充电"),
    (_GUIDE, "消防7", "02", "direct", "未经消防设计审查或验收即投入使用"),
    (_GUIDE, "消防8", "02", "direct", "安全出口缺少，或疏散总宽度不足规定的80%"),
    (_GUIDE, "消防9", "02", "direct", "门窗、出口设有影响逃生和救援的障碍"),
    (_GUIDE, "消防10", "09", "direct", "实验室易燃物品未按规定存放"),
    (_GUIDE, "校舍", "04", "direct", "鉴定为D级的校舍仍在使用"),
    (_GUIDE, "校车", "12", "direct", "使用无有效校车标牌、报废、拼装或逾期未检验的车辆接送学生"),
    (_GUIDE, "综合", None, "combined", "多项问题并存，经集体研究认定为重大"),
    (_GUIDE, "自身不能消除", None, "combined", "因外部因素，单位自身难以消除的隐患"),
    (_FIRE, "直接判定", "02", "direct", "符合重大火灾隐患直接判定要素"),
    (_FIRE, "综合判定", "02", "combined", "符合重大火灾隐患综合判定要素"),
]


def _kinds(kind):
    return CAMPUSES if kind == "campus" else (kind,)


def add_actors(apps, schema_editor):
    model = apps.get_model("hazards", "ActorRule")

    def add(action, unit_kind, level, is_restricted, posts):
        model.objects.get_or_create(
            action=action, unit_kind=unit_kind, level=level, is_restricted=is_restricted, defaults={"post_kinds": posts}
        )

    for action, by_kind in ACTORS.items():
        for kind, posts in by_kind.items():
            for unit_kind in _kinds(kind):
                add(action, unit_kind, "", False, posts)
        if action not in NOT_RESTRICTED:
            for unit_kind in RESTRICTED_KINDS:
                add(action, unit_kind, "", True, ["confidant"])
    for action in RESTRICTED_SECONDS:
        add(action, "EDU", "", True, ["leader", "chief"])
    for (action, unit_kind, level), posts in ACTORS_BY_LEVEL.items():
        add(action, unit_kind, level, False, posts)


def add_limits(apps, schema_editor):
    model = apps.get_model("hazards", "StepLimit")
    for step, by_level in LIMITS.items():
        for level, (amount, measure) in zip(LEVELS, by_level, strict=True):
            model.objects.get_or_create(
                step=step,
                level=level,
                unit_kind="",
                defaults={"amount": amount, "measure": measure, "rolls": level != "major"},
            )


def add_rules(apps, schema_editor):
    model = apps.get_model("hazards", "VerifierRule")
    for level, verifier, closer in OUTSIDE_RULES:
        model.objects.get_or_create(
            level=level, source="outside", defaults={"verifier": verifier, "closer": closer, "in_one_act": False}
        )


def add_clauses(apps, schema_editor):
    model, domains = apps.get_model("hazards", "JudgingClause"), apps.get_model("hazards", "Domain")
    by_code = {domain.code: domain for domain in domains.objects.all()}
    for (standard, edition), number, code, how, summary in CLAUSES:
        model.objects.get_or_create(
            standard=standard,
            edition=edition,
            number=number,
            defaults={"summary": summary, "how": how, "domain": by_code[code] if code else None},
        )


class Migration(migrations.Migration):
    dependencies = [("hazards", "0006_full_process")]

    operations = [
        migrations.RunPython(add_actors, migrations.RunPython.noop),
        migrations.RunPython(add_limits, migrations.RunPython.noop),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(add_clauses, migrations.RunPython.noop),
    ]
