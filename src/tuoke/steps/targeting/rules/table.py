"""《目标客户画像清单》 (模板1) read and written: what its five free-text cells say, and the text that says the same.

``read`` and ``written`` are inverse: ``read(facet, written(facet, content))`` gives the facet's fields back, as long
as names hold none of the separators (see ``names_in``) and pains no semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Span, amount_range, count_range, header_key
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting.rules import persons
from tuoke.steps.targeting.rules.content import AnySpan, Facet, Pain, ProfileContent, Urgency, says
from tuoke.steps.targeting.rules.phrases import (
    Said,
    amount_text,
    count_text,
    label,
    names_in,
    split,
    take,
)

HEADERS = ("维度", "具体内容描述", "示例")
HEADERS_OF_PERSONS = ("维度", "具体内容描述", "示例(ToC个人客户)")
NAMES: dict[Facet, str] = {
    Facet.INDUSTRY: "行业属性",
    Facet.SCALE: "企业规模",
    Facet.CHAIN: "决策链角色",
    Facet.PAINS: "痛点优先级",
    Facet.BUDGET: "预算匹配度",
}
DESCRIPTIONS: dict[Facet, str] = {
    Facet.INDUSTRY: "客户所属细分行业、行业生命周期(成长期/成熟期)、政策影响",
    Facet.SCALE: "员工人数、年营收、客户数量",
    Facet.CHAIN: "关键决策人(如CEO、采购总监)、影响者(如部门经理、技术顾问)",
    Facet.PAINS: "当前面临的核心痛点(如效率低、成本高、合规风险)及紧急程度",
    Facet.BUDGET: "客户采购预算区间与产品价格区间对比",
}
FIELDS: Mapping[Facet, tuple[str, ...]] = {
    Facet.INDUSTRY: ("industries", "lifecycle", "policies"),
    Facet.SCALE: ("staff", "revenue", "paying_customers"),
    Facet.CHAIN: ("deciders", "influencers"),
    Facet.PAINS: ("pains",),
    Facet.BUDGET: ("budget", "price", "custom_quote"),
}
URGENCY_WORDS = {Urgency.HIGH: "高", Urgency.MEDIUM: "中", Urgency.LOW: "低"}

_ALIASES = {
    **{name: facet for facet, name in NAMES.items()},
    **{name: facet for facet, name in persons.NAMES.items()},
    **persons.ALIASES,
    "行业": Facet.INDUSTRY, "规模": Facet.SCALE, "公司规模": Facet.SCALE, "决策链": Facet.CHAIN, "决策角色": Facet.CHAIN,
    "痛点": Facet.PAINS, "核心痛点": Facet.PAINS, "预算": Facet.BUDGET, "预算匹配": Facet.BUDGET,
}  # fmt: skip
_PERSONAL = {header_key(name) for name in (*persons.NAMES.values(), *persons.ALIASES)}
_FACETS = {header_key(name): facet for name, facet in _ALIASES.items()}


def facet_named(name: str) -> Facet | None:
    return _FACETS.get(header_key(name))


def columns_of(headers: Iterable[str]) -> dict[str, int]:
    """Where the three columns stand: keys of HEADERS → index. 示例 may carry the segment in brackets."""
    found: dict[str, int] = {}
    for index, text in enumerate(headers):
        bare = re.split(r"[(\uff08]", text.strip(), maxsplit=1)[0].strip()
        if bare in HEADERS:
            found.setdefault(bare, index)
    return found


def names_of(market: str) -> Mapping[Facet, str]:
    """What the five dimensions are called; of persons two of them are 生活状况 and 购买力."""
    return NAMES | persons.NAMES if market == Market.TOC else NAMES


def descriptions_of(market: str) -> Mapping[Facet, str]:
    return DESCRIPTIONS | persons.DESCRIPTIONS if market == Market.TOC else DESCRIPTIONS


def headers_of(market: str) -> tuple[str, ...]:
    return HEADERS_OF_PERSONS if market == Market.TOC else HEADERS


def fields_of(facet: Facet, market: str) -> tuple[str, ...]:
    """The fields of ProfileContent that a dimension holds."""
    return persons.FIELDS.get(facet, FIELDS[facet]) if market == Market.TOC else FIELDS[facet]


def market_of(headers: Iterable[str]) -> Market | None:
    """The market that the bracket of 示例 names; None where it names none."""
    for text in headers:
        if text.startswith("示例"):
            if re.search(r"to\s*c|个人|消费者", text, re.IGNORECASE):
                return Market.TOC
            if re.search(r"to\s*b|企业", text, re.IGNORECASE):
                return Market.TOB
    return None


def speaks_of_persons(dimension: str) -> bool:
    """Is this a dimension that only profiles of persons have?"""
    return header_key(dimension) in _PERSONAL


def read(facet: Facet, text: str, market: str = Market.TOB) -> Said | tuple[Reason, ...]:
    """The fields that a cell of 示例 states; what it doesn't name is empty. Reasons where it can't be understood."""
    readers = _READERS | persons.READERS if market == Market.TOC else _READERS
    said, problems = readers[facet](text)
    return tuple(problems) if problems else said


def written(facet: Facet, content: ProfileContent, market: str = Market.TOB) -> str:
    """The cell that says what the content says; empty where it says nothing."""
    writers = _WRITERS | persons.WRITERS if market == Market.TOC else _WRITERS
    return writers[facet](content)


def role(text: str) -> str:
    """A role without what only hides a person's name: CTO*总 and CTO总 are the CTO, 运维主管*经理 the 运维主管."""
    shown = text.strip()
    for pattern, kept in _MASKS:
        shown = pattern.sub(kept, shown)
    return shown or text.strip()


