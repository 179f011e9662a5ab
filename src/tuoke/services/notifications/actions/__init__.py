"""Telling people. Everything here runs in the caller's transaction, or opens its own."""

from tuoke.services.notifications.actions.mails import (
    arrived,
    cancel,
    queue_mail,
    resend,
    send,
    wake,
)
from tuoke.services.notifications.actions.notices import forget, mark_all_read, mark_read, mark_unread, notify

__all__ = [
    "arrived", "cancel", "forget", "mark_all_read", "mark_read", "mark_unread", "notify", "queue_mail", "resend", "send",
    "wake",
]  # fmt: skip
