"""《客户需求清单》 taken in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from time import perf_counter

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused, Verdict, no
from tuoke.base.records.actions import event_of, record_many
from tuoke.services.exchange.reading import Row, Table
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.spine.customers.actions import add_contact, match_or_create
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.rules import FieldReason, columns_in, shown
from tuoke.steps.discovery.actions.checks import facts, named
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NEEDED, TABLE_COLUMNS, TableRow, read_row
from tuoke.steps.discovery.words import sentence

IMPORT_BATCH = 500


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
        event_of(kind="discovery.need_added", by=run.by, at=run.now, **named(need), facts=facts(need, imported=True))
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
