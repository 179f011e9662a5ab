"""《目标客户画像清单》 of persons (ToC): 行业属性 and 企业规模 give way to 生活状况 and 购买力 (S1.2)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Span, amount_range
from tuoke.steps.targeting.rules.content import Facet, ProfileContent, says
from tuoke.steps.targeting.rules.phrases import Said, amount_text, label, split, take

NAMES = {Facet.INDUSTRY: "生活状况", Facet.SCALE: "购买力"}
DESCRIPTIONS = {
    Facet.INDUSTRY: "客户的人生阶段(如新婚、有学龄儿童、退休)、生活情况(如刚购房、换工作)、政策影响",
    Facet.SCALE: "家庭或个人年收入",
}
FIELDS = {Facet.INDUSTRY: ("life_stages", "situations", "policies"), Facet.SCALE: ("income",)}
ALIASES = {
    "生活情况": Facet.INDUSTRY, "生活场景": Facet.INDUSTRY, "人生阶段": Facet.INDUSTRY, "家庭情况": Facet.INDUSTRY,
    "购买能力": Facet.SCALE, "消费能力": Facet.SCALE, "收入水平": Facet.SCALE, "年收入": Facet.SCALE,
}  # fmt: skip

_STAGE = re.compile(
    r"单身|未婚|新婚|已婚|备孕|孕期|产后|婴幼儿|学龄|学生|毕业|初入职场|职场新人|二孩|二胎|三孩|三胎|中年|空巢|临近退休|退休|老年|银发|青年"
)
_POLICY = re.compile(r"政策|补贴|以旧换新|法规|新规")
_LABELS = (
    ("life_stages", re.compile(r"^(?:人生|家庭|生命)(?:阶段|周期)[:：]")),
    ("policies", re.compile(r"^政策(?:影响)?[:：]")),
    ("situations", re.compile(r"^(?:生活|家庭)(?:情况|状况|场景)[:：]")),
)
_INCOME = (("income", re.compile(r"^(?:家庭|个人|可支配)*年?(?:收入|入)(?:区间|水平|范围)?[:：]?")),)


def _read_life(text: str) -> tuple[Said, list[Reason]]:
    said: dict[str, list[str]] = {name: [] for name in FIELDS[Facet.INDUSTRY]}
    for group in split(text, ";；\n"):
        named, rest = label(group, _LABELS)
        for piece in split(rest, "、,，"):
            said[named or _kind_of_life(piece)].append(piece)
    return {name: tuple(dict.fromkeys(values)) for name, values in said.items()}, []


def _kind_of_life(piece: str) -> str:
    if _POLICY.search(piece):
        return "policies"
    return "life_stages" if _STAGE.search(piece) else "situations"


def _write_life(content: ProfileContent) -> str:
    natural = "、".join([*content.life_stages, *content.situations, *content.policies])
    said = {name: getattr(content, name) for name in FIELDS[Facet.INDUSTRY]}
    if _read_life(natural)[0] == said:
        return natural
    named = (("人生阶段", content.life_stages), ("生活情况", content.situations), ("政策影响", content.policies))
    return "；".join(f"{name}：{'、'.join(values)}" for name, values in named if values)


def _read_income(text: str) -> tuple[Said, list[Reason]]:
    said: Said = {"income": Span(None, None)}
    problems: list[Reason] = []
    for piece in split(text, "、,，;；\n"):
        take(said, "income", amount_range(label(piece, _INCOME)[1]), piece, problems)
    return said, problems


def _write_income(content: ProfileContent) -> str:
    return f"年收入{amount_text(content.income)}" if says(content.income) else ""


READERS: dict[Facet, Callable[[str], tuple[Said, list[Reason]]]] = {
    Facet.INDUSTRY: _read_life,
    Facet.SCALE: _read_income,
}
WRITERS: dict[Facet, Callable[[ProfileContent], str]] = {Facet.INDUSTRY: _write_life, Facet.SCALE: _write_income}
