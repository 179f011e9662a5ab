"""Common words for steps and channels, as people write them into 《项目跟进记录表》."""

from __future__ import annotations

import re

from tuoke.services.exchange.rules import text_key
from tuoke.spine.customers.rules import Channel
from tuoke.spine.playbook.rules import StepKey


def step_of(text: str) -> StepKey | None:
    """The step that a cell 跟进阶段 means: its name, its key, or a common other word for it."""
    key = _ORDINAL.sub("", text_key(text)).removesuffix("阶段")
    return _STAGES.get(key) or _STAGES.get(text_key(text))


def channels_of(text: str) -> tuple[Channel, ...] | None:
    """The channels that a cell 跟进方式 names (``电话+邮件``), each once; None where a part isn't understood."""
    whole = _CHANNELS.get(text_key(text))
    if whole:
        return (whole,)
    found = [_CHANNELS.get(text_key(part)) for part in _PARTS.split(text) if part.strip()]
    if not found or None in found:
        return None
    return tuple(dict.fromkeys(c for c in found if c))


_PARTS = re.compile(r"[+＋、,，/／&＆;；|\s]+|和|与|及")
_ORDINAL = re.compile(r"^(?:第?[1-8一二三四五六七八](?:步骤?|阶段)?|步骤[1-8一二三四五六七八])(?=.)")
_STAGES = {
    text_key(word): step
    for step, words in {
        StepKey.TARGETING: "targeting 前期准备 准备 目标聚焦 市场分析",
        StepKey.LEADS: "leads 客户筛选 筛选 线索 线索确认 线索跟进 线索筛选",
        StepKey.OUTREACH: "outreach 初步接触 初次接触 首次接触 接触 初次沟通 首次沟通 初步沟通 首次拜访 初次拜访 初访 精准触达 触达",
        StepKey.DISCOVERY: "discovery 深度沟通 需求确认 需求挖掘 需求调研 需求沟通 需求分析 需求收集 调研 需求",
        StepKey.PROPOSALS: "proposals 方案呈现 方案 方案设计 方案制作 方案沟通 方案演示 方案汇报 产品演示 演示 价值呈现 报价 招投标 投标",
        StepKey.NEGOTIATION: "negotiation 谈判促成 谈判 商务谈判 报价谈判 价格谈判 合同谈判 促成 促成转化 商务",
        StepKey.CONTRACTS: "contracts 签约启动 签约 签订合同 合同签订 合同 合同签署 项目启动 启动 交付 首期交付 赢单交付",
        StepKey.REVIEWS: "reviews 复盘优化 复盘 项目复盘 回访 客户回访 持续深耕 售后 售后回访",
    }.items()
    for word in words.split()
}
_CHANNELS = {
    text_key(word): channel
    for channel, words in {
        Channel.PHONE: "phone 电话 手机 座机 通话 打电话 致电 来电 电话沟通 电话拜访 语音 call",
        Channel.EMAIL: "email mail e-mail 邮件 电子邮件 邮箱 发邮件",
        Channel.WECHAT: "wechat 微信 企业微信 企微 微信沟通 微信语音",
        Channel.SMS: "sms 短信 发短信",
        Channel.VISIT: "visit 拜访 面谈 上门 上门拜访 登门拜访 到访 走访 面访 见面 当面 面对面 客户来访 来访 实地拜访 现场拜访",
        Channel.OFFLINE_MEETING: "offline_meeting 线下会议 会议 现场会议 线下 会面 研讨会 活动 展会 沙龙",
        Channel.ONLINE_MEETING: "online_meeting 线上会议 视频会议 视频 远程会议 网络会议 电话会议 腾讯会议 线上 线上演示 zoom",
    }.items()
    for word in words.split()
}
