"""The playbook's codes in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import FUNCTION_NAMES
from tuoke.base.accounts.rules import Function
from tuoke.base.kernel.verdict import Reason
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES
from tuoke.spine.playbook.rules import Problem, Raci, StepKey
from tuoke.spine.playbook.rules.editing import Node

PART: dict[Raci, StrOrPromise] = {
    Raci.ACCOUNTABLE: _("最终负责"),
    Raci.RESPONSIBLE: _("执行"),
    Raci.CONSULTED: _("提供意见"),
    Raci.INFORMED: _("被告知"),
}

STEP: dict[StepKey, StrOrPromise] = {
    StepKey.TARGETING: _("前期准备"),
    StepKey.LEADS: _("客户筛选"),
    StepKey.OUTREACH: _("初步接触"),
    StepKey.DISCOVERY: _("深度沟通"),
    StepKey.PROPOSALS: _("方案呈现"),
    StepKey.NEGOTIATION: _("谈判促成"),
    StepKey.CONTRACTS: _("签约启动"),
    StepKey.REVIEWS: _("复盘优化"),
}
"""The steps by their usual names, for lists over many playbooks; a case's own playbook may name them otherwise."""

KIND: dict[str, StrOrPromise] = {
    "tick": _("经办人勾选（没有页面能证明的条件）"),
    "profile_dimensions": _("画像已填写的维度数（共五个）"),
    "review_dates_set": _("画像和分析已定复核日期"),
    "market_analysed": _("市场分析完整，分析过的竞品数"),
    "goals_broken_down": _("目标已拆到个人的指标数"),
    "resources_allocated": _("资源已分配"),
    "lead_score": _("线索得分"),
    "lead_company_known": _("公司信息已填写"),
    "lead_source_known": _("线索来源已登记"),
    "lead_duplicates_clear": _("没有未处理的疑似重复"),
    "facts_verified": _("已核实的关键信息数（共四项）"),
    "contact_reachable": _("联系人有可用的联系方式"),
    "decision_maker_known": _("已知道谁是决策人"),
    "decision_maker_contacted": _("已接触决策人"),
    "followups_in_step": _("这一步里的跟进次数"),
    "followup_advanced_in_step": _("这一步里有推进的跟进"),
    "next_action_set": _("有下一步行动和期限"),
    "first_contact_days": _("建档到首次接触的工作日"),
    "first_contact_recorded": _("首次沟通的信息已记录"),
    "co_owner_set": _("有协同负责人和业绩占比"),
    "dimensions_covered": _("调研覆盖的维度数（共五个）"),
    "decision_map_complete": _("决策链图已画全"),
    "purchase_criteria": _("已知的采购标准数"),
    "known_facts_reviewed": _("已知事实已逐项更新"),
    "needs_listed": _("需求条数"),
    "rigid_needs": _("刚性需求条数"),
    "needs_confirmed": _("客户已确认需求清单"),
    "amount_known": _("预计金额已填写"),
    "rigid_answered": _("刚性需求都有方案回应"),
    "claims_covered": _("方案里的数字都有证据"),
    "value_figures": _("价值测算用了客户自己的数字"),
    "objections_prepared": _("可能的异议都有准备"),
    "proposal_presented": _("方案已向客户呈现"),
    "feasibility_signed": _("技术已签认可行性"),
    "bottom_line_set": _("谈判底线已设定"),
    "concessions_planned": _("有交换条件的让步数"),
    "roi_walked": _("已和客户一起算过投资回报"),
    "rounds_recorded": _("谈判轮次已记录"),
    "terms_agreed": _("谈定的条件已确认"),
    "budget_known": _("客户预算已知"),
    "close_date_known": _("预计签约日期已填写"),
    "outcome_won": _("已签约成交"),
    "contract_matches": _("合同与谈判结果逐条一致"),
    "legal_cleared": _("法务已审核合同"),
    "payments_scheduled": _("回款计划等于合同金额"),
    "kickoff_shared": _("启动计划已给客户看过"),
    "raci_complete": _("启动计划的责任分工完整"),
    "team_introduced": _("已向客户介绍交付团队"),
    "first_delivery_accepted": _("首期交付已验收"),
    "delivery_feedback": _("客户已评价，问题都已关闭"),
    "review_held": _("复盘会已开"),
    "review_reported": _("复盘报告已完成"),
    "revisit_planned": _("已安排回访"),
    "satisfaction_known": _("客户满意度已知"),
    "improvements_carried_out": _("至少一项改进已落实"),
}

