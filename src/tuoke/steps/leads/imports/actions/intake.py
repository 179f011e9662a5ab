"""Chunk by chunk from rows to leads: who is there already, what is new, what is written. One code for check and run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.bulk import insert
from tuoke.services.exchange.reading import Row
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers.actions import Noted, note_pairs
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import receivers
from tuoke.spine.customers.rules.similarity import LISTED
from tuoke.steps.leads.actions import create_many, update_many
from tuoke.steps.leads.imports.models import LeadImport, RowSeen
from tuoke.steps.leads.imports.queries import Known, known_among
from tuoke.steps.leads.imports.rules import LeadRow, Mapping, Reader, RowReason
from tuoke.steps.leads.imports.rules.conflicts import conflicts_of
from tuoke.steps.leads.imports.rules.runs import Duplicates, Outcome, Tally
from tuoke.steps.leads.queries import Profiles, draft_of
from tuoke.steps.leads.rules import Filling, LeadDraft, completed, merged

OTHER_SOURCE = "其他"
MOST_PAIRS = 3
_LOCK = 7_202_611  # any number, the same for all imports
_FILLINGS = {Duplicates.FILL: Filling.GAPS, Duplicates.UPDATE: Filling.OVERWRITE}


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
        self.tally.reasons.update({reason.code for reason in reasons})
        self.report(row, Outcome.REJECTED, reasons)

    def report(self, row: Row, outcome: Outcome, reasons: tuple[RowReason, ...] = ()) -> None:
        """Count it, and keep it for the list."""
        setattr(self.tally, outcome.value, getattr(self.tally, outcome.value) + 1)
        self.reported.append(Reported(row, outcome, reasons))


class Candidate(NamedTuple):
    row: Row
    lead_row: LeadRow
    draft: LeadDraft
    keys: tuple[tuple[str, str], ...]
    """Any of them found again is the same intention of the same party: by name, by credit code."""
    known: Known


class Intake:
    """Takes rows in under one set of terms. Keep it for a whole run; ``place`` belongs into the chunk's transaction."""

    def __init__(
        self, *, terms: Terms, by: Principal, today: date, file: str, lead_import: LeadImport | None = None
    ) -> None:
        self.terms = terms
        self.by = by
        self.file = file
        self.reader = Reader(terms.mapping)
        self.profiles = Profiles(today)
        self._import_id = lead_import.pk if lead_import else None
        self._made: dict[tuple[str, str], int] = {}
        self._owners = _owners(by)
        self._sources = {source.name.casefold(): source.pk for source in LeadSource.objects.all()}
        self._source_names = {pk: name for name, pk in self._sources.items()}

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
        else:
            for wave in _waves(candidates):
                self._settle(wave, chunk, now=now)
        self._made.clear()  # the next chunk finds them in the database

    # What is there already

    def _fresh(self, chunk: Chunk) -> list[Candidate]:
        """Without the very same rows, of this file or an earlier one."""
        seen = self.seen({lead_row.digest for _, lead_row in chunk.taken})
        fresh: list[tuple[Row, LeadRow, LeadDraft]] = []
        for row, lead_row in chunk.taken:
            if lead_row.digest in seen:
                chunk.report(row, Outcome.SKIPPED)
                continue
            seen.add(lead_row.digest)
            fresh.append((row, lead_row, self._draft(lead_row, chunk)))
        known = known_among([draft for _, _, draft in fresh])
        return [Candidate(*one, _keys(one[2]), about) for one, about in zip(fresh, known, strict=True)]

    def seen(self, digests: set[bytes]) -> set[bytes]:
        found = RowSeen.objects.filter(digest__in=digests).values_list("digest", flat=True)
        return {bytes(digest) for digest in found}

    def lead_of(self, candidate: Candidate) -> int | None:
        """The lead that is this intention; 0 where a row above would have made it."""
        if candidate.known.lead_id is not None:
            return candidate.known.lead_id
        return next((self._made[key] for key in candidate.keys if key in self._made), None)

    def _settle(self, wave: Sequence[Candidate], chunk: Chunk, *, now: datetime) -> None:
        """Every key of the candidates is there once."""
        found = [(candidate, self.lead_of(candidate)) for candidate in wave]
        there = [(candidate, pk) for candidate, pk in found if pk is not None]
        if self.terms.duplicates is Duplicates.SKIP:
            for candidate, _ in there:
                chunk.report(candidate.row, Outcome.DUPLICATE, (RowReason("lead_exists", "", ""),))
        else:
            self._update(there, chunk, now=now)
        self._create([candidate for candidate, pk in found if pk is None], chunk, now=now)

    # What is written

    def _create(self, candidates: Sequence[Candidate], chunk: Chunk, *, now: datetime) -> None:
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
        self._see(zip(candidates, leads, strict=True), created=True)
        self._report_created(candidates, chunk)
        note_pairs(pairs=_pairs_of(zip(candidates, leads, strict=True)), now=now)
        for candidate, lead in zip(candidates, leads, strict=True):
            self._made.update(dict.fromkeys(candidate.keys, lead.pk))

    def _report_created(self, candidates: Sequence[Candidate], chunk: Chunk) -> None:
        for candidate in candidates:
            chunk.report(candidate.row, Outcome.CREATED)
            if candidate.known.alike:
                reasons = tuple(RowReason(code, "", said) for code, said in candidate.known.alike)
                chunk.report(candidate.row, Outcome.SIMILAR, reasons)

    def _update(self, there: Sequence[tuple[Candidate, int]], chunk: Chunk, *, now: datetime) -> None:
        pairs = self._pairs(there, chunk)
        changed = update_many(
            pairs=[(lead, draft) for _, lead, draft in pairs], by=self.by, now=now, profiles=self.profiles,
            how=_FILLINGS[self.terms.duplicates],
        )  # fmt: skip
        self._report_updated(pairs, {lead.pk for lead in changed}, chunk)
        self._see(((candidate, lead) for candidate, lead, _ in pairs), created=False)

    def _pairs(self, there: Sequence[tuple[Candidate, int]], chunk: Chunk) -> list[tuple[Candidate, Lead, LeadDraft]]:
        """Those that may be updated, each told of where it says something else. A made-up source overwrites none."""
        leads = self._writable({pk for _, pk in there})
        pairs: list[tuple[Candidate, Lead, LeadDraft]] = []
        for candidate, pk in there:
            lead = leads.get(pk)
            if lead is None:
                chunk.report(candidate.row, Outcome.DUPLICATE, (RowReason("lead_of_another", "", ""),))
                continue
            draft = candidate.draft
            if draft.source_id == self._sources.get(OTHER_SOURCE) and lead.source_id is not None:
                draft = replace(draft, source_id=None)
            reasons = conflicts_of(draft_of(lead), draft, sources=self._source_names)
            if reasons:
                chunk.report(candidate.row, Outcome.CONFLICTS, reasons)
            pairs.append((candidate, lead, draft))
        return pairs

    def _report_updated(
        self, pairs: Iterable[tuple[Candidate, Lead, LeadDraft]], changed: set[int], chunk: Chunk
    ) -> None:
        for candidate, lead, _ in pairs:
            chunk.report(candidate.row, Outcome.UPDATED if lead.pk in changed else Outcome.SKIPPED)

    def _writable(self, ids: set[int]) -> dict[int, Lead]:
        """Those that ``by`` may change; what lies in the pool any import may complete."""
        leads = Lead.objects.visible_to(self.by, "write").filter(pk__in=ids).in_bulk()
        if self.by.may(Permission.LEAD_IMPORT):
            leads |= Lead.objects.filter(pk__in=ids, owner=None).in_bulk()
        return leads

    def _see(self, taken: Iterable[tuple[Candidate, Lead]], *, created: bool) -> None:
        insert(
            [
                RowSeen(digest=c.lead_row.digest, lead_id=lead.pk, lead_import_id=self._import_id, created=created)
                for c, lead in taken
            ]
        )

    # From names to records

    def _draft(self, lead_row: LeadRow, chunk: Chunk) -> LeadDraft:
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
        return LeadDraft(
            **values, attributes=attributes, owner_id=owner_id, source_id=source_id, campaign_id=self.terms.campaign_id
        )


