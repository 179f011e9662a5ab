"""合并 and its undo (S2.3): two records become one, nothing of either is lost, and for 30 days it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.search import actions as search
from tuoke.spine.customers.actions.folding import fold_contacts, leave_folded, separate_contacts
from tuoke.spine.customers.actions.joining import index_party, join, leave, work_out
from tuoke.spine.customers.actions.journal import columns_of, edited_since, restore
from tuoke.spine.customers.actions.pairs import carry_pairs, pairs_between, settle_pair, take_pairs_back
from tuoke.spine.customers.actions.repointing import move_all
from tuoke.spine.customers.hooks import Move
from tuoke.spine.customers.models import Customer, Lead, Merge
from tuoke.spine.customers.queries.merging import weighings_of
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.customers.rules.merging import UNDO_FOR, OnConflict, Side, left_over, said, settled

Party = TypeVar("Party", Lead, Customer)


@dataclass(frozen=True, slots=True)
class Choices:
    """``sides``: by group (``rules.merging.LEAD_GROUPS``, ``CUSTOMER_GROUPS``) whose value is kept; the rest takes what is
    proposed. ``contacts``: of customers, which contact of the gone one is the same person as which of the kept one."""

    sides: Mapping[str, Side] = field(default_factory=dict)
    contacts: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def merge_leads(
    *,
    kept: Lead,
    kept_version: int,
    gone: Lead,
    gone_version: int,
    by: Principal,
    now: datetime,
    choices: Choices | None = None,
) -> Merge:
    """Put ``gone`` into ``kept``: its facts by choice, its history and all that points at it.

    Raises Conflict(current) where either was edited since; Lead.DoesNotExist where ``by`` may not see one. Refused:
    same_record, merged_already (name, into), not_yours (name), in_pool, gone_converted, both_converted, practice_mixed.
    """
    first, second = _locked_pair(Lead, kept, gone, by=by)
    _require_leads(first, second, by=by)
    _require_versions((first, kept_version), (second, gone_version))
    return _merge(first, second, choices or Choices(), by=by, now=now)


@transaction.atomic
def merge_customers(
    *,
    kept: Customer,
    kept_version: int,
    gone: Customer,
    gone_version: int,
    by: Principal,
    now: datetime,
    choices: Choices | None = None,
) -> Merge:
    """As ``merge_leads``; deals, needs, follow-ups and contacts go along. Refused also: contact_unknown."""
    first, second = _locked_pair(Customer, kept, gone, by=by)
    _require_mine((first, second), by=by)
    _require_same_world(first, second)
    _require_versions((first, kept_version), (second, gone_version))
    choices = choices or Choices()
    _require_contacts(choices.contacts, kept=first, gone=second)
    return _merge(first, second, choices, by=by, now=now)


@transaction.atomic
def undo_merge(*, merge: Merge, by: Principal, now: datetime, on_conflict: OnConflict = OnConflict.REFUSE) -> Merge:
    """Both as they were. What was pointed anew and still points there goes back; what came later stays with the kept one.

    Fields of the kept record that somebody edited since stay edited with KEEP_LATER; else Refused edited_since (fields).
    Refused also: undone_already, too_late (days), merged_on (name: undo that first), not_yours.
    """
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    kept, gone = _locked_pair(type(merge.kept), merge.kept, merge.gone, by=by)  # type: ignore[type-var]  # both are of one kind
    _require_undoable(merge, kept, gone, by=by, now=now)
    stale = edited_since(merge.after, kept)
    if stale and on_conflict is OnConflict.REFUSE:
        raise Refused(no("edited_since", fields=stale))
    move_all(Move(source=kept, target=gone, only=merge.moved))
    separate_contacts(merge.contacts)
    restore(kept, {name: value for name, value in merge.before.items() if name not in stale})
    restore(gone, merge.gone_before)
    take_pairs_back(merge.pairs)
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    if stale:
        work_out(kept, by=by, now=now)
    index_party(kept)
    index_party(gone)
    _tell("unmerged", kept, by=by, now=now, facts={"name": str(gone), "fields": stale})
    return merge


@transaction.atomic
def link_lead(*, lead: Lead, version: int, customer: Customer, by: Principal, now: datetime) -> Lead:
    """关联客户: the lead is an intention of this customer, whom ``by`` may see. Refused: lead_closed, linked_already."""
    lead = Lead.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=lead.pk)
    customer = Customer.objects.visible_to(by).real().get(pk=customer.pk)
    _require_versions((lead, version))
    if lead.status != LeadStatus.OPEN:
        raise Refused(no("lead_closed"))
    if lead.customer_id is not None:
        raise Refused(no("linked_already", name=str(lead.customer)))
    lead.customer = customer
    lead.version += 1
    lead.save(update_fields=["customer", "version"])
    settle_pair(lead, customer, by=by, now=now)
    _tell("linked", lead, by=by, now=now, facts={"name": customer.name})
    return lead


@transaction.atomic
def unlink_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """Take a link back. A converted lead stays with its customer (Refused lead_closed)."""
    lead = Lead.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=lead.pk)
    if lead.status != LeadStatus.OPEN or lead.customer is None:
        raise Refused(no("lead_closed"))
    customer, lead.customer = lead.customer, None
    lead.version += 1
    lead.save(update_fields=["customer", "version"])
    take_pairs_back({"settled": pairs_between(lead, customer)})
    _tell("unlinked", lead, by=by, now=now, facts={"name": customer.name})
    return lead


# What is asked before


def _locked_pair(model: type[Party], one: Party, other: Party, *, by: Principal) -> tuple[Party, Party]:
    """Both as they stand, locked in the order of their keys, so that two who merge crosswise don't wait for each other."""
    if one.pk == other.pk:
        raise Refused(no("same_record"))
    seen = model._default_manager.filter(pk__in=(one.pk, other.pk))
    locked = {party.pk: party for party in seen.select_for_update(of=("self",)).order_by("pk")}
    visible = set(model.objects.visible_to(by).filter(pk__in=locked).values_list("pk", flat=True))
    for pk in (one.pk, other.pk):
        if pk not in visible and (pk not in locked or not _was_just_merged(locked[pk], locked)):
            raise model.DoesNotExist
    return locked[one.pk], locked[other.pk]


