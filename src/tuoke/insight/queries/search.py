"""Where something is found."""

from __future__ import annotations

from dataclasses import dataclass

from tuoke.base.accounts.rules import Principal
from tuoke.insight.queries.some import FEW, Some, first_of, some
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries import findable
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library import queries as library
from tuoke.spine.library.models import Item

LEAST_QUERY = 2


@dataclass(frozen=True, slots=True)
class Found:
    customers: Some[Customer]
    contacts: Some[Contact]
    leads: Some[Lead]
    deals: Some[Opportunity]
    items: Some[Item]

    def __bool__(self) -> bool:
        return any((self.customers, self.contacts, self.leads, self.deals, self.items))


def search(who: Principal, query: str) -> Found:
    """The newest few of each kind that match and that ``who`` may see. The query has two characters or more."""
    customers = Customer.objects.visible_to(who).select_related("owner")
    contacts = Contact.objects.visible_to(who).select_related("customer")
    leads = Lead.objects.visible_to(who).filter(findable(query, who=who)).select_related("owner")
    deals = Opportunity.objects.visible_to(who).select_related("customer", "owner")
    return Found(
        customers=some(narrowed(customers.order_by("-id"), "customer", query), limit=FEW),
        contacts=some(narrowed(contacts.order_by("-id"), "contact", query), limit=FEW),
        leads=some(narrowed(leads.order_by("-id"), "lead", query), limit=FEW),
        deals=some(narrowed(deals.order_by("-id"), "opportunity", query), limit=FEW),
        items=first_of(library.found(who, query, FEW + 1), limit=FEW),
    )
