"""What is done with many leads of a list at once: runs on a frozen selection, files to take away."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.steps.leads.rules.bulk import UNDOABLE, BulkVerb, FileKind, FileStatus, RunStatus

if TYPE_CHECKING:
    from typing import Self

BULK_VERB_NAMES = {
    BulkVerb.ASSIGN: _("分配"),
    BulkVerb.CLAIM: _("领取"),
    BulkVerb.RETURN: _("退回公海"),
    BulkVerb.DISCARD: _("标为无效"),
    BulkVerb.TIER: _("设置级别"),
    BulkVerb.CAMPAIGN: _("加入拓展计划"),
}
RUN_STATUS_NAMES = {
    RunStatus.DRAFT: _("待确认"),
    RunStatus.QUEUED: _("进行中"),
    RunStatus.DONE: _("已完成"),
    RunStatus.FAILED: _("没有完成"),
    RunStatus.UNDONE: _("已撤销"),
}
FILE_STATUS_NAMES = {
    FileStatus.QUEUED: _("准备中"),
    FileStatus.READY: _("可以下载"),
    FileStatus.FAILED: _("没有完成"),
    FileStatus.GONE: _("已过期"),
}


def stored_name(instance: ExportFile, filename: str) -> str:
    """A name that nobody can guess and that says nothing."""
    return f"exports/{secrets.token_hex(16)}"


class OwnQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """One's own; somebody else's selection is not there."""
        return self.filter(by_id=who.user_id) if who.user_id and who.may(Permission.LEAD_WRITE) else self.none()


class BulkRun(models.Model):
    """One verb on many leads. ``chosen`` is frozen when it is looked at: ``[[lead id, version], …]``.

    ``terms`` are the verb's: ``to`` (user), ``tier``, ``campaign`` (id), ``reason``. ``result`` counts what was done
    and what wasn't, by reason; ``before`` is what the leads were, for undoing: ``{lead id: [columns]}``.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=10, choices=[(v.value, n) for v, n in BULK_VERB_NAMES.items()])
    query = models.TextField(blank=True)
    chosen: models.JSONField[list[list[int]], list[list[int]]] = models.JSONField(default=list)
    terms: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    result: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    before: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    status = models.CharField(
        max_length=8, choices=[(s.value, n) for s, n in RUN_STATUS_NAMES.items()], default=RunStatus.DRAFT.value
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="leads_bulk_by")]

    def __str__(self) -> str:
        return f"{self.verb} × {len(self.chosen)}"

    def get_absolute_url(self) -> str:
        return reverse("leads:bulk_run", args=[self.public_id])

    @property
    def is_undoable(self) -> bool:
        return self.status == RunStatus.DONE and BulkVerb(self.verb) in UNDOABLE and bool(self.before)


class OwnFileQuerySet(models.QuerySet["ExportFile"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """One's own, as long as one may export at all."""
        return self.filter(by_id=who.user_id) if who.user_id and who.may(Permission.EXPORT) else self.none()


class ExportFile(models.Model):
    """A file of leads that is, or was, written in the background: only who asked for it may fetch it (O1).

    ``query`` is the list's, as it was asked for; ``columns`` the list's own, empty for 《线索来源登记表》.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    query = models.TextField(blank=True)
    columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    kind = models.CharField(max_length=4, choices=[(k.value, k.value) for k in FileKind])
    file = models.FileField(upload_to=stored_name, max_length=80, blank=True)
    rows = models.PositiveIntegerField(default=0)
    status = models.CharField(
        max_length=8, choices=[(s.value, n) for s, n in FILE_STATUS_NAMES.items()], default=FileStatus.QUEUED.value
    )
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    objects = OwnFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="leads_export_by")]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("leads:export_file", args=[self.public_id])
