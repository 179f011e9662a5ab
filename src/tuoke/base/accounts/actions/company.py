"""What the company tells its customers of itself."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from tuoke.base.accounts.models import Company
from tuoke.base.accounts.rules import CompanyDraft, Permission, Principal, image_type, may_be_company
from tuoke.base.kernel.verdict import Conflict, Refused, no
from tuoke.base.records.actions import changes_between, record

_SAID = ("name", "phone", "address", "website")


@transaction.atomic
def set_company(*, draft: CompanyDraft, version: int, by: Principal, now: datetime) -> Company:
    """What stands on documents and on the customer's pages. ``version`` 0: nothing was said before.

    Refused: may_not_write, and all of ``rules.may_be_company``. Conflict where somebody saved first.
    """
    if not by.may(Permission.ORG_WRITE):
        raise Refused(no("may_not_write"))
    if not (verdict := may_be_company(draft)):
        raise Refused(verdict)
    company = Company.objects.select_for_update().first() or Company(version=0)
    if company.version != version:
        raise Conflict(company)
    after = {name: getattr(draft, name).strip() for name in _SAID}
    changes = changes_between(before={name: getattr(company, name) for name in _SAID}, after=after)
    before = company.logo_digest
    if draft.logo is not None:
        _draw(company, draft.logo)
    if before != company.logo_digest:
        changes["logo"] = (before, company.logo_digest)
    if not changes:
        return company
    for name, value in after.items():
        setattr(company, name, value)
    company.version += 1
    company.save()
    record(kind="accounts.company_changed", subject=company, by=by, at=now, changes=changes)
    return company


def _draw(company: Company, logo: bytes) -> None:
    company.logo = logo or None
    company.logo_type = image_type(logo)
    company.logo_digest = sha256(logo).hexdigest()[:16] if logo else ""
