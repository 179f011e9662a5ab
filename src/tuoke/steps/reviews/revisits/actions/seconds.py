"""二次销售: what a visit has found becomes a deal of its own, linked to the one that it came from (S8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.spine.catalog.models import Product
from tuoke.spine.catalog.rules import Motion, Segment
from tuoke.spine.deals.actions import open_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.reviews.revisits.actions.doors import held, is_visited, must, tell
from tuoke.steps.reviews.revisits.models import Revisit, SecondSale
from tuoke.steps.reviews.revisits.rules import Opening


@dataclass(frozen=True, slots=True)
class SecondDraft:
    """The new deal as it is asked for; ``revisit_id``: the visit on which it was found. Amounts are yuan."""

    name: str
    kind: str
    owner_id: int | None
    amount: Decimal | None = None
    expected_close_on: date | None = None
    product_id: int | None = None
    revisit_id: int | None = None
    note: str = ""


@transaction.atomic
def open_second(*, deal: Opportunity, draft: SecondDraft, by: Principal, now: datetime) -> Opportunity:
    """Open the second sale as a deal linked to ``deal``: 存量深挖, in the first step that its customer type has there
    (深度沟通), with what is known from before to be judged (S4.6). A customer who never bought stays of the type he was.

    Refused: deal_still_open, kind_unknown, owner_not_allowed, product_gone, close_in_past, revisit_elsewhere, already_opened
    (two people, the same visit, the same words), and what ``open_deal`` refuses.
    """
    deal = held(deal, by=by)
    owner, verdict = _owner(draft, deal, by=by)
    product = Product.objects.offered().filter(pk=draft.product_id or 0).first()
    revisit = Revisit.objects.filter(pk=draft.revisit_id or 0, opportunity=deal).first()
    verdict &= is_visited(deal) & _faults(draft, product, revisit, today=timezone.localdate(now))
    must(verdict & _opened_already(draft, revisit))
    assert owner is not None
    try:
        second = open_deal(
            customer=deal.customer, lead=None, name=draft.name, owner=owner, amount=draft.amount,
            expected_close_on=draft.expected_close_on, product=product, segment=_segment(deal),
            is_complex=deal.is_complex, is_practice=deal.is_practice, note=draft.note, linked_from=deal, by=by, now=now,
        )  # fmt: skip
    except Refused as refusal:
        raise Refused(verdict & refusal.verdict) from refusal
    SecondSale.objects.create(
        opportunity=second, revisit=revisit, kind=Opening(draft.kind).value, found_by_id=by.user_id, at=now
    )
    facts = {"name": second.name, "second": second.pk, "kind": draft.kind, "amount": second.amount}
    tell("second_opened", deal, second, by=by, now=now, facts=facts)
    return second


def _segment(deal: Opportunity) -> Segment:
    """A customer who has bought is one to be worked deeper, whatever he was when he came."""
    has_bought = Opportunity.objects.filter(customer_id=deal.customer_id, outcome=Outcome.WON).exists()
    market, scale = deal.segment.market, deal.segment.scale
    return Segment(market, scale, Motion.EXISTING if has_bought else deal.segment.motion)


def _owner(draft: SecondDraft, deal: Opportunity, *, by: Principal) -> tuple[User | None, Verdict]:
    """Oneself, the first deal's owner, or somebody of one's own people."""
    people = {person.pk: person for person in (*colleagues(by, Permission.DEAL_WRITE), deal.owner)}
    found = people.get(draft.owner_id or 0)
    return found, YES if found else no("owner_not_allowed", field="owner")


def _opened_already(draft: SecondDraft, revisit: Revisit | None) -> Verdict:
    if revisit is None:
        return YES
    name = draft.name.strip()
    same = SecondSale.objects.filter(revisit=revisit, opportunity__name=name).exclude(opportunity__outcome=Outcome.VOID)
    return no("already_opened", field="name", name=name) if same.exists() else YES


def _faults(draft: SecondDraft, product: Product | None, revisit: Revisit | None, *, today: date) -> Verdict:
    verdict = YES if draft.kind in set(Opening) else no("kind_unknown", field="kind")
    if draft.product_id and product is None:
        verdict &= no("product_gone", field="product")
    if draft.revisit_id and revisit is None:
        verdict &= no("revisit_elsewhere")
    if draft.expected_close_on is not None and draft.expected_close_on < today:
        verdict &= no("close_in_past", field="expected_close_on", today=today.isoformat())
    return verdict
