"""What is done with the needs of a customer. Refusals are codes; ``words`` has the sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, event_of, record, record_many
from tuoke.services.exchange.reading import Row, Table
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.spine.customers.actions import add_contact, match_or_create, repointer
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.rules import FieldReason, columns_in, shown
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import (
    NEEDED,
    TABLE_COLUMNS,
    NeedDraft,
    TableRow,
    may_be_confirmed,
    may_be_listed,
    read_row,
)
from tuoke.steps.discovery.words import sentence

IMPORT_BATCH = 500


@transaction.atomic
def add_need(*, deal: Opportunity, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    """List a need of a deal that ``by`` may write (else Opportunity.DoesNotExist)."""
    deal = _deal(deal, by=by)
    _refuse(_draft_verdict(draft, customer_id=deal.customer_id, now=now) & _is_open(deal))
    need = Need(customer_id=deal.customer_id, opportunity=deal, created_at=now, **_columns(draft))
    need.save()
    _tell("need_added", need, by=by, at=now)
    return need


@transaction.atomic
def edit_need(*, need: Need, version: int, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    need = _locked(need, by=by, version=version)
    _refuse(_draft_verdict(draft, customer_id=need.customer_id, now=now) & _may_change(need))
    before = _shown(need)
    if draft.contact_id != need.contact_id:
        need.contact_label = need.position_label = ""
    for name, value in _columns(draft).items():
        setattr(need, name, value)
    _save(need)
    need = Need.objects.select_related("contact").get(pk=need.pk)
    if changes := changes_between(before=before, after=_shown(need)):
        _tell("need_edited", need, by=by, at=now, changes=changes)
    return need


@transaction.atomic
def confirm_need(*, need: Need, version: int, on: date, by: Principal, now: datetime) -> Need:
    """The customer said on that day that this is his need."""
    need = _locked(need, by=by, version=version)
    _refuse(may_be_confirmed(on, today=timezone.localdate(now)) & _may_change(need))
    before, need.confirmed_on = need.confirmed_on, on
    _save(need)
    _tell("need_confirmed", need, by=by, at=now, changes={"confirmed_on": (before, on)})
    return need


@transaction.atomic
def withdraw_need(*, need: Need, version: int, by: Principal, now: datetime) -> Need:
    """Take a need off the list; ``restore_need`` brings it back (O5)."""
    need = _locked(need, by=by, version=version)
    _refuse(_may_change(need))
    need.withdrawn_at = now
    _save(need)
    _tell("need_withdrawn", need, by=by, at=now)
    return need


@transaction.atomic
def restore_need(*, need: Need, by: Principal, now: datetime) -> Need:
    need = _locked(need, by=by)
    if need.withdrawn_at is None:
        return need
    _refuse(_is_open(need.opportunity))
    need.withdrawn_at = None
    _save(need)
    _tell("need_restored", need, by=by, at=now)
    return need


@transaction.atomic
def adopt_needs(*, deal: Opportunity, by: Principal, now: datetime) -> int:
    """The customer's needs that no deal has taken up become this deal's. Returns how many."""
    deal = _deal(deal, by=by)
    _refuse(_is_open(deal))
    loose = Need.objects.visible_to(by, "write").listed().filter(customer_id=deal.customer_id, opportunity=None)
    needs = list(loose.select_for_update(of=("self",)))
    for need in needs:
        need.opportunity, need.version = deal, need.version + 1
    Need.objects.bulk_update(needs, ["opportunity", "version"])
    if needs:
        record(
            kind="discovery.needs_adopted",
            subject=deal,
            thread=deal,
            party=deal.customer,
            by=by,
            at=now,
            facts={"count": len(needs), "descriptions": [need.description[:80] for need in needs[:10]]},
        )
    return len(needs)


def import_table(*, table: Table, by: Principal, now: datetime) -> ImportResult:
    """Take a 《客户需求清单》 in. Unknown customers and contacts are made; the very same row again adds nothing.

    A need goes to the only open deal that the importer has with the customer, else to the customer.
    Refused(columns_missing) before anything is written where the table is another one.
    """
    places = columns_in(table.headers, TABLE_COLUMNS)
    if missing := [name for name in NEEDED if name not in places]:
        raise Refused(no("columns_missing", columns=missing, wanted=TABLE_COLUMNS))
    if not by.may(Permission.NEED_WRITE):
        raise Refused(no("may_not_write"))
    begun, today = perf_counter(), timezone.localdate(now)
    run = _Run(by=by, now=now, result=ImportResult())
    for batch in table.batches(size=IMPORT_BATCH):
        taken: list[tuple[Row, TableRow]] = []
        for row in batch:
            run.result.rows += 1
            read = read_row(row.cells, places, today=today)
            if isinstance(read, TableRow):
                taken.append((row, read))
            else:
                run.result.reject(_rejected(row, read))
        _import_batch(taken, run=run)
    run.result.seconds = perf_counter() - begun
    return run.result


# Checks


def _refuse(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def _deal(deal: Opportunity, *, by: Principal) -> Opportunity:
    return Opportunity.objects.visible_to(by, "write").select_for_update().get(pk=deal.pk)


def _locked(need: Need, *, by: Principal, version: int | None = None) -> Need:
    current = Need.objects.visible_to(by, "write").select_for_update().get(pk=need.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def _is_open(deal: Opportunity | None) -> Verdict:
    return no("deal_closed") if deal and deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


def _may_change(need: Need) -> Verdict:
    return (no("need_withdrawn") if need.withdrawn_at else YES) & _is_open(need.opportunity)


def _draft_verdict(draft: NeedDraft, *, customer_id: int, now: datetime) -> Verdict:
    verdict = may_be_listed(draft, today=timezone.localdate(now))
    if draft.contact_id and not Contact.objects.filter(pk=draft.contact_id, customer_id=customer_id).exists():
        verdict &= no("contact_elsewhere")
    return verdict


# Changes


def _columns(draft: NeedDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind.value,
        "description": draft.description.strip(),
        "priority": draft.priority.value,
        "contact_id": draft.contact_id,
        "confirmed_on": draft.confirmed_on,
    }


def _save(need: Need) -> None:
    need.version += 1
    need.save()


# Handed down by config.wiring: needs go along when their customer or contact is merged into another

repoint = repointer((Need, "customer"), (Need, "contact"))


# The import


@transaction.atomic
def _import_batch(batch: Sequence[tuple[Row, TableRow]], *, run: _Run) -> None:
    held = [(row, read, party) for row, read in batch if (party := run.party_for(row, read))]
    _lock({party.pk for _, _, party in held})
    digests = {read.digest(customer_id=party.pk) for _, read, party in held}
    known = set(Need.objects.filter(import_digest__in=digests).values_list("import_digest", flat=True))
    listed = _listed({party.pk for _, _, party in held})
    fresh: list[Need] = []
    for _, read, party in held:
        digest = read.digest(customer_id=party.pk)
        same = (party.pk, read.contact, read.kind.value, read.description, read.priority.value, read.confirmed_on)
        if digest in known or same in listed:
            run.result.skipped += 1
            continue
        known.add(digest)
        fresh.append(run.need(read, party, digest))
    needs = Need.objects.bulk_create(fresh)
    record_many(
        event_of(kind="discovery.need_added", by=run.by, at=run.now, **_named(need), facts=_facts(need, imported=True))
        for need in needs
    )
    run.result.created += len(needs)


def _listed(customer_ids: set[int]) -> set[tuple[object, ...]]:
    """What stands in these customers' lists, as a row says it: an exported list comes back without doubles."""
    found = Need.objects.filter(customer_id__in=customer_ids).select_related("contact")
    return {
        (
            need.customer_id,
            need.contact_label or (need.contact.name if need.contact else ""),
            need.kind,
            need.description,
            need.priority,
            need.confirmed_on,
        )
        for need in found
    }


