"""《目标客户画像清单》 as a document to be handed out (S1.2). Chinese whatever the language of the screen: it is one of the
process's own documents. Its sheet of exact columns is ``queries.profile_table``."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from tuoke.services.documents.rules import Bullets, Document, Facts, Part, Section, Table, Text
from tuoke.steps.targeting.models import CustomerProfile, ProfileVersion
from tuoke.steps.targeting.queries import content_of, profile_table
from tuoke.steps.targeting.rules import Dimension, ProfileContent, bands
from tuoke.steps.targeting.rules.phrases import amount_text

TITLE = "目标客户画像清单"
VERSIONS_SHOWN = 5
MARKETS = {"tob": "企业客户 ToB", "toc": "个人客户 ToC"}
WEIGHTS = {
    Dimension.FIT: ("画像匹配度", "行业与规模(个人客户：生活状况与购买力)和画像相符的程度"),
    Dimension.URGENCY: ("需求紧急度", "离预计采购还有多久，是否说出了画像里的痛点"),
    Dimension.CHAIN: ("决策链完整性", "是否已接触决策人，联系人在决策链里的角色"),
    Dimension.BUDGET: ("预算匹配度", "客户预算和产品价格区间是否相符"),
}


def profile_document(profile: CustomerProfile, *, today: date) -> Document:
    """Title, version, owner and review date, the five dimensions, how leads are weighed, what changed last."""
    content = content_of(profile)
    return Document(
        title=f"《{TITLE}》",
        subtitle=profile.name,
        facts=(
            ("客户类型", MARKETS[profile.market]),
            ("产品", profile.product.name if profile.product else "不限"),
            ("版本", f"第 {profile.number} 版"),
            ("负责人", profile.owner.name if profile.owner else "未定"),
            ("复核日期", profile.review_by or "未定"),
            ("导出日期", today),
        ),
        sections=(
            Section("一、五个维度", (_dimensions(profile), *_budget(content))),
            *_where(content),
            _scoring(content, "三" if content.regions or content.sources else "二"),
            _versions(profile, "四" if content.regions or content.sources else "三"),
        ),
        footer=f"{TITLE} · {profile.name} · 第 {profile.number} 版",
    )


def _dimensions(profile: CustomerProfile) -> Table:
    _headers, rows = profile_table(profile)
    cells = tuple((row[0], row[1], row[2].replace("；", "；\n") or "待补充") for row in rows)
    return Table(("维度", "具体内容描述", "本画像"), cells, widths=(0.14, 0.36, 0.5))


def _budget(content: ProfileContent) -> tuple[Part, ...]:
    found = bands(content)
    if found is None:
        return ()
    if found.meet is not None:
        return (Text(f"客户预算与产品价格相交于 {amount_text(found.meet)}。", quiet=True),)
    return (Text(f"客户预算与产品价格不相交{'，靠定制化报价部分匹配' if content.custom_quote else ''}。", quiet=True),)


def _where(content: ProfileContent) -> tuple[Section, ...]:
    said = (("重点地区", "、".join(content.regions)), ("重点来源", "、".join(content.sources)))
    known = tuple((label, text) for label, text in said if text)
    return (Section("二、从哪里找", (Facts(known),)),) if known else ()


def _scoring(content: ProfileContent, number: str) -> Section:
    rows = tuple((*WEIGHTS[d], f"{content.weights[d].normalize():f}%") for d in Dimension)
    rules = (
        f"总分 10 分，达到 {content.threshold.normalize():f} 分是高潜力客户。",
        f"高潜力客户里，预计采购超过 {content.watch_after_months} 个月的归入长期观察。",
        "未经两类来源核实的规模、预算、需求和联系人，"
        + (f"按 {content.unverified_share}% 计分。" if content.unverified_share < 100 else "照常计分。"),
    )
    parts = (Table(("评分维度", "看什么", "权重"), rows, widths=(0.2, 0.65, 0.15)), Bullets(rules))
    return Section(f"{number}、线索怎样评分", parts)


def _versions(profile: CustomerProfile, number: str) -> Section:
    found = ProfileVersion.objects.filter(profile=profile).defer("content", "texts")[:VERSIONS_SHOWN]
    rows = tuple((f"第 {v.number} 版", timezone.localdate(v.at), v.by_name, v.note or "") for v in found)
    return Section(
        f"{number}、版本记录", (Table(("版本", "日期", "修改人", "说明"), rows, widths=(0.12, 0.16, 0.14, 0.58)),)
    )
