"""Hazards that are not the school's to solve: letters, referrals, departments with and without accounts. All invented."""

from __future__ import annotations

from collections.abc import Mapping

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import (
    PAPER,
    Day,
    Found,
    Of,
    Photos,
    Story,
    Value,
    Who,
    checked,
    entered,
    own,
    report,
    sent_up,
    step,
)

_OFFICE, _LEADER, _COUNTY = "edu.office_clerk", "edu.leader", "gov.coordinator"
_ASKED = "按职责请贵单位到现场核实并办理，办理结果请函复教育局"
_BY_CALL = {"name": "交通运输局公路股 马例路", "how": "call", "note": "上午电话 000-0000-0061，已记录"}
_BY_LETTER: Mapping[str, Value] = {"name": "交通运输局公路股 马例路", "how": "letter", "note": "交函〔2026〕示 8 号", "scans": PAPER}

LETTERS: tuple[Story, ...] = (
    sent_up(Found(
        unit="second", category="16-01", place="校门口流动摊点", scene="road",
        text="放学时校门口有三个流动炸串摊，油烟大，无证照。",
        control="值周教师在校门口引导学生直接回家", measure=_ASKED,
    ), 4, 3, 2, via="cen1", why="校外摊点不属学校管理", competence="department").then(
        step("notify", _OFFICE, 0, lead=Of("market"), letter="教安函〔2026〕示 21 号", photos=PAPER),
    ),
    sent_up(Found(
        unit="middle1", category="16-02", place="校门东侧夜宵店", scene="door",
        text="店门口液化气瓶放在人行道上，距校门不到 20 米。",
        control="学生绕行西门，安保在东侧值守", measure=_ASKED,
    ), 12, 11, 10, via="cen1", why="商户不属学校管理", competence="department").then(
        step("notify", _OFFICE, 9, lead=Of("housing"), letter="教安函〔2026〕示 17 号", issued_as="示例县学校安全工作专班"),
        step("sign", "housing.contact", 8),
        step("report_progress", "housing.contact", 4, percent=50, progress="已约谈店主，责令气瓶移入专用间，正改造。"),
    ),
    sent_up(Found(
        unit="third", category="12-04", place="校门南侧路口", scene="road",
        text="两辆无标牌面包车每天放学在路口接送学生。",
        control="班主任逐一登记乘车学生，通知家长", measure=_ASKED,
        done="已查处无标牌接送车辆 2 辆，驾驶人已处罚，路口早晚安排警力。",
    ), 14, 13, 12, via="cen1", why="车辆查处属公安机关职责", competence="department").then(
        step("notify", _OFFICE, 12, lead=Of("police"), letter="电话告知夏例警，已记录"),
        step("sign", "police.contact", 11),
        step("submit", "police.contact", 1),
    ),
    sent_up(Found(
        unit="kg5", category="07-03", place="园门口路段", scene="camera",
        text="园门口路段无治安监控，接送时段人车混杂。",
        control="接送时段保安和值班教师各一人在岗", measure=_ASKED, done="已在园门口加装治安监控 2 处并联网。",
    ), 24, 23, 22, via="cen1", why="公共区域监控不属幼儿园管理", competence="department").then(
        step("notify", _OFFICE, 22, lead=Of("police"), letter="教安函〔2026〕示 12 号"),
        step("sign", "police.contact", 21),
        step("submit", "police.contact", 12),
        step("fail_verification", "kg5.principal", 11, failed_points="只装了一处，东侧仍是盲区。"),
        step("submit", "police.contact", 7, report="东侧监控已补装并联网，画面已调试。"),
        step("pass_verification", "kg5.principal", 6, opinion="两处画面均清晰，问题已解决"),
        step("close", _OFFICE, 5, closure_type="handed_over"),
    ),
    sent_up(Found(
        unit="kg2", category="05-02", place="园外配餐点", scene="kitchen",
        text="园外配餐点未公示健康证，送餐箱无温度记录。",
        control="暂停该配餐点供餐，改由园内食堂供应", measure=_ASKED,
    ), 13, 12, 11, via="cen2", why="配餐单位不属教育系统管理", competence="department").then(
        step("notify", _OFFICE, 11, lead=Of("health"), letter="教安函〔2026〕示 15 号", photos=PAPER),
    ),
    sent_up(Found(
        unit="west", category="19-01", place="校门外污水管", scene="ground",
        text="校门外污水管破裂，污水漫到人行道。",
        control="破裂处围挡，学生走北门", measure=_ASKED,
    ), 9, 8, 7, via="cen3", why="市政管网不属学校管理", competence="department").then(
        step("notify", _OFFICE, 6, lead=Of("market"), letter="教安函〔2026〕示 19 号"),
        step("request_return", "market.contact", 5, reason="污水管网不属市场监管职责", basis="三定方案", suggestion="住房和城乡建设局"),
        step("rule_return", _OFFICE, 4, ruling="transfer", reason="情况属实，改由住建部门办理", lead=Of("housing")),
        step("sign", "housing.contact", 3),
    ),
    sent_up(Found(
        unit="north", category="04-01", place="校外临街广告牌", scene="wall",
        text="临街广告牌固定螺栓锈蚀，风大时晃动，下方是学生候车处。",
        control="候车处移到校门内侧", measure=_ASKED,
    ), 5, 4, 3, via="cen4", why="广告牌属沿街商户", competence="owner").then(
        step("notify", _OFFICE, 2, lead=Of("housing"), letter="教安函〔2026〕示 20 号"),
        step("request_return", "housing.contact", 1, reason="该广告牌审批和监管在城市管理部门", suggestion="城市管理部门"),
    ),
)

