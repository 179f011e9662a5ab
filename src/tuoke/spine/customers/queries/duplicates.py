"""What is there already of a party, told to somebody who may not see all of it (S2.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from rapidfuzz.distance import Levenshtein

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.queries import key_of
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries.lookups import Row, rows_like, rows_of
from tuoke.spine.customers.queries.pairs import told_apart_from
from tuoke.spine.customers.rules import LeadStatus, keys_of, traces_of
from tuoke.spine.customers.rules.similarity import LISTED, SHOWN, Likeness, Part, Sketch, compare, folded_email

MOST_HITS = 10
MOST_OWN = 200
KINDS = ("lead", "customer")
_PAGES = {"lead": "leads:detail", "customer": "customers:detail"}
LEAST_SAME = 0.5
_LABELS = {"lead": Lead._meta.label_lower, "customer": Customer._meta.label_lower}


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that looks like the one at hand.

    ``label`` and ``url`` are empty where the viewer may not see it: then he learns that it exists and whom to ask, no
    more. ``matched`` holds codes of ``similarity.Part``; ``similarity`` goes from 0 to 100, ``how`` says what made it.
    ``is_exact``: nobody enters this twice without saying so. ``may_claim``: it waits in the pool for this viewer.
    ``compare_url``: where it stands beside the record at hand.
    """

    key: str
    kind: str  # "lead" or "customer"
    matched: tuple[str, ...]
    label: str
    is_visible: bool
    owner_id: int | None
    owner: str  # empty: in the pool
    status: str
    last_touch_at: datetime | None
    is_exact: bool
    similarity: int = 0
    how: tuple[Part, ...] = ()
    may_claim: bool = False
    compare_url: str = ""

    @property
    def url(self) -> str:
        return reverse(_PAGES[self.kind], args=[int(self.key.rpartition(":")[2])]) if self.is_visible else ""


def duplicates_of(
    *,
    who: Principal,
    name: str = "",
    phone: str = "",
    credit_code: str = "",
    want: str = "",
    contact: str = "",
    email: str = "",
    wechat: str = "",
    phones: Sequence[str] = (),
    ignoring: Collection[str] = (),
    kinds: Collection[str] = KINDS,
) -> list[Hit]:
    """Leads, pool and customers that are the same party or look like it; exact ones first, then by similarity.

    Looks beyond what ``who`` may see, and tells no more of it than its owner. What was merged shows as the record that
    was kept. ``phones`` are further numbers beside ``phone``; ``ignoring`` holds history keys.
    """
    keys = keys_of(company=name, contact=contact, phone=phone, email=email, wechat=wechat, want=want)
    sketch = Sketch(
        party=keys.party,
        company=name,
        phones=tuple(dict.fromkeys(filter(None, (phone, *phones)))),
        emails=(folded_email(email),) if email else (),
        wechat=wechat,
        contact=contact,
        credit_code=credit_code,
        want=keys.want,
    )
    return hits_of(sketch, who=who, ignoring=ignoring, kinds=kinds)


def duplicates_of_lead(lead: Lead, *, who: Principal) -> list[Hit]:
    """What looks like this lead, without itself, its own customer and what somebody has told apart from it."""
    own = {key_of(lead), *told_apart_from(lead)}
    if lead.customer_id is not None:
        own.add(f"{_LABELS['customer']}:{lead.customer_id}")
    return _comparable(hits_of(Sketch.of(lead), who=who, ignoring=own), "lead", lead.pk)


def duplicates_of_customer(customer: Customer, *, who: Principal) -> list[Hit]:
    """What looks like this customer, his people included; without his own leads and what was told apart from him."""
    own = {key_of(customer), *told_apart_from(customer)}
    own |= {f"{_LABELS['lead']}:{pk}" for pk in customer.leads.order_by("-id").values_list("pk", flat=True)[:MOST_OWN]}
    people = list(customer.contacts.values_list("phone", "email")[:MOST_HITS])
    sketch = Sketch.of_customer(customer)
    sketch = replace(
        sketch,
        phones=tuple(dict.fromkeys([*sketch.phones, *(phone for phone, _ in people if phone)])),
        emails=tuple(dict.fromkeys(folded_email(email) for _, email in people if email)),
    )
    return _comparable(hits_of(sketch, who=who, ignoring=own), "customer", customer.pk)


def hits_of(
    sketch: Sketch, *, who: Principal, ignoring: Collection[str] = (), kinds: Collection[str] = KINDS
) -> list[Hit]:
    found: dict[str, Hit] = {}
    for row, likeness in _alike(sketch, kinds):
        hit = _hit(row, likeness)
        known = found.get(hit.key)
        if hit.key not in ignoring and (known is None or _weight(hit) > _weight(known)):
            found[hit.key] = hit
    best = sorted(found.values(), key=_weight, reverse=True)[: 2 * MOST_HITS]
    return _seen_by(who, best)


