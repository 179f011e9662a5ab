from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.services.links.models import Link
from tuoke.services.notifications.models import Mail
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import NextAction
from tuoke.steps.contracts.kickoff.models import RoomQuerySet
from tuoke.steps.contracts.teams.rules import (
    DUTY_LIMIT,
    NAME_LIMIT,
    ROLE_LIMIT,
    SUBJECT_LIMIT,
    BookingState,
    Every,
    Side,
    Use,
    Way,
)

if TYPE_CHECKING:
    from typing import Self

SIDE_NAMES = {Side.OURS: _("我方"), Side.THEIRS: _("客户方")}
BOOKING_NAMES = {
    BookingState.ASKED: _("待同意"),
    BookingState.AGREED: _("已同意"),
    BookingState.DECLINED: _("已拒绝"),
    BookingState.WITHDRAWN: _("已撤回"),
}
EVERY_NAMES = {
    Every.ONCE: _("一次"),
    Every.WEEK: _("每周"),
    Every.FORTNIGHT: _("每两周"),
    Every.MONTH: _("每月"),
}
WAY_NAMES = {Way.MAIL: _("邮件"), Way.LINK: _("专属链接"), Way.HAND: _("当面或其他方式")}
SIDES = [(side.value, name) for side, name in SIDE_NAMES.items()]
BOOKING_STATES = [(state.value, name) for state, name in BOOKING_NAMES.items()]
EVERIES = [(every.value, name) for every, name in EVERY_NAMES.items()]
WAYS = [(way.value, name) for way, name in WAY_NAMES.items()]
WEEKDAYS = [
    (0, _("周一")),
    (1, _("周二")),
    (2, _("周三")),
    (3, _("周四")),
    (4, _("周五")),
    (5, _("周六")),
    (6, _("周日")),
]


