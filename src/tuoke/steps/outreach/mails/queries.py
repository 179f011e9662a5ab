"""Reads around a letter: whom it can go to, which templates fit, what exactly would go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.ics import Method, Person, calendar_file
from tuoke.services.notifications.rules import Attached
from tuoke.spine.customers.models import CHANNEL_NAMES, Contact, Lead
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.agenda import entry_of
from tuoke.spine.followups.models import FollowUp, NextAction, Subject
from tuoke.spine.followups.queries import contacts_of
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.queries import Offer, offered
from tuoke.spine.library.rules import Filled, ItemKind, MailContent, Piece, fill
from tuoke.steps.outreach.mails.rules import LEAD_ITSELF, LetterDraft, Recipient
from tuoke.steps.outreach.queries import fit_of

TEMPLATES = 20
COLLEAGUES = 300
INVITATION = "invite.ics"


@dataclass(frozen=True, slots=True)
class Template:
    """A mail of the library that fits, and which of its facts aren't known yet."""

    offer: Offer
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter as it would go out, word for word. ``subject`` and ``text`` are filled as far as the facts are known."""

    to: tuple[Recipient, ...]
    cc: tuple[User, ...]
    subject: Filled
    text: Filled

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.subject.missing, *self.text.missing)))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.text.pieces


def recipients_of(subject: Subject) -> list[Recipient]:
    """The people of its customer, or the lead himself where he isn't one of them; those who can be written to first.

    ``subject`` was seen and isn't masked. Who asked to be left alone under an address is so under all names. Two queries.
    """
    contacts = contacts_of(subject)
    people = [
        Recipient(
            key=str(one.pk), name=one.name, address=one.email, contact_id=one.pk, position=one.position,
            preferred=channel_name(one.preferred_channel), left_alone=one.do_not_contact, reason=one.do_not_contact_reason,
        )
        for one in contacts
    ]  # fmt: skip
    if isinstance(subject, Lead) and not (subject.email and subject.email in {one.email for one in contacts}):
        people.insert(
            0, Recipient(LEAD_ITSELF, subject.contact or subject.company, subject.email, position=subject.position)
        )
    silent = dict(
        Contact.objects.filter(do_not_contact=True, email__in=[one.address for one in people if one.address])
        .values_list("email", "do_not_contact_reason")
    )  # fmt: skip
    found = [_silenced(one, silent) for one in people]
    return sorted(found, key=lambda one: one.why_not is not None)


def _silenced(one: Recipient, silent: Mapping[str, str]) -> Recipient:
    if one.left_alone or one.address not in silent:
        return one
    return Recipient(
        one.key, one.name, one.address, one.contact_id, one.position, one.preferred, True, silent[one.address]
    )


def channel_name(channel: str) -> str:
    return str(CHANNEL_NAMES[Channel(channel)]) if channel else ""


def chosen(people: Sequence[Recipient], keys: Sequence[str]) -> list[Recipient]:
    wanted = set(keys)
    return [one for one in people if one.key in wanted]


def first_to_write_to(people: Sequence[Recipient], keys: Sequence[str]) -> Recipient | None:
    """Whom a template is filled for: the first who was chosen, else the first who can be written to."""
    return next(iter(chosen(people, keys)), None) or next((one for one in people if one.why_not is None), None)


def colleagues_for(who: Principal) -> list[User]:
    """Who can be given a copy: everybody of the house with an address."""
    others = User.objects.filter(is_active=True).exclude(email="").exclude(pk=who.user_id or 0)
    return list(others.order_by("name", "pk")[:COLLEAGUES])


def contact_of(person: Recipient | None) -> Contact | None:
    return Contact.objects.filter(pk=person.contact_id).first() if person and person.contact_id else None


def templates_for(
    who: Principal, subject: Subject, contact: Contact | None, facts: Mapping[str, str]
) -> list[Template]:
    """The mails of the library that fit, what lacks least first."""
    found = offered(who, kind=ItemKind.MAIL, fit=fit_of(subject, contact), limit=TEMPLATES)
    known = [Template(one, _missing(one.content, facts)) for one in found if isinstance(one.content, MailContent)]
    return sorted(known, key=lambda template: len(template.missing))


def template_named(who: Principal, item: int) -> ItemVersion | None:
    """What the template says now; None where it is no mail of the library or out of use."""
    versions = ItemVersion.objects.visible_to(who).current().select_related("item")
    return versions.filter(item_id=item, item__kind=ItemKind.MAIL, item__retired_at=None).first()


def _missing(content: object, facts: Mapping[str, str]) -> tuple[str, ...]:
    assert isinstance(content, MailContent)
    both = (*fill(content.subject, facts).missing, *fill(content.body, facts).missing)
    return tuple(dict.fromkeys(both))


def filled(content: MailContent, facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text with what is known; the 〔names〕 of the rest stay."""
    return " ".join(fill(content.subject, facts).text.split()), fill(content.body, facts).text


def outgoing(
    draft: LetterDraft, *, people: Sequence[Recipient], cc: Sequence[User], facts: Mapping[str, str]
) -> Outgoing:
    """What would go out: the preview shows it and ``send_letter`` sends it."""
    return Outgoing(
        tuple(chosen(people, draft.to)),
        tuple(user for user in cc if user.pk in draft.cc),
        fill(draft.subject.strip(), facts),
        fill(draft.text.replace("\r\n", "\n").rstrip(), facts),
    )


def meetings_of(subject: Subject, *, today: date) -> list[NextAction]:
    """What has been agreed for a time of day and is still to come: one can be invited to it."""
    waiting = NextAction.objects.waiting().about(subject).filter(due_on__gte=today, due_time__isnull=False)
    return list(waiting.order_by("due_on", "due_time", "id")[:20])


def invitation(
    action: NextAction, *, to: Sequence[Recipient], sender: User, organizer: str, who: Principal
) -> Attached:
    """The .ics of a meeting: its answer comes to the sender. The same entry as in the private calendar feed."""
    entry = replace(
        entry_of(action, who=who, root=""),
        title=action.title,
        note="",
        url="",
        organizer=Person(sender.name, sender.email or organizer),
        guests=tuple(Person(one.name, one.address) for one in to),
    )
    content = calendar_file([entry], name=action.title, zone=str(settings.TIME_ZONE), method=Method.REQUEST)
    return Attached(INVITATION, "text/calendar; method=REQUEST; charset=utf-8", content)


def letters_seen(who: Principal, action: str) -> Q:
    """``notifications.hooks.mail_visibility``: a letter's mail is seen by whoever sees its follow-up."""
    return Q(letter__follow_up__in=FollowUp.objects.visible_to(who, action))
