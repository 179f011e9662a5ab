import pytest
from django.utils import timezone

from tests.spine.followups.cases import a_deal
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.rules import FollowUpOutcome


@pytest.fixture
def now():
    """The screens look at the clock."""
    return timezone.now()


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, step="negotiation")


@pytest.fixture
def record(company, deal, now):
    """A follow-up of the rep's, and the signs that were found in it."""

    def recorded(summary, *, by="rep", subject=deal, **more):
        followup = record_followup(
            subject=subject, at=now, channels=["phone"], outcome=FollowUpOutcome.PROGRESS, summary=summary,
            by=company.by(by), now=now, **more,
        )  # fmt: skip
        return list(followup.signals.order_by("id"))

    return recorded
