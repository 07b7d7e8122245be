"""Weeks in schools: a teacher, a village head who is everything, a principal."""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import Day, Found, Of, OwnEvidence, Photos, Who, report, step
from demo.weeks.script import Week, at, desk, new

_FIXED = Photos(1, is_fixed=True)

TEACHER = Week("teacher", "demo_teacher", "教师的一周", (
    new(Found(
        unit="first", category="04-06", place="二楼走廊地砖", scene="ground", cost=80,
        text="走廊两块地砖松动翘起，学生容易绊倒。",
        control="翘起处放锥筒", measure="重新铺贴两块地砖", done="两块地砖已重铺，踩踏无松动。",
    ), "closed",
        report("first.teacher", 1),
        step("add_evidence", "first.teacher", 1, stage="before", photos=Photos(1)),
        step("withdraw_evidence", "first.teacher", 1, evidence=OwnEvidence(), reason="拍的是另一处"),
        step("self_handle", "first.safety", 1, leader=Who("first.principal"), handler=Who("first.teacher")),
        step("report_progress", "first.teacher", 3, percent=60, progress="旧砖已铲除，明天铺新砖。"),
        step("submit", "first.teacher", 4),
        step("confirm_and_close", "first.principal", 5, opinion="已现场核对"),
    ),
    desk(at("first", "北门监控", scene="camera"), "rectifying",
        step("supplement", "first.teacher", 2, supplement="第 3 路，上周五放学后还正常，周一早上黑屏。", photos=Photos(1)),
        step("self_handle", "first.safety", 3, measures="联系运维更换摄像头", interim_control="北门增派值班教师", category="07-03"),
    ),
    new(Found(
        unit="first", category="02-02", place="音乐教室后门", scene="door", measure="乐器箱移回器材室",
        text="乐器箱堵住后门。",
    ), "closed",
        step("fix_on_spot", "first.teacher", 3, before_photos=Photos(1)),
        step("confirm_and_close", "first.principal", 4),
    ),
    # Not registered by the school; the reporter has it looked at again, one level up.
    desk(at("first", "教学楼一层直饮水机", scene="kitchen"), "rectifying",
        step("reject", "first.safety", 1, reason="no_hazard", basis="滤芯刚过保质期一周，供应商说可以继续用"),
        step("appeal", "first.teacher", 3, reason="学生反映有异味，且更换牌已停三个月", photos=Photos(1)),
        step("file", "cen1.central_safety", 4, level="general", competence="school", domain="05", category="05-04"),
        step("assign", "cen1.central_safety", 4, lead=Of("first"), requirements="更换滤芯，水质化验合格后启用"),
        step("sign", "first.safety", 5),
    ),
))

VILLAGE = Week("village", "demo_village", "村小校长（校长、安全员、经办人是同一人）的一周", (
    new(Found(
        unit="spring", category="19-02", place="办公室插线板", scene="socket", cost=60,
        text="插线板线皮破损，铜丝外露。",
        control="当场断电", measure="更换合格插线板", done="已换新插线板，旧的已剪断报废。",
    ), "closed",
        report("spring.safety", 1),
        step("self_handle", "spring.safety", 1),
        step("submit", "spring.safety", 3),
        step("confirm_and_close", "cen4.central_head", 4, opinion="本校只有一人，由中心校到校核实"),
    ),
    desk(at("spring", "操场西侧", scene="ground", done="枯枝已锯除，伤口已涂封，地面已清理。"), "closed",
        step("record_control", "spring.safety", 1, interim_control="警戒带外移到 8 米，体育课改在前院", photos=Photos(1)),
        step("request_support", "spring.safety", 2, kind="coordination", reason="锯枝需要吊车，请教育局协调园林部门"),
        step("answer_support", "edu.office_clerk", 3, ruling="grant", answer="已与园林部门联系，周四上午派车到校"),
        step("submit", "spring.safety", 4),
        step("confirm_and_close", "cen4.central_head", 5),
    ),
    desk(at("spring", "一楼楼梯口"), "closed", step("confirm_and_close", "cen4.central_head", 2)),
    new(Found(
        unit="spring", category="04-01", place="后围墙", scene="wall", cost=2600,
        text="后围墙有 5 米外倾，学校拿不出钱修。",
        control="墙边 3 米拉警戒线", measure="拆除重砌外倾段", done="5 米已拆除重砌。",
    ), "submitted",
        report("spring.safety", 2),
        step("escalate", "spring.safety", 2, reason="维修费用超出本校能力"),
        step("file", "cen4.central_safety", 3, level="general", competence="school"),
        step("assign", "cen4.central_safety", 3, lead=Of("spring")),
        step("sign", "spring.safety", 3),
        step("submit", "spring.safety", 5),
    ),
    new(Found(
        unit="spring", category="05-03", place="教师灶台", scene="kitchen", measure="移走燃气灶旁纸箱",
        text="燃气灶旁堆纸箱。",
    ), "closed",
        step("fix_on_spot", "spring.safety", 4, before_photos=Photos(1)),
        step("confirm_and_close", "cen4.central_head", 5),
    ),
))

