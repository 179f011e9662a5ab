from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.services.links.models import Link
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.models import RoomQuerySet
from tuoke.steps.negotiation.returns.rules import (
    TITLE_LIMIT,
    Figures,
    Origin,
    Result,
    parse_figures,
    result_of,
)

if TYPE_CHECKING:
    from typing import Self

ORIGIN_NAMES = {Origin.TEAM: _("我们"), Origin.CUSTOMER: _("客户")}
NAME_LIMIT = 80


class CalculationQuerySet(RoomQuerySet["Calculation"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class WalkQuerySet(RoomQuerySet["Walk"]):
    deal_field = "calculation__opportunity"

    def standing(self) -> Self:
        """Neither taken back nor of a calculation that was."""
        return self.filter(withdrawn_at=None, calculation__withdrawn_at=None)


class ShareQuerySet(RoomQuerySet["Share"]):
    deal_field = "calculation__opportunity"


class Calculation(models.Model):
    """投入产出 as it was worked out once (S6.3): never changed; other figures are another calculation, ``based_on`` this
    one. ``content`` is what it was worked out from (``figures``). A customer's variant came back through ``share``."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="calculations")
    number = models.PositiveIntegerField()
    title = models.CharField(_("名称"), max_length=TITLE_LIMIT, blank=True)
    note = models.TextField(_("说明"), blank=True)
    content = models.JSONField()
    origin = models.CharField(max_length=8, choices=[(o.value, name) for o, name in ORIGIN_NAMES.items()])
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="variants")
    share = models.ForeignKey("Share", models.PROTECT, null=True, blank=True, related_name="variants")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=NAME_LIMIT)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CalculationQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="returns_number"),
            models.CheckConstraint(
                condition=Q(origin="team", share=None) | Q(origin="customer", share__isnull=False),
                name="returns_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("测算 %(number)s") % {"number": self.number})

    @cached_property
    def figures(self) -> Figures:
        return parse_figures(self.content)

    @cached_property
    def result(self) -> Result:
        return result_of(self.figures)


class Walk(models.Model):
    """一起算过: on that day we went through it with somebody of the customer."""

    calculation = models.ForeignKey(Calculation, models.PROTECT, related_name="walks")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+", verbose_name=_("和谁"))
    walked_on = models.DateField(_("哪一天"))
    note = models.CharField(_("他怎么说"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = WalkQuerySet.as_manager()

    class Meta:
        ordering = ["-walked_on", "-id"]
        indexes = [models.Index(fields=["calculation", "-walked_on"], name="returns_walks")]

    def __str__(self) -> str:
        return f"{self.calculation_id}: {self.walked_on}"


class Share(models.Model):
    """A calculation sent to one person of the customer by private link; it ends where all private links end."""

    calculation = models.ForeignKey(Calculation, models.PROTECT, related_name="shares")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=NAME_LIMIT)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    shows_rivals = models.BooleanField(_("把对比也给客户看"), default=False)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["calculation", "-id"], name="returns_shares")]

    def __str__(self) -> str:
        return f"{self.calculation_id} → {self.recipient}"
