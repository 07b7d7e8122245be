"""Weeks in the bureau and its central schools: 中心校, office, section, leader."""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import PAPER, Clause, Day, Found, Lines, Of, Photos, Who, entered, report, step
from demo.weeks.script import Week, at, desk, new

_OFFICE, _DIRECTOR, _LEADER, _CEN = "edu.office_clerk", "edu.office_director", "edu.leader", "cen1.central_safety"
_FIXED = Photos(1, is_fixed=True)

CENTRAL = Week("central", "demo_central", "中心校安全负责人的一周", (
    new(Found(
        unit="pond", category="02-03", place="教室照明线路", scene="socket", cost=180,
        text="教室照明线没有穿管，接头用胶布缠着。",
        control="关闭该路照明", measure="穿管重接", done="已穿管重接，绝缘测试合格。",
    ), "verified",
        report(_CEN, 1, source_note="中心校月度巡查"),
        step("file", _CEN, 1, level="general", competence="school"),
        step("assign", _CEN, 1, lead=Of("pond")),
        step("sign", "pond.safety", 2),
        step("submit", "pond.safety", 4),
        step("pass_verification", _CEN, 5, opinion="已到现场，接头已穿管"),
    ),
    new(Found(
        unit="second", category="04-02", place="食堂后厨吊顶", scene="kitchen",
        text="吊顶一块铝扣板下垂。", control="该区域停用", measure="整排检查加固",
    ), "rectifying",
        report("second.safety", 1),
        step("escalate", "second.safety", 1, reason="需统一安排施工队"),
        step("file", _CEN, 2, level="general", competence="school"),
        step("assign", _CEN, 2, lead=Of("second")),
        step("sign", "second.safety", 3),
    ),
    new(Found(
        unit="third", category="04-05", place="旧厕所", scene="wall",
        text="旧厕所墙体裂缝贯通，疑似较大。", control="旧厕所停用上锁",
    ), "reported",
        report("third.safety", 2),
        step("escalate", "third.safety", 2, reason="疑涉结构安全"),
        step("escalate", _CEN, 3, reason="已到校核实，裂缝约 2 厘米，报教育局按较大办理"),
    ),
    # The teaching point has no network: the central school enters what it was told by phone.
    desk(at("pond", "操场", scene="ground"), "rectifying",
        step("file", _CEN, 1, level="general", competence="school", domain="04", category="04-06"),
        step("assign", _CEN, 1, lead=Of("pond"), requirements="更换平衡木，支座灌浆固定"),
        entered("sign", _CEN, 2, {
            "name": "康示塘", "person": Who("pond.safety"), "how": "call", "note": "上午 9 点电话，教学点断网",
        }, leader=Who("pond.principal"), handler=Who("pond.safety")),
    ),
    # The head is away; who stands in closes for a school where one person is everything.
    desk(at("bridge", "食堂留样柜", scene="kitchen"), "closed",
        step("confirm_and_close", "cen1.central_head代", 3, opinion="到校查看留样记录三天，均完整"),
    ),
    desk(at("middle1", "实验楼三层走廊", scene="rail"), "verified",
        step("arrange_visit", _CEN, 2, visit_on=Day(3), visitors="郑示中、汪样关"),
        step("pass_verification", _CEN, 4, opinion="栏杆净高 1.2 米，逐段推拉无松动"),
    ),
))