_MASKS = (
    (re.compile(r"\*+(?:总|经理|主管|代表|先生|女士|工)?$"), ""),
    (re.compile(r"([A-Za-z])总$"), r"\1"),
    (re.compile(r"(主管|总监|部长|主任|处长|科长|工程师|顾问|专员)(?:经理|先生|女士|总)+$"), r"\1"),
)


# 行业属性

_LIFE = re.compile(r"(?:初创|起步|导入|萌芽|扩张|快速发展|发展|成长|成熟|稳定|转型|衰退)期")
_POLICY = re.compile(r"政策|补贴|法规|监管|新规|条例|合规要求")
_INDUSTRY_LABELS = (
    ("lifecycle", re.compile(r"^(?:行业)?生命周期[:：]")),
    ("policies", re.compile(r"^政策(?:影响)?[:：]")),
    ("industries", re.compile(r"^(?:细分|所属)?行业[:：]")),
)


def _read_industry(text: str) -> tuple[Said, list[Reason]]:
    said: dict[str, list[str]] = {name: [] for name in FIELDS[Facet.INDUSTRY]}
    for group in split(text, ";；\n"):
        named, rest = label(group, _INDUSTRY_LABELS)
        for piece in split(rest, "、,，"):
            said[named or _kind_of_industry(piece)].append(piece if named else _bare_industry(piece))
    return {name: tuple(dict.fromkeys(values)) for name, values in said.items()}, []


def _kind_of_industry(piece: str) -> str:
    if _LIFE.fullmatch(piece):
        return "lifecycle"
    return "policies" if _POLICY.search(piece) else "industries"


def _bare_industry(piece: str) -> str:
    return piece.removesuffix("行业") or piece


def _write_industry(content: ProfileContent) -> str:
    natural = "、".join([*content.industries, *content.lifecycle, *content.policies])
    said = {name: getattr(content, name) for name in FIELDS[Facet.INDUSTRY]}
    if _read_industry(natural)[0] == said:
        return natural
    labels = (("行业", content.industries), ("生命周期", content.lifecycle), ("政策影响", content.policies))
    return "；".join(f"{label}：{'、'.join(values)}" for label, values in labels if values)


# 企业规模

_SCALE_LABELS = (
    ("paying_customers", re.compile(r"^(?:付费|现有|已有)?客户(?:数量|数|家数)?[:：]?")),
    ("revenue", re.compile(r"^(?:年)?(?:营收|营业收入|销售收入|收入|营业额|销售额|产值)[:：]?")),
    ("staff", re.compile(r"^(?:员工|人员|团队|公司|企业)*(?:人数|员工数?|规模|总数)[:：]?")),
)


def _read_scale(text: str) -> tuple[Said, list[Reason]]:
    said: Said = {"staff": Span(None, None), "revenue": Span(None, None), "paying_customers": Span(None, None)}
    problems: list[Reason] = []
    for piece in split(text, "、,，;；\n"):
        named, rest = label(piece, _SCALE_LABELS)
        named = named or _kind_of_scale(piece)
        if not named:
            problems.append(Reason("scale_unclear", {"text": piece}))
            continue
        span = amount_range(rest) if named == "revenue" else count_range(rest)
        take(said, named, span, piece, problems)
    return said, problems


def _kind_of_scale(piece: str) -> str:
    for name, mark in (("paying_customers", r"家|户"), ("staff", r"[人名]"), ("revenue", r"[元万亿]")):
        if re.search(mark, piece):
            return name
    return ""


def _write_scale(content: ProfileContent) -> str:
    revenue = amount_text(content.revenue)
    customers = count_text(content.paying_customers, "家")
    pieces = (count_text(content.staff, "人"), f"年营收{revenue}", f"付费客户{customers}")
    known: tuple[AnySpan, ...] = (content.staff, content.revenue, content.paying_customers)
    return "、".join(piece for piece, span in zip(pieces, known, strict=True) if says(span))


# 决策链角色

_CHAIN_LABELS = (
    ("deciders", re.compile(r"^(?:关键)?(?:决策人|决策者|拍板人)[:：]?")),
    ("influencers", re.compile(r"^(?:关键)?(?:影响者|影响人)[:：]?")),
)


