from __future__ import annotations

from django.utils.translation import gettext as _

from tuoke.base.kernel.verdict import Reason

WHY_COMPLEX = {
    "large_customer": lambda: _("大客户"),
    "amount": lambda: _("金额达到 100 万元"),
    "departments": lambda: _("三个以上部门参与"),
}
LACKS = {
    "none": lambda: _("还没有写明谁最终负责"),
    "several": lambda: _("最终负责的部门不止一个，只留一个"),
}


def refusal(reason: Reason) -> str:
    said = {
        "deal_closed": _("商机已输单或作废，责任分工保持原样。"),
        "nothing_shipped": _("这类客户的流程没有责任分工。需要的话，把商机设为复杂项目，或自己添加。"),
        "step_unknown": _("这个商机的流程没有这一步。"),
        "function_unknown": _("请选一个部门。"),
        "part_unknown": _("请选最终负责、执行、提供意见或被告知。"),
        "what_missing": _("写明要交付什么。"),
        "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
        "broken": _("含有无法保存的字符，请重新输入。"),
        "due_before_deal": _("期限不能早于商机开始的 %(day)s。"),
        "due_too_far": _("期限最多到商机开始后十年。"),
        "accepts_himself": _("自己做的事由另一个人验收。"),
        "person_inactive": _("这个人已停用，请选别人。"),
        "may_not_read": _("%(name)s没有看商机的权限，请选别人。"),
        "too_many": _("一个商机最多 %(limit)s 项。"),
        "not_yours": _("只有做这件事的人或负责商机的人能报告完成。"),
        "not_open": _("这一项不在“待交付”，请刷新看看。"),
        "not_yours_to_accept": _("只有指定的验收人能验收；没有指定时是商机负责人。"),
        "not_delivered": _("还没有报告完成，不能验收。"),
        "reason_missing": _("写明还差什么，对方才知道怎么补。"),
        "reason_too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    }
    text = said.get(reason.code)
    return text % reason.params if text else reason.code
