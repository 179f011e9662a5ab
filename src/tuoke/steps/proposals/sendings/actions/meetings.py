"""The proposal shown in a meeting, as somebody of ours says (S5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.queries import current_proposal, latest_version
from tuoke.steps.proposals.sendings.actions.checks import held, is_open, must, tell
from tuoke.steps.proposals.sendings.models import Presentation, PresentedTo
from tuoke.steps.proposals.sendings.rules import may_be_presented


@transaction.atomic
def present(
    *, deal: Opportunity, held_on: date | None, contacts: Sequence[int], note: str = "", by: Principal, now: datetime
) -> Presentation:
    """It was gone through with these people on that day. Refused: ``rules.may_be_presented``, contact_elsewhere,
    nothing_to_present (there is no proposal), deal_closed."""
    deal = held(deal, by=by)
    proposal = current_proposal(deal)
    there = list(Contact.objects.filter(customer=deal.customer_id, pk__in=contacts).order_by("pk"))
    verdict = may_be_presented(held_on, contacts=contacts, note=note, today=timezone.localdate(now))
    verdict &= YES if len(there) == len(set(contacts)) else no("contact_elsewhere", field="contacts")
    must(verdict & (YES if proposal else no("nothing_to_present")) & is_open(deal))
    assert held_on is not None
    assert proposal is not None
    assert by.user_id is not None
    made = Presentation.objects.create(
        opportunity=deal, version=latest_version(proposal), held_on=held_on, note=note.strip(),
        created_by_id=by.user_id, created_at=now,
    )  # fmt: skip
    PresentedTo.objects.bulk_create(PresentedTo(presentation=made, contact=contact) for contact in there)
    names = [contact.name for contact in there]
    tell("presented", made, by=by, at=now, held_on=held_on, contacts=names, note=made.note[:200])
    return made


@transaction.atomic
def withdraw_presentation(*, presentation: Presentation, by: Principal, now: datetime) -> Presentation:
    return _set(presentation, withdrawn_at=now, verb="presentation_withdrawn", by=by, now=now)


@transaction.atomic
def restore_presentation(*, presentation: Presentation, by: Principal, now: datetime) -> Presentation:
    return _set(presentation, withdrawn_at=None, verb="presentation_restored", by=by, now=now)


def _set(
    presentation: Presentation, *, withdrawn_at: datetime | None, verb: str, by: Principal, now: datetime
) -> Presentation:
    """Twice does no more than once."""
    seen = Presentation.objects.visible_to(by, "write").select_for_update(of=("self",)).select_related("opportunity")
    stored = seen.get(pk=presentation.pk)
    must(is_open(stored.opportunity))
    if (stored.withdrawn_at is None) == (withdrawn_at is None):
        return stored
    stored.withdrawn_at = withdrawn_at
    stored.save(update_fields=["withdrawn_at"])
    tell(verb, stored, by=by, at=now, held_on=stored.held_on)
    return stored
