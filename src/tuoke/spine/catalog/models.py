from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.catalog.rules import Market, Motion, Scale

MARKET_NAMES = {Market.TOB: _("企业客户 ToB"), Market.TOC: _("个人客户 ToC")}
SCALE_NAMES = {Scale.LARGE: _("大客户"), Scale.SMALL: _("中小客户")}
MOTION_NAMES = {Motion.NEW: _("新客户开拓"), Motion.EXISTING: _("存量深挖"), Motion.CROSS_REGION: _("跨区域")}
MARKETS = [(m.value, name) for m, name in MARKET_NAMES.items()]
SCALES = [(s.value, name) for s, name in SCALE_NAMES.items()]
MOTIONS = [(m.value, name) for m, name in MOTION_NAMES.items()]


class LeadSource(models.Model):
    """A channel that brings leads (S2.1), as a tree of two levels."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What we sell, with its yearly price band in yuan."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    price_low = models.DecimalField(_("价格下限"), max_digits=14, decimal_places=2, null=True, blank=True)
    price_high = models.DecimalField(_("价格上限"), max_digits=14, decimal_places=2, null=True, blank=True)
    custom_quote = models.BooleanField(_("可接受定制化报价"), default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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
