"""较大 and 重大, several units on one hazard, plans, money and years. All invented."""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import (
    PAPER,
    Ago,
    Clause,
    Day,
    Found,
    Lines,
    Of,
    PartOf,
    Photos,
    Step,
    Story,
    Value,
    Who,
    checked,
    fresh,
    report,
    sent_up,
    step,
)

_OFFICE, _DIRECTOR, _LEADER, _CHIEF = "edu.office_clerk", "edu.office_director", "edu.leader", "edu.chief"


def _plan(who: str, day: int, goal: str, amount: int, *lines: tuple[int, str], source: str = "县级专项资金") -> Step:
    return step(
        "save_plan", who, day, goal=goal, responsibility="校长负总责，安全员具体负责，每日核对进度",
        measures="委托有资质单位设计施工，施工区全封闭", funding=f"需 {amount} 元，{source}列支", amount=amount,
        funding_source=source, deadline="按时间节点推进，逾期即报", contingency="设专人值守，遇雨雪大风立即停用并疏散",
        milestones=Lines(lines),
    )


def _major(found: Found, day: int, clause: str, *, by: str = "", confirm: int | None = None, who: str = _LEADER) -> Story:
    """Reported as 疑似重大, filed as 重大, and countersigned where a day is given."""
    filing: dict[str, Value] = {"level": "major", "competence": "school", "clause": Clause(clause)}
    story = Story(found, (
        report(by or f"{found.unit}.safety", day, suspected_major=True, photos=Photos(2), interim_control=found.control),
        step("file", _OFFICE, day, **filing) if day else fresh("file", _OFFICE, **filing),
    ))
    return story if confirm is None else story.then(step("confirm_countersign", who, confirm, note="情况属实，同意定为重大"))


MAJORS: tuple[Story, ...] = (
    # Waits for the leader.
    _major(Found(
        unit="high", category="02-02", place="学生宿舍 3 号楼", scene="door",
        text="三层以上只有一部疏散楼梯可用，另一部被改作储物间并上锁。",
        control="储物间已清空，门锁拆除，夜间双人值守",
    ), 0, "消防9"),
    # The plan is on the leader's desk.
    _major(Found(
        unit="middle4", category="02-04", place="教学楼消防水泵房", scene="extinguisher",
        text="两台消防水泵均不能启动，全楼消火栓无水。",
        control="增配灭火器 24 具，教学楼每层设专职巡查员", measure="更换水泵和控制柜，全系统联动调试",
    ), 8, "消防4", confirm=8).then(
        step("assign", _OFFICE, 7, lead=Of("middle4")),
        step("sign", "middle4.safety", 7),
        _plan("middle4.safety", 5, "恢复消防给水系统正常运行", 186000, (5, "完成招标"), (35, "设备到场"), (60, "联动调试合格")),
        step("submit_plan", "middle4.safety", 4, note="已报学校行政会研究"),
        step("return_plan", _LEADER, 3, comment="请补充停水期间的应急供水办法"),
        step("save_plan", "middle4.safety", 2, contingency="租用消防水车一台驻校，停用四层以上教室"),
        step("submit_plan", "middle4.safety", 1),
    ),
    # Nobody agreed in time: it stands 待判定, with its limits.
    _major(Found(
        unit="middle2", category="02-05", place="学生食堂二层", scene="wall",
        text="二层用餐区隔墙和顶棚为聚苯夹芯板。",
        control="二层停用，学生分两批在一层用餐", measure="拆除夹芯板，换不燃材料",
    ), 6, "消防3").then(
        step("assign", _OFFICE, 3, lead=Of("middle2")),
        step("sign", "middle2.safety", 2),
    ),
    # A building of class D, shut, demolished and closed with both reports.
    _major(Found(
        unit="stone", category="04-05", place="旧砖木教室", scene="wall",
        text="砖木结构教室墙体开裂倾斜，檩条腐朽。",
        control="教室已腾空上锁，外围 10 米封闭", measure="委托鉴定，按鉴定结论处理",
    ), 26, "校舍", confirm=26).then(
        step("assign", _OFFICE, 25, lead=Of("stone")),
        step("sign", "stone.safety", 25),
        step(
            "record_appraisal", "stone.safety", 20, grade="D", body="示例市房屋安全鉴定中心", report_number="示鉴〔2026〕示 66 号",
            appraised_on=Ago(1), control="教室封停，四周围挡，张贴“危房禁止入内”，专人值守", photos=PAPER,
            control_photos=Photos(1, is_fixed=True),
        ),
        step("record_double_report", "stone.safety", 19, to="department", receiver="示例县应急管理局", reported_on=Ago(), photos=PAPER),
        step("record_double_report", "stone.safety", 19, to="staff", receiver="教职工大会", reported_on=Ago(), photos=PAPER),
        step(
            "eliminate", _LEADER, 9, closure_type="demolished", decision="局党组会议〔2026〕示 19 次",
            arrangement="该班学生已并入新教学楼，拆除时全校停课一天", photos=Photos(2, is_fixed=True),
        ),
        step("close", _CHIEF, 8, closure_type="demolished", opinion="已到现场，建筑已拆除、场地已平整，同意销号"),
    ),
    # Down from 重大 is proposed by the office and waits for the leader.
    _major(Found(
        unit="kg", category="02-06", place="地下一层储藏室", scene="shelf",
        text="地下室曾作幼儿午睡房，现已改为储藏室。",
        control="地下室上锁，钥匙由园长保管", measure="彻底清空，封闭入口",
    ), 12, "消防2", confirm=12).then(
        step("assign", _OFFICE, 11, lead=Of("kg")),
        step("sign", "kg.safety", 11),
        fresh("regrade", _OFFICE, level="general", reason="经现场复核，地下室已不作幼儿用房，不再符合该条款"),
    ),
)

