from __future__ import annotations

import time
from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Reason, Refused, no
from tuoke.services.exchange.reading import Row, Table
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.services.exchange.rules import BrokenCell, Cell
from tuoke.spine.catalog.models import MARKET_NAMES
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting import words
from tuoke.steps.targeting.actions.permits import importing, may_write, must, sound_name
from tuoke.steps.targeting.actions.profiles import create_profile, draft_of, store
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of
from tuoke.steps.targeting.rules import Facet, ProfileContent, ProfileDraft, filled, problems_of
from tuoke.steps.targeting.rules import table as sheet


@transaction.atomic
def import_table(*, table: Table, name: str, by: Principal, now: datetime) -> ImportResult:
    """Take a 《目标客户画像清单》 into the profile ``name``: a new one, or what the rows say of the one there is.

    A row that can't be understood is rejected and leaves its dimension alone; a blank one is skipped with a warning.
    The cells are kept, so that the table comes out as it came in. The same table again changes nothing.
    Raises Refused: may_not_write, name_missing, name_too_long, columns_missing(missing, found), other_market.
    """
    began = time.monotonic()
    columns = _columns_of(table, name, by)
    current = CustomerProfile.objects.select_for_update().filter(name=name.strip()).first()
    market = _market_of(table, columns, current)
    base = content_of(current) if current else ProfileContent()
    kept: dict[str, list[str]] = {facet: cells for facet, *cells in current.texts.get("rows", [])} if current else {}

    result, said, seen = ImportResult(), dict[str, Any](), set[Facet]()
    for row in table.rows():
        result.rows += 1
        taken = _row_of(row, columns, seen, market)
        if isinstance(taken, Rejected):
            result.reject(taken)
            continue
        facet, cells, fields = taken
        seen.add(facet)
        if not cells[2].strip():
            result.skipped += 1
            result.warnings.append(words.blank_dimension(facet, market))
        elif kept.get(facet.value) == cells and all(getattr(base, key) == value for key, value in fields.items()):
            result.skipped += 1
        else:
            if current is None:
                result.created += 1
            else:
                result.updated += 1
            said |= fields
        if cells[2].strip() or facet not in filled(base):
            kept[facet.value] = cells

    if said:
        texts = {
            "headers": _headers_of(table, columns),
            "rows": [[facet, *cells] for facet, cells in kept.items()],
        }
        _store_imported(current, name.strip(), market, replace(base, **said), texts, by=by, now=now)
    result.seconds = time.monotonic() - began
    return result


def _store_imported(
    current: CustomerProfile | None,
    name: str,
    market: str,
    content: ProfileContent,
    texts: dict[str, Any],
    *,
    by: Principal,
    now: datetime,
) -> None:
    as_import = importing(by, "profile table")
    if current is None:
        draft = ProfileDraft(name=name, market=market, content=content)
        create_profile(draft=draft, by=as_import, now=now, texts=texts)
    else:
        store(current, replace(draft_of(current), content=content), texts=texts, by=as_import, now=now)


def _columns_of(source: Table, name: str, by: Principal) -> dict[str, int]:
    verdict = may_write(by) & sound_name(name)
    columns = sheet.columns_of(source.headers)
    missing = [header for header in ("维度", "示例") if header not in columns]
    if missing:
        found = "、".join(header for header in source.headers if header)
        verdict &= no("columns_missing", field="file", missing="、".join(missing), found=found)
    must(verdict)
    return columns


def _market_of(source: Table, columns: Mapping[str, int], current: CustomerProfile | None) -> str:
    """Whose profile the table is: its header says it, or its dimensions do, else it is what the profile is already."""
    names = (row.cells[columns["维度"]] for row in source.rows())
    said = sheet.market_of(source.headers)
    if said is None and any(sheet.speaks_of_persons(_text(name)) for name in names):
        said = Market.TOC
    if current is None:
        return str(said or Market.TOB)
    if said is not None and said != current.market:
        told = {"table": str(MARKET_NAMES[said]), "profile": str(MARKET_NAMES[Market(current.market)])}
        raise Refused(no("other_market", field="name", name=current.name, **told))
    return current.market


def _row_of(
    row: Row, columns: Mapping[str, int], seen: Set[Facet], market: str
) -> tuple[Facet, list[str], dict[str, Any]] | Rejected:
    raw = [row.cells[columns[header]] if header in columns else None for header in sheet.HEADERS]
    cells = [_text(cell) for cell in raw]
    facet = sheet.facet_named(cells[0])
    if any(isinstance(cell, BrokenCell) for cell in raw):
        reasons: tuple[Reason, ...] = (Reason("text_broken", {"text": " ".join(cells)}),)
    elif facet is None:
        reasons = (Reason("unknown_dimension", {"text": cells[0], "field": "维度"}),)
    elif facet in seen:
        reasons = (Reason("dimension_twice", {"text": cells[0], "field": "维度"}),)
    else:
        said = sheet.read(facet, cells[2], market)
        if isinstance(said, dict):
            reasons = problems_of(replace(ProfileContent(), **said))
            if not reasons:
                return facet, [cells[0], cells[1] or sheet.descriptions_of(market)[facet], cells[2]], said
        else:
            reasons = said
    where = sheet.names_of(market)[facet] if facet else "维度"
    return Rejected(row.number, tuple(row.cells), tuple((r.code, where, words.right(r)) for r in reasons))


def _headers_of(source: Table, columns: Mapping[str, int]) -> list[str]:
    return [source.headers[columns[header]] if header in columns else header for header in sheet.HEADERS]


def _text(cell: Cell) -> str:
    return "" if cell is None else cell.text if isinstance(cell, BrokenCell) else str(cell)
