from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal, PrincipalKind
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.imports.rules import Mapping
from tuoke.steps.leads.imports.rules.runs import (
    BUSY,
    CHANGEABLE,
    RESUMABLE,
    UNDOABLE,
    Duplicates,
    Outcome,
    Status,
    Tally,
)

if TYPE_CHECKING:
    from typing import Self

STATUS_NAMES = {
    Status.UPLOADED: _("待对应列"),
    Status.MAPPED: _("待检查"),
    Status.CHECKING: _("检查中"),
    Status.CHECKED: _("待导入"),
    Status.RUNNING: _("导入中"),
    Status.DONE: _("已完成"),
    Status.FAILED: _("已中断"),
    Status.CANCELLED: _("已停止"),
    Status.UNDOING: _("撤销中"),
    Status.UNDONE: _("已撤销"),
}
DUPLICATES_NAMES = {
    Duplicates.SKIP: _("跳过，保留已有的"),
    Duplicates.FILL: _("更新已有的，只补空缺"),
    Duplicates.UPDATE: _("更新已有的，以文件为准"),
    Duplicates.NEW: _("仍然新建"),
}
OUTCOME_NAMES = {
    Outcome.CREATED: _("新建"),
    Outcome.UPDATED: _("更新"),
    Outcome.CONFLICTS: _("与已有的不一致"),
    Outcome.REJECTED: _("有问题"),
    Outcome.DUPLICATE: _("已存在"),
    Outcome.SKIPPED: _("已导入过"),
    Outcome.SIMILAR: _("相似"),
}


def stored_name(instance: LeadImport, filename: str) -> str:
    """A name that nobody can guess and that says nothing; what people sent stays out of paths."""
    return f"imports/{secrets.token_hex(16)}"


class LeadImportQuerySet(models.QuerySet["LeadImport"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """One's own; somebody else's import is not there."""
        if who.kind is PrincipalKind.SYSTEM:
            return self.all()
        if not who.may(Permission.LEAD_IMPORT):
            return self.none()
        return self.filter(by_id=who.user_id)


class LeadImport(models.Model):
    """One file on its way in. ``next_row`` is the number of the last row that is dealt with: a run goes on behind it.

    ``more_sheets`` are taken in behind ``sheet``, each with the row of its header; ``sheet_at`` is the one that the mark
    stands in (0 is ``sheet``). ``notes`` is what the file doesn't show by itself: ``hidden_sheets``, ``hidden_rows``.
    ``digest`` is that of the file, ``run_key`` that of file, columns and options: the same command again resumes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=stored_name, max_length=80, blank=True)
    digest = models.CharField(max_length=64)
    run_key = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    sheets = models.JSONField(default=list)
    header_row = models.PositiveIntegerField(default=0)
    more_sheets: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    notes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="+")
    duplicates = models.CharField(
        max_length=8, choices=[(d.value, n) for d, n in DUPLICATES_NAMES.items()], default=Duplicates.SKIP.value
    )
    status = models.CharField(
        max_length=10, choices=[(s.value, n) for s, n in STATUS_NAMES.items()], default=Status.UPLOADED.value
    )
    counters = models.JSONField(default=dict)
    sheet_at = models.PositiveSmallIntegerField(default=0)
    next_row = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(null=True)
    error = models.JSONField(default=dict)
    wakes = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = LeadImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["by", "-id"], name="imports_by"),
            models.Index(fields=["run_key"], name="imports_run_key", condition=~models.Q(run_key="")),
            models.Index(fields=["status"], name="imports_status"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:show", args=[self.public_id])

    @property
    def tally(self) -> Tally:
        return Tally.from_json(self.counters)

    @property
    def columns(self) -> Mapping:
        return Mapping.from_json(self.mapping)

    @property
    def is_busy(self) -> bool:
        return self.status in BUSY

    @property
    def is_changeable(self) -> bool:
        return self.status in CHANGEABLE

    @property
    def sheets_taken(self) -> list[tuple[str, int]]:
        """Every sheet that is taken in, with the row of its header (0: not known)."""
        return [(self.sheet, self.header_row), *((str(name), int(row)) for name, row in self.more_sheets)]

    @property
    def mark(self) -> tuple[int, int]:
        """How far it is: sheet and row."""
        return self.sheet_at, self.next_row

    @property
    def is_undoable(self) -> bool:
        """Whether it may be undone at all; not for how long."""
        return self.status in UNDOABLE and self.started_at is not None and self.tally.created > 0

    @property
    def is_resumable(self) -> bool:
        return self.status in RESUMABLE and bool(self.file) and self.started_at is not None


class RowSeen(models.Model):
    """A row that became, or (``created`` false) brought something to, a lead. The very same row again is always skipped."""

    digest = models.BinaryField(max_length=16, primary_key=True)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    lead_import = models.ForeignKey(LeadImport, models.SET_NULL, null=True, related_name="+", db_index=False)
    created = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["lead_import", "lead"], name="imports_seen_import")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class ReportRow(models.Model):
    """A row of the file that somebody should look at: rejected ones with all their cells, others while few."""

    lead_import = models.ForeignKey(LeadImport, models.CASCADE, related_name="report", db_index=False)
    sheet = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=[(o.value, n) for o, n in OUTCOME_NAMES.items()])
    cells: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    reasons: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead_import", "outcome", "sheet", "number"], name="imports_report_row")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.number}"


class MappingMemory(models.Model):
    """How somebody mapped these headers last: offered again for the next file that has them."""

    key = models.CharField(max_length=64, primary_key=True)
    uses: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
