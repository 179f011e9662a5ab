from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.models import Campaign, Competitor
from tuoke.steps.targeting.markets.rules import Point, SourceKind, StatementKind

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {
    StatementKind.SIZE: _("市场规模"),
    StatementKind.GROWTH: _("增长趋势"),
    StatementKind.SEGMENT: _("细分市场"),
    StatementKind.COMPETITOR: _("竞争对手"),
    StatementKind.UNMET: _("未被满足的需求"),
}
SOURCE_NAMES = {
    SourceKind.REPORT: _("行业报告"),
    SourceKind.INTERVIEW: _("客户访谈"),
    SourceKind.RIVALS: _("竞品调研"),
    SourceKind.NEWS: _("行业资讯"),
    SourceKind.SOCIAL: _("社交平台"),
    SourceKind.OTHER: _("其他"),
}
KINDS = [(kind.value, name) for kind, name in KIND_NAMES.items()]
SOURCES = [(kind.value, name) for kind, name in SOURCE_NAMES.items()]


def _opened(who: Principal, action: str) -> bool:
    """An analysis is the company's, as its campaign is."""
    return who.may(Permission.PROFILE_READ if action == "read" else Permission.PROFILE_WRITE)


class AnalysisQuerySet(models.QuerySet["MarketAnalysis"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()


class MarketAnalysis(models.Model):
    """市场分析 (S1.1): what is known of a campaign's market. One a campaign; it consists of statements."""

    campaign = models.OneToOneField(
        Campaign, models.PROTECT, related_name="market_analysis", verbose_name=_("拓展计划")
    )
    goal = models.TextField(_("服务的企业战略目标"), blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("负责人"))
    review_by = models.DateField(_("复核日期"), null=True, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["review_by"], name="markets_review_by")]

    def __str__(self) -> str:
        return f"{self.campaign_id}"

    def get_absolute_url(self) -> str:
        return reverse("markets:analysis", args=[self.campaign_id])


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def listed(self) -> Self:
        return self.filter(voided_at=None)


class Statement(models.Model):
    """One thing that is said of a market, with its source: kind, reference and date are never blank.

    Which of the other columns are filled is the kind's (see ``rules.StatementDraft``). Amounts are yuan; ``unit`` is how
    the source gave it. ``points`` of a growth series: [[year, "yuan"] …].
    """

    analysis = models.ForeignKey(MarketAnalysis, models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=10, choices=KINDS)
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    amount = models.DecimalField(_("金额"), max_digits=20, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=4, blank=True)
    share = models.DecimalField(_("占比"), max_digits=5, decimal_places=2, null=True, blank=True)
    points = models.JSONField(default=list, blank=True)
    competitor = models.ForeignKey(
        Competitor, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("竞品")
    )
    price_low = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    price_high = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    strengths = models.JSONField(default=list, blank=True)
    weaknesses = models.JSONField(default=list, blank=True)
    counters = models.JSONField(default=list, blank=True)
    source_kind = models.CharField(_("来源类型"), max_length=10, choices=SOURCES)
    reference = models.CharField(_("出处"), max_length=500)
    sourced_on = models.DateField(_("来源日期"))
    place = models.PositiveIntegerField(default=0)
    voided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="") & Q(source_kind__in=[kind.value for kind in SourceKind]),
                name="markets_statement_sourced",
            ),
            models.CheckConstraint(
                condition=~Q(kind="size") | Q(year__isnull=False, amount__isnull=False), name="markets_size_says"
            ),
            models.CheckConstraint(
                condition=~Q(kind="competitor") | Q(competitor__isnull=False), name="markets_competitor_named"
            ),
            models.CheckConstraint(
                condition=Q(price_low=None) | Q(price_high=None) | Q(price_low__lte=F("price_high")),
                name="markets_price_order",
            ),
        ]
        indexes = [models.Index(fields=["analysis", "kind", "place"], name="markets_statement_place")]

    def __str__(self) -> str:
        return f"{self.kind} {self.title or self.text[:40]}"

    @property
    def price(self) -> Span[Decimal]:
        return Span(self.price_low, self.price_high)

    @property
    def series(self) -> tuple[Point, ...]:
        return tuple(Point(int(year), Decimal(amount)) for year, amount in self.points)
