from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.queries import key_of
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import LeadStatus, keys_of, name_key_of

MOST_HITS = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that looks like the one at hand (S2.3).

    ``label`` and ``url`` are empty where the viewer may not see it: then he learns that it exists and whom to ask, no
    more. ``matched`` holds ``name``, ``phone``, ``credit_code``, ``want``. ``is_exact``: nobody enters this twice
    without saying so.
    """

    key: str
    kind: str  # "lead" or "customer"
    matched: tuple[str, ...]
    label: str
    url: str
    owner_id: int | None
    owner: str  # empty: in the pool
    status: str
    last_touch_at: datetime | None
    is_exact: bool

    @property
    def is_visible(self) -> bool:
        return bool(self.url)


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
    ignoring: Collection[str] = (),
) -> list[Hit]:
    """Leads, pool and customers with exactly the same normalised name, phone or credit code; exact ones first.

    Looks beyond what ``who`` may see, and tells no more of it than its owner. ``ignoring`` holds history keys.
    """
    keys = keys_of(company=name, contact=contact, phone=phone, email=email, wechat=wechat, want=want)
    hits = [
        *_lead_hits(keys.party, keys.want, phone=phone, credit_code=credit_code),
        *_customer_hits(name_key_of(name) if name else "", phone=phone, credit_code=credit_code),
    ]
    shown = _seen_by(who, [hit for hit in hits if hit.key not in ignoring])
    return sorted(shown, key=lambda hit: not hit.is_exact)[: 2 * MOST_HITS]


def duplicates_of_lead(lead: Lead, *, who: Principal) -> list[Hit]:
    """What looks like this lead, without itself, its own customer and what somebody has told apart from it."""
    own = {key_of(lead), *lead.distinct_from}
    if lead.customer_id is not None:
        own.add(f"{Customer._meta.label_lower}:{lead.customer_id}")
    return duplicates_of(
        who=who, name=lead.company, phone=lead.phone, credit_code=lead.credit_code, want=lead.want,
        contact=lead.contact, email=lead.email, wechat=lead.wechat, ignoring=own,
    )  # fmt: skip


def _lead_hits(party: str, want: str, *, phone: str, credit_code: str) -> list[Hit]:
    real = Lead.objects.real()
    ways: list[QuerySet[Lead]] = []
    if party:
        ways += [real.filter(party_key=party, want_key=want), real.filter(party_key=party)]
    if phone:
        ways.append(real.filter(phone=phone).exclude(phone=""))
    if credit_code:
        ways.append(real.filter(credit_code=credit_code).exclude(credit_code=""))
    found: dict[int, Lead] = {}
    for way in ways:
        for lead in way.select_related("owner").order_by("-id")[:MOST_HITS]:
            found.setdefault(lead.pk, lead)
    return [_lead_hit(lead, party=party, want=want, phone=phone, credit_code=credit_code) for lead in found.values()]


def _lead_hit(lead: Lead, *, party: str, want: str, phone: str, credit_code: str) -> Hit:
    matched = [
        name
        for name, same in (
            ("name", bool(party) and lead.party_key == party),
            ("want", bool(party) and lead.party_key == party and lead.want_key == want),
            ("phone", bool(phone) and lead.phone == phone),
            ("credit_code", bool(credit_code) and lead.credit_code == credit_code),
        )
        if same
    ]
    exact = "credit_code" in matched or "want" in matched or {"name", "phone"} <= set(matched)
    return _hit(lead, "lead", matched, status=lead.status, exact=exact and lead.status != LeadStatus.DISCARDED)


def _customer_hits(name_key: str, *, phone: str, credit_code: str) -> list[Hit]:
    real = Customer.objects.real()
    ways: list[QuerySet[Customer]] = []
    if name_key:
        ways.append(real.filter(name_key=name_key))
    if phone:
        ways.append(real.filter(phone=phone).exclude(phone=""))
        ways.append(real.filter(pk__in=Contact.objects.filter(phone=phone).exclude(phone="").values("customer_id")))
    if credit_code:
        ways.append(real.filter(credit_code=credit_code).exclude(credit_code=""))
    found: dict[int, tuple[Customer, set[str]]] = {}
    for way in ways:
        for customer in way.select_related("owner").order_by("-id")[:MOST_HITS]:
            reasons = found.setdefault(customer.pk, (customer, set()))[1]
            reasons |= _customer_matches(customer, name_key=name_key, phone=phone, credit_code=credit_code)
    return [_customer_hit(customer, reasons) for customer, reasons in found.values()]


def _customer_matches(customer: Customer, *, name_key: str, phone: str, credit_code: str) -> set[str]:
    found = set()
    if name_key and customer.name_key == name_key:
        found.add("name")
    if credit_code and customer.credit_code == credit_code:
        found.add("credit_code")
    if phone and (customer.phone == phone or not found):  # found by nothing else: by the phone of a contact
        found.add("phone")
    return found


def _customer_hit(customer: Customer, reasons: set[str]) -> Hit:
    exact = "credit_code" in reasons or {"name", "phone"} <= reasons
    return _hit(customer, "customer", sorted(reasons), status="", exact=exact)


def _hit(record: Any, kind: str, matched: Iterable[str], *, status: str, exact: bool) -> Hit:
    return Hit(
        key=key_of(record),
        kind=kind,
        matched=tuple(matched),
        label=record.company if kind == "lead" else record.name,
        url=record.get_absolute_url(),
        owner_id=record.owner_id,
        owner=record.owner.name if record.owner else "",
        status=status,
        last_touch_at=record.last_touch_at,
        is_exact=exact,
    )


def _seen_by(who: Principal, hits: list[Hit]) -> list[Hit]:
    """Take away from each hit what the viewer may not see. Two queries, none where there is nothing."""
    ids: dict[str, list[int]] = {"lead": [], "customer": []}
    for hit in hits:
        ids[hit.kind].append(int(hit.key.rpartition(":")[2]))
    seen: set[str] = set()
    if ids["lead"]:
        leads = Lead.objects.visible_to(who).filter(pk__in=ids["lead"])
        seen |= {f"{Lead._meta.label_lower}:{pk}" for pk in leads.values_list("pk", flat=True)}
    if ids["customer"]:
        customers = Customer.objects.visible_to(who).filter(pk__in=ids["customer"])
        seen |= {f"{Customer._meta.label_lower}:{pk}" for pk in customers.values_list("pk", flat=True)}
    return [hit if hit.key in seen else _hidden(hit) for hit in hits]


def _hidden(hit: Hit) -> Hit:
    return Hit(
        key=hit.key, kind=hit.kind, matched=hit.matched, label="", url="", owner_id=hit.owner_id, owner=hit.owner,
        status=hit.status, last_touch_at=None, is_exact=hit.is_exact,
    )  # fmt: skip
