"""What the customer does with the list that was sent to him, on his page (S4.3). ``by`` holds the link.

Each verb takes the link that was opened and asks again, with the version locked: is it the current one, not yet
confirmed, the link alive, the person still one to write to, the deal open. Refused carries every reason: link_dead
(``why``), list_superseded, already_confirmed (``name``, ``at``), contact_gone, deal_closed; and what is wrong with what
he typed: comment_missing, comment_too_long, comment_broken, comments_too_many, name_…, need_unknown, order_unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.links import rules as links
from tuoke.services.links.models import Link
from tuoke.steps.discovery import hooks
from tuoke.steps.discovery.actions.checks import is_open, refuse
from tuoke.steps.discovery.actions.needs import put_in_order
from tuoke.steps.discovery.models import Confirmation, Need, NeedComment
from tuoke.steps.discovery.rules import (
    DESCRIPTION_LIMIT,
    Choice,
    CommentKind,
    FrozenNeed,
    Manner,
    NeedState,
    Origin,
    Priority,
    chosen,
    is_somebody_else,
    may_be_commented,
    may_reorder,
    may_sign,
    read_choices,
    seal,
    written,
    written_choices,
)


@transaction.atomic
def customer_reorders(
    *, link: Link, choices: Sequence[Choice], by: Principal, now: datetime, where: str, agent: str = ""
) -> Confirmation:
    """Keep his order and priorities; they become the list's when he confirms. Only the first time is on the timeline."""
    sent = _held(link, now=now)
    refuse(may_reorder(sent.sent, choices))
    kept = written_choices(choices)
    if kept == sent.choices:
        return sent
    is_first, sent.choices, sent.version = not sent.choices, kept, sent.version + 1
    sent.save(update_fields=["choices", "version"])
    _tell("list_reordered", sent, by=by, at=now, where=where, is_first=is_first)
    if is_first:
        _hand_on(sent, "reordered", by=by, now=now)
    return sent


@transaction.atomic
def customer_comments(
    *, link: Link, need_id: int | None, text: str, by: Principal, now: datetime, where: str, agent: str = ""
) -> NeedComment:
    """A word about one need of the list, or about all of it (``need_id`` None). To be answered by us."""
    sent = _held(link, now=now)
    said = _commented(sent, CommentKind.COMMENT, need_id=need_id, text=text, by=by, now=now)
    _tell("list_commented", sent, by=by, at=now, where=where, text=said.text[:200], need=_about(sent, need_id))
    _hand_on(sent, "commented", by=by, now=now)
    return said


@transaction.atomic
def customer_marks_wrong(
    *, link: Link, need_id: int, text: str, by: Principal, now: datetime, where: str, agent: str = ""
) -> NeedComment:
    """This need isn't as he meant it: it stays out of what he confirms. ``text`` may be empty. Twice changes the words."""
    sent = _held(link, now=now)
    already = sent.comments.standing().filter(kind=CommentKind.WRONG, need_id=need_id).first()
    if already is not None and already.text == text.strip():
        return already
    said = _commented(sent, CommentKind.WRONG, need_id=need_id, text=text, by=by, now=now, standing=already)
    _tell("list_marked_wrong", sent, by=by, at=now, where=where, text=said.text[:200], need=_about(sent, need_id))
    _hand_on(sent, "marked_wrong", by=by, now=now)
    return said


@transaction.atomic
def customer_adds(
    *, link: Link, description: str, by: Principal, now: datetime, where: str, agent: str = ""
) -> NeedComment:
    """A need that was missing: a draft of ours to be taken up, and part of the next version that he is sent.

    The same words again give what is there already.
    """
    sent = _held(link, now=now)
    text = description.strip()
    again = sent.comments.standing().filter(kind=CommentKind.ADDITION, text=text).first()
    if again is not None:
        return again
    said = _commented(sent, CommentKind.ADDITION, need_id=None, text=text, by=by, now=now)
    said.draft = Need.objects.create(
        customer_id=sent.opportunity.customer_id,
        opportunity=sent.opportunity,
        contact=sent.contact,
        state=NeedState.DRAFT.value,
        origin=Origin.CUSTOMER.value,
        description=text[:DESCRIPTION_LIMIT],
        priority=Priority.MEDIUM.value,
        said_by_customer=True,
        created_at=now,
    )
    said.save(update_fields=["draft"])
    _tell("list_added", sent, by=by, at=now, where=where, text=text[:200])
    _hand_on(sent, "added", by=by, now=now)
    return said


