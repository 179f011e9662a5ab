from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import CHANNEL_NAMES, Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.negotiation.models import SIDES, Concession, RoomQuerySet
from tuoke.steps.negotiation.rounds.rules import DROPPED, State
from tuoke.steps.negotiation.rules import Side, Terms

if TYPE_CHECKING:
    from typing import Self

STATES = [(s.value, s.value) for s in State]
CHANNELS = [(c.value, name) for c, name in CHANNEL_NAMES.items()]


class RoundQuerySet(RoomQuerySet["Round"]):
    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class PositionQuerySet(models.QuerySet["Position"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(round__in=Round.objects.visible_to(who, action))

    def live(self) -> Self:
        """What is on the table, or waits to be: of rounds that are listed, neither refused nor taken back."""
        return self.filter(round__withdrawn_at=None).exclude(state__in=sorted(DROPPED))


class ConcessionMadeQuerySet(RoomQuerySet["ConcessionMade"]):
    def live(self) -> Self:
        return self.exclude(state__in=sorted(DROPPED))


class AgreedTermsQuerySet(RoomQuerySet["AgreedTerms"]):
    def standing(self) -> Self:
        return self.filter(state=State.STANDS.value)


class TermsModel(models.Model):
    """What was offered or agreed: the columns of ``negotiation.rules.Terms``. ``clauses``: those it changes, one a line."""

    price = models.DecimalField(_("价格"), max_digits=14, decimal_places=2, null=True, blank=True)
    delivery_days = models.PositiveIntegerField(_("交付天数"), null=True, blank=True)
    payment = models.TextField(_("付款方式"), blank=True)
    extras = models.TextField(_("附加服务"), blank=True)
    clauses = models.TextField(_("条款变动"), blank=True)

    class Meta:
        abstract = True

    @property
    def terms(self) -> Terms:
        return Terms(self.price, self.delivery_days, self.payment, self.extras, tuple(self.clauses.splitlines()))

    @terms.setter
    def terms(self, said: Terms) -> None:
        self.price = said.price
        self.delivery_days = said.delivery_days
        self.payment, self.extras = said.payment.strip(), said.extras.strip()
        self.clauses = "\n".join(line.strip() for line in said.clauses)


class Round(models.Model):
    """一轮谈判 (S6.2): when, with whom, by what channel; what each side offered are its positions. ``number`` counts from 1
    within the deal and never changes; ``note`` is what was said."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    held_at = models.DateTimeField(_("时间"))
    channel = models.CharField(_("方式"), max_length=16, choices=CHANNELS)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("和谁谈")
    )
    followup = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("谈了什么"), blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["opportunity", "number"], name="rounds_number_once")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.number}"


class Position(TermsModel):
    """What one side offered in a round. ``state`` says of ours whether it holds; the customer's always stands.

    ``from_inside``: whoever entered it could see the bottom line. ``version`` of the round is what people edit; a state
    that changes doesn't count it on, so that nothing is told by it.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="positions")
    side = models.CharField(max_length=6, choices=SIDES)
    state = models.CharField(max_length=9, choices=STATES, default=State.STANDS.value)
    from_inside = models.BooleanField(default=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["round_id", "side"]
        constraints = [
            models.UniqueConstraint(fields=["round", "side"], name="rounds_one_offer_a_side"),
            models.CheckConstraint(
                condition=Q(side=Side.OURS.value) | Q(state=State.STANDS.value), name="rounds_theirs_stands"
            ),
            models.CheckConstraint(condition=~Q(state=State.REOPENED.value), name="rounds_offer_state"),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gt=0), name="rounds_price"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.side}"

    @property
    def standing(self) -> State:
        return State(self.state)

    @property
    def is_live(self) -> bool:
        return self.standing not in DROPPED


class ConcessionMade(models.Model):
    """让步: something we gave, in a round or with a closing proposal (``source``: its history key). Without ``get`` nothing
    came back. ``concession`` is the step of the ladder it was; ``value`` what it costs us in yuan, NULL where the ladder
    doesn't know."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="concessions_made")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="concessions")
    concession = models.ForeignKey(Concession, models.PROTECT, null=True, blank=True, related_name="made")
    source = models.CharField(max_length=60, blank=True)
    give = models.CharField(_("给了什么"), max_length=200)
    get = models.CharField(_("换回什么"), max_length=200, blank=True)
    value = models.DecimalField(_("对我们的代价"), max_digits=14, decimal_places=2, null=True, blank=True)
    state = models.CharField(max_length=9, choices=STATES, default=State.STANDS.value)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConcessionMadeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["concession"], condition=Q(state__in=["stands", "approval"]), name="rounds_ladder_step_once"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=["stands", "approval"]) & ~Q(source=""),
                name="rounds_extra_once",
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="rounds_value_positive"),
        ]
        indexes = [models.Index(fields=["opportunity", "id"], name="rounds_concessions")]

    def __str__(self) -> str:
        return self.give

    @property
    def standing(self) -> State:
        return State(self.state)

    @property
    def is_for_nothing(self) -> bool:
        return not self.get


class AgreedTerms(TermsModel):
    """谈定的条件: what both sides agreed to, from which the contract is drawn (S7.1). Frozen from its first day: the
    database refuses to change what it says (migration 0002). Negotiated anew, it is reopened with a reason and another
    one is made; ``number`` counts them within the deal. At most one stands."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="agreed_terms")
    number = models.PositiveIntegerField()
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="agreements")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("和谁谈定")
    )
    with_whom = models.CharField(max_length=60, blank=True)
    agreed_on = models.DateField(_("谈定日期"))
    note = models.TextField(_("备注"), blank=True)
    state = models.CharField(max_length=9, choices=STATES)
    from_inside = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_reason = models.CharField(max_length=500, blank=True)

    objects = AgreedTermsQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="agreed_number_once"),
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(state=State.STANDS.value), name="agreed_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(state=State.REOPENED.value, reopened_at__isnull=False)
                | (~Q(state=State.REOPENED.value) & Q(reopened_at=None)),
                name="agreed_reopened_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.number}"

    @property
    def standing(self) -> State:
        return State(self.state)


def total_value(made: list[ConcessionMade]) -> Decimal:
    """What all of them cost us, as far as it is known."""
    return sum((one.value for one in made if one.value is not None), Decimal(0))
