"""A mail's way: queued in the caller's transaction, sent by a worker, tried again, decided by a person where unsure.

No transaction is open while a server is talked to. A worker says "sending" before it begins and what came of it after;
one that was killed in between leaves "sending" behind, which becomes "unsure" and is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django_tasks import task

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.services.notifications import smtp
from tuoke.services.notifications.actions.notices import notify
from tuoke.services.notifications.models import Attachment, Attempt, Mail, addresses
from tuoke.services.notifications.rules import (
    MAY_CANCEL,
    MAY_SETTLE,
    STUCK,
    Attached,
    Delivery,
    MailState,
    may_be_queued,
    outcome_of,
)

WOKEN_AT_ONCE = 200


def queue_mail(
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    sender: User | None,
    now: datetime,
    cc: Sequence[str] = (),
    attachments: Sequence[Attached] = (),
    thread: models.Model | str = "",
    party: models.Model | str = "",
    reference: str = "",
    url: str = "",
    not_before: datetime | None = None,
) -> Mail:
    """Put a mail on its way, in the caller's transaction: it is sent once that has been committed (S3.3).

    ``to`` and ``cc`` take ``a@b.cn`` or ``王芳 <a@b.cn>``; replies go to the sender's own address, where he has one.
    ``thread`` and ``party`` name the timeline that shows its fate, ``url`` the page it belongs to, ``reference`` is the
    caller's own. Until ``not_before`` it waits and can be cancelled. The history of writing it is the caller's verb's. Refused: mail_off (the screen says how to turn it on),
    and whatever ``rules.may_be_queued`` finds.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("queue_mail() belongs inside the transaction of what it tells of")
    verdict = may_be_queued(to=to, cc=cc, subject=subject, text=text, attachments=attachments)
    if not smtp.is_on():
        verdict = no("mail_off") & verdict
    if not verdict:
        raise Refused(verdict)
    mail = Mail.objects.create(
        sender=sender,
        to=list(to),
        cc=list(cc),
        subject=subject.strip(),
        text=text,
        reply_to=sender.email if sender else "",
        message_id=smtp.new_message_id(),
        thread=key_of(thread),
        party=key_of(party),
        reference=reference,
        url=url,
        state=MailState.QUEUED.value,
        left=addresses([*to, *cc]),
        next_try_at=not_before or now,
        created_at=now,
    )
    Attachment.objects.bulk_create(
        Attachment(mail=mail, name=file.name, content_type=file.content_type, content=file.content)
        for file in attachments
    )
    _enqueue(mail.pk, at=not_before or now)
    return mail


@task()
def send(pk: int, job: str) -> None:
    """One try. Where it isn't its turn it does nothing; run again because its worker was killed, it says that it can't know.

    ``job`` tells one task of a mail from another: a worker that takes over has the same.
    """
    if mail := _claimed(pk, job=job, now=timezone.now()):
        delivery = smtp.deliver(mail)
        _settle(mail, delivery, now=timezone.now())


def wake(now: datetime) -> int:
    """The tick, for what its task was lost of: sent again where it waits, unsure where it was being sent. Says how many."""
    for pk in Mail.objects.filter(state=MailState.SENDING, started_at__lt=now - STUCK).values_list("pk", flat=True):
        _interrupted(pk, now=now)
    due = Mail.objects.due(now - STUCK).order_by("next_try_at")
    woken = list(due.values_list("pk", flat=True)[:WOKEN_AT_ONCE])
    for pk in woken:
        _enqueue(pk, at=now)
    return len(woken)


@transaction.atomic
def resend(*, mail: Mail, by: Principal, now: datetime) -> Mail:
    """再发一次: to whom it did not reach. Also the undo of ``cancel``. Refused: mail_off, mail_not_failed."""
    mail = _locked(mail, by=by)
    if not smtp.is_on():
        raise Refused(no("mail_off"))
    if not mail.may_resend:
        raise Refused(no("mail_not_failed", state=mail.state))
    mail.left = list(dict.fromkeys([*mail.left, *mail.refused]))
    mail.refused, mail.attempts, mail.error, mail.job = {}, 0, "", ""
    mail.state, mail.next_try_at, mail.started_at = MailState.QUEUED.value, now, None
    mail.save()
    _tell(mail, "resent", by=by, now=now)
    _enqueue(mail.pk, at=now)
    return mail


@transaction.atomic
def arrived(*, mail: Mail, by: Principal, now: datetime) -> Mail:
    """已收到: a person knows that the unsure mail is there. Refused: mail_not_unsure."""
    mail = _locked(mail, by=by)
    if MailState(mail.state) not in MAY_SETTLE:
        raise Refused(no("mail_not_unsure", state=mail.state))
    mail.state, mail.left, mail.error, mail.sent_at = MailState.SENT.value, [], "", mail.started_at or now
    mail.save()
    _tell(mail, "arrived", by=by, now=now)
    return mail


