"""A call is saved: everything that came of it, or nothing (S3.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.actions import Duplicate, add_contact, edit_contact
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import ContactDraft, OnDuplicate
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.models import FollowUp, NextAction, Subject
from tuoke.spine.followups.queries import party_of
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.leads.actions import edit_lead
from tuoke.steps.leads.queries import draft_of
from tuoke.steps.outreach import hooks
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.rules import (
    MOST_LINES,
    UNANSWERED,
    CallDraft,
    Person,
    hints_of,
    joined,
    lines_of,
    may_be_saved,
)

T = TypeVar("T")
STATEMENTS = 60
"""At most so many SQL statements save a call, whatever was noted (a test counts)."""


@transaction.atomic
def save_call(*, subject: Subject, draft: CallDraft, by: Principal, now: datetime) -> Call:
    """One save for a call: the follow-up with the to-do it answers and the next action (an appointment where it has a
    time), what was learnt of the person, drafts of needs, and the call itself.

    The same ``token`` again, or the very same follow-up, is the call that is there. Raises Refused with every reason,
    Conflict(contact or lead) where somebody changed the person since, DoesNotExist where ``by`` may not see the subject.
    A constant number of statements, at most ``STATEMENTS``, however many pains, needs or earlier calls there are.
    """
    _take_turns(subject)
    if sent_before := _saved(draft, by=by):
        return sent_before
    verdict = may_be_saved(draft) & _material_verdict(draft, by=by)
    is_first = _is_first(subject)
    contact, more = _tried(lambda: _person_kept(subject, draft, by=by, now=now))
    verdict &= more
    if contact is None and draft.contact_id is not None:
        verdict &= no("contact_elsewhere")
    verdict &= _plan_verdict(draft, contact)
    followup, more = _tried(lambda: _followed_up(subject, draft, contact=contact, by=by, now=now))
    verdict &= more
    if not verdict or followup is None:
        raise Refused(_each_once(verdict))
    if there := Call.objects.filter(follow_up=followup).first():
        return there
    drafted = _needs_drafted(followup.subject, draft, contact=contact, by=by, now=now)
    call = Call.objects.create(**_columns(followup, draft, is_first=is_first, drafted=drafted, by=by))
    _tell(call, by=by, now=now)
    return call


def draft_from_calls(lead: Lead, deal: Opportunity, by: Principal, now: datetime) -> None:
    """A lead has become a deal (``leads.hooks.on_converted``): what was heard in its calls becomes drafts of its needs."""
    if not by.may(Permission.NEED_WRITE):
        return
    calls = Call.objects.filter(follow_up__lead=lead, drafted=0).order_by("pk")
    said = calls.values_list("pains", "problem")
    heard = tuple(dict.fromkeys(line for texts in said for text in texts for line in lines_of(text)))[:MOST_LINES]
    if heard:
        wanted = hooks.DraftNeeds(customer=deal.customer, deal=deal, contact=None, descriptions=heard)
        for keep in hooks.draft_needs:
            keep(wanted, by, now)


def _take_turns(subject: Subject) -> None:
    """Two calls with one party are saved one after the other: the second finds what the first has stored."""
    party = party_of(subject)
    list(type(party)._default_manager.select_for_update(of=("self",)).filter(pk=party.pk).values_list("pk"))


def _saved(draft: CallDraft, *, by: Principal) -> Call | None:
    if not draft.token:
        return None
    return Call.objects.filter(by_id=by.user_id, token=draft.token).select_related("follow_up").first()


def _tried(act: Callable[[], T]) -> tuple[T | None, Verdict]:
    """What an action says, so that every reason is told at once; what it had done is undone with the whole."""
    try:
        return act(), YES
    except Refused as refusal:
        return None, refusal.verdict


def _each_once(verdict: Verdict) -> Verdict:
    known = {(reason.code, str(reason.params)): reason for reason in verdict.reasons}
    return Verdict(tuple(known.values()))


# Checks


def _material_verdict(draft: CallDraft, *, by: Principal) -> Verdict:
    """Script and opening are versions of the library of the right kind."""
    wanted = {
        pk: kind
        for pk, kind in ((draft.script_id, ItemKind.SCRIPT), (draft.opening_id, ItemKind.OPENING))
        if pk is not None
    }
    versions = ItemVersion.objects.visible_to(by).filter(pk__in=wanted)
    found = dict(versions.values_list("pk", "item__kind"))
    return YES if all(found.get(pk) == kind for pk, kind in wanted.items()) else no("call_script_unknown")


def _plan_verdict(draft: CallDraft, contact: Contact | None) -> Verdict:
    """Who asked to be left alone isn't given a date (O5)."""
    if draft.plan and draft.plan.channel and contact and contact.do_not_contact:
        return no("call_left_alone", field="next_channel")
    return YES


