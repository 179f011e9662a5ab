"""Papers are written in the background, then the proposal is handed over (S5.2).

A worker may be killed at any moment and the task run again, even twice at once: a paper that is there isn't written
again, and who is first to lock the sending hands it over. Until then nothing is marked as sent.
"""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from tuoke.base.accounts.queries import company, principal_of
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import Refused
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.services.links.actions import make_link
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.services.notifications.actions import queue_mail
from tuoke.services.notifications.models import Mail
from tuoke.services.notifications.rules import Attached
from tuoke.steps.proposals.actions import mark_sent
from tuoke.steps.proposals.models import Proposal, ProposalVersion
from tuoke.steps.proposals.sendings import hooks
from tuoke.steps.proposals.sendings.actions.checks import may_still_go, must, tell
from tuoke.steps.proposals.sendings.documents import proposal_document
from tuoke.steps.proposals.sendings.models import Paper, Sending
from tuoke.steps.proposals.sendings.rules import (
    ATTEMPTS_MOST,
    PAPER_KINDS,
    STUCK,
    Error,
    PaperState,
    State,
    last_four,
)

LINK_KIND = "proposal"
LAID_OUT = 25
"""Per cent of the work when what stands in a paper is laid out; the rest is writing it."""
logger = logging.getLogger("tuoke.sendings")


def begin(sending: Sending, *, now: datetime) -> None:
    """In the transaction of what asked for it. A paper that failed before is tried again."""
    for kind in PAPER_KINDS:
        Paper.objects.get_or_create(version=sending.version, kind=kind)
    anew = {"state": PaperState.WAITING.value, "progress": 0, "error": ""}
    Paper.objects.filter(version=sending.version, state=PaperState.FAILED).update(**anew)
    prepare.enqueue(sending.pk)


@task()
def prepare(pk: int) -> None:
    """Write the papers that aren't there yet, then hand the proposal over. Does nothing where that has happened."""
    sending = Sending.objects.preparing().filter(pk=pk).first()
    if sending is None:
        return
    try:
        for paper in Paper.objects.lean().filter(version=sending.version_id).exclude(state=PaperState.DONE):
            _write(paper)
    except Exception as problem:  # whatever the renderer stumbled over is told, never swallowed
        logger.exception("a paper of sending %s could not be written", pk)
        _paper_failed(sending.version_id, problem)
        _fail(pk, Error.RENDERING, now=timezone.now())
        return
    deliver(pk, now=timezone.now())


def deliver(pk: int, *, now: datetime) -> None:
    """Once, by whoever is first. What may no longer go out is told to whoever sent it; then nothing of it has happened."""
    try:
        with transaction.atomic():
            sending = _held(pk)
            if sending is not None:
                _hand_over(sending, by=principal_of(sending.created_by), now=now)
    except Refused as refusal:
        _fail(pk, Error.REFUSED, now=now, codes=list(refusal.verdict.codes))
    except Proposal.DoesNotExist:
        _fail(pk, Error.REFUSED, now=now, codes=["not_yours_any_more"])


def wake(now: datetime) -> int:
    """The tick, for what its task was lost of: once more, and given up after the third time. Says how many."""
    stuck = list(Sending.objects.preparing().filter(worked_at__lt=now - STUCK).order_by("worked_at")[:100])
    for sending in stuck:
        if sending.attempts + 1 >= ATTEMPTS_MOST:
            _fail(sending.pk, Error.LOST, now=now)
        else:
            with transaction.atomic():
                held = Sending.objects.preparing().filter(pk=sending.pk)
                held.update(attempts=sending.attempts + 1, worked_at=now)
                prepare.enqueue(sending.pk)
    return len(stuck)


# Writing


def _write(paper: Paper) -> None:
    _progress(paper, 5)
    related = ("proposal__opportunity__customer", "proposal__opportunity__owner")
    document = proposal_document(ProposalVersion.objects.select_related(*related).get(pk=paper.version_id))
    _progress(paper, LAID_OUT)
    target = BytesIO()
    write_document(target, document, kind=paper.kind)
    done = {"state": PaperState.DONE.value, "progress": 100, "content": target.getvalue(), "written_at": timezone.now()}
    Paper.objects.filter(pk=paper.pk).exclude(state=PaperState.DONE).update(**done, error="")


