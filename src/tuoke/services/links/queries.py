from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.crypto import salted_hmac

from tuoke.base.accounts.rules import Principal, link_holder
from tuoke.base.records.models import key_of
from tuoke.services.links import hooks, rules
from tuoke.services.links.models import Link, LinkVisit
from tuoke.services.links.rules import State, Why

SHOWN_MOST = 20
"""Links of one subject that are shown to its owner; older ones stay in its history."""

_SALT = "tuoke.services.links"


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """A token that opens nothing, and why; ``link`` is None for one that was never ours."""

    why: Why
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link as its maker sees it. ``path`` is the address without the host; ``places`` counts address and browser together."""

    link: Link
    path: str
    state: State
    places: int

    @property
    def is_open(self) -> bool:
        return self.state in (State.WAITING, State.OPENED)


def address_of(link: Link) -> str:
    """The path that opens the link: ``/p/<token>/``."""
    return reverse("portal:open", args=[token_of(link)])


def token_of(link: Link) -> str:
    return rules.token_of(link.public_id, key=signing_keys()[0])


def opened(token: str, *, now: datetime) -> Link | LinkProblem:
    """What a token opens. One query, none for a forged one. Says nothing of a challenge: see ``Link.challenge``."""
    public_id = rules.id_in(token, keys=signing_keys())
    link = Link.objects.filter(public_id=public_id).first() if public_id else None
    if link is None:
        return LinkProblem(Why.FORGED)
    why = rules.problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now)
    return LinkProblem(why, link) if why else link


def holder_of(link: Link) -> Principal:
    """The customer with this link, as the one who acts."""
    return link_holder(name=link.recipient, reason=f"link {link.public_id}")


def links_of(subject: models.Model | str, *, now: datetime) -> list[LinkCard]:
    """The links to one thing, newest first, at most SHOWN_MOST. One query. Whoever asks may see the subject."""
    links = Link.objects.filter(subject=key_of(subject)).select_related("created_by").order_by("-id")
    return [_card(link, now=now) for link in _with_places(links)[:SHOWN_MOST]]


def cards_of(link_ids: list[int], *, now: datetime) -> dict[int, LinkCard]:
    """The same for links that somebody holds by their keys. One query."""
    links = Link.objects.filter(pk__in=link_ids).select_related("created_by")
    return {link.pk: _card(link, now=now) for link in _with_places(links)}


def card_of(public_id: UUID, *, who: Principal, now: datetime, action: str = "read") -> LinkCard:
    """One link that ``who`` may see (or, ``action="revoke"``, revoke). Raises Link.DoesNotExist."""
    link = _with_places(Link.objects.select_related("created_by")).get(public_id=public_id)
    if not may(who, link, action=action):
        raise Link.DoesNotExist
    return _card(link, now=now)


def may(who: Principal, link: Link, *, action: str = "read") -> bool:
    """Whether ``who`` may see or revoke it: as the room says that made links of this kind."""
    kind = hooks.kinds.get(link.kind)
    if kind is None:
        return who.user_id is not None and who.user_id == link.created_by_id
    asked = kind.may_see if action == "read" else kind.may_revoke
    return asked(who, link.subject)


def was_here(link: Link, *, ip: str, agent: str, now: datetime) -> bool:
    """Whether this visitor was counted a moment ago."""
    seen = link.visits.filter(ip=ip, agent=agent, at__gt=now - rules.SAME_VISIT)
    return seen.exists()


def signing_keys() -> list[bytes]:
    """The key that signs, then those that signed before the secret key was changed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_SALT, "token", secret=secret, algorithm="sha256").digest() for secret in secrets]


def _with_places(links: models.QuerySet[Link]) -> models.QuerySet[Link]:
    visits = LinkVisit.objects.filter(link=models.OuterRef("pk")).order_by()
    places = visits.values("ip", "agent").distinct()
    return links.annotate(places=_count(places))


def _count(rows: models.QuerySet[LinkVisit, Any]) -> models.Subquery:
    return models.Subquery(
        rows, template="(SELECT COUNT(*) FROM (%(subquery)s) _places)", output_field=models.IntegerField()
    )


def _card(link: Link, *, now: datetime) -> LinkCard:
    state = rules.state(expires_at=link.expires_at, revoked_at=link.revoked_at, opened_at=link.opened_at, now=now)
    return LinkCard(link, address_of(link), state, link.places)  # type: ignore[attr-defined]  # annotated above
