"""Who reads a file is whoever may read what it belongs to (``hooks.Kind``); there is no other way to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Count

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.services.files import hooks
from tuoke.services.files.models import File
from tuoke.services.files.rules import MOST_BYTES, MOST_STANDING, NOTE_LIMIT

WITHDRAWN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one subject, as ``who`` sees them. ``withdrawn`` are the latest that were taken back."""

    kind: str
    subject: str
    what: hooks.Kind
    place: hooks.Place
    files: list[File]
    withdrawn: list[File]
    may_write: bool

    @property
    def accept(self) -> str:
        """For the file input."""
        return ",".join(f".{ending}" for ending in sorted(self.what.endings))

    @property
    def endings(self) -> str:
        return "、".join(sorted(self.what.endings))

    @property
    def megabytes(self) -> int:
        return MOST_BYTES // 2**20

    @property
    def note_limit(self) -> int:
        return NOTE_LIMIT

    @property
    def is_full(self) -> bool:
        return len(self.files) >= MOST_STANDING


def shelf_of(subject: models.Model | str, *, kind: str, who: Principal) -> Shelf:
    """Raises File.DoesNotExist where ``who`` may not read the subject. Two queries beside the kind's own."""
    key, what = key_of(subject), hooks.kinds.get(kind)
    if what is None or not what.may_read(who, key):
        raise File.DoesNotExist
    rows = File.objects.of(key, kind=kind).select_related("uploaded_by", "withdrawn_by")
    gone = rows.exclude(withdrawn_at=None).order_by("-withdrawn_at", "-id")[:WITHDRAWN_SHOWN]
    standing = list(rows.standing()[:MOST_STANDING])
    return Shelf(kind, key, what, what.place_of(key), standing, list(gone), what.may_write(who, key))


def file_seen(public_id: UUID, *, who: Principal, action: str = "read") -> File:
    """Raises File.DoesNotExist; withdrawn files are still read by whom they were open to."""
    file = File.objects.get(public_id=public_id)
    if file.what is None:
        raise File.DoesNotExist
    asked = file.what.may_write if action == "write" else file.what.may_read
    if not asked(who, file.subject):
        raise File.DoesNotExist
    return file


def is_attached(subject: models.Model | str, *, kind: str) -> bool:
    """Whether a file stands with it; who asks may see the subject."""
    return File.objects.of(subject, kind=kind).standing().exists()


def standing_files(subject: models.Model | str, *, kind: str) -> list[File]:
    """What stands with it, for documents and rules; who asks may see the subject."""
    return list(File.objects.of(subject, kind=kind).standing()[:MOST_STANDING])


def standing_by_subject(subjects: Iterable[models.Model | str], *, kind: str) -> dict[str, list[File]]:
    """What stands with each, by ``key_of(subject)``; none: not in it. One query for a page of subjects that who asks may
    see."""
    found: dict[str, list[File]] = {}
    for file in File.objects.filter(kind=kind, subject__in=[key_of(subject) for subject in subjects]).standing():
        found.setdefault(file.subject, []).append(file)
    return found


def counts_of(subjects: Iterable[models.Model | str], *, kind: str) -> dict[str, int]:
    """How many stand with each, by ``key_of(subject)``; none: not in it. One query for a page of subjects."""
    keys = [key_of(subject) for subject in subjects]
    rows = File.objects.filter(kind=kind, subject__in=keys).standing().order_by()
    return dict(rows.values_list("subject").annotate(number=Count("pk")))
