"""Step 3 of the demo's story, before the call: what is new at a customer, what his people care about, where they are found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import ContactDraft
from tuoke.steps.outreach.actions import add_note
from tuoke.steps.outreach.rules import ConcernDraft, EventDraft, EventKind, ProfileDraft, ProfileKind

NEWS = (
    (EventKind.EXPANSION, 21, "二期厂房封顶，计划明年三月投产，新增两条产线", "开发区管委会公众号转发，配了现场照片。"),
    (EventKind.FUNDING, 34, "完成 8000 万元 B 轮融资，用于扩建交付团队", "创始人在采访里说要把交付周期缩短三分之一。"),
    (EventKind.PEOPLE, 12, "新任信息化负责人到岗，此前在同行负责系统整合", "脉脉资料更新，前同事在动态里祝贺。"),
    (EventKind.TENDER, 9, "发布数字化车间项目采购意向，预算 120 万元", "意向公告写明明年一季度完成采购。"),
    (EventKind.PRODUCT, 27, "发布新一代产品线，公开承诺 48 小时交付", "新品发布会上总经理亲自承诺的。"),
    (EventKind.POLICY, 45, "入选市级智能制造示范企业，可申报技改补贴", "补贴按设备投入的 15% 核定，年底前申报。"),
    (EventKind.RESULTS, 18, "季度收入同比增长 31%，应收账款周转放慢", "财报附注里提到对账口径调整。"),
)
CARES = (
    ("交付准时率写进了他今年的考核", "行业论坛上的发言"),
    ("怕换系统影响正在跑的订单", "首次通话里提到两次"),
    ("希望两年内把重复岗位减下来", "接受地方媒体采访时说的"),
    ("上一家供应商实施拖了八个月，对承诺很谨慎", "共同认识的同行转述"),
)


def look_up(whose: Lead | Customer, *, place: int, people: Sequence[Contact], by: Principal, now: datetime) -> None:
    """Two events of the last weeks, what one or two people care about, and where the company shows itself."""
    today = timezone.localdate(now)
    for kind, days, title, note in (NEWS[place % len(NEWS)], NEWS[(place + 3) % len(NEWS)]):
        link = f"https://news.example.com/{kind.value}/{(today - timedelta(days=days)):%Y%m%d}-{whose.pk}"
        draft = EventDraft(kind, today - timedelta(days=days + place % 4), title, link, note)
        add_note(whose=whose, draft=draft, by=by, now=now)
    site = ProfileDraft(
        ProfileKind.WEBSITE, f"https://www.example.com/company/{whose.pk}", today, "企业官网 · 新闻中心"
    )
    add_note(whose=whose, draft=site, by=by, now=now)
    asked: Sequence[Lead | Contact] = (whose,) if isinstance(whose, Lead) else people[:2]
    for number, person in enumerate(asked):
        _know(person, place + number, today=today, by=by, now=now)


def keep_channels(people: Sequence[Contact], *, by: Principal, now: datetime) -> None:
    """How each of them likes to be reached."""
    for person, (channel, wechat, email) in zip(people, _CHANNELS, strict=False):
        said = {name: getattr(person, name) for name in ContactDraft.__dataclass_fields__}
        said |= {"preferred_channel": channel, "wechat": wechat and f"wx_{person.pk:05d}"}
        said |= {"email": email and f"contact{person.pk}@customer.example.com"}
        customers.edit_contact(contact=person, version=person.version, draft=ContactDraft(**said), by=by, now=now)


_CHANNELS = (("phone", "wx", "mail"), ("wechat", "wx", "mail"), ("email", "", "mail"), ("offline_meeting", "wx", ""))


def _know(person: Lead | Contact, place: int, *, today: date, by: Principal, now: datetime) -> None:
    text, source = CARES[place % len(CARES)]
    add_note(whose=person, draft=ConcernDraft(text, today - timedelta(days=6 + place), source), by=by, now=now)
    link = f"https://maimai.example.com/people/{person.pk}"
    add_note(whose=person, draft=ProfileDraft(ProfileKind.MAIMAI, link, today, "职业经历与动态"), by=by, now=now)
