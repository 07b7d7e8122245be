"""The kinds of papers: what each asks for, how it is titled and numbered, who may read it.

Source of the D-numbers and core fields: ledgers-documents-calendar.md (e). The words are our own; they stand in `wordings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from documents.fields import Asked, Kept, Sort, Text, say_field
from documents.wordings import PARAGRAPHS, TITLES
from organizations.kinds import UnitKind


class Readers(Enum):
    """Who reads it once it is issued, of those who may read what it is about. Drafts are the issuer's alone."""

    ALL = "all"
    # Only who issued it and to whom it went.
    PARTIES = "parties"


@dataclass(frozen=True)
class Kind:
    name: str
    # D-11 and its like.
    d_number: str
    label: Text
    # Stands in the number behind the issuer's own: 教安督〔2026〕3号.
    mark: str
    asked: tuple[Asked, ...]
    readers: Readers = Readers.ALL
    # Goes to the public: nothing by which a person can be found.
    is_public: bool = False

    @property
    def by_name(self) -> dict[str, Asked]:
        return {one.name: one for one in self.asked}

    def title(self, kept: Mapping[str, Kept]) -> str:
        return _words(self.name, get_language())[0] % self._said(kept)

    def text(self, kept: Mapping[str, Kept]) -> str:
        """Paragraphs, one a line; one about something that was not given and need not be is left out."""
        said, optional = self._said(kept), {one.name for one in self.asked if not one.is_required}
        absent = [f"%({name})s" for name in optional - kept.keys()]
        paragraphs = _words(self.name, get_language())[1]
        return "\n".join(words % said for words in paragraphs if not any(name in words for name in absent))

    def lacking(self, kept: Mapping[str, Kept]) -> list[Asked]:
        """What has to be filled in before it can be issued."""
        return [one for one in self.asked if one.is_required and one.name not in kept]

    def _said(self, kept: Mapping[str, Kept]) -> dict[str, str]:
        return {one.name: say_field(one, kept) for one in self.asked}


@cache
def _words(kind: str, language: str | None) -> tuple[str, tuple[str, ...]]:
    """Title and paragraphs of a kind in a language: papers are drafted by the thousand."""
    return str(TITLES[kind]), tuple(str(words) for words in PARAGRAPHS[kind])


def _short(name: str, label: Text, *, must: bool = True) -> Asked:
    return Asked(name, label, is_required=must)


def _long(name: str, label: Text, *, must: bool = True) -> Asked:
    return Asked(name, label, Sort.LONG, is_required=must)


def _day(name: str, label: Text, *, must: bool = True) -> Asked:
    return Asked(name, label, Sort.DAY, is_required=must)


def _moment(name: str, label: Text, *, must: bool = True) -> Asked:
    return Asked(name, label, Sort.MOMENT, is_required=must)


def _number(name: str, label: Text, *, must: bool = True) -> Asked:
    return Asked(name, label, Sort.NUMBER, is_required=must)


def _choice(name: str, label: Text, **options: Text) -> Asked:
    return Asked(name, label, Sort.CHOICE, options=options)


_HAZARD = _short("hazard", _("隐患编号"))
# A few words: where and what, as 教学楼二楼栏杆松动. Never the content of what is restricted.
_MATTER = _short("matter", _("隐患"))
_UNIT = _short("unit", _("责任单位"))
_FACTS = _long("facts", _("事由"))
_BASIS = _long("basis", _("依据"), must=False)
_REPLY_ON = _day("reply_on", _("回复期限"), must=False)