@transaction.atomic
def cancel(*, mail: Mail, by: Principal, now: datetime) -> Mail:
    """取消: it hasn't gone out yet and shall not. Refused: mail_not_waiting."""
    mail = _locked(mail, by=by)
    if MailState(mail.state) not in MAY_CANCEL:
        raise Refused(no("mail_not_waiting", state=mail.state))
    mail.state, mail.next_try_at = MailState.CANCELLED.value, None
    mail.save()
    _tell(mail, "cancelled", by=by, now=now)
    return mail


def _enqueue(pk: int, *, at: datetime) -> None:
    send.using(run_after=at).enqueue(pk, get_random_string(16))


def _locked(mail: Mail, *, by: Principal) -> Mail:
    rows = Mail.objects.filter(pk__in=Mail.objects.visible_to(by, "write").filter(pk=mail.pk).values("pk"))
    return rows.select_for_update().get()


def _claimed(pk: int, *, job: str, now: datetime) -> Mail | None:
    """The mail, marked as being sent; None where it isn't this task's to send."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update().filter(pk=pk).first()
        if mail is None:
            return None
        if mail.state == MailState.SENDING and mail.job == job:  # this very task was begun by a worker that is gone
            _unsure(mail, now=now)
            return None
        if mail.state != MailState.QUEUED or mail.next_try_at is None or mail.next_try_at > now:
            return None
        mail.state, mail.job, mail.started_at, mail.next_try_at = MailState.SENDING.value, job, now, None
        mail.attempts += 1
        mail.save()
        Attempt.objects.create(mail=mail, number=mail.attempts, started_at=now)
    return Mail.objects.select_related("sender").get(pk=pk)


@transaction.atomic
def _settle(mail: Mail, delivery: Delivery, *, now: datetime) -> None:
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state != MailState.SENDING:  # it took so long that it was called unsure, and a person has decided
        return
    became = outcome_of(
        delivery, recipients=mail.recipients, left=mail.left, refused=mail.refused, attempts=mail.attempts, now=now
    )
    mail.state, mail.left, mail.refused = became.state.value, list(became.left), dict(became.refused)
    mail.next_try_at, mail.error, mail.job = became.next_try_at, became.error, ""
    if became.state is MailState.SENT:
        mail.sent_at = now
    mail.save()
    _end_try(mail, said=became.error, now=now)
    if became.next_try_at:
        _enqueue(mail.pk, at=became.next_try_at)
    else:
        _announce(mail, now=now)


def _interrupted(pk: int, *, now: datetime) -> None:
    with transaction.atomic():
        mail = Mail.objects.select_for_update().filter(pk=pk, state=MailState.SENDING).first()
        if mail and mail.started_at and mail.started_at < now - STUCK:
            _unsure(mail, now=now)


def _unsure(mail: Mail, *, now: datetime) -> None:
    """Nobody knows whether the server got it before its worker ended."""
    mail.state, mail.job, mail.error = MailState.UNSURE.value, "", ""
    mail.save()
    _end_try(mail, said="", now=None)
    _announce(mail, now=now)


def _end_try(mail: Mail, *, said: str, now: datetime | None) -> None:
    mail.tries.filter(number=mail.attempts, state="").update(ended_at=now, state=mail.state, said=said)


def _announce(mail: Mail, *, now: datetime) -> None:
    """What became of it: on the timeline, and to the sender where he has to do something."""
    _tell(mail, mail.state, by=system("mail"), now=now)
    if mail.state == MailState.SENT and not mail.refused:
        return
    texts = {
        MailState.SENT: gettext("邮件“%(subject)s”有收件人没收到"),
        MailState.FAILED: gettext("邮件“%(subject)s”没有发出"),
        MailState.UNSURE: gettext("邮件“%(subject)s”不确定是否发出，请确认"),
    }
    text = texts[MailState(mail.state)] % {"subject": mail.subject}
    place = reverse("notifications:mail", args=[mail.pk])
    notify(user_ids=[mail.sender_id], kind="mail_failed", text=text, url=place, at=now, thread=mail.thread)


def _tell(mail: Mail, what: str, *, by: Principal, now: datetime) -> None:
    facts: dict[str, Any] = {
        "mail": mail.pk, "subject": mail.subject, "to": mail.to, "refused": mail.refused, "error": mail.error,
    }  # fmt: skip
    record(
        kind=f"notifications.mail_{what}",
        subject=mail,
        thread=mail.thread,
        party=mail.party,
        by=by,
        at=now,
        facts=facts,
    )
