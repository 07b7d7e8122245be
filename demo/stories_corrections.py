"""What is corrected, merged, opened again, ordered from above, kept as it is, or read by few. All invented."""

from __future__ import annotations

# A table in the shape of prose; the layout is ours.
# fmt: off
from demo.script import Day, Found, Numbered, Of, Photos, Story, Who, checked, own, report, sent_up, spot, step

_OFFICE, _DIRECTOR, _LEADER = "edu.office_clerk", "edu.office_director", "edu.leader"

CORRECTIONS: tuple[Story, ...] = (
    Story(Found(
        unit="first", category="16-01", place="校门口文具店", scene="road",
        text="文具店卖带刀片的解压玩具，已有学生带进教室。",
    ), (
        report("first.teacher", 4),
        step("reject", "first.safety", 3, reason="outside", basis="校外商店不归学校管"),
        step("appeal", "first.teacher", 1, reason="学生已带进校园，属校内安全；请教育局协调市场监管部门", photos=Photos(1)),
    )),
    own(Found(
        unit="first", category="04-04", place="302 教室后门", scene="door",
        text="后门合页松脱，门扇下沉，开门时刮地。", measure="更换合页，调平门扇",
    ), 3, 2, by="teacher"),
    Story(Found(
        unit="first", category="04-04", place="三楼 302 教室门", scene="door",
        text="教室后门关不上，门板快掉了。",
    ), (
        report("first.safety", 2),
        step("merge", "first.safety", 2, master=Numbered("302 教室后门"), reason="同一扇门，昨日已由教师上报"),
    )),
    # A merger that was wrong, undone by two.
    sent_up(Found(
        unit="middle4", category="19-02", place="宿舍 1 号楼配电箱", scene="socket",
        text="配电箱跳闸频繁，箱体发热。", control="限电，宿管每两小时测温", measure="更换断路器，重新分配回路",
    ), 9, 8, 7, 6, 5, via="cen4", why="线路由县里统一改造"),
    sent_up(Found(
        unit="middle4", category="19-02", place="宿舍 2 号楼配电箱", scene="socket",
        text="配电箱进水生锈，无门锁。", control="加临时挡雨板并上锁", measure="更换防雨配电箱",
    ), 8, 7, 6, via="cen4", why="线路由县里统一改造").then(
        step("merge", _OFFICE, 5, master=Numbered("宿舍 1 号楼配电箱"), reason="看作同一处"),
        step("unmerge", _OFFICE, 3, reason="经学校说明，是两栋楼的两个配电箱"),
        step("confirm_countersign", _DIRECTOR, 3),
    ),
    # One more waits for the director.
    sent_up(Found(
        unit="middle4", category="19-02", place="食堂配电箱", scene="socket",
        text="配电箱内接线裸露。", control="断电贴封条", measure="重新接线，加防护板",
    ), 8, 7, 6, via="cen4", why="线路由县里统一改造").then(
        step("merge", _OFFICE, 5, master=Numbered("宿舍 1 号楼配电箱"), reason="看作同一处"),
        step("unmerge", _OFFICE, 0, reason="食堂与宿舍不在一处，须单独办理"),
    ),
    own(Found(
        unit="kg5", category="04-06", place="户外滑梯", scene="ground", cost=320,
        text="滑梯底部缓冲垫缺一块，露出水泥地。", control="滑梯停用", measure="补铺缓冲垫", done="已补铺同规格缓冲垫并固定。",
    ), 22, 21, 18).then(
        step("confirm_and_close", "cen1.central_head", 17, opinion="已现场核对"),
        step("look_back", "edu.superintendent", 6, result="rebound", findings="缓冲垫未粘牢，已翘起，水泥地再次露出", photos=Photos(1)),
        step("reopen", _OFFICE, 5, cause="rebound", findings="责任督学回访发现缓冲垫翘起脱落", photos=Photos(1)),
    ),
    own(Found(
        unit="second", category="02-02", place="图书馆疏散门", scene="door", cost=0,
        text="疏散门向内开，门前堆书。", measure="改为外开，清空门前", done="门已改外开，门前无遮挡。",
    ), 26, 25, 22, 21).then(
        step("look_back", "edu.superintendent", 8, result="holds", findings="门可外开，门前畅通，师生知晓疏散路线", photos=Photos(1, is_fixed=True)),
    ),
    # Instructed: one reply is owed by the school, one was given.
    checked(Found(
        unit="first", category="02-05", place="实验楼准备室", scene="shelf",
        text="窗帘和纸箱堆放，无阻燃处理，紧邻配电箱。",
        control="清空配电箱 2 米范围", measure="更换阻燃窗帘，准备室整理归位",
    ), 7, 6, 5, 4, by=_OFFICE, note="安全办消防抽查", limit=5).then(
        step("instruct", _LEADER, 2, to=Of("first"), instruction="临近冬季用火用电高峰，请提前完成并举一反三", reply_on=Day(2)),
    ),
    checked(Found(
        unit="north", category="05-03", place="食堂冷库", scene="kitchen",
        text="冷库门封破损，温度记录两天未填。", control="食材移至备用冰柜", measure="更换门封，恢复每日记录",
    ), 10, 9, 8, 7, by=_OFFICE, note="安全办食堂抽查").then(
        step("instruct", "edu.chief", 5, to=Of("north"), instruction="食品安全无小事，请说明为何漏记"),
        step("reply_instruction", "north.safety", 4, reply="值班员请假未交接，已补定交接制度并全员培训。", photos=Photos(1, is_fixed=True)),
    ),
    # Sealed after an accident.
    checked(Found(
        unit="bay", category="04-03", place="三层楼梯栏杆", scene="rail",
        text="栏杆松动，一名学生靠扶时摔下两级台阶，轻微擦伤。",
        control="该楼梯停用，学生走西侧楼梯", measure="整段更换栏杆",
    ), 6, 5, 4, 4, by=_OFFICE, note="接学校电话报告").then(
        step("seal", _DIRECTOR, 3, reason="已造成学生受伤，保全档案备查"),
        step("record_control", "bay.safety", 2, interim_control="楼梯两端砌封，安排值班教师看守", photos=Photos(1, is_fixed=True)),
        step("grant_reading", _DIRECTOR, 1, reader=Who("edu.investigator"), until_on=Day(20), reason="核查学生受伤一事"),
    ),
    # Taken out after it was assigned, by two.
    checked(Found(
        unit="hollow", category="18-03", place="教学点操场排水口", scene="ground",
        text="排水口堵塞。", measure="清淤",
    ), 7, 6, 5, by=_OFFICE, note="安全办山区教学点检查").then(
        step("void", _DIRECTOR, 4, reason="与中心校同日登记的一条重复"),
        step("confirm_countersign", _LEADER, 4),
    ),
    spot(Found(
        unit="spring", category="02-02", place="一楼楼梯口", scene="door", measure="纸箱搬走，楼梯口清空",
        text="纸箱堆在楼梯口，挡住半边通道。",
    ), 1),
)
