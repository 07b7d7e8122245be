"""Hazards of 第一小学, where the standing cast works, and of its neighbours in town. All invented."""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import Found, Of, OwnEvidence, Photos, Story, checked, own, report, sent_up, spot, step

FIRST_SCHOOL: tuple[Story, ...] = (
    own(Found(
        unit="first", category="04-03", place="教学楼东侧楼梯二层平台", scene="rail", cost=260,
        text="扶手有两处焊点脱开，手推可见晃动，课间人流大时学生常倚靠。",
        control="平台拉警戒带，课间由值日教师守在楼梯口，学生改走西侧楼梯",
        measure="请有资质的焊工补焊，全楼扶手逐段检查",
        done="两处焊点已补焊打磨，另查出一处松动螺栓一并紧固，整段扶手推拉无晃动。",
    ), 18, 17, 14, 13, by="teacher"),
    own(Found(
        unit="first", category="02-01", place="综合楼三层走廊灭火器箱", scene="extinguisher", cost=420,
        text="3 具灭火器压力指针落在红区，其中 1 具铅封缺失。",
        control="从库房调换 3 具合格灭火器顶用", measure="送检充装 3 具，补齐检查卡，每月 5 日前逐具查看",
        done="3 具已充装并贴合格标签，检查卡已补，箱内无杂物。",
    ), 9, 8, 2, by="safety"),
    own(Found(
        unit="first", category="19-02", place="办公楼 204 办公室", scene="socket", cost=95,
        text="一个插线板串接另一个插线板，同时带电暖器和饮水机，插头发热变色。",
        control="当场断电，收走电暖器", measure="拆除串接，新装墙面插座，办公室禁用大功率取暖器",
        done="已由电工加装五孔插座两个，串接插线板收缴，全校办公室已普查一遍。",
    ), 12, 11, 7, by="teacher"),
    own(Found(
        unit="first", category="04-04", place="教学楼四楼 402 教室南窗", scene="window",
        text="推拉窗限位块脱落，窗扇能全部推开，窗台高不足 90 厘米。",
        control="该扇窗用螺丝固定，靠窗座位内移", measure="补装限位块，四楼各室逐窗检查",
    ), 6, 5, limit=0, by="teacher"),
    own(Found(
        unit="first", category="04-06", place="操场南侧单杠区", scene="ground",
        text="单杠立柱根部锈蚀，加力摇动时混凝土基座松动。",
        control="器材用网布包裹并挂“停用”牌，体育课改在西场地", measure="挖除旧基座重新浇筑，养护期满后承重试验",
    ), 14, 13, limit=-2),
    own(Found(
        unit="first", category="09-02", place="科学实验室药品柜", scene="shelf",
        text="领用登记缺最近三次签名，酒精存量与台账相差 200 毫升。",
        control="药品柜双人加锁，停止领用", measure="两人盘点、补录台账，落实双人收发",
    ), 4, 3, limit=4).then(step(
        "report_progress", "first.safety", 1, percent=60, progress="已与任课教师共同盘点一遍，差额系上学期末实验未登记，正补签说明。",
    )),
    Story(Found(
        unit="first", category="17-01", place="教学楼西侧楼梯一层", scene="rail",
        text="放学时两个年级同时下楼，转角处站立等候，没有人疏导。",
    ), (report("first.teacher", 0),)),
    Story(Found(
        unit="first", category="05-04", place="教学楼一层直饮水机", scene="kitchen",
        text="滤芯更换牌停在上学期，出水有异味。",
    ), (report("first.teacher", 3, interim_control="已贴“暂停使用”，提供桶装水"),)),
    Story(Found(
        unit="first", category="07-03", place="北门监控", scene="camera",
        text="北门一路画面黑屏，不清楚从哪天开始。",
    ), (
        report("first.teacher", 2, photos=Photos(0)),
        step("return_for_supplement", "first.safety", 1, missing="请补一张监控室画面照片，并写明是哪一路、最近一次正常是哪天"),
    )),
    spot(Found(
        unit="first", category="02-02", place="报告厅西侧安全出口", scene="door", measure="桌椅移回库房，门锁打开，出口贴“禁止堆放”",
        text="活动结束后桌椅堆在安全出口内侧，一扇门插销未拔。",
    ), 5, 4, by="teacher"),
    spot(Found(
        unit="first", category="19-01", place="一楼男厕洗手池下", scene="kitchen", measure="更换软管并擦干地面",
        text="供水软管接头滴漏，地砖湿滑，有学生滑倒未受伤。",
    ), 1, by="teacher"),
    sent_up(Found(
        unit="first", category="04-01", place="校园西围墙北段", scene="wall", cost=3800,
        text="约 6 米围墙抹灰空鼓开裂，墙脚被雨水冲出小沟。",
        control="墙内侧 3 米拉警戒线，花坛一侧停止活动", measure="铲除空鼓层，加砌扶壁柱，墙外做排水沟",
    ), 5, 4, 3, 0, via="cen1", why="修缮费用超出学校自行开支限额，请教育局统一安排"),
    sent_up(Found(
        unit="first", category="04-05", place="旧综合楼二层外廊", scene="wall",
        text="外廊挑板下表面露筋，最长一处约 40 厘米，伴有渗水痕迹。",
        control="外廊及下方通道停用，加锁并设围挡", measure="委托鉴定后加固，加固前该层教室停用",
    ), 16, 15, 14, 13, 12, via="cen1", why="疑涉结构安全，超出学校办理权限", level="significant").then(step(
        "record_control", "first.safety", 10, interim_control="围挡加高到 2 米，外廊两端砌砖封闭，值班教师每日三次巡看",
        photos=Photos(1, is_fixed=True),
    )),
    Story(Found(
        unit="first", category="04-05", place="食堂屋顶钢梁与外墙连接处", scene="wall",
        text="大风过后连接处出现通长裂缝，裂缝内可见光，屋面有轻微下沉。",
    ), (report(
        "first.safety", 0, suspected_major=True, photos=Photos(2),
        interim_control="食堂已停用清空，改为教室分餐，四周 10 米设警戒",
    ),)),
    Story(Found(
        unit="first", category="08-02", place="体育器材室后侧通道", scene="camera",
        text="通道无监控覆盖，课间无人巡查，属管理盲区。",
        control="课间增派值周教师定点值守", measure="补装摄像头两个，通道纳入每日巡查路线",
    ), (
        report("first.teacher", 10, photos=Photos(0)),
        step("file", "edu.confidant", 9, level="general", competence="school"),
        step("assign", "edu.confidant", 9, lead=Of("first")),
        step("sign", "first.confidant", 8),
    )),
    own(Found(
        unit="first", category="02-05", place="舞蹈教室", scene="door", cost=1460,
        text="窗帘和幕布无阻燃标识，靠近射灯不足 30 厘米。",
        control="射灯断电停用", measure="更换阻燃幕布，调整灯位，索取检验报告存档",
        done="幕布已换，射灯下移并加护罩，距幕布 60 厘米。",
    ), 15, 14, 9).then(
        step("fail_verification", "first.principal", 8, failed_points="1. 西侧一块幕布仍是旧布；2. 未见阻燃检验报告。"),
        step("submit", "first.safety", 4, report="西侧旧布已撤下，检验报告两份已存档并拍照。"),
        step("confirm_and_close", "first.principal", 3, opinion="逐项核对两处不合格项，均已整改"),
    ),
)

