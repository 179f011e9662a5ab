"""The words for this room's codes, and for what a customer may answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.formats import amount as money
from tuoke.spine.deals.words import SENTENCES as OF_DEALS
from tuoke.spine.followups.words import sentence as of_followups
from tuoke.steps.reviews.revisits.queries.satisfaction import Source
from tuoke.steps.reviews.revisits.rules import Sign

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_still_open": _("商机还在进行中：成交或输单之后才回访。"),
    "every_out_of_range": _("间隔请填 %(least)s 到 %(most)s 个月。"),
    "first_out_of_range": _("第一次回访请填签约后 %(least)s 到 %(most)s 天。"),
    "lasts_out_of_range": _("持续时间请填 1 到 %(most)s 个月，留空表示一直回访。"),
    "due_missing": _("请填写日期。"),
    "due_in_past": _("日期不能早于今天（%(today)s）。"),
    "due_too_far": _("日期太远，最多 %(years)s 年内。"),
    "until_before_first": _("结束日期不能早于第一次回访（%(first)s）。"),
    "owner_not_allowed": _("这位同事看不到这个商机，或者没有权限。请选商机负责人或协作人。"),
    "series_over": _("回访计划的日期都已过去，请改成新的日期。"),
    "not_due": _("这次回访已经处理过了，请刷新看看。"),
    "not_done": _("这次回访没有记录，或已撤回。"),
    "not_skipped": _("这次回访没有被跳过。"),
    "visited_since": _("之后已经有新的回访，不能再恢复这一次。"),
    "reason_missing": _("请写明为什么跳过。"),
    "day_missing": _("请填写回访日期。"),
    "day_in_future": _("回访日期不能晚于今天（%(today)s）。"),
    "day_too_early": _("日期早于 %(first)s，请检查年份。"),
    "before_deal": _("日期早于 %(first)s，请检查年份。"),
    "channel_missing": _("请选择回访方式。"),
    "channel_unknown": _("没有这种方式，请从列表中选择。"),
    "usage_missing": _("请写下使用情况：谁在用，用得怎么样，卡在哪里。"),
    "usage_unknown": _("请从列表中选择使用得多还是少。"),
    "score_out_of_range": _("请在 %(least)s 到 %(most)s 之间打分。"),
    "score_without_person": _("打了分就要选是哪位客户打的：满意度由客户本人给出。"),
    "score_missing": _("请先选一个分数。"),
    "choice_unknown": _("请从给出的答案中选择。"),
    "contact_missing": _("请选择联系人。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "contact_gone": _("%(name)s 设为勿扰，不能发给他。"),
    "expires_missing": _("请填写链接有效期。"),
    "expiry_out_of_range": _("有效期在 %(least)s 到 %(most)s 天之间。"),
    "phone_missing": _("这位联系人没有手机号，不能用后四位验证。"),
    "kind_unknown": _("请选择是哪一种机会。"),
    "product_gone": _("这个产品已停售，请重新选择。"),
    "revisit_elsewhere": _("这次回访不属于这个商机，请重新打开。"),
    "already_opened": _("这次回访已经开了“%(name)s”，在它的商机里接着谈；确实是另一个机会，请换个名称。"),
    "close_in_past": _("预计签约日期不能早于今天（%(today)s）。"),
    "too_long": _("最多 %(limit)s 个字，现在 %(length)s 个。"),
    "text_broken": _("文字里有无法保存的字符，请重新输入。"),
}

SIGNS: Mapping[str, StrOrPromise] = {
    Sign.LOW_SCORE: _("最近只打了 %(score)s 分"),
    Sign.FALLING_SCORE: _("评分从 %(before)s 降到 %(score)s"),
    Sign.UNUSED: _("买了没有用起来"),
    Sign.FALLING_USAGE: _("用得比以前少"),
    Sign.REVISIT_OVERDUE: _("回访逾期 %(days)s 天"),
    Sign.PAYMENT_OVERDUE: _("回款晚了 %(days)s 天"),
    Sign.OPEN_ISSUES: _("%(count)s 个交付问题没有关闭，最久 %(days)s 天"),
}

QUESTIONS: Mapping[str, StrOrPromise] = {
    "usage": _("您和同事现在用得多吗？"),
    "result": _("达到当初想要的效果了吗？"),
    "service": _("遇到问题时，我们响应得怎么样？"),
}
CHOICES: Mapping[str, Mapping[str, StrOrPromise]] = {
    "usage": {"daily": _("天天用"), "weekly": _("每周用几次"), "seldom": _("偶尔用"), "never": _("还没用起来")},
    "result": {"beyond": _("超出预期"), "met": _("达到了"), "partly": _("只达到一部分"), "missed": _("没有达到")},
    "service": {"good": _("又快又好"), "fair": _("还可以"), "slow": _("有点慢"), "poor": _("不满意")},
}
SHORT: Mapping[str, StrOrPromise] = {"usage": _("使用"), "result": _("效果"), "service": _("响应")}
SOURCES: Mapping[Source, StrOrPromise] = {
    Source.SURVEY: _("问卷"),
    Source.SAID: _("回访时客户说"),
    Source.DELIVERY: _("验收评分"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code) or OF_DEALS.get(reason.code)
    return str(said) % {"name": "", **reason.params} if said else of_followups(reason)


def sentences(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(sentence(reason) for reason in verdict.reasons))


def sign(reason: Reason) -> str:
    """Why a customer may leave: 最近只打了 4 分"""
    said = str(SIGNS[reason.code]) % {k: _number(v) for k, v in reason.params.items()}
    amount = reason.params.get("amount")
    if not isinstance(amount, Decimal):
        return said
    return _now("%(said)s（%(amount)s）") % {"said": said, "amount": money(amount)}


def answers(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a customer has chosen, in short: 使用 天天用"""
    return [
        (str(SHORT[question]), str(CHOICES[question][choice]))
        for question, choice in choices.items()
        if choice in CHOICES.get(question, {})
    ]


def _number(value: object) -> object:
    """8.0 is said as 8."""
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        return value
    return int(value)
