"""Reads a table of real hazards (CSV): every row either whole or refused with its line and the reason."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.models import Domain
from hazards.states import Competence, Level
from organizations.kinds import UnitKind

COLUMNS = (
    "序号", "单位", "单位类型", "所属乡镇", "排查时间", "来源", "隐患部位", "隐患描述", "领域", "等级", "责任归属",
    "整改措施", "整改期限", "整改情况", "备注",
)  # fmt: skip
REQUIRED = ("单位", "单位类型", "排查时间", "来源", "隐患部位", "隐患描述", "领域", "等级", "责任归属")
MAX_BYTES = 10 * 1024 * 1024
# What a field of the hazard or unit can hold.
MAX_LENGTH = {"单位": 60, "所属乡镇": 40, "隐患部位": 80, "隐患描述": 500, "整改措施": 450}

UNIT_KINDS = {
    "小学": UnitKind.SCH, "中心小学": UnitKind.SCH, "初中": UnitKind.SCH, "中学": UnitKind.SCH, "高中": UnitKind.SCH,
    "九年一贯制学校": UnitKind.SCH, "完全中学": UnitKind.SCH, "特殊教育学校": UnitKind.SCH, "职业学校": UnitKind.SCH,
    "学校": UnitKind.SCH, "幼儿园": UnitKind.KG,
}  # fmt: skip
LEVELS = {"一般": Level.GENERAL, "较大": Level.SIGNIFICANT, "重大": Level.MAJOR}
COMPETENCES = {
    "学校": Competence.SCHOOL, "教育局": Competence.BUREAU, "部门": Competence.DEPARTMENT, "乡镇": Competence.TOWNSHIP,
    "乡镇（街道）": Competence.TOWNSHIP, "校外产权单位": Competence.OWNER,
}  # fmt: skip
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CONTROLS = ("警戒", "禁止", "停用", "封闭", "绕行", "停岗", "隔离", "值守", "看守")

SELF_CHECK = "学校自查"
ON_THE_SPOT = "立行立改"
NOT_SAID = "未载明"


@dataclass(frozen=True, kw_only=True)
class RealRow:
    line: int
    number: str
    unit: str
    unit_kind: UnitKind
    township: str
    found_on: date
    source: str
    place: str
    description: str
    domain: Domain
    level: Level
    competence: Competence
    measures: str
    limit: str
    progress: str
    remark: str

    @property
    def is_self_found(self) -> bool:
        return self.source == SELF_CHECK

    @property
    def is_on_the_spot(self) -> bool:
        return ON_THE_SPOT in self.remark or ON_THE_SPOT in self.progress

    @property
    def key(self) -> str:
        """The same for the same finding wherever it stands in whichever table."""
        told = "|".join((self.unit, self.found_on.isoformat(), self.place, self.description))
        return f"real:{hashlib.sha256(told.encode()).hexdigest()[:40]}"

    @property
    def controls(self) -> str:
        """The parts of the measures that keep people away meanwhile, word for word; often none."""
        parts = re.split(r"[,，;；、]", self.measures)
        return "，".join(part.strip() for part in parts if any(word in part for word in _CONTROLS))

    @property
    def note(self) -> str:
        """What the table says and no field of the hazard holds, word for word."""
        told = (
            ("整改措施", self.measures),
            ("整改期限", self.limit),
            ("整改情况", self.progress),
            ("备注", self.remark),
        )
        rest = [f"{name}：{text}" for name, text in told if text]
        return "；".join([self.source, f"原表序号 {self.number or NOT_SAID}", *rest])


@dataclass(frozen=True)
class BadRow:
    """A row of which nothing was taken over."""

    line: int
    number: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    encoding: str
    rows: tuple[RealRow | BadRow, ...]


def read_table(raw: bytes, *, today: date) -> Table:
    """Raises Invalid for a file that is no such table at all; a wrong row becomes a BadRow."""
    if len(raw) > MAX_BYTES:
        raise Invalid(_("文件超过 10 MB，请拆分后再导入。"))
    text, encoding = _decode(raw)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[RealRow | BadRow] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header)
        parse = _parser(today)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_read_row(header, cells, reader.line_num, parse))
    except csv.Error as exc:
        raise Invalid(
            _("第 %(line)d 行不是合规的 CSV（%(why)s），请检查引号和换行。") % {"line": reader.line_num, "why": exc}
        ) from exc
    return Table(encoding, tuple(rows))


def _decode(raw: bytes) -> tuple[str, str]:
    """UTF-8, else GBK as Excel writes it. Raises Invalid naming the line of the first byte that is neither."""
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as exc:
        not_utf8 = exc
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text.lstrip().startswith(COLUMNS[0]):
        return text, "GBK"
    line = raw.count(b"\n", 0, not_utf8.start) + 1
    raise Invalid(
        _("第 %(line)d 行的文字编码不是 UTF-8（也不是 GBK），请在表格软件中另存为“CSV UTF-8”。") % {"line": line}
    )


def _check_header(header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Invalid(_("第 1 行（表头）缺少：%(names)s。") % {"names": "、".join(missing)})
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise Invalid(_("第 1 行（表头）有重复的列：%(names)s。") % {"names": "、".join(doubled)})


Parse = Callable[[Mapping[str, str], int], RealRow | BadRow]


def _read_row(header: list[str], cells: list[str], line: int, parse: Parse) -> RealRow | BadRow:
    if len(cells) != len(header):
        number = cells[0].strip() if cells else ""
        reason = _("有 %(n)d 格，表头有 %(m)d 格；内容里有逗号的，请加引号") % {"n": len(cells), "m": len(header)}
        return BadRow(line, number, (reason,))
    return parse(dict(zip(header, (cell.replace("\x00", "").strip() for cell in cells), strict=True)), line)


def _parser(today: date) -> Parse:
    domains = {name: domain for domain in Domain.objects.all() for name in (*domain.synonyms, domain.name)}

    def parse(row: Mapping[str, str], line: int) -> RealRow | BadRow:
        found_on, wrong_date = _read_date(row["排查时间"], today)
        reasons = [
            *(_("“%(name)s”是空的") % {"name": name} for name in REQUIRED if not row[name]),
            *([wrong_date] if wrong_date and row["排查时间"] else []),
            *_unknown(row, "单位类型", UNIT_KINDS),
            *_unknown(row, "领域", domains),
            *_unknown(row, "等级", LEVELS),
            *_unknown(row, "责任归属", COMPETENCES),
            *(
                _("“%(name)s”有 %(n)d 个字，最多 %(m)d 个") % {"name": name, "n": len(row[name]), "m": most}
                for name, most in MAX_LENGTH.items()
                if len(row[name]) > most
            ),
        ]
        if reasons or found_on is None:
            return BadRow(line, row["序号"], tuple(reasons))
        return RealRow(
            line=line, number=row["序号"], unit=row["单位"], unit_kind=UNIT_KINDS[row["单位类型"]],
            township=row["所属乡镇"], found_on=found_on, source=row["来源"], place=row["隐患部位"],
            description=row["隐患描述"], domain=domains[row["领域"]], level=LEVELS[row["等级"]],
            competence=COMPETENCES[row["责任归属"]], measures=row["整改措施"], limit=row["整改期限"],
            progress=row["整改情况"], remark=row["备注"],
        )  # fmt: skip

    return parse


def _unknown(row: Mapping[str, str], name: str, known: Mapping[str, object]) -> list[str]:
    if not row[name] or row[name] in known:
        return []
    allowed = "、".join(dict.fromkeys(str(value) if isinstance(value, Domain) else key for key, value in known.items()))
    return [
        _("“%(name)s”不认识“%(value)s”，可用：%(allowed)s")
        % {"name": name, "value": row[name][:40], "allowed": allowed}
    ]


def _read_date(text: str, today: date) -> tuple[date | None, str]:
    """(the day, or why it is none)"""
    found = read_day(text)
    if found is None:
        return None, _("“排查时间”不是日期：“%(text)s”，请写作 2026-11-21") % {"text": text[:40]}
    if found > today:
        return None, _("“排查时间”晚于今天：%(text)s") % {"text": text[:40]}
    return found, ""


def read_day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
