"""What an audit entry's action and detail say in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditEntry
from organizations.kinds import AdminRole

WORDS: Mapping[str, str | Promise] = {
    "account.logged_in": gettext_lazy("登录"),
    "account.logged_out": gettext_lazy("退出登录"),
    "account.login_failed": gettext_lazy("登录失败"),
    "account.locked": gettext_lazy("登录失败过多，暂停登录"),
    "account.unlocked": gettext_lazy("解除登录暂停"),
    "password.reset": gettext_lazy("重置密码"),
    "password.set": gettext_lazy("首次设定密码"),
    "password.changed": gettext_lazy("修改密码"),
    "second_factor.enrolled": gettext_lazy("启用登录验证"),
    "second_factor.replaced": gettext_lazy("更换登录验证的手机"),
    "second_factor.stopped": gettext_lazy("停用登录验证"),
    "second_factor.reset": gettext_lazy("重置登录验证"),
    "second_factor.app_code_taken": gettext_lazy("登录验证通过（验证码）"),
    "second_factor.backup_code_taken": gettext_lazy("登录验证通过（备用码）"),
    "second_factor.failed": gettext_lazy("验证码不对"),
    "second_factor.paused": gettext_lazy("验证码错误过多，暂停验证"),
    "backup_codes.renewed": gettext_lazy("重新生成备用码"),
    "device.remembered": gettext_lazy("记住设备"),
    "device.forgotten": gettext_lazy("取消记住的设备"),
    "security_policy.changed": gettext_lazy("修改登录规则"),
    "account.token_given": gettext_lazy("取得接口令牌"),
    "person.created": gettext_lazy("新建账号"),
    "person.activated": gettext_lazy("启用账号"),
    "person.deactivated": gettext_lazy("停用账号"),
    "admin_role.changed": gettext_lazy("变更管理员类别"),
    "holding.began": gettext_lazy("任命"),
    "holding.ended": gettext_lazy("结束任职"),
    "delegation.given": gettext_lazy("授权代理"),
    "delegation.ended": gettext_lazy("结束代理"),
    "person.left": gettext_lazy("办理离任"),
    "person.changed": gettext_lazy("变更人员资料"),
    "unit.changed": gettext_lazy("变更单位资料"),
    "person.moved": gettext_lazy("调动单位"),
    "unit.created": gettext_lazy("新建单位"),
    "unit.renamed": gettext_lazy("单位更名"),
    "unit.activated": gettext_lazy("启用单位"),
    "unit.deactivated": gettext_lazy("停用单位"),
    "unit.merged": gettext_lazy("单位合并"),
    "unit.moved": gettext_lazy("单位改隶"),
    "unit.names_changed": gettext_lazy("变更发文名义"),
    "people.imported": gettext_lazy("批量导入机构人员"),
    "people.passwords_told": gettext_lazy("下载初始密码表"),
    "rules.verifying_changed": gettext_lazy("变更复查销号规则"),
    "rules.uses_significant_changed": gettext_lazy("变更使用的等级"),
    "rules.plan_review_above_changed": gettext_lazy("变更方案审批金额"),
    "messages.preferences": gettext_lazy("变更消息设置"),
    "outlet.added": gettext_lazy("新增群机器人、对接接口"),
    "outlet.changed": gettext_lazy("变更群机器人、对接接口"),
    "outlet.switched_on": gettext_lazy("启用群机器人、对接接口"),
    "outlet.switched_off": gettext_lazy("停用群机器人、对接接口"),
    "delivery.resent": gettext_lazy("重发外发消息"),
    "delivery.tested": gettext_lazy("发送测试消息"),
    "messages.contact": gettext_lazy("变更接收地址"),
    "calendar.day_changed": gettext_lazy("变更工作日历"),
    "calendar.imported": gettext_lazy("导入放假安排"),
    "calendar.restored": gettext_lazy("恢复公布的放假安排"),
    "calendar.hours_changed": gettext_lazy("变更作息时间"),
    "calendar.term_changed": gettext_lazy("变更学期"),
    "duty.changed": gettext_lazy("变更值班表"),
    "policy.copied": gettext_lazy("新建时限规则草稿"),
    "policy.dates_changed": gettext_lazy("变更时限规则的施行日期、说明"),
    "policy.limits_changed": gettext_lazy("变更时限"),
    "policy.ladder_changed": gettext_lazy("变更督办阶梯"),
    "policy.discarded": gettext_lazy("放弃时限规则草稿"),
    "policy.issued": gettext_lazy("发布时限规则"),
    "policy.closed": gettext_lazy("时限规则停止"),
    "rules.unit_warning_changed": gettext_lazy("变更单位预警标准"),
    "unit_measure.drafted": gettext_lazy("拟单位督办措施"),
    "unit_measure.issued": gettext_lazy("签发单位督办措施"),
    "unit_measure.declined": gettext_lazy("不予签发单位督办措施"),
    "unit_measure.replied": gettext_lazy("回复单位督办措施"),
    "unit_measure.withdrawn": gettext_lazy("撤销单位督办措施"),
    "unit_supervision.proposed": gettext_lazy("单位拟挂牌督办"),
    "unit_supervision.recorded": gettext_lazy("登记单位的上级挂牌"),
    "unit_supervision.declined": gettext_lazy("单位不予挂牌"),
    "unit_supervision.listed": gettext_lazy("单位挂牌督办"),
    "unit_supervision.reported": gettext_lazy("单位挂牌报告进展"),
    "unit_supervision.visited": gettext_lazy("单位挂牌督办记录"),
    "unit_supervision.checked": gettext_lazy("单位挂牌检查结果"),
    "unit_supervision.doubted": gettext_lazy("退回继续整治"),
    "unit_supervision.delisted": gettext_lazy("单位摘牌"),
    "mandate.given": gettext_lazy("委托中心校办理"),
    "mandate.taken_back": gettext_lazy("收回委托中心校办理"),
}


def describe(entry: AuditEntry) -> str:
    """What happened, and the few details that a reader needs to judge it."""
    what = str(WORDS.get(entry.action, entry.action)) or entry.get_kind_display()
    return "：".join(part for part in (what, _detail(entry)) if part)


def _detail(entry: AuditEntry) -> str:
    detail = entry.detail
    if entry.action == "admin_role.changed":
        return f"{_role(detail.get('former'))} → {_role(detail.get('role'))}"
    if entry.action == "unit.renamed":
        return _("原名“%(former)s”") % {"former": detail.get("former", "")}
    if "was" in detail and "now" in detail:
        return f"{detail['was']} → {detail['now']}"
    for key, words in (("from_on", _("自 %(on)s 起")), ("until_on", _("至 %(on)s 止")), ("message", "%(on)s")):
        if key in detail:
            return words % {"on": detail[key]}
    return ""


def _role(value: object) -> str:
    return str(AdminRole(value).label) if value in AdminRole.values else _("不是管理员")
