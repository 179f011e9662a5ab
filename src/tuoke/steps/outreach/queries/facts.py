"""The facts that texts of the library are filled with, and what suits a subject."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.followups.models import Subject

if TYPE_CHECKING:
    from tuoke.spine.library.rules import Fit


def facts_for(who: Principal, subject: Subject, *, contact: Contact | None, today: date) -> dict[str, str]:
    """Placeholders of the library (客户名称 …) → what the records say; what isn't known is missing from it.

    ``subject`` was seen by ``who``; a constant number of queries. Filled in by PREP.
    """
    raise NotImplementedError


def fit_of(subject: Subject, contact: Contact | None = None) -> Fit:
    """What kind of customer this is, for ``library.queries.offered``. No query beyond the subject's own relations."""
    raise NotImplementedError
