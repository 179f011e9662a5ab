from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.rules import NeedKind, Priority

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {NeedKind.RIGID: _("刚性需求"), NeedKind.ELASTIC: _("弹性需求"), NeedKind.LATENT: _("潜在需求")}
PRIORITY_NAMES = {Priority.HIGH: _("高"), Priority.MEDIUM: _("中"), Priority.LOW: _("低")}
KIND_MEANINGS = {
    NeedKind.RIGID: _("必须解决，否则影响核心业务"),
    NeedKind.ELASTIC: _("能优化更好，没有也行"),
    NeedKind.LATENT: _("客户还没意识到，但能创造价值"),
}
KINDS = [(k.value, name) for k, name in KIND_NAMES.items()]
PRIORITIES = [(p.value, name) for p, name in PRIORITY_NAMES.items()]


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Seen and changed with its opportunity, or with its customer where no deal runs yet."""
        permission = Permission.NEED_READ if action == "read" else Permission.NEED_WRITE
        if not who.may(permission):
            return self.none()
        return self.filter(
            Q(opportunity__in=Opportunity.objects.visible_to(who, action))
            | Q(opportunity=None, customer__in=Customer.objects.visible_to(who, action))
        )

    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class Need(models.Model):
    """客户需求 (S4.3). Belongs to a customer and, once a deal runs, to that deal.

    The ``*_label`` columns keep the cells of an imported 《客户需求清单》.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="needs")
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, blank=True, related_name="needs")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("联系人")
    )
    customer_label = models.CharField(max_length=120, blank=True)
    contact_label = models.CharField(max_length=60, blank=True)
    position_label = models.CharField(max_length=60, blank=True)
    kind = models.CharField(_("需求类型"), max_length=8, choices=KINDS)
    description = models.TextField(_("需求描述"))
    priority = models.CharField(_("优先级"), max_length=6, choices=PRIORITIES)
    confirmed_on = models.DateField(_("确认时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    import_digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["import_digest"], condition=~Q(import_digest=""), name="needs_import_once")
        ]
        indexes = [
            models.Index(fields=["opportunity", "id"], name="needs_opportunity"),
            models.Index(fields=["customer", "id"], name="needs_customer"),
        ]

    def __str__(self) -> str:
        return self.description[:40]
