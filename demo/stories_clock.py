"""The clock: what was left alone climbs its ladder rung by rung, and what people did about it. All invented.

Rungs come by themselves, at their moments. `late(…, n)` passed its limit n calendar days before the load.
"""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import (
    CLOCK,
    PAPER,
    TAKES_OVER,
    Ago,
    Clause,
    Day,
    Drafted,
    Found,
    Lines,
    NewestRules,
    Of,
    Photos,
    Step,
    Story,
    Value,
    Who,
    checked,
    late,
    report,
    sent_up,
    step,
)

_OFFICE, _DIRECTOR, _LEADER, _CHIEF = "edu.office_clerk", "edu.office_director", "edu.leader", "edu.chief"
_FIXED = Photos(1, is_fixed=True)


def _issue(kind: str, day: int, **data: Value) -> Step:
    return step("decide_measure", _LEADER, day, measure=Drafted(kind), ruling="issue", **data)


def _minutes(day: int, people: str) -> Step:
    return step(
        "record_interview", _OFFICE, day, measure=Drafted("interview"), held_on=Ago(), held_time="09:30", place="教育局二楼会议室", host="唐样领",
        people=people, minutes="通报逾期事实，听取原因说明，要求倒排工期、每周报进度。", promises="两周内完成整改，整改期间派专人值守。",
    )


# 一般, each on another rung; those of one school add up to its colour.
GENERAL: tuple[Story, ...] = (
    late(Found(
        unit="bay", category="04-06", place="篮球架", scene="ground",
        text="篮球架底座螺栓缺两颗。", control="篮球架停用围挡", measure="补齐螺栓，全校体育器材检查一遍",
    ), 1),
    late(Found(
        unit="bay", category="02-01", place="宿舍楼灭火器", scene="extinguisher",
        text="6 具灭火器超过检验期。", control="从教学楼调 6 具顶用", measure="送检充装",
    ), 5),
    late(Found(
        unit="bay", category="19-02", place="微机室插座", scene="socket",
        text="地面插座外壳破损。", control="该排断电停用", measure="更换插座",
    ), 9),
    # The bulletin waits on the leader's desk.
    late(Found(
        unit="bay", category="05-03", place="食堂排烟罩", scene="kitchen",
        text="排烟罩油垢厚，三个月未清洗。", control="暂停油炸", measure="请专业公司清洗",
    ), 18),
    # Bulletin issued, then taken back.
    late(Found(
        unit="ridge", category="04-02", place="图书室吊顶", scene="wall",
        text="吊顶一块石膏板下沉。", control="图书室停用", measure="拆换石膏板",
    ), 27).then(
        _issue("bulletin", 3),
        step(
            "withdraw_measure", _LEADER, 2, measure=Drafted("bulletin"),
            reason="经核，施工队因暴雨停工三天，已向安全办口头报告，通报有误",
        ),
    ),
    # The principal owes an answer in writing.
    late(Found(
        unit="first", category="02-02", place="南楼疏散通道应急灯", scene="socket", cost=900,
        text="疏散通道 5 盏应急灯不亮。", control="夜间活动取消，白天开窗采光", measure="更换应急灯，逐层测试", done="5 盏应急灯已更换，断电测试全部点亮。",
    ), 24).then(_issue("bulletin", 2, reply_on=Day(6))),
    # Bulletin answered, interview called.
    late(Found(
        unit="ridge", category="02-03", place="学生宿舍走廊照明", scene="socket",
        text="走廊照明线路老化，两处裸露。", control="该段断电，用应急灯", measure="更换线路并穿管",
    ), 44).then(
        _issue("bulletin", 14, reply_on=Day(-8)),
        step("reply_measure", "ridge.principal", 9, reply="已责成总务处专人负责，电工已备料，受山区道路塌方影响晚到一周。"),
        _issue("interview", 4, meet_on=Day(1), meet_time="09:30", meet_place="教育局二楼会议室"),
        step("remind", _OFFICE, 1, to=Of("ridge"), message="约谈前请带材料清单和开工照片"),
    ),
    late(Found(
        unit="ridge", category="04-03", place="教学楼西楼梯扶手", scene="rail",
        text="扶手松动 2 米。", control="该侧封闭，单侧通行", measure="补焊加固",
    ), 4).then(step(
        "propose_measure", _OFFICE, 0, kind="interview", to=Of("ridge"), interview_type="reminder", cause="同时有三项逾期，催办后没有回音",
        content="样岭小学同时有三项隐患逾期，扶手处学生每天经过，请约谈主要负责人。",
    )),
    # Three on the monthly 拟挂牌清单.
    late(Found(
        unit="stream", category="04-01", place="操场北侧挡墙", scene="wall",
        text="挡墙泄水孔堵塞，墙面渗水。", control="墙下 3 米警戒", measure="疏通泄水孔，墙面勾缝",
    ), 61).then(
        _issue("bulletin", 25),
        _issue("interview", 15),
        _minutes(12, "江样溪、许例办、何样科"),
        step("reply_measure", "stream.principal", 8, measure=Drafted("interview"), reply="已联系施工队，承诺本月内完工。"),
    ),
    late(Found(
        unit="terrace", category="02-02", place="教学点后门", scene="door",
        text="后门外堆放柴火，开不到位。", control="柴火移开 1 米", measure="全部清走，后门改外开",
    ), 63).then(
        step("decide_measure", _LEADER, 25, measure=Drafted("bulletin"), ruling="decline", opinion="教学点无施工力量，改为约谈中心校和教学点"),
    ),
    late(Found(
        unit="field", category="05-01", place="食堂燃气瓶间", scene="kitchen",
        text="燃气瓶间无可燃气体报警器。", control="用气时专人值守", measure="加装报警器",
    ), 66).then(_issue("bulletin", 25)),
)

