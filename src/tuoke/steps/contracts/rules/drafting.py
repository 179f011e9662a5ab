"""A contract's first draft: the library's clauses with what was agreed in their places, and what they leave out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tuoke.services.exchange.rules import cents
from tuoke.spine.library.rules import fill
from tuoke.steps.contracts.rules.capitals import in_capitals
from tuoke.steps.contracts.rules.findings import Line
from tuoke.steps.contracts.rules.stages import Stage, stages_of
from tuoke.steps.contracts.rules.states import NEEDED, TEXT_LIMIT, TITLE_LIMIT, Part
from tuoke.steps.negotiation.rules import Terms
from tuoke.steps.negotiation.rules.lines import clause_name


@dataclass(frozen=True, slots=True)
class Template:
    """A clause of the library. ``reasons`` are the tags for which it fits."""

    item_id: int
    version_id: int
    part: Part
    title: str
    text: str
    must_keep: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Drafted:
    part: Part
    title: str
    text: str
    version_id: int = 0
    must_keep: bool = False
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a draft is made of. Days are ISO or empty; ``needs`` are the rigid ones, in the customer's words."""

    number: str
    our_party: str
    their_party: str
    terms: Terms
    tax_note: str = ""
    lines: Sequence[Line] = ()
    needs: Sequence[str] = ()
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences that a draft puts around the facts; a contract is Chinese whatever the language of whoever drafts it."""

    quantity: str
    extra_title: str
    extra_text: str
    term_title: str
    share: str
    share_alone: str
    fallback: Mapping[Part, tuple[str, str]]
    needs_title: str
    needs_text: str
    nothing: str
    everything: str


def facts_of(known: Known, phrases: Phrases) -> dict[str, str]:
    """What fills the 〔places〕 of the library's clauses (``library.rules.CONTRACT_PLACES``); what isn't known stays open."""
    terms = known.terms
    facts = {
        "甲方": known.their_party,
        "乙方": known.our_party,
        "合同编号": known.number,
        "税费说明": known.tax_note,
        "服务清单": listed([_line(line, phrases) for line in known.lines]),
        "附加服务": listed(terms.extras.splitlines()) or phrases.nothing,
        "交付内容": listed(known.needs) or phrases.everything,
        "付款安排": listed(payment_lines(terms, phrases)),
        "开始日期": known.starts_on,
        "结束日期": known.ends_on,
    }
    if terms.price is not None:
        facts |= {"合同金额": f"{terms.price:,.2f}", "合同金额大写": in_capitals(terms.price)}
    if terms.delivery_days is not None:
        facts["交付天数"] = f"{terms.delivery_days}"
    return {name: said for name, said in facts.items() if said}


def draft(templates: Sequence[Template], known: Known, phrases: Phrases) -> tuple[Drafted, ...]:
    """Part by part. Nothing that was agreed is left out: what no clause of the library has a place for gets its own."""
    facts = facts_of(known, phrases)
    drafted = [from_template(template, facts) for template in templates]
    for part in NEEDED:
        if not any(one.part is part for one in drafted):
            title, text = phrases.fallback[part]
            drafted.append(Drafted(part, title, fill(text, facts).text, why=(Why("needed"),)))
    said = "\n".join(template.text for template in templates)
    drafted += _left_out(known, phrases, said)
    order = list(Part)
    return tuple(sorted(drafted, key=lambda one: order.index(one.part)))


def payment_lines(terms: Terms, phrases: Phrases) -> list[str]:
    """首付 40%，上线 40% … one a line, with what each comes to: the last takes the rest, so that all make the whole."""
    stages = stages_of(terms.payment)
    if not stages or terms.price is None or any(stage.percent is None for stage in stages):
        return [line for line in terms.payment.splitlines() if line.strip()]
    if sum((stage.percent for stage in stages if stage.percent is not None), Decimal(0)) != 100:
        return [line for line in terms.payment.splitlines() if line.strip()]
    worths = _worths(stages, terms.price)
    return [
        _stage(place, stage, worth, phrases) for place, (stage, worth) in enumerate(zip(stages, worths, strict=True), 1)
    ]


def _worths(stages: Sequence[Stage], price: Decimal) -> list[Decimal]:
    worths = [cents(price * (stage.percent or 0) / 100) for stage in stages]
    worths[-1] = price - sum(worths[:-1], Decimal(0))
    return worths


def _stage(place: int, stage: Stage, worth: Decimal, phrases: Phrases) -> str:
    """A bare share (3-6-1) gets its number for a name."""
    said = stage.text if any(sign not in "0123456789.%" for sign in stage.text) else ""
    form = phrases.share if said else phrases.share_alone
    return form % {"said": said, "place": place, "percent": stage.percent, "amount": f"{worth:,.2f}"}


def from_template(template: Template, facts: Mapping[str, str]) -> Drafted:
    why = [Why("library", {"title": template.title})]
    why += [Why("fits", {"tag": tag}) for tag in template.reasons]
    if template.must_keep:
        why.append(Why("must_keep"))
    if any(f"〔{name}〕" in template.text for name in _AGREED_PLACES):
        why.append(Why("from_agreed"))
    if "〔服务清单〕" in template.text and "服务清单" in facts:
        why.append(Why("from_offer"))
    text = fill(template.text, facts).text
    return Drafted(
        template.part, template.title[:TITLE_LIMIT], text[:TEXT_LIMIT], template.version_id, template.must_keep,
        tuple(why),
    )  # fmt: skip


_AGREED_PLACES = ("合同金额", "合同金额大写", "付款安排", "交付天数", "附加服务")


def _left_out(known: Known, phrases: Phrases, said: str) -> list[Drafted]:
    terms, found = known.terms, []
    agreed = (Why("from_agreed"),)
    if terms.extras.strip() and "〔附加服务〕" not in said:
        text = phrases.extra_text % {"lines": listed(terms.extras.splitlines())}
        found.append(Drafted(Part.SCOPE, phrases.extra_title, text, why=agreed))
    if known.needs and "〔交付内容〕" not in said:
        text = phrases.needs_text % {"lines": listed(known.needs)}
        found.append(Drafted(Part.STANDARD, phrases.needs_title, text, why=(Why("from_needs"),)))
    for line in terms.clauses:
        name = clause_name(line)
        title = (phrases.term_title % {"name": name})[:TITLE_LIMIT]
        part = Part.BREACH if "违约" in name or "赔偿" in name else Part.OWN
        found.append(Drafted(part, title, _as_agreed(line), why=agreed))
    return found


_INSTEAD_OF = re.compile(r"(?:由|从)[^，。；;\n]{1,40}?(?:改为|改成|调整为|变更为|降为|降到|提高到)\s*")


def _as_agreed(line: str) -> str:
    """每日由 0.05% 改为 0.03% → 每日 0.03%。: a contract says what holds, not what it was before."""
    return _INSTEAD_OF.sub(" ", line).strip().rstrip("。；;") + "。"


def listed(lines: Sequence[str]) -> str:
    """(1) …；(2) …, within a sentence; a single one without its number."""
    said = [line.strip().rstrip("。；;") for line in lines if line.strip()]
    if len(said) == 1:
        return said[0]
    return "；".join(f"({place}) {line}" for place, line in enumerate(said, start=1))


def _line(line: Line, phrases: Phrases) -> str:
    return phrases.quantity % {
        "name": line.name,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit or "项",
    }