def _progress(paper: Paper, progress: int) -> None:
    going = Paper.objects.filter(pk=paper.pk).exclude(state=PaperState.DONE)
    going.update(state=PaperState.WORKING.value, progress=progress)


def _paper_failed(version_id: int, problem: Exception) -> None:
    broken = Paper.objects.filter(version=version_id).exclude(state=PaperState.DONE)
    broken.update(state=PaperState.FAILED.value, progress=0, error=f"{type(problem).__name__}: {problem}"[:300])


# Handing over


def _held(pk: int) -> Sending | None:
    related = ("opportunity__customer", "contact", "created_by", "version__proposal")
    rows = Sending.objects.preparing().select_for_update(of=("self",)).select_related(*related)
    return rows.filter(pk=pk).first()


def _hand_over(sending: Sending, *, by: Principal, now: datetime) -> None:
    must(may_still_go(sending, today=timezone.localdate(now)))
    mark_sent(proposal=sending.version.proposal, by=by, now=now)
    _supersede(sending, now=now)
    sending.link = _link(sending, by=by, now=now)
    sending.mail = _mail(sending, sending.link, now=now) if sending.by_mail else None
    sending.state, sending.sent_at = State.SENT.value, now
    sending.save(update_fields=["link", "mail", "state", "sent_at"])
    tell("sent", sending, by=by, at=now, title=sending.version.proposal.title, by_mail=sending.by_mail)
    for told in hooks.on_sent:
        told(sending, by, now)


def _supersede(sending: Sending, *, now: datetime) -> None:
    """Whatever other version anybody has of this deal, and whatever this person has."""
    earlier = Sending.objects.sent().filter(opportunity=sending.opportunity_id, superseded_at=None)
    earlier.exclude(version=sending.version_id).update(superseded_at=now)
    earlier.filter(contact=sending.contact_id).update(superseded_at=now)


def _link(sending: Sending, *, by: Principal, now: datetime) -> Link:
    ends = timezone.make_aware(datetime.combine(sending.expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=sending,
        recipient=sending.recipient,
        recipient_id=sending.contact_id,
        expires_at=ends,
        challenge=last_four(sending.contact.phone) if sending.challenge else "",
        title=f"{sending.version.proposal.title[:40]} v{sending.version.number}",
        thread=sending.opportunity,
        party=sending.opportunity.customer,
        by=by,
        now=now,
    )


@override(settings.LANGUAGE_CODE)
def _mail(sending: Sending, link: Link, *, now: datetime) -> Mail:
    deal, title = sending.opportunity, sending.version.proposal.title
    said = {
        "who": sending.recipient, "title": title, "address": f"{sending.host}{address_of(link)}",
        "until": sending.expires_on.isoformat(), "sender": sending.created_by.name, "company": company().name,
    }  # fmt: skip
    text = _(
        "%(who)s，您好：\n\n《%(title)s》请您过目。用手机或电脑打开这个链接就能看，不用注册；哪一节有疑问，直接写在那一节下面，"
        "我们会在同一页上回复：\n\n%(address)s\n\n链接在 %(until)s 前有效，只给您一个人。\n\n%(sender)s\n%(company)s"
    )
    if sending.message:
        text = text.replace("\n\n", f"\n\n{sending.message.replace('%', '%%')}\n\n", 1)
    return queue_mail(
        to=[sending.email],
        subject=_("《%(title)s》请您过目") % {"title": title},
        text=text % said,
        sender=sending.created_by,
        attachments=_attached(sending),
        thread=deal,
        party=deal.customer,
        url=sending.get_absolute_url(),
        now=now,
    )


def _attached(sending: Sending) -> list[Attached]:
    if not sending.attach:
        return []
    paper = Paper.objects.get(version=sending.version_id, kind="pdf")
    assert paper.content is not None
    name = f"{sending.version.proposal.title}-v{sending.version.number}.pdf"
    return [Attached(name, CONTENT_TYPES["pdf"], bytes(paper.content))]


def _fail(pk: int, error: Error, *, now: datetime, codes: list[str] | None = None) -> None:
    with transaction.atomic():
        sending = _held(pk)
        if sending is None:
            return
        sending.state, sending.error, sending.error_codes = State.FAILED.value, error.value, codes or []
        sending.save(update_fields=["state", "error", "error_codes"])
        by = system("sendings")
        tell("failed", sending, by=by, at=now, error=error.value, codes=codes or [])
        for told in hooks.on_failed:
            told(sending, by, now)
