"""Weeks outside the education tree: the coordinator, the fire brigade, a department without accounts."""

from __future__ import annotations

from collections.abc import Mapping

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import PAPER, Ago, Day, Found, Of, Photos, Value, entered, report, sent_up, step
from demo.weeks.script import Week, at, desk, new

_OFFICE, _LEADER, _COUNTY = "edu.office_clerk", "edu.leader", "gov.coordinator"
_CALL = {"name": "交通运输局 马例路", "how": "call", "note": "上午 10 点电话"}
_LETTER: Mapping[str, Value] = {"name": "交通运输局 马例路", "how": "letter", "note": "交函〔2026〕示 12 号", "scans": PAPER}
_ROAD = at("east", "校门外县道下坡处", scene="road", done="减速带、警示灯、人行横道均已完成。")
_BRIDGE = at("bridge", "校门外危桥", scene="road", done="护栏已修复，水位警示和限行标志已设置。")

COORDINATOR = Week("coordinator", "demo_coordinator", "县级协调员（安委办）的一周", (
    desk(_BRIDGE, "verified",
        step("assign_referred", _COUNTY, 1, lead=Of("transport"), requirements="修复护栏，设水位警示", limit_on=Day(14)),
        entered("sign", _COUNTY, 2, _CALL, handler_name="马例路 000-0000-0061"),
        entered("submit", _COUNTY, 4, _LETTER, report="护栏已修复，警示标志已设置", contact="马例路 000-0000-0061"),
        step("pass_verification", "bridge.principal", 5, opinion="护栏已修好，问题已解决"),
    ),
    desk(_ROAD, "rectifying",
        entered("submit", _COUNTY, 3, _LETTER, report="减速带已完成", contact="马例路 000-0000-0061"),
        step("fail_verification", "east.principal", 4, failed_points="警示灯还没有装", photos=Photos(1)),
    ),
    desk(at("high", "校外高层住宅消防通道"), "rectifying",
        step("reply_instruction", "fire.contact", 1, reply="首次清障已完成，共清移车辆 9 辆。", photos=Photos(1)),
        step("change_parties", _COUNTY, 2, reason="长效管理须属地参与", add=(Of("town2"),), co_task="落实专人每日巡查"),
        step("sign_part", "town2.contact", 3, handler_name="韩样镇 000-0000-1015"),
        step("finish_part", "housing.contact", 4, result="物业已划线立牌", photos=Photos(1, is_fixed=True)),
        step("confirm_part", "fire.contact", 5),
    ),
    desk(at("special", "校门前人行道", scene="road"), "filed",
        step("confirm_countersign", _LEADER, 1),
        step("send_back_referral", _COUNTY, 3, ruling="电线杆迁移由供电公司办理，请教育局直接函告", competence="owner"),
    ),
    # The ladder asks the county to list what a township owes.
    desk(at("stone", "校外边坡"), "rectifying",
        step("decide_listing", _COUNTY, 1, ruling="list", requirements="两周内架设拦石网"),
        step("visit_supervision", _COUNTY, 4, visited_on=Ago(), people="邓例统、韩样镇", findings="拦石网已开工。", photos=Photos(1)),
    ),
    desk(at("bay", "学校旁水塘", scene="ground"), "rectifying",
        step("refer", _OFFICE, 1, to=Of("gov"), lead=Of("town2"), reason="水塘属村集体"),
        step("confirm_countersign", _LEADER, 1),
        step("assign_referred", _COUNTY, 2, lead=Of("town2"), requirements="加装护栏，立警示牌"),
        step("request_return", "town2.contact", 2, reason="水塘在例西乡地界", suggestion="例西乡"),
        step("rule_return", _COUNTY, 3, ruling="transfer", lead=Of("town3"), reason="经核属实"),
        entered("sign", _COUNTY, 5, {"name": "例西乡 安办", "how": "call", "note": "电话 000-0000-0043"}, handler_name="例西乡安办 000-0000-0043"),
    ),
))