def _read_chain(text: str) -> tuple[Said, list[Reason]]:
    said: dict[str, list[str]] = {"deciders": [], "influencers": []}
    problems: list[Reason] = []
    for piece in split(text, ";；\n。"):
        named, rest = label(piece, _CHAIN_LABELS)
        if named:
            said[named] += [role(name) for name in names_in(rest)]
        else:
            problems.append(Reason("chain_unlabelled", {"text": piece}))
    return {name: tuple(dict.fromkeys(roles)) for name, roles in said.items()}, problems


def _write_chain(content: ProfileContent) -> str:
    sides = (("决策人", content.deciders), ("影响者", content.influencers))
    return "；".join(f"{label}：{'、'.join(roles)}" for label, roles in sides if roles)


# 痛点优先级

_PAIN_LABELS = (
    ("urgency", re.compile(r"^紧急(?:程度|度)[:：]?")),
    ("pain", re.compile(r"^(?:核心)?痛点\s*\d{0,2}[:：]")),
)
_URGENCIES = {
    **{word: urgency for urgency, word in URGENCY_WORDS.items()},
    "紧急": Urgency.HIGH, "很高": Urgency.HIGH, "非常高": Urgency.HIGH, "较高": Urgency.HIGH,
    "中等": Urgency.MEDIUM, "一般": Urgency.MEDIUM, "不急": Urgency.LOW, "较低": Urgency.LOW,
}  # fmt: skip
_URGENCY = re.compile(r"^(?P<word>[^(\uff08]+?)\s*(?:[(\uff08](?P<reason>.*)[)\uff09])?$", re.DOTALL)


def _read_pains(text: str) -> tuple[Said, list[Reason]]:
    pains: list[Pain] = []
    problems: list[Reason] = []
    for piece in split(text, ";；\n"):
        named, rest = label(piece, _PAIN_LABELS)
        if named != "urgency":
            pains.append(Pain(rest))
            continue
        found = _URGENCY.match(rest)
        urgency = _URGENCIES.get(found["word"]) if found else None
        if urgency is None or not pains:
            problems.append(Reason("urgency_unclear" if pains else "urgency_alone", {"text": piece}))
            continue
        pains[-1] = replace(pains[-1], urgency=urgency, reason=(found["reason"] or "") if found else "")
    return {"pains": tuple(pains)}, problems


def _write_pains(content: ProfileContent) -> str:
    return "；".join(_pain_text(pain) for pain in content.pains)


def _pain_text(pain: Pain) -> str:
    reason = f"({_one(pain.reason)})" if pain.reason else ""
    return f"核心痛点：{_one(pain.text)}；紧急度：{URGENCY_WORDS[pain.urgency]}{reason}"


def _one(text: str) -> str:
    """Without what would end the statement."""
    return re.sub(r"[;；\n]+", "，", text)


# 预算匹配度

_BUDGET_LABELS = (
    ("budget", re.compile(r"^(?:客户|采购|年度)*预算(?:区间|范围)?[:：]?")),
    (
        "price",
        re.compile(
            r"^(?:(?:产品|我方|服务)*(?:年费|价格|报价|单价|费用|售价)|(?:产品|我方|服务)+)(?:区间|范围)?[:：]?"
        ),
    ),
)
_QUOTE = re.compile(r"[(\uff08]?(?P<no>不)?(?:可以|可|能)?(?P<no2>不)?(?:接受|支持)?定制化?(?:报价)?[)\uff09]?$")


def _read_budget(text: str) -> tuple[Said, list[Reason]]:
    said: Said = {"budget": Span(None, None), "price": Span(None, None), "custom_quote": False}
    problems: list[Reason] = []
    for piece in split(text, ";；\n、，"):
        rest = piece
        if quote := _QUOTE.search(piece):
            said["custom_quote"] = not (quote["no"] or quote["no2"])
            rest = piece[: quote.start()].strip()
        if not rest:
            continue
        named, rest = label(rest, _BUDGET_LABELS)
        if named:
            take(said, named, amount_range(rest), piece, problems)
        else:
            problems.append(Reason("budget_unclear", {"text": piece}))
    return said, problems


def _write_budget(content: ProfileContent) -> str:
    pieces = []
    if says(content.budget):
        pieces.append(f"预算{amount_text(content.budget)}")
    if says(content.price):
        pieces.append(f"产品年费{amount_text(content.price)}")
    if content.custom_quote:
        pieces.append("(可接受定制化报价)")
    return "；".join(pieces).replace("；(", "(")


_READERS: dict[Facet, Callable[[str], tuple[Said, list[Reason]]]] = {
    Facet.INDUSTRY: _read_industry,
    Facet.SCALE: _read_scale,
    Facet.CHAIN: _read_chain,
    Facet.PAINS: _read_pains,
    Facet.BUDGET: _read_budget,
}
_WRITERS: dict[Facet, Callable[[ProfileContent], str]] = {
    Facet.INDUSTRY: _write_industry,
    Facet.SCALE: _write_scale,
    Facet.CHAIN: _write_chain,
    Facet.PAINS: _write_pains,
    Facet.BUDGET: _write_budget,
}
