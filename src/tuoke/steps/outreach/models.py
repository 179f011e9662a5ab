from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.models.results import ONE_PARTY
from tuoke.steps.outreach.rules import EventKind, NoteKind, ProfileKind

if TYPE_CHECKING:
    from typing import Self

EVENT_NAMES = {
    EventKind.FUNDING: _("融资"),
    EventKind.EXPANSION: _("扩张"),
    EventKind.PEOPLE: _("人事"),
    EventKind.TENDER: _("招投标"),
    EventKind.PRODUCT: _("新品"),
    EventKind.POLICY: _("政策"),
    EventKind.RESULTS: _("财报"),
    EventKind.NEGATIVE: _("负面"),
    EventKind.OTHER: _("其他"),
}
PROFILE_NAMES = {
    ProfileKind.WEBSITE: _("官网"),
    ProfileKind.LINKEDIN: _("LinkedIn"),
    ProfileKind.MAIMAI: _("脉脉"),
    ProfileKind.WECHAT: _("公众号"),
    ProfileKind.NEWS: _("新闻报道"),
    ProfileKind.OTHER: _("其他"),
}
EVENT_KINDS = [(kind.value, name) for kind, name in EVENT_NAMES.items()]
PROFILE_KINDS = [(kind.value, name) for kind, name in PROFILE_NAMES.items()]
WEB = Q(link__startswith="http://") | Q(link__startswith="https://")


class NoteQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """A note is seen and changed with the lead or customer that it is about.

        Of a lead whose contact is masked in the pool ``queries.background_of`` shows nothing that names him.
        """
        seen = Q(lead__in=Lead.objects.visible_to(who, action))
        customers = Customer.objects.visible_to(who, action)
        for column in self.model.CUSTOMERS:
            seen |= Q(**{f"{column}__in": customers})
        return self.filter(seen)


class Note(models.Model):
    """What somebody wrote down with its date. Withdrawn ones stay, and count no more (O5).

    ``CUSTOMERS``: the ways to the customer whom it is about, beside the column ``lead`` that all have.
    """

    CUSTOMERS: ClassVar[tuple[str, ...]]
    SORT: ClassVar[NoteKind]
    lead: models.ForeignKey[Lead | None, Lead | None]
    lead_id: int | None
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def whose(self) -> Lead | Customer | Contact:
        """The record that it hangs on. Load with ``select_related`` of it where many are shown."""
        found = (getattr(self, name) for name in ("contact", "customer", "lead") if getattr(self, f"{name}_id", None))
        return next(found)  # type: ignore[no-any-return]  # each model's CHECK sees to it

    @property
    def party(self) -> Lead | Customer:
        whose = self.whose
        return whose.customer if isinstance(whose, Contact) else whose


class BackgroundEvent(Note):
    """动态: something that happened at the customer's, with its date and where it can be read (S3.1)."""

    CUSTOMERS = ("customer",)
    SORT = NoteKind.EVENT
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="background_events", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="background_events", db_index=False)
    kind = models.CharField(_("类型"), max_length=10, choices=EVENT_KINDS)
    happened_on = models.DateField(_("日期"))
    title = models.CharField(_("发生了什么"), max_length=120)
    link = models.CharField(_("链接"), max_length=500, blank=True)
    note = models.TextField(_("备注"), blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=ONE_PARTY, name="outreach_event_of_one"),
            models.CheckConstraint(condition=Q(link="") | WEB, name="outreach_event_link_is_web"),
        ]
        indexes = [
            models.Index(fields=["customer", "-happened_on", "-id"], name="outreach_event_customer"),
            models.Index(fields=["lead", "-happened_on", "-id"], name="outreach_event_lead"),
        ]

    def __str__(self) -> str:
        return self.title


class Concern(Note):
    """关注点: what a person cares about, and where he said it or where it was seen."""

    CUSTOMERS = ("contact__customer",)
    SORT = NoteKind.CONCERN
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="concerns")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="concerns")
    text = models.CharField(_("关注什么"), max_length=500)
    source = models.CharField(_("从哪里知道"), max_length=200, blank=True)
    noted_on = models.DateField(_("日期"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False, contact=None) | Q(lead=None, contact__isnull=False),
                name="outreach_concern_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Profile(Note):
    """主页链接: where a company or person presents itself, and when it was looked at."""

    CUSTOMERS = ("customer", "contact__customer")
    SORT = NoteKind.PROFILE
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="profiles")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="profiles")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="profiles")
    kind = models.CharField(_("哪里"), max_length=10, choices=PROFILE_KINDS)
    link = models.CharField(_("链接"), max_length=500)
    title = models.CharField(_("说明"), max_length=120, blank=True)
    seen_on = models.DateField(_("查看日期"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False, customer=None, contact=None)
                | Q(lead=None, customer__isnull=False, contact=None)
                | Q(lead=None, customer=None, contact__isnull=False),
                name="outreach_profile_of_one",
            ),
            models.CheckConstraint(condition=WEB, name="outreach_profile_link_is_web"),
        ]

    def __str__(self) -> str:
        return self.title or str(PROFILE_NAMES[ProfileKind(self.kind)])
