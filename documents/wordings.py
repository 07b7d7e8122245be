"""Titles and paragraphs of the papers; %(name)s is a field of the kind."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

TITLES: Mapping[str, Text] = {
    "reminder": _("关于%(matter)s的催办单"),
    "urge_letter": _("关于%(matter)s的督办函"),
    "bulletin": _("关于对%(unit)s予以通报批评的通报"),
    "interview": _("约谈通知书"),
    "interview_minutes": _("约谈纪要"),
    "accountability": _("关于对%(unit)s有关责任人员问责的建议书"),
    "transfer": _("关于移送问题线索的函"),
    "county_supervision": _("关于提请督查%(matter)s的函"),
    "listing_notice": _("关于对%(object)s实行挂牌督办的通知书"),
    "county_listing": _("关于提请对%(unit)s实行挂牌督办的函"),
    "visit_record": _("关于%(matter)s的督办记录"),
    "extension_request": _("关于延长%(matter)s治理期限的申请书"),
    "extension_opinion": _("关于延长%(matter)s治理期限的审批意见书"),
    "acceptance_opinion": _("关于%(matter)s的验收意见书"),
    "delisting_notice": _("关于解除%(matter)s挂牌督办的通知"),
    "announcement": _("关于解除%(unit)s挂牌督办的公告"),
    "suspension_order": _("关于停用%(object)s的决定书"),
    "resume_reply": _("关于恢复使用%(object)s的批复"),
}

_REPLY = _("请于%(reply_on)s前书面回复办理情况。")

PARAGRAPHS: Mapping[str, tuple[Text, ...]] = {
    "reminder": (
        _("你单位承办的%(matter)s（隐患编号%(hazard)s），%(step)s的期限为%(due_on)s。"),
        _("距期限还有%(days_left)s天，请按期完成。"),
        _("现已超期%(days_over)s天，请立即办理。"),
        _("%(note)s"),
        _("办理情况请及时登记。"),
    ),
    "urge_letter": (
        _("你单位承办的%(matter)s（隐患编号%(hazard)s），%(step)s的期限为%(due_on)s。"),
        _("现已超期%(days_over)s天，尚未办结。"),
        _("督办要求：%(requirement)s"),
        _("请加快办理，治理期间落实防控措施，确保师生安全。"),
        _REPLY,
    ),
    "bulletin": (
        _("经核查，%(facts)s"),
        _("依据：%(basis)s"),
        _("现对%(unit)s予以通报批评。请认真查找原因，立即整改，举一反三。"),
        _("要求：%(requirement)s"),
        _REPLY,
    ),
    "interview": (
        _("事由：%(facts)s"),
        _("现决定对%(invitees)s进行%(form)s，请按时参加。"),
        _("时间：%(held_at)s"),
        _("地点：%(place)s"),
        _("主持人：%(host)s"),
        _("请准备：%(materials)s"),
    ),
    "interview_minutes": (
        _("时间：%(held_at)s"),
        _("地点：%(place)s"),
        _("主持人：%(host)s"),
        _("参加人员：%(attended)s"),
        _("约谈事由：%(facts)s"),
        _("约谈内容：%(content)s"),
        _("整改承诺：%(promises)s"),
        _("被约谈单位应于%(reply_on)s前书面报告整改情况。"),
    ),
    "accountability": (
        _("经核查，%(facts)s"),
        _("依据：%(basis)s"),
        _("建议：%(proposal)s"),
        _("以上建议请审议，处理结果请函告我单位。"),
    ),
    "transfer": (
        _("我单位在校园安全工作中发现以下问题线索：%(facts)s"),
        _("依据：%(basis)s"),
        _("移送材料：%(materials)s"),
        _("现移送%(to)s依规处理，处理结果请函告我单位。"),
    ),
    "county_supervision": (
        _("%(unit)s承办的%(matter)s（隐患编号%(hazard)s），%(facts)s"),
        _("学校已采取的措施：%(control)s"),
        _("该事项超出教育部门和学校职责范围，现提请督查，督促责任单位限期办结。"),
    ),
    "listing_notice": (
        _("经研究，决定对%(object)s的%(matter)s实行%(level)s挂牌督办。"),
        _("挂牌依据：%(basis)s"),
        _("治理期限：%(finish_on)s前完成治理。"),
        _("督办单位：%(supervising_unit)s；督办责任人：%(supervisor)s。"),
        _("治理期间请落实以下要求："),
        _("一、主要负责人组织制定治理方案，于%(plan_on)s前报备。"),
        _("二、%(reports)s书面报告治理进展。"),
        _("三、治理期限届满前申请验收；确需延期的，在届满前按规定提前申请。"),
        _("四、落实安全防控措施，治理期间不得冒险使用。"),
        _("防控要求：%(controls)s"),
    ),
    "county_listing": (
        _("%(unit)s的%(matter)s，%(facts)s"),
        _("依据：%(basis)s"),
        _("学校已采取的措施：%(control)s"),
        _("该单位不属教育部门管理，现提请按权限对其实行挂牌督办。"),
    ),
    "visit_record": (
        _("督办日期：%(visit_on)s"),
        _("督办人员：%(people)s"),
        _("现场情况：%(findings)s"),
        _("督办意见：%(requirement)s"),
    ),
    "extension_request": (
        _("%(matter)s的治理期限为%(due_on)s，难以按期完成，现申请延期至%(until_on)s。"),
        _("治理情况：%(progress)s"),
        _("延期理由：%(reasons)s"),
        _("延期期间的防控措施：%(controls)s"),
        _("联系人：%(contact)s"),
    ),
    "extension_opinion": (
        _("你单位%(request_on)s关于延长%(matter)s治理期限的申请收悉。经审核，审批意见为：%(decision)s。"),
        _("新的治理期限为%(until_on)s。"),
        _("说明：%(reason)s"),
        _("治理期间应继续落实防控措施。"),
    ),
    "acceptance_opinion": (
        _("你单位%(applied_on)s就%(notice)s挂牌督办的%(matter)s提出的验收申请收悉。"),
        _("验收人员%(team)s于%(visited_on)s进行现场验收，验收结论为：%(conclusion)s。"),
        _("意见：%(reason)s"),
    ),
    "delisting_notice": (
        _("%(listed_on)s以%(notice)s挂牌督办的%(matter)s，经治理于%(accepted_on)s验收合格。"),
        _("现决定自%(delisted_on)s起解除挂牌督办（摘牌）。请巩固治理成果，防止反弹。"),
    ),
    "announcement": (
        _("%(unit)s的%(matter)s（%(notice)s挂牌督办）已完成治理并通过验收。治理结果：%(result)s"),
        _("自%(delisted_on)s起解除挂牌督办，特此公告。"),
    ),
    "suspension_order": (
        _("因%(reason)s，决定自%(from_on)s起停用（封停）%(object)s。"),
        _("停用范围：%(scope)s"),
        _("停用期间设置警示标识，值守要求：%(guard)s"),
        _("师生安置：%(pupils)s"),
        _("恢复使用须经我单位同意，未经同意不得启用。"),
    ),
    "resume_reply": (
        _("你单位%(request_on)s关于恢复使用%(object)s的申请收悉（停用决定书%(order)s）。"),
        _("经核查，%(grounds)s 批复意见：%(decision)s恢复使用。"),
        _("自%(from_on)s起恢复使用，请加强日常检查。"),
    ),
}  # fmt: skip
