"""Where a fact that a text lacks is written down, so that the text can be said next time; and how a desk is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import NextAction, Subject, column_of
from tuoke.spine.library.rules import PLACEHOLDERS
from tuoke.steps.outreach.calls.queries import Desk, is_open
from tuoke.steps.outreach.queries import place_of_fact

ON_DESK: Mapping[str, str] = {
    "联系人": "#id_person_name",
    "称呼": "#id_person_position",
    "职位": "#id_person_position",
    "现用方案": "#id_current_solution",
    "痛点": "#id_pains",
    "约定时间": "#id_next_on",
    "约定日期": "#id_next_on",
}
"""Facts that are asked for in the call itself: the field is beside the text."""


def places_for(desk: Desk) -> dict[str, str]:
    """Per placeholder where it is filled in; blank where no screen of a rep's asks for it."""
    return {name: ON_DESK.get(name) or place_of_fact(name, desk.subject, desk.contact) for name in PLACEHOLDERS}


def kind_of(subject: Subject) -> str:
    """lead, customer or deal, as addresses call it."""
    return {"opportunity": "deal"}.get(column_of(subject), column_of(subject))


def desk_of_subject(subject: Subject) -> str:
    return reverse(f"calls:{kind_of(subject)}", args=[subject.pk])


def desk_url(subject: Subject) -> str:
    """The desk of a subject; blank where nothing can be recorded (``followups.hooks.desk_url``)."""
    return desk_of_subject(subject) if is_open(subject) else ""


def call_url(action: NextAction) -> str:
    """The desk for a to-do that is a call; blank for any other (``followups.hooks.call_url``)."""
    if action.channel != "phone":
        return ""
    kind, pk = next(
        (kind, pk)
        for kind, pk in (("deal", action.opportunity_id), ("customer", action.customer_id), ("lead", action.lead_id))
        if pk is not None
    )
    return f"{reverse(f'calls:{kind}', args=[pk])}?action={action.pk}"


def to_desk(deal: Opportunity) -> str:
    return reverse("calls:deal", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "first_contact_recorded": to_desk,
    "first_contact_days": to_desk,
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"outreach-contact": to_desk, "outreach-collect": to_desk}