NEIGHBOURS: tuple[Story, ...] = (
    own(Found(
        unit="second", category="02-01", place="图书馆", scene="extinguisher", cost=300,
        text="灭火器被书架遮挡，取用需搬开两箱图书。",
        measure="书架后移，灭火器改挂在门口，地面画线", done="已改挂，画黄线，管理员已会取用。",
    ), 20, 19, 16, 15),
    sent_up(Found(
        unit="second", category="04-02", place="三楼东端教室", scene="wall", cost=5200,
        text="暴雨后天花板渗水，一块约 0.3 平方米抹灰层起鼓。",
        control="该室停课，学生调到多功能教室", measure="屋面防水翻修，铲除起鼓层重新抹灰",
        done="屋面防水已翻修 120 平方米，闭水试验 24 小时无渗漏，天花板已重做。",
    ), 28, 27, 26, 25, 24, 17, 15, 14, by="teacher", via="cen1", why="屋面维修须由教育局统一招标"),
    Story(Found(
        unit="second", category="16-01", place="校门对面文具店", scene="road",
        text="听说对面店里卖的玩具不安全。",
    ), (
        report("second.teacher", 11, channel="direct", photos=Photos(0)),
        step(
            "reject", "edu.office_clerk", 10, reason="untrue",
            basis="安全办到店查看，未见所述玩具，店内商品均有合格标识；已电话告知上报人。",
        ),
    )),
    own(Found(
        unit="third", category="18-03", place="操场北侧排水沟", scene="ground",
        text="沟盖板缺 4 块，淤泥堵塞，雨后积水漫上跑道。",
        control="缺口处放置锥筒，北侧跑道停用", measure="清淤并补齐盖板，汛期每周清一次",
    ), 8, 7, limit=6).then(
        step("add_evidence", "third.safety", 5, stage="after", photos=Photos(2, is_fixed=True, is_dated=False)),
        step("withdraw_evidence", "third.safety", 4, evidence=OwnEvidence(), reason="这一张拍的是东侧沟，传错了"),
    ),
    spot(Found(
        unit="third", category="07-02", place="南门门卫室", scene="door", measure="当场补登并收回来访证，重申登记规定",
        text="家长持来访证入校后未签离校时间，来访证少一张。",
    ), 3, 2),
    checked(Found(
        unit="middle1", category="15-02", place="食堂锅炉间", scene="kitchen", cost=880,
        text="安全阀校验标签过期两个月，压力表玻璃有裂纹。",
        control="锅炉停用，热水改由电开水器供应", measure="送检安全阀、更换压力表，建立到期提醒",
        done="安全阀已校验合格，压力表已换，校验报告存档。",
    ), 24, 23, 22, 21, 16, 14, 13, by="works.section_clerk", assigner="works.section_clerk", note="基建后勤科秋季设备检查"),
    checked(Found(
        unit="middle1", category="04-04", place="学生宿舍 2 号楼二层盥洗间", scene="window", cost=640,
        text="两块窗玻璃破裂用胶带粘着，开启时有掉落可能。",
        control="窗扇封闭，下方通道设警戒", measure="更换钢化玻璃，宿舍楼逐窗检查",
        done="已更换钢化玻璃 2 块，另加固松动窗扇 5 扇。",
    ), 15, 14, 13, 12, 3, by="works.section_clerk", assigner="works.section_clerk", note="基建后勤科宿舍抽查"),
    own(Found(
        unit="bridge", category="03-01", place="校门口", scene="road", cost=150,
        text="“前方学校”警示牌被行道树遮挡，来车看不清。",
        control="上下学时段教师持旗护送", measure="与管护单位联系修枝，校门侧加挂反光牌",
        done="树枝已修剪，反光牌已装，夜间可见。",
    ), 13, 12, 6).then(step("confirm_and_close", "cen1.central_head", 5, opinion="中心校到场核实，本校经办人与校长为同一人，由中心校销号")),
    own(Found(
        unit="bridge", category="05-03", place="食堂留样柜", scene="kitchen",
        text="留样盒无日期标签，昨日汤菜留样不足 125 克。",
        measure="重新培训留样员，配电子秤和标签", done="已配秤和标签，连续三日留样记录完整。", cost=120,
    ), 9, 8, 1),
    Story(Found(
        unit="bridge", category="12-04", place="校门外临时接送点", scene="road",
        text="两辆面包车在弯道处停车接学生，未见标牌。",
    ), (
        report("police.contact", 4, source_note="路面巡查"),
        step("return_for_supplement", "edu.office_clerk", 3, missing="请补充车辆号牌后四位、时间段和大致接送人数，便于核对"),
    )),
    own(Found(
        unit="pond", category="06-01", place="教学点后侧消防水池", scene="ground",
        text="水池护栏缺一段约 1.5 米，池水深约 1.8 米。",
        control="缺口用木板钉封，挂“水深危险”牌，课间专人看守", measure="焊接补齐护栏，加盖钢网",
    ), 14, 13, limit=-1),
    Story(Found(
        unit="second", category="01-02", place="全校", scene="door",
        text="本月应急疏散演练没有做。",
    ), (
        report("second.teacher", 8, photos=Photos(0)),
        step("return_for_supplement", "second.safety", 7, missing="请写明是哪个年级、原定哪天"),
        step("supplement", "second.teacher", 6, supplement="四、五年级，原定上月最后一个周五，因雨取消后没有再安排。"),
        step("return_for_supplement", "second.safety", 4, missing="请附原演练方案或通知的照片"),
    )),
    spot(Found(
        unit="kg4", category="04-06", place="户外攀爬架", scene="ground", measure="立即停用并补装护帽，逐个螺栓检查",
        text="连接螺栓外露，护帽缺 3 个，幼儿攀爬时可能划伤。",
    ), 7, acted_first=True).then(step("confirm_and_close", "cen4.central_head", 6)),
)
