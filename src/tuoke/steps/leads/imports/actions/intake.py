"""Chunk by chunk from rows to leads: who is there already, what is new, what is written. One code for check and run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.services.exchange.reading import Row
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import receivers
from tuoke.steps.leads.actions import create_many, update_many
from tuoke.steps.leads.imports.models import RowSeen
from tuoke.steps.leads.imports.rules import LeadRow, Mapping, Reader, RowReason
from tuoke.steps.leads.imports.rules.runs import Duplicates, Outcome, Tally
from tuoke.steps.leads.queries import Profiles, draft_of
from tuoke.steps.leads.rules import LeadDraft, merged

OTHER_SOURCE = "其他"
_LOCK = 7_202_611  # any number, the same for all imports


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is to be taken in. ``owner_id`` holds for rows that name no owner; ``None`` is the pool."""

    mapping: Mapping
    duplicates: Duplicates = Duplicates.SKIP
    owner_id: int | None = None
    campaign_id: int | None = None


class Reported(NamedTuple):
    """A row for the report."""

    row: Row
    outcome: Outcome
    reasons: tuple[RowReason, ...]


@dataclass(slots=True)
class Chunk:
    """What became of some rows."""

    tally: Tally = field(default_factory=Tally)
    reported: list[Reported] = field(default_factory=list)
    taken: list[tuple[Row, LeadRow]] = field(default_factory=list)

    def reject(self, row: Row, reasons: tuple[RowReason, ...]) -> None:
        self.tally.rejected += 1
        self.tally.reasons.update({reason.code for reason in reasons})
        self.reported.append(Reported(row, Outcome.REJECTED, reasons))

    def skip(self, row: Row) -> None:
        self.tally.skipped += 1
        self.reported.append(Reported(row, Outcome.SKIPPED, ()))

    def duplicate(self, row: Row, code: str) -> None:
        self.tally.duplicates += 1
        self.reported.append(Reported(row, Outcome.DUPLICATE, (RowReason(code, "", ""),)))


class _Candidate(NamedTuple):
    row: Row
    lead_row: LeadRow
    draft: LeadDraft
    keys: tuple[tuple[str, str], ...]
    """Any of them found again is the same intention of the same party: by name, by credit code."""


