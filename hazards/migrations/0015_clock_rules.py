"""The first policy: limits carried over from the steps, the other figures of the clock, the ladders; and who acts.

Source: process.md a.3, a.5, b.1 to b.3, as architecture section 4 bends them. What has no figure there is a product default.
"""

from datetime import date

from django.db import migrations
from django.utils import timezone

LEVELS = ("general", "significant", "major")
CAMPUSES = ("SCH", "KG", "PT")

# step → general, significant, major as (amount, measure).
LIMITS = {
    "extension_ahead": [(3, "wd"), (5, "wd"), (15, "wd")],
    "extension_decision": [(2, "wd"), (3, "wd"), (10, "wd")],
    "extension_count": [(1, "n"), (1, "n"), (2, "n")],
    # Of the original limit; for 重大 all together at most a year.
    "extension_length": [(50, "pct"), (100, "pct"), (365, "cd")],
    "resume_decision": [(2, "wd"), (2, "wd"), (3, "wd")],
    "guard": [(1, "cd"), (1, "cd"), (1, "cd")],
    "listing_decision": [(3, "wd"), (3, "wd"), (3, "wd")],
    # A listing whose hazard is overdue gets a term of its own.
    "listing_term": [(30, "cd"), (60, "cd"), (180, "cd")],
    "listing_plan": [(10, "wd"), (10, "wd"), (10, "wd")],
    "listing_report": [(30, "cd"), (30, "cd"), (7, "cd")],
    "listing_visit": [(30, "cd"), (30, "cd"), (30, "cd")],
    "delisting": [(3, "wd"), (3, "wd"), (3, "wd")],
    "honour_ban": [(365, "cd"), (365, "cd"), (365, "cd")],
    "measure_decision": [(3, "wd"), (3, "wd"), (2, "wd")],
    "interview": [(5, "wd"), (5, "wd"), (3, "wd")],
    "measure_reply": [(10, "wd"), (10, "wd"), (5, "wd")],
}
# What 一般 hazards of school buildings may wait for: the works season. Source: ledgers-documents-calendar.md (f) 5.
VACATION = {"rectifying": (0, "bt")}

OWNER, HANDLER, HEAD, OFFICE, LEADER, CHIEF = "owner", "handler", "head", "office", "leader", "chief"
_SOON = [OWNER, HANDLER]
_UNIT = [OWNER, HANDLER, HEAD]
_ABOVE = [OWNER, HEAD, OFFICE]
_HIGH = [HEAD, OFFICE, LEADER]
_TOP = [HEAD, OFFICE, LEADER, CHIEF]
AUTO, DRAFT = True, False
WEEKLY = ("every", 7, "cd", "remind", "", _HIGH, AUTO)

