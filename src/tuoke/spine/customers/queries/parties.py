from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from django.db.models import Q, QuerySet

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import closed_sections, colleagues
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.models import Event
from tuoke.base.records.queries import key_of, open_events
from tuoke.services.exchange.rules import phones, sound
from tuoke.services.search.queries import in_open_part
from tuoke.spine.customers import hooks
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries.merging import gone_into
from tuoke.spine.customers.rules import CustomerDraft, LeadStatus, Reach, masked, name_key_of

MOST_LEADS = 200


def receivers(who: Principal, permission: Permission = Permission.LEAD_WRITE) -> dict[int, User]:
    """The people to whom ``who`` may give leads or customers, himself among them where he may hold some."""
    return {user.pk: user for user in colleagues(who, permission)}


def reach_of(lead: Lead, *, who: Principal) -> Reach:
    """Whom to talk to and how; masked while the lead waits in the pool, but not for those who give leads out (S2.6)."""
    reach = Reach(contact=lead.contact, phone=lead.phone, email=lead.email, wechat=lead.wechat)
    return masked(reach) if is_masked(lead, who=who) else reach


def is_masked(lead: Lead, *, who: Principal) -> bool:
    return lead.owner_id is None and lead.status != LeadStatus.CONVERTED and not who.may(Permission.LEAD_ASSIGN)


def findable(query: str, *, who: Principal) -> Q:
    """Narrows leads that a query has found: of one whose contact is masked for ``who`` only what is shown of it counts,
    or a whole number, so that nobody guesses a number digit by digit (S2.6)."""
    if who.may(Permission.LEAD_ASSIGN):
        return Q()
    numbers = phones(query) if sound(query) else None
    whole = Q(phone__in=[number.number for number in numbers]) if isinstance(numbers, tuple) else Q(pk__in=[])
    return Q(owner__isnull=False) | Q(status=LeadStatus.CONVERTED) | in_open_part(query) | whole


def name_of(lead: Lead, *, who: Principal) -> str:
    """What a lead is called on a screen: its company, else the person as far as he may be known."""
    reach = reach_of(lead, who=who)
    return lead.company or reach.contact or reach.phone or reach.email or reach.wechat


def matching_customer(*, name: str, credit_code: str, phone: str, market: str) -> Customer | None:
    """The customer that these facts name, whoever holds it: by credit code, else name; persons by phone."""
    real = Customer.objects.real()
    if credit_code and (found := real.filter(credit_code=credit_code).order_by("id").first()):
        return found
    if market == "toc":
        found_people = Q(phone=phone) | Q(contacts__phone=phone)
        return real.filter(found_people, market=market).order_by("id").first() if phone else None
    return real.filter(name_key=name_key_of(name)).order_by("id").first() if name else None


def timeline_of_customer(
    customer: Customer, *, who: Principal, before: int | None = None, limit: int = 30
) -> list[Event]:
    """What ``who`` may see of the customer, its deals and the leads that became it, newest first (F3). No secrets."""
    its = Q(customer=customer) | Q(merged_into__customer=customer)
    leads = Lead.objects.filter(its).order_by("-id").values_list("pk", flat=True)[:MOST_LEADS]
    own = [key_of(customer), *gone_into(customer)]
    parties = [*own, *(f"{Lead._meta.label_lower}:{pk}" for pk in leads)]
    visible = Lead.objects.visible_to(who).filter(customer=customer)
    seen = Lead.objects.filter(Q(pk__in=visible.values("pk")) | Q(merged_into__in=visible.values("pk")))
    keys = seen.order_by("-id").values_list("pk", flat=True)[:MOST_LEADS]
    threads = ["", *own, *(f"{Lead._meta.label_lower}:{pk}" for pk in keys)]
    threads += [key for find in hooks.threads_of for key in find(who, customer)]
    events = open_events(Event.objects.filter(party__in=parties, thread__in=threads), closed=closed_sections(who))
    if before is not None:
        events = events.filter(pk__lt=before)
    return list(events.order_by("-id")[:limit])


def people_of(customers: Iterable[Customer]) -> QuerySet[Contact]:
    return Contact.objects.filter(customer__in=list(customers))


def draft_of_customer(customer: Customer) -> CustomerDraft:
    """The customer as a draft: what an edit starts from."""
    return CustomerDraft(**{field.name: getattr(customer, field.name) for field in fields(CustomerDraft)})
