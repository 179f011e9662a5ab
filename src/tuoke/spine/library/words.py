"""The words for this package's codes: parts, tags, refusals, and what the effects tell."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.catalog.models import MARKET_NAMES, MOTION_NAMES, SCALE_NAMES
from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.library.models import DIMENSION_NAMES
from tuoke.spine.library.rules import (
    CODED,
    BlockPart,
    CaseContent,
    ClausePart,
    ClauseUse,
    Content,
    Effect,
    EvidenceKind,
    ItemKind,
    JobRole,
    NeedType,
    ObjectionKind,
    PhraseField,
    ProofStanding,
    SignalKind,
    Tags,
    Telling,
    Trigger,
    Weight,
    parts_of,
)

ROLE_NAMES: Mapping[str, StrOrPromise] = {
    JobRole.EXECUTIVE: gettext_lazy("老板、总经理"),
    JobRole.BUSINESS: gettext_lazy("业务、生产负责人"),
    JobRole.TECHNOLOGY: gettext_lazy("技术、信息化负责人"),
    JobRole.PURCHASING: gettext_lazy("采购"),
    JobRole.FINANCE: gettext_lazy("财务"),
    JobRole.PEOPLE: gettext_lazy("人事行政"),
    JobRole.USER: gettext_lazy("一线使用者"),
    JobRole.CONSUMER: gettext_lazy("个人客户本人"),
}
TRIGGER_NAMES: Mapping[str, StrOrPromise] = {
    Trigger.FUNDING: gettext_lazy("融资"),
    Trigger.EXPANSION: gettext_lazy("扩张"),
    Trigger.PEOPLE: gettext_lazy("人事变动"),
    Trigger.TENDER: gettext_lazy("招投标"),
    Trigger.POLICY: gettext_lazy("政策"),
    Trigger.REFERRAL: gettext_lazy("转介绍"),
    Trigger.PRODUCT: gettext_lazy("新品、新业务"),
    Trigger.EVENT: gettext_lazy("展会、活动"),
    Trigger.QUALITY: gettext_lazy("投诉、质量"),
    Trigger.EXISTING: gettext_lazy("老客户"),
    Trigger.LOST: gettext_lazy("以前丢过单"),
}
CHANNEL_NAMES: Mapping[str, StrOrPromise] = {
    "phone": gettext_lazy("电话"),
    "email": gettext_lazy("邮件"),
    "wechat": gettext_lazy("微信/企业微信"),
    "sms": gettext_lazy("短信"),
    "visit": gettext_lazy("拜访/面谈"),
    "offline_meeting": gettext_lazy("线下会议"),
    "online_meeting": gettext_lazy("线上会议"),
}
PHRASE_FIELDS: Mapping[str, StrOrPromise] = {
    PhraseField.STATUS: gettext_lazy("业务现状"),
    PhraseField.PAINS: gettext_lazy("痛点"),
    PhraseField.PROBLEM: gettext_lazy("初步需求"),
    PhraseField.NEXT: gettext_lazy("后续意向"),
    PhraseField.FREE: gettext_lazy("其他"),
}
BLOCK_PARTS: Mapping[str, StrOrPromise] = {
    BlockPart.SITUATION: gettext_lazy("现状与理解"),
    BlockPart.NEEDS: gettext_lazy("需求与目标"),
    BlockPart.SOLUTION: gettext_lazy("解决方案"),
    BlockPart.VALUE: gettext_lazy("价值"),
    BlockPart.DIFFERENCE: gettext_lazy("差异化优势"),
    BlockPart.PROOF: gettext_lazy("案例与证据"),
    BlockPart.PLAN: gettext_lazy("实施计划"),
    BlockPart.SERVICE: gettext_lazy("服务与团队"),
    BlockPart.TERMS: gettext_lazy("报价与条款"),
}
NEED_TYPES: Mapping[str, StrOrPromise] = {
    NeedType.COST: gettext_lazy("降本"),
    NeedType.EFFICIENCY: gettext_lazy("提效"),
    NeedType.QUALITY: gettext_lazy("质量"),
    NeedType.DELIVERY: gettext_lazy("交期"),
    NeedType.SECURITY: gettext_lazy("安全合规"),
    NeedType.EXPERIENCE: gettext_lazy("客户体验"),
    NeedType.GROWTH: gettext_lazy("增长"),
    NeedType.INSIGHT: gettext_lazy("数据与决策"),
}
PRIORITIES: Mapping[str, StrOrPromise] = {
    Weight.HIGH: gettext_lazy("高"),
    Weight.MEDIUM: gettext_lazy("中"),
    Weight.LOW: gettext_lazy("低"),
}
OBJECTION_KINDS: Mapping[str, StrOrPromise] = {
    ObjectionKind.PRICE: gettext_lazy("价格"),
    ObjectionKind.DELIVERY: gettext_lazy("交付周期"),
    ObjectionKind.SECURITY: gettext_lazy("数据安全"),
    ObjectionKind.QUALITY: gettext_lazy("效果与质量"),
    ObjectionKind.SERVICE: gettext_lazy("售后服务"),
    ObjectionKind.COMPETITOR: gettext_lazy("竞品"),
    ObjectionKind.TIMING: gettext_lazy("时机"),
    ObjectionKind.AUTHORITY: gettext_lazy("决策权限"),
    ObjectionKind.CHANGE: gettext_lazy("变动与使用"),
}
SIGNALS: Mapping[str, StrOrPromise] = {
    SignalKind.CONTRACT: gettext_lazy("问合同细节"),
    SignalKind.DELIVERY: gettext_lazy("问交付时间"),
    SignalKind.PAYMENT: gettext_lazy("问付款方式"),
    SignalKind.PRICE: gettext_lazy("问最终价格"),
    SignalKind.TRIAL: gettext_lazy("要试用或试点"),
    SignalKind.INTRODUCTION: gettext_lazy("介绍更多人进来"),
    SignalKind.START: gettext_lazy("开始做启动准备"),
    SignalKind.SUPPORT: gettext_lazy("问培训与售后"),
}
EVIDENCE_KINDS: Mapping[str, StrOrPromise] = {
    EvidenceKind.REPORT: gettext_lazy("行业报告"),
    EvidenceKind.CERTIFICATE: gettext_lazy("资质认证"),
    EvidenceKind.CUSTOMER: gettext_lazy("客户认可"),
    EvidenceKind.MEASUREMENT: gettext_lazy("实测数据"),
}
CLAUSE_PARTS: Mapping[str, StrOrPromise] = {
    ClausePart.SCOPE: gettext_lazy("服务范围"),
    ClausePart.STANDARD: gettext_lazy("交付标准"),
    ClausePart.PAYMENT: gettext_lazy("付款周期"),
    ClausePart.BREACH: gettext_lazy("违约责任"),
    ClausePart.OWN: gettext_lazy("其他条款"),
}
CLAUSE_USES: Mapping[str, StrOrPromise] = {
    ClauseUse.MUST: gettext_lazy("必须有，去掉要经法务"),
    ClauseUse.USUAL: gettext_lazy("起草时带上，可以去掉"),
    ClauseUse.ON_CALL: gettext_lazy("需要时再加"),
}
STANDINGS: Mapping[str, StrOrPromise] = {
    ProofStanding.CURRENT: gettext_lazy("有效"),
    ProofStanding.REPLACED: gettext_lazy("有更新的版本"),
    ProofStanding.OUTDATED: gettext_lazy("已过期"),
    ProofStanding.WITHDRAWN: gettext_lazy("已停用"),
}
TOPICS: Mapping[ItemKind, tuple[StrOrPromise, Mapping[str, StrOrPromise]]] = {
    ItemKind.BLOCK: (gettext_lazy("方案部分"), BLOCK_PARTS),
    ItemKind.OBJECTION: (gettext_lazy("异议类型"), OBJECTION_KINDS),
    ItemKind.CLOSING: (gettext_lazy("成交信号"), SIGNALS),
    ItemKind.EVIDENCE: (gettext_lazy("证据类型"), EVIDENCE_KINDS),
    ItemKind.CLAUSE: (gettext_lazy("合同部分"), CLAUSE_PARTS),
}
"""By kind: what its drawers are called, and each of them."""
CODES: Mapping[str, Mapping[str, StrOrPromise]] = {
    "field": PHRASE_FIELDS,
    "part": {**BLOCK_PARTS, **CLAUSE_PARTS},
    "need_types": NEED_TYPES,
    "priority": PRIORITIES,
    "kind": {**OBJECTION_KINDS, **EVIDENCE_KINDS},
    "signal": SIGNALS,
    "use": CLAUSE_USES,
}
"""By part of a content: what its codes are called."""
TAG_VALUES: Mapping[str, Mapping[str, StrOrPromise]] = {
    "market": {key.value: name for key, name in MARKET_NAMES.items()},
    "scale": {key.value: name for key, name in SCALE_NAMES.items()},
    "motion": {key.value: name for key, name in MOTION_NAMES.items()},
    "industry": {name: name for name in INDUSTRIES},
    "channel": CHANNEL_NAMES,
    "role": ROLE_NAMES,
    "dimension": {key.value: name for key, name in DIMENSION_NAMES.items()},
    "trigger": TRIGGER_NAMES,
}
TAG_NAMES: Mapping[str, StrOrPromise] = {
    "market": gettext_lazy("市场类型"),
    "scale": gettext_lazy("客户规模"),
    "motion": gettext_lazy("拓展方式"),
    "industry": gettext_lazy("行业"),
    "channel": gettext_lazy("渠道"),
    "role": gettext_lazy("沟通对象"),
    "dimension": gettext_lazy("维度"),
    "trigger": gettext_lazy("由头"),
}
PARTS: Mapping[ItemKind, Mapping[str, StrOrPromise]] = {
    ItemKind.SCRIPT: {
        "who": gettext_lazy("我是谁"),
        "what": gettext_lazy("能为你解决什么问题"),
        "learn": gettext_lazy("希望知晓什么信息"),
    },
    ItemKind.OPENING: {"text": gettext_lazy("开场白")},
    ItemKind.QUESTION: {
        "text": gettext_lazy("问题"),
        "probes": gettext_lazy("追问"),
        "listen_for": gettext_lazy("听什么"),
    },
    ItemKind.CASE: {
        "customer": gettext_lazy("客户"),
        "situation": gettext_lazy("原来的情况"),
        "action": gettext_lazy("我们做了什么"),
        "result": gettext_lazy("结果"),
        "figures": gettext_lazy("数字"),
        "quote": gettext_lazy("客户的话"),
        "may_name": gettext_lazy("可以对外具名"),
        "source": gettext_lazy("依据"),
        "dated_on": gettext_lazy("日期"),
        "measures": gettext_lazy("前后对比"),
    },
    ItemKind.MAIL: {"subject": gettext_lazy("主题"), "body": gettext_lazy("正文")},
    ItemKind.PHRASE: {"text": gettext_lazy("常用语"), "field": gettext_lazy("用在哪一栏")},
    ItemKind.BLOCK: {
        "part": gettext_lazy("方案部分"),
        "text": gettext_lazy("正文"),
        "need_types": gettext_lazy("回应什么需求"),
        "need_words": gettext_lazy("需求里的说法"),
        "priority": gettext_lazy("针对的优先级"),
    },
    ItemKind.OBJECTION: {
        "kind": gettext_lazy("类型"),
        "objection": gettext_lazy("客户怎么说"),
        "meaning": gettext_lazy("背后在担心什么"),
        "answer": gettext_lazy("怎么回答"),
        "probes": gettext_lazy("先问清楚"),
        "proofs": gettext_lazy("拿什么证明"),
    },
    ItemKind.CLOSING: {
        "signal": gettext_lazy("成交信号"),
        "proposal": gettext_lazy("签约建议"),
        "extra": gettext_lazy("附带给什么"),
    },
    ItemKind.EVIDENCE: {
        "kind": gettext_lazy("类型"),
        "statement": gettext_lazy("证明什么"),
        "figures": gettext_lazy("数字"),
        "source": gettext_lazy("出处"),
        "url": gettext_lazy("链接"),
        "dated_on": gettext_lazy("日期"),
        "valid_until": gettext_lazy("有效期至"),
        "may_name": gettext_lazy("可以对外具名"),
    },
    ItemKind.CLAUSE: {
        "part": gettext_lazy("合同部分"),
        "heading": gettext_lazy("条款标题"),
        "text": gettext_lazy("条款正文"),
        "use": gettext_lazy("怎么用"),
        "values": gettext_lazy("可谈的数值"),
        "alternatives": gettext_lazy("可以换的说法"),
        "advice": gettext_lazy("谈判提示"),
    },
}
FIELDS: Mapping[str, StrOrPromise] = {
    **{name: label for parts in PARTS.values() for name, label in parts.items()},
    **TAG_NAMES,
    "text": gettext_lazy("内容"),
    "part": gettext_lazy("部分"),
    "kind": gettext_lazy("类型"),
    "reason": gettext_lazy("原因"),
    "title": gettext_lazy("标题"),
    "note": gettext_lazy("为什么改"),
    "owner": gettext_lazy("负责人"),
    "review_by": gettext_lazy("复核日期"),
}

_NEXT_MEETING = gettext_lazy("约到下次")
GAINED: Mapping[ItemKind, StrOrPromise] = {
    ItemKind.OBJECTION: gettext_lazy("客户接受"),
    ItemKind.CLOSING: gettext_lazy("客户答应"),
}
"""Success, where it isn't the next meeting."""

