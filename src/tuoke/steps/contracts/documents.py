"""A version of a contract on paper: head, clauses part by part, signatures. Chinese whatever the language of the screen:
it goes to the customer. Drawn from the frozen version alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils import translation

from tuoke.services.documents.rules import Document, Heading, Part, Section, Table, Text, Value
from tuoke.steps.contracts.models import PART_NAMES, ContractVersion
from tuoke.steps.contracts.rules import Alters, Frozen, Kind, in_capitals
from tuoke.steps.contracts.rules import Part as ContractPart
from tuoke.steps.contracts.words import changes_said

LANGUAGE = "zh-hans"
NUMBERS = "一二三四五六七八九十"
DRAFT = "草稿，尚未签署"
BLANK = "\u3000"
"""Room for a pen: an empty cell would be marked as such."""


def contract_document(version: ContractVersion) -> Document:
    """``version.contract`` is loaded with it. Only the version that was signed is no draft."""
    contract = version.contract
    is_signed = contract.signed_version_id == version.pk
    return document_of(
        version.frozen,
        standing=f"第 {version.number} 版" + ("" if is_signed else f"（{DRAFT}）"),
        signed_on=contract.signed_on if is_signed else None,
    )


def document_of(frozen: Frozen, *, standing: str, signed_on: date | None) -> Document:
    """``standing`` says on the paper which version it is."""
    with translation.override(LANGUAGE):
        mark = "" if signed_on else f" · {DRAFT}"
        return Document(
            title=frozen.title,
            subtitle=f"合同编号：{frozen.number}" + ("" if signed_on else f"　【{DRAFT}】"),
            facts=tuple(_facts(frozen, standing, signed_on)),
            sections=(*_sections(frozen), _signatures(frozen, signed_on)),
            header=f"{frozen.number} · {frozen.title}",
            footer=f"{frozen.their_party} / {frozen.our_party}{mark}",
        )


def _facts(frozen: Frozen, standing: str, signed_on: date | None) -> Iterator[tuple[str, Value]]:
    if frozen.main:
        yield "补充于", frozen.main
    yield "甲方", frozen.their_party
    yield "乙方", frozen.our_party
    if frozen.amount:
        yield ("金额变动" if frozen.kind == Kind.AMENDMENT else "合同金额"), _amount(frozen)
    for label, before, after in changes_said(frozen.changes):
        yield f"{label}变更", f"原 {before or BLANK} → 现 {after}"
    if frozen.starts_on or frozen.ends_on:
        yield "合同期限", " 至 ".join(filter(None, (frozen.starts_on, frozen.ends_on)))
    if frozen.delivery_on or frozen.delivery_days:
        yield "交付", frozen.delivery_on or f"{frozen.delivery_days} 天内"
    if signed_on is not None:
        yield "签署日期", signed_on
    yield "版本", standing


def _amount(frozen: Frozen) -> str:
    amount = Decimal(frozen.amount)
    sign = "减少 " if amount < 0 else ""
    said = f"{sign}{abs(amount):,.2f} 元（大写：{in_capitals(amount)}）"
    return f"{said}，{frozen.tax_note}" if frozen.tax_note else said


def _sections(frozen: Frozen) -> Iterator[Section]:
    """A part without clauses has no heading; the clauses are counted through, as one quotes them (第 7 条)."""
    place, number = 0, 0
    for part in ContractPart:
        clauses = [clause for clause in frozen.clauses if clause.part == part]
        if not clauses:
            continue
        parts: list[Part] = []
        for clause in clauses:
            number += 1
            parts.append(Heading(f"第 {number} 条　{clause.title}"))
            if clause.alters is not None:
                parts.append(Text(_altered(clause.alters)))
            parts.append(Text(clause.text.replace("\n", "\n\n")))
        yield Section(f"{NUMBERS[place]}、{PART_NAMES[part]}", tuple(parts))
        place += 1


def _altered(alters: Alters) -> str:
    """本条变更合同 HT-2026-0001 第 5 条“付款”：原 40%，现 50%。"""
    values = "；".join(f"原 {before}，现 {after}" if before else after for before, after in alters.values if after)
    named = f"本条变更合同 {alters.of} 第 {alters.place} 条“{alters.title}”"
    return f"{named}：{values}。" if values else f"{named}。"


def _signatures(frozen: Frozen, signed_on: date | None) -> Section:
    day = signed_on.isoformat() if signed_on else ""
    rows: tuple[tuple[Value, ...], ...] = (
        ("名称（盖章）", frozen.their_party, frozen.our_party),
        ("签字人", frozen.their_signer or BLANK, frozen.our_signer or BLANK),
        ("签字", BLANK, BLANK),
        ("日期", day or BLANK, day or BLANK),
    )
    return Section("签署", (Table(("", "甲方", "乙方"), rows, widths=(0.2, 0.4, 0.4)),))