@transaction.atomic
def customer_takes_back(
    *, link: Link, comment_id: int, by: Principal, now: datetime, where: str, agent: str = ""
) -> NeedComment:
    """He takes back what he said, marked or added on this version. Raises NeedComment.DoesNotExist for another's."""
    sent = _held(link, now=now)
    said = sent.comments.select_related("draft").get(pk=comment_id)
    if said.withdrawn_at is not None:
        return said
    refuse(no("already_answered") if said.answered_at else YES)
    said.withdrawn_at = now
    said.save(update_fields=["withdrawn_at"])
    draft = said.draft
    if draft is not None and draft.state == NeedState.DRAFT and draft.withdrawn_at is None:
        draft.withdrawn_at, draft.version = now, draft.version + 1
        draft.save(update_fields=["withdrawn_at", "version"])
    _tell("list_taken_back", sent, by=by, at=now, where=where, text=said.text[:200])
    return said


@transaction.atomic
def customer_confirms(
    *,
    link: Link,
    name: str,
    version: int | None = None,
    choices: Sequence[Choice] | None = None,
    by: Principal,
    now: datetime,
    where: str,
    agent: str = "",
) -> Confirmation:
    """He confirms what he sees: ``choices`` in the form that he sent, else what was kept of him, or as it came.

    ``version``: the Confirmation.version that his page showed; Conflict where another tab has changed the order since.
    What he marked wrong stays unconfirmed, and so does what we changed since it was sent. His order and priorities
    become the list's.
    """
    sent = _held(link, now=now)
    if version is not None and sent.version != version:
        raise Conflict(sent)
    choices = read_choices(sent.choices) if choices is None else choices
    refuse(may_sign(name) & may_reorder(sent.sent, choices))
    wrong = set(sent.comments.standing().filter(kind=CommentKind.WRONG).values_list("need_id", flat=True))
    final = chosen(sent.sent, choices)
    _sign(sent, final, wrong=wrong, name=name.strip(), now=now, where=where, agent=agent)
    confirmed = [need for need in final if need.need_id not in wrong]
    taken = _take_over(sent, confirmed, final, now=now)
    _tell(
        "list_confirmed", sent, by=by, at=now, where=where, name=sent.confirmed_name, count=len(confirmed),
        wrong=len(wrong), changed=len(confirmed) - taken, somebody_else=is_somebody_else(
            recipient=sent.recipient, signed=sent.confirmed_name
        ),
    )  # fmt: skip
    _hand_on(sent, "confirmed", by=by, now=now)
    return sent


# Asking


def _held(link: Link, *, now: datetime) -> Confirmation:
    """The version that the link opens, locked until the end of the transaction, where he may still do something."""
    sent = (
        Confirmation.objects.select_for_update(of=("self",))
        .select_related("opportunity__customer", "contact", "link")
        .get(link_id=link.pk)
    )
    refuse(may_answer(sent, now=now))
    return sent


def may_answer(sent: Confirmation, *, now: datetime) -> Verdict:
    """Every reason why the customer can no longer do anything with this version."""
    verdict, link = is_open(sent.opportunity), sent.link
    why = links.problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now) if link else links.Why.REVOKED
    if why:
        verdict &= no("link_dead", why=why.value)
    if sent.superseded_at:
        verdict &= no("list_superseded")
    if sent.confirmed_at:
        verdict &= no("already_confirmed", name=sent.confirmed_name, at=sent.confirmed_at)
    return verdict & (no("contact_gone") if sent.contact.do_not_contact else YES)


