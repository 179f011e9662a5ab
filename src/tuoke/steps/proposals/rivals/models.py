from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.models import STANDINGS, PurchaseCriterion
from tuoke.steps.proposals.models import PricedQuerySet
from tuoke.steps.proposals.rivals.rules import Threat

if TYPE_CHECKING:
    from typing import Self

THREAT_NAMES = {Threat.HIGH: _("高"), Threat.MEDIUM: _("中"), Threat.LOW: _("低"), Threat.UNKNOWN: _("未知")}
THREATS = [(threat.value, name) for threat, name in THREAT_NAMES.items()]


class RivalQuerySet(PricedQuerySet["Rival"]):
    """Seen and changed with its deal."""

    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class Rival(models.Model):
    """竞品 in this deal: one other supplier whom the customer looks at. Prices are yuan for the whole of it.

    ``strengths`` and ``weaknesses`` are lists of short statements, copied from the catalogue and sharpened here;
    ``our_difference`` is what we say to it: the only part that a customer ever reads.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="rivals")
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="rivals", verbose_name=_("竞品"))
    threat = models.CharField(_("威胁"), max_length=6, choices=THREATS, blank=True)
    price_low = models.DecimalField(_("他们的价格 从"), max_digits=14, decimal_places=2, null=True, blank=True)
    price_high = models.DecimalField(_("他们的价格 到"), max_digits=14, decimal_places=2, null=True, blank=True)
    strengths = models.JSONField(_("他们的优势"), default=list, blank=True)
    weaknesses = models.JSONField(_("他们的劣势"), default=list, blank=True)
    our_difference = models.TextField(_("我们的差异"), blank=True)
    note = models.TextField(_("备注"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = RivalQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "competitor"], name="rivals_once"),
            models.CheckConstraint(
                condition=Q(price_low=None) | Q(price_high=None) | Q(price_high__gte=F("price_low")),
                name="rivals_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.competitor_id}"


class RivalMark(models.Model):
    """How a rival stands by one of the customer's purchase criteria; ours stands in the criterion itself."""

    rival = models.ForeignKey(Rival, models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(PurchaseCriterion, models.PROTECT, related_name="rival_marks")
    standing = models.CharField(_("他们的位置"), max_length=6, choices=STANDINGS, blank=True)
    note = models.CharField(_("凭什么这样说"), max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rival", "criterion"], name="rivals_mark_once")]

    def __str__(self) -> str:
        return f"{self.rival_id}: {self.criterion_id}"