# 较大: reminders, bulletin, interview, listed by the clock, accountability.
SIGNIFICANT: tuple[Story, ...] = (
    late(Found(
        unit="field", category="04-04", place="综合楼外窗", scene="window",
        text="外窗 12 扇窗扣失效，临街。", control="窗扇用绳固定，楼下警戒", measure="整批更换窗扣",
    ), 4, level="significant"),
    late(Found(
        unit="spring", category="18-03", place="教学点排洪沟", scene="ground",
        text="排洪沟沟壁垮塌，暴雨时水漫操场。", control="雨天停课预案，沙袋 60 个", measure="重砌沟壁 30 米",
    ), 10, level="significant"),
    late(Found(
        unit="middle3", category="02-05", place="礼堂幕布", scene="door",
        text="礼堂幕布、吸音板均为易燃材料。", control="礼堂停用", measure="更换阻燃材料",
    ), 28, level="significant").then(
        _issue("bulletin", 9),
        _issue("interview", 4),
        _minutes(1, "孟示西、龙样西、许例办"),
    ),
    # Left alone: the clock listed it three days ago.
    late(Found(
        unit="middle4", category="04-05", place="旧食堂外墙", scene="wall",
        text="外墙瓷砖空鼓脱落，下方为学生通道。", control="通道封闭改道", measure="铲除空鼓瓷砖，重新抹灰",
    ), 33, level="significant").then(_issue("bulletin", 11)),
    # Listed for a month, visited, and still not done: accountability is drafted.
    late(Found(
        unit="bay", category="04-05", place="旧教师宿舍", scene="wall",
        text="旧教师宿舍楼板露筋，一层仍住有教师。", control="二层腾空，一层加支撑", measure="整体腾空，委托鉴定",
    ), 64, level="significant").then(
        _issue("bulletin", 33),
        _issue("interview", 28),
        step("visit_supervision", _OFFICE, 8, visited_on=Ago(), people="许例办、何样科", findings="一层住户已搬走 2 户，尚有 1 户；支撑已加。", requirements="三日内全部腾空，委托鉴定", photos=Photos(1)),
    ),
)


def _left_major(found: Found, days_late: int, clause: str) -> Story:
    """重大 of a school, ordered and left alone."""
    day = (days_late + 14) * 5 // 7 + 2
    return Story(found, (
        report(_OFFICE, day + 3, suspected_major=True, interim_control=found.control),
        step("file", _OFFICE, day + 3, level="major", competence="school", clause=Clause(clause)),
        step("confirm_countersign", _LEADER, day + 3),
        step("decide_listing", _LEADER, day + 3, ruling="decline", opinion="先按重大隐患限期整改，逾期即挂牌"),
        step("assign", _OFFICE, day + 2, lead=Of(found.unit), limit_on=Day(-days_late)),
        step("sign", f"{found.unit}.safety", day + 2),
    ))


