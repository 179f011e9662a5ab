"""A frozen version as chapters of document parts: from these alone page, PDF and Word are drawn, so that all of them say
the same (S5.1, S5.2). In the language that is on; what people wrote stays as they wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tuoke.services.documents.rules import Bullets, Facts, Figure, Figures, Part, Table, Text, Value
from tuoke.spine.library.rules import BlockPart
from tuoke.steps.discovery.models import KIND_NAMES, PRIORITY_NAMES
from tuoke.steps.discovery.rules import NeedKind, Priority
from tuoke.steps.proposals.models import PART_NAMES
from tuoke.steps.proposals.rules import CoverageRow, Frozen, FrozenProof, FrozenSection
from tuoke.steps.proposals.values.documents import parts_of as value_parts

_ITEM = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[、)）]\s*|\d{1,2}\.\s+)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One section. ``key`` names it for readings and remarks and stays the same in every language."""

    key: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    key: str
    title: str
    leaves: tuple[Leaf, ...]


def chapters_of(frozen: Frozen) -> tuple[Chapter, ...]:
    """In reading order; a chapter in which nothing stands is left out."""
    parts = ((BlockPart(part), str(name)) for part, name in PART_NAMES.items())
    chapters = (Chapter(part.value, name, tuple(_leaves(frozen, part))) for part, name in parts)
    return tuple(chapter for chapter in chapters if chapter.leaves)


def leaves_of(frozen: Frozen) -> Mapping[str, str]:
    """The sections' names by their keys, in reading order."""
    return {leaf.key: leaf.title for chapter in chapters_of(frozen) for leaf in chapter.leaves}


def key_of_section(section_id: int) -> str:
    return f"s{section_id}"


def _leaves(frozen: Frozen, part: BlockPart) -> Iterator[Leaf]:
    for section in frozen.sections:
        if section.part == part:
            yield Leaf(key_of_section(section.section_id), section.title, tuple(_section(section)))
    for key, draw in _OWN.get(part, ()):
        if (leaf := draw(frozen)) is not None and leaf.parts:
            yield Leaf(key, leaf.title, leaf.parts)


def _section(section: FrozenSection) -> Iterator[Part]:
    yield from text_parts(section.text)
    if section.proofs:
        said = "；".join(_cited(proof) for proof in section.proofs)
        yield Text(_("依据：%(proofs)s") % {"proofs": said}, quiet=True)


def text_parts(text: str) -> Iterator[Part]:
    """Paragraphs as they were typed; lines that begin with a dash, a dot or a number become a list."""
    plain: list[str] = []
    items: list[str] = []
    for line in [*text.splitlines(), ""]:
        if _ITEM.match(line):
            if plain:
                yield Text("\n".join(plain))
                plain = []
            items.append(_ITEM.sub("", line).strip())
            continue
        if items:
            yield Bullets(tuple(items))
            items = []
        if line.strip():
            plain.append(line.strip())
        elif plain:
            yield Text("\n".join(plain))
            plain = []


def _cited(proof: FrozenProof) -> str:
    about = "，".join(filter(None, (proof.source, proof.dated_on)))
    return f"{proof.title}（{about}）" if about else proof.title


# What stands in the chapters beside what was written


def _coverage(frozen: Frozen) -> Leaf | None:
    """Need → solution → value → evidence. What the customer hasn't said himself is shown only where it is answered."""
    rows = [row for row in frozen.coverage if row.solution or row.kind != NeedKind.LATENT]
    if not rows:
        return None
    headers = (_("您的需求"), _("我们怎么解决"), _("带来什么价值"), _("凭什么相信"))
    table = Table(headers, tuple(_covered(row) for row in rows), widths=(0.3, 0.25, 0.2, 0.25))
    return Leaf("coverage", _("需求与方案对照"), (table,))


def _covered(row: CoverageRow) -> tuple[Value, ...]:
    weight = " · ".join(_weight(row))
    said = f"{row.need}\n{weight}" if weight else row.need
    return (said, *("\n".join(column) for column in (row.solution, row.value, row.evidence)))


def _weight(row: CoverageRow) -> Iterator[str]:
    """What kind of need it is and how urgent; a latent one is our guess: how urgent we hold it is not for his eyes."""
    kind, priority = _known(NeedKind, row.kind), _known(Priority, row.priority)
    if kind:
        yield str(KIND_NAMES[kind])
    if priority and kind != NeedKind.LATENT:
        yield str(PRIORITY_NAMES[priority])


def _known(kinds: Any, value: str) -> Any:
    return kinds(value) if value in set(kinds) else None


def _value(frozen: Frozen) -> Leaf | None:
    stored = frozen.parts.get("value")
    return Leaf("value", _("价值测算"), value_parts(stored)) if stored else None