OFFICE = Week("office", "demo_office", "教育局安全办的一周", (
    desk(at("first", "食堂屋顶钢梁与外墙连接处", scene="wall", control="食堂停用，四周 10 米警戒"), "rectifying",
        step("file", _OFFICE, 1, level="major", domain="04", category="04-05", competence="school", clause=Clause("综合")),
        step("confirm_countersign", _LEADER, 1, note="同意定为重大"),
        step("assign", _OFFICE, 1, lead=Of("first"), requirements="委托鉴定，制定整改方案，报审后实施"),
        step("sign", "first.safety", 2),
        step(
            "save_plan", "first.safety", 3, goal="查明原因并加固，食堂安全恢复使用", responsibility="校长负总责，安全员经办",
            measures="委托鉴定、设计、加固施工", funding="需 150000 元，专项资金列支", amount=150000, funding_source="县级专项资金",
            deadline="按节点推进", contingency="食堂停用，教室分餐，大风停课", milestones=Lines(((20, "完成鉴定"), (90, "加固完工"))),
        ),
        step("submit_plan", "first.safety", 3),
        step("approve_plan", _LEADER, 4, comment="同意，鉴定先行"),
        step("record_double_report", "first.principal", 5, to="department", receiver="示例县应急管理局", reported_on=Day(0), photos=PAPER),
        step("record_double_report", "first.principal", 5, to="staff", receiver="全体教职工大会", reported_on=Day(0), photos=PAPER),
    ),
    # A department without accounts: the office enters its answers.
    desk(at("middle2", "校门外县道", scene="road", control="上下学时段由值班领导带队护送"), "submitted",
        step("notify", _OFFICE, 1, lead=Of("transport"), requirements="请设减速带和信号灯", letter="教安函〔2026〕示 25 号", photos=PAPER),
        entered("sign", _OFFICE, 3, {"name": "交通运输局 马例路", "how": "call", "note": "下午 3 点电话"}, handler_name="马例路 000-0000-0061"),
        entered(
            "submit", _OFFICE, 5, {"name": "交通运输局 马例路", "how": "letter", "note": "交函〔2026〕示 11 号", "scans": PAPER},
            report="减速带已设置，信号灯列入计划", contact="马例路 000-0000-0061",
        ),
    ),
    desk(at("bay", "学校旁水塘", scene="ground"), "referred",
        step("refer", _OFFICE, 2, to=Of("gov"), lead=Of("town3"), reason="水塘属村集体，请县安委办交办乡镇"),
        step("confirm_countersign", _LEADER, 2),
    ),
    desk(at("north", "校外临街广告牌", scene="wall"), "referred",
        step("rule_return", _OFFICE, 1, ruling="back", reason="情况属实，改提请县安委办交办"),
        step("refer", _OFFICE, 2, to=Of("gov"), reason="主管部门不明确，请县级统筹"),
        step("confirm_countersign", _LEADER, 3),
    ),
    desk(at("kg2", "园外配餐点", scene="kitchen"), "referred",
        step("refer", _OFFICE, 2, to=Of("gov"), lead=Of("market"), reason="函告到期未复", photos=PAPER),
        step("confirm_countersign", _LEADER, 2),
    ),
    desk(at("kg2", "消毒柜", scene="kitchen"), "rectifying",
        step("rule_return", _OFFICE, 1, ruling="transfer", lead=Of("cen2"), reason="同意由中心校统一与配餐公司交涉"),
        step("sign", "cen2.central_safety", 2, leader=Who("cen2.central_head"), handler=Who("cen2.central_safety")),
    ),
    desk(at("middle3", "学校北挡土墙", scene="wall"), "rectifying",
        step("answer_support", _OFFICE, 3, ruling="grant", answer="已列入地质灾害治理项目储备，资金下月到位"),
    ),
    desk(at("second", "塑胶跑道", scene="ground"), "closed",
        step("confirm_countersign", "experts.expert", 2, note="现场复核，平整度合格"),
        step("close", _DIRECTOR, 3, closure_type="rectified"),
    ),
    desk(at("middle3", "食堂燃气间", scene="kitchen"), "closed",
        step("close", _OFFICE, 5, closure_type="rectified", opinion="同意销号"),
    ),
    desk(at("bay", "三层楼梯栏杆", scene="rail", done="整段栏杆已更换，推拉无晃动。"), "verified",
        step("submit", "bay.safety", 2),
        step("return_submission", _OFFICE, 3, defects="请补拍整段栏杆照片"),
        step("submit", "bay.safety", 4),
        step("pass_verification", _OFFICE, 5),
    ),
    desk(at("kg1", "厨房配电间", scene="socket"), "assigned",
        step("file", _OFFICE, 1, level="general", domain="02", category="02-03", competence="school"),
        step("assign", _OFFICE, 5, lead=Of("kg1"), requirements="清空配电间，电箱前留 1 米"),
    ),
    desk(at("first", "教学楼东侧楼梯二层平台", scene="rail"), "rectifying",
        step("look_back", _OFFICE, 4, result="rebound", findings="焊点再次开裂", photos=Photos(1)),
        step("reopen", _OFFICE, 4, cause="rebound", findings="回头看发现焊点再次开裂", photos=Photos(1)),
    ),
))

