"""Hazards of the rest of the county: what central schools, the bureau and departments found. All invented."""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import Found, Photos, Step, Story, checked, own, report, sent_up, step, visited

CENTRAL_SCHOOLS: tuple[Story, ...] = (
    visited(Found(
        unit="pond", category="04-06", place="操场", scene="ground",
        text="自制木质平衡木开裂起刺，两端支座松动。", control="平衡木移入库房",
    ), 1, central="cen1"),
    visited(Found(
        unit="third", category="02-03", place="教师办公区走廊", scene="socket",
        text="顶棚内电线没有穿管，分线盒缺盖。",
    ), 6, 5, central="cen1"),
    visited(Found(
        unit="second", category="17-02", place="教学楼一层大厅", scene="rail",
        text="大课间集中下楼没有错峰安排，大厅两处台阶未贴警示条。",
        control="各楼层派教师疏导", measure="制定错峰下楼表，台阶贴黄色警示条",
    ), 4, 3, 2, central="cen1"),
    visited(Found(
        unit="kg5", category="02-02", place="二层午睡室", scene="door",
        text="第二安全出口门被玩具柜挡住一半。",
        control="午睡时安排两名教师值守", measure="移走玩具柜，出口外侧保持畅通",
    ), 5, 4, 4, 3, central="cen1", limit=3),
    visited(Found(
        unit="middle1", category="04-03", place="实验楼三层走廊", scene="rail", cost=2100,
        text="走廊栏杆净高不足 1.1 米，横杆可攀爬。",
        control="课间教师看护，栏杆处贴“禁止攀爬”", measure="加高至 1.2 米，改为竖杆",
        done="已加高并改竖杆，逐段推拉检查无松动。",
    ), 10, 9, 9, 8, 1, central="cen1"),
    visited(Found(
        unit="bridge", category="04-02", place="一年级教室", scene="wall", cost=760,
        text="屋檐瓦片松动，檐下为学生排队处。",
        control="排队处改到操场中部", measure="更换松动瓦片，檐口加挡板",
        done="更换瓦片 60 余块，檐口已加挡板。",
    ), 14, 13, 13, 12, 5, 3, central="cen1"),
    visited(Found(
        unit="stream", category="19-02", place="配电箱", scene="socket", cost=350,
        text="室外配电箱锁坏，箱门常开，学生可触及。",
        control="临时用铁丝扎紧并挂“有电危险”牌", measure="更换防雨配电箱，加锁",
        done="已更换防雨配电箱并加锁，漏电保护试跳正常。",
    ), 22, 21, 21, 20, 15, 13, 12, central="cen2"),
    visited(Found(
        unit="hollow", category="05-01", place="教学点厨房", scene="kitchen", cost=210,
        text="燃气罐与灶台同室，没有隔断，也无报警器。",
        control="燃气罐移到室外棚内，用后关阀", measure="砌隔墙、装报警器，由中心校统一办理",
        done="燃气罐已移出，隔墙已砌，报警器已装并试报。",
    ), 12, 11, 11, 10, 2, central="cen2", lead="cen2"),
    visited(Found(
        unit="hill", category="18-01", place="教学点后山坡", scene="wall",
        text="坡脚有新滑落土石约 1 立方米，距后墙 4 米。",
        control="后排教室停用，雨天安排专人看坡", measure="清除浮土，做挡土矮墙和截水沟，由中心校统一办理",
    ), 9, 8, 8, 7, central="cen4", lead="cen4", limit=3),
)

