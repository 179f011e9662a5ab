"""What happened to a party, line by line and never changed: scores that it had, people who held it."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.customers.models.parties import TIERS, Customer, Lead
from tuoke.spine.customers.rules import Handling

HANDLING_NAMES = {
    Handling.CLAIMED: _("领取"),
    Handling.ASSIGNED: _("分配"),
    Handling.TRANSFERRED: _("转移"),
    Handling.RETURNED: _("退回公海"),
    Handling.RECYCLED: _("自动收回"),
}
ONE_PARTY = Q(lead__isnull=False, customer=None) | Q(lead=None, customer__isnull=False)


class ScoreEntry(models.Model):
    """A score that a party had from this moment on, with the profile's version that made it (S2.4).

    ``fit`` to ``budget`` are the points of the four dimensions before they are weighted. Only the present score of a
    party that is still pursued moves on; the last line of a converted lead is the score it was screened with.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="scores", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="scores", db_index=False)
    at = models.DateTimeField()
    total = models.DecimalField(max_digits=3, decimal_places=1)
    reachable = models.DecimalField(max_digits=3, decimal_places=1)
    fit = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    urgency = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    chain = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    budget = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal(0))
    tier = models.CharField(max_length=8, choices=TIERS, blank=True)
    profile = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=ONE_PARTY, name="customers_score_of_one")]
        indexes = [  # each holds only its own kind: most lines are leads'
            models.Index(fields=["lead", "id"], name="customers_score_lead", condition=Q(lead__isnull=False)),
            models.Index(
                fields=["customer", "id"], name="customers_score_customer", condition=Q(customer__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total} ({self.profile} v{self.number})"


class Holding(models.Model):
    """领取记录: who got or gave up a party, and how. Limits and cool-downs are counted here and nowhere else (S2.6).

    ``user`` is who holds it from then on (None: the pool), ``before`` who held it until then.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="holdings")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="holdings")
    how = models.CharField(max_length=12, choices=[(h.value, n) for h, n in HANDLING_NAMES.items()])
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    before = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=ONE_PARTY, name="customers_holding_of_one")]
        indexes = [
            models.Index(fields=["user", "how", "at"], name="customers_holding_user"),
            models.Index(fields=["before", "at"], name="customers_holding_before"),
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.user_id}"