SIGNIFICANT: tuple[Story, ...] = (
    # Scheduled for years; its monthly proof of control is owed.
    sent_up(Found(
        unit="west", category="04-05", place="综合楼西端", scene="wall",
        text="西端砖柱酥碱剥落，梁底裂缝贯通。",
        control="西端三层全部停用，加设钢支撑", measure="加固改造，列入校舍提升工程",
    ), 40, 39, 38, 37, 37, via="cen3", why="疑涉结构安全", level="significant").then(
        step(
            "record_appraisal", "west.safety", 34, grade="C", body="示例市房屋安全鉴定中心", report_number="示鉴〔2026〕示 58 号",
            appraised_on=Ago(2), control="西端封停，设警示标识，每日巡查两次", photos=PAPER,
        ),
        _plan("west.safety", 33, "消除西端结构隐患，复鉴达到B级以上", 960000, (-25, "完成加固设计"), (-8, "资金落实"), source="争取上级专项"),
        step("submit_plan", "west.safety", 32),
        step("approve_plan", _DIRECTOR, 31, comment="同意，资金另行报告"),
        step("request_support", "west.safety", 30, kind="funding", reason="学校无力承担，请列入年度预算", amount=960000, photos=PAPER),
        step(
            "schedule", _LEADER, 24, reason="budget", note="列入下年度校舍安全提升工程", year=2027, until_on=Day(300),
            milestones=Lines(((40, "完成预算批复"), (120, "完成招标"), (280, "加固完工并复鉴"))), photos=Photos(1, is_fixed=True),
        ),
        step("report_progress", "west.safety", 4, percent=10, progress="预算已报县财政，西端封停完好。", photos=Photos(1, is_fixed=True)),
    ),
    # Support is asked and waits; another was refused.
    sent_up(Found(
        unit="middle3", category="04-01", place="学校北挡土墙", scene="wall",
        text="挡土墙鼓出约 8 厘米，墙顶有裂缝。",
        control="墙下 6 米封闭，宿舍北侧出入口停用", measure="分段拆除重砌，增设泄水孔和锚杆",
    ), 12, 11, 10, 9, 8, via="cen3", why="超出学校办理能力", level="significant").then(
        _plan("middle3.safety", 6, "挡土墙恢复稳定", 240000, (7, "完成勘察"), (40, "完工")),
        step("submit_plan", "middle3.safety", 6),
        step("approve_plan", _DIRECTOR, 5),
        step("report_progress", "middle3.safety", 3, percent=20, progress="勘察单位已进场。", spent=6000),
        step("request_support", "middle3.safety", 1, kind="project", reason="请列入地质灾害治理项目", amount=240000),
    ),
    sent_up(Found(
        unit="second", category="04-06", place="塑胶跑道", scene="ground",
        text="跑道大面积起鼓开裂，学生跑步时易绊倒。",
        control="跑道停用，体育课改在篮球场", measure="铲除起鼓层，局部翻新", done="起鼓段已铲除翻新，平整度检查合格。", cost=58000,
    ), 25, 24, 23, 22, 21, via="cen1", why="翻新费用须统筹", level="significant").then(
        _plan("second.safety", 20, "跑道恢复安全使用", 60000, (-15, "招标"), (-3, "完工"), source="教育费附加"),
        step("submit_plan", "second.safety", 20),
        step("approve_plan", _DIRECTOR, 19),
        step("request_support", "second.safety", 18, kind="funding", reason="缺口 2 万元", amount=20000),
        step("answer_support", _OFFICE, 16, ruling="decline", answer="本年度附加已安排完毕，请从学校公用经费调剂"),
        step("report_progress", "second.safety", 10, percent=70, progress="铲除和基层修补完成。", milestone="0", spent=41000),
        step("submit", "second.safety", 5),
        step("arrange_visit", _OFFICE, 4, visit_on=Day(1), visitors="许例办、专家袁例专", note="请准备施工合同和检测报告"),
        # Waits for the expert.
        step("pass_verification", _OFFICE, 0, opinion="跑道平整，未见起鼓", photos=Photos(2, is_fixed=True), second=Who("experts.expert")),
    ),
    sent_up(Found(
        unit="special", category="19-03", place="食堂燃气管道", scene="kitchen",
        text="燃气软管超期使用，无自动切断装置。",
        control="停用燃气，改用电磁灶", measure="换金属软管，装自动切断阀和报警器", done="管道、切断阀、报警器已更换并试验合格。", cost=7800,
    ), 22, 21, 20, 19, 18, why="燃气安全，报请按较大办理", level="significant").then(
        _plan("special.safety", 17, "燃气系统达标", 8000, (-12, "采购"), (-6, "安装调试"), source="公用经费"),
        step("submit_plan", "special.safety", 17),
        step("approve_plan", _DIRECTOR, 16),
        step("submit", "special.safety", 8),
        step("pass_verification", _OFFICE, 7, opinion="现场试验 3 次均能切断", photos=Photos(1, is_fixed=True), second=Who("experts.expert")),
        step("confirm_countersign", "experts.expert", 6, note="符合要求"),
        step("close", _DIRECTOR, 5, closure_type="rectified"),
    ),
)