REFERRED: tuple[Story, ...] = (
    sent_up(Found(
        unit="bridge", category="03-01", place="校门外危桥", scene="road",
        text="学生上学必经的漫水桥护栏缺失 8 米，雨天过水。",
        control="雨天由教师护送绕行大桥", measure="修复护栏，设置水位警示和限行标志",
    ), 6, 5, 4, via="cen1", why="桥梁不属教育系统管理", competence="department").then(
        step("refer", _OFFICE, 2, to=Of("gov"), lead=Of("transport"), reason="桥梁管养单位不明确，涉及两个部门", photos=PAPER),
        step("confirm_countersign", _LEADER, 1, note="同意提请"),
    ),
    sent_up(Found(
        unit="high", category="02-04", place="校外高层住宅消防通道", scene="door",
        text="与学校共用的消防通道长期被私家车占用，消防车无法驶入。",
        control="校内预留备用消防通道，门岗每日清障一次", measure="划线、立牌、清障，长效管理",
    ), 16, 15, 14, why="共用通道不属学校管理", competence="department").then(
        step("refer", _OFFICE, 13, to=Of("gov"), lead=Of("fire"), reason="涉及住建、消防两个部门，须县级统筹", photos=PAPER),
        step("confirm_countersign", _LEADER, 12),
        step("assign_referred", _COUNTY, 11, lead=Of("fire"), limit_on=Day(10), co_units=(Of("housing"),), co_task="督促物业划线并立牌"),
        step("sign", "fire.contact", 10),
        step("sign_part", "housing.contact", 10, handler_name="钟示建 000-0000-1029"),
        step("instruct", _COUNTY, 3, to=Of("fire"), instruction="请在本月底前完成首次清障，办理情况报安委办", reply_on=Day(2)),
    ),
    sent_up(Found(
        unit="east", category="03-01", place="校门外县道下坡处", scene="road",
        text="校门外县道下坡无减速带，一月内两起追尾。",
        control="上下学时段由派出所和值班教师护学", measure="设置减速带、警示灯和人行横道",
    ), 18, 17, 16, via="cen2", why="道路设施不属学校管理", competence="department").then(
        step("refer", _OFFICE, 15, to=Of("gov"), lead=Of("transport"), reason="函告未果，请县安委办交办"),
        entered("confirm_countersign", "edu.office_director", 14, {
            "name": "程例领", "person": Who("edu.leader2"), "how": "signed_paper", "note": "提请函签批件", "scans": PAPER,
        }),
        step("assign_referred", _COUNTY, 13, lead=Of("transport"), limit_on=Day(6), issued_as=None),
        entered("sign", _COUNTY, 12, _BY_CALL, handler_name="马例路 000-0000-0061"),
        entered("report_progress", _COUNTY, 4, _BY_LETTER, percent=60, progress="减速带已施工，警示灯下周安装。"),
    ),
    sent_up(Found(
        unit="middle2", category="02-01", place="校园周边微型消防站", scene="extinguisher",
        text="与学校联防的微型消防站器材缺失，无人值守。",
        control="校内增配灭火器 6 具", measure="补齐器材，恢复 24 小时值守",
    ), 8, 7, 6, via="cen2", why="微型消防站属社区管理", competence="department").then(
        step("refer", _OFFICE, 5, to=Of("gov"), lead=Of("fire"), reason="涉及乡镇和消防，请县级统筹"),
        step("confirm_countersign", _LEADER, 4),
        step("claim", "fire.contact", 3, limit_on=Day(9)),
        step("sign", "fire.contact", 2),
    ),
    sent_up(Found(
        unit="grove", category="18-01", place="校后山水渠", scene="wall",
        text="山水渠渠壁塌了一段，暴雨时水会漫进操场。",
        control="操场北侧停用", measure="渠壁由学校垒沙袋，中心校统一清淤",
    ), 15, 14, 13, via="cen2", why="水渠权属不清", competence="township").then(
        step("refer", _OFFICE, 12, to=Of("gov"), lead=Of("town2"), reason="权属不清，请县级明确"),
        step("confirm_countersign", _LEADER, 12),
        step("send_back_referral", _COUNTY, 10, ruling="经核，水渠在学校用地红线内，由教育系统办理", competence="school"),
        step("assign", _OFFICE, 9, lead=Of("grove")),
        step("sign", "grove.safety", 8),
    ),
    # To the body that sits in the bureau itself.
    sent_up(Found(
        unit="field", category="06-02", place="校门外灌溉塘", scene="ground",
        text="灌溉塘无护栏，距校门 60 米，夏季常有学生下水。",
        control="放学路队绕行，教师送过塘边", measure="加装护栏 120 米，立警示牌，配救生杆",
    ), 11, 10, 9, via="cen4", why="水塘属村集体", competence="township").then(
        step("refer", _OFFICE, 8, to=Of("board"), lead=Of("town2"), reason="请专委会办公室协调乡镇办理"),
        step("confirm_countersign", _LEADER, 7),
        step("assign_referred", "board.coordinator", 6, lead=Of("town2"), limit_on=Day(14)),
        step("sign", "town2.contact", 5),
    ),
    # A referral that waits for the leader, and one that he declined.
    sent_up(Found(
        unit="special", category="03-02", place="校门前人行道", scene="road",
        text="人行道盲道被电线杆和停车挡断，盲生无法独立通行。",
        control="上下学由教师一对一接送过街", measure="迁移电线杆，恢复盲道",
    ), 4, 3, 2, why="市政道路不属学校管理", competence="department").then(
        step("refer", _OFFICE, 0, to=Of("gov"), reason="涉及供电、城管两家，请县级统筹", photos=PAPER),
    ),
    sent_up(Found(
        unit="kg4", category="16-03", place="园外建筑工地", scene="wall",
        text="塔吊吊臂转到幼儿园上空。",
        control="室外活动改到西侧", measure=_ASKED,
    ), 7, 6, 5, via="cen4", why="工地不属幼儿园管理", competence="department").then(
        step("refer", _OFFICE, 4, to=Of("gov"), lead=Of("housing"), reason="施工单位多次劝阻无效"),
        step("decline_countersign", _LEADER, 3, note="先函告住建部门，三天未果再提请"),
        step("notify", _OFFICE, 2, lead=Of("housing"), letter="教安函〔2026〕示 22 号", photos=PAPER),
    ),
)