class Intake:
    """Takes rows in under one set of terms. Keep it for a whole run; ``place`` belongs into the chunk's transaction."""

    def __init__(self, *, terms: Terms, by: Principal, today: date, file: str) -> None:
        self.terms = terms
        self.by = by
        self.file = file
        self.reader = Reader(terms.mapping)
        self.profiles = Profiles(today)
        self._owners = _owners(by)
        self._sources = {source.name.casefold(): source.pk for source in LeadSource.objects.all()}

    def read(self, rows: Sequence[Row]) -> Chunk:
        """What the rows say; touches nothing."""
        chunk = Chunk()
        chunk.tally.rows = len(rows)
        for row in rows:
            read = self.reader.read(row.number, row.cells)
            if isinstance(read, LeadRow):
                chunk.taken.append((row, read))
            else:
                chunk.reject(row, read)
        return chunk

    def place(self, chunk: Chunk, *, now: datetime) -> None:
        """Write what is new; list what is there already."""
        candidates = self._fresh(chunk)
        if self.terms.duplicates is Duplicates.NEW:
            self._create(candidates, chunk, now=now)
        elif self.terms.duplicates is Duplicates.SKIP:
            self._create(self._unknown(candidates, chunk), chunk, now=now)
        else:
            for wave in _waves(candidates):
                self._update(wave, chunk, now=now)

    # What is there already

    def _fresh(self, chunk: Chunk) -> list[_Candidate]:
        """Without the very same rows, of this file or an earlier one."""
        seen = self.seen({lead_row.digest for _, lead_row in chunk.taken})
        fresh: list[_Candidate] = []
        for row, lead_row in chunk.taken:
            if lead_row.digest in seen:
                chunk.skip(row)
                continue
            seen.add(lead_row.digest)
            fresh.append(self._candidate(row, lead_row, chunk))
        return fresh

    def _unknown(self, candidates: Sequence[_Candidate], chunk: Chunk) -> list[_Candidate]:
        there = self.existing(candidates)
        found: list[_Candidate] = []
        for candidate in candidates:
            if any(key in there for key in candidate.keys):
                chunk.duplicate(candidate.row, "lead_exists")
                continue
            there.update(dict.fromkeys(candidate.keys, 0))
            found.append(candidate)
        return found

    def seen(self, digests: set[bytes]) -> set[bytes]:
        found = RowSeen.objects.filter(digest__in=digests).values_list("digest", flat=True)
        return {bytes(digest) for digest in found}

    def existing(self, candidates: Sequence[_Candidate]) -> dict[tuple[str, str], int]:
        """The leads that are the same intention, by key."""
        there: dict[tuple[str, str], int] = {}
        real = Lead.objects.real().order_by("-pk")  # of several the first one wins
        wants = {c.keys[0][1] for c in candidates}
        parties = {c.keys[0][0] for c in candidates}
        by_party = real.filter(party_key__in=parties, want_key__in=wants)
        for party, want, pk in by_party.values_list("party_key", "want_key", "pk"):
            there[party, want] = pk
        codes = {c.draft.credit_code for c in candidates if c.draft.credit_code}
        if codes:
            by_code = real.filter(credit_code__in=codes, want_key__in=wants)
            for code, want, pk in by_code.values_list("credit_code", "want_key", "pk"):
                there[_code_key(code, want)] = pk
        return there

    # What is written

    def _create(self, candidates: Sequence[_Candidate], chunk: Chunk, *, now: datetime) -> None:
        if not candidates:
            return
        try:
            with transaction.atomic():
                leads = create_many(
                    drafts=[c.draft for c in candidates], by=self.by, now=now, profiles=self.profiles,
                    facts={"file": self.file},
                )  # fmt: skip
        except Refused as refusal:
            self._create(_without_refused(candidates, refusal, chunk), chunk, now=now)
            return
        RowSeen.objects.bulk_create(
            RowSeen(digest=c.lead_row.digest, lead=lead) for c, lead in zip(candidates, leads, strict=True)
        )
        chunk.tally.created += len(candidates)

    def _update(self, candidates: Sequence[_Candidate], chunk: Chunk, *, now: datetime) -> None:
        """Every key of the candidates is there once."""
        there = self.existing(candidates)
        found = [(c, next((there[key] for key in c.keys if key in there), None)) for c in candidates]
        self._create([c for c, pk in found if pk is None], chunk, now=now)
        leads = self._writable({pk for _, pk in found if pk})
        pairs: list[tuple[_Candidate, Lead]] = []
        for candidate, pk in found:
            if pk is None:
                continue
            if pk in leads:
                pairs.append((candidate, leads[pk]))
            else:
                chunk.duplicate(candidate.row, "lead_of_another")
        changed = update_many(pairs=[(lead, c.draft) for c, lead in pairs], by=self.by, now=now, profiles=self.profiles)
        self._count_updated(pairs, {lead.pk for lead in changed}, chunk)
        RowSeen.objects.bulk_create(
            [RowSeen(digest=c.lead_row.digest, lead=lead) for c, lead in pairs], ignore_conflicts=True
        )

    def _count_updated(self, pairs: Iterable[tuple[_Candidate, Lead]], changed: set[int], chunk: Chunk) -> None:
        for candidate, lead in pairs:
            if lead.pk in changed:
                chunk.tally.updated += 1
            else:
                chunk.skip(candidate.row)

    def _writable(self, ids: set[int]) -> dict[int, Lead]:
        """Those that ``by`` may change; what lies in the pool any import may complete."""
        leads = Lead.objects.visible_to(self.by, "write").filter(pk__in=ids).in_bulk()
        if self.by.may(Permission.LEAD_IMPORT):
            leads |= Lead.objects.filter(pk__in=ids, owner=None).in_bulk()
        return leads

    # From names to records

    def _candidate(self, row: Row, lead_row: LeadRow, chunk: Chunk) -> _Candidate:
        values: dict[str, Any] = dict(lead_row.values)
        attributes = dict(lead_row.attributes)
        owner_id, source_id = self.terms.owner_id, None
        if lead_row.owner:
            named = self._owners.get(lead_row.owner.casefold())
            if named is None:
                chunk.tally.owners_unknown += 1
                attributes["负责人"] = lead_row.owner
            else:
                owner_id = named
        if lead_row.source:
            source_id = self._sources.get(lead_row.source.casefold())
            if source_id is None:
                chunk.tally.sources_unknown += 1
                source_id = self._sources.get(OTHER_SOURCE)
                if values.setdefault("source_detail", lead_row.source) != lead_row.source:
                    attributes["线索来源"] = lead_row.source
        draft = LeadDraft(
            **values, attributes=attributes, owner_id=owner_id, source_id=source_id, campaign_id=self.terms.campaign_id
        )
        party, want = draft.keys
        keys = ((party, want),) if not draft.credit_code else ((party, want), _code_key(draft.credit_code, want))
        return _Candidate(row, lead_row, draft, keys)


