from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.links.models import Link
from tuoke.services.links.rules import AGENT_LIMIT, IP_LIMIT
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.rules import (
    NAME_LIMIT,
    CommentKind,
    FrozenNeed,
    Manner,
    NeedKind,
    NeedState,
    Origin,
    Priority,
    read,
)

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {NeedKind.RIGID: _("刚性需求"), NeedKind.ELASTIC: _("弹性需求"), NeedKind.LATENT: _("潜在需求")}
PRIORITY_NAMES = {Priority.HIGH: _("高"), Priority.MEDIUM: _("中"), Priority.LOW: _("低")}
KIND_MEANINGS = {
    NeedKind.RIGID: _("必须解决，否则影响核心业务"),
    NeedKind.ELASTIC: _("能优化更好，没有也行"),
    NeedKind.LATENT: _("客户还没意识到，但能创造价值"),
}
MANNER_NAMES = {
    Manner.LINK: _("客户在确认页上确认"),
    Manner.PHONE: _("电话里确认"),
    Manner.MEETING: _("会议上确认"),
    Manner.MESSAGE: _("微信或短信确认"),
    Manner.MAIL: _("邮件确认"),
    Manner.OTHER: _("其他方式确认"),
}
ORIGIN_NAMES = {
    Origin.OWN: _("我们记下的"),
    Origin.CALL: _("通话中记下"),
    Origin.ANSWER: _("访谈的回答"),
    Origin.CUSTOMER: _("客户在确认页上补充"),
}
KIND_ORDER = {kind.value: rank for rank, kind in enumerate(NeedKind)}
PRIORITY_ORDER = {priority.value: rank for rank, priority in enumerate(Priority)}
_UNPLACED = 1 << 31
ORIGINS = [(o.value, name) for o, name in ORIGIN_NAMES.items()]
STATES = [(s.value, s.value) for s in NeedState]
MANNERS = [(m.value, name) for m, name in MANNER_NAMES.items()]
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
        """What counts: neither withdrawn nor a draft."""
        return self.filter(withdrawn_at=None, state=NeedState.LISTED)

    def drafts(self) -> Self:
        return self.filter(withdrawn_at=None, state=NeedState.DRAFT)


class Need(models.Model):
    """客户需求 (S4.3). Belongs to a customer and, once a deal runs, to that deal.

    The ``*_label`` columns keep the cells of an imported 《客户需求清单》. ``position`` is the place in the list,
    None while nobody has put it anywhere: then kind and priority decide. A draft has no kind: somebody has to say
    which. ``merged_into``: a draft that said the same as another need; it stays readable there.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="needs")
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, blank=True, related_name="needs")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("联系人")
    )
    customer_label = models.CharField(max_length=120, blank=True)
    contact_label = models.CharField(max_length=60, blank=True)
    position_label = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=6, choices=STATES, default=NeedState.LISTED.value)
    origin = models.CharField(max_length=8, choices=ORIGINS, default=Origin.OWN.value)
    position = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(_("需求类型"), max_length=8, choices=KINDS, blank=True)
    description = models.TextField(_("需求描述"))
    priority = models.CharField(_("优先级"), max_length=6, choices=PRIORITIES)
    pain = models.TextField(_("背后的痛点"), blank=True)
    impact = models.TextField(_("业务影响"), blank=True)
    said_by_customer = models.BooleanField(_("客户原话"), default=False)
    confirmed_on = models.DateField(_("确认时间"), null=True, blank=True)
    confirmed_how = models.CharField(_("怎样确认"), max_length=8, choices=MANNERS, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    import_digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["import_digest"], condition=~Q(import_digest=""), name="needs_import_once"),
            models.CheckConstraint(condition=Q(state="draft") | ~Q(kind=""), name="needs_listed_has_kind"),
            models.CheckConstraint(condition=Q(state="listed") | Q(confirmed_on=None), name="needs_draft_unconfirmed"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(withdrawn_at__isnull=False), name="needs_merged_is_off"
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "id"], name="needs_opportunity"),
            models.Index(fields=["customer", "id"], name="needs_customer"),
        ]

    def __str__(self) -> str:
        return self.description[:40]

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Sorts a list: what somebody put somewhere first, the rest by kind and priority, then by age."""
        by_hand = self.position or _UNPLACED
        return by_hand, KIND_ORDER.get(self.kind, len(KIND_ORDER)), PRIORITY_ORDER[self.priority], self.pk


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Seen and sent with its opportunity."""
        permission = Permission.NEED_READ if action == "read" else Permission.NEED_WRITE
        if not who.may(permission):
            return self.none()
        return self.filter(opportunity__in=Opportunity.objects.visible_to(who, action))

    def waiting(self) -> Self:
        """Sent, and the customer hasn't confirmed."""
        return self.filter(confirmed_at=None, superseded_at=None)


class Confirmation(models.Model):
    """One version of a deal's list of needs, sent to one person of the customer (S4.3).

    ``content`` is what was sent and never changes. ``choices`` is his order with his priorities so far, empty while he
    moved nothing. With ``confirmed_at`` all of it is frozen: ``confirmed_content`` is what he confirmed, ``seal`` the
    fingerprint of it with who, when and from where. The database refuses to change either (migration 0004).
    ``superseded_at``: a newer version was sent before he confirmed this one.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="confirmations")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    message = models.TextField(blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=NAME_LIMIT)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    confirmed_ip = models.CharField(max_length=IP_LIMIT, blank=True)
    confirmed_agent = models.CharField(max_length=AGENT_LIMIT, blank=True)
    confirmed_content = models.JSONField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="confirmations_number"),
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=Q(confirmed_at=None, superseded_at=None),
                name="confirmations_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_name="", seal="")
                | (
                    Q(confirmed_at__isnull=False, confirmed_content__isnull=False) & ~Q(confirmed_name="") & ~Q(seal="")
                ),
                name="confirmations_signed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_at", "id"],
                name="confirmations_waiting",
                condition=Q(confirmed_at=None, superseded_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number} → {self.recipient}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What he confirmed, else what was sent: plain, for the screen."""
        return list(self.confirmed_content if self.confirmed_content is not None else self.content)

    @property
    def sent(self) -> tuple[FrozenNeed, ...]:
        return read(self.content)

    @property
    def confirmed(self) -> tuple[FrozenNeed, ...]:
        """What he confirmed, in his order; empty while he has not."""
        return read([row for row in self.confirmed_content or () if not row.get("wrong")])


class NeedCommentQuerySet(models.QuerySet["NeedComment"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(confirmation__in=Confirmation.objects.visible_to(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def open(self) -> Self:
        """Waiting for an answer of ours."""
        return self.standing().filter(answered_at=None)


class NeedComment(models.Model):
    """What the customer said on his page: about one need (``need``), about the whole list, or a need he adds (``draft``)."""

    confirmation = models.ForeignKey(Confirmation, models.PROTECT, related_name="comments")
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="comments")
    draft = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in CommentKind])
    text = models.TextField()
    by_name = models.CharField(max_length=NAME_LIMIT)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = NeedCommentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["confirmation", "need"],
                condition=Q(kind="wrong", withdrawn_at=None),
                name="need_comments_wrong_once",
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
