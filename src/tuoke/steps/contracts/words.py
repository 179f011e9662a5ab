"""Refusals, findings, reasons and the sentences of a drafted contract, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.formats import full_amount
from tuoke.spine.catalog.models import SCALE_NAMES
from tuoke.spine.deals.words import sentence as of_deal
from tuoke.steps.contracts import hooks
from tuoke.steps.contracts.rules import Finding, Instead, Part, Phrases, Sort, What

SENTENCES: Mapping[str, StrOrPromise] = {
    "title_missing": _("请写名称。"),
    "text_missing": _("请写条款内容。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "part_unknown": _("请从列表里选择属于哪一部分。"),
    "amount_out_of_range": _("金额要大于 0，并且小于 1 万亿元，例如 48万。"),
    "amount_too_fine": _("金额最多精确到分，例如 8600.50。"),
    "amount_missing": _("请写合同金额。"),
    "days_out_of_range": _("交付天数在 1 到 %(most)s 之间，例如 60。"),
    "date_out_of_range": _("日期要在 %(first)s 和 %(last)s 之间，请检查年份。"),
    "ends_before_start": _("到期日期早于生效日期（%(start)s），请检查。"),
    "delivered_before_start": _("交付日期早于生效日期（%(start)s），请检查。"),
    "delivered_after_end": _("交付日期晚于到期日期（%(end)s），请检查。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "not_a_colleague": _("请从列表里选择我方签字人。"),
    "too_many_clauses": _("一份合同最多 %(most)s 条，请先合并相近的。"),
    "clause_gone": _("资料库里的这一条已停用，请换一条。"),
    "clause_there": _("“%(title)s”已经在合同里了。"),
    "clause_withdrawn": _("这一条已拿掉，请先恢复。"),
    "order_unknown": _("条款刚有变动，请按最新的内容再排一次。"),
    "contract_exists": _("这个商机已有一份合同，请在那一份上修改，或先撤回它。"),
    "contract_signed": _("合同已经签署，不能再改。需要变更时请起草补充协议。"),
    "contract_ended": _("合同已撤回或解除，不能再改。"),
    "amendment_open": _("已有一份补充协议在起草，请先处理它。"),
    "main_not_signed": _("主合同还没有签署，或已解除；补充协议要附在已签署的合同上。"),
    "amendments_signed": _("这份合同还有补充协议没有结束，请先解除或撤回它们。"),
    "not_signed": _("只有已签署的合同才能解除。"),
    "ended_out_of_range": _("解除日期要在签署日期（%(first)s）和今天之间。"),
    "nothing_agreed": _("还没有谈定的条件。请先在谈判轮次里记下谈定的条件，合同从它起草。"),
    "agreed_reopened": _("谈定的条件已重新打开谈判。等新的条件谈定后再签。"),
    "agreed_anew": _("起草之后条件重新谈过（现行第 %(number)s 份）。请按新的条件核对合同。"),
    "no_clauses": _("合同里还没有条款，请至少写一条。"),
    "version_missing": _("合同改动后还没有定稿。请先把现在的内容定为新的一版。"),
    "our_party_missing": _("请写我方名称。"),
    "their_party_missing": _("请写客户名称。"),
    "open_places": _("还有 %(count)s 处没有填：%(names)s。"),
    "findings_open": _("有 %(count)s 处与谈定的条件不一致。请改成一致，或请主管写明理由后接受。"),
    "total_not_positive": _("补充协议之后合同总额要大于 0，请检查金额变动。"),
    "before_deal": _("日期早于 %(first)s，请检查年份。"),
    "signed_in_future": _("签署日期不能晚于今天（%(today)s）。"),
    "not_manager": _("只有这个商机的主管可以决定。"),
    "own_difference": _("自己负责的商机由上级来接受。"),
    "finding_gone": _("这一处已经变了，请按最新的内容再看一次。"),
    "reason_missing": _("请写理由，一两句就够。"),
    "numbers_used_up": _("%(year)s 年的合同编号已用完，请联系管理员。"),
    "deal_closed": _("商机已输单或作废，合同不再修改。需要继续时请先重新打开商机。"),
    "deal_won": _("商机已赢单，请起草补充协议，或先重新打开商机。"),
    "contract_unsigned": _("还没有签署的合同。合同签署后商机自动赢单；在纸上签好的合同，由主管补录。"),
    "file_unreadable": _("文件读不出文字。请用 docx 或 txt，或把文字粘贴进来。"),
    "nothing_returned": _("请粘贴客户发回的合同文字，或选择文件。"),
}
WHAT_NAMES: Mapping[What, StrOrPromise] = {
    What.PRICE: _("价格"),
    What.DELIVERY: _("交付时间"),
    What.STAGE: _("付款"),
    What.STAGES: _("付款比例"),
    What.SUMS: _("各期金额合计"),
    What.PAYMENT: _("付款方式"),
    What.SERVICE: _("附加服务"),
    What.TERM: _("谈定的条款"),
    What.LINE: _("报价内容"),
    What.PART: _("必备部分"),
    What.KEPT: _("必留条款"),
    What.CURRENCY: _("币种"),
}
SORT_NAMES: Mapping[Sort, StrOrPromise] = {
    Sort.MISSING: _("合同里没有"),
    Sort.DIFFERS: _("不一致"),
    Sort.EXTRA: _("没有谈过"),
    Sort.CONTRADICTS: _("前后矛盾"),
    Sort.AMBIGUOUS: _("无法比较"),
}
SORT_TONES: Mapping[Sort, str] = {
    Sort.MISSING: "red",
    Sort.DIFFERS: "red",
    Sort.EXTRA: "orange",
    Sort.CONTRADICTS: "red",
    Sort.AMBIGUOUS: "orange",
}
INSTEAD: Mapping[Instead, StrOrPromise] = {
    Instead.DATE: _("写明日期或天数"),
    Instead.NUMBER: _("写明数字"),
    Instead.LIST: _("逐项列全"),
    Instead.STANDARD: _("写明怎么衡量、达到多少"),
}
HEAD_NAMES: Mapping[str, StrOrPromise] = {
    "title": _("合同名称"),
    "our_party": _("我方名称"),
    "their_party": _("客户名称"),
    "amount": _("合同金额"),
    "tax_note": _("税"),
    "starts_on": _("生效日期"),
    "ends_on": _("到期日期"),
    "delivery_days": _("交付天数"),
    "delivery_on": _("交付日期"),
}
CHANGE_NAMES: Mapping[str, StrOrPromise] = {**HEAD_NAMES, "total": _("合同总额")}
"""What an amendment changes beside its clauses."""
WHYS: Mapping[str, StrOrPromise] = {
    "library": _("取自资料库“%(title)s”"),
    "fits": _("适合%(tag)s"),
    "must_keep": _("我方合同必须有"),
    "from_agreed": _("按谈定的条件写"),
    "from_offer": _("按现行报价列出"),
    "from_needs": _("由刚性需求整理"),
    "needed": _("每份合同都要有这一部分"),
}
_TAGS: Mapping[str, StrOrPromise] = {
    "market": _("这类客户"),
    "scale": _("这样规模的客户"),
    "motion": _("这种合作方式"),
    "industry": _("这个行业"),
    **{scale.value: name for scale, name in SCALE_NAMES.items()},
}


def sentence(reason: Reason) -> str:
    for say in hooks.sentences:
        if told := say(reason):
            return told
    said = SENTENCES.get(reason.code)
    if said is None:
        return of_deal(reason, None)
    return str(said) % reason.params if reason.params and "%(" in str(said) else str(said)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def finding_line(found: Finding) -> str:
    """价格不一致：谈定 480,000.00 元，合同 500,000.00 元."""
    name = finding_name(found)
    head = f"{name}：{SORT_NAMES[found.sort]}"
    said = {"agreed": figure(found.agreed, found.unit), "contract": figure(found.contract, found.unit)}
    if found.agreed and found.contract:
        form = (
            _now("应为“%(agreed)s”，合同“%(contract)s”")
            if found.sort is Sort.CONTRADICTS
            else _now("谈定“%(agreed)s”，合同“%(contract)s”")
        )
        return f"{head}。{form % said}"
    return head + (f"。{said['agreed'] or said['contract']}" if found.agreed or found.contract else "")


def finding_name(found: Finding) -> str:
    if found.what is What.STAGE:
        return _now("第 %(number)s 期付款") % {"number": found.name}
    if found.what is What.PART:
        return str(PART_WORDS[found.part])
    named = str(WHAT_NAMES[found.what])
    return f"{named} · {found.name}" if found.name else named


def figure(said: str, unit: str) -> str:
    """A figure of a finding with its unit; words as they are."""
    if not said:
        return ""
    if unit == "yuan":
        return full_amount(Decimal(said))
    if unit == "days" and said.isdigit():
        return _now("%(days)s 天") % {"days": said}
    return f"{said}%" if unit == "percent" else said


def changes_said(changes: Iterable[tuple[str, str, str]]) -> list[tuple[object, str, str]]:
    """What an amendment changes in the head, with labels and units."""
    units = {"total": "yuan", "delivery_days": "days"}
    return [
        (CHANGE_NAMES.get(name, name), figure(before, units.get(name, "")), figure(after, units.get(name, "")))
        for name, before, after in changes
    ]


PART_WORDS: Mapping[Part, StrOrPromise] = {
    Part.SCOPE: _("服务范围"),
    Part.STANDARD: _("交付标准"),
    Part.PAYMENT: _("付款周期"),
    Part.BREACH: _("违约责任"),
    Part.OWN: _("其他约定"),
}


def why(code: str, params: Mapping[str, object]) -> str:
    """A reason for which a clause was put in. Unknown codes of older rows say nothing."""
    said = WHYS.get(code)
    if said is None:
        return ""
    known = {**params, **({"tag": _TAGS.get(str(params["tag"]), params["tag"])} if "tag" in params else {})}
    return str(said) % known if "%(" in str(said) else str(said)


PHRASES = Phrases(
    quantity="%(name)s，数量 %(quantity)s %(unit)s",
    extra_title="附加服务",
    extra_text="乙方另行提供以下服务，不另收费：%(lines)s。",
    term_title="%(name)s",
    share="%(said)s，即 %(amount)s 元",
    share_alone="第 %(place)s 期支付合同总金额的 %(percent)s%%，即 %(amount)s 元",
    fallback={
        Part.SCOPE: ("服务范围", "乙方向甲方提供以下产品和服务：〔服务清单〕。"),
        Part.STANDARD: ("交付时间", "乙方自合同生效之日起〔交付天数〕日内完成交付。交付内容：〔交付内容〕。"),
        Part.PAYMENT: (
            "合同金额与付款",
            "1. 合同总金额为〔合同金额〕元（大写：〔合同金额大写〕），〔税费说明〕。\n2. 付款安排：〔付款安排〕。",
        ),
        Part.BREACH: (
            "违约责任",
            "1. 乙方逾期交付的，每逾期一日按逾期部分金额的 0.05% 支付违约金。\n"
            "2. 甲方逾期付款的，每逾期一日按应付未付金额的 0.05% 支付违约金。",
        ),
    },
    needs_title="验收标准",
    needs_text="以下各项全部达到，视为交付合格：%(lines)s。",
    nothing="无",
    everything="本合同服务范围所列的全部内容",
)
"""A drafted contract is Chinese, whatever the language of whoever drafts it: it goes to the customer."""