# (ladder, level) → rungs as (anchor, amount, measure, act, colour, told, acts by itself).
LADDERS = {
    ("unit", "general"): [
        ("before", 3, "wd", "remind", "blue", _SOON, AUTO),
        ("before", 1, "wd", "warn", "yellow", _UNIT, AUTO),
        ("after", 0, "cd", "warn", "orange", _ABOVE, AUTO),
        ("after", 3, "wd", "remind", "orange", _ABOVE, AUTO),
        ("after", 7, "cd", "warn", "red", _ABOVE, AUTO),
        ("after", 15, "cd", "bulletin", "", _HIGH, DRAFT),
        ("after", 30, "cd", "interview", "", _HIGH, DRAFT),
        ("after", 60, "cd", "listing", "", _TOP, DRAFT),
        WEEKLY,
    ],
    ("unit", "significant"): [
        ("elapsed", 50, "pct", "remind", "", _SOON, AUTO),
        ("before", 3, "wd", "remind", "yellow", _SOON, AUTO),
        ("before", 1, "wd", "warn", "yellow", _UNIT, AUTO),
        ("after", 0, "cd", "warn", "orange", _ABOVE, AUTO),
        ("after", 3, "wd", "warn", "red", [*_ABOVE, LEADER], AUTO),
        ("after", 7, "cd", "bulletin", "", _HIGH, DRAFT),
        ("after", 15, "cd", "interview", "", _HIGH, DRAFT),
        ("after", 30, "cd", "listing", "", _TOP, AUTO),
        ("after", 60, "cd", "accountability", "", _TOP, DRAFT),
        WEEKLY,
    ],
    ("unit", "major"): [
        ("elapsed", 50, "pct", "remind", "", _UNIT, AUTO),
        ("before", 10, "wd", "remind", "yellow", _UNIT, AUTO),
        ("before", 1, "wd", "warn", "orange", _ABOVE, AUTO),
        ("after", 0, "cd", "warn", "red", [OWNER, *_HIGH], AUTO),
        ("after", 3, "wd", "interview", "", _TOP, DRAFT),
        ("after", 7, "cd", "listing", "", _TOP, AUTO),
        ("after", 15, "cd", "accountability", "", _TOP, DRAFT),
        ("after", 30, "cd", "transfer", "", _TOP, DRAFT),
        WEEKLY,
    ],
    ("outside", "general"): [
        ("before", 3, "wd", "remind", "blue", _SOON, AUTO),
        ("after", 0, "cd", "warn", "orange", _ABOVE, AUTO),
        ("after", 3, "wd", "urge_letter", "", _HIGH, DRAFT),
        ("after", 15, "cd", "county_supervision", "red", _HIGH, DRAFT),
        ("after", 60, "cd", "county_listing", "", _TOP, DRAFT),
        WEEKLY,
    ],
    ("outside", "significant"): [
        ("before", 3, "wd", "remind", "yellow", _SOON, AUTO),
        ("after", 0, "cd", "warn", "orange", _ABOVE, AUTO),
        ("after", 3, "wd", "urge_letter", "red", _HIGH, DRAFT),
        ("after", 7, "cd", "county_supervision", "", _HIGH, DRAFT),
        ("after", 30, "cd", "county_listing", "", _TOP, DRAFT),
        WEEKLY,
    ],
    ("outside", "major"): [
        ("before", 10, "wd", "remind", "yellow", _SOON, AUTO),
        ("after", 0, "cd", "warn", "red", [OWNER, *_HIGH], AUTO),
        ("after", 3, "wd", "urge_letter", "", _TOP, DRAFT),
        ("after", 5, "cd", "county_supervision", "", _TOP, DRAFT),
        ("after", 7, "cd", "county_listing", "", _TOP, DRAFT),
        WEEKLY,
    ],
    # Time owed by an office climbs to its head and the leader in charge, and touches nobody else.
    ("office", ""): [
        ("after", 0, "cd", "remind", "yellow", [OWNER], AUTO),
        ("after", 1, "wd", "warn", "orange", [OWNER, HEAD], AUTO),
        ("after", 2, "wd", "warn", "red", [HEAD, LEADER], AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, LEADER], AUTO),
    ],
    ("office", "major"): [
        ("after", 0, "cd", "warn", "red", [OWNER, HEAD, LEADER], AUTO),
        ("after", 1, "wd", "warn", "red", [HEAD, LEADER, CHIEF], AUTO),
        ("every", 7, "cd", "remind", "", [LEADER, CHIEF], AUTO),
    ],
    # What a school or central school does not take up in time is the next one's above.
    ("school", ""): [
        ("after", 0, "cd", "remind", "yellow", [OWNER], AUTO),
        ("after", 1, "wd", "warn", "orange", [OWNER, HEAD], AUTO),
        ("after", 3, "wd", "escalate", "", [HEAD, OFFICE], AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, OFFICE, LEADER], AUTO),
    ],
    ("school", "major"): [
        ("after", 0, "cd", "escalate", "", [HEAD, OFFICE, LEADER], AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, OFFICE, LEADER], AUTO),
    ],
    ("county", ""): [
        ("after", 0, "cd", "remind", "yellow", [OWNER, OFFICE], AUTO),
        ("after", 3, "wd", "county_supervision", "orange", [OFFICE, LEADER], DRAFT),
        ("every", 7, "cd", "remind", "", [OFFICE, LEADER], AUTO),
    ],
    ("sign", ""): [
        ("elapsed", 50, "pct", "remind", "", [OWNER], AUTO),
        ("after", 0, "cd", "deem_received", "", [OWNER, HEAD, OFFICE], AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, OFFICE], AUTO),
    ],
    ("letter", ""): [
        ("elapsed", 50, "pct", "remind", "", [OWNER, OFFICE], AUTO),
        ("after", 0, "cd", "lapse_notice", "", [OFFICE, LEADER], AUTO),
        ("every", 7, "cd", "remind", "", [OFFICE, LEADER], AUTO),
    ],
    ("side", ""): [
        ("after", 0, "cd", "remind", "", [OWNER], AUTO),
        ("after", 1, "wd", "warn", "", [OWNER, HEAD], AUTO),
        ("after", 3, "wd", "warn", "", [HEAD, OFFICE], AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, OFFICE], AUTO),
    ],
    ("countersign", ""): [
        ("after", 0, "cd", "lapse_countersign", "", [OWNER], AUTO),
        ("every", 7, "cd", "remind", "", [OWNER], AUTO),
    ],
    ("guard", ""): [
        ("after", 0, "cd", "remind", "", [OWNER, HEAD], AUTO),
        ("after", 1, "cd", "warn", "", [HEAD, OFFICE], AUTO),
        ("every", 1, "cd", "remind", "", [HEAD, OFFICE], AUTO),
    ],
    ("report", ""): [
        ("before", 1, "wd", "remind", "", [OWNER], AUTO),
        ("after", 0, "cd", "warn", "", [HEAD, OFFICE], AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, OFFICE], AUTO),
    ],
    ("term", ""): [
        ("before", 15, "wd", "remind", "", [OWNER, HEAD], AUTO),
        ("before", 3, "wd", "warn", "", [HEAD, OFFICE], AUTO),
        ("after", 0, "cd", "accountability", "", _TOP, DRAFT),
        WEEKLY,
    ],
    ("whole", ""): [("after", 0, "cd", "remind", "", [OWNER, HEAD, LEADER], AUTO)],
    ("confidential", ""): [
        ("before", 1, "wd", "remind", "yellow", [OWNER], AUTO),
        ("after", 0, "cd", "warn", "orange", [OWNER], AUTO),
        ("after", 1, "wd", "warn", "red", [OWNER, LEADER], AUTO),
        ("every", 7, "cd", "remind", "", [OWNER, LEADER], AUTO),
    ],
    ("inherited", ""): [
        ("before", 3, "wd", "remind", "blue", _SOON, AUTO),
        ("before", 1, "wd", "warn", "yellow", _UNIT, AUTO),
        ("after", 0, "cd", "warn", "orange", _ABOVE, AUTO),
        ("after", 7, "cd", "warn", "red", _ABOVE, AUTO),
        ("every", 7, "cd", "remind", "", [HEAD, OFFICE], AUTO),
    ],
}

