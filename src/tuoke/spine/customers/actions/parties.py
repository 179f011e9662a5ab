"""Customers and their contacts are written down and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.base.records.models import key_of
from tuoke.services.search.actions import index
from tuoke.services.search.rules import search_text
from tuoke.spine.customers import hooks
from tuoke.spine.customers.actions.holding import hand_over, redate, tell_given
from tuoke.spine.customers.actions.judging import WATCHED, settle_facts
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.customers.queries import Hit, duplicates_of, matching_customer, receivers
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, Handling, OnDuplicate, name_key_of, traces_of
from tuoke.spine.customers.rules.finding import customer_search_text


class Duplicate(Refused):
    """It is there already; ``hits`` as far as the person may see them. Ask, then come back with ``ACCEPT``."""

    def __init__(self, hits: list[Hit]) -> None:
        super().__init__(no("duplicate_exists", hits=len(hits)))
        self.hits = hits


def take_turns(*keys: str) -> None:
    """Whoever enters the same party at the same moment waits here, so that he then finds what the first has stored.

    The keys are names, phones and codes as ``rules`` folds them; held until the transaction ends. SQLite lets one
    write at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for key in sorted({key for key in keys if key}):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


@transaction.atomic
def create_customer(
    *, draft: CustomerDraft, by: Principal, now: datetime, on_duplicate: OnDuplicate = OnDuplicate.REFUSE
) -> Customer:
    """Raises Duplicate on the same credit code or name; Refused: the draft's faults, owner_not_allowed."""
    _require_right(by)
    _require_sound(draft.faults())
    owner = _owner(by, draft.owner_id)
    if on_duplicate is OnDuplicate.REFUSE:
        take_turns(name_key_of(draft.name), draft.credit_code)
        _refuse_duplicates(draft, by=by, ignoring=())
    customer = Customer(
        **_columns(draft),
        is_practice=draft.is_practice,
        owner=owner,
        department_id=owner.department_id if owner else None,
        created_at=now,
        created_by_id=by.user_id,
    )
    customer.search_text = customer_search_text(customer)
    customer.owned_since = now if owner else None
    redate(customer)
    customer.save()
    index("customer", {customer.pk: customer.search_text})
    facts = {"name": customer.name, "owner": owner.name if owner else ""}
    _record("created", customer, by=by, now=now, facts=facts)
    _tell(customer, by=by, now=now)
    return customer


@transaction.atomic
def edit_customer(
    *,
    customer: Customer,
    version: int,
    draft: CustomerDraft,
    by: Principal,
    now: datetime,
    on_duplicate: OnDuplicate = OnDuplicate.REFUSE,
) -> Customer:
    """Change what is known. The owner stays (see ``transfer_customer``). Duplicates matter where a key changes."""
    customer = _locked(customer, by)
    if customer.version != version:
        raise Conflict(customer)
    _require_sound(draft.faults())
    after = _columns(draft)
    changes = changes_between(before={name: getattr(customer, name) for name in after}, after=after)
    if not changes:
        return customer
    if on_duplicate is OnDuplicate.REFUSE and {"name_key", "credit_code"} & set(changes):
        _refuse_duplicates(draft, by=by, ignoring=(key_of(customer),))
    for derived in ("name_key", "core", "sound"):
        changes.pop(derived, None)
    _apply(customer, **after)
    if {"name", "phone", "credit_code"} & set(changes):
        customer.search_text = customer_search_text(customer)
        customer.save(update_fields=["search_text"])
        index("customer", {customer.pk: customer.search_text})
    _record("edited", customer, by=by, now=now, changes=changes)
    if WATCHED & set(changes):
        settle_facts(party=customer, by=by, now=now)
    _tell(customer, by=by, now=now)
    return customer


@transaction.atomic
def transfer_customer(*, customer: Customer, to: User, by: Principal, now: datetime) -> Customer:
    """Give the customer to a colleague within one's scope (O2). Raises Refused: same_owner, owner_not_allowed."""
    customer = _locked(customer, by)
    if customer.owner_id == to.pk:
        raise Refused(no("same_owner", name=to.name))
    _owner(by, to.pk)
    before = customer.owner.name if customer.owner else ""
    hand_over(customer, to=to, how=Handling.TRANSFERRED, now=now)
    _record("transferred", customer, by=by, now=now, changes={"owner": (before, to.name)})
    tell_given("customer", {to.pk: [customer.pk]}, by=by, now=now)
    return customer


def match_or_create(*, draft: CustomerDraft, by: Principal, now: datetime) -> tuple[Customer, bool]:
    """The customer of that name or code, or a new one; and whether it is new.

    One without an owner becomes the draft's owner's. Raises Refused: customer_elsewhere (a colleague holds it).
    """
    found = matching_customer(name=draft.name, credit_code=draft.credit_code, phone=draft.phone, market=draft.market)
    if found is None:
        return create_customer(draft=draft, by=by, now=now, on_duplicate=OnDuplicate.ACCEPT), True
    if found.owner_id is None and draft.owner_id is not None:
        return _take_up(found, owner_id=draft.owner_id, by=by, now=now), False
    if not Customer.objects.visible_to(by, "write").filter(pk=found.pk).exists():
        raise Refused(no("customer_elsewhere", name=found.owner.name if found.owner else ""))
    return found, False


