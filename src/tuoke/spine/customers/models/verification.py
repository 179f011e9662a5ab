"""What sources say about a party (S2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models.parties import Customer, Lead
from tuoke.spine.customers.models.results import ONE_PARTY
from tuoke.spine.customers.rules.verification import FactKey, FactValue, SourceKind, Statement

if TYPE_CHECKING:
    from typing import Self

FACT_NAMES = {
    FactKey.STAFF: _("员工人数"),
    FactKey.REVENUE: _("年营收"),
    FactKey.BUDGET: _("预算"),
    FactKey.WANT: _("需求"),
    FactKey.CONTACT: _("联系人"),
}
SOURCE_NAMES = {
    SourceKind.WEBSITE: _("官网"),
    SourceKind.ANNUAL_REPORT: _("年报"),
    SourceKind.THIRD_PARTY: _("第三方平台"),
    SourceKind.REGISTRY: _("工商信息"),
    SourceKind.CUSTOMER: _("客户口述"),
    SourceKind.VISIT: _("实地走访"),
    SourceKind.OTHER: _("其他"),
}


class FactQuerySet(models.QuerySet["Fact"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """A statement is seen with its party."""
        leads = Lead.objects.visible_to(who, action)
        return self.filter(Q(lead__in=leads) | Q(customer__in=Customer.objects.visible_to(who, action)))

    def standing(self) -> Self:
        """Those that count: not withdrawn."""
        return self.filter(withdrawn_at=None)


class Fact(models.Model):
    """One statement about one fact of a party, with its source and date. Withdrawn ones stay, and count no more."""

    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="facts")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="facts")
    key = models.CharField(_("事实"), max_length=8, choices=[(k.value, n) for k, n in FACT_NAMES.items()])
    low = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    text = models.CharField(max_length=200, blank=True)
    source = models.CharField(_("来源"), max_length=16, choices=[(s.value, n) for s, n in SOURCE_NAMES.items()])
    reference = models.CharField(_("出处"), max_length=500, blank=True)
    observed_on = models.DateField(_("日期"))
    note = models.CharField(_("备注"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=ONE_PARTY, name="customers_fact_of_one")]

    def __str__(self) -> str:
        return f"{self.key}: {self.source}"

    @property
    def party(self) -> Lead | Customer:
        found = self.lead if self.lead_id is not None else self.customer
        assert found is not None  # customers_fact_of_one
        return found

    @property
    def is_link(self) -> bool:
        return self.reference.startswith(("http://", "https://"))

    @property
    def statement(self) -> Statement:
        return Statement(
            key=FactKey(self.key),
            value=FactValue(self.low, self.high, self.text),
            source=SourceKind(self.source),
            observed_on=self.observed_on,
            reference=self.reference,
            note=self.note,
        )
