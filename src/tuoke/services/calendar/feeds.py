"""Addresses of private calendars: signed, so that nothing in the database opens one."""

from __future__ import annotations

from uuid import UUID

from django.core.signing import BadSignature, Signer

from tuoke.services.calendar.models import Feed

SIGNER = Signer(salt="tuoke.calendar.feed")


def token_of(feed: Feed) -> str:
    return SIGNER.sign(feed.public_id.hex).replace(":", ".")


def feed_behind(token: str) -> Feed | None:
    """The feed that the address opens, with its owner; None where it was guessed, forged or replaced."""
    try:
        public_id = UUID(SIGNER.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        return None
    return Feed.objects.select_related("user").filter(public_id=public_id, user__is_active=True).first()