MAJOR: tuple[Story, ...] = (
    _left_major(Found(
        unit="west", category="04-05", place="砖混教学楼东段", scene="wall",
        text="东段承重墙贯通裂缝，梁端下沉。", control="东段三层全部停用", measure="委托鉴定，先行加固",
    ), 5, "校舍"),
    # Talked to, listed by the clock, accountability drafted.
    _left_major(Found(
        unit="middle2", category="04-05", place="男生宿舍外廊", scene="wall",
        text="外廊悬挑板根部断裂，护栏外倾。", control="外廊封闭，学生改走内楼梯", measure="拆除外廊或加固",
    ), 17, "校舍"),
)

# What the bureau can only ask for: letters, county supervision, a county listing.
ASKED: tuple[Story, ...] = (
    sent_up(Found(
        unit="third", category="16-01", place="校门旁网吧", scene="door",
        text="网吧接纳未成年人，距校门不足 200 米。", control="班主任家访提醒", measure="请到现场核实查处",
    ), 40, 39, 38, via="cen1", why="校外经营场所不属学校管理", competence="department").then(
        step("notify", _OFFICE, 38, lead=Of("market"), letter="教安函〔2026〕示 9 号"),
        step("sign", "market.contact", 37),
        _issue("urge_letter", 8),
        step("reply_measure", "market.contact", 5, reply="已立案，正在调查取证，月底前办结。"),
        _issue("county_supervision", 4),
    ),
    sent_up(Found(
        unit="stone", category="18-01", place="校外边坡", scene="wall",
        text="校外公路边坡滚石，落到校门口。", control="滚石路段学生绕行，教师值守", measure="请治理边坡，设拦石网",
    ), 69, 68, 67, via="cen3", why="边坡不属学校", competence="township", level="significant").then(
        step("notify", _OFFICE, 66, lead=Of("town2"), letter="教安函〔2026〕示 3 号"),
        step("sign", "town2.contact", 65),
        _issue("urge_letter", 12, reply_on=Day(-10)),
        step("decide_measure", _LEADER, 12, measure=Drafted("county_supervision"), ruling="decline", opinion="已与样东镇当面沟通，先催办"),
    ),
)

# Listed by decision: one ready to be taken off, one taken off and closed, one of another body.
def _listed(found: Found, who: str) -> Story:
    return checked(found, 45, 44, 43, 42, by=_OFFICE, level="significant", note="安全办集中整治", limit=9).then(
        step("propose_listing", _OFFICE, 40, trigger="L-4", reason="列入推进会重点难点问题清单", requirements="按月报告进度"),
        step("decide_listing", _LEADER, 39, ruling="list", term_on=Day(12), supervisor="何样科", requirements="三十日内完成", is_public=True),
        step(
            "save_plan", who, 37, goal="按期消除隐患", responsibility="校长负总责", measures="委托有资质单位施工", funding="需 30000 元，公用经费列支",
            amount=30000, funding_source="公用经费", deadline="按节点推进", contingency="专人值守", milestones=Lines(((-30, "材料进场"), (-12, "完工"))),
        ),
        step("submit_plan", who, 37),
        step("approve_plan", _DIRECTOR, 36),
        step("report_progress", who, 26, percent=50, progress="材料进场，完成一半。"),
        step("visit_supervision", _OFFICE, 20, visited_on=Ago(), people="许例办、何样科", findings="施工有围挡，进度正常。", photos=Photos(1)),
        step("report_progress", who, 14, percent=90, progress="主体完工，正在清理。"),
        step("submit", who, 9),
        step("pass_verification", _OFFICE, 6, opinion="督办组现场验收，已按要求治理到位", photos=Photos(2, is_fixed=True), second=Who("experts.expert")),
    )


LISTED: tuple[Story, ...] = (
    _listed(Found(
        unit="east", category="04-03", place="教学楼外廊栏杆", scene="rail", cost=28000,
        text="外廊栏杆高度不足 1.1 米，立柱间距过大。", control="课间教师看护", measure="整段更换", done="外廊栏杆 60 米已整段更换。",
    ), "east.safety").then(step("confirm_countersign", "experts.expert", 5, note="同意")),
    _listed(Found(
        unit="third", category="04-02", place="报告厅吊顶", scene="wall", cost=26000,
        text="报告厅吊顶龙骨变形，局部下沉。", control="报告厅停用", measure="拆除重做", done="吊顶已拆除重做。",
    ), "third.safety").then(
        step("confirm_countersign", "experts.expert", 5, note="同意"),
        step("delist", _LEADER, 3, opinion="治理到位，同意摘牌"),
        step("close", _DIRECTOR, 2, closure_type="rectified"),
    ),
)