EAST_AND_WEST: tuple[Story, ...] = (
    own(Found(
        unit="east", category="04-04", place="食堂餐厅", scene="window",
        text="吊扇一片叶片变形，运转时摆动。", control="该吊扇断电贴封条", measure="更换吊扇，其余吊扇逐台检查吊钩",
    ), 6, 5, limit=0),
    own(Found(
        unit="east", category="02-06", place="门卫消防值守点", scene="extinguisher", cost=0,
        text="夜间值守记录连续四天由同一人补签。",
        measure="改为每班交接时双签，校领导每周抽查", done="已执行双签一周，抽查两次均在岗。",
    ), 7, 6, 2),
    Story(Found(
        unit="east", category="03-03", place="校门口家长等候区", scene="road",
        text="放学时段电动车在斑马线上排队等候，行人绕到机动车道。",
    ), (report("east.safety", 0, photos=Photos(2)),)),
    sent_up(Found(
        unit="middle2", category="03-01", place="校门外县道", scene="road",
        text="校门处为下坡弯道，没有减速带和信号灯，一周内两次急刹。",
        control="上下学时段由值班领导带队护送",
    ), 9, 8, 7, via="cen2", why="道路设施不属学校职责", competence="department"),
    sent_up(Found(
        unit="bay", category="06-02", place="学校旁水塘", scene="ground",
        text="水塘距校门 80 米，无护栏和警示牌，放学后常有学生停留。",
        control="放学路队绕行，教师送过水塘",
    ), 6, 5, 4, via="cen3", why="水塘属村集体，请教育局提请乡镇处理", competence="township"),
    checked(Found(
        unit="kg2", category="05-02", place="食堂", scene="kitchen", cost=0,
        text="一名帮厨健康证过期 12 天，仍在岗。",
        control="当日起停岗", measure="停岗体检，取证后上岗，建立到期前一个月提醒",
        done="该员工已重新体检取证，全员健康证已核对一遍。",
    ), 26, 25, 24, 23, 18, 16, 15, by="market.contact", note="市场监管秋季校园食品检查"),
    checked(Found(
        unit="high", category="02-02", place="学生宿舍 1 号楼", scene="door",
        text="东侧疏散楼梯间常闭式防火门用砖块顶开，闭门器失效 4 处。",
        control="撤除砖块，宿管每晚巡查两次", measure="更换闭门器 4 个，防火门贴常闭标识",
    ), 7, 6, 5, 4, by="fire.contact", note="消防监督抽查", limit=5),
    checked(Found(
        unit="kg1", category="02-03", place="厨房配电间", scene="socket",
        text="配电间堆放纸箱和拖把，电箱前无操作空间。",
    ), 1, by="fire.contact", note="消防宣传进校时发现"),
    checked(Found(
        unit="kg", category="02-05", place="二层活动区吊顶", scene="wall",
        text="吊顶和软包为易燃泡沫材料，面积约 150 平方米。",
        control="二层活动区停用，幼儿集中到一层", measure="拆除并更换为不燃材料，提交检测报告",
    ), 20, 19, 18, 17, by="fire.contact", note="消防监督抽查", level="significant"),
    checked(Found(
        unit="west", category="05-05", place="校内小卖部", scene="shelf",
        text="货架上有三种无生产日期的散装辣条，进货票据不全。",
    ), 0, by="market.contact", note="市场监管日常检查"),
    checked(Found(
        unit="special", category="07-04", place="门卫室", scene="camera",
        text="一键报警按下后接警中心无应答，设备离线。",
        control="门卫配对讲机，报警改用电话", measure="联系运维恢复联网，每周试报一次",
    ), 5, 4, 3, by="police.contact", note="校园安防联合检查"),
    checked(Found(
        unit="middle3", category="19-03", place="食堂燃气间", scene="kitchen", cost=1900,
        text="燃气报警器未与切断阀联动，探头被油污覆盖。",
        control="用气时专人值守，下班关总阀", measure="改装联动切断阀，更换探头",
        done="联动切断阀已装，现场试验 3 次均能切断。",
    ), 18, 17, 16, 15, 5, 1, by="edu.office_clerk", note="安全办秋季专项检查"),
    checked(Found(
        unit="north", category="04-01", place="校门东侧围墙", scene="wall", cost=4600,
        text="围墙外侧路面抬高后墙体挡土，外倾约 4 厘米。",
        control="两侧各 5 米设硬质围挡", measure="拆除外倾段，重砌并做泄水孔",
        done="外倾段 12 米已拆除重砌，泄水孔 6 个。",
    ), 30, 29, 28, 27, 20, 18, by="edu.office_clerk", note="安全办秋季专项检查").then(
        step("return_closure", "edu.office_director", 17, doubt="照片中看不出泄水孔，请复查人补充近照"),
        step("pass_verification", "edu.office_clerk", 15, opinion="已到现场，泄水孔 6 个均通畅，补近照两张", photos=Photos(2, is_fixed=True)),
        step("close", "edu.office_director", 14, closure_type="rectified", opinion="同意销号"),
    ),
    checked(Found(
        unit="stone", category="12-05", place="校车", scene="road", cost=180,
        text="车内安全锤缺 1 把，灭火器卡扣松脱。",
        control="补齐前由随车照管员携带备用锤", measure="补齐安全锤，更换卡扣",
        done="已补齐安全锤并更换卡扣。",
    ), 15, 14, 13, 12, 6, by="edu.office_clerk", note="安全办校车专项检查").then(
        step("return_submission", "edu.office_clerk", 5, defects="照片只有灭火器，请补拍安全锤所在位置"),
        step("add_evidence", "stone.safety", 2, stage="after", photos=Photos(1, is_fixed=True)),
    ),
    own(Found(
        unit="kg3", category="04-04", place="中班盥洗室", scene="window", cost=230,
        text="储物柜门铰链脱落，柜体未固定在墙上，幼儿可拉倒。",
        control="储物柜移出盥洗室", measure="柜体上墙固定，更换铰链", done="柜体已固定，铰链已换。",
    ), 13, 12, 8).then(step("fail_verification", "cen3.central_head", 6, failed_points="只固定了上端，下端仍可晃动；请用两点以上膨胀螺栓固定。")),
)

