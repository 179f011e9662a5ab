"""What the customer does with the proposal that was sent to him, on his page (S5.2). ``by`` holds the link."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.links.models import Link
from tuoke.services.links.rules import Why, problem
from tuoke.steps.proposals.sendings import hooks
from tuoke.steps.proposals.sendings.actions.checks import is_open, must, tell
from tuoke.steps.proposals.sendings.chapters import leaves_of
from tuoke.steps.proposals.sendings.models import Reading, Remark, Sending
from tuoke.steps.proposals.sendings.queries.shared import state_of
from tuoke.steps.proposals.sendings.rules import SECONDS_MOST, SharedState, is_read, may_be_said


@transaction.atomic
def customer_reads(
    *, link: Link, seconds: Mapping[str, int], gone_to: Collection[str] = (), by: Principal, now: datetime
) -> None:
    """So long each section was in front of him, or he went to it by its own address. Keys that the version doesn't have
    are passed over. On the timeline stands only that he has read all of it, once. Also of a superseded version."""
    sending = _held(link)
    sections = leaves_of(sending.version.frozen)
    known = [key for key in sections if key in seconds or key in gone_to]
    new = [Reading(sending=sending, section=key, first_at=now, last_at=now) for key in known]
    Reading.objects.bulk_create(new, ignore_conflicts=True)
    for key in known:
        longer = Least(F("seconds") + seconds.get(key, 0), SECONDS_MOST)
        times = F("times") + int(key in gone_to)
        Reading.objects.filter(sending=sending, section=key).update(seconds=longer, times=times, last_at=now)
    if sending.read_through_at is None and _has_read_all(sending, sections):
        sending.read_through_at = now
        sending.save(update_fields=["read_through_at"])
        tell("read_through", sending, by=by, at=now, sections=len(sections))


@transaction.atomic
def customer_remarks(*, link: Link, section: str, text: str, by: Principal, now: datetime, where: str = "") -> Remark:
    """A question or a word about a section, or about all of it (``section`` empty). To be answered by us.

    The same words again give what is there already. Refused: link_dead, version_superseded, contact_gone, deal_closed,
    section_unknown, and what is wrong with the words.
    """
    sending = _held(link)
    sections = leaves_of(sending.version.frozen)
    must(may_answer(sending, now=now) & may_be_said(text, so_far=sending.remarks.count()))
    must(no("section_unknown") if section and section not in sections else YES)
    again = sending.remarks.standing().filter(section=section, text=text.strip()).first()
    if again is not None:
        return again
    said = Remark.objects.create(
        sending=sending, section=section, title=sections.get(section, "")[:120], text=text.strip(),
        by_name=sending.recipient, at=now,
    )  # fmt: skip
    tell("remarked", sending, by=by, at=now, section=said.title, text=said.text[:200], where=where[:45])
    for told in hooks.on_remarked:
        told(said, by, now)
    return said


@transaction.atomic
def customer_takes_back(*, link: Link, remark_id: int, by: Principal, now: datetime) -> Remark:
    """Raises Remark.DoesNotExist for another's. Refused: already_answered. Twice does no more than once."""
    sending = _held(link)
    said = sending.remarks.get(pk=remark_id)
    if said.withdrawn_at is not None:
        return said
    must(no("already_answered") if said.answered_at else YES)
    said.withdrawn_at = now
    said.save(update_fields=["withdrawn_at"])
    tell("remark_withdrawn", sending, by=by, at=now, section=said.title, text=said.text[:200])
    return said


def may_answer(sending: Sending, *, now: datetime) -> Verdict:
    """Every reason why the customer can no longer say anything about this sending."""
    verdict, link = is_open(sending.opportunity), sending.link
    why = problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now) if link else Why.REVOKED
    if why:
        verdict &= no("link_dead", why=why.value)
    states = {SharedState.SUPERSEDED: "version_superseded", SharedState.GONE: "contact_gone"}
    code = states.get(state_of(sending))
    return verdict & (no(code) if code else YES)


def _held(link: Link) -> Sending:
    """What the link opens, locked until the end of the transaction. Raises Sending.DoesNotExist."""
    related = ("opportunity", "contact", "link", "version")
    return Sending.objects.sent().select_for_update(of=("self",)).select_related(*related).get(link_id=link.pk)


def _has_read_all(sending: Sending, sections: Collection[str]) -> bool:
    rows = sending.readings.values_list("section", "seconds", "times")
    return set(sections) <= {section for section, seconds, times in rows if is_read(seconds, times)}
