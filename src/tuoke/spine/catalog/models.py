from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.rules import Market, Motion, PainHelp, ProductFits, Scale

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from typing import Self

MARKET_NAMES = {Market.TOB: _("企业客户 ToB"), Market.TOC: _("个人客户 ToC")}
SCALE_NAMES = {Scale.LARGE: _("大客户"), Scale.SMALL: _("中小客户")}
MOTION_NAMES = {Motion.NEW: _("新客户开拓"), Motion.EXISTING: _("存量深挖"), Motion.CROSS_REGION: _("跨区域")}
MARKETS = [(m.value, name) for m, name in MARKET_NAMES.items()]
SCALES = [(s.value, name) for s, name in SCALE_NAMES.items()]
MOTIONS = [(m.value, name) for m, name in MOTION_NAMES.items()]


def _ordered(low: str, high: str) -> Q:
    """An open end is NULL, and says nothing."""
    return Q(**{low: None}) | Q(**{high: None}) | Q(**{f"{low}__lte": F(high)})


def _opened(who: Principal, action: str) -> bool:
    """The catalogue is the company's: whoever holds the permission sees or changes all of it."""
    return who.may(Permission.PROFILE_READ if action == "read" else Permission.CATALOG_WRITE)


class SourceQuerySet(models.QuerySet["LeadSource"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def offered(self) -> Self:
        """What new leads may come from: neither the source nor anything above it is closed (``DEPTH_LIMIT`` levels)."""
        above = [f"{'parent__' * level}active" for level in (1, 2, 3)]
        found = self.filter(active=True)
        for name in above:
            found = found.exclude(**{name: False})
        return found


class LeadSource(models.Model):
    """A channel that brings leads (S2.1), in a tree. Never deleted: leads name it; closed ones are no longer offered."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class CostQuerySet(models.QuerySet["SourceCost"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def listed(self) -> Self:
        return self.filter(voided_at=None)

    def touching(self, since: date | None, until: date | None) -> Self:
        """Periods that share a day with these (both included; None is open)."""
        found = self.filter(ends_on__gte=since) if since else self
        return found.filter(starts_on__lte=until) if until else found


class SourceCost(models.Model):
    """What a source cost in a period, in yuan, both days included (S2.1)."""

    source = models.ForeignKey(LeadSource, models.PROTECT, related_name="costs", verbose_name=_("线索来源"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CostQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="catalog_cost_period"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="catalog_cost_positive"),
        ]
        indexes = [models.Index(fields=["source", "-starts_on"], name="catalog_cost_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.starts_on} {self.amount}"


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def offered(self, *, keeping: Product | int | None = None) -> Self:
        """What can be chosen: what is sold, and what stands in a record already (``keeping``)."""
        chosen = Q(pk=keeping.pk if isinstance(keeping, Product) else keeping)
        return self.filter(Q(active=True) | chosen if keeping is not None else Q(active=True))


class Product(models.Model):
    """What we sell, with its price band in yuan for one ``unit``, and whom it fits (``fits``)."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    price_low = models.DecimalField(_("价格下限"), max_digits=14, decimal_places=2, null=True, blank=True)
    price_high = models.DecimalField(_("价格上限"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计价单位"), max_length=20, default="年", blank=True)
    custom_quote = models.BooleanField(_("可接受定制化报价"), default=False)
    industries = models.JSONField(_("适合的行业"), default=list, blank=True)
    staff_low = models.PositiveIntegerField(null=True, blank=True)
    staff_high = models.PositiveIntegerField(null=True, blank=True)
    revenue_low = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    revenue_high = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    pains = models.JSONField(_("解决的痛点"), default=list, blank=True)
    note = models.TextField(_("说明"), blank=True)
    active = models.BooleanField(_("在售"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=_ordered("price_low", "price_high"), name="catalog_product_price"),
            models.CheckConstraint(condition=_ordered("staff_low", "staff_high"), name="catalog_product_staff"),
            models.CheckConstraint(condition=_ordered("revenue_low", "revenue_high"), name="catalog_product_revenue"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.pk])

    @property
    def price(self) -> Span[Decimal]:
        return Span(self.price_low, self.price_high)

    @property
    def fits(self) -> ProductFits:
        return ProductFits(
            industries=tuple(self.industries),
            staff=Span(self.staff_low, self.staff_high),
            revenue=Span(self.revenue_low, self.revenue_high),
            pains=tuple(PainHelp(row["pain"], row.get("help", "")) for row in self.pains),
        )


class CompetitorQuerySet(models.QuerySet["Competitor"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def listed(self) -> Self:
        return self.filter(voided_at=None)


class Competitor(models.Model):
    """竞品: against which products it is offered, what it does well and badly, and what we say to it."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    price_low = models.DecimalField(_("价格下限"), max_digits=14, decimal_places=2, null=True, blank=True)
    price_high = models.DecimalField(_("价格上限"), max_digits=14, decimal_places=2, null=True, blank=True)
    strengths = models.JSONField(_("优势"), default=list, blank=True)
    weaknesses = models.JSONField(_("劣势"), default=list, blank=True)
    counters = models.JSONField(_("我们的应对"), default=list, blank=True)
    products = models.ManyToManyField(
        Product, blank=True, related_name="competitors", verbose_name=_("与我们哪些产品竞争")
    )
    note = models.TextField(_("说明"), blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CompetitorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=_ordered("price_low", "price_high"), name="catalog_competitor_price")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:competitor", args=[self.pk])

    @property
    def price(self) -> Span[Decimal]:
        return Span(self.price_low, self.price_high)


class Campaign(models.Model):
    """拓展计划: one preparation for a period; step 1's subject. Started once its gate is open."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    company_goal = models.TextField(_("服务的企业战略目标"), blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, verbose_name=_("产品"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    owner = models.ForeignKey(User, models.PROTECT, verbose_name=_("负责人"), related_name="campaigns")
    started_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="catalog_campaign_period"
            )
        ]

    def __str__(self) -> str:
        return self.name