@transaction.atomic
def add_contact(*, customer: Customer, draft: ContactDraft, by: Principal, now: datetime) -> Contact:
    """Raises Refused: the draft's faults."""
    customer = _locked(customer, by)
    _require_sound(draft.faults())
    contact = Contact(customer=customer, **asdict(draft))
    contact.search_text = _contact_search_text(contact)
    contact.save()
    index("contact", {contact.pk: contact.search_text})
    facts = {"name": contact.name, "position": contact.position, "role": contact.role}
    _record_contact("contact_added", contact, by=by, now=now, facts=facts)
    _tell(customer, by=by, now=now)
    return contact


@transaction.atomic
def edit_contact(*, contact: Contact, version: int, draft: ContactDraft, by: Principal, now: datetime) -> Contact:
    """Raises Conflict when stale; Refused: the draft's faults."""
    contact = Contact.objects.visible_to(by, "write").select_for_update().get(pk=contact.pk)
    if contact.version != version:
        raise Conflict(contact)
    _require_sound(draft.faults())
    after = asdict(draft)
    changes = changes_between(before={name: getattr(contact, name) for name in after}, after=after)
    if not changes:
        return contact
    for name, value in after.items():
        setattr(contact, name, value)
    contact.version += 1
    contact.search_text = _contact_search_text(contact)
    contact.save()
    index("contact", {contact.pk: contact.search_text})
    facts = {"name": contact.name, "position": contact.position}
    _record_contact("contact_edited", contact, by=by, now=now, changes=changes, facts=facts)
    _tell(contact.customer, by=by, now=now)
    return contact


def _take_up(customer: Customer, *, owner_id: int, by: Principal, now: datetime) -> Customer:
    owner = _owner(by, owner_id)
    assert owner is not None
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    hand_over(customer, to=owner, how=Handling.ASSIGNED, now=now)
    _record("transferred", customer, by=by, now=now, changes={"owner": ("", owner.name)})
    return customer


def _tell(customer: Customer, *, by: Principal, now: datetime) -> None:
    for told in hooks.on_customer_changed:
        told(customer, by, now)


def _locked(customer: Customer, by: Principal) -> Customer:
    return Customer.objects.visible_to(by, "write").select_for_update().get(pk=customer.pk)


def _require_right(by: Principal) -> None:
    if not by.may(Permission.CUSTOMER_WRITE):
        raise Refused(no("may_not_write"))


def _require_sound(faults: tuple[Reason, ...]) -> None:
    if faults:
        raise Refused(Verdict(faults))


def _owner(by: Principal, owner_id: int | None) -> User | None:
    if owner_id is None:
        return None
    owner = receivers(by, Permission.CUSTOMER_WRITE).get(owner_id)
    if owner is None:
        raise Refused(no("owner_not_allowed", field="owner"))
    return owner


def _refuse_duplicates(draft: CustomerDraft, *, by: Principal, ignoring: tuple[str, ...]) -> None:
    """A customer is unique by code and name; leads of the same party are no obstacle."""
    hits = duplicates_of(who=by, name=draft.name, phone=draft.phone, credit_code=draft.credit_code, ignoring=ignoring)
    same = [hit for hit in hits if hit.kind == "customer" and {"name", "credit_code"} & set(hit.matched)]
    if same and not draft.is_practice:
        raise Duplicate(same)


def _columns(draft: CustomerDraft) -> dict[str, Any]:
    columns = asdict(draft)
    del columns["owner_id"], columns["is_practice"]
    name = draft.name.strip()
    return columns | {"name": name, "name_key": name_key_of(name), **traces_of(name)._asdict()}


def _apply(customer: Customer, **values: Any) -> None:
    for name, value in values.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.save(update_fields=[*(name.removesuffix("_id") for name in values), "version"])


def _contact_search_text(contact: Contact) -> str:
    return search_text(contact.phone, contact.email, contact.wechat, names=(contact.name,))


def _record(
    verb: str,
    customer: Customer,
    *,
    by: Principal,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    record(
        kind=f"customers.{verb}", subject=customer, thread=customer, party=customer, by=by, at=now,
        changes=changes, facts=facts,
    )  # fmt: skip


def _record_contact(
    verb: str,
    contact: Contact,
    *,
    by: Principal,
    now: datetime,
    facts: Mapping[str, Any],
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    party = f"{Customer._meta.label_lower}:{contact.customer_id}"
    record(
        kind=f"customers.{verb}",
        subject=contact,
        thread=party,
        party=party,
        by=by,
        at=now,
        changes=changes,
        facts=facts,
    )
