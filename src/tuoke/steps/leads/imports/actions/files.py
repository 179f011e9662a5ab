"""A file is sent, its sheets and columns are chosen. Nothing is taken in yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Reason, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.exchange.reading import Table
from tuoke.services.exchange.rules import Cell, header_key
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.queries import receivers
from tuoke.steps.leads.imports.actions.runs import opened
from tuoke.steps.leads.imports.models import LeadImport, MappingMemory
from tuoke.steps.leads.imports.rules import Mapping, Use, guess, headers_key, storable
from tuoke.steps.leads.imports.rules.runs import Duplicates, Status

SAMPLED = 50


@dataclass(frozen=True, slots=True)
class Options:
    """What the person chooses beside the columns. ``owner`` ``None`` is the pool."""

    duplicates: Duplicates = Duplicates.SKIP
    owner: User | None = None
    campaign: Campaign | None = None


def upload(*, file: UploadedFile[bytes], by: Principal, now: datetime) -> LeadImport:
    """Keep the file and look at its head. Raises ``Unreadable`` (nothing is kept) and Refused may_not_import."""
    require_importer(by)
    lead_import = LeadImport(
        by_id=by.user_id, name=Path(file.name or "").name[:200], digest=digest_of(file.chunks()),
        created_at=now, touched_at=now,
    )  # fmt: skip
    lead_import.file.save("", file, save=False)
    try:
        with opened(lead_import.file.path, filename=lead_import.name) as table:
            _look_at(lead_import, table)
    except BaseException:
        lead_import.file.delete(save=False)
        raise
    with transaction.atomic():
        lead_import.save()
        record(kind="imports.uploaded", subject=lead_import, by=by, at=now, facts={"file": lead_import.name})
    return lead_import


def choose_sheets(*, lead_import: LeadImport, sheets: Sequence[str], by: Principal, now: datetime) -> LeadImport:
    """Take these sheets of the file, one after the other; their columns are guessed anew.

    Raises ``Unreadable``; Refused: no_sheet, sheets_disagree for each whose headers are not those of the first.
    """
    if not sheets:
        raise Refused(no("no_sheet"))
    with opened(lead_import.file.path, filename=lead_import.name, sheet=sheets[0]) as table:
        more = _agreeing(lead_import, table, sheets[1:])
        with transaction.atomic():
            stored = changeable(lead_import, by)
            _look_at(stored, table)
            stored.more_sheets = [[name, row] for name, row, _ in more]
            stored.total_rows = (stored.total_rows or 0) + sum(rows for _, _, rows in more)
            stored.status, stored.touched_at = Status.UPLOADED, now
            stored.save()
    return stored


@transaction.atomic
def set_mapping(
    *, lead_import: LeadImport, mapping: Mapping, options: Options, by: Principal, now: datetime
) -> LeadImport:
    """What becomes of the columns and of the leads. Refused: every fault of the mapping, owner_not_allowed, started."""
    stored = changeable(lead_import, by)
    reasons = [*mapping.faults(), *owner_faults(options, by)]
    if reasons:
        raise Refused(Verdict(tuple(reasons)))
    stored.mapping = mapping.to_json()
    stored.duplicates, stored.owner, stored.campaign = options.duplicates, options.owner, options.campaign
    stored.status, stored.touched_at, stored.counters = Status.MAPPED, now, {}
    stored.save()
    _remember(mapping, now=now)
    return stored


# What other verbs ask too


def require_importer(by: Principal) -> None:
    if not (by.may(Permission.LEAD_IMPORT) and by.may(Permission.LEAD_WRITE)):
        raise Refused(no("may_not_import"))


def own(lead_import: LeadImport, by: Principal) -> LeadImport:
    """One's own, locked; somebody else's raises DoesNotExist."""
    return LeadImport.objects.visible_to(by, "write").select_for_update().get(pk=lead_import.pk)


def changeable(lead_import: LeadImport, by: Principal) -> LeadImport:
    stored = own(lead_import, by)
    if not stored.is_changeable:
        raise Refused(no("already_started"))
    return stored


def owner_faults(options: Options, by: Principal) -> list[Reason]:
    if options.owner is None or options.owner.pk in receivers(by):
        return []
    return [Reason("owner_not_allowed", {"name": options.owner.name, "field": "owner"})]


def digest_of(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


# Below: what is seen of a file


def _look_at(lead_import: LeadImport, table: Table) -> None:
    """Header, samples and the likely columns: as they were mapped last time, else guessed."""
    head = [row.cells for row in table.head(SAMPLED)]
    lead_import.sheet, lead_import.sheets, lead_import.header_row = table.sheet, list(table.sheets), table.header_row
    lead_import.more_sheets = []
    lead_import.notes = {"hidden_sheets": list(table.hidden_sheets)[:20], "hidden_rows": table.hidden_rows}
    lead_import.total_rows = table.last_row - table.header_row
    lead_import.samples = [_samples(head, index) for index in range(len(table.columns))]
    lead_import.mapping = _recalled(guess(table.headers, head)).to_json()


def _agreeing(lead_import: LeadImport, first: Table, names: Sequence[str]) -> list[tuple[str, int, int]]:
    """Name, header row and rows (at most) of each sheet."""
    wanted, found, reasons = _keys(first), [], []
    for name in names:
        with opened(lead_import.file.path, filename=lead_import.name, sheet=name) as table:
            if _keys(table) == wanted:
                found.append((name, table.header_row, table.last_row - table.header_row))
            else:
                headers = "、".join(header for header in table.headers if header)[:120]
                reasons.append(Reason("sheets_disagree", {"sheet": name, "first": first.sheet, "headers": headers}))
    if reasons:
        raise Refused(Verdict(tuple(reasons)))
    return found


def _keys(table: Table) -> list[str]:
    return [header_key(text) if text else "" for text in table.headers]


def _samples(rows: Sequence[Sequence[Cell]], index: int) -> list[str]:
    """Three different values of a column."""
    texts = (str(cell)[:60] for cell in storable([row[index] for row in rows]) if cell is not None)
    return list(dict.fromkeys(texts))[:3]


def _recalled(mapping: Mapping) -> Mapping:
    memory = MappingMemory.objects.filter(key=headers_key([use.header for use in mapping.uses])).first()
    if memory is None:
        return mapping
    return Mapping(tuple(_as_before(use, memory.uses.get(header_key(use.header))) for use in mapping.uses))


def _as_before(use: Use, before: list[str] | None) -> Use:
    if not before:
        return use
    return Use(use.column, use.header, field=before[0], unit=before[1], pattern=before[2])


def _remember(mapping: Mapping, *, now: datetime) -> None:
    uses = {header_key(use.header): [use.field, use.unit, use.pattern] for use in mapping.uses if use.header}
    MappingMemory.objects.update_or_create(
        key=headers_key([use.header for use in mapping.uses]), defaults={"uses": uses, "used_at": now}
    )
