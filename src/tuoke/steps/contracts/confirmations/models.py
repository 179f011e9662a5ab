from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.services.links.models import Link
from tuoke.spine.customers.models import CHANNEL_NAMES, Contact
from tuoke.steps.contracts.confirmations.rules import Answer, Origin, Said, Side
from tuoke.steps.contracts.models import Contract, ContractVersion, RoomQuerySet

if TYPE_CHECKING:
    from typing import Self

SIDE_NAMES = {Side.OURS: _("我方"), Side.THEIRS: _("客户")}
ANSWER_NAMES = {Answer.AGREED: _("同意"), Answer.CHANGE: _("要改")}
ORIGIN_NAMES = {Origin.TEAM: _("我方"), Origin.LINK: _("客户通过链接"), Origin.TOLD: _("客户告知，由我们记下")}
CHANNELS = [(c.value, name) for c, name in CHANNEL_NAMES.items()]
NAME_MAX = 80


class InvitationQuerySet(RoomQuerySet["Invitation"]):
    deal_field = "contract__opportunity"


class ClauseConfirmationQuerySet(RoomQuerySet["ClauseConfirmation"]):
    deal_field = "contract__opportunity"

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Invitation(models.Model):
    """A version of a contract sent to one person of the customer by private link. ``version`` moves on when we bring the
    link to a newer version: what he confirmed stays, where the words are the same."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="invitations")
    version = models.ForeignKey(ContractVersion, models.PROTECT, related_name="invitations")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=NAME_MAX)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "-id"], name="invitations_of_contract")]

    def __str__(self) -> str:
        return f"{self.contract_id} → {self.recipient}"


class ClauseConfirmation(models.Model):
    """What somebody said to one clause as it read in ``version`` (``seal``: that clause's fingerprint). Never changed:
    another answer is another row, one taken back is ``withdrawn_at``.

    Ours names ``user``; theirs ``contact``, through ``invitation`` or as told to us (``origin`` told: ``channel``,
    ``told_on``, and ``user`` is who wrote it down). ``wording``: how he wants the clause to read.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="confirmations")
    version = models.ForeignKey(ContractVersion, models.PROTECT, related_name="confirmations")
    clause_id = models.BigIntegerField()
    title = models.CharField(max_length=120)
    seal = models.CharField(max_length=64)
    side = models.CharField(max_length=6, choices=[(s.value, n) for s, n in SIDE_NAMES.items()])
    answer = models.CharField(max_length=6, choices=[(a.value, n) for a, n in ANSWER_NAMES.items()])
    origin = models.CharField(max_length=4, choices=[(o.value, n) for o, n in ORIGIN_NAMES.items()])
    comment = models.TextField(blank=True)
    wording = models.TextField(blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="answers")
    by_name = models.CharField(max_length=NAME_MAX)
    channel = models.CharField(max_length=16, blank=True, choices=CHANNELS)
    told_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ClauseConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side=Side.OURS.value, contact=None, invitation=None, origin=Origin.TEAM.value)
                | Q(side=Side.THEIRS.value, contact__isnull=False, origin=Origin.LINK.value, invitation__isnull=False)
                | Q(side=Side.THEIRS.value, contact__isnull=False, origin=Origin.TOLD.value, told_on__isnull=False),
                name="confirmations_who",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "id"], name="confirmations_standing", condition=Q(withdrawn_at=None)),
            models.Index(fields=["invitation", "id"], name="confirmations_through"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}/{self.clause_id}: {self.side} {self.answer}"

    @property
    def said(self) -> Said:
        return Said(
            key=self.pk,
            clause_id=self.clause_id,
            seal=self.seal,
            side=Side(self.side),
            answer=Answer(self.answer),
            person=self.contact_id or 0,
            by=self.by_name,
            at=self.at,
            origin=Origin(self.origin),
            comment=self.comment,
            wording=self.wording,
        )
