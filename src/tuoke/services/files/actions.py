"""Keeping a file, taking it back, taking that back. Bytes that are kept never change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.services.files import hooks, rules
from tuoke.services.files.models import File

Upload = UploadedFile[bytes]


def attach(
    *, subject: models.Model | str, kind: str, upload: Upload, by: Principal, now: datetime, note: str = ""
) -> File:
    """Keep what was sent. Refused: whatever ``rules.judged`` finds, note_too_long, already_there (the same bytes stand
    there), too_many. Raises File.DoesNotExist where ``by`` may not write the subject."""
    return attach_all(subject=subject, kind=kind, uploads=[upload], by=by, now=now, note=note)[0]


def attach_all(
    *, subject: models.Model | str, kind: str, uploads: Sequence[Upload], by: Principal, now: datetime, note: str = ""
) -> list[File]:
    """All of them or none: every reason against any of them is said. Also Refused: none_sent, too_many_at_once."""
    key, what = key_of(subject), _written(kind, key_of(subject), by)
    if not uploads:
        raise Refused(no("none_sent", field="file"))
    if len(uploads) > rules.MOST_AT_ONCE:
        raise Refused(no("too_many_at_once", most=rules.MOST_AT_ONCE, field="file"))
    verdict = YES if len(note) <= rules.NOTE_LIMIT else no("note_too_long", limit=rules.NOTE_LIMIT, field="note")
    read = [(rules.clean_name(upload.name or ""), upload.read(rules.MOST_BYTES + 1)) for upload in uploads]
    for (name, content), upload in zip(read, uploads, strict=True):
        size = max(upload.size or 0, len(content))
        verdict &= rules.judged(name=name, content=content, size=size, endings=what.endings)
    _refuse(verdict)
    return _kept(key, kind, what, read, note=note.strip(), by=by, now=now)


@transaction.atomic
def withdraw(*, file: File, reason: str, by: Principal, now: datetime) -> File:
    """撤下: it stays readable in what was taken back. Refused: reason_too_long, is_withdrawn."""
    file, what = _locked(file, by=by)
    if len(reason) > rules.REASON_LIMIT:
        raise Refused(no("reason_too_long", limit=rules.REASON_LIMIT, field="reason"))
    if file.withdrawn_at is not None:
        raise Refused(no("is_withdrawn", name=file.name))
    file.withdrawn_at, file.withdrawn_by_id, file.withdrawn_reason = now, by.user_id, reason.strip()
    file.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell("withdrawn", file, what, by=by, now=now)
    return file


@transaction.atomic
def restore(*, file: File, by: Principal, now: datetime) -> File:
    """Refused: not_withdrawn, already_there, too_many."""
    file, what = _locked(file, by=by)
    if file.withdrawn_at is None:
        raise Refused(no("not_withdrawn", name=file.name))
    _refuse(_has_room(file.subject, file.kind, [(file.name, file.digest)]))
    file.withdrawn_at, file.withdrawn_by, file.withdrawn_reason = None, None, ""
    file.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell("restored", file, what, by=by, now=now)
    return file


def _kept(
    key: str, kind: str, what: hooks.Kind, read: list[tuple[str, bytes]], *, note: str, by: Principal, now: datetime
) -> list[File]:
    """Where the rows don't come to stand, neither do the bytes."""
    kept: list[File] = []
    try:
        with transaction.atomic():
            _refuse(_has_room(key, kind, [(name, _digest(content)) for name, content in read]))
            for name, content in read:
                file = File(
                    kind=kind, subject=key, name=name, note=note, size=len(content), digest=_digest(content),
                    content_type=rules.content_type(name), uploaded_by_id=by.user_id, uploaded_name=by.name[:80],
                    uploaded_at=now,
                )  # fmt: skip
                kept.append(file)
                file.file.save(name, ContentFile(content), save=False)
                file.save()
                _tell("attached", file, what, by=by, now=now)
    except BaseException as problem:
        for file in kept:
            file.file.storage.delete(file.file.name or "")
        if isinstance(problem, IntegrityError):
            raise Refused(no("already_there", name=kept[-1].name)) from None
        raise
    return kept


def _has_room(key: str, kind: str, new: list[tuple[str, str]]) -> Verdict:
    standing = dict(File.objects.of(key, kind=kind).standing().values_list("digest", "name"))
    verdict = YES
    seen: set[str] = set()
    for name, digest in new:
        if digest in standing or digest in seen:
            verdict &= no("already_there", name=name, there=standing.get(digest, name))
        seen.add(digest)
    if len(standing) + len(new) > rules.MOST_STANDING:
        verdict &= no("too_many", most=rules.MOST_STANDING)
    return verdict


def _written(kind: str, key: str, by: Principal) -> hooks.Kind:
    what = hooks.kinds.get(kind)
    if what is None or not what.may_write(by, key):
        raise File.DoesNotExist
    return what


def _locked(file: File, *, by: Principal) -> tuple[File, hooks.Kind]:
    file = File.objects.select_for_update(of=("self",)).get(pk=file.pk)
    return file, _written(file.kind, file.subject, by)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def _tell(what: str, file: File, kind: hooks.Kind, *, by: Principal, now: datetime) -> None:
    place = kind.place_of(file.subject)
    facts = {"name": file.name, "what": str(kind.title), "of": place.title, "file": str(file.public_id)}
    if file.withdrawn_reason:
        facts["reason"] = file.withdrawn_reason
    record(
        kind=f"files.{what}", subject=file.subject, thread=place.thread, party=place.party, by=by, at=now, facts=facts,
        section=kind.section,
    )  # fmt: skip
