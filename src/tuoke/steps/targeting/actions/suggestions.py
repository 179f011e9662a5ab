"""Taking in what history or a product suggests, one value at a time (S1.3). Each makes a version that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.steps.targeting import words
from tuoke.steps.targeting.actions.permits import must
from tuoke.steps.targeting.actions.profiles import draft_of, locked, store, texts_left, verdict_on
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import Which, content_of, evidence, offers_for
from tuoke.steps.targeting.queries.evidence import CUTS
from tuoke.steps.targeting.rules import ProfileContent
from tuoke.steps.targeting.rules.suggestions import Finding, accepted, findings


@transaction.atomic
def accept_suggestion(
    *, profile: CustomerProfile, version: int, field: str, value: str, which: Which, by: Principal, now: datetime
) -> CustomerProfile:
    """Take in what closed deals suggest for one value, with the figures in the version's note.

    The evidence is weighed again here, as ``by`` may see it: what doesn't hold any more is Refused (not_suggested).
    Raises Conflict, Refused as ``save_profile``.
    """
    current = locked(profile, version)
    finding = _finding(current, field, value, which, by)
    if finding is None or not finding.is_suggested:
        raise Refused(no("not_suggested", value=value[:80]))
    content = accepted(content_of(current), finding, market=current.market)
    return _take(current, content, note=words.evidence_note(finding), by=by, now=now)


@transaction.atomic
def take_offer(*, profile: CustomerProfile, version: int, key: str, by: Principal, now: datetime) -> CustomerProfile:
    """Take in one value that the profile's product says it fits. Raises Conflict, Refused: not_offered and as above."""
    current = locked(profile, version)
    offer = next((offer for offer in offers_for(current) if offer.key == key), None)
    if offer is None or current.product is None:
        raise Refused(no("not_offered"))
    return _take(current, offer.content, note=words.product_note(current.product.name, offer), by=by, now=now)


def _finding(profile: CustomerProfile, field: str, value: str, which: Which, by: Principal) -> Finding | None:
    if field not in CUTS:
        return None
    cut = evidence(by, which=which, market=profile.market).cut(field)
    found = findings(cut, content_of(profile), market=profile.market, minimum=profile.minimum_cases)
    return next((finding for finding in found if finding.value == value), None)


def _take(
    current: CustomerProfile, content: ProfileContent, *, note: str, by: Principal, now: datetime
) -> CustomerProfile:
    draft = replace(draft_of(current), content=content)
    must(verdict_on(draft=draft, profile=current, by=by))
    return store(current, draft, texts=texts_left(current, content), by=by, now=now, note=note)