class ProjectContactQuerySet(RoomQuerySet["ProjectContact"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class IntroductionQuerySet(RoomQuerySet["Introduction"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class PlanShareQuerySet(RoomQuerySet["PlanShare"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class BookingQuerySet(RoomQuerySet["Booking"]):
    def agreed(self) -> Self:
        return self.filter(state=BookingState.AGREED)

    def standing(self) -> Self:
        return self.filter(state__in=[BookingState.ASKED, BookingState.AGREED])


class RhythmQuerySet(RoomQuerySet["Rhythm"]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class ProjectContact(models.Model):
    """对口联系人: a colleague or somebody of the customer, what he is in this project and what for (S7.2).

    One main contact a side: whom the other side calls first. ``shows_phone``: the customer sees a colleague's number.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="project_contacts")
    side = models.CharField(max_length=6, choices=SIDES)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("同事"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户联系人")
    )
    role = models.CharField(_("项目角色"), max_length=ROLE_LIMIT)
    responsible_for = models.CharField(_("管什么"), max_length=DUTY_LIMIT, blank=True)
    shows_phone = models.BooleanField(_("给对方看电话"), default=True)
    is_main = models.BooleanField(_("主要对口人"), default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectContactQuerySet.as_manager()

    class Meta:
        ordering = ["side", "-is_main", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side=Side.OURS.value, user__isnull=False, contact=None)
                | Q(side=Side.THEIRS.value, user=None, contact__isnull=False),
                name="teams_person_of_his_side",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "side"], condition=Q(is_main=True, withdrawn_at=None), name="teams_one_main"
            ),
            models.UniqueConstraint(
                fields=["opportunity", "user"],
                condition=Q(withdrawn_at=None, user__isnull=False),
                name="teams_colleague_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person(self) -> User | Contact:
        """Load with ``select_related("user", "contact")``."""
        found = self.user or self.contact
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return str(self.person)

    @property
    def phone(self) -> str:
        return self.person.phone


class Introduction(models.Model):
    """The delivery team was made known to the customer: the message as it went out, to whom, how (S7.2)."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="introductions")
    subject = models.CharField(_("标题"), max_length=SUBJECT_LIMIT)
    text = models.TextField(_("内容"))
    to_names = models.CharField(max_length=400)
    way = models.CharField(_("怎么告诉客户"), max_length=4, choices=WAYS)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, blank=True, related_name="+")
    introduced_on = models.DateField(_("哪一天"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["opportunity", "-id"], name="teams_introductions")]

    def __str__(self) -> str:
        return self.subject


class PlanShare(models.Model):
    """The kick-off plan with somebody of the customer: behind his private link, or handed to him on a day (S7.2)."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="plan_shares")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+", verbose_name=_("给谁"))
    recipient = models.CharField(max_length=NAME_LIMIT)
    way = models.CharField(max_length=4, choices=WAYS)
    link = models.ForeignKey(Link, models.PROTECT, null=True, blank=True, related_name="+")
    handed_on = models.DateField(_("哪一天交给他"), null=True, blank=True)
    message = models.TextField(_("附言"), blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PlanShareQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way=Way.LINK.value, handed_on=None)
                | Q(way=Way.HAND.value, handed_on__isnull=False, link=None),
                name="teams_shared_one_way",
            )
        ]
        indexes = [models.Index(fields=["opportunity", "-id"], name="teams_plan_shares")]

    def __str__(self) -> str:
        return f"{self.opportunity_id} → {self.recipient}"


class Booking(models.Model):
    """人员预订: so many per cent of a colleague's time for this deal, both days included. What is agreed never comes to more
    than all of it on any day (judged under the lock of the person). ``joined``: asking made him a member of the deal."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="bookings")
    user = models.ForeignKey(User, models.PROTECT, related_name="bookings", verbose_name=_("同事"))
    starts_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"))
    percent = models.PositiveSmallIntegerField(_("投入"))
    note = models.CharField(_("做什么"), max_length=DUTY_LIMIT, blank=True)
    state = models.CharField(max_length=9, choices=BOOKING_STATES, default=BookingState.ASKED.value)
    reason = models.CharField(_("理由"), max_length=DUTY_LIMIT, blank=True)
    joined = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="teams_percent"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="teams_booking_period"),
        ]
        indexes = [
            models.Index(fields=["opportunity", "starts_on", "id"], name="teams_bookings"),
            models.Index(fields=["user", "state", "ends_on"], name="teams_bookings_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.percent}% {self.starts_on}–{self.ends_on}"

    @property
    def use(self) -> Use:
        return Use(self.percent, self.starts_on, self.ends_on)


class Rhythm(models.Model):
    """沟通机制: how often both sides talk. Its next meetings stand as next actions (ADR 14), so many ahead.

    ``place`` is a room or the address of an online meeting. ``ended_at``: it holds no more, its coming meetings are off.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="rhythms")
    title = models.CharField(_("名称"), max_length=NAME_LIMIT)
    every = models.CharField(_("多久一次"), max_length=9, choices=EVERIES)
    weekday = models.PositiveSmallIntegerField(_("周几"), choices=WEEKDAYS, default=0)
    starts_on = models.DateField(_("从哪天起"))
    until = models.DateField(_("到哪天为止"), null=True, blank=True)
    at = models.TimeField(_("几点"))
    minutes = models.PositiveSmallIntegerField(_("多长（分钟）"), default=30)
    channel = models.CharField(_("方式"), max_length=16, blank=True)
    place = models.CharField(_("地点或会议链接"), max_length=DUTY_LIMIT, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("谁召集"))
    contacts = models.ManyToManyField(ProjectContact, related_name="rhythms", verbose_name=_("谁参加"))
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = RhythmQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["opportunity", "id"], name="teams_rhythms"),
            models.Index(fields=["id"], condition=Q(ended_at=None), name="teams_rhythms_running"),
        ]

    def __str__(self) -> str:
        return self.title


class Meeting(models.Model):
    """One meeting that a rhythm has made: the day that it named (``slot``) and the next action. Moved or cancelled as any
    next action, it isn't made again. ``is_off``: the rhythm was changed or ended before it came."""

    rhythm = models.ForeignKey(Rhythm, models.PROTECT, related_name="meetings")
    slot = models.DateField()
    action = models.OneToOneField(NextAction, models.PROTECT, related_name="+")
    is_off = models.BooleanField(default=False)

    class Meta:
        ordering = ["slot"]
        constraints = [
            models.UniqueConstraint(fields=["rhythm", "slot"], condition=Q(is_off=False), name="teams_meeting_once")
        ]

    def __str__(self) -> str:
        return f"{self.rhythm_id}: {self.slot}"
