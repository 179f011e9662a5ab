from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.playbook.rules import PlaybookDoc, StepKey, parse

if TYPE_CHECKING:
    from typing import Self


class Playbook(models.Model):
    """A process under a name. What it says is in its versions."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Status(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class FrozenVersion(Exception):
    """What was published once is never changed: deals run on it. Publish the change as the next version."""


class PlaybookVersionQuerySet(models.QuerySet["PlaybookVersion"]):
    def visible_to(self, principal: Principal, action: str = "read") -> Self:
        """Readers see what was published, now or before; drafts are the process owners'."""
        if principal.may(Permission.PLAYBOOK_WRITE):
            return self
        if action == "write" or not principal.may(Permission.PLAYBOOK_READ):
            return self.none()
        return self.exclude(status=Status.DRAFT)

    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)

    def update(self, **values: Any) -> int:
        if FROZEN_FIELDS & set(values):
            raise FrozenVersion("versions are changed one by one, and only as drafts")
        return super().update(**values)


FROZEN_FIELDS = frozenset({"playbook", "playbook_id", "number", "content", "digest"})


class PlaybookVersion(models.Model):
    """One wording of a playbook. Frozen once published: running deals stay on the version they began with (P3).

    ``content`` is the plain document that ``rules.parse`` reads, ``digest`` the fingerprint of it.
    """

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    content = models.JSONField()
    digest = models.CharField(max_length=64, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=80, blank=True)

    objects = PlaybookVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_number"),
            models.UniqueConstraint(
                fields=["playbook"], condition=Q(status=Status.PUBLISHED), name="playbook_one_published"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, published_at=None) | ~Q(status=Status.DRAFT) & ~Q(published_at=None),
                name="playbook_draft_iff_unpublished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if "content" not in self.get_deferred_fields():
            self.digest = digest_of(self.content)
        if self.pk is not None:
            self._refuse_change_of_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.status != Status.DRAFT:
            raise FrozenVersion(f"{self} was published")
        return super().delete(*args, **kwargs)

    def document(self) -> PlaybookDoc:
        """What this version says, parsed once a process. Doesn't touch a deferred ``content`` when it is known."""
        if self.digest not in _documents:
            _documents[self.digest] = parse(self.content)
            while len(_documents) > _DOCUMENTS_KEPT:
                _documents.popitem(last=False)
        return _documents[self.digest]

    def _refuse_change_of_frozen(self) -> None:
        stored = PlaybookVersion.objects.filter(pk=self.pk).exclude(status=Status.DRAFT)
        row = stored.values_list("playbook_id", "number", "digest").first()
        if row is None:
            return
        if row != (self.playbook_id, self.number, self.digest) or self.status == Status.DRAFT:
            raise FrozenVersion(f"{self} was published")


_DOCUMENTS_KEPT = 32
_documents: OrderedDict[str, PlaybookDoc] = OrderedDict()


def digest_of(content: Mapping[str, Any]) -> str:
    """The fingerprint of a document: the same for the same content, however its keys are ordered."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class TickQuerySet(models.QuerySet["Tick"]):
    def about(self, subjects: Iterable[str]) -> Self:
        """Whoever asks must hold the subjects, and hold them through their own ``visible_to``."""
        return self.filter(subject__in=list(subjects))


class Tick(models.Model):
    """A person's word that a key action is done or a criterion is met, where nothing else proves it yet (P2).

    ``subject`` names a campaign, lead or opportunity as history does (``deals.opportunity:12``); it is no foreign key,
    because the playbook lies below them. ``item`` is the key of a criterion or an action of the subject's playbook.
    """

    subject = models.CharField(max_length=60)
    item = models.CharField(max_length=60)
    step = models.CharField(max_length=20, choices=[(step.value, step.value) for step in StepKey])
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    objects = TickQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "item"], name="playbook_one_tick")]

    def __str__(self) -> str:
        return f"{self.subject} {self.item}"