_RIGHT: Mapping[str, StrOrPromise] = {
    "may_not_write": gettext_lazy("您的角色只能使用资料库；要修改请联系销售主管、总监或流程负责人。"),
    "part_missing": gettext_lazy("这里要填写。"),
    "dimension_missing": gettext_lazy("请选维度：这个问题问的是现状、痛点、目标、方案还是决策。"),
    "too_long": gettext_lazy("最多 %(limit)s 个字，现在有 %(found)s 个字。"),
    "too_many": gettext_lazy("最多 %(limit)s 行，现在有 %(found)s 行。"),
    "text_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "placeholder_unknown": gettext_lazy("没有〔%(found)s〕这个占位，是不是〔%(nearest)s〕？"),
    "placeholder_strange": gettext_lazy("没有〔%(found)s〕这个占位；请从页面下方的占位里选，或改成普通文字。"),
    "placeholder_broken": gettext_lazy("占位的括号没有成对；写成〔客户名称〕这样。"),
    "choice_unknown": gettext_lazy("请从列表里选。"),
    "tag_unknown": gettext_lazy("请从列表里选。"),
    "tag_unfit": gettext_lazy("这类资料不用这个标签。"),
    "item_retired": gettext_lazy("已停用；先恢复，再修改。"),
    "same_content": gettext_lazy("和现有的版本一字不差；改动以后才是另一种说法。"),
    "owner_unfit": gettext_lazy("负责人要是在职、能修改资料库的同事。"),
    "review_in_past": gettext_lazy("复核日期要晚于今天。"),
    "review_too_far": gettext_lazy("复核日期最远三年以后。"),
    "measure_broken": gettext_lazy("“%(found)s”看不明白；写成“换线准备：42 分钟 → 29 分钟”这样，箭头两边都有数字。"),
    "valid_before_dated": gettext_lazy("有效期早于证据的日期，请核对。"),
    "value_broken": gettext_lazy("“%(found)s”看不明白；写成“验收期限：10 个工作日”这样，冒号后面是数值。"),
    "url_strange": gettext_lazy("链接要以 http:// 或 https:// 开头。"),
    "proof_unknown": gettext_lazy("只能引用资料库里使用中的案例和证据，请重新选择。"),
    "proves_nothing": gettext_lazy("只有案例和证据可以标为过期；其他资料请修改或停用。"),
}