FIRE = Week("fire", "demo_fire", "消防救援大队（有账号）的一周", (
    new(Found(
        unit="second", category="02-04", place="宿舍消火栓", scene="extinguisher", cost=300,
        text="两个消火栓箱内无水带。", control="增配灭火器 4 具", measure="补齐水带水枪", done="水带水枪已补齐，试水正常。",
    ), "submitted",
        report("fire.contact", 1, paper_name="责令限期改正通知书", paper_number="示消限〔2026〕40 号", paper_limit_on=Day(6)),
        step("file", _OFFICE, 1, level="general", competence="school"),
        step("assign", _OFFICE, 1, lead=Of("second")),
        step("sign", "second.safety", 2),
        step("move_paper_limit", "fire.contact", 3, limit_on=Day(9), reason="器材到货晚两天"),
        step("submit", "second.safety", 5),
    ),
    desk(at("middle2", "校园周边微型消防站", scene="extinguisher", done="器材已补齐，值守已恢复。"), "verified",
        step("report_progress", "fire.contact", 2, percent=50, progress="器材已采购，值守人员已落实。"),
        step("submit", "fire.contact", 4),
        step("pass_verification", "middle2.principal", 5, opinion="值守和器材都已恢复"),
    ),
    desk(at("high", "校外高层住宅消防通道", done="通道已划线立牌，物业专人值守，连续三天无占用。"), "submitted",
        step("reply_instruction", "fire.contact", 1, reply="首次清障已完成，共清移车辆 9 辆。", photos=Photos(1)),
        step("finish_part", "housing.contact", 3, result="物业已划线立牌", photos=Photos(1, is_fixed=True)),
        step("confirm_part", "fire.contact", 4),
        step("submit", "fire.contact", 5),
    ),
    new(Found(
        unit="middle1", category="02-05", place="校门外汽修店", scene="door",
        text="汽修店在校门旁喷漆，油漆桶露天堆放。", control="学生绕行", measure="请到现场核实处理",
    ), "rectifying", *sent_up(
        Found(unit="middle1", category="02-05", place="", scene="door", text=""), 1, 1, 1, via="cen1",
        why="商户不属学校管理", competence="department",
    ).steps,
        step("notify", _OFFICE, 2, lead=Of("fire"), letter="教安函〔2026〕示 26 号"),
        step("request_return", "fire.contact", 3, reason="汽修店喷漆属生态环境部门监管"),
        step("rule_return", _OFFICE, 4, ruling="keep", reason="油漆露天堆放属消防隐患，请先处理这一项"),
        step("sign", "fire.contact", 4),
    ),
))

TRANSPORT = Week("transport", "demo_coordinator", "没有账号的部门（交通运输局）的一周：都由县级协调员、安全办代录", (
    desk(_ROAD, "closed",
        entered("report_progress", _COUNTY, 1, _CALL, percent=90, progress="警示灯已到货。"),
        entered("submit", _COUNTY, 3, _LETTER, report="减速带、警示灯、人行横道均已完成", contact="马例路 000-0000-0061", photos=Photos(1, is_fixed=True)),
        step("pass_verification", "east.principal", 4, opinion="都已装好，问题已解决"),
        step("close", _OFFICE, 5, closure_type="handed_over"),
    ),
    desk(_BRIDGE, "rectifying",
        step("assign_referred", _COUNTY, 1, lead=Of("transport"), requirements="修复护栏，设水位警示"),
        entered("sign", _COUNTY, 2, _CALL, handler_name="马例路 000-0000-0061"),
        entered("report_progress", _COUNTY, 5, _CALL, percent=30, progress="护栏材料已进场。"),
    ),
    desk(at("middle2", "校门外县道", scene="road", control="上下学时段由值班领导带队护送"), "submitted",
        step("notify", _OFFICE, 1, lead=Of("transport"), requirements="请设减速带和信号灯", letter="教安函〔2026〕示 27 号", photos=PAPER),
        entered("sign", _OFFICE, 2, _CALL, handler_name="马例路 000-0000-0061"),
        entered("submit", _OFFICE, 5, _LETTER, report="减速带已设置", contact="马例路 000-0000-0061"),
    ),
))

COUNTY_WEEKS = (COORDINATOR, FIRE, TRANSPORT)