_CAMPUS = {"campus": ["safety", "principal"]}
_WORKERS = {
    **_CAMPUS,
    "CEN": ["central_safety", "central_head"],
    "EDU": ["office_clerk", "office_director", "leader", "chief"],
    "SEC": ["section_clerk", "section_head"],
    "SUB": ["contact", "department_leader"],
    "DEP": ["contact", "department_leader"],
    "TWN": ["contact", "department_leader"],
    "SVC": ["contact", "department_leader"],
}
_HEADS_SPEAK = {
    **_WORKERS,
    "campus": ["principal", "safety"],
    "CEN": ["central_head", "central_safety"],
    "SEC": ["section_head", "section_clerk"],
    "SUB": ["department_leader", "contact"],
    "DEP": ["department_leader", "contact"],
    "TWN": ["department_leader", "contact"],
    "SVC": ["department_leader", "contact"],
}
_OFFICE_POSTS = {"EDU": ["office_clerk", "office_director", "leader", "chief"]}
_LEADERS = {"EDU": ["leader", "chief"], "GOV": ["coordinator", "county_supervisor"]}
_ISSUERS = {
    **_CAMPUS,
    "CEN": ["central_safety", "central_head"],
    **_OFFICE_POSTS,
    "GOV": ["coordinator"],
    "SEC": ["section_clerk", "section_head"],
}
# action → unit kind → posts; `campus` stands for school, kindergarten and teaching point.
ACTORS = {
    "request_extension": _WORKERS,
    "withdraw_extension": _WORKERS,
    "rule_extension": {**_ISSUERS, "campus": ["principal"], "CEN": ["central_head"], "EDU": ["office_director", "leader", "chief"]},
    "set_limit": _ISSUERS,
    "suspend": {**_CAMPUS, "CEN": ["central_safety", "central_head"], **_OFFICE_POSTS},
    "prove_guard": _WORKERS,
    "request_resume": _HEADS_SPEAK,
    "rule_resume": {**_ISSUERS, "campus": ["principal"], "CEN": ["central_head"], "EDU": ["office_director", "leader", "chief"]},
    "end_use": {"EDU": ["leader", "chief"]},
    "remind": {"CEN": ["central_safety", "central_head"], **_OFFICE_POSTS, "GOV": ["coordinator", "county_supervisor"]},
    "propose_measure": _OFFICE_POSTS,
    "decide_measure": _LEADERS,
    "record_interview": {**_OFFICE_POSTS, "GOV": ["coordinator", "county_supervisor"]},
    "reply_measure": _HEADS_SPEAK,
    "withdraw_measure": _LEADERS,
    "propose_listing": _OFFICE_POSTS,
    "decide_listing": _LEADERS,
    "record_listing": {"EDU": ["office_clerk", "office_director"]},
    "visit_supervision": {
        "EDU": ["office_clerk", "office_director", "superintendent", "leader", "chief"],
        "SEC": ["section_clerk", "section_head"],
        "SUB": ["contact", "department_leader"],
        "GOV": ["coordinator", "county_supervisor"],
        "DEP": ["contact", "department_leader"],
    },
    "delist": _LEADERS,
    "adopt_policy": {"EDU": ["office_director", "leader", "chief"]},
    # Who may submit may tell how it goes.
    "report_progress": {"EDU": ["office_clerk", "office_director", "leader", "chief"]},
}  # fmt: skip
# Confidential matters are the confidants' alone; of the ladder nothing but reminders reaches them.
RESTRICTED = (
    "request_extension", "withdraw_extension", "rule_extension", "set_limit", "suspend", "prove_guard", "request_resume",
    "rule_resume", "remind",
)  # fmt: skip