def right(reason: Reason) -> str:
    """What is wrong and what would be right, in one sentence. An unknown code is said as it is."""
    said = _RIGHT.get(reason.code)
    return str(said) % {"limit": "", "found": "", "nearest": "", **reason.params} if said else reason.code


def said(name: str, value: object) -> str:
    """A part or tag of an event as people say it; nothing is a dash."""
    if name in TAG_VALUES and isinstance(value, str) and value:
        return str(TAG_VALUES[name].get(value, value))
    if name == "proofs" and value:
        return _("%(count)s 条") % {"count": len(_several(value))}
    if name in CODES and value:
        return "、".join(str(CODES[name].get(code, code)) for code in _several(value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "—" if value in ("", None) else str(value)


def _several(value: object) -> list[str]:
    """Codes as a content, a form or an event has them: several, or lines of one text."""
    return list(map(str, value)) if isinstance(value, list | tuple) else str(value).split("\n")


def topic_name(kind: ItemKind | str, topic: str) -> StrOrPromise:
    """The drawer of an item in words; empty for kinds without drawers."""
    return TOPICS[ItemKind(kind)][1].get(topic, "") if topic and ItemKind(kind) in TOPICS else ""


def said_tags(tags: Tags) -> list[tuple[str, StrOrPromise, str]]:
    """(tag, its name, its value in words) of every tag that is set."""
    return [(name, label, said(name, getattr(tags, name))) for name, label in TAG_NAMES.items() if getattr(tags, name)]


def plain_text(kind: ItemKind | str, content: Content) -> str:
    """All of it as it is pasted elsewhere: with headings where it has several parts."""
    parts = {name: text for name, text in parts_of(content).items() if text and name not in CODED | {"dated_on"}}
    if len(parts) == 1:
        return next(iter(parts.values()))
    if ItemKind(kind) is ItemKind.MAIL:
        return "\n\n".join(parts.values())
    labels = PARTS[ItemKind(kind)]
    return "\n\n".join(f"{labels[name]}\n{text}" for name, text in parts.items())


def called(case: CaseContent, industry: str) -> str:
    """How a case's customer is called before others: by name only where he allows it."""
    if case.may_name:
        return case.customer
    return _("一家%(industry)s客户") % {"industry": industry} if industry else _("一家同类客户")


def per_cent(share: float) -> str:
    return f"{100 * share:.0f}%"


def interval(found: Effect) -> str:
    """35%（22%–51%）"""
    return _("%(share)s（%(low)s–%(high)s）") % {
        "share": per_cent(found.share),
        "low": per_cent(found.low),
        "high": per_cent(found.high),
    }


def gained_name(kind: ItemKind | str) -> StrOrPromise:
    """What counts as success for items of a kind."""
    return GAINED.get(ItemKind(kind), _NEXT_MEETING)


def told(telling: Telling, *, variants: int, best: str = "", kind: ItemKind | str = ItemKind.SCRIPT) -> str:
    """What can be said of the variants, in one sentence."""
    if ItemKind(kind) in GAINED:
        return _told_in_deals(telling, variants=variants, best=best, gained=str(gained_name(kind)))
    if telling is Telling.NOTHING:
        return _("还没有人用过。在通话台选用以后，这里会显示约到下一次沟通的比例。")
    if telling is Telling.CLEAR:
        return _("%(best)s 的区间高于其他说法：按现有数据，它约到下一次沟通的比例更高。") % {"best": best}
    if telling is Telling.ALIKE:
        return _("各种说法的区间重叠：现有数据还分不出哪一种更好，可以继续都用。")
    if variants < 2:
        return _("括号里是 95% 区间。加一个变体、各用十次以上，才能比较。")
    return _("有的说法用得不到十次：数据还说明不了什么，先都用起来。")


def _told_in_deals(telling: Telling, *, variants: int, best: str, gained: str) -> str:
    if telling is Telling.NOTHING:
        return _("还没有人用过。在商机里用过并记下结果以后，这里会显示“%(gained)s”的比例。") % {"gained": gained}
    if telling is Telling.CLEAR:
        said = {"best": best, "gained": gained}
        return _("%(best)s 的区间高于其他说法：按现有数据，它“%(gained)s”的比例更高。") % said
    if telling is Telling.ALIKE:
        return _("各种说法的区间重叠：现有数据还分不出哪一种更好，可以继续都用。")
    if variants < 2:
        return _("括号里是 95% 区间。加一个变体、各用十次以上，才能比较。")
    return _("有的说法用得不到十次：数据还说明不了什么，先都用起来。")