def _offer(frozen: Frozen) -> Leaf | None:
    stored = frozen.parts.get("offer")
    return Leaf("offer", _("报价"), tuple(offer_parts(stored))) if stored else None


def offer_parts(stored: Mapping[str, Any]) -> Iterator[Part]:
    """The offer as ``offers.parts.freeze`` gave it: the sum, each price, the terms."""
    sums = {name: Decimal(amount) for name, amount in stored["totals"].items()}
    yield Figures(tuple(_sums(sums)))
    yield _prices(stored, sums)
    yield Text(_("金额单位：人民币元。每行金额四舍五入到分，合计为各行之和。"), quiet=True)
    yield Facts(tuple(_terms(stored)))
    if stored.get("note"):
        yield from text_parts(stored["note"])


def _sums(sums: Mapping[str, Decimal]) -> Iterator[Figure]:
    yield Figure(f"¥{sums['gross']:,.2f}", _("含税总价"))
    if sums["discount"] > 0:
        yield Figure(
            f"¥{sums['discount']:,.2f}", _("优惠"), _("目录价 ¥%(amount)s") % {"amount": f"{sums['list']:,.2f}"}
        )
    yield Figure(f"¥{sums['net']:,.2f}", _("不含税"))
    yield Figure(f"¥{sums['tax']:,.2f}", _("增值税"))


def _prices(stored: Mapping[str, Any], sums: Mapping[str, Decimal]) -> Table:
    said = _("含税") if stored["tax_included"] else _("不含税")
    headers = (
        _("名称"), _("数量"), _("单价（%(tax)s）") % {"tax": said}, _("优惠"), _("税率"),
        _("金额（%(tax)s）") % {"tax": said},
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [_price(line) for line in stored["lines"]]
    for name, key in ((_("不含税合计"), "net"), (_("增值税"), "tax"), (_("含税总价"), "gross")):
        rows.append((name, "", "", "", "", sums[key]))
    return Table(headers, tuple(rows), widths=(0.36, 0.12, 0.17, 0.09, 0.09, 0.17), totals=3)


def _price(line: Mapping[str, Any]) -> tuple[Value, ...]:
    return (
        "\n".join(filter(None, (line["name"], line.get("note", "")))),
        f"{line['quantity']} {line['unit']}".strip(),
        Decimal(line["unit_price"]),
        f"{line['discount_percent']}%" if Decimal(line["discount_percent"]) else "",
        f"{line['tax_rate']}%" if Decimal(line["tax_rate"]) else _("免税"),
        Decimal(line["amount"]),
    )


def _terms(stored: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    days, until = stored.get("delivery_days"), stored.get("valid_until")
    yield _("报价有效期至"), date.fromisoformat(until) if until else None
    yield _("交付周期"), _("签约后 %(days)s 天") % {"days": days} if days is not None else _("另行约定")
    yield _("付款方式"), stored.get("payment_terms") or _("另行约定")


def _difference(frozen: Frozen) -> Leaf | None:
    """What sets us apart, against what the customer chooses by; no rival is named in what ``rivals.parts`` hands in."""
    stored = frozen.parts.get("difference")
    if not stored:
        return None
    parts: list[Part] = [Bullets(tuple(stored["points"]))]
    strong = [criterion for criterion in stored["criteria"] if criterion["is_strong"]]
    if strong:
        parts.append(Text(_("您看重的这几条，正是我们做得好的：")))
        parts.append(Bullets(tuple(criterion["own_words"] or criterion["text"] for criterion in strong)))
    return Leaf("difference", _("我们的不同"), tuple(parts))


def _evidence(frozen: Frozen) -> Leaf | None:
    """Every piece of evidence with where it is from and when; examples are nobody's evidence."""
    proofs = [proof for proof in frozen.proofs if not proof.is_example]
    if not proofs:
        return None
    headers = (_("证据"), _("说明与数字"), _("来源"), _("日期"))
    rows = tuple((p.title, "\n".join(filter(None, (*p.figures, p.statement))), _source(p), p.dated_on) for p in proofs)
    return Leaf("evidence", _("证据清单"), (Table(headers, rows, widths=(0.26, 0.4, 0.2, 0.14)),))


def _source(proof: FrozenProof) -> str:
    until = _("有效期至 %(day)s") % {"day": proof.valid_until} if proof.valid_until else ""
    return "\n".join(filter(None, (proof.source, proof.url, until)))


_OWN: Mapping[BlockPart, tuple[tuple[str, Callable[[Frozen], Leaf | None]], ...]] = {
    BlockPart.NEEDS: (("coverage", _coverage),),
    BlockPart.VALUE: (("value", _value),),
    BlockPart.DIFFERENCE: (("difference", _difference),),
    BlockPart.PROOF: (("evidence", _evidence),),
    BlockPart.TERMS: (("offer", _offer),),
}
