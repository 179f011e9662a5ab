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
    DISCARDED = "discarded"  # a draft that was given up; it can be taken up again


UNPUBLISHED = (Status.DRAFT.value, Status.DISCARDED.value)


class Origin(models.TextChoices):
    """Who wrote a version: what ships with Tuoke gives way to a newer shipped one, a company's own never does."""

    SHIPPED = "shipped"
    OWN = "own"


class FrozenVersion(Exception):
    """What was published once is never changed: deals run on it. Publish the change as the next version."""


class PlaybookVersionQuerySet(models.QuerySet["PlaybookVersion"]):
    def visible_to(self, principal: Principal, action: str = "read") -> Self:
        """Readers see what was published, now or before; drafts are the process owners'."""
        if principal.may(Permission.PLAYBOOK_WRITE):
            return self
        if action == "write" or not principal.may(Permission.PLAYBOOK_READ):
            return self.none()
        return self.exclude(status__in=UNPUBLISHED)

    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(status=Status.DRAFT)

    def numbered(self) -> Self:
        """What is or was published, the newest first."""
        return self.exclude(status__in=UNPUBLISHED).order_by("-number")

    def update(self, **values: Any) -> int:
        if FROZEN_FIELDS & set(values):
            raise FrozenVersion("versions are changed one by one, and only as drafts")
        return super().update(**values)


FROZEN_FIELDS = frozenset({"playbook", "playbook_id", "number", "content", "digest", "base", "base_id", "note"})


class PlaybookVersion(models.Model):
    """One wording of a playbook. Frozen once published: running deals stay on the version they began with (P3).

    ``content`` is the plain document that ``rules.parse`` reads, ``digest`` the fingerprint of it. A draft has no number
    until it is published; ``base`` is the published version it goes beyond, ``note`` says why, ``revision`` counts its
    changes (``DraftChange``). There is one open draft of a playbook at a time.
    """

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    note = models.CharField(max_length=500, blank=True, default="")
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.OWN)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.CharField(max_length=80, blank=True, default="")
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
            models.UniqueConstraint(fields=["playbook"], condition=Q(status=Status.DRAFT), name="playbook_one_draft"),
            models.CheckConstraint(
                condition=Q(status__in=UNPUBLISHED, published_at=None)
                | ~Q(status__in=UNPUBLISHED) & ~Q(published_at=None) & ~Q(number=None),
                name="playbook_draft_iff_unpublished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id} v{self.number or 'draft'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if "content" not in self.get_deferred_fields():
            self.digest = digest_of(self.content)
        if self.pk is not None:
            self._refuse_change_of_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.status not in UNPUBLISHED:
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
        stored = PlaybookVersion.objects.filter(pk=self.pk).exclude(status__in=UNPUBLISHED)
        row = stored.values_list("playbook_id", "number", "digest", "base_id", "note").first()
        if row is None:
            return
        mine = (self.playbook_id, self.number, self.digest, self.base_id, self.note)
        if row != mine or self.status in UNPUBLISHED:
            raise FrozenVersion(f"{self} was published")


_DOCUMENTS_KEPT = 32
_documents: OrderedDict[str, PlaybookDoc] = OrderedDict()


def digest_of(content: Mapping[str, Any]) -> str:
    """The fingerprint of a document: the same for the same content, however its keys are ordered."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class DraftChangeQuerySet(models.QuerySet["DraftChange"]):
    def visible_to(self, principal: Principal, action: str = "read") -> Self:
        """Drafts are the process owners'."""
        return self if principal.may(Permission.PLAYBOOK_WRITE) else self.none()


class DraftChange(models.Model):
    """One change of a draft, kept as the operations that lead there and back (``rules.editing``).

    ``undoes`` names the change that this one takes back; a redo takes back an undo.
    """

    version = models.ForeignKey(PlaybookVersion, models.CASCADE, related_name="draft_changes")
    revision = models.PositiveIntegerField()
    ops = models.JSONField()
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = DraftChangeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "revision"], name="playbook_draft_revision")]

    def __str__(self) -> str:
        return f"{self.version_id} r{self.revision}"


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, principal: Principal, action: str = "read") -> Self:
        return self if principal.may(Permission.PLAYBOOK_WRITE) else self.none()


class Wish(models.Model):
    """An accepted improvement that waits to be written into a draft (S8.3).

    ``key`` is the step, action, criterion or deliverable it is about (empty: the whole process), ``source`` names what
    asked for it as history does (``improvements.improvement:7``). It is done when somebody says it is written in.
    """

    version = models.ForeignKey(PlaybookVersion, models.CASCADE, related_name="wishes")
    key = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=1000)
    source = models.CharField(max_length=60, blank=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=80, blank=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "source", "key"], condition=~Q(source=""), name="playbook_one_wish"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.key}"


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