def _is_first(subject: Subject) -> bool:
    """Nobody has spoken with this customer before."""
    party = party_of(subject)
    if isinstance(party, Customer):
        about = Q(customer=party) | Q(opportunity__customer=party) | Q(lead__customer=party)
        if isinstance(subject, Opportunity) and subject.lead_id is not None:
            about |= Q(lead_id=subject.lead_id)
    else:
        about = Q(lead=party)
    return not FollowUp.objects.filter(about).exclude(call__reached__in=UNANSWERED).exists()


# The person


def _person_kept(subject: Subject, draft: CallDraft, *, by: Principal, now: datetime) -> Contact | None:
    """The contact spoken with, as he is after the call; None where nobody is named, and for a lead of its own."""
    party = party_of(subject)
    try:
        if isinstance(subject, Lead):
            _lead_kept(subject, draft, by=by, now=now)
        if isinstance(party, Customer):
            return _contact_kept(party, draft, edits=not isinstance(subject, Lead), by=by, now=now)
    except Duplicate as duplicate:
        raise Refused(no("call_duplicate", field="confirmed", hits=len(duplicate.hits))) from duplicate
    except Refused as refusal:
        of = "lead" if isinstance(subject, Lead) else "person"
        told = (Reason(r.code, {**r.params, "of": of}) for r in refusal.verdict.reasons)
        raise Refused(Verdict(tuple(told))) from refusal
    return None


def _contact_kept(customer: Customer, draft: CallDraft, *, edits: bool, by: Principal, now: datetime) -> Contact | None:
    person = draft.person if edits else None
    if draft.contact_id is None:
        return add_contact(customer=customer, draft=_contact_draft(person), by=by, now=now) if person else None
    known = Contact.objects.filter(customer=customer).select_for_update().filter(pk=draft.contact_id).first()
    if known is None or person is None:
        return known
    wanted = _contact_draft(person, upon=known)
    if wanted == _as_draft(known):
        return known
    if known.version != draft.version:
        raise Conflict(known)
    try:
        return edit_contact(contact=known, version=known.version, draft=wanted, by=by, now=now)
    except Contact.DoesNotExist:
        raise Refused(no("call_person_elsewhere")) from None


def _contact_draft(person: Person, *, upon: Contact | None = None) -> ContactDraft:
    said = asdict(person)
    del said["decision_maker"]
    return replace(_as_draft(upon), **said) if upon else ContactDraft(**said)


def _as_draft(contact: Contact) -> ContactDraft:
    return ContactDraft(**{name: getattr(contact, name) for name in ContactDraft.__dataclass_fields__})