# Changing


def _commented(
    sent: Confirmation,
    kind: CommentKind,
    *,
    need_id: int | None,
    text: str,
    by: Principal,
    now: datetime,
    standing: NeedComment | None = None,
) -> NeedComment:
    verdict = may_be_commented(text, kind=kind, so_far=sent.comments.count())
    if need_id is not None and need_id not in {need.need_id for need in sent.sent}:
        verdict &= no("need_unknown")
    refuse(verdict)
    said = standing or NeedComment(confirmation=sent, kind=kind.value, need_id=need_id, by_name=by.name, at=now)
    said.text = text.strip()
    said.save()
    return said


def _sign(
    sent: Confirmation,
    final: Sequence[FrozenNeed],
    *,
    wrong: Collection[int | None],
    name: str,
    now: datetime,
    where: str,
    agent: str,
) -> None:
    sent.confirmed_content = [row | ({"wrong": True} if row["need"] in wrong else {}) for row in written(final)]
    sent.choices = written_choices([Choice(need.need_id, need.priority) for need in final])
    sent.confirmed_at, sent.confirmed_name = now, name
    sent.confirmed_ip, sent.confirmed_agent = where[: links.IP_LIMIT], agent[: links.AGENT_LIMIT]
    sent.seal = seal(sent.confirmed_content, name=name, at=now.isoformat(), where=sent.confirmed_ip)
    sent.version += 1
    sent.save()


def _take_over(
    sent: Confirmation, confirmed: Sequence[FrozenNeed], final: Sequence[FrozenNeed], *, now: datetime
) -> int:
    """The needs of the list as he confirmed them. Returns how many; what was changed since it was sent is not.

    What he marked wrong loses the confirmation that it had from an earlier version.
    """
    needs = {
        need.pk: need
        for need in Need.objects.listed().filter(opportunity=sent.opportunity).select_for_update(of=("self",))
    }
    as_sent = {need.need_id: need for need in sent.sent}
    taken = 0
    for row in confirmed:
        need, before = needs.get(row.need_id), as_sent[row.need_id]
        if need is None or not _is_as(need, before):
            continue
        need.priority, need.version, taken = row.priority.value, need.version + 1, taken + 1
        need.confirmed_on, need.confirmed_how = timezone.localdate(now), Manner.LINK.value
    for row in final:
        need = needs.get(row.need_id)
        if need is not None and row not in confirmed and _is_as(need, as_sent[row.need_id]):
            need.confirmed_on, need.confirmed_how, need.version = None, "", need.version + 1
    Need.objects.bulk_update(needs.values(), ["priority", "confirmed_on", "confirmed_how", "version"])
    his = [needs[row.need_id] for row in final if row.need_id in needs]
    rest = sorted((need for need in needs.values() if need not in his), key=lambda need: need.place)
    put_in_order([*his, *rest])
    return taken


def _is_as(need: Need, frozen: FrozenNeed) -> bool:
    return (need.kind, need.description, need.priority) == (frozen.kind, frozen.description, frozen.priority)


# Telling


def _about(sent: Confirmation, need_id: int | None) -> str:
    return next((need.description[:80] for need in sent.sent if need.need_id == need_id), "")


def _tell(
    verb: str, sent: Confirmation, *, by: Principal, at: datetime, where: str, is_first: bool = True, **more: object
) -> None:
    deal = sent.opportunity
    record(
        kind=f"discovery.{verb}",
        subject=sent,
        thread=deal if is_first else "",
        party=deal.customer,
        by=by,
        at=at,
        facts={"number": sent.number, "recipient": sent.recipient, "where": where[: links.IP_LIMIT], **more},
    )


def _hand_on(sent: Confirmation, what: str, *, by: Principal, now: datetime) -> None:
    for tell in hooks.on_customer_answered:
        tell(sent, what, by, now)
