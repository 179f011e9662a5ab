from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from tuoke.base.records.models import key_of
from tuoke.services.files import hooks
from tuoke.services.files.rules import NAME_LIMIT, NOTE_LIMIT, REASON_LIMIT

if TYPE_CHECKING:
    from typing import Self


def stored_name(instance: File, filename: str) -> str:
    """A name that nobody can guess and that says nothing; what people sent stays out of paths."""
    return f"attached/{secrets.token_hex(16)}"


class FileQuerySet(models.QuerySet["File"]):
    def of(self, subject: models.Model | str, *, kind: str) -> Self:
        return self.filter(subject=key_of(subject), kind=kind)

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class File(models.Model):
    """A file that belongs to a ``subject`` (``records.models.key_of``) as a ``kind`` (``hooks.kinds``): a signed scan of
    a contract, an acceptance paper of a delivery. Its bytes never change; what is wrong is withdrawn and sent anew.
    ``name`` is what it was called, ``digest`` the SHA-256 of its bytes, ``content_type`` what they were found to be."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=60)
    name = models.CharField(max_length=NAME_LIMIT)
    note = models.CharField(max_length=NOTE_LIMIT, blank=True)
    file = models.FileField(upload_to=stored_name, max_length=80)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_name = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=REASON_LIMIT, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "digest"], condition=Q(withdrawn_at=None), name="files_once_a_subject"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="files_not_empty"),
        ]
        indexes = [models.Index(fields=["subject", "kind", "id"], name="files_subject")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.public_id])

    @property
    def what(self) -> hooks.Kind | None:
        """What its package says of it; None where that package is gone."""
        return hooks.kinds.get(self.kind)