TOGETHER: tuple[Story, ...] = (
    checked(Found(
        unit="middle1", category="05-04", place="食堂与宿舍共用给水管", scene="kitchen", cost=3300,
        text="二次供水水箱未加锁，清洗消毒超期。",
        control="改供桶装水，水箱停用", measure="清洗消毒水箱、加锁、化验水质",
    ), 12, 11, 10, 9, by="works.section_clerk", assigner=_OFFICE, note="基建后勤科供水检查").then(
        step("change_parties", _OFFICE, 8, reason="水质化验需中心校统一送检", add=(Of("cen1"), Of("market")), co_task="送检水样，出具检测报告"),
        step("sign_part", "cen1.central_safety", 7, handler=Who("cen1.central_safety")),
        step("finish_part", "cen1.central_safety", 4, result="已送检 2 份水样", photos=PAPER),
        step("return_part", "middle1.safety", 3, part=PartOf("cen1"), defects="请补水质检测报告"),
        step("finish_part", "cen1.central_safety", 1, result="检测报告已取回，各项合格", photos=PAPER),
        step("report_progress", "middle1.safety", 1, percent=80, progress="水箱已清洗加锁，等配合单位报告。"),
    ),
    checked(Found(
        unit="first", category="17-03", place="校门口共用道路", scene="road", cost=900,
        text="两校放学时间相同，校门口道路拥堵，人车混行。",
        control="增派护学岗 4 人", measure="错峰放学，划分等候区", done="两校错峰 20 分钟，等候区已划线。",
    ), 14, 13, 12, 11, by=_OFFICE, note="安全办护学岗检查").then(
        step("change_parties", _OFFICE, 10, reason="须与相邻学校同时调整", add=(Of("second"),), co_task="调整放学时间，划分本校等候区"),
        step("sign_part", "second.safety", 9, handler=Who("second.safety")),
        step("finish_part", "second.safety", 5, result="四至六年级推迟 20 分钟放学，等候区已划线", photos=Photos(1, is_fixed=True)),
        step("confirm_part", "first.safety", 4, opinion="已现场核对"),
        step("submit", "first.safety", 0),
    ),
    checked(Found(
        unit="third", category="04-03", place="连廊栏杆", scene="rail",
        text="连廊栏杆立柱锈断两根。", control="连廊封闭", measure="更换立柱，整段除锈",
    ), 5, 4, 3, by="works.section_clerk", assigner="works.section_clerk", note="基建后勤科巡查").then(
        step("sign", "third.safety", 2),
        step("regrade", _OFFICE, 1, level="significant", reason="复查发现整段立柱锈蚀，属较大"),
    ),
    checked(Found(
        unit="kg2", category="15-03", place="消毒柜", scene="kitchen",
        text="消毒柜门封老化，温度上不去。", measure="更换门封",
    ), 3, 2, 1, by="market.contact", note="市场监管检查").then(
        step("request_return", "kg2.safety", 0, reason="消毒柜由配餐公司提供和维保，请改由中心校统一与公司交涉", suggestion="样东中心校"),
    ),
    checked(Found(
        unit="terrace", category="04-02", place="教学点屋面", scene="wall",
        text="屋面瓦片被风掀起一角。", control="靠北一间停用", measure="更换瓦片，加压条",
    ), 8, 7, 6, by=_OFFICE, note="安全办山区教学点检查").then(
        step("request_return", "terrace.safety", 5, reason="教学点没有施工力量"),
        step("rule_return", _OFFICE, 4, ruling="keep", reason="由你点牵头联系，施工由中心校派人，费用据实报销"),
    ),
)

LEVELS: tuple[Story, ...] = (*MAJORS, *SIGNIFICANT, *TOGETHER)