def _lock(customer_ids: set[int]) -> None:
    """Two imports about the same customer take turns, so that the second finds what the first has stored."""
    list(Customer.objects.select_for_update().filter(pk__in=customer_ids).order_by("pk").values_list("pk"))


class _Run:
    """One import: what it has found out so far about customers, their people and deals."""

    def __init__(self, *, by: Principal, now: datetime, result: ImportResult) -> None:
        self.by, self.now, self.result = by, now, result
        self._parties: dict[str, Customer | Verdict] = {}
        self._deals: dict[int, Opportunity | None] = {}
        self._people: dict[int, list[Contact]] = {}

    def party_for(self, row: Row, read: TableRow) -> Customer | None:
        """The customer of a row, made for the importer where it is new; None where the row had to be rejected."""
        if read.customer not in self._parties:
            self._parties[read.customer] = self._matched(read.customer)
        party = self._parties[read.customer]
        if isinstance(party, Customer):
            return party
        wrong = [FieldReason(TABLE_COLUMNS[0], reason) for reason in party.reasons]
        self.result.reject(_rejected(row, wrong))
        return None

    def need(self, read: TableRow, party: Customer, digest: str) -> Need:
        return Need(
            customer=party,
            opportunity=self._deal(party),
            contact=self._contact(read, party) if read.contact else None,
            customer_label=read.customer,
            contact_label=read.contact,
            position_label=read.position,
            kind=read.kind.value,
            description=read.description,
            priority=read.priority.value,
            confirmed_on=read.confirmed_on,
            import_digest=digest,
            created_at=self.now,
        )

    def _matched(self, name: str) -> Customer | Verdict:
        try:
            with transaction.atomic():
                draft = CustomerDraft(name=name, owner_id=self.by.user_id)
                return match_or_create(draft=draft, by=self.by, now=self.now)[0]
        except Refused as refusal:
            return refusal.verdict

    def _deal(self, party: Customer) -> Opportunity | None:
        if party.pk not in self._deals:
            deals = Opportunity.objects.visible_to(self.by, "write").running().filter(customer=party)
            if self.by.user_id:
                deals = deals.filter(owner_id=self.by.user_id)
            found = list(deals[:2])
            self._deals[party.pk] = found[0] if len(found) == 1 else None
        return self._deals[party.pk]

    def _contact(self, read: TableRow, party: Customer) -> Contact:
        """The person of that name, and position where both are known."""
        people = self._people.setdefault(party.pk, list(party.contacts.all()))
        for contact in people:
            same_position = not read.position or not contact.position or contact.position == read.position
            if contact.name == read.contact and same_position:
                return contact
        draft = ContactDraft(name=read.contact, position=read.position)
        people.append(add_contact(customer=party, draft=draft, by=self.by, now=self.now))
        return people[-1]


def _rejected(row: Row, wrong: Sequence[FieldReason]) -> Rejected:
    reasons = tuple((w.reason.code, w.column, sentence(w.reason)) for w in wrong)
    return Rejected(number=row.number, cells=tuple(shown(cell) for cell in row.cells), reasons=reasons)


# History


def _tell(
    verb: str,
    need: Need,
    *,
    by: Principal,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    record(kind=f"discovery.{verb}", by=by, at=at, changes=changes, facts=_facts(need), **_named(need))


def _named(need: Need) -> dict[str, Any]:
    customer = f"{Customer._meta.label_lower}:{need.customer_id}"
    return {"subject": need, "thread": need.opportunity or customer, "party": customer}


def _facts(need: Need, **more: Any) -> dict[str, Any]:
    return {
        "kind": need.kind,
        "description": need.description,
        "priority": need.priority,
        "confirmed_on": need.confirmed_on,
        **more,
    }


def _shown(need: Need) -> Mapping[str, Any]:
    return {
        "kind": need.kind,
        "description": need.description,
        "priority": need.priority,
        "contact": need.contact.name if need.contact else "",
        "confirmed_on": need.confirmed_on,
    }