FIELD: dict[str, StrOrPromise] = {
    "name": _("名称"),
    "logic": _("主线"),
    "notes": _("始终记住"),
    "number": _("序号"),
    "subtitle": _("副标题"),
    "theme": _("主题"),
    "goal": _("核心目标"),
    "why": _("为什么"),
    "standard_days": _("标准天数"),
    "script": _("话术"),
    "good_example": _("好的例子"),
    "common_mistakes": _("常见错误"),
    "pacing": _("节奏"),
    "verification": _("信息核验"),
    "responsibilities": _("责任分工"),
    "title": _("标题"),
    "how": _("怎么做"),
    "tools": _("工具"),
    "example": _("示例"),
    "output": _("输出"),
    "description": _("说明"),
    "kind": _("判断依据"),
    "params": _("数字"),
    "required": _("是否必须"),
    "hint": _("提示"),
    "summary": _("简介"),
    "when": _("适用于"),
    "starts_at": _("从哪一步开始"),
    "leave_out_steps": _("不走的步骤"),
    "leave_out_actions": _("不做的动作"),
    "leave_out_criteria": _("不要求的条件"),
    "advised_criteria": _("改为建议的条件"),
    "key": _("键"),
}

LIST: dict[str, StrOrPromise] = {
    "steps": _("步骤"),
    "variants": _("客户类型"),
    "actions": _("关键动作"),
    "deliverables": _("输出成果"),
    "criteria": _("推进条件"),
    "extra_actions": _("另加的动作"),
    "extra_criteria": _("另加的条件"),
}

_WORDS: dict[str, StrOrPromise] = {
    **dict(MARKETS), **dict(SCALES), **dict(MOTIONS),
    **{part.value: word for part, word in PART.items()},
    **{function.value: FUNCTION_NAMES[function] for function in Function},
}  # fmt: skip

SENTENCES = {
    "may_not_publish": _("只有流程负责人可以发布流程。"),
    "may_not_draft": _("只有流程负责人可以修改流程。"),
    "not_a_draft": _("这份草稿已经发布或放弃，请回到版本列表。"),
    "draft_open": _("已经有一份草稿（最近由 %(name)s 修改）。先发布或放弃它，再另起一份。"),
    "not_discarded": _("这份草稿没有被放弃。"),
    "nothing_changed": _("草稿和已发布的版本一样，没有可以发布的改动。"),
    "note_missing": _("请写一句为什么改，同事会在版本记录里看到。"),
    "note_too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "note_broken": _("含有无法保存的字符，请删掉后再试。"),
    "part_unknown": _("草稿里没有这一项，可能刚被删除。"),
    "step_there": _("流程里已经有这一步。"),
    "last_step": _("流程至少要有一个步骤。"),
    "last_action": _("每一步至少要有一个关键动作。先加一个，再删这个。"),
    "undone_already": _("这次修改已经撤销过了。"),
    "changed_since": _("之后又有人改了同一处，不能直接撤销。请打开那一处手工改回。"),
    "other_playbook": _("文件里是另一套流程（%(key)s），这里是 %(wanted)s。请把文件第一行的 key 改成 %(wanted)s。"),
}

PROBLEMS = {
    "missing": _("没有填写，应当是：%(expected)s。"),
    "not_a_text": _("应当是文字，现在是 %(found)s。"),
    "not_a_list": _("应当是列表，现在是 %(found)s。"),
    "not_a_mapping": _("应当是“字段: 内容”，现在是 %(found)s。"),
    "not_days": _("应当是 1 到 999 的整数天，现在是 %(found)s。"),
    "not_yes_or_no": _("应当是 true 或 false，现在是 %(found)s。"),
    "not_a_number": _("应当是 0 或以上的数字，现在是 %(found)s。"),
    "too_long": _("太长了，有 %(found)s 个字，最多 %(expected)s 个。"),
    "bad_key": _("键 %(found)s 写得不对：用小写字母、数字和连字符，以字母开头。"),
    "bad_prefix": _("键 %(found)s 要以所属步骤开头。"),
    "duplicate_key": _("键 %(found)s 用了不止一次，每个键只能用一次。"),
    "bad_numbers": _("步骤序号是 %(found)s，应当从 1 起依次排列。"),
    "unknown_field": _("不认识的字段 %(found)s，可以用的有：%(expected)s。"),
    "unknown_step": _("没有“%(found)s”这一步，可以用的有：%(expected)s。"),
    "unknown_word": _("不认识 %(found)s，可以用的有：%(expected)s。"),
    "unknown_kind": _("系统不认得条件种类 %(found)s。可以用的有：%(expected)s。没有页面能证明的条件用 tick。"),
    "unknown_param": _("这种条件没有参数 %(found)s，应当是：%(expected)s。"),
    "missing_param": _("缺少数字：这种条件要写明达到多少。"),
    "unknown_theme": _("主题 %(found)s 不在主线里，主线是：%(expected)s。"),
    "unknown_action": _("流程里没有动作 %(found)s。"),
    "unknown_criterion": _("流程里没有条件 %(found)s。"),
    "empty_case": _("适用条件至少写一项：市场、规模、方式或是否复杂。"),
    "too_many_required": _("必须的条件太多（%(found)s），每一步最多三条。把次要的改为“建议”。"),
    "no_steps": _("这类客户一步也不走了，至少留一步。"),
    "preparation_late": _("前期准备和客户筛选要排在商机的步骤之前。"),
    "step_needed": _("少了“%(found)s”：商机在签约启动里签约，在复盘优化里结束，这两步不能没有。"),
    "end_elsewhere": _("最后两步应当是签约启动和复盘优化，否则商机走不到头。"),
    "step_unreachable": _("这类客户走不到“%(found)s”，商机会卡住。"),
    "no_way_in": _("这类客户直接从“%(found)s”开始，签约之前至少要有一步。"),
    "never_answered": _("“%(found)s”在这一步里永远不会成立，商机会卡住。请换一种判断依据，或放到能成立的那一步。"),
    "never_reached": _("要求 %(found)s，永远达不到，%(expected)s。"),
    "variant_key_too_long": _("客户类型的键叠在一起太长（%(found)s），合起来最多 40 个字符。"),
    "not_yaml": _("这里不是正确的 YAML：%(found)s。检查缩进、冒号后的空格和引号。"),
    "field_twice": _("字段 %(found)s 写了两次，只留一个。"),
    "too_large": _("文件太大，不像是流程手册。"),
    "too_deep": _("嵌套太深，不像是流程手册。"),
}