class Rehearsal(Intake):
    """The same without writing: what was new is remembered instead, as numbers to stay small."""

    def __init__(
        self, *, terms: Terms, by: Principal, today: date, file: str, lead_import: LeadImport | None = None
    ) -> None:
        super().__init__(terms=terms, by=by, today=today, file=file, lead_import=lead_import)
        self._digests: set[int] = set()
        self._keys: set[int] = set()

    def seen(self, digests: set[bytes]) -> set[bytes]:
        return super().seen(digests) | {digest for digest in digests if hash(digest) in self._digests}

    def lead_of(self, candidate: Candidate) -> int | None:
        found = super().lead_of(candidate)
        return 0 if found is None and any(hash(key) in self._keys for key in candidate.keys) else found

    def _create(self, candidates: Sequence[Candidate], chunk: Chunk, *, now: datetime) -> None:
        self._remember(candidates)
        self._report_created(candidates, chunk)

    def _update(self, there: Sequence[tuple[Candidate, int]], chunk: Chunk, *, now: datetime) -> None:
        for candidate, _ in (pair for pair in there if not pair[1]):
            chunk.report(candidate.row, Outcome.UPDATED)
        pairs = self._pairs([pair for pair in there if pair[1]], chunk)
        fill = merged if self.terms.duplicates is Duplicates.UPDATE else completed
        self._report_updated(pairs, {lead.pk for _, lead, draft in pairs if _would_change(lead, draft, fill)}, chunk)
        self._remember([candidate for candidate, _ in there])

    def _remember(self, candidates: Sequence[Candidate]) -> None:
        self._digests.update(hash(c.lead_row.digest) for c in candidates)
        self._keys.update(hash(key) for c in candidates for key in c.keys)


