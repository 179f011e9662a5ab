from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.library.models import DIMENSION_NAMES, ItemVersion
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews.rules import OutlineState
from tuoke.steps.discovery.models import Need

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {OutlineState.PLANNED: _("待访谈"), OutlineState.HELD: _("已访谈")}
DIMENSIONS = [(dimension.value, name) for dimension, name in DIMENSION_NAMES.items()]


def _deals(who: Principal, action: str) -> models.QuerySet[Opportunity]:
    """An interview is written by whoever may record a follow-up with the deal: its team, and who has joined it (P4)."""
    permission = Permission.NEED_READ if action == "read" else Permission.FOLLOWUP_WRITE
    deals = Opportunity.objects.visible_to(who)
    return deals if who.may(permission) else deals.none()


class OutlineQuerySet(models.QuerySet["Outline"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(opportunity__in=_deals(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Outline(models.Model):
    """调研提纲 (S4.1): what is to be asked in one meeting of a deal, and what was answered in it.

    Where ``next_action`` is the meeting, that says when it is, else ``meets_on`` and ``meets_at``. ``begun_at`` is when
    the interview was opened first; ``minutes`` how long it took in the end.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="outlines", verbose_name=_("商机"))
    title = models.CharField(_("提纲名称"), max_length=120)
    meets_on = models.DateField(_("日期"), null=True, blank=True)
    meets_at = models.TimeField(_("时间"), null=True, blank=True)
    next_action = models.ForeignKey(NextAction, models.PROTECT, null=True, blank=True, related_name="outlines")
    state = models.CharField(
        max_length=8, choices=[(s.value, name) for s, name in STATE_NAMES.items()], default=OutlineState.PLANNED.value
    )
    begun_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    followup = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="outlines")
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_into")
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OutlineQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", held_at=None) | Q(state="held", held_at__isnull=False),
                name="interviews_held_iff_dated",
            )
        ]
        indexes = [models.Index(fields=["opportunity", "-id"], name="interviews_of_deal")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("interviews:review" if self.is_held else "interviews:outline", args=[self.pk])

    @property
    def is_held(self) -> bool:
        return self.state == OutlineState.HELD

    @property
    def on(self) -> date | None:
        """Load with ``select_related("next_action")``."""
        return self.next_action.due_on if self.next_action else self.meets_on

    @property
    def at(self) -> time | None:
        return self.next_action.due_time if self.next_action else self.meets_at


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def present(self) -> Self:
        return self.filter(withdrawn_at=None)


class Participant(models.Model):
    """Who sits in the meeting: a contact of the customer, or a colleague. Contacts that are merged may stand twice."""

    outline = models.ForeignKey(Outline, models.PROTECT, related_name="participants")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact=None, user__isnull=False) | Q(contact__isnull=False, user=None),
                name="interviews_one_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outline_id}: {self.contact_id or self.user_id}"


class QuestionQuerySet(models.QuerySet["OutlineQuestion"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(outline__opportunity__in=_deals(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class OutlineQuestion(models.Model):
    """One question, in the words for this customer. ``source`` is the library's wording it was picked from."""

    outline = models.ForeignKey(Outline, models.PROTECT, related_name="questions")
    dimension = models.CharField(_("维度"), max_length=10, choices=DIMENSIONS)
    text = models.TextField(_("问题"))
    probes = models.JSONField(_("追问"), default=list, blank=True)
    listen_for = models.TextField(blank=True)
    source = models.ForeignKey(ItemVersion, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dimension__in=[dimension.value for dimension in Dimension]), name="interviews_dimension"
            )
        ]
        indexes = [models.Index(fields=["outline", "position", "id"], name="interviews_question")]

    def __str__(self) -> str:
        return self.text[:40]


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(question__outline__opportunity__in=_deals(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None, question__withdrawn_at=None, question__outline__withdrawn_at=None)


class Answer(models.Model):
    """What somebody answered. Each writer has his own (``slot`` 0, 1 …), so two who take notes at once keep both.

    ``contact`` is who said it; ``own_words`` marks the customer's own words (S4.2). ``writer`` names the open page that
    saved last. Emptied, it keeps its text and is withdrawn.
    """

    question = models.ForeignKey(OutlineQuestion, models.PROTECT, related_name="answers")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    slot = models.PositiveSmallIntegerField(default=0)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁说的")
    )
    text = models.TextField(_("回答"))
    own_words = models.BooleanField(_("客户原话"), default=False)
    dimension = models.CharField(max_length=10, choices=DIMENSIONS)
    at = models.DateTimeField()
    writer = models.CharField(max_length=36, blank=True)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["question", "by", "slot"], name="interviews_answer_slot")]

    def __str__(self) -> str:
        return self.text[:40]


class Notes(models.Model):
    """What one colleague noted outside the questions."""

    outline = models.ForeignKey(Outline, models.PROTECT, related_name="notes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("提纲以外的记录"), blank=True)
    writer = models.CharField(max_length=36, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["outline", "by"], name="interviews_notes_once")]

    def __str__(self) -> str:
        return self.text[:40]


class NeedSource(models.Model):
    """The answer that a need rests on (S4.3)."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="sources")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="needs")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["need", "answer"], name="interviews_source_once")]

    def __str__(self) -> str:
        return f"{self.need_id} ← {self.answer_id}"