def said(reason: Reason) -> str:
    sentence = SENTENCES.get(reason.code)
    if sentence is None:
        return gettext("不能这样做（%(code)s）") % {"code": reason.code}
    return str(sentence) % reason.params


def problem_said(problem: Problem) -> str:
    sentence = PROBLEMS.get(problem.code)
    if sentence is None:
        return str(problem)
    return str(sentence) % {"found": _named(problem.found), "expected": _named(problem.expected)}


def _named(word: str) -> str:
    if word in STEP:
        return str(STEP[StepKey(word)])
    return str(KIND.get(word, word)) or gettext("空的")


_INDEX = re.compile(r"\[(\d+)\]")


def place_of(problem: Problem, content: Node) -> str:
    """The step or variant (as ``editing`` names it) in which a problem is put right; empty where it is of the whole."""
    words = problem.path.split(".")
    if len(words) < 2:  # "playbook" itself
        return ""
    name, index = _INDEX.sub("", words[1]), _INDEX.search(words[1])
    if name not in ("steps", "variants"):
        return ""
    parts = content.get(name) or []
    if index:
        found = parts[int(index[1])] if int(index[1]) < len(parts) else {}
        return f"{name}/{found['key']}" if isinstance(found, dict) and "key" in found else ""
    key = words[2] if len(words) > 2 else ""
    if name == "variants" and len(words) > 3 and words[3] in STEP:  # too much in a step of several types
        return f"steps/{words[3]}"
    known = {part.get("key") for part in parts}
    return next((f"{name}/{word}" for word in key.split("+") if word in known), "")


def place_name(place: str, content: Node) -> str:
    """What a part is called on the screen; its key where it has no name."""
    words = place.split("/")
    if not place:
        return gettext("整个流程")
    parts = content.get(words[0]) or []
    owner: Mapping[str, Any] = (
        next((part for part in parts if part.get("key") == words[1]), {}) if len(words) > 1 else {}
    )
    return str(owner.get("name") or STEP.get(words[1], words[1]) if len(words) > 1 else LIST.get(words[0], words[0]))  # type: ignore[call-overload]  # a StepKey is a str


def shown(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A field's value as text: what people read, compare and see in a conflict. ``names``: titles by key."""
    match value:
        case None:
            return gettext("是") if name == "required" else ""
        case bool():
            return gettext("是") if value else gettext("否")
        case str():
            return _word(name, value, names)
        case list() | tuple():
            return "\n".join(shown(name, item, names) for item in value)
        case dict() if name == "params":
            return "、".join(
                f"{gettext('至少') if key == 'at_least' else gettext('最多')} {n}" for key, n in value.items()
            )
        case dict() if name == "standard_days":
            return "、".join(f"{STEP[StepKey(step)]} {days}" for step, days in value.items())
        case dict():
            return " · ".join(
                shown(key, item, names) if key != "complex" else _complex(item) for key, item in value.items()
            )
        case _:
            return str(value)


def _complex(value: object) -> str:
    return gettext("复杂项目") if value else gettext("不是复杂项目")


def _word(name: str, value: str, names: Mapping[str, str]) -> str:
    if name == "kind":
        return str(KIND.get(value, value))
    if name in ("starts_at", "leave_out_steps"):
        return str(STEP[StepKey(value)]) if value in STEP else value
    if name in ("leave_out_actions", "leave_out_criteria", "advised_criteria"):
        return names.get(value, value)
    return str(_WORDS.get(value, value)) if name in ("market", "scale", "motion", "function", "part") else value
