"""《报价单》 as a document. Chinese whatever the language of the screen: it goes to the customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tuoke.base.accounts.queries import company
from tuoke.services.documents.rules import Bullets, Document, Facts, Figure, Figures, Part, Section, Table, Text, Value
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.queries import Priced, Sheet
from tuoke.steps.proposals.offers.rules import OfferState

TITLE = "报价单"


def offer_document(sheet: Sheet, *, today: date) -> Document:
    """Prices, what they add up to, terms. One that isn't issued says so on top of it."""
    offer, us = sheet.offer, company()
    deal = offer.opportunity
    parts: list[Part] = [_figures(sheet)]
    if offer.state != OfferState.ISSUED:
        parts.insert(0, Text(_standing(offer), quiet=True))
    contact = "　".join(filter(None, (us.phone, us.address, us.website)))
    return Document(
        title=TITLE,
        subtitle=f"{deal.customer.name} · {deal.name}" + (f" · {offer.title}" if offer.title else ""),
        facts=(
            ("致", deal.customer.name),
            ("报价方", us.name),
            ("报价编号", f"{deal.pk}-{offer.number}"),
            ("报价日期", offer.issued_at.date() if offer.issued_at else today),
            ("有效期至", offer.valid_until),
            ("联系人", deal.owner.name),
        ),
        sections=(
            Section("一、合计", tuple(parts)),
            Section("二、报价明细", _lines(sheet), empty="还没有报价行。"),
            Section("三、条款", _terms(offer)),
        ),
        footer=" · ".join(filter(None, (TITLE, us.name, contact))),
    )


def _standing(offer: Offer) -> str:
    said = {
        OfferState.DRAFT: "草稿，尚未发出，价格不作数。",
        OfferState.SUPERSEDED: "已被新的报价取代，价格不再有效。",
        OfferState.WITHDRAWN: "已撤回，价格不再有效。",
    }
    return said[OfferState(offer.state)]


def _figures(sheet: Sheet) -> Figures:
    sums = sheet.totals
    found = [Figure(f"¥{sums.gross:,.2f}", "含税总价")]
    if sums.discount > 0:
        found.append(Figure(f"¥{sums.discount:,.2f}", "优惠", f"比目录价优惠 {_plain(sums.discount_percent)}%"))
    found.append(Figure(f"¥{sums.net:,.2f}", "不含税"))
    found.append(Figure(f"¥{sums.tax:,.2f}", "增值税"))
    return Figures(tuple(found))


def _lines(sheet: Sheet) -> tuple[Part, ...]:
    if not sheet.lines:
        return ()
    said = "含税" if sheet.offer.tax_included else "不含税"
    headers = ("序号", "名称", "数量", f"单价（{said}）", "优惠", "税率", f"金额（{said}）")
    rows: list[tuple[Value, ...]] = [_row(place, priced) for place, priced in enumerate(sheet.lines, start=1)]
    sums = sheet.totals
    rows += [
        ("", "不含税合计", "", "", "", "", sums.net),
        ("", "增值税", "", "", "", "", sums.tax),
        ("", "含税总价", "", "", "", "", sums.gross),
    ]
    table = Table(headers, tuple(rows), widths=(0.07, 0.33, 0.12, 0.16, 0.08, 0.08, 0.16), totals=3)
    return (table, Text("金额单位：人民币元。每行金额四舍五入到分，合计为各行之和。", quiet=True))


def _row(place: int, priced: Priced) -> tuple[Value, ...]:
    line = priced.line
    return (
        f"{place}",
        f"{line.name}\n{line.note}".strip(),
        f"{_plain(line.quantity)} {line.unit}".strip(),
        line.unit_price,
        f"{_plain(line.discount_percent)}%" if line.discount_percent else "—",
        f"{_plain(line.tax_rate)}%" if line.tax_rate else "免税",
        priced.amount,
    )


def _terms(offer: Offer) -> tuple[Part, ...]:
    said = (
        ("有效期至", offer.valid_until),
        ("交付周期", f"签约后 {offer.delivery_days} 天" if offer.delivery_days is not None else "另行约定"),
        ("付款方式", offer.payment_terms or "另行约定"),
        ("价格", "以上单价含税" if offer.tax_included else "以上单价不含税，税额另列"),
    )
    notes = tuple(line.strip() for line in offer.note.splitlines() if line.strip())
    return (Facts(said), Bullets(notes)) if notes else (Facts(said),)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