SECTION = Week("section", "demo_section", "科室（基建后勤科）的一周", (
    new(Found(
        unit="middle3", category="04-04", place="教学楼雨棚", scene="wall", cost=1500,
        text="雨棚玻璃有一块开裂。", control="雨棚下拉警戒带", measure="更换夹胶玻璃", done="已更换夹胶玻璃一块，其余逐块检查。",
    ), "verified",
        report("works.section_clerk", 1, source_note="基建后勤科巡查"),
        step("file", _OFFICE, 1, level="general", competence="school"),
        step("assign", "works.section_clerk", 2, lead=Of("middle3")),
        step("sign", "middle3.safety", 2),
        step("submit", "middle3.safety", 4),
        step("pass_verification", "works.section_clerk", 5),
    ),
    desk(at("middle1", "学生宿舍 2 号楼二层盥洗间", scene="window", done="剩余两扇窗扣已更换。"), "verified",
        step("fail_verification", "works.section_clerk", 2, failed_points="还有两扇窗扣松动", photos=Photos(1)),
        step("submit", "middle1.safety", 3),
        step("pass_verification", "works.section_clerk", 4),
    ),
    # The section leads the work itself.
    desk(at("middle3", "风雨操场屋面", scene="wall", done="施工单位已返修，闭水试验 24 小时无渗漏。"), "submitted",
        step("sign", "works.section_clerk", 1, leader=Who("works.section_head"), handler=Who("works.section_clerk")),
        step("report_progress", "works.section_clerk", 3, percent=50, progress="施工单位已进场，防水层铲除一半。"),
        step("submit", "works.section_clerk", 5),
    ),
))

LEADER = Week("leader", "demo_leader", "分管领导的一周", (
    desk(at("high", "学生宿舍 3 号楼"), "rectifying",
        step("confirm_countersign", _LEADER, 1, note="同意定为重大，本周内制定方案"),
        step("assign", _OFFICE, 1, lead=Of("high"), requirements="恢复第二部疏散楼梯"),
        step("sign", "high.safety", 2),
    ),
    desk(at("special", "校门前人行道", scene="road"), "referred", step("confirm_countersign", _LEADER, 1)),
    desk(at("middle4", "教学楼消防水泵房"), "rectifying",
        step("approve_plan", _LEADER, 2, comment="同意，应急供水要演练一次"),
    ),
    desk(at("kg", "地下一层储藏室", scene="shelf"), "rectifying",
        step("decline_countersign", _LEADER, 2, note="入口还没有封闭，暂不调低"),
        step("instruct", _LEADER, 3, to=Of("kg"), instruction="先封闭入口，再申请调整等级"),
        step("reply_instruction", "kg.safety", 4, reply="入口已用砖砌封，照片附后。", photos=_FIXED),
    ),
    desk(at("middle3", "学校北挡土墙", scene="wall"), "rectifying",
        step(
            "schedule", _LEADER, 3, reason="works", note="列入地质灾害治理项目", year=2027, until_on=Day(200),
            milestones=Lines(((60, "完成招标"), (190, "完工验收"))), photos=Photos(1),
        ),
    ),
    desk(at("first", "旧综合楼二层外廊", scene="wall"), "closed",
        step(
            "eliminate", _LEADER, 4, closure_type="out_of_use", decision="局务会〔2026〕示 22 次",
            arrangement="该楼整体退出使用，学生已迁到新教学楼", photos=_FIXED,
        ),
        step("close", _DIRECTOR, 5, closure_type="out_of_use"),
    ),
    desk(at("bridge", "校门口", scene="road"), "closed",
        step("look_back", _LEADER, 5, result="holds", findings="反光牌完好，树枝未再遮挡", photos=_FIXED),
    ),
))

BUREAU_WEEKS = (CENTRAL, OFFICE, SECTION, LEADER)
