"""What every verb here asks first."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.services.exchange.rules import sound


def may_write(by: Principal) -> Verdict:
    return YES if by.may(Permission.CATALOG_WRITE) else no("may_not_write")


def name_free(among: models.QuerySet[Any], name: str, *, apart_from: models.Model | None = None) -> Verdict:
    """name_taken where another record has it; a text that no database holds is refused elsewhere."""
    if not sound(name):
        return YES
    twins = among.filter(name=name.strip())
    taken = (twins.exclude(pk=apart_from.pk) if apart_from else twins).exists()
    return no("name_taken", field="name") if taken else YES


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def fresh(record: models.Model, version: int) -> None:
    """Raises Conflict where somebody saved since ``version`` was seen."""
    if record.version != version:  # type: ignore[attr-defined]  # everything here that people edit has one
        raise Conflict(record)


def stored(record: models.Model) -> None:
    """Save what has a unique name: of two people who give it at once the second is told."""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        raise Refused(no("name_taken", field="name")) from None
