from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.models import Proposal, RoomQuerySet
from tuoke.steps.proposals.signoffs.rules import Passage, SignState

if TYPE_CHECKING:
    pass

STATE_NAMES = {
    SignState.ASKED: _("等待签认"),
    SignState.SIGNED: _("已签认"),
    SignState.REFUSED: _("不同意"),
    SignState.WITHDRAWN: _("已撤回"),
}


class SignOffQuerySet(RoomQuerySet["SignOff"]):
    """Seen and asked for with its deal."""


class SignOff(models.Model):
    """技术签认: a colleague of a technical department says that what a proposal promises can be done (P4).

    ``passages`` are the very words that he was asked about, ``seal`` their fingerprint. ``remark``: his conditions and
    risks, or why not. Decided through ``approvals`` (kind ``feasibility``); a row is never asked twice.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="signoffs")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="signoffs")
    signer = models.ForeignKey(User, models.PROTECT, related_name="signoffs", verbose_name=_("请谁签认"))
    state = models.CharField(
        max_length=9, choices=[(s.value, n) for s, n in STATE_NAMES.items()], default=SignState.ASKED.value
    )
    passages = models.JSONField()
    seal = models.CharField(max_length=64)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state=SignState.ASKED.value), name="signoffs_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[SignState.SIGNED.value, SignState.REFUSED.value], decided_at__isnull=False)
                | Q(state__in=[SignState.ASKED.value, SignState.WITHDRAWN.value], decided_at=None),
                name="signoffs_decided_iff_dated",
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "-id"], name="signoffs_of_deal")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.state}"

    @property
    def said(self) -> tuple[Passage, ...]:
        return tuple(Passage(one["part"], one["title"], one["text"]) for one in self.passages)