class Rehearsal(Intake):
    """The same without writing: what was new is remembered instead. Also names rows that look like something else."""

    def __init__(self, *, terms: Terms, by: Principal, today: date, file: str) -> None:
        super().__init__(terms=terms, by=by, today=today, file=file)
        self._digests: set[bytes] = set()
        self._keys: set[tuple[str, str]] = set()

    def seen(self, digests: set[bytes]) -> set[bytes]:
        return super().seen(digests) | (digests & self._digests)

    def existing(self, candidates: Sequence[_Candidate]) -> dict[tuple[str, str], int]:
        imagined = {key: 0 for c in candidates for key in c.keys if key in self._keys}
        return imagined | super().existing(candidates)

    def _create(self, candidates: Sequence[_Candidate], chunk: Chunk, *, now: datetime) -> None:
        self._remember(candidates)
        chunk.tally.created += len(candidates)
        self._name_similar(candidates, chunk)

    def _update(self, candidates: Sequence[_Candidate], chunk: Chunk, *, now: datetime) -> None:
        there = self.existing(candidates)
        found = [(c, next((there[key] for key in c.keys if key in there), None)) for c in candidates]
        self._create([c for c, pk in found if pk is None], chunk, now=now)
        leads = self._writable({pk for _, pk in found if pk})
        for candidate, pk in found:
            if pk is None:
                continue
            if pk == 0:  # a row above would have made it
                chunk.tally.updated += 1
            elif pk not in leads:
                chunk.duplicate(candidate.row, "lead_of_another")
            else:
                self._count_updated([(candidate, leads[pk])], _would_change(leads[pk], candidate.draft), chunk)
        self._remember([c for c, pk in found if pk is not None])

    def _remember(self, candidates: Sequence[_Candidate]) -> None:
        self._digests.update(c.lead_row.digest for c in candidates)
        self._keys.update(key for c in candidates for key in c.keys)

    def _name_similar(self, candidates: Sequence[_Candidate], chunk: Chunk) -> None:
        """New by name and wish, but the phone is known or the company is a customer already."""
        phones = {c.draft.phone for c in candidates if c.draft.phone}
        known = set(Lead.objects.real().filter(phone__in=phones).values_list("phone", flat=True))
        known |= set(Customer.objects.real().filter(phone__in=phones).values_list("phone", flat=True))
        parties = {c.keys[0][0] for c in candidates}
        customers = set(Customer.objects.real().filter(name_key__in=parties).values_list("name_key", flat=True))
        for candidate in candidates:
            reasons = [RowReason("phone_known", "", candidate.draft.phone)] if candidate.draft.phone in known else []
            if candidate.keys[0][0] in customers:
                reasons.append(RowReason("customer_known", "", candidate.draft.company))
            if reasons:
                chunk.tally.similar += 1
                chunk.reported.append(Reported(candidate.row, Outcome.SIMILAR, tuple(reasons)))


def one_at_a_time() -> None:
    """Two imports at once would both find a lead missing and both make it: on PostgreSQL chunks take turns."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _would_change(lead: Lead, draft: LeadDraft) -> set[int]:
    before = draft_of(lead)
    return {lead.pk} if merged(before, replace(draft, owner_id=before.owner_id)) != before else set()


def _waves(candidates: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Rows of one key one after the other: the second completes what the first made."""
    times: dict[tuple[str, str], int] = {}
    numbered: list[tuple[int, _Candidate]] = []
    for candidate in candidates:
        wave = max(times.get(key, 0) for key in candidate.keys)
        times.update(dict.fromkeys(candidate.keys, wave + 1))
        numbered.append((wave, candidate))
    numbered.sort(key=lambda pair: pair[0])
    return [[candidate for _, candidate in wave] for _, wave in groupby(numbered, key=lambda pair: pair[0])]


def _without_refused(candidates: Sequence[_Candidate], refusal: Refused, chunk: Chunk) -> list[_Candidate]:
    """What the rules of a lead refuse is rejected row by row; a refusal of the whole goes on."""
    refused: dict[int, list[RowReason]] = {}
    for reason in refusal.verdict.reasons:
        row = reason.params.get("row")
        if not isinstance(row, int):
            raise refusal
        refused.setdefault(row, []).append(RowReason(reason.code, "", str(reason.params.get("field", ""))))
    for place, reasons in refused.items():
        chunk.reject(candidates[place].row, tuple(reasons))
    return [c for place, c in enumerate(candidates) if place not in refused]


def _owners(by: Principal) -> dict[str, int]:
    """To whom a row may be given, by login and by name; a name that two people bear says nothing."""
    people = receivers(by).values()
    names: dict[str, list[int]] = {}
    for user in people:
        names.setdefault(user.name.casefold(), []).append(user.pk)
    found = {name: ids[0] for name, ids in names.items() if name and len(ids) == 1}
    return found | {user.username.casefold(): user.pk for user in people}


def _code_key(code: str, want: str) -> tuple[str, str]:
    return f"#{code}", want
