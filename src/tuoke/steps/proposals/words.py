"""Refusals, reasons and the few sentences of a drafted proposal, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.catalog.models import SCALE_NAMES
from tuoke.spine.followups import words
from tuoke.steps.proposals.rules import FactKind, Lack, Phrases

SENTENCES = {
    "title_missing": _("请写标题。"),
    "title_too_long": _("标题最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "title_broken": _("标题里有无法保存的字符，请删掉后再试。"),
    "text_too_long": _("正文最多 %(limit)s 个字，现在有 %(length)s 个；太长的一节请分成两节。"),
    "text_broken": _("正文里有无法保存的字符，请删掉后再试。"),
    "note_too_long": _("说明最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "note_broken": _("说明里有无法保存的字符，请删掉后再试。"),
    "part_unknown": _("请从列表里选择放在哪一部分。"),
    "need_elsewhere": _("所选的需求不在这个商机的清单里，请刷新后再选。"),
    "sections_too_many": _("一份方案最多 %(limit)s 节，请先合并相近的。"),
    "proofs_too_many": _("一节最多放 %(limit)s 条证据，请留下最有力的。"),
    "proof_already": _("这条证据已经放在这一节里了。"),
    "proof_unfit": _("这条资料已停用、已过期或不是案例和证据，不能用来证明。"),
    "block_gone": _("这条方案内容已停用，请换一条。"),
    "order_unknown": _("方案刚有变动，请按最新的内容再排一次。"),
    "section_withdrawn": _("这一节已撤下，请先恢复。"),
    "proposal_withdrawn": _("这份方案已撤回，请先恢复。"),
    "proposal_exists": _("这个商机已有一份方案，请在那一份上修改，或先撤回它。"),
    "nothing_to_freeze": _("方案里还没有内容，写好至少一节再存为版本。"),
    "deal_closed": _("商机已输单或作废，方案不再修改。需要继续时请先重新打开商机。"),
}
LACKS: Mapping[Lack, object] = {
    Lack.NO_SECTION: _("还没有哪一节回应它"),
    Lack.ELSEWHERE: _("只在“现状”或“案例”里提到，还没有写怎么解决"),
    Lack.UNFINISHED: _("回应它的小节还没写完，〔〕里的内容要补上"),
    Lack.GENERAL: _("回应它的小节是通用内容，没有这家客户自己的事实"),
}
MENDS: Mapping[Lack, object] = {
    Lack.NO_SECTION: _("从右边的建议里取一段，或自己写一节并勾选这条需求"),
    Lack.ELSEWHERE: _("在“解决方案”里加一节，写明怎么解决，并勾选这条需求"),
    Lack.UNFINISHED: _("打开这一节，把〔〕换成真实的内容"),
    Lack.GENERAL: _("写进客户的一个数字、一个流程名，或他说过的一句话"),
}
FACT_NAMES: Mapping[FactKind, object] = {
    FactKind.FIGURE: _("客户的数字"),
    FactKind.WORDS: _("客户的话"),
    FactKind.NAME: _("客户的叫法"),
}
NEED_TYPE_NAMES: Mapping[str, object] = {
    "cost": _("降本"), "efficiency": _("提效"), "quality": _("质量"), "delivery": _("交期"), "security": _("安全合规"),
    "experience": _("客户体验"), "growth": _("增长"), "insight": _("数据与决策"),
}  # fmt: skip
SCALES = {scale.value: name for scale, name in SCALE_NAMES.items()}
WHYS = {
    "need_words": _("需求里提到“%(words)s”"),
    "need_type": _("对应%(types)s类需求"),
    "usual": _("%(industry)s通常先看%(types)s"),
    "industry": _("按%(industry)s写的"),
    "scale": _("适合%(scale)s"),
    "from_needs": _("由需求清单的 %(count)s 条需求整理"),
    "answers_need": _("逐条回应需求清单"),
    "always": _("每份方案都要有"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return words.sentence(reason)
    return str(said) % reason.params if reason.params and "%(" in str(said) else str(said)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def why(code: str, params: Mapping[str, object]) -> str:
    """A reason for which a block or a section was proposed. Unknown codes of older rows say nothing."""
    said = WHYS.get(code)
    return str(said) % {name: _said(name, value) for name, value in params.items()} if said is not None else ""


def _said(name: str, value: object) -> object:
    if name == "types" and isinstance(value, list | tuple):
        return "、".join(str(NEED_TYPE_NAMES.get(str(one), one)) for one in value)
    if name == "words" and isinstance(value, list | tuple):
        return "”“".join(str(one) for one in value)
    return SCALES.get(str(value), value) if name == "scale" else value


PHRASES = Phrases(
    situation="我们对贵司现状的理解",
    situation_text="根据双方的沟通，我们把贵司目前的情况整理如下。有不准确的地方，请随时指出。",
    quoted="您提到：“%(words)s”。",
    noted="我们了解到：%(words)s。",
    behind="背后的问题是：%(pain)s。",
    impact="如果不解决：%(impact)s。",
    unsolved="我们的做法：〔写明怎么解决〕。做好之后：〔写明带来什么变化〕。",
    difference="我们与其他选择的不同",
    difference_text="〔写明和贵司正在比较的几家，差别在哪里〕",
)
"""A drafted proposal is Chinese, whatever the language of whoever drafts it: it goes to the customer."""
