from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.models import PricedQuerySet
from tuoke.steps.proposals.values.rules import (
    NAME_LIMIT,
    SOURCE_LIMIT,
    UNIT_LIMIT,
    YEARS_USUAL,
    Band,
    Basis,
    Direction,
    Figures,
    Measure,
    Share,
    Spending,
)

if TYPE_CHECKING:
    from typing import Self

BASIS_NAMES = {
    Basis.CUSTOMER: _("客户的数据"),
    Basis.INDUSTRY: _("行业数据"),
    Basis.ESTIMATE: _("我们的估计"),
}
BASIS_TO_CUSTOMER = {**BASIS_NAMES, Basis.CUSTOMER: _("贵司的数据")}
"""The same where the customer himself reads it."""
DIRECTION_NAMES = {Direction.LESS: _("降低"), Direction.MORE: _("提高")}
BASES = [(b.value, name) for b, name in BASIS_NAMES.items()]
DIRECTIONS = [(d.value, name) for d, name in DIRECTION_NAMES.items()]


class ValueModelQuerySet(PricedQuerySet["ValueModel"]): ...


class ValueItemQuerySet(PricedQuerySet["ValueItem"]):
    deal_field = "model__opportunity"

    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class ValueModel(models.Model):
    """价值测算 of a deal (S5.2). ``investment`` is what was typed; the present offer's total goes before it
    (``queries.worth_of``). ``running`` is yuan a year, ``delay`` months before the benefit begins."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="value_model")
    investment = models.DecimalField(_("初期投入"), max_digits=14, decimal_places=2, null=True, blank=True)
    running = models.DecimalField(_("每年运行费用"), max_digits=14, decimal_places=2, default=Decimal(0))
    delay = models.PositiveSmallIntegerField(_("几个月后见效"), default=0)
    years = models.PositiveSmallIntegerField(_("算几年"), default=YEARS_USUAL)
    note = models.TextField(_("假设与说明"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ValueModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(investment=None) | Q(investment__gte=0), name="values_investment"),
            models.CheckConstraint(condition=Q(running__gte=0), name="values_running"),
            models.CheckConstraint(condition=Q(years__gte=1), name="values_years"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}"

    @property
    def spending(self) -> Spending:
        """As it was typed, whatever the offer says."""
        return Spending(self.investment, self.running, self.delay, self.years)


def _figure(label: object) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(label, max_digits=14, decimal_places=4, null=True, blank=True)  # type: ignore[arg-type]


class ValueItem(models.Model):
    """One line: a measured one has figures, a share (``share_of``) a percentage of another line of the same model.

    ``expected_*``: the figure afterwards in the cautious, likely and optimistic case; where less is better the cautious
    one is the largest. ``proof`` is the version of the library's item that shows it.
    """

    model = models.ForeignKey(ValueModel, models.PROTECT, related_name="items")
    name = models.CharField(_("什么会变好"), max_length=NAME_LIMIT)
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="value_items", verbose_name=_("对应的需求")
    )
    basis = models.CharField(_("数据来自"), max_length=8, choices=BASES)
    source = models.CharField(_("出处"), max_length=SOURCE_LIMIT, blank=True)
    direction = models.CharField(_("变化"), max_length=4, choices=DIRECTIONS, blank=True)
    current = _figure(_("现在"))
    expected_low = _figure(_("之后：保守"))
    expected_likely = _figure(_("之后：最可能"))
    expected_high = _figure(_("之后：乐观"))
    unit = models.CharField(_("单位"), max_length=UNIT_LIMIT, blank=True)
    unit_value = models.DecimalField(_("每单位值多少元"), max_digits=16, decimal_places=4, null=True, blank=True)
    times_per_year = _figure(_("一年几次"))
    share_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="shares", verbose_name=_("连带于")
    )
    percent = models.DecimalField(_("百分之几"), max_digits=5, decimal_places=2, null=True, blank=True)
    proof = models.ForeignKey(
        ItemVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证据")
    )
    position = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ValueItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    share_of=None,
                    percent=None,
                    current__gte=0,
                    expected_low__gte=0,
                    expected_likely__gte=0,
                    expected_high__gte=0,
                    unit_value__gte=0,
                    times_per_year__gte=0,
                )
                | Q(share_of__isnull=False, percent__gt=0, percent__lte=100, current=None),
                name="values_measured_or_share",
            ),
            models.CheckConstraint(condition=Q(share_of=None) | ~Q(share_of=F("id")), name="values_not_its_own_share"),
        ]
        indexes = [models.Index(fields=["model", "position", "id"], name="values_items")]

    def __str__(self) -> str:
        return self.name

    @property
    def figures(self) -> Figures:
        if self.share_of_id is not None:
            return Share(self.share_of_id, _there(self.percent))
        return Measure(
            direction=Direction(self.direction),
            current=_there(self.current),
            expected=Band(_there(self.expected_low), _there(self.expected_likely), _there(self.expected_high)),
            unit_value=_there(self.unit_value),
            times=_there(self.times_per_year),
        )


def _there(figure: Decimal | None) -> Decimal:
    assert figure is not None  # the database holds it: values_measured_or_share
    return figure