def _lead_kept(lead: Lead, draft: CallDraft, *, by: Principal, now: datetime) -> None:
    person = draft.person
    if person is None and not draft.needs:
        return
    current = Lead.objects.visible_to(by, "write").select_for_update().filter(pk=lead.pk).first()
    if current is None:
        if person is None:
            return
        raise Refused(no("call_person_elsewhere"))
    known = draft_of(current)
    wanted = replace(known, want=joined(known.want, draft.needs, draft.want_how))
    if person:
        wanted = replace(
            wanted, contact=person.name, position=person.position, phone=person.phone, email=person.email,
            wechat=person.wechat, decision_maker=person.decision_maker,
        )  # fmt: skip
    if wanted == known:
        return
    if current.version != draft.version:
        raise Conflict(current)
    how = OnDuplicate.ACCEPT if draft.accepts_duplicate else OnDuplicate.REFUSE
    edit_lead(lead=current, version=current.version, draft=wanted, on_duplicate=how, by=by, now=now)


# What follows from it


def _followed_up(
    subject: Subject, draft: CallDraft, *, contact: Contact | None, by: Principal, now: datetime
) -> FollowUp:
    answers = None
    if draft.action_id is not None:
        answers = NextAction.objects.about(subject).filter(pk=draft.action_id).first()  # seen with its subject
        if answers is None:
            raise Refused(no("call_action_gone", field="action"))
    spoken_with = contact if draft.is_reached else None  # an attempt is no first contact
    plan = draft.plan
    if plan and contact and plan.contact_id is None:
        plan = replace(plan, contact_id=contact.pk)
    return record_followup(
        subject=subject, at=draft.started_at, channels=[draft.channel], outcome=draft.outcome, summary=draft.summary,
        contact=spoken_with, plan=plan, answers=answers, reached=draft.is_reached, by=by, now=now,
    )  # fmt: skip


def _needs_drafted(subject: Subject, draft: CallDraft, *, contact: Contact | None, by: Principal, now: datetime) -> int:
    """A lead that isn't a customer yet has no list of needs: what it wants stands in the lead."""
    party = party_of(subject)
    if not (draft.is_reached and draft.needs and isinstance(party, Customer) and by.may(Permission.NEED_WRITE)):
        return 0
    deal = subject if isinstance(subject, Opportunity) else None
    if not _is_writable(deal or party, by=by):
        return 0
    wanted = hooks.DraftNeeds(customer=party, deal=deal, contact=contact, descriptions=draft.needs)
    return sum(keep(wanted, by, now) for keep in hooks.draft_needs)


def _is_writable(about: Customer | Opportunity, *, by: Principal) -> bool:
    """Who only joined a deal records what was said, and leaves the list of needs to those whose it is."""
    if about.owner_id is not None and about.owner_id == by.user_id:
        return True
    if isinstance(about, Opportunity):
        return Opportunity.objects.visible_to(by, "write").filter(pk=about.pk).exists()
    return Customer.objects.visible_to(by, "write").filter(pk=about.pk).exists()


def _columns(followup: FollowUp, draft: CallDraft, *, is_first: bool, drafted: int, by: Principal) -> dict[str, object]:
    kept = (
        "token", "reached", "started_at", "seconds", "current_solution", "pains", "problem", "time_frame", "material",
        "listen_note", "talk_share", "price_pitched", "drifted", "gained",
    )  # fmt: skip
    return {
        **{name: getattr(draft, name) for name in kept},
        "follow_up": followup,
        "by_id": by.user_id,
        "script_version_id": draft.script_id if draft.is_reached else None,
        "opening_version_id": draft.opening_id if draft.is_reached else None,
        "is_first": is_first and draft.is_reached,
        "hints": [hint.value for hint in hints_of(draft, is_first=is_first)],
        "drafted": drafted,
    }


def _tell(call: Call, *, by: Principal, now: datetime) -> None:
    subject = call.follow_up.subject
    facts = {
        "call": call.pk, "seconds": call.seconds, "reached": call.reached, "hints": len(call.hints),
        "drafted": call.drafted, "is_first": call.is_first,
    }  # fmt: skip
    record(kind="calls.recorded", subject=call, thread=subject, party=party_of(subject), by=by, at=now, facts=facts)
