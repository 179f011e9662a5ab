"""What was noted goes along when its lead becomes a customer, or is merged (S2.3)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.actions import repointer
from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Profile

repoint = repointer(
    (BackgroundEvent, "lead"),
    (BackgroundEvent, "customer"),
    (Concern, "lead"),
    (Concern, "contact"),
    (Profile, "lead"),
    (Profile, "customer"),
    (Profile, "contact"),
)


def carry_notes(lead: Lead, deal: Opportunity, by: Principal, now: datetime) -> None:
    """The lead's notes become the customer's, its person's those of the contact that he became (``leads.hooks.on_converted``).

    Where the customer's people are a colleague's and he was not added, what he cares about stays with the lead, and is
    read with the deal all the same.
    """
    BackgroundEvent.objects.filter(lead=lead).update(lead=None, customer_id=deal.customer_id)
    Profile.objects.filter(lead=lead).update(lead=None, customer_id=deal.customer_id)
    person = _contact_of(lead, customer=deal.customer_id)
    if person is not None:
        Concern.objects.filter(lead=lead).update(lead=None, contact=person)


def _contact_of(lead: Lead, *, customer: int) -> Contact | None:
    """The contact with the lead's number, else with its name, as the conversion looks for him."""
    found = Contact.objects.filter(customer=customer)
    same = Q(name=lead.contact or str(lead))
    if lead.phone:
        return found.filter(phone=lead.phone).order_by("id").first() or found.filter(same, phone="").first()
    return found.filter(same).order_by("id").first()