def told(hits: Iterable[Hit]) -> list[Hit]:
    """What a screen tells: at most ten, and of what the viewer may not see one line for each person to ask, so that
    nobody can count or tell apart what isn't his. Vague likeness to hidden records isn't told at all."""
    lines: list[Hit] = []
    asked: set[int | None] = set()
    for hit in hits:
        if not hit.is_visible:
            if hit.owner_id in asked or (not hit.is_exact and hit.similarity < LISTED):
                continue
            asked.add(hit.owner_id)
        lines.append(hit)
    return lines[:MOST_HITS]


def _alike(sketch: Sketch, kinds: Collection[str]) -> list[tuple[Row, Likeness]]:
    core = traces_of(sketch.company).core
    rows = [row for row in rows_like(sketch) if row.kind in kinds and _is_worth_it(row, sketch, core)]
    judged = [(row, likeness) for row in rows if (likeness := compare(sketch, row.sketch)).score >= SHOWN]
    gone = {(row.kind, row.merged_into_id) for row, _ in judged if row.merged_into_id is not None}
    if not gone:
        return judged
    kept = {
        (row.kind, row.id): row for kind in kinds for row in rows_of(kind, [pk for k, pk in gone if k == kind and pk])
    }
    return [
        (row if row.merged_into_id is None else kept[row.kind, row.merged_into_id], likeness)
        for row, likeness in judged
        if row.merged_into_id is None or (row.kind, row.merged_into_id) in kept
    ]


def _is_worth_it(row: Row, sketch: Sketch, core: str) -> bool:
    """Neighbours in the order of names mostly share a beginning and no more: seen at a glance, at a fiftieth of the cost."""
    if not core or not row.core or row.phone in sketch.phones or row.email in sketch.emails:
        return True
    return (
        Levenshtein.normalized_similarity(core, row.core) >= LEAST_SAME or row.credit_code == sketch.credit_code != ""
    )


def _hit(row: Row, likeness: Likeness) -> Hit:
    record = f"{_LABELS[row.kind]}:{row.id}"
    return Hit(
        key=record,
        kind=row.kind,
        matched=tuple(part.code for part in likeness.parts if part.code != "want_blank"),
        label=row.name,
        is_visible=False,
        owner_id=row.owner_id,
        owner=row.owner or "",
        status=row.status,
        last_touch_at=None,
        is_exact=likeness.is_exact and row.status != LeadStatus.DISCARDED,
        similarity=likeness.score,
        how=likeness.parts,
    )


def _comparable(hits: list[Hit], kind: str, pk: int) -> list[Hit]:
    """With the way to put each beside the record at hand."""
    return [
        replace(
            hit, compare_url=reverse("customers:compare", args=[kind, pk, hit.kind, int(hit.key.rpartition(":")[2])])
        )
        if hit.is_visible
        else hit
        for hit in hits
    ]


def _weight(hit: Hit) -> tuple[bool, int, int]:
    return hit.is_exact, hit.similarity, len(hit.matched)


def _seen_by(who: Principal, hits: list[Hit]) -> list[Hit]:
    """Give each hit what the viewer may see of it. Two queries, none where there is nothing."""
    seen: dict[str, datetime | None] = {}
    for model, kind in ((Lead, "lead"), (Customer, "customer")):
        ids = [int(hit.key.rpartition(":")[2]) for hit in hits if hit.kind == kind]
        if ids:
            rows = model.objects.visible_to(who).filter(pk__in=ids).values_list("pk", "last_touch_at")
            seen |= {f"{_LABELS[kind]}:{pk}": at for pk, at in rows}
    return [_shown(hit, seen[hit.key], who) if hit.key in seen else replace(hit, label="") for hit in hits]


def _shown(hit: Hit, last_touch_at: datetime | None, who: Principal) -> Hit:
    waits = hit.kind == "lead" and hit.owner_id is None and hit.status == LeadStatus.OPEN
    return replace(
        hit,
        is_visible=True,
        last_touch_at=last_touch_at,
        may_claim=waits and who.may(Permission.LEAD_WRITE),
    )


def records_of(hits: Iterable[Hit]) -> list[Lead | Customer]:
    """The records behind the hits, whoever may see them: to be told apart, not shown."""
    keys = [(hit.kind, int(hit.key.rpartition(":")[2])) for hit in hits]
    leads = Lead.objects.in_bulk([pk for kind, pk in keys if kind == "lead"])
    customers = Customer.objects.in_bulk([pk for kind, pk in keys if kind == "customer"])
    return [leads[pk] if kind == "lead" else customers[pk] for kind, pk in keys]
