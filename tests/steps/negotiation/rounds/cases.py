"""Rounds to be recorded, and who records them."""

from __future__ import annotations

from decimal import Decimal

from tests.conftest import NOW
from tuoke.base.records.models import Event
from tuoke.services.approvals.models import Request
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals.models import Membership
from tuoke.steps.negotiation.rounds import actions
from tuoke.steps.negotiation.rounds.models import Position, Round
from tuoke.steps.negotiation.rounds.rules import AgreementDraft, RoundDraft
from tuoke.steps.negotiation.rules import Terms

FAIR = Terms(Decimal(470_000), 50, "首付 40%")
LOW = Terms(Decimal(400_000), 50, "首付 40%")
THEIRS = Terms(Decimal(380_000), 45)


def a_draft(ours=FAIR, theirs=THEIRS, **more):
    return RoundDraft(held_at=NOW, channel="visit", ours=ours, theirs=theirs, **more)


def a_round(deal, by, *, ours=FAIR, theirs=THEIRS, now=NOW, reason="", **more):
    last = Round.objects.filter(opportunity=deal).order_by("-number").first()
    draft = a_draft(ours, theirs, **{"seen": last.number if last else 0} | more)
    return actions.record_round(deal=deal, draft=draft, by=by, now=now, reason=reason)


def ours_of(row):
    return Position.objects.select_related("round__opportunity").get(round=row, side="ours")


def a_co_owner(deal, user):
    """Somebody who works on the deal as its owner does, and isn't let through the door."""
    return Membership.objects.create(opportunity=deal, user=user, share=30, department=user.department)


def an_agreement(terms=FAIR, **more):
    return AgreementDraft(terms, NOW.date(), **more)


def traces():
    """How often something was written where somebody could count it."""
    return Event.objects.filter(secret=False).count(), Event.objects.count(), Notice.objects.count()


def the_request():
    return Request.objects.get(state="open")
