"""The customer's word: on an item, and how it was (S7.3). It comes through his link, or from a sheet that he filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.files.actions import Upload, attach_all
from tuoke.services.links.models import Link
from tuoke.services.links.rules import problem as link_problem
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries import hooks
from tuoke.steps.contracts.deliveries.actions.doors import contact_of, fresh_item, is_open, must, opened, stored, tell
from tuoke.steps.contracts.deliveries.actions.issues import close_with_acceptance, issue_of_answer, settled
from tuoke.steps.contracts.deliveries.actions.milestones import done, undone
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Feedback, Issue, Share
from tuoke.steps.contracts.deliveries.queries import SCAN_KIND, ready_to_answer, ready_to_score, something_delivered
from tuoke.steps.contracts.deliveries.rules import (
    LINE_LIMIT,
    MOST_FROM_CUSTOMER,
    NAME_LIMIT,
    Answer,
    How,
    IssueDraft,
    ItemAnswer,
    ItemState,
    PaperDraft,
    Side,
    answer_faults,
    by_somebody,
    may_answer,
    score_faults,
)


@transaction.atomic
def customer_answers(
    *, link: Link, answers: Sequence[ItemAnswer], name: str, by: Principal, now: datetime
) -> list[Acceptance]:
    """He accepts items, with a condition or not, or says why not: all of them or none. The very same again is what is there.

    Raises Share.DoesNotExist; Conflict(item) where an item's words are others than he had before him; Refused: link_dead,
    deal_closed, contact_gone, nothing_answered, item_gone, not_delivered, already_accepted, note_missing, name_missing …
    """
    share, deal = _behind(link)
    rows = DeliveryItem.objects.standing().filter(opportunity=deal, pk__in=[one.item_id for one in answers])
    items = {item.pk: item for item in rows.select_related("milestone")}
    verdict = may_speak(share, deal, now=now) & _named(name) & (YES if answers else no("nothing_answered"))
    said: list[Acceptance] = []
    fresh: list[tuple[DeliveryItem, ItemAnswer]] = []
    for one in answers:
        item = items.get(one.item_id)
        if item is None:
            verdict &= no("item_gone")
            continue
        item.opportunity = deal
        if same := _said_already(item, one, share):
            said.append(same)
            continue
        verdict &= may_answer(item.state) & answer_faults(one.answer, note=one.note, field=f"note-{item.pk}")
        fresh.append((item, one))
    must(verdict)
    if changed := next((item for item, one in fresh if item.seal != one.seal), None):
        raise Conflict(changed)
    origin = _by_link(share, name, now=now)
    return said + [_answered(item, one.answer, one.note, origin=origin, by=by, now=now) for item, one in fresh]


@transaction.atomic
def accept_on_paper(
    *, item: DeliveryItem, draft: PaperDraft, by: Principal, now: datetime, sheets: Sequence[Upload] = ()
) -> Acceptance:
    """We enter what stands on a signed sheet, and keep its scan: both or neither. Refused: the draft's faults,
    contact_elsewhere, not_delivered …, and whatever ``files`` finds against the scan."""
    current = fresh_item(item, by=by)
    verdict = ready_to_answer(current)
    verdict &= draft.faults(today=timezone.localdate(now), delivered_on=current.delivered_on)
    origin = _on_paper(draft.contact_id, draft.on, current.opportunity, verdict=verdict, by=by, now=now)
    acceptance = _answered(current, draft.answer, draft.note, origin=origin, by=by, now=now)
    if sheets:
        attach_all(subject=acceptance, kind=SCAN_KIND, uploads=sheets, by=by, now=now)
    return acceptance


@transaction.atomic
def take_back_acceptance(*, acceptance: Acceptance, by: Principal, now: datetime) -> DeliveryItem:
    """What we entered from paper was entered wrongly: the item waits for the customer again. The scan of the sheet is
    kept. His own word behind his link is his. Refused: others_word, taken_back, not_the_last, deal_closed."""
    item = fresh_item(acceptance.item, by=by)
    current = Acceptance.objects.get(pk=acceptance.pk)
    last = item.acceptances.standing().order_by("-id").first()
    verdict = is_open(item.opportunity) & _ours_to_take_back(current)
    must(verdict & (YES if current.taken_back_at or current == last else no("not_the_last")))
    current.taken_back_at = now
    current.save(update_fields=["taken_back_at"])
    was_accepted = item.state == ItemState.ACCEPTED
    stored(item, state=ItemState.DELIVERED.value, accepted_on=None)
    Issue.objects.filter(from_acceptance=current, withdrawn_at=None).update(withdrawn_at=now)
    if was_accepted:
        undone(item, now=now)
    tell("acceptance_taken_back", item.opportunity, current, by=by, now=now, facts={"item": item.title})
    return item


@transaction.atomic
def customer_scores(
    *, link: Link, score: int | None, comment: str, name: str, by: Principal, now: datetime
) -> Feedback:
    """1 to 10 and his words. He may say it anew as long as the link lives: the newest counts, none is overwritten.

    Refused: link_dead, deal_closed, contact_gone, nothing_delivered, score_missing, score_out_of_range, name_missing …
    """
    share, deal = _behind(link)
    verdict = may_speak(share, deal, now=now) & something_delivered(deal)
    must(verdict & score_faults(score, comment=comment) & _named(name))
    assert score is not None
    last = Feedback.objects.standing().filter(opportunity=deal).order_by("-id").first()
    if last and (last.score, last.comment, last.share_id) == (score, comment.strip(), share.pk):
        return last
    return _scored(deal, score, comment, origin=_by_link(share, name, now=now), by=by, now=now)


@transaction.atomic
def score_on_paper(
    *, deal: Opportunity, score: int | None, comment: str, contact_id: int | None, on: date | None, by: Principal,
    now: datetime,
) -> Feedback:  # fmt: skip
    """We enter what the customer wrote on his sheet: who, which day. Refused: contact_missing, contact_elsewhere,
    day_missing, day_in_future, nothing_delivered, score_missing, score_out_of_range, deal_closed."""
    deal = opened(deal, by=by)
    verdict = ready_to_score(deal) & score_faults(score, comment=comment)
    verdict &= by_somebody(contact_id, on, today=timezone.localdate(now))
    origin = _on_paper(contact_id, on, deal, verdict=verdict, by=by, now=now)
    assert score is not None
    return _scored(deal, score, comment, origin=origin, by=by, now=now)


@transaction.atomic
def take_back_score(*, feedback: Feedback, by: Principal, now: datetime) -> Feedback:
    """Refused: others_word, taken_back, deal_closed."""
    deal = opened(feedback.opportunity, by=by)
    current = Feedback.objects.get(pk=feedback.pk)
    must(is_open(deal) & _ours_to_take_back(current))
    current.taken_back_at = now
    current.save(update_fields=["taken_back_at"])
    tell("score_taken_back", deal, current, by=by, now=now, facts={"score": current.score, "name": current.name})
    return current


@transaction.atomic
def customer_reports(
    *, link: Link, title: str, note: str, item_id: int | None, name: str, by: Principal, now: datetime
) -> Issue:
    """Something isn't as it should be, says the customer. The very same again is the one that is there.

    Refused: link_dead, deal_closed, contact_gone, title_missing, name_missing, too_many_issues, too_long …
    """
    share, deal = _behind(link)
    draft = IssueDraft(title=title, note=note, item_id=item_id, found_by=Side.THEIRS)
    words = draft.faults() & _named(name)
    if not words:
        must(may_speak(share, deal, now=now) & words)  # before a database is asked for what it can't hold
    item = DeliveryItem.objects.standing().filter(pk=item_id or 0, opportunity=deal).first()
    his = Issue.objects.standing().filter(opportunity=deal, found_by=Side.THEIRS)
    same = his.filter(title=title.strip(), note=note.strip(), item=item).order_by("-id").first()
    if same and same.closed_at is None:
        return same
    has_room = no("too_many_issues", most=MOST_FROM_CUSTOMER) if his.count() >= MOST_FROM_CUSTOMER else YES
    must(may_speak(share, deal, now=now) & has_room)
    issue = Issue.objects.create(
        opportunity=deal, item=item, title=title.strip(), note=note.strip(), severity=draft.severity.value,
        found_by=Side.THEIRS.value, found_name=name.strip(), share=share, created_at=now,
    )  # fmt: skip
    tell("issue_found", deal, issue, by=by, now=now, facts={"issue": issue.title, "name": issue.found_name})
    for told in hooks.on_customer_said:
        told(issue, by, now)
    return issue


@transaction.atomic
def customer_settles(
    *, link: Link, issue_id: int, is_gone: bool, note: str, name: str, by: Principal, now: datetime
) -> Issue:
    """He says whether what we call solved is gone: closed, or open again with his word why.

    Raises Issue.DoesNotExist; Refused: link_dead, deal_closed, contact_gone, issue_closed, issue_not_solved, note_missing.
    """
    share, deal = _behind(link)
    issue = Issue.objects.standing().select_related("owner").get(pk=issue_id, opportunity=deal, found_by=Side.THEIRS)
    issue.opportunity = deal
    must(may_speak(share, deal, now=now) & _named(name))
    issue = settled(issue, side=Side.THEIRS, is_gone=is_gone, note=note, name=name.strip(), by=by, now=now)
    for told in hooks.on_customer_said:
        told(issue, by, now)
    return issue


def may_speak(share: Share, deal: Opportunity, *, now: datetime) -> Verdict:
    """Every reason why nothing can be said through this link any more."""
    verdict = is_open(deal)
    if share.contact.do_not_contact:
        verdict &= no("contact_gone")
    link = share.link
    if link is None or link_problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        verdict &= no("link_dead")
    return verdict


def _behind(link: Link) -> tuple[Share, Opportunity]:
    share = Share.objects.select_related("contact", "link").get(link_id=link.pk)
    deal = Opportunity.objects.select_for_update(of=("self",)).select_related("customer").get(pk=share.opportunity_id)
    return share, deal


def _said_already(item: DeliveryItem, one: ItemAnswer, share: Share) -> Acceptance | None:
    last = item.acceptances.standing().order_by("-id").first()
    if last is None or item.state == ItemState.DELIVERED:
        return None
    is_same = (last.answer, last.note, last.share_id, last.seal) == (one.answer, one.note.strip(), share.pk, one.seal)
    return last if is_same else None


def _answered(
    item: DeliveryItem, answer: Answer, note: str, *, origin: dict[str, Any], by: Principal, now: datetime
) -> Acceptance:
    deal = item.opportunity
    acceptance = Acceptance.objects.create(
        opportunity=deal, item=item, answer=answer.value, note=note.strip(), seal=item.seal,
        content={"title": item.title, "criteria": item.criteria, "delivered_on": str(item.delivered_on)}, **origin,
    )  # fmt: skip
    facts = {
        "item": item.title, "answer": answer.value, "note": note.strip()[:LINE_LIMIT], "name": acceptance.name,
        "how": acceptance.how, "on": acceptance.on,
    }  # fmt: skip
    if answer is Answer.REJECTED:
        stored(item, state=ItemState.REJECTED.value, accepted_on=None)
    else:
        stored(item, state=ItemState.ACCEPTED.value, accepted_on=acceptance.on)
    tell("rejected" if answer is Answer.REJECTED else "accepted", deal, acceptance, by=by, now=now, facts=facts)
    if answer is not Answer.ACCEPTED:
        issue_of_answer(item, acceptance, by=by, now=now)
    if answer is not Answer.REJECTED:
        close_with_acceptance(item, acceptance, by=by, now=now)
        done(item, on=acceptance.on, now=now)
    if acceptance.how == How.LINK:
        for told in hooks.on_customer_said:
            told(acceptance, by, now)
    return acceptance


def _scored(
    deal: Opportunity, score: int, comment: str, *, origin: dict[str, Any], by: Principal, now: datetime
) -> Feedback:
    feedback = Feedback.objects.create(opportunity=deal, score=score, comment=comment.strip(), **origin)
    facts = {"score": score, "comment": feedback.comment[:LINE_LIMIT], "name": feedback.name, "how": feedback.how}
    tell("scored", deal, feedback, by=by, now=now, facts=facts)
    if feedback.how == How.LINK:
        for told in hooks.on_customer_said:
            told(feedback, by, now)
    return feedback


def _by_link(share: Share, name: str, *, now: datetime) -> dict[str, Any]:
    return {
        "how": How.LINK.value, "share": share, "contact_id": share.contact_id, "name": name.strip(),
        "on": timezone.localdate(now), "at": now,
    }  # fmt: skip


def _on_paper(
    contact_id: int | None, on: date | None, deal: Opportunity, *, verdict: Verdict, by: Principal, now: datetime
) -> dict[str, Any]:
    """Where it comes from, if ``verdict`` and the contact let it be entered."""
    contact = contact_of(contact_id, deal)
    must(verdict & (no("contact_elsewhere", field="contact") if contact_id and contact is None else YES))
    assert contact is not None
    return {
        "how": How.PAPER.value, "contact": contact, "name": contact.name, "on": on, "at": now,
        "entered_by_id": by.user_id,
    }  # fmt: skip


def _ours_to_take_back(said: Acceptance | Feedback) -> Verdict:
    if said.how != How.PAPER:
        return no("others_word")
    return no("taken_back") if said.taken_back_at else YES


def _named(name: str) -> Verdict:
    verdict = YES if name.strip() else no("name_missing", field="name")
    return verdict & text_fault(name, field="name", limit=NAME_LIMIT)