_KINDS = (
    Kind(
        "reminder", "D-32", _("催办单"), "催",
        (
            _HAZARD, _MATTER, _short("step", _("待办事项")), _day("due_on", _("期限")),
            _number("days_left", _("剩余天数"), must=False), _number("days_over", _("超期天数"), must=False),
            _long("note", _("催办内容"), must=False),
        ),
    ),
    Kind(
        "urge_letter", "D-32", _("督办函"), "督",
        (
            _HAZARD, _MATTER, _short("step", _("督办事项")), _day("due_on", _("期限")),
            _number("days_over", _("超期天数"), must=False), _long("requirement", _("督办要求"), must=False), _REPLY_ON,
        ),
    ),
    Kind(
        "bulletin", "D-24", _("通报批评"), "通",
        (_UNIT, _FACTS, _BASIS, _long("requirement", _("要求"), must=False), _REPLY_ON),
    ),
    Kind(
        "interview", "D-26", _("约谈通知书"), "约",
        (
            _short("invitees", _("约谈对象")),
            _choice("form", _("约谈方式"), remind=_("提醒约谈"), admonish=_("告诫约谈"), together=_("集中约谈")),
            _FACTS, _moment("held_at", _("约谈时间")), _short("place", _("约谈地点")),
            _short("host", _("主持人"), must=False), _long("materials", _("需准备的材料"), must=False),
        ),
    ),
    Kind(
        "interview_minutes", "D-26", _("约谈纪要"), "约纪",
        (
            _moment("held_at", _("约谈时间")), _short("place", _("约谈地点")), _short("host", _("主持人")),
            _short("attended", _("参加人员")), _FACTS, _long("content", _("约谈内容")), _long("promises", _("整改承诺")),
            _REPLY_ON,
        ),
    ),
    Kind(
        "accountability", "D-27", _("问责建议书"), "问",
        (_UNIT, _FACTS, _BASIS, _long("proposal", _("问责建议"))), Readers.PARTIES,
    ),
    Kind(
        "transfer", "D-27", _("线索移送函"), "移",
        (_short("to", _("移送机关")), _FACTS, _BASIS, _long("materials", _("移送材料"), must=False)), Readers.PARTIES,
    ),
    Kind(
        "county_supervision", "D-05", _("提请督查函"), "提督",
        (_UNIT, _HAZARD, _MATTER, _FACTS, _long("control", _("学校已采取的措施"), must=False)),
    ),
    Kind(
        "listing_notice", "D-11", _("挂牌督办通知书"), "挂",
        (
            _short("object", _("督办对象")), _MATTER, _long("basis", _("挂牌依据")), _short("level", _("挂牌级别")),
            _day("finish_on", _("治理期限")), _day("plan_on", _("治理方案报备期限")),
            _short("reports", _("进展报告要求")), _short("supervising_unit", _("督办单位")),
            _short("supervisor", _("督办责任人")), _long("controls", _("治理期间的防控要求"), must=False),
        ),
    ),
    Kind(
        "county_listing", "D-05", _("提请挂牌函"), "提挂",
        (_UNIT, _MATTER, _FACTS, _BASIS, _long("control", _("学校已采取的措施"), must=False)),
    ),
    Kind(
        "visit_record", "D-12", _("督办记录"), "督记",
        (
            _MATTER, _day("visit_on", _("督办日期")), _short("people", _("督办人员")), _long("findings", _("现场情况")),
            _long("requirement", _("督办意见"), must=False),
        ),
    ),
    Kind(
        "extension_request", "D-13", _("延期申请书"), "延申",
        (
            _MATTER, _day("due_on", _("原期限")), _long("progress", _("治理情况")), _long("reasons", _("延期理由")),
            _long("controls", _("延期期间的防控措施")), _day("until_on", _("申请延期至")),
            _short("contact", _("联系人"), must=False),
        ),
    ),
    Kind(
        "extension_opinion", "D-14", _("延期审批意见书"), "延",
        (
            _MATTER, _day("request_on", _("申请日期")), _choice("decision", _("审批意见"), granted=_("同意"), refused=_("不同意")),
            _day("until_on", _("新期限"), must=False), _long("reason", _("说明"), must=False),
        ),
    ),
    Kind(
        "acceptance_opinion", "D-16", _("验收意见书"), "验",
        (
            _short("notice", _("挂牌督办通知书文号")), _MATTER, _day("applied_on", _("申请验收日期")),
            _day("visited_on", _("现场验收日期")), _short("team", _("验收人员")),
            _choice("conclusion", _("验收结论"), passed=_("合格"), failed=_("不合格")),
            _long("reason", _("意见"), must=False),
        ),
    ),
    Kind(
        "delisting_notice", "D-17", _("摘牌通知"), "摘",
        (
            _short("notice", _("挂牌督办通知书文号")), _day("listed_on", _("挂牌日期")), _MATTER,
            _day("accepted_on", _("验收合格日期")), _day("delisted_on", _("摘牌日期")),
        ),
    ),
    Kind(
        "announcement", "D-17", _("公告"), "公",
        (
            _UNIT, _MATTER, _short("notice", _("挂牌督办通知书文号")), _day("delisted_on", _("摘牌日期")),
            _long("result", _("治理结果")),
        ),
        is_public=True,
    ),
    Kind(
        "suspension_order", "D-19", _("停用（封停）决定书"), "停",
        (
            _short("object", _("停用对象")), _long("scope", _("停用范围")), _long("reason", _("停用原因")),
            _day("from_on", _("停用日期")), _long("guard", _("值守要求")), _long("pupils", _("师生安置"), must=False),
        ),
    ),
    Kind(
        "resume_reply", "D-19", _("恢复使用批复"), "复",
        (
            _short("order", _("停用决定书文号")), _short("object", _("恢复使用的对象")),
            _day("request_on", _("申请日期")), _choice("decision", _("批复意见"), granted=_("同意"), refused=_("不同意")),
            _long("grounds", _("理由")), _day("from_on", _("恢复使用日期"), must=False),
        ),
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}

# Before the mark, by what issues it; a bureau's own word for itself comes with the rendering of papers.
_AGENCY: Mapping[str, str] = {
    UnitKind.GOV: "安办",
    UnitKind.EDU: "教安",
    UnitKind.SEC: "教科",
    UnitKind.SUB: "教属",
    UnitKind.CEN: "中安",
    UnitKind.DEP: "部安",
    UnitKind.TWN: "镇安",
}
_CAMPUS = "校安"


def series_word(kind: Kind, unit_kind: str) -> str:
    """机关代字 of this kind of paper: 教安督."""
    return f"{_AGENCY.get(unit_kind, _CAMPUS)}{kind.mark}"


def say_number(word: str, year: int, serial: int) -> str:
    """教安督〔2026〕3号: brackets 〔〕, no leading zero, no 第. Source: GB/T 9704-2012."""
    return f"{word}〔{year}〕{serial}号"
