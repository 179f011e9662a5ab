from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.services.links import hooks, queries, rules
from tuoke.services.links.models import Link, LinkVisit


@transaction.atomic
def make_link(
    *,
    kind: str,
    subject: models.Model | str,
    recipient: str,
    expires_at: datetime,
    challenge: str = "",
    title: str = "",
    thread: models.Model | str = "",
    party: models.Model | str = "",
    recipient_id: int | None = None,
    by: Principal,
    now: datetime,
) -> Link:
    """A link for one person to one thing; ``queries.address_of`` is what is sent. The caller has asked whether ``by`` may.

    ``challenge``: four digits that must be typed before anything is shown (``rules.last_digits`` of his phone).
    ``thread``/``party``: where its opening shows in the history, which says ``title``.
    Refused: recipient_missing, expiry_out_of_range, challenge_not_digits — all that apply.
    """
    if by.user_id is None:
        raise Refused(no("only_people_make_links"))
    _refuse(_sound(recipient=recipient, expires_at=expires_at, challenge=challenge, now=now))
    link = Link(
        kind=kind, subject=key_of(subject), thread=key_of(thread), party=key_of(party), title=title[: rules.TITLE_LIMIT],
        recipient=recipient.strip()[: rules.RECIPIENT_LIMIT], recipient_id=recipient_id,
        created_by_id=by.user_id, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    if challenge:
        link.challenge = rules.answer_digest(link.public_id, challenge, key=queries.signing_keys()[0])
    link.save()
    facts = {"kind": kind, "title": title, "to": link.recipient, "expires_at": expires_at, "asks": bool(challenge)}
    record(kind="links.link_made", subject=link, by=by, at=now, facts=facts)
    return link


@transaction.atomic
def revoke_link(*, link: Link, by: Principal, now: datetime) -> Link:
    """It opens nothing from now on. The caller has asked whether ``by`` may. Twice does no more than once."""
    link = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.revoked_at is not None:
        return link
    link.revoked_at = now
    link.save(update_fields=["revoked_at"])
    _tell("links.link_revoked", link, by=by, at=now)
    return link


def note_visit(*, link: Link, ip: str, agent: str, now: datetime) -> bool:
    """Somebody has seen what the link opens. Counted once in five minutes; previews by robots aren't counted.

    The first time goes into the history. Says whether it was counted.
    """
    ip, agent = ip[: rules.IP_LIMIT], _sayable(agent)[: rules.AGENT_LIMIT]
    if rules.is_robot(agent) or queries.was_here(link, ip=ip, agent=agent, now=now):
        return False
    with transaction.atomic():
        link = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
        is_first, link.opened_at = link.opened_at is None, link.opened_at or now
        link.last_opened_at, link.opens = now, link.opens + 1
        link.save(update_fields=["opened_at", "last_opened_at", "opens"])
        if link.opens <= rules.VISITS_KEPT:
            LinkVisit.objects.create(link=link, at=now, ip=ip, agent=agent)
        if is_first:
            holder = queries.holder_of(link)
            _tell("links.link_opened", link, by=holder, at=now)
            for told in hooks.on_opened:
                told(link, holder, now)
    return True


@transaction.atomic
def answer_challenge(*, link: Link, answer: str, now: datetime) -> Verdict:
    """Whether the answer opens the link: YES, challenge_wrong (``left`` tries), or challenge_locked (``until``).

    Whoever goes on guessing is locked out for longer each time; the right answer begins anew. A refusal is returned, not
    raised: the try must be kept.
    """
    link = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.locked_until and link.locked_until > now:
        return no("challenge_locked", until=link.locked_until)
    if any(link.challenge == rules.answer_digest(link.public_id, answer, key=key) for key in queries.signing_keys()):
        return _after_try(link, tries=0)
    tries = link.tries + 1
    if lasts := rules.lock_after(tries):
        until = now + lasts
        return _after_try(link, tries=tries, locked_until=until) & no("challenge_locked", until=until)
    return _after_try(link, tries=tries) & no("challenge_wrong", left=rules.TRIES_MOST - tries % rules.TRIES_MOST)


def _after_try(link: Link, *, tries: int, locked_until: datetime | None = None) -> Verdict:
    if (link.tries, link.locked_until) != (tries, locked_until):
        link.tries, link.locked_until = tries, locked_until
        link.save(update_fields=["tries", "locked_until"])
    return YES


def _sound(*, recipient: str, expires_at: datetime, challenge: str, now: datetime) -> Verdict:
    verdict = YES if recipient.strip() else no("recipient_missing", field="contact")
    if not rules.SHORTEST <= expires_at - now <= rules.LONGEST:
        limits = {"least": rules.DAYS_LEAST, "most": rules.DAYS_MOST}
        verdict &= no("expiry_out_of_range", field="expires_on", **limits)
    if challenge and not (len(challenge) == 4 and challenge.isascii() and challenge.isdigit()):
        verdict &= no("challenge_not_digits", field="challenge")
    return verdict


def _refuse(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def _tell(kind: str, link: Link, *, by: Principal, at: datetime) -> None:
    facts = {"kind": link.kind, "title": link.title, "to": link.recipient}
    record(kind=kind, subject=link, thread=link.thread, party=link.party, by=by, at=at, facts=facts)


def _sayable(text: str) -> str:
    """A browser says of itself what it likes: no control characters, no halves of characters."""
    return "".join(char for char in text if char.isprintable())
