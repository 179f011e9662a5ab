from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import MARKETS, Campaign, Product
from tuoke.spine.catalog.rules import Market

if TYPE_CHECKING:
    from typing import Self


class ProfileQuerySet(models.QuerySet["CustomerProfile"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Profiles are the company's: whoever holds the permission sees or changes all of them."""
        permission = Permission.PROFILE_READ if action == "read" else Permission.PROFILE_WRITE
        return self if who.may(permission) else self.none()


class CustomerProfile(models.Model):
    """目标客户画像 (S1.2): five dimensions as structured data in ``content`` (see ``targeting.rules.ProfileContent``).

    ``number`` is the version that every score carries. ``texts`` keeps an imported 《目标客户画像清单》 so that it comes
    out cell for cell: ``headers`` and ``rows`` of [dimension, cells …], the value only until it is edited.
    One profile a market is the default: it covers what no campaign aims elsewhere.
    """

    name = models.CharField(_("名称"), max_length=80, unique=True)
    market = models.CharField(_("市场"), max_length=3, choices=MARKETS, default=Market.TOB.value)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, verbose_name=_("产品"))
    content = models.JSONField(default=dict)
    texts = models.JSONField(default=dict, blank=True)
    number = models.PositiveIntegerField(_("版本"), default=1)
    is_default = models.BooleanField(_("默认画像"), default=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("负责人"))
    review_by = models.DateField(_("复核日期"), null=True, blank=True)
    minimum_cases = models.PositiveSmallIntegerField(_("证据下限"), default=20)
    version = models.PositiveIntegerField(default=1)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(fields=["market"], condition=Q(is_default=True), name="targeting_one_default")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("targeting:profile", args=[self.pk])


class VersionQuerySet(models.QuerySet["ProfileVersion"]):
    def visible_to(self, who: Principal) -> Self:
        return self if who.may(Permission.PROFILE_READ) else self.none()

    def update(self, **kwargs: Any) -> int:
        raise TypeError("a profile's version stays as it was saved")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("a profile's version stays as it was saved")


class ProfileVersion(models.Model):
    """What a profile said under one number (S1.2): what a score of that number was weighed against. Never changed.

    ``note`` says why: the author's words, or the evidence that a suggestion was accepted on.
    """

    profile = models.ForeignKey(CustomerProfile, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    market = models.CharField(max_length=3, choices=MARKETS)
    content = models.JSONField()
    texts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    note = models.TextField(_("修改说明"), blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["profile", "number"], name="targeting_version_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a profile's version stays as it was saved")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a profile's version stays as it was saved")


class Aim(models.Model):
    """Which ideal customer a campaign aims at; a campaign without one uses the default profile."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="aim")
    profile = models.ForeignKey(CustomerProfile, models.PROTECT, related_name="aims", verbose_name=_("目标客户画像"))

    def __str__(self) -> str:
        return f"{self.campaign_id} → {self.profile_id}"


class PastDealQuerySet(models.QuerySet["PastDeal"]):
    def visible_to(self, who: Principal) -> Self:
        """The company's history: whoever may read profiles reads its figures."""
        return self if who.may(Permission.PROFILE_READ) else self.none()


class PastDeal(models.Model):
    """A closed deal of earlier years from a history file (S1.3). ``amount`` is yuan; ``digest`` names the file's row."""

    digest = models.CharField(max_length=64, unique=True)
    customer = models.CharField(_("客户"), max_length=120, blank=True)
    industry = models.CharField(_("行业"), max_length=80, blank=True)
    size = models.CharField(_("规模"), max_length=80, blank=True)
    region = models.CharField(_("地区"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=80, blank=True)
    product = models.CharField(_("产品"), max_length=80, blank=True)
    amount = models.DecimalField(_("金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    owner = models.CharField(_("负责人"), max_length=80, blank=True)
    created_on = models.DateField(_("创建日期"), null=True, blank=True)
    closed_on = models.DateField(_("关闭日期"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=4, choices=[("won", _("赢单")), ("lost", _("输单"))])
    attributes = models.JSONField(default=dict, blank=True)

    objects = PastDealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(created_on=None) | Q(closed_on=None) | Q(closed_on__gte=models.F("created_on")),
                name="targeting_past_deal_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.outcome}"