TURNS: tuple[Story, ...] = (
    Story(Found(
        unit="middle4", category="02-04", place="宿舍楼消火栓", scene="extinguisher",
        text="二层两个消火栓打开后无水，末端压力表指零。",
        control="增配灭火器 8 具，夜间加派巡查",
    ), (
        report("middle4.safety", 7),
        step("escalate", "middle4.safety", 6, reason="管网由县里统建，学校无法自行修复"),
        step("escalate", "cen4.central_safety", 6, reason="同一管网涉及三所学校，报安全办统一处理"),
        step("file", "edu.office_clerk", 5, level="general", category="02-01", competence="school"),
        step("withdraw", "edu.office_clerk", 5, reason="类别选错，应为消防水源"),
        step("file", "edu.office_clerk", 0, level="general", competence="school"),
    )),
    Story(Found(
        unit="spring", category="18-04", place="操场东侧", scene="ground",
        text="大樟树一根粗枝枯死，伸到操场上方。",
        control="树下 6 米拉警戒带，暂停使用", measure="请专业队伍锯除枯枝并封口",
    ), (
        report("spring.safety", 6),
        step("amend", "spring.safety", 6, reason="方位写错", place="操场西侧", description="大樟树一根粗枝枯死，直径约 20 厘米，伸到操场上方。"),
        step("self_handle", "spring.safety", 5),
    )),
    Story(Found(
        unit="field", category="04-04", place="三年级教室", scene="window",
        text="后门玻璃有裂纹。",
    ), (report("field.safety", 9), step("void", "field.principal", 8, reason="与昨日已登记的一条重复，系手机重复提交"))),
    Story(Found(
        unit="grove", category="16-03", place="校外在建农房", scene="wall",
        text="脚手架紧靠校园围墙，无防护网。",
    ), (
        report("grove.safety", 12),
        step("escalate", "grove.safety", 11, reason="施工方不在本校管理范围"),
        step("escalate", "cen2.central_safety", 11, reason="需与住建部门联系，报安全办"),
        step("file", "edu.office_clerk", 10, level="general", competence="owner"),
        step("void", "edu.office_director", 9, reason="中心校已按同一工地登记，重复建档，作废本条"),
    )),
    Story(Found(
        unit="ridge", category="05-03", place="食堂仓库", scene="shelf",
        text="大米包装标签颜色与上次送货不同。",
    ), (
        report("market.contact", 17, source_note="群众来电转办"),
        step("reject", "edu.office_clerk", 16, reason="no_hazard", basis="已核对批次合格证和抽检报告，系供应商更换包装，不属于隐患。"),
    )),
    Story(Found(
        unit="high", category="14-01", place="人事档案", scene="shelf",
        text="两名临时聘用人员入职查询记录不全，属准入管理缺漏。",
    ), (report("high.safety", 1, photos=Photos(0)),)),
    Story(Found(
        unit="terrace", category="03-02", place="校门前空地", scene="road", cost=0,
        text="拖拉机卸货时倒车进入校门前空地，没有人指挥。",
        control="上下学时段空地禁止车辆进入", measure="与村委约定卸货时段，空地画线并放置锥筒",
        done="已与村委签约定，空地已画线，一周内未再出现上下学时段卸货。",
    ), (
        Step("report", "terrace.safety", 9, {"photos": Photos(1, is_dated=False)}, 4, "山区断网，恢复后补录"),
        step("self_handle", "terrace.safety", 8),
        step("submit", "terrace.safety", 2),
    )),
)

COUNTY: tuple[Story, ...] = (*CENTRAL_SCHOOLS, *EAST_AND_WEST, *TURNS)