PAPERS: tuple[Story, ...] = (
    Story(Found(
        unit="kg5", category="02-02", place="一层活动室", scene="door", cost=560,
        text="防盗窗封死了唯一的逃生窗口。",
        control="活动室停用，幼儿合班", measure="拆除防盗窗，改为内开式逃生窗",
    ), (
        report("fire.contact", 9, source_note="消防监督检查", paper_name="责令限期改正通知书", paper_number="示消限〔2026〕31 号", paper_limit_on=Day(3)),
        step("file", _OFFICE, 8, level="general", competence="school"),
        step("assign", _OFFICE, 7, lead=Of("kg5")),
        step("sign", "kg5.safety", 6),
        step("move_paper_limit", "fire.contact", 2, limit_on=Day(8), reason="厂家订货，同意延至下周", paper_number="示消限〔2026〕32 号"),
    )),
    Story(Found(
        unit="stream", category="18-04", place="校门前老槐树", scene="ground",
        text="老槐树树干空洞，主枝伸向校门上方。",
        control="校门改走侧门", measure="请林业技术人员修枝支撑",
    ), (
        report("town2.contact", 7, source_note="乡镇汛前巡查", paper_name="隐患整改告知单", paper_number="样镇安〔2026〕示 3 号", paper_limit_on=Day(12)),
        step("file", _OFFICE, 6, level="general", competence="school"),
        step("assign", _OFFICE, 6, lead=Of("stream")),
        step("sign", "stream.safety", 5),
    )),
    checked(Found(
        unit="bay", category="05-01", place="食堂操作间", scene="kitchen",
        text="生熟刀具混放，无标识。", measure="刀具分色管理，墙面贴标识",
    ), 6, 5, 4, by="market.contact", note="市场监管飞行检查").then(
        step("record_service", _OFFICE, 3, receiver="万例湾，校长，000-0000-1050", photos=PAPER),
    ),
    checked(Found(
        unit="ridge", category="02-06", place="宿舍值班室", scene="extinguisher",
        text="夜间值班记录缺三晚。", measure="补齐值班安排，校长每周抽查",
    ), 8, 7, 6, by=_OFFICE, note="安全办夜查").then(
        step("instruct", _LEADER, 2, to=Of("ridge"), instruction="夜间值班不能断档，请说明原因和改进办法"),
    ),
    checked(Found(
        unit="middle3", category="04-02", place="风雨操场屋面", scene="wall",
        text="屋面漏雨，地胶积水打滑。", control="雨天停用", measure="屋面防水翻修",
    ), 9, 8, 7, by="works.section_clerk", assigner="works.section_clerk", note="基建后勤科雨后巡查").then(
        step("sign", "middle3.safety", 6),
        step("transfer", _OFFICE, 1, lead=Of("works"), requirements="联系施工单位按质保条款返修", reason="屋面在质保期内，由基建后勤科联系施工单位返修"),
    ),
    own(Found(
        unit="kg3", category="17-02", place="门厅", scene="door",
        text="接送时段门厅一扇门常锁，家长拥在一处。", measure="接送时段两扇门全开，分班错时",
    ), 3, 2).then(step("add_evidence", "kg3.safety", 1, stage="control", photos=Photos(1))),
)

OUTSIDE: tuple[Story, ...] = (*LETTERS, *REFERRED, *PAPERS)
