from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES
from tuoke.spine.library.rules import PROVING, TAGS, TITLE_LIMIT, Content, Dimension, ItemKind, Tags, parse

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {
    ItemKind.SCRIPT: _("话术"),
    ItemKind.OPENING: _("开场白"),
    ItemKind.QUESTION: _("问题"),
    ItemKind.CASE: _("案例"),
    ItemKind.MAIL: _("邮件模板"),
    ItemKind.PHRASE: _("常用语"),
    ItemKind.BLOCK: _("方案内容"),
    ItemKind.OBJECTION: _("异议"),
    ItemKind.CLOSING: _("促成话术"),
    ItemKind.EVIDENCE: _("证据"),
    ItemKind.CLAUSE: _("条款"),
}
DIMENSION_NAMES = {
    Dimension.STATUS: _("现状"),
    Dimension.PAIN: _("痛点"),
    Dimension.GOAL: _("目标"),
    Dimension.SOLUTION: _("方案"),
    Dimension.DECISION: _("决策"),
}


def _opened(who: Principal, action: str) -> bool:
    """The library is the company's: whoever holds the permission sees or changes all of it."""
    return who.may(Permission.LIBRARY_READ if action == "read" else Permission.LIBRARY_WRITE)


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    def due(self, today: date) -> Self:
        """In use, and to be looked at again by today."""
        return self.in_use().filter(review_by__lte=today)


class Item(models.Model):
    """Something the team says or sends again and again. What it says stands in its versions; ``current_number`` is the
    one in use. Items of one ``family`` are variants of each other, tried against one another (S3.2). ``topic`` and
    ``need_types`` (|cost|quality|) are taken from the current content, to find it by. ``outdated_at``: somebody said
    that it no longer holds, though it stays to be revised (S5.4)."""

    kind = models.CharField(max_length=10, choices=[(kind.value, name) for kind, name in KIND_NAMES.items()])
    title = models.CharField(_("标题"), max_length=TITLE_LIMIT)
    family = models.CharField(max_length=40, blank=True)
    market = models.CharField(_("市场类型"), max_length=4, blank=True, choices=MARKETS)
    scale = models.CharField(_("规模"), max_length=6, blank=True, choices=SCALES)
    motion = models.CharField(_("拓展方式"), max_length=14, blank=True, choices=MOTIONS)
    industry = models.CharField(_("行业"), max_length=20, blank=True)
    channel = models.CharField(_("渠道"), max_length=16, blank=True)
    role = models.CharField(_("沟通对象"), max_length=12, blank=True)
    dimension = models.CharField(_("维度"), max_length=10, blank=True)
    trigger = models.CharField(_("由头"), max_length=12, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="library_items", verbose_name=_("负责人")
    )
    topic = models.CharField(max_length=14, blank=True)
    need_types = models.CharField(max_length=100, blank=True)
    review_by = models.DateField(_("复核日期"), null=True, blank=True)
    outdated_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    current_number = models.PositiveIntegerField(default=1)
    shipped_as = models.CharField(max_length=60, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["shipped_as"], condition=~Q(shipped_as=""), name="library_shipped_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], condition=Q(retired_at=None), name="library_in_use"),
            models.Index(fields=["kind", "industry"], condition=Q(retired_at=None), name="library_for"),
            models.Index(fields=["kind", "topic", "-id"], condition=Q(retired_at=None), name="library_topic"),
            models.Index(fields=["kind", "-id"], name="library_kind"),
            models.Index(fields=["review_by"], condition=Q(retired_at=None), name="library_due"),
            models.Index(fields=["family"], condition=~Q(family=""), name="library_family"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("library:item", args=[self.pk])

    @property
    def is_example(self) -> bool:
        """A case or evidence that ships, still as it came: made up, to show how one is written. Nothing to tell a customer."""
        return self.kind in PROVING and bool(self.shipped_as) and self.current_number == 1

    @property
    def tags(self) -> Tags:
        return Tags(**{name: getattr(self, name) for name in TAGS})


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self if _opened(who, action) else self.none()

    def current(self) -> Self:
        return self.filter(number=F("item__current_number"))


class ItemVersion(models.Model):
    """What an item said from one save to the next. Never changed: calls, mails and interviews name the version used."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="library_version_number")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    @property
    def parsed(self) -> Content:
        """Needs ``item`` to be loaded."""
        return parse(self.item.kind, self.content)
