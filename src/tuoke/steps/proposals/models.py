from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.models import OfDealQuerySet, Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.rules import NOTE_LIMIT, PART_ORDER, TITLE_LIMIT, Frozen, ProposalState, parse

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {
    ProposalState.DRAFT: _("草稿"),
    ProposalState.SENT: _("已发送"),
    ProposalState.WITHDRAWN: _("已撤回"),
}
PART_NAMES = {
    "situation": _("现状与理解"),
    "needs": _("需求与目标"),
    "solution": _("解决方案"),
    "value": _("价值"),
    "difference": _("差异化优势"),
    "proof": _("案例与证据"),
    "plan": _("实施计划"),
    "service": _("服务与团队"),
    "terms": _("报价与条款"),
}
"""By ``library.rules.BlockPart``, in the order in which a proposal is read."""
STATES = [(s.value, name) for s, name in STATE_NAMES.items()]
PARTS = list(PART_NAMES.items())


Row = TypeVar("Row", bound=models.Model, covariant=True)


class RoomQuerySet(OfDealQuerySet[Row]):
    reads, writes = Permission.PROPOSAL_READ, Permission.PROPOSAL_WRITE


class PricedQuerySet(OfDealQuerySet[Row]):
    """Rows that say what it costs: a collaborator of the technical side reads the proposal without them (P4)."""

    reads, writes = Permission.OFFER_READ, Permission.OFFER_WRITE


class ProposalQuerySet(RoomQuerySet["Proposal"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Proposal(models.Model):
    """《定制化解决方案》 of a deal (S5.1): what is being written. A deal has one that isn't withdrawn; what a customer
    gets is a ``ProposalVersion`` of it. ``state`` sent: a version of it went out, whatever was written since."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="proposals")
    title = models.CharField(_("标题"), max_length=TITLE_LIMIT)
    state = models.CharField(max_length=10, choices=STATES, default=ProposalState.DRAFT.value)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(withdrawn_at=None), name="proposals_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at=None)),
                name="proposals_withdrawn_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:builder", args=[self.opportunity_id])

    @property
    def was_sent(self) -> bool:
        return self.first_sent_at is not None


class SectionQuerySet(models.QuerySet["Section"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(proposal__in=Proposal.objects.visible_to(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Section(models.Model):
    """One section. ``position`` is its place within its part; ``source`` the library's block it began with,
    ``why`` the reasons for which it was proposed (codes with their parameters); both empty where it was written here."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="sections")
    part = models.CharField(_("放在哪一部分"), max_length=10, choices=PARTS)
    title = models.CharField(_("小节标题"), max_length=TITLE_LIMIT)
    text = models.TextField(_("正文"), blank=True)
    position = models.PositiveIntegerField(default=0)
    why = models.JSONField(default=list, blank=True)
    source = models.ForeignKey(ItemVersion, models.PROTECT, null=True, blank=True, related_name="proposal_sections")
    needs = models.ManyToManyField(Need, through="SectionNeed", related_name="proposal_sections")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["proposal", "position", "id"], name="proposal_sections")]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> tuple[int, int, int]:
        """Sorts sections as they are read: part by part, in each as somebody put them."""
        return PART_ORDER.get(self.part, len(PART_ORDER)), self.position, self.pk


class SectionNeed(models.Model):
    """This section answers that need."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="answers")
    need = models.ForeignKey(Need, models.PROTECT, related_name="answered_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "need"], name="proposal_section_need_once")]

    def __str__(self) -> str:
        return f"{self.section_id} → {self.need_id}"


class ProofQuerySet(models.QuerySet["Proof"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(section__in=Section.objects.visible_to(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Proof(models.Model):
    """Evidence behind a section: the version of a case or of a piece of evidence that the library held then (S5.4)."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="proofs")
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="proposal_proofs")
    note = models.CharField(_("说明"), max_length=NOTE_LIMIT, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "item_version"], condition=Q(withdrawn_at=None), name="proposal_proof_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id} ← {self.item_version_id}"


class ProposalVersionQuerySet(models.QuerySet["ProposalVersion"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(proposal__in=Proposal.objects.visible_to(who, action))


class ProposalVersion(models.Model):
    """What the proposal said at one moment, with the figures and prices of that moment. The database refuses to change
    it (migration 0002). ``seal`` is the fingerprint of ``content``."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    seal = models.CharField(max_length=64)
    note = models.CharField(_("这一版改了什么"), max_length=NOTE_LIMIT, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = ProposalVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_number")]

    def __str__(self) -> str:
        return f"v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:version", args=[self.pk])

    @property
    def frozen(self) -> Frozen:
        return parse(self.content)


class VersionProof(models.Model):
    """Which evidence a version rests on: so that a withdrawn piece finds every proposal, sent ones too."""

    version = models.ForeignKey(ProposalVersion, models.PROTECT, related_name="proofs")
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="frozen_proofs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "item_version"], name="proposal_version_proof_once")]

    def __str__(self) -> str:
        return f"{self.version_id} ← {self.item_version_id}"