PRINCIPAL = Week("principal", "demo_principal", "校长的一周", (
    desk(at("first", "综合楼三层走廊灭火器箱"), "closed",
        step("confirm_and_close", "first.principal", 1, opinion="逐具查看，压力正常"),
    ),
    desk(at("first", "办公楼 204 办公室", scene="socket", done="已补装漏电保护器，插座贴标识。"), "closed",
        step("fail_verification", "first.principal", 1, failed_points="新插座没有漏电保护", photos=Photos(1)),
        step("submit", "first.safety", 3),
        step("confirm_and_close", "first.principal", 4),
    ),
    desk(at("first", "一楼男厕洗手池下", scene="kitchen"), "closed", step("confirm_and_close", "first.principal", 2)),
    desk(at("first", "实验楼准备室", scene="shelf", done="窗帘已换阻燃材料，准备室已整理，配电箱 2 米内无杂物。"), "verified",
        step(
            "request_extension", "first.principal", 1, until_on=Day(7), reason_kind="procurement", reason="阻燃窗帘晚到两天",
            control="准备室上锁，配电箱断电",
        ),
        step("rule_extension", "edu.office_director", 2, ruling="refuse", opinion="窗帘可先拆除，请按期完成"),
        step("reply_instruction", "first.principal", 2, reply="准备室已清空，全校 6 个功能室同步自查，阻燃窗帘本周到货。", photos=_FIXED),
        step("submit", "first.safety", 3),
        step("pass_verification", "edu.office_clerk", 5),
    ),
    desk(at("first", "校园西围墙北段", scene="wall"), "rectifying",
        step("sign", "first.safety", 1),
        step(
            "request_extension", "first.principal", 2, until_on=Day(21), reason_kind="works", reason="施工队排期在下月初",
            control="警戒线外移到 5 米，每日巡查两次",
        ),
        step("rule_extension", "edu.office_director", 4, ruling="grant", opinion="同意，请保持管控"),
    ),
    desk(at("first", "化学准备室通风柜"), "rectifying",
        step("prove_guard", "first.safety", 1, note="封条完好，无人进入"),
        step("prove_guard", "first.safety", 2, note="封条完好，无人进入"),
        step("prove_guard", "first.safety", 3, note="封条完好，无人进入"),
    ),
    desk(at("first", "操场南侧单杠区", scene="ground"), "rectifying",
        step(
            "suspend", "first.principal", 1, kind="equipment", scope="操场南侧单杠 4 副", reason="基座松动，逾期未修好",
            guard="体育组轮流值守", photos=Photos(1),
        ),
        step("prove_guard", "first.safety", 2, note="网布包裹完好，停用牌在位"),
    ),
    desk(at("first", "南楼疏散通道应急灯", scene="socket", done="5 盏应急灯已更换，断电测试全部点亮。"), "submitted",
        step("reply_measure", "first.principal", 2, reply="应急灯已到货，本周更换；总务主任专人负责，今后每月测试。"),
        step("submit", "first.safety", 4),
    ),
    new(Found(
        unit="first", category="03-03", place="校门口等候区", scene="road", cost=0,
        text="雨天家长雨棚下拥挤，电动车混入。",
        control="校长带班值守", measure="划分步行和电动车等候区", done="两个等候区已划线，保安引导。",
    ), "closed",
        report("first.principal", 3),
        step("self_handle", "first.principal", 3, leader=Who("first.principal"), handler=Who("first.teacher")),
        step("submit", "first.teacher", 4),
        step("confirm_and_close", "first.principal", 5),
    ),
    new(Found(unit="first", category="04-06", place="二楼走廊", scene="ground", text="地砖松动。"), "voided",
        report("first.teacher", 4, photos=Photos(0)),
        step("void", "first.principal", 4, reason="与本周已登记的一条重复"),
    ),
))

SCHOOL_WEEKS = (TEACHER, VILLAGE, PRINCIPAL)
