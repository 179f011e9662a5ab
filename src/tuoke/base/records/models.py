from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from typing import Self


def key_of(subject: models.Model | str) -> str:
    """``deals.opportunity:12`` — how history names a record; a string is taken as it is."""
    return subject if isinstance(subject, str) else f"{subject._meta.label_lower}:{subject.pk}"


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model | str) -> Self:
        return self.filter(subject=key_of(subject))

    def in_thread(self, thread: models.Model | str) -> Self:
        return self.filter(thread=key_of(thread))

    def with_party(self, party: models.Model | str) -> Self:
        return self.filter(party=key_of(party))

    def update(self, **kwargs: Any) -> int:
        raise TypeError("history is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("history is append-only")


class Event(models.Model):
    """Something that happened (O3). Never edited, never deleted, tied to nothing by foreign key.

    ``subject`` is the record that changed, ``thread`` the lead, customer or opportunity in whose timeline it
    shows, ``party`` the customer or lead behind it. ``changes`` maps a field to ``[from, to]``.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    thread = models.CharField(max_length=60, blank=True)
    party = models.CharField(max_length=60, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    section = models.CharField(max_length=30, blank=True)
    secret = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="records_subject"),
            models.Index(fields=["thread", "-id"], name="records_thread", condition=~models.Q(thread="")),
            models.Index(fields=["party", "-id"], name="records_party", condition=~models.Q(party="")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("history is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("history is append-only")


class Submission(models.Model):
    """A form that was carried out: sent again, it does nothing more. ``key`` names person, address and form."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)
    location = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.key