# Out of use: guarded today, asking to be used again, used again, gone for good.
_SUSPEND: dict[str, Value] = {"guard": "总务处两人轮流值守，早晚各巡查一次", "photos": Photos(1)}

SUSPENDED: tuple[Story, ...] = (
    Story(Found(
        unit="first", category="09-02", place="化学准备室通风柜", scene="shelf",
        text="通风柜不排风，盐酸瓶有泄漏痕迹。", control="实验室停用，药品封存", measure="检修风机，更换药品瓶",
    ), (
        report("first.safety", 2),
        step("self_handle", "first.safety", 2, limit_on=Day(8)),
        step("suspend", "first.principal", 2, kind="lab", scope="实验楼二层化学实验室和准备室", reason="通风失效，药品泄漏", pupils="实验课改为演示课", **_SUSPEND),
        step("prove_guard", "first.safety", 1, note="封条完好，警示标识在位，无人进入"),
        step("prove_guard", "first.safety", 0, note="封条完好，周边无异味"),
    )),
    checked(Found(
        unit="high", category="04-04", place="体育馆看台", scene="rail", cost=8600,
        text="看台护栏立柱脱焊三处。", control="看台停用", measure="补焊加固，荷载试验", done="护栏已补焊加固，荷载试验合格。",
    ), 9, 8, 7, 7, by=_OFFICE, note="安全办体育场馆检查").then(
        step("suspend", _OFFICE, 7, kind="room", scope="体育馆二层看台", reason="护栏脱焊，人群倚靠有坠落危险", pupils="体育课改在操场", **_SUSPEND),
        *(step("prove_guard", "high.safety", day, note="看台两端上锁，无人进入") for day in (6, 5, 4, 3)),
        step("submit", "high.safety", 3),
        step("pass_verification", _OFFICE, 2, opinion="现场推拉、荷载试验合格", photos=_FIXED),
        step("prove_guard", "high.safety", 2, note="看台两端上锁"),
        step("request_resume", "high.principal", 1, basis="整改已复查合格，荷载试验报告附后", photos=PAPER),
    ),
    checked(Found(
        unit="kg5", category="04-06", place="户外秋千", scene="ground", cost=500,
        text="秋千吊环磨损过半。", control="秋千停用捆扎", measure="更换吊环", done="吊环已更换，承重试验合格。",
    ), 14, 13, 12, 12, by=_OFFICE, note="安全办幼儿园检查").then(
        step("suspend", _OFFICE, 12, kind="equipment", scope="户外秋千两组", reason="吊环随时可能断裂", **_SUSPEND),
        *(step("prove_guard", "kg5.principal", day, note="秋千捆扎，围栏完好") for day in (11, 10, 9)),
        step("submit", "kg5.principal", 9),
        step("pass_verification", _OFFICE, 8, opinion="吊环已更换", photos=_FIXED),
        step("request_resume", "kg5.principal", 8, basis="整改复查合格"),
        step("rule_resume", _DIRECTOR, 7, ruling="grant", opinion="同意恢复使用"),
        step("close", _OFFICE, 6, closure_type="rectified"),
    ),
    checked(Found(
        unit="north", category="04-06", place="旧攀爬架", scene="ground",
        text="旧攀爬架锈穿，无法修复。", control="围挡", measure="拆除",
    ), 12, 11, 10, 10, by=_OFFICE, note="安全办体育器材检查").then(
        step("suspend", _OFFICE, 10, kind="equipment", scope="操场旧攀爬架", reason="锈穿，承重不足", **_SUSPEND),
        step("prove_guard", "north.safety", 9, note="围挡完好"),
        step("end_use", _LEADER, 8, decision="局务会〔2026〕示 20 次：报废拆除"),
    ),
)

# More time: granted, refused, waiting, taken back.
def _asks(found: Found, who: str, day: int, until: int, *, by: str = _OFFICE) -> Story:
    start = day + 10
    return checked(found, start + 2, start + 1, start, start, by=by, note="安全办常规检查", limit=until - 5).then(
        step(
            "request_extension", who, day, until_on=Day(until), reason_kind="procurement", reason="厂家断货，到货晚五天",
            control="保持围挡，每日巡查两次",
        ),
    )


