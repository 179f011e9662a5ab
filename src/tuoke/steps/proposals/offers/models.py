from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.models import Product
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.models import PricedQuerySet
from tuoke.steps.proposals.offers.rules import MOST_DAYS, Asked, OfferState, Price

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

STATE_NAMES = {
    OfferState.DRAFT: _("草稿"),
    OfferState.ISSUED: _("现行"),
    OfferState.SUPERSEDED: _("已被新版取代"),
    OfferState.WITHDRAWN: _("已撤回"),
}
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]


class OfferQuerySet(PricedQuerySet["Offer"]):
    """Seen and changed with its deal."""


class LineQuerySet(models.QuerySet["OfferLine"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(offer__in=Offer.objects.visible_to(who, action))

    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class Offer(models.Model):
    """报价: price lines for one deal, in yuan (S5.1). ``number`` counts from 1 within the deal.

    Only a draft changes. The issued one is the deal's current offer; issuing the next supersedes it. ``tax_included``:
    whether the lines' prices have the tax in them. ``replaced_by``: the one that superseded it; ``withdrawn_from``:
    the state that ``restore`` brings back.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="offers")
    number = models.PositiveIntegerField()
    title = models.CharField(_("名称"), max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default=OfferState.DRAFT.value)
    tax_included = models.BooleanField(_("价格含税"), default=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    delivery_days = models.PositiveIntegerField(_("交付天数"), null=True, blank=True)
    payment_terms = models.CharField(_("付款方式"), max_length=300, blank=True)
    note = models.TextField(_("备注"), blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    withdrawn_from = models.CharField(max_length=10, choices=STATES, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="offers_number_once"),
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(state=OfferState.ISSUED.value), name="offers_one_current"
            ),
            models.CheckConstraint(
                condition=Q(delivery_days=None) | Q(delivery_days__lte=MOST_DAYS), name="offers_delivery_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == OfferState.DRAFT

    def has_expired(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today


class OfferLine(models.Model):
    """One price line. ``list_price`` is what the catalogue, or the seller, says it costs; ``unit_price`` what is asked
    before ``discount_percent``."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="lines")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("产品")
    )
    name = models.CharField(_("名称"), max_length=120)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    list_price = models.DecimalField(_("目录价"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit_price = models.DecimalField(_("单价"), max_digits=14, decimal_places=2)
    discount_percent = models.DecimalField(_("折扣 %"), max_digits=5, decimal_places=2, default=0)
    tax_rate = models.DecimalField(_("税率 %"), max_digits=5, decimal_places=2, default=13)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="offers_line_quantity"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="offers_line_price"),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100), name="offers_line_discount"
            ),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="offers_line_tax"),
        ]
        indexes = [models.Index(fields=["offer", "position", "id"], name="offers_lines")]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Price:
        return Price(self.quantity, self.unit_price, self.discount_percent, self.tax_rate, self.list_price)

    @property
    def asked(self) -> Asked:
        """As it is judged; its product has been loaded with it."""
        product = self.product
        return Asked(self.name, self.price, product.price_low if product and not product.custom_quote else None)
