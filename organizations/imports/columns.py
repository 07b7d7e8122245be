"""The two sheets of the workbook: what their columns are called and what they may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from organizations.kinds import REGIONS, UnitKind

UNITS, PEOPLE, GUIDE = "单位", "人员", "填写说明"
# Header of a column that an error sheet put beside a wrong one; left out when such a sheet comes back.
PROBLEM = "问题："


@dataclass(frozen=True)
class Column:
    name: str
    header: str
    note: str
    is_required: bool = False
    longest: int = 80
    width: int = 18


UNIT_COLUMNS = (
    Column("name", "单位名称", "全称，同一上级下不重名", True, width=28),
    Column("kind", "类型", "学校、幼儿园、教学点、乡镇中心校、科室、二级机构、部门、乡镇（街道）等", True, 12, 14),
    Column("parent", "上级单位", "上级的名称；有重名时写“上级的上级/上级”", True, 200, 28),
    Column("township", "所属乡镇", "可不填", longest=40),
    Column("phone", "值班电话", "可不填", longest=30),
    Column("domains", "主管领域代码", "部门、科室填，两位数字，多个用顿号隔开；可不填", longest=120),
    Column("has_accounts", "已开通账号", "是或否；不填为是", longest=4, width=12),
)
PERSON_COLUMNS = (
    Column("name", "姓名", "", True, 40, 12),
    Column("username", "用户名", "登录用，字母和数字，全县不重复；可用姓名拼音加数字", True, 60, 18),
    Column("phone", "手机", "可不填", longest=20, width=16),
    Column("unit", "单位", "所在单位的名称；有重名时写“上级/单位”", True, 200, 28),
    Column("posts", "岗位", "如校长、安全员、教职工，多个用顿号隔开；可不填", longest=120, width=22),
    Column("from_on", "任职起", "日期，如 2026-09-01；不填为导入当天", longest=20, width=14),
)
SHEETS: Mapping[str, tuple[Column, ...]] = {UNITS: UNIT_COLUMNS, PEOPLE: PERSON_COLUMNS}

# Regions carry division codes and are made one by one.
KINDS: Mapping[str, UnitKind] = {
    **{str(kind.label): kind for kind in UnitKind if kind not in REGIONS},
    "中心校": UnitKind.CEN,
    "中心学校": UnitKind.CEN,
    "乡镇": UnitKind.TWN,
    "街道": UnitKind.TWN,
    "小学": UnitKind.SCH,
    "初中": UnitKind.SCH,
    "高中": UnitKind.SCH,
    "县直部门": UnitKind.DEP,
    "局直单位": UnitKind.SUB,
}
