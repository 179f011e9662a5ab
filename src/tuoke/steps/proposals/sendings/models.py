from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.links.models import Link
from tuoke.services.notifications.models import Mail
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.models import ProposalVersion, RoomQuerySet
from tuoke.steps.proposals.sendings.rules import NAME_LIMIT, PAPER_KINDS, Error, PaperState, State

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {
    State.PREPARING: _("正在生成文件"),
    State.SENT: _("已发送"),
    State.FAILED: _("没有发出"),
    State.CANCELLED: _("已取消"),
}
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]


def deals_of(who: Principal, action: str) -> models.QuerySet[Opportunity]:
    permission = Permission.PROPOSAL_READ if action == "read" else Permission.PROPOSAL_WRITE
    return Opportunity.objects.visible_to(who, action) if who.may(permission) else Opportunity.objects.none()


class SendingQuerySet(RoomQuerySet["Sending"]):
    def sent(self) -> Self:
        return self.filter(state=State.SENT)

    def preparing(self) -> Self:
        return self.filter(state=State.PREPARING)


class Sending(models.Model):
    """A frozen version of a proposal on its way to one person (S5.2). ``recipient`` and ``email`` as they were then.

    PREPARING while its papers are written in the background; it has a link, and counts as sent, from the moment at which
    all of them are there. ``superseded_at``: another version was sent since; its link goes on opening, and says so. Its
    link is ended where all private links are. ``job``: since when the background works on it.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="sendings")
    version = models.ForeignKey(ProposalVersion, models.PROTECT, related_name="sendings")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=NAME_LIMIT)
    email = models.CharField(max_length=254, blank=True)
    message = models.TextField(blank=True)
    expires_on = models.DateField()
    challenge = models.BooleanField(default=False)
    may_download = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)
    attach = models.BooleanField(default=False)
    host = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default=State.PREPARING.value)
    error = models.CharField(max_length=12, choices=[(e.value, e.value) for e in Error], blank=True)
    error_codes = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worked_at = models.DateTimeField()
    link = models.OneToOneField(Link, models.PROTECT, null=True, related_name="+")
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    read_through_at = models.DateTimeField(null=True, blank=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False, link__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None, link=None, mail=None, superseded_at=None)),
                name="sendings_sent_has_link",
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "-id"], name="sendings_deal"),
            models.Index(fields=["worked_at"], name="sendings_preparing", condition=Q(state="preparing")),
        ]

    def __str__(self) -> str:
        return f"v{self.version_id} → {self.recipient}"

    def get_absolute_url(self) -> str:
        return f"{reverse('sendings:page', args=[self.opportunity_id])}#sending-{self.pk}"

    @property
    def is_sent(self) -> bool:
        return self.state == State.SENT

    @property
    def is_superseded(self) -> bool:
        return self.superseded_at is not None

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[State(self.state)])


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(version__in=ProposalVersion.objects.visible_to(who, action))

    def lean(self) -> Self:
        """Without the file itself."""
        return self.defer("content")


class Paper(models.Model):
    """A version as a file, written once in the background for everybody it is sent to. ``progress``: per cent."""

    version = models.ForeignKey(ProposalVersion, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=4, choices=[(kind, kind) for kind in PAPER_KINDS])
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in PaperState], default=PaperState.WAITING.value
    )
    progress = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField(null=True)
    error = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="papers_once"),
            models.CheckConstraint(
                condition=Q(state="done", content__isnull=False, written_at__isnull=False)
                | (~Q(state="done") & Q(content=None, written_at=None)),
                name="papers_done_have_content",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="papers_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}.{self.kind}"


class Reading(models.Model):
    """How long one section was in front of the customer's eyes, and how often he went to it by its own address."""

    sending = models.ForeignKey(Sending, models.PROTECT, related_name="readings")
    section = models.CharField(max_length=40)
    seconds = models.PositiveIntegerField(default=0)
    times = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["sending", "section"], name="readings_once")]

    def __str__(self) -> str:
        return f"{self.sending_id}: {self.section}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(sending__in=Sending.objects.visible_to(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Remark(models.Model):
    """What the customer asked or said about a section of his page (``section``; empty: about the whole proposal)."""

    sending = models.ForeignKey(Sending, models.PROTECT, related_name="remarks")
    section = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    by_name = models.CharField(max_length=NAME_LIMIT)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sending", "id"], name="remarks_sending")]

    def __str__(self) -> str:
        return self.text[:40]


class PresentationQuerySet(RoomQuerySet["Presentation"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Presentation(models.Model):
    """The proposal was shown in a meeting: on which day and to whom, as somebody of ours says."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="presentations")
    version = models.ForeignKey(ProposalVersion, models.PROTECT, null=True, blank=True, related_name="presentations")
    held_on = models.DateField(_("哪一天"))
    note = models.TextField(_("当场反应"), blank=True)
    contacts = models.ManyToManyField(Contact, through="PresentedTo", related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PresentationQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["opportunity", "-held_on", "-id"], name="presentations_deal")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.held_on}"


class PresentedTo(models.Model):
    presentation = models.ForeignKey(Presentation, models.PROTECT, related_name="audience")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.presentation_id} → {self.contact_id}"
