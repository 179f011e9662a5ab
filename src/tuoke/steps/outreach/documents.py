"""客户背景表 as one page to take along (S3.1). Chinese whatever the language of the screen, like the process's own papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import translation

from tuoke.services.documents.rules import Bullets, Document, Part, Section, Table, Text
from tuoke.spine.customers.models import CHANNEL_NAMES, DECISION_ROLE_NAMES
from tuoke.spine.customers.rules import Channel, DecisionRole
from tuoke.spine.customers.words import said_amounts, said_counts
from tuoke.spine.library.queries import Offer
from tuoke.spine.library.rules import CaseContent
from tuoke.steps.outreach.models import EVENT_NAMES, PROFILE_NAMES, Concern
from tuoke.steps.outreach.queries import Background, Openings, Person
from tuoke.steps.outreach.rules import EventKind, ProfileKind
from tuoke.steps.outreach.words import UNKNOWN

TITLE = "客户背景表"
LANGUAGE = "zh-hans"
MOST_EVENTS = 10
MOST_CONCERNS = 8
MOST_OPENINGS = 3


def background_document(found: Background, openings: Openings | None, *, today: date) -> Document:
    """What fits on a page: the newest events, the concerns that weigh most, the best openings."""
    with translation.override(LANGUAGE):
        party = found.party
        scale = said_counts(party.staff_low, party.staff_high) or said_amounts(party.revenue_low, party.revenue_high)
        return Document(
            title=TITLE,
            subtitle=found.name,
            facts=(
                ("行业", party.industry or "未知"),
                ("地区", party.region or "未知"),
                ("规模", scale or "未知"),
                ("负责人", party.owner.name if party.owner else "—"),
                ("导出日期", today),
            ),
            sections=(
                Section("一、跟谁谈", _people(found.people), empty="还没有联系人。"),
                Section("二、最近动态", _events(found), empty="还没有动态。"),
                Section("三、关注点", _concerns(found.concerns), empty="还不知道客户关注什么。"),
                Section("四、开场白", _openings(openings), empty="没有可以直接用的开场白。"),
                Section("五、同行案例", _cases(found.cases), empty="资料库里还没有同行业的案例。"),
                Section("六、主页链接", _profiles(found), empty="还没有链接。"),
                Section("七、还不知道的", _gaps(found), empty="要紧的都已知道。"),
            ),
            footer=f"{TITLE} · {found.name}",
        )


def _people(people: Sequence[Person]) -> tuple[Part, ...]:
    rows = tuple(
        (
            person.name or "—",
            person.position or "—",
            str(DECISION_ROLE_NAMES[DecisionRole(person.role)]),
            "勿扰" if person.do_not_contact else _channel(person.channel),
        )
        for person in people[:10]
    )
    return (Table(("姓名", "职位", "决策链角色", "偏好渠道"), rows, widths=(0.2, 0.35, 0.2, 0.25)),) if rows else ()


def _events(found: Background) -> tuple[Part, ...]:
    rows = tuple(
        (event.happened_on, str(EVENT_NAMES[EventKind(event.kind)]), _two(event.title, event.note), event.link or "—")
        for event in found.events[:MOST_EVENTS]
    )
    return (Table(("日期", "类型", "发生了什么", "链接"), rows, widths=(0.14, 0.1, 0.44, 0.32)),) if rows else ()


def _concerns(concerns: Sequence[Concern]) -> tuple[Part, ...]:
    lines = tuple(f"{_whose(concern)}{concern.text}{_source(concern)}" for concern in concerns[:MOST_CONCERNS])
    return (Bullets(lines),) if lines else ()


def _openings(openings: Openings | None) -> tuple[Part, ...]:
    lines = tuple(one.filled.text for one in openings.ready[:MOST_OPENINGS]) if openings else ()
    return (Bullets(lines),) if lines else ()


def _cases(cases: Sequence[Offer]) -> tuple[Part, ...]:
    lines = []
    for offer in cases:
        content = offer.content
        assert isinstance(content, CaseContent)
        figures = f"（{'；'.join(content.figures)}）" if content.figures else ""
        allowed = (
            "【示例，不要对客户讲】" if offer.item.is_example else "" if content.may_name else "【对外不要说出客户名】"
        )
        lines.append(f"{offer.item.title}：{content.result}{figures}{allowed}")
    return (Bullets(tuple(lines)),) if lines else ()


def _profiles(found: Background) -> tuple[Part, ...]:
    rows = tuple(
        (
            str(PROFILE_NAMES[ProfileKind(profile.kind)]),
            profile.contact.name if profile.contact else found.name,
            profile.link,
            profile.seen_on,
        )
        for profile in found.notes.profiles[:10]
    )
    return (Table(("哪里", "谁的", "链接", "查看日期"), rows, widths=(0.15, 0.25, 0.45, 0.15)),) if rows else ()


def _gaps(found: Background) -> tuple[Part, ...]:
    if found.is_masked:
        return (Text("线索在公海，领取后才能看到联系人。", quiet=True),)
    lines = tuple(str(UNKNOWN[gap.what][0]) for gap in found.gaps)
    return (Bullets(lines),) if lines else ()


def _channel(channel: str) -> str:
    return str(CHANNEL_NAMES[Channel(channel)]) if channel else "—"


def _whose(concern: Concern) -> str:
    return f"{concern.contact.name}：" if concern.contact else ""


def _source(concern: Concern) -> str:
    return (
        f"（{concern.source}，{concern.noted_on:%Y-%m-%d}）" if concern.source else f"（{concern.noted_on:%Y-%m-%d}）"
    )


def _two(title: str, note: str) -> str:
    return f"{title}\n{note}" if note else title