def one_at_a_time() -> None:
    """Two imports at once would both find a lead missing and both make it: on PostgreSQL chunks take turns."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _pairs_of(made: Iterable[tuple[Candidate, Lead]]) -> Iterator[Noted]:
    """What the review queue is told of new leads (S2.3)."""
    for candidate, lead in made:
        for alike in candidate.known.records[:MOST_PAIRS]:
            if alike.similarity >= LISTED:
                yield Noted(("lead", lead.pk), (alike.kind, alike.id), alike.likeness)


def _would_change(lead: Lead, draft: LeadDraft, fill: Any) -> bool:
    before = draft_of(lead)
    return bool(fill(before, replace(draft, owner_id=before.owner_id)) != before)


def _waves(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Rows of one key one after the other: the second completes what the first made."""
    times: dict[tuple[str, str], int] = {}
    numbered: list[tuple[int, Candidate]] = []
    for candidate in candidates:
        wave = max(times.get(key, 0) for key in candidate.keys)
        times.update(dict.fromkeys(candidate.keys, wave + 1))
        numbered.append((wave, candidate))
    numbered.sort(key=lambda pair: pair[0])
    return [[candidate for _, candidate in wave] for _, wave in groupby(numbered, key=lambda pair: pair[0])]


def _without_refused(candidates: Sequence[Candidate], refusal: Refused, chunk: Chunk) -> list[Candidate]:
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


def _keys(draft: LeadDraft) -> tuple[tuple[str, str], ...]:
    party, want = draft.keys
    return ((party, want),) if not draft.credit_code else ((party, want), (f"#{draft.credit_code}", want))