def _was_just_merged(party: Lead | Customer, locked: Mapping[int, Any]) -> bool:
    return party.merged_into_id in locked


def _require_leads(kept: Lead, gone: Lead, *, by: Principal) -> None:
    _require_mine((kept, gone), by=by)
    _require_same_world(kept, gone)
    if gone.status == LeadStatus.CONVERTED:
        code = "both_converted" if kept.status == LeadStatus.CONVERTED else "gone_converted"
        raise Refused(no(code, name=str(gone)))


def _require_mine(parties: Sequence[Lead | Customer], *, by: Principal) -> None:
    for party in parties:
        if party.merged_into_id is not None:
            raise Refused(no("merged_already", name=str(party), into=str(party.merged_into)))
    verdict = Verdict()
    for party in parties:
        if type(party)._default_manager.within_reach_of(by).filter(pk=party.pk).exists():
            continue
        verdict &= no(
            "in_pool" if party.owner_id is None else "not_yours", name=party.owner.name if party.owner else ""
        )
    if not verdict:
        raise Refused(verdict)


def _require_same_world(kept: Lead | Customer, gone: Lead | Customer) -> None:
    if kept.is_practice != gone.is_practice:
        raise Refused(no("practice_mixed"))


def _require_versions(*seen: tuple[Lead | Customer, int]) -> None:
    for party, version in seen:
        if party.version != version:
            raise Conflict(party)


def _require_contacts(folded: Mapping[int, int], *, kept: Customer, gone: Customer) -> None:
    theirs = set(gone.contacts.values_list("pk", flat=True))
    mine = set(kept.contacts.values_list("pk", flat=True))
    if not (set(folded) <= theirs and set(folded.values()) <= mine):
        raise Refused(no("contact_unknown"))


def _require_undoable(
    merge: Merge, kept: Lead | Customer, gone: Lead | Customer, *, by: Principal, now: datetime
) -> None:
    if merge.undone_at is not None:
        raise Refused(no("undone_already"))
    if kept.merged_into_id is not None:
        raise Refused(no("merged_on", name=str(kept.merged_into)))
    if now - merge.at > UNDO_FOR:
        raise Refused(no("too_late", days=UNDO_FOR.days))
    for party in (kept, gone):
        if not type(party)._default_manager.within_reach_of(by).filter(pk=party.pk).exists():
            raise Refused(no("not_yours", name=party.owner.name if party.owner else ""))


# What is done


def _merge(kept: Party, gone: Party, choices: Choices, *, by: Principal, now: datetime) -> Merge:
    before, gone_before = columns_of(kept), columns_of(gone)
    weighings = weighings_of(kept, gone)
    columns = settled(weighings, choices.sides)
    left = left_over(weighings, columns)
    contacts = fold_contacts(choices.contacts)
    moved = move_all(Move(source=gone, target=kept))
    leave_folded(choices.contacts, gone, moved)
    join(kept, gone, weighings, columns, left)
    work_out(kept, by=by, now=now)
    leave(gone, kept)
    kept.refresh_from_db()
    after = columns_of(kept)
    changed = [name for name, value in before.items() if value != after[name]]
    merge = Merge.objects.create(
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        gone_before=gone_before,
        moved=moved,
        contacts=contacts,
        pairs={"settled": settle_pair(kept, gone, by=by, now=now), **carry_pairs(kept, gone, by=by, now=now)},
        at=now,
        by_id=by.user_id,
        **_two(kept, gone),
    )
    index_party(kept)
    search.remove("lead" if isinstance(gone, Lead) else "customer", [gone.pk])
    shown = {column for w in weighings if w.group.name != "owner" for column in w.group.columns}
    changes = {name: (before[name], after[name]) for name in changed if name in shown and not name.endswith("_id")}
    facts = {"name": str(gone), "merge": merge.pk, "left": {name: said(values) for name, values in left.items()}}
    _tell("merged", kept, by=by, now=now, changes=changes, facts=facts)
    record(kind="customers.merged_away", subject=gone, by=by, at=now, facts={"name": str(kept), "merge": merge.pk})
    return merge


def _two(kept: Lead | Customer, gone: Lead | Customer) -> dict[str, Any]:
    names = ("lead", "gone_lead") if isinstance(kept, Lead) else ("customer", "gone_customer")
    return dict(zip(names, (kept, gone), strict=True))


def _tell(verb: str, party: Lead | Customer, *, by: Principal, now: datetime, **more: Any) -> None:
    record(kind=f"customers.{verb}", subject=party, thread=party, party=party, by=by, at=now, **more)
