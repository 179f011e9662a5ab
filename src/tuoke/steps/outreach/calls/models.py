from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.outreach.calls.rules import Hint, Reached, TalkShare

if TYPE_CHECKING:
    from typing import Self

REACHED_NAMES = {
    Reached.REACHED: _("已通话"),
    Reached.NO_ANSWER: _("没接通"),
    Reached.BUSY: _("占线"),
    Reached.CALLBACK: _("约时间回拨"),
}
TALK_SHARE_NAMES = {
    TalkShare.CUSTOMER: _("客户说得多"),
    TalkShare.EVEN: _("差不多"),
    TalkShare.OURS: _("我说得多"),
}


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """A call is seen with its follow-up."""
        return self.filter(follow_up__in=FollowUp.objects.visible_to(who, action))

    def real(self) -> Self:
        """Somebody was spoken to, and it wasn't practice: what figures are made of."""
        practice = Q(follow_up__lead__is_practice=True) | Q(follow_up__customer__is_practice=True)
        return self.filter(reached=Reached.REACHED).exclude(practice | Q(follow_up__opportunity__is_practice=True))


class Call(models.Model):
    """通话: what the desk kept of a follow-up beside it. Written once, together with everything that it led to (S3.4).

    ``pains`` and ``problem`` hold one matter a line. ``is_first``: nobody had spoken with this customer before.
    ``gained``: the next meeting was won in it (``CallDraft.gained``). ``hints`` are those of the day (``rules.Hint``).
    """

    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="call")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=64, blank=True)
    reached = models.CharField(max_length=10, choices=[(r.value, name) for r, name in REACHED_NAMES.items()])
    script_version = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")
    opening_version = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    current_solution = models.TextField(_("现用方案"), blank=True)
    pains = models.TextField(_("痛点"), blank=True)
    problem = models.TextField(_("想解决什么"), blank=True)
    time_frame = models.CharField(_("什么时候要"), max_length=200, blank=True)
    material = models.CharField(_("要准备的资料"), max_length=200, blank=True)
    listen_note = models.TextField(_("客户的原话"), blank=True)
    talk_share = models.CharField(
        _("谁说得多"), max_length=8, blank=True, choices=[(s.value, name) for s, name in TALK_SHARE_NAMES.items()]
    )
    price_pitched = models.BooleanField(_("报了价"), default=False)
    drifted = models.BooleanField(_("偏离了客户的痛点"), default=False)
    is_first = models.BooleanField(default=False)
    hints = models.JSONField(default=list)
    gained = models.BooleanField(default=False)
    drafted = models.PositiveSmallIntegerField(default=0)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "token"], condition=~Q(token=""), name="calls_saved_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.reached}"

    def get_absolute_url(self) -> str:
        return reverse("calls:detail", args=[self.pk])

    @property
    def is_reached(self) -> bool:
        return self.reached == Reached.REACHED

    @property
    def reached_name(self) -> str:
        return str(REACHED_NAMES[Reached(self.reached)])

    @property
    def found_hints(self) -> list[Hint]:
        return [Hint(code) for code in self.hints]
