from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal, PrincipalKind
from tuoke.services.notifications import hooks
from tuoke.services.notifications.rules import NAME_LIMIT, SUBJECT_LIMIT, MailState, address_of, may_resend

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {
    MailState.QUEUED: _("待发送"),
    MailState.SENDING: _("发送中"),
    MailState.SENT: _("已发出"),
    MailState.FAILED: _("没有发出"),
    MailState.UNSURE: _("不确定"),
    MailState.CANCELLED: _("已取消"),
}
STATE_TONES = {
    MailState.QUEUED: "blue",
    MailState.SENDING: "blue",
    MailState.SENT: "green",
    MailState.FAILED: "red",
    MailState.UNSURE: "orange",
    MailState.CANCELLED: "gray",
}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Everybody's notices are his own."""
        return self.filter(user_id=who.user_id) if who.user_id else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """通知: something that one person should know of, and where it can be looked at.

    ``kind`` is the sender's word for it (``deal_handed_over``): many of one kind are shown as one. ``thread`` names
    the record that it is about as history does; ``text`` is said as it stands.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    thread = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_user"),
            models.Index(fields=["user", "-id"], name="notices_unread", condition=Q(read_at=None)),
            models.Index(fields=["read_at"], name="notices_read", condition=Q(read_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.text


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """What one sent oneself, and what belongs to something that one may see (``hooks.mail_visibility``)."""
        if who.kind is PrincipalKind.SYSTEM:
            return self
        seen = Q(sender_id=who.user_id) if who.user_id else Q(pk__in=())
        for more in hooks.mail_visibility:
            seen |= more(who, action)
        return self.filter(seen)

    def due(self, now: datetime) -> Self:
        return self.filter(state=MailState.QUEUED, next_try_at__lte=now)


class Mail(models.Model):
    """A mail on its way out, and what became of it (S3.3). Written only by ``actions``; never deleted.

    ``to`` and ``cc`` are as they stand in the header; ``left`` the addresses that it still has to reach, ``refused``
    the addresses that won't get it with what the server said. ``thread`` and ``party`` name, as history does, the
    timeline on which its fate shows; ``url`` is the page it belongs to, ``reference`` the caller's own word.
    ``job`` is the task that sends it: only that one may say that it was interrupted.
    """

    sender = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("发件人"), db_index=False
    )
    to = models.JSONField(_("收件人"))
    cc = models.JSONField(_("抄送"), default=list)
    subject = models.CharField(_("主题"), max_length=SUBJECT_LIMIT)
    text = models.TextField(_("正文"))
    reply_to = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    thread = models.CharField(max_length=60, blank=True)
    party = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=[(s.value, n) for s, n in STATE_NAMES.items()])
    left = models.JSONField(default=list)
    refused = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    job = models.CharField(max_length=40, blank=True)
    next_try_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = MailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sender", "-id"], name="mails_sender"),
            models.Index(fields=["sender", "state", "-id"], name="mails_sender_state"),
            models.Index(fields=["next_try_at"], name="mails_due", condition=Q(state=MailState.QUEUED.value)),
            models.Index(fields=["started_at"], name="mails_sending", condition=Q(state=MailState.SENDING.value)),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def recipients(self) -> list[str]:
        """Every bare address of the envelope, each once."""
        return addresses([*self.to, *self.cc])

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[MailState(self.state)])

    @property
    def tone(self) -> str:
        if self.state == MailState.SENT and self.refused:
            return "orange"
        return STATE_TONES[MailState(self.state)]

    @property
    def may_resend(self) -> bool:
        return may_resend(self.state, refused=self.refused)


def addresses(recipients: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(address_of(one) for one in recipients))


class Attachment(models.Model):
    mail = models.ForeignKey(Mail, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=NAME_LIMIT)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One try to hand a mail over. ``ended_at`` is empty where its worker was killed; ``said`` what the server said."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, blank=True)
    said = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.mail_id}#{self.number}"
