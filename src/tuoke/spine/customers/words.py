"""What this package's fields and codes are called, and how its values are said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui import formats
from tuoke.spine.catalog.models import MARKET_NAMES
from tuoke.spine.customers.models import CHANNEL_NAMES, DECISION_ROLE_NAMES, STATUS_NAMES, TIER_NAMES
from tuoke.spine.customers.rules import said_phone

FIELDS: Mapping[str, StrOrPromise] = {
    "name": _("名称"),
    "company": _("公司名称"),
    "market": _("市场"),
    "contact": _("联系人"),
    "position": _("职位"),
    "phone": _("电话"),
    "email": _("邮箱"),
    "wechat": _("微信"),
    "credit_code": _("统一社会信用代码"),
    "industry": _("行业"),
    "region": _("地区"),
    "address": _("地址"),
    "staff": _("员工人数"),
    "staff_low": _("员工人数 从"),
    "staff_high": _("员工人数 到"),
    "revenue": _("年营收"),
    "revenue_low": _("年营收 从"),
    "revenue_high": _("年营收 到"),
    "budget": _("预算"),
    "budget_low": _("预算 从"),
    "budget_high": _("预算 到"),
    "purchase_on": _("预计采购时间"),
    "decision_maker": _("已接触决策人"),
    "want": _("需求"),
    "source": _("线索来源"),
    "source_detail": _("来源明细"),
    "campaign": _("拓展计划"),
    "note": _("备注"),
    "attributes": _("其他信息"),
    "owner": _("负责人"),
    "tier": _("跟进级别"),
    "score": _("得分"),
    "status": _("状态"),
    "reason": _("理由"),
    "role": _("决策链角色"),
    "preferred_channel": _("偏好渠道"),
    "contacted_on": _("首次接触日期"),
    "do_not_contact": _("勿扰"),
    "referrer": _("介绍人（老客户）"),
    "value": _("内容"),
    "reference": _("出处"),
    "observed_on": _("日期"),
}
TIER_TONES = {"focus": "red", "nurture": "orange", "watch": "gray"}
ROLE_TONES = {"decider": "red", "influencer": "orange", "user": "blue", "blocker": "purple", "": "gray"}
MATCHES: Mapping[str, StrOrPromise] = {
    "name": _("名称相同"),
    "phone": _("电话相同"),
    "credit_code": _("信用代码相同"),
    "want": _("需求相同"),
    "core": _("名称去掉地区后相同"),
    "name_like": _("名称相似"),
    "sound": _("名称读音相同"),
    "switchboard": _("总机相同"),
    "email": _("邮箱相同"),
    "wechat": _("微信相同"),
    "contact": _("联系人相同"),
    "region_differs": _("地区不同"),
    "branch": _("一方是分支机构"),
    "number_differs": _("名称中的序号不同"),
    "code_differs": _("信用代码不同"),
    "want_differs": _("需求不同"),
    "want_blank": _("都没有写需求"),
}

FACT_STATES: Mapping[str, StrOrPromise] = {
    "unknown": _("未知"),
    "unverified": _("未核验"),
    "verified": _("已核验"),
    "disputed": _("说法不一"),
}
FACT_TONES = {"unknown": "gray", "unverified": "yellow", "verified": "green", "disputed": "red"}

SENTENCES: Mapping[str, StrOrPromise] = {
    "blank": _("请填写%(field)s。"),
    "nobody": _("公司名称、联系人、电话、邮箱、微信至少填一项。"),
    "too_long": _("%(field)s最多 %(limit)s 个字，现在有 %(found)s 个。"),
    "text_broken": _("%(field)s里有无法保存的字符，请删掉后再试。"),
    "negative": _("%(field)s不能小于 0。"),
    "too_big": _("%(field)s的数目太大，请检查单位。"),
    "range_reversed": _("%(field)s的下限不能高于上限。"),
    "duplicate_exists": _("已经有相同的记录。请先核对下面的结果。"),
    "may_not_write": _("您的角色不能新建或修改。需要时请联系主管。"),
    "owner_not_allowed": _("只能交给自己或本团队在职的同事。"),
    "same_owner": _("已经由%(name)s负责。"),
    "value_missing": _("请写这个来源怎么说。"),
    "reference_missing": _("请写出处：网址、报告名称和页码，或谁在什么场合说的。"),
    "text_too_long": _("%(field)s最多 %(limit)s 个字。"),
    "date_in_future": _("日期不能晚于今天。"),
    "date_too_early": _("日期太早，请检查年份。"),
    "fact_not_of_party": _("这类客户没有这一项。"),
    "too_many": _("最多记 %(limit)s 条，请先撤下不再需要的。"),
    "nothing_to_adopt": _("资料里没有这一项可以更新，请在客户页面上修改。"),
    "same_record": _("两边是同一条记录。"),
    "merged_already": _("%(name)s已经合并到%(into)s，请打开保留的那条。"),
    "not_yours": _("其中一条由%(name)s负责，您不能合并。请联系%(name)s或主管。"),
    "in_pool": _("其中一条还在公海。先领取，或请主管合并。"),
    "gone_converted": _("已转商机的线索要保留。请换一边保留，再合并。"),
    "both_converted": _("两条都已转商机。请合并它们的客户。"),
    "practice_mixed": _("练习记录不能和真实记录合并。"),
    "contact_unknown": _("联系人已经变了，请重新打开后再选。"),
    "undone_already": _("这次合并已经撤销过了。"),
    "too_late": _("合并已超过 %(days)s 天，不能撤销。"),
    "merged_on": _("保留的那条后来又合并到%(name)s。请先撤销后一次合并。"),
    "edited_since": _("合并之后有人改过：%(fields)s。撤销会丢掉这些修改。"),
    "lead_closed": _("这条线索已经关闭。"),
    "linked_already": _("这条线索已经关联%(name)s。"),
    "search_running": _("正在查找，请稍候。"),
    "reason_too_long": _("理由最多 %(limit)s 个字。"),
    "customer_elsewhere": _("这家客户已由%(name)s负责，请先与其协调。"),
}


def sentence(reason: Reason, more: Mapping[str, StrOrPromise] | None = None) -> str:
    """A refusal in words. ``more`` are the sentences of the package above."""
    said = (more or {}).get(reason.code) or SENTENCES.get(reason.code)
    if said is None:
        return gettext("不能保存（%(code)s）。") % {"code": reason.code}
    params = {
        "name": "",
        **reason.params,
        "fields": listed(reason.params.get("fields")),
        "field": FIELDS.get(str(reason.params.get("field", "")), ""),
    }
    params["name"] = params["name"] or gettext("同事")
    return str(said) % params


def listed(fields: Any) -> str:
    """Columns as the screens call them, each once."""
    names = [str(FIELDS.get(name, FIELDS.get(name.removesuffix("_id"), name))) for name in fields or ()]
    return "、".join(dict.fromkeys(names))


def field_name(field: str) -> StrOrPromise:
    return FIELDS.get(field, field)


def said_value(field: str, value: Any) -> str:
    """A value of the history as people say it; unknown is a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    names: dict[str, Mapping[Any, Any]] = {
        "tier": TIER_NAMES, "status": STATUS_NAMES, "market": MARKET_NAMES, "role": DECISION_ROLE_NAMES,
        "preferred_channel": CHANNEL_NAMES,
    }  # fmt: skip
    if field in names:
        return str(names[field].get(value, value))
    if field.startswith(("revenue", "budget")):
        return _said_amount(value)
    if field == "phone":
        return said_phone(str(value))
    if isinstance(value, dict):
        return "；".join(f"{key}：{found}" for key, found in value.items())
    return str(value)


def said_counts(low: int | None, high: int | None) -> str:
    """100-500 人."""
    said = _said_range(low, high, lambda n: f"{n:,}")
    return gettext("%(range)s 人") % {"range": said} if said else ""


def said_amounts(low: Decimal | None, high: Decimal | None) -> str:
    """¥20 万-¥50 万."""
    return _said_range(low, high, formats.amount)


def said_fact_value(said: Mapping[str, Any]) -> str:
    """420 人, ¥20 万-¥50 万 or a text; a dash where nothing is said. Takes numbers or what history keeps of them."""
    low, high = (None if end in (None, "") else Decimal(str(end)) for end in (said.get("low"), said.get("high")))
    if said.get("key") == "staff":
        return said_counts(*(None if end is None else int(end) for end in (low, high))) or "—"
    return str(said.get("text") or "") or said_amounts(low, high) or "—"


def _said_range(low: Any, high: Any, said: Any) -> str:
    if low is None and high is None:
        return ""
    if low == high:
        return str(said(low))
    if high is None:
        return f"≥{said(low)}"
    return f"≤{said(high)}" if low is None else f"{said(low)} – {said(high)}"


def _said_amount(value: Any) -> str:
    try:
        return formats.amount(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
