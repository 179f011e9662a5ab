from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.services.notifications.models import Mail
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.models import ItemVersion

if TYPE_CHECKING:
    from typing import Self


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """A letter is seen with its follow-up."""
        return self.filter(follow_up__in=FollowUp.objects.visible_to(who, action))


class Letter(models.Model):
    """邮件: a follow-up by mail, the mail that went out, and the template it began with. Written once (S3.3)."""

    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="letter")
    mail = models.OneToOneField(Mail, models.PROTECT, related_name="letter")
    template = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")

    objects = LetterQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.mail_id}"
