"""What looks like one party twice, and what was merged (S2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.customers.models.parties import Customer, Lead
from tuoke.spine.customers.rules.merging import PairKind, PairState

if TYPE_CHECKING:
    from typing import Self

PAIR_KIND_NAMES = {
    PairKind.LEADS: _("线索与线索"),
    PairKind.MIXED: _("线索与客户"),
    PairKind.CUSTOMERS: _("客户与客户"),
}
PAIR_KINDS = [(kind.value, name) for kind, name in PAIR_KIND_NAMES.items()]
SHAPES = (
    Q(kind="leads", lead__isnull=False, other_lead__isnull=False, customer=None, other_customer=None)
    | Q(kind="mixed", lead__isnull=False, other_lead=None, customer__isnull=False, other_customer=None)
    | Q(kind="customers", lead=None, other_lead=None, customer__isnull=False, other_customer__isnull=False)
)


class PairQuerySet(models.QuerySet["Pair"]):
    def waiting(self) -> Self:
        """Open, and neither side merged in the meantime."""
        lead_stays = Q(lead=None) | ~Q(lead__status="merged")
        other_stays = Q(other_lead=None) | ~Q(other_lead__status="merged")
        customers_stay = Q(customer__merged_into=None, other_customer__merged_into=None)
        return self.filter(lead_stays, other_stays, customers_stay, state=PairState.OPEN)


class Pair(models.Model):
    """疑似重复: two records that may be one party, once for each two. Of two leads, or two customers, the older is first.

    ``how`` are the parts of the likeness, ``[code, points]``. ``later_until``: somebody has put it off till that day.
    Whoever shows one must hold both records through their own ``visible_to``.
    """

    kind = models.CharField(max_length=9, choices=PAIR_KINDS)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    other_lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    other_customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    score = models.PositiveSmallIntegerField()
    how = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in PairState], default="open")
    reason = models.CharField(max_length=200, blank=True)
    later_until = models.DateField(null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=SHAPES, name="customers_pair_shape"),
            models.CheckConstraint(
                condition=Q(other_lead=None) | Q(lead__lt=F("other_lead")), name="customers_pair_leads_in_order"
            ),
            models.CheckConstraint(
                condition=Q(other_customer=None) | Q(customer__lt=F("other_customer")),
                name="customers_pair_customers_in_order",
            ),
            models.UniqueConstraint(
                fields=["lead", "other_lead"], condition=Q(kind="leads"), name="customers_pair_of_leads"
            ),
            models.UniqueConstraint(
                fields=["lead", "customer"], condition=Q(kind="mixed"), name="customers_pair_of_both"
            ),
            models.UniqueConstraint(
                fields=["customer", "other_customer"], condition=Q(kind="customers"), name="customers_pair_of_customers"
            ),
        ]
        indexes = [models.Index(fields=["state", "-score", "-id"], name="customers_pair_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"

    @property
    def sides(self) -> tuple[Lead | Customer, Lead | Customer]:
        """Load with ``select_related`` where many are shown."""
        one, other = (side for side in (self.lead, self.other_lead, self.customer, self.other_customer) if side)
        return one, other


class Merge(models.Model):
    """合并: what went into what, and all that is needed to take it back. Never changed but for the undo.

    ``before`` and ``after`` hold the kept record's columns that the merge changed, ``gone_before`` those of the gone one;
    ``moved`` the rows that were pointed anew, by "app.model.column"; ``pairs`` what became of pairs.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="+")
    gone_lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    gone_customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    gone_before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    contacts = models.JSONField(default=list)
    pairs = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False, gone_lead__isnull=False, customer=None, gone_customer=None)
                | Q(lead=None, gone_lead=None, customer__isnull=False, gone_customer__isnull=False),
                name="customers_merge_of_two",
            ),
            models.UniqueConstraint(
                fields=["gone_lead"], condition=Q(undone_at=None, customer=None), name="customers_lead_merged_once"
            ),
            models.UniqueConstraint(
                fields=["gone_customer"], condition=Q(undone_at=None, lead=None), name="customers_merged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"

    @property
    def kept(self) -> Lead | Customer:
        found = self.lead or self.customer
        assert found is not None
        return found

    @property
    def gone(self) -> Lead | Customer:
        found = self.gone_lead or self.gone_customer
        assert found is not None
        return found


class SearchForPairs(models.Model):
    """Where the search for look-alikes is: one row a run. ``stage`` and ``cursor`` say what is dealt with."""

    stage = models.CharField(max_length=12)
    cursor = models.JSONField(default=list)
    looked_at = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_running = models.BooleanField(default=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_running"], condition=Q(is_running=True), name="customers_one_search")
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.looked_at}"
