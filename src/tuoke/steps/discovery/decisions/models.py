from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.rules import FULL, Attitude, Finding, Influence, KnownKind, Standing

if TYPE_CHECKING:
    from typing import Self

INFLUENCE_NAMES = {
    Influence.HIGH: _("高"),
    Influence.MEDIUM: _("中"),
    Influence.LOW: _("低"),
    Influence.UNKNOWN: _("未知"),
}
ATTITUDE_NAMES = {
    Attitude.SUPPORTS: _("支持"),
    Attitude.NEUTRAL: _("中立"),
    Attitude.OPPOSES: _("反对"),
    Attitude.UNKNOWN: _("未知"),
}
STANDING_NAMES = {
    Standing.STRONG: _("强"),
    Standing.EVEN: _("平"),
    Standing.WEAK: _("弱"),
    Standing.UNKNOWN: _("未知"),
}
KIND_NAMES = {
    KnownKind.NEED: _("客户需求"),
    KnownKind.CRITERION: _("采购标准"),
    KnownKind.STANCE: _("关键人的态度"),
    KnownKind.ACTION: _("没做完的下一步"),
}
FINDING_NAMES = {
    Finding.HOLDS: _("仍然成立"),
    Finding.CHANGED: _("已变化"),
    Finding.SOLVED: _("已解决"),
}
INFLUENCES = [(i.value, name) for i, name in INFLUENCE_NAMES.items()]
ATTITUDES = [(a.value, name) for a, name in ATTITUDE_NAMES.items()]
STANDINGS = [(s.value, name) for s, name in STANDING_NAMES.items()]
FINDINGS = [(f.value, name) for f, name in FINDING_NAMES.items()]


Row = TypeVar("Row", bound=models.Model, covariant=True)


class OfDealQuerySet(models.QuerySet[Row]):
    """Seen and changed with its deal."""

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        permission = Permission.NEED_READ if action == "read" else Permission.NEED_WRITE
        if not who.may(permission):
            return self.none()
        return self.filter(opportunity__in=Opportunity.objects.visible_to(who, action))


class StanceQuerySet(OfDealQuerySet["Stance"]): ...


class CriterionQuerySet(OfDealQuerySet["PurchaseCriterion"]):
    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class ProcessQuerySet(OfDealQuerySet["PurchaseProcess"]): ...


class CheckQuerySet(OfDealQuerySet["KnownCheck"]): ...


class Stance(models.Model):
    """How one of the customer's people stands to one deal (S4.4). His role is the contact's own.

    ``cares`` is what matters to him, ``plan`` how he is won over. ``left_out_at``: he has no part in this decision.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="stances")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="stances")
    influence = models.CharField(_("影响力"), max_length=6, choices=INFLUENCES, blank=True)
    attitude = models.CharField(_("态度"), max_length=8, choices=ATTITUDES, blank=True)
    since = models.DateField(_("从什么时候起"), null=True, blank=True)
    cares = models.CharField(_("他在意什么"), max_length=200, blank=True)
    plan = models.CharField(_("怎么争取"), max_length=200, blank=True)
    note = models.TextField(_("备注"), blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = StanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "contact"], name="decisions_one_stance")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.contact_id}"


class AttitudeEntry(models.Model):
    """Somebody changed his mind, or it became known: never edited."""

    stance = models.ForeignKey(Stance, models.PROTECT, related_name="entries")
    attitude = models.CharField(max_length=8, choices=ATTITUDES, blank=True)
    since = models.DateField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.stance_id}: {self.attitude}"


class Reporting(models.Model):
    """Who reports to whom among the people of one customer; ``boss`` None: not known any more."""

    contact = models.OneToOneField(Contact, models.PROTECT, related_name="reporting")
    boss = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(boss=None) | ~Q(boss=F("contact")), name="decisions_not_his_own_boss")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} → {self.boss_id}"


class RoleCheck(models.Model):
    """Somebody thought of a role and found that nobody has it. ``taken_back_at``: he thinks otherwise now."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="role_checks")
    role = models.CharField(max_length=12, choices=[(r.value, r.value) for r in DecisionRole if r])
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "role"], name="decisions_role_once")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.role}"


class PurchaseCriterion(models.Model):
    """采购标准: one factor that the customer chooses by. ``weight`` of 100; NULL where he hasn't said.

    ``carried_from``: the criterion of an earlier deal that still holds.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="purchase_criteria")
    text = models.CharField(_("采购标准"), max_length=120)
    weight = models.PositiveSmallIntegerField(_("权重"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁说的")
    )
    own_words = models.TextField(_("客户原话"), blank=True)
    standing = models.CharField(_("我们的位置"), max_length=6, choices=STANDINGS, blank=True)
    competitor = models.ForeignKey(
        Competitor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("和谁比")
    )
    note = models.TextField(_("备注"), blank=True)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=FULL), name="decisions_weight_of_100"
            ),
            models.UniqueConstraint(fields=["opportunity", "carried_from"], name="decisions_carried_once"),
        ]
        indexes = [models.Index(fields=["opportunity", "position", "id"], name="decisions_criteria")]

    def __str__(self) -> str:
        return self.text


class PurchaseProcess(models.Model):
    """采购流程: how the customer comes to his decision; what isn't known stays empty."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="purchase_process")
    tender = models.BooleanField(_("要招标吗"), null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(_("几轮评审"), null=True, blank=True)
    contract_checked_by = models.CharField(_("合同由谁审"), max_length=120, blank=True)
    budget_source = models.CharField(_("预算从哪里出"), max_length=120, blank=True)
    decision_on = models.DateField(_("预计什么时候定"), null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProcessQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.opportunity_id}"


class KnownCheck(models.Model):
    """存量深挖: what became of one fact of an earlier deal. ``kind`` and ``ref`` name the record; a ``finding`` that was
    taken back is blank."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="known_checks")
    kind = models.CharField(max_length=9, choices=[(k.value, name) for k, name in KIND_NAMES.items()])
    ref = models.BigIntegerField()
    finding = models.CharField(max_length=7, choices=FINDINGS, blank=True)
    note = models.CharField(_("变成什么样了"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "kind", "ref"], name="decisions_judged_once")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.kind} {self.ref}"