EXTENDED: tuple[Story, ...] = (
    _asks(Found(
        unit="kg3", category="02-04", place="走廊消火栓箱", scene="extinguisher",
        text="消火栓箱门变形打不开。", control="增配灭火器 2 具", measure="更换箱门",
    ), "kg3.safety", 6, 6).then(step("rule_extension", _DIRECTOR, 5, ruling="grant", opinion="同意，到货即装")),
    _asks(Found(
        unit="stone", category="04-03", place="二楼护栏", scene="rail",
        text="护栏一根横杆缺失。", control="该处封闭", measure="补焊横杆",
    ), "stone.safety", 6, 4).then(
        step("rule_extension", _DIRECTOR, 5, ruling="refuse", opinion="补焊一根横杆不需要等厂家，请按期完成"),
    ),
    _asks(Found(
        unit="middle1", category="19-03", place="锅炉房燃气表", scene="kitchen",
        text="燃气表超检定周期。", control="专人抄表巡查", measure="送检更换",
    ), "middle1.safety", 0, 8),
    _asks(Found(
        unit="west", category="02-06", place="微型消防站", scene="extinguisher",
        text="空气呼吸器气瓶压力不足。", control="借用中心校一具", measure="充装气瓶",
    ), "west.safety", 4, 7).then(step("withdraw_extension", "west.safety", 3, reason="气瓶已提前充装到货")),
    checked(Found(
        unit="second", category="02-02", place="食堂疏散通道", scene="door",
        text="疏散通道放置保温箱，净宽不足。", control="就餐时专人引导", measure="移走保温箱，地面画线",
    ), 28, 27, 26, 26, by=_OFFICE, note="安全办食堂抽查", limit=6).then(
        step("adopt_policy", _DIRECTOR, 1, policy=NewestRules(), reason="食堂专项整治统一按新规则计时"),
    ),
)

# 存量: from before the clock. Taken over thirty working days ago; no rung above 预警 until a new limit is set.
_TAKEN = 30


def _old(found: Found, days_late: int) -> Story:
    return late(found, days_late, note="去年台账结转").then(step(TAKES_OVER, CLOCK, _TAKEN))


OLD: tuple[Story, ...] = (
    _old(Found(
        unit="grove", category="04-01", place="北围墙", scene="wall",
        text="北围墙 8 米开裂外倾。", control="墙边警戒", measure="拆除重砌",
    ), 64),
    _old(Found(
        unit="pond", category="02-03", place="教室电线", scene="socket",
        text="教室明线未穿管。", control="值日教师每日断电", measure="全部穿管",
    ), 66).then(
        step("set_limit", _OFFICE, 25, limit_on=Day(-9), reason="存量清零，重新确定期限"),
    ),
    Story(Found(
        unit="terrace", category="18-04", place="操场边古树", scene="ground",
        text="古树枯枝伸到操场。", control="树下警戒", measure="修枝",
    ), (
        report("terrace.safety", 50),
        step("escalate", "terrace.safety", 49, reason="古树需林业部门意见"),
        step("escalate", "cen3.central_safety", 49, reason="同意上报"),
        step(TAKES_OVER, CLOCK, _TAKEN),
    )),
)

# Listed by another body, entered here.
ABOVE: tuple[Story, ...] = (
    checked(Found(
        unit="special", category="02-02", place="康复楼疏散楼梯", scene="door",
        text="封闭楼梯间门拆除，消防部门列为突出问题。", control="楼层专人值守", measure="恢复封闭楼梯间",
    ), 16, 15, 14, 14, by="fire.contact", note="消防监督抽查", level="significant", limit=20).then(
        step(
            "record_listing", _OFFICE, 6, what="notice", authority="city", lister_name="示例市安全生产委员会", number="示安督〔2026〕3 号",
            term_on=Day(30), requirements="三十日内恢复，逾期停用", photos=PAPER,
        ),
    ),
)

CLOCK_STORIES: tuple[Story, ...] = (
    *GENERAL, *SIGNIFICANT, *MAJOR, *ASKED, *LISTED, *SUSPENDED, *EXTENDED, *OLD, *ABOVE,
)