# (code, name, what is out of use from filing on). Source: requirements.md 1.6: H01, H20; H09; H10, H14; H11.
CATEGORIES = (
    ("04-08", "D级危房", "room"),
    ("03-05", "不合规的接送车辆", "vehicle"),
    ("12-06", "无标牌、报废、拼装、逾期未检的校车", "vehicle"),
    ("12-07", "非法改装的校车、座椅", "vehicle"),
)


def add_categories(apps, schema_editor):
    domains, categories = apps.get_model("hazards", "Domain"), apps.get_model("hazards", "Category")
    for code, name, kind in CATEGORIES:
        domain = domains.objects.filter(code=code[:2]).first()
        if domain is not None:
            categories.objects.get_or_create(code=code, defaults={"domain": domain, "name": name, "suspends": kind})


def add_policy(apps, schema_editor):
    policies, limits = apps.get_model("deadlines", "Policy"), apps.get_model("deadlines", "PolicyLimit")
    rungs, steps = apps.get_model("deadlines", "Rung"), apps.get_model("hazards", "StepLimit")
    now = timezone.now()
    policy, _ = policies.objects.get_or_create(
        bureau=None,
        number=1,
        defaults={"note": "产品默认", "valid_from": date(2000, 1, 1), "issued_at": now, "created_at": now},
    )

    def add(step, level, amount, measure, *, rolls, unit_kind="", season=""):
        limits.objects.get_or_create(
            policy=policy, step=step, level=level, unit_kind=unit_kind, category="", season=season,
            defaults={"amount": amount, "measure": measure, "rolls": rolls},
        )  # fmt: skip

    for row in steps.objects.all():
        add(row.step, row.level, row.amount, row.measure, rolls=row.rolls, unit_kind=row.unit_kind)
    for step, by_level in LIMITS.items():
        for level, (amount, measure) in zip(LEVELS, by_level, strict=True):
            # Neither 重大 nor a suspension waits for a working day.
            add(step, level, amount, measure, rolls=level != "major" and step != "guard")
    for step, (amount, measure) in VACATION.items():
        add(step, "general", amount, measure, rolls=True, season="vacation")
    for (ladder, level), rows in LADDERS.items():
        for position, (anchor, amount, measure, act, colour, tell, is_automatic) in enumerate(rows, start=1):
            rungs.objects.get_or_create(
                policy=policy, ladder=ladder, level=level, position=position,
                defaults={
                    "anchor": anchor, "amount": amount, "measure": measure, "act": act, "colour": colour, "tell": tell,
                    "is_automatic": is_automatic,
                },
            )  # fmt: skip


def add_actors(apps, schema_editor):
    model = apps.get_model("hazards", "ActorRule")

    def add(action, unit_kind, posts, *, is_restricted=False):
        model.objects.update_or_create(
            action=action, unit_kind=unit_kind, level="", is_restricted=is_restricted, defaults={"post_kinds": posts}
        )

    for action, by_kind in ACTORS.items():
        for kind, posts in by_kind.items():
            for unit_kind in CAMPUSES if kind == "campus" else (kind,):
                add(action, unit_kind, posts)
    for action in RESTRICTED:
        for unit_kind in (*CAMPUSES, "EDU"):
            add(action, unit_kind, ["confidant"], is_restricted=True)


class Migration(migrations.Migration):
    dependencies = [("hazards", "0014_clock"), ("deadlines", "0001_schema")]

    operations = [
        migrations.RunPython(add_categories, migrations.RunPython.noop),
        migrations.RunPython(add_policy, migrations.RunPython.noop),
        migrations.RunPython(add_actors, migrations.RunPython.noop),
    ]
