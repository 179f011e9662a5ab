"""The demo's library: who answers for what, what is overdue, what was learnt and written anew, what is our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.spine.library import actions as library
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import CaseContent, ItemDraft, ItemKind, ScriptContent, Tags

OVERDUE = ("openings/policy", "mails/first-mail", "scripts/retail-store", "openings/tender-lost")
CASES = (
    (
        "制造业", "华东一家汽车零部件厂，420 人",
        "五套系统各存一份库存，靠三个文员导表，改了交付日只能打电话通知，一年误产三次。",
        "先接通 ERP、MES、WMS 三套，变更当天推到计划、车间和仓库；第八周上线第一张看板。",
        "重复录入从每月 120 人时降到 15 人时，准时交付率从 87% 升到 95%。",
        ("重复录入：120 → 15 人时/月", "准时交付率：87% → 95%"), "“现在开会不用先吵半小时数了。”", "客户信息部访谈纪要", 70,
    ),
    (
        "信息技术", "杭州一家 SaaS 公司，260 人",
        "客服三个入口各记各的，投诉平均三天关闭，旺季有一成单子没人认领。",
        "三个入口合成一条工单流，超时自动升级，规则由客服主管自己改。",
        "投诉关闭从 3 天降到 9 小时，续约率回升 4 个百分点。",
        ("投诉关闭：3 天 → 9 小时", "续约率：+4 个百分点"), "“客户不再问有没有人管了。”", "客户服务总监邮件确认", 45,
    ),
)  # fmt: skip


def put_in_order(*, owner: User, now: datetime) -> None:
    """The process owner takes on the whole library, revises a script and adds two real cases; four reviews are overdue."""
    by = principal_of(owner)
    taken, today = now - timedelta(days=95), timezone.localdate(now)
    for place, item in enumerate(Item.objects.order_by("pk")):
        due = today + timedelta(days=20 + place * 7 % 160)
        if item.shipped_as in OVERDUE or (item.kind == ItemKind.CASE and place % 5 == 0):
            due = today - timedelta(days=3 + place % 20)
        library.entrust(item=item, version=item.version, owner_id=owner.pk, review_by=due, by=by, now=taken)
    for industry, customer, situation, action, result, figures, quote, source, days in CASES:
        content = CaseContent(
            customer, situation, action, result, figures, quote, may_name=False, source=source,
            dated_on=today - timedelta(days=days),
        )  # fmt: skip
        draft = ItemDraft(content, title=f"{customer}：{figures[0]}", tags=Tags(market="tob", industry=industry))
        library.add_item(kind=ItemKind.CASE, draft=draft, by=by, now=now - timedelta(days=days - 5))
    _learn(owner, today=today, now=now - timedelta(days=40))


def _learn(owner: User, *, today: date, now: datetime) -> None:
    """The script that asks first was too quick with its third question: said more plainly from then on."""
    item = Item.objects.get(shipped_as="scripts/tob-case-first")
    content = ItemVersion.objects.select_related("item").get(item=item, number=item.current_number).parsed
    assert isinstance(content, ScriptContent)
    better = replace(
        content,
        learn=(*content.learn[:-1], "您看我理解得对不对：现在最费神的是〔痛点〕，希望先改这一处？", content.learn[-1]),
    )
    draft = ItemDraft(better, title=item.title, tags=item.tags)
    note = "复盘三个丢单后加了一句复述：先请客户纠正，再约下一次"
    library.revise(item=item, version=item.version, draft=draft, note=note, by=principal_of(owner), now=now)
