"""Handing a mail to the server, and what came of it: the only module that talks SMTP.

The steps of the dialogue are taken one by one, so that a failure is known to be before or after the message was out.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from email.headerregistry import Address
from email.utils import format_datetime, formataddr, make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from tuoke.services.notifications.models import Mail
from tuoke.services.notifications.rules import Delivery

TAKEN = {250, 251}
SAID_LIMIT = 500


def is_on() -> bool:
    """Whether this installation can send mail at all: TUOKE_MAIL_URL is set."""
    return bool(settings.EMAIL_HOST)


def from_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def new_message_id() -> str:
    """One of our own domain, never the machine's name."""
    return make_msgid(domain=from_address().rpartition("@")[2] or "localhost")


def sender_of(mail: Mail) -> str:
    """Our one address, so that the customer's server trusts it, under the name of the person who writes."""
    name = mail.sender.name if mail.sender else parseaddr(settings.DEFAULT_FROM_EMAIL)[0]
    return formataddr((re.sub(r"[\x00-\x1f\x7f]", " ", name), from_address()))


def message_of(mail: Mail) -> EmailMessage:
    """The mail as it goes out. Django refuses line breaks in headers; ``rules`` did before."""
    headers = {"Message-ID": mail.message_id, "Date": format_datetime(timezone.localtime(mail.created_at))}
    message = EmailMessage(
        subject=mail.subject, body=mail.text, from_email=sender_of(mail), to=mail.to, cc=mail.cc, headers=headers,
        reply_to=[mail.reply_to] if mail.reply_to else None,
    )  # fmt: skip
    for file in mail.attachments.all():
        message.attach(file.name, bytes(file.content), file.content_type)
    return message


def deliver(mail: Mail) -> Delivery:
    """One try, for those who are left. Never raises for what a server or a network does."""
    connection = get_connection()
    message = message_of(mail)
    if not isinstance(connection, EmailBackend):  # a console or a test's own
        connection.send_messages([message])
        return Delivery()
    try:
        connection.open()
        return _talk(_session(connection), _bytes_of(message), mail.left)
    except (OSError, smtplib.SMTPException) as problem:
        return Delivery(delayed=dict.fromkeys(mail.left, _said(problem)))
    finally:
        _close(connection)


def _talk(session: smtplib.SMTP, content: bytes, left: Sequence[str]) -> Delivery:
    """MAIL FROM, RCPT TO each, DATA. OSError and SMTPException up to here mean: nothing was sent."""
    session.ehlo_or_helo_if_needed()
    code, answer = session.mail(from_address())
    if code not in TAKEN:
        return _for_all(left, code, answer)
    refused: dict[str, str] = {}
    delayed: dict[str, str] = {}
    for one in left:
        code, answer = session.rcpt(_ascii(one))
        if code not in TAKEN:
            (refused if _is_final(code) else delayed)[one] = _answer(code, answer)
    taken = [one for one in left if one not in refused and one not in delayed]
    if not taken:
        return Delivery(refused, delayed)
    rest = _data(session, content, taken)
    return Delivery({**refused, **rest.refused}, {**delayed, **rest.delayed}, rest.unsure)


def _data(session: smtplib.SMTP, content: bytes, taken: Sequence[str]) -> Delivery:
    """Once the content may be out, a broken connection leaves it open whether the server has it."""
    try:
        code, answer = session.data(content)
    except smtplib.SMTPDataError as problem:  # it didn't want the content before it began
        return _for_all(taken, problem.smtp_code, problem.smtp_error)
    except (OSError, smtplib.SMTPException) as problem:
        return Delivery(unsure=_said(problem))
    return Delivery() if code in TAKEN else _for_all(taken, code, answer)


def _for_all(left: Sequence[str], code: int, answer: bytes | str) -> Delivery:
    said = dict.fromkeys(left, _answer(code, answer))
    return Delivery(refused=said) if _is_final(code) else Delivery(delayed=said)


def _is_final(code: int) -> bool:
    return 500 <= code <= 599


def _answer(code: int, answer: bytes | str) -> str:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(said.split())}"[:SAID_LIMIT]


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        return _answer(problem.smtp_code, problem.smtp_error)
    return (str(problem) or type(problem).__name__)[:SAID_LIMIT]


def _ascii(address: str) -> str:
    """A domain of other letters as servers write it."""
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain.encode("idna").decode()).addr_spec


def _session(connection: EmailBackend) -> smtplib.SMTP:
    if connection.connection is None:
        raise smtplib.SMTPServerDisconnected("not connected")
    return connection.connection


def _bytes_of(message: EmailMessage) -> bytes:
    """As servers want it: every line ends with CR LF."""
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own, unknown to its stubs


def _close(connection: EmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):  # what was said stands, however it ends
        connection.close()
