"""Everything that can be done with a deal. Each verb locks the deal, checks, changes and records in one transaction.

Each raises Refused with every reason as a code (``words.py`` says them), Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal: someone else's deal is not there (O1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues, holders_of
from tuoke.base.accounts.rules import Permission, Principal, system
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.base.records.models import key_of
from tuoke.services.search.actions import index
from tuoke.services.search.rules import search_text
from tuoke.spine.catalog.models import Competitor, Product
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers import hooks as customer_hooks
from tuoke.spine.customers.actions import repointer
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals import hooks, rules
from tuoke.spine.deals.models import GatePass, Membership, Opportunity, StepVisit, Waiver
from tuoke.spine.deals.queries import (
    against_winning,
    facts_for_gate,
    is_manager_of,
    judge_with,
    may_be_given_up,
    may_be_reopened,
    process_for,
    process_of,
    signed_for,
)
from tuoke.spine.deals.rules import Move, Outcome
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import PlaybookVersion, Status, Tick
from tuoke.spine.playbook.queries import current_version, ticks_of
from tuoke.spine.playbook.rules import DEAL_STEPS, Judgement, StepKey, resolve, variant_for
from tuoke.spine.playbook.rules.kinds import TICK


class GateClosed(Refused):
    """The gate before the next step is closed; ``judgement`` holds every criterion, ``verdict`` every unmet one."""

    def __init__(self, judgement: Judgement, verdict: Verdict = YES) -> None:
        super().__init__(verdict & judgement.verdict)
        self.judgement = judgement


# Opening and editing


@transaction.atomic
def open_deal(
    *,
    customer: Customer,
    lead: Lead | None,
    name: str,
    owner: User,
    amount: Decimal | None,
    expected_close_on: date | None,
    product: Product | None,
    segment: Segment,
    is_complex: bool,
    by: Principal,
    now: datetime,
    is_practice: bool = False,
    note: str = "",
    budget_low: Decimal | None = None,
    budget_high: Decimal | None = None,
    linked_from: Opportunity | None = None,
) -> Opportunity:
    """Open an opportunity on the published playbook, in the first step that its customer type has (P1, P2).

    ``amount`` is yuan. A budget that isn't given and the tier come from the lead, else the tier from the customer. The caller has made sure
    that ``by`` may see customer, lead and the deal of the same customer that it is a second sale of (``linked_from``).
    Raises Refused: may_not_open, name_missing, name_too_long, amount_negative, owner_inactive, linked_elsewhere.
    """
    verdict = rules.sound(name=name, amount=amount)
    if budget_low is None and budget_high is None and lead is not None:
        budget_low, budget_high = lead.budget_low, lead.budget_high
    if budget_low is not None and budget_high is not None and budget_high < budget_low:
        verdict &= no("budget_range")
    if not by.may(Permission.DEAL_WRITE):
        verdict &= no("may_not_open")
    if not owner.is_active:
        verdict &= no("owner_inactive", name=owner.name)
    if linked_from is not None and linked_from.customer_id != customer.pk:
        verdict &= no("linked_elsewhere")
    if not verdict:
        raise Refused(verdict)

    version = current_version()
    doc = version.document()
    variant = variant_for(doc, segment, is_complex=is_complex)
    step = resolve(doc, variant).entry
    deal = Opportunity.objects.create(
        name=name.strip(),
        customer=customer,
        lead=lead,
        linked_from=linked_from,
        product=product,
        owner=owner,
        department_id=owner.department_id,
        **segment.as_mapping(),
        is_complex=is_complex,
        playbook_version=version,
        variant=variant.key,
        step=step,
        entered_step_at=now,
        amount=amount,
        expected_close_on=expected_close_on,
        target_amount=amount,
        target_close_on=expected_close_on,
        budget_low=budget_low,
        budget_high=budget_high,
        tier=(lead.tier if lead else "") or customer.tier,
        note=note.strip(),
        is_practice=is_practice or customer.is_practice or bool(lead and lead.is_practice),
        created_at=now,
        created_by_id=by.user_id,
    )
    StepVisit.objects.create(opportunity=deal, step=step, move=Move.OPENED, entered_at=now)
    _index(deal)
    facts = {"name": deal.name, "step": step, "amount": amount, "owner": owner.name, "variant": variant.name}
    _record("opened", deal, by=by, now=now, facts=facts)
    _tell(deal, by=by, now=now)
    return deal


@transaction.atomic
def edit_deal(
    *,
    deal: Opportunity,
    version: int,
    name: str,
    amount: Decimal | None,
    expected_close_on: date | None,
    product: Product | None,
    segment: Segment,
    is_complex: bool,
    note: str,
    by: Principal,
    now: datetime,
    budget_low: Decimal | None = None,
    budget_high: Decimal | None = None,
) -> Opportunity:
    """Change what the deal says. Another customer type may mean another variant of the same playbook version.

    Raises Conflict when ``version`` is stale; Refused: deal_closed, deal_finished, name_missing, name_too_long,
    amount_negative, budget_range, step_left_out (the new variant doesn't have the present step).
    """
    deal = _locked(deal, by)
    if deal.version != version:
        raise Conflict(deal)
    verdict = rules.may_edit(deal.standing) & rules.sound(name=name, amount=amount)
    if budget_low is not None and budget_high is not None and budget_high < budget_low:
        verdict &= no("budget_range")
    doc = deal.playbook_version.document()
    same_type = (segment, is_complex) == (deal.segment, deal.is_complex)
    variant = deal.variant if same_type else variant_for(doc, segment, is_complex=is_complex).key
    if deal.step not in process_for(deal.playbook_version, variant):
        verdict &= no("step_left_out", step=deal.step)
    if not verdict:
        raise Refused(verdict)

    after: dict[str, Any] = {
        "name": name.strip(),
        "amount": amount,
        "expected_close_on": expected_close_on,
        "product_id": product.pk if product else None,
        **segment.as_mapping(),
        "is_complex": is_complex,
        "variant": variant,
        "budget_low": budget_low,
        "budget_high": budget_high,
        "note": note.strip(),
    }
    changes = changes_between(before={field: getattr(deal, field) for field in after}, after=after)
    if not changes:
        return deal
    told = dict(changes)
    if "product_id" in told:
        told["product"] = (str(deal.product or ""), str(product or ""))
        del told["product_id"]
    _apply(deal, **after, **_plan_once(deal, amount=amount, expected_close_on=expected_close_on))
    if "name" in changes:
        _index(deal)
    _record("edited", deal, by=by, now=now, changes=told)
    _tell(deal, by=by, now=now)
    return deal


@transaction.atomic
def change_version(*, deal: Opportunity, version: PlaybookVersion, by: Principal, now: datetime) -> Opportunity:
    """Run the deal on another published version of its playbook from now on (P3). Ticks and waivers stay by key.

    Raises Refused: deal_closed, deal_finished, version_not_published, same_version, step_left_out.
    """
    deal = _locked(deal, by)
    before = deal.playbook_version
    verdict = rules.may_edit(deal.standing)
    if version.playbook_id != before.playbook_id or version.status != Status.PUBLISHED:
        raise Refused(verdict & no("version_not_published"))
    if version.pk == before.pk:
        verdict &= no("same_version", number=before.number)
    doc = version.document()
    variant = variant_for(doc, deal.segment, is_complex=deal.is_complex).key
    if deal.step not in process_for(version, variant):
        verdict &= no("step_left_out", step=deal.step)
    _require(verdict)
    _apply(deal, playbook_version_id=version.pk, variant=variant, version_changed_at=now)
    _record("version_changed", deal, by=by, now=now, changes={"number": (before.number, version.number)})
    return deal


# Walking the steps


@transaction.atomic
def advance(*, deal: Opportunity, to: str, waivers: Mapping[str, str], by: Principal, now: datetime) -> Opportunity:
    """Take the deal to the next step of its process (P2).

    ``to`` must be exactly that step. The gate of the present step and of all earlier ones is judged again, with
    ``waivers`` (criterion → reason) of a manager added to those that stand. Two at once: one wins, the other is
    told not_next. Raises GateClosed with every unmet criterion and every wrong waiver; Refused: not_next, last_step,
    deal_paused, deal_closed, deal_finished.
    """
    deal = _locked(deal, by)
    process, left = process_of(deal), StepKey(deal.step)
    if not (verdict := rules.may_advance(deal.standing, process, to=to)):
        raise Refused(verdict)
    judgement = _through_gate(deal, waivers=waivers, by=by, now=now)
    _pass_gate(deal, to=to, judgement=judgement, by=by, now=now)
    _go(deal, to=StepKey(to), move=Move.ADVANCED, now=now)
    _record("advanced", deal, by=by, now=now, facts=_passage(deal, left, to))
    return deal


@transaction.atomic
def waive(*, deal: Opportunity, criterion: str, reason: str, by: Principal, now: datetime) -> Waiver:
    """豁免: let the deal pass without one required criterion (P2). It stands until the deal is done.

    Raises Refused: may_not_waive, waiver_unknown, not_waivable, waiver_reason_missing, waiver_reason_too_long,
    nothing_to_waive (it is met), deal_finished.
    """
    deal = _locked(deal, by)
    judgement = _judgement(deal)
    verdict = rules.may_waive({criterion: reason}, judgement, is_manager=is_manager_of(by, deal))
    if deal.standing.is_finished:
        verdict &= no("deal_finished")
    if verdict and criterion not in rules.waivable(judgement):
        verdict = no("nothing_to_waive", criterion=criterion)
    if not verdict:
        raise Refused(verdict)
    _waive(deal, {criterion: reason}, judgement, by=by, now=now)
    return deal.waivers.get(criterion=criterion)


@transaction.atomic
def move_back(*, deal: Opportunity, to: str, reason: str, by: Principal, now: datetime) -> Opportunity:
    """Take the deal back to an earlier step of its process, with a reason (P2).

    Raises Refused: reason_missing, reason_too_long, not_before, signed (a won deal stays from step 7 on),
    deal_paused, deal_closed, deal_finished.
    """
    deal = _locked(deal, by)
    left = StepKey(deal.step)
    _require(rules.may_move_back(deal.standing, process_of(deal), to=to, reason=reason))
    _go(deal, to=StepKey(to), move=Move.MOVED_BACK, reason=reason, now=now)
    _record("moved_back", deal, by=by, now=now, facts={**_passage(deal, left, to), "reason": reason.strip()})
    return deal


# Outcome


@transaction.atomic
def pause(*, deal: Opportunity, until: date | None, reason: str, by: Principal, now: datetime) -> Opportunity:
    """Rest the deal until a local date in the future (P2a). Raises Refused: date_not_future, deal_paused,
    deal_closed, reason_too_long."""
    deal = _locked(deal, by)
    verdict = rules.may_pause(deal.standing, until=until, today=timezone.localdate(now))
    _require(verdict & (rules.has_reason(reason) if reason.strip() else YES))
    _apply(deal, outcome=Outcome.PAUSED, paused_until=until, outcome_reason=reason.strip())
    _record("paused", deal, by=by, now=now, facts={"until": until, "reason": reason.strip()})
    return deal


@transaction.atomic
def resume(*, deal: Opportunity, by: Principal, now: datetime) -> Opportunity:
    """Go on with a paused deal. Raises Refused: not_paused."""
    deal = _locked(deal, by)
    _require(rules.may_resume(deal.standing))
    until = deal.paused_until
    _apply(deal, outcome=Outcome.OPEN, paused_until=None, outcome_reason="")
    _record("resumed", deal, by=by, now=now, facts={"until": until})
    return deal


def wake_paused(now: datetime) -> int:
    """Go on with every deal whose pause is over. Run by the tick; each in a transaction of its own. Returns how many."""
    by, today = system("pause is over"), timezone.localdate(now)
    over = Opportunity.objects.filter(outcome=Outcome.PAUSED, paused_until__lte=today)
    woken = 0
    for deal in over.iterator(chunk_size=100):
        try:
            resume(deal=deal, by=by, now=now)
        except Refused:  # somebody was quicker
            continue
        woken += 1
    return woken


@transaction.atomic
def close_won(
    *, deal: Opportunity, by: Principal, now: datetime, amount: Decimal | None = None, on: date | None = None
) -> Opportunity:
    """赢单: the contract is signed, today or on an earlier day (P2a). The deal stays active through steps 7 and 8.

    ``amount`` is the signed one, where it differs. Figures count by the local date ``on``, in the owner's department of
    today. A deal that was taken up again is won with the amount and on the day that stand signed. Raises Refused: not_at_contract, deal_paused, deal_closed, amount_negative, amount_missing, signed_in_future,
    and what other rooms have against it (``hooks.against_winning``: contract_unsigned).
    """
    deal = _locked(deal, by)
    if (stands := signed_for(deal)) is not None:
        amount, on = stands.amount if amount is None else amount, on or stands.on
    signed = deal.amount if amount is None else amount
    verdict = rules.may_win(deal.standing)
    if verdict:
        verdict &= against_winning(deal)
    if on is not None and on > timezone.localdate(now):
        verdict &= no("signed_in_future")
    if signed is None:
        verdict &= no("amount_missing")
    elif signed < 0:
        verdict &= no("amount_negative")
    _require(verdict)
    changes = {"amount": (deal.amount, signed)} if signed != deal.amount else None
    won = _closed(deal, Outcome.WON, reason="", now=now)
    _apply(deal, amount=signed, **(won | ({"outcome_on": on} if on is not None else {})))
    _record("won", deal, by=by, now=now, changes=changes, facts={"amount": signed, "step": deal.step})
    _tell(deal, by=by, now=now)
    return deal


@transaction.atomic
def close_lost(
    *, deal: Opportunity, reason: str, by: Principal, now: datetime, lost_to: Competitor | None = None
) -> Opportunity:
    """输单: possible from every step; open actions end and the deal goes straight to its review (P2a).

    ``lost_to``: whom the customer chose instead, where it is known. Raises Refused: reason_missing, reason_too_long,
    deal_closed, contract_stands (what is signed is terminated first).
    """
    return _give_up(deal, Outcome.LOST, "lost", reason=reason, by=by, now=now, lost_to=lost_to)


@transaction.atomic
def close_void(*, deal: Opportunity, reason: str, by: Principal, now: datetime) -> Opportunity:
    """作废: it never was a deal. As ``close_lost``."""
    return _give_up(deal, Outcome.VOID, "voided", reason=reason, by=by, now=now)


@transaction.atomic
def reopen(*, deal: Opportunity, reason: str, by: Principal, now: datetime) -> Opportunity:
    """Take a closed deal up again, in the step it was in before it was closed.

    Raises Refused: not_closed, reason_missing, reason_too_long, and what ``hooks.against_reopening`` finds.
    """
    deal = _locked(deal, by)
    _require(may_be_reopened(deal, reason=reason))
    before, left = Outcome(deal.outcome), StepKey(deal.step)
    visits = list(deal.visits.values_list("step", "move"))
    back = rules.step_before(visits, outcome=before) or left
    if back not in process_of(deal):
        back = left
    _apply(
        deal,
        outcome=Outcome.OPEN,
        outcome_on=None,
        outcome_reason="",
        outcome_department_id=None,
        lost_to_id=None,
        finished_at=None,
    )
    if back != left:
        _go(deal, to=back, move=Move.REOPENED, reason=reason, now=now)
    facts = {**_passage(deal, left, back), "outcome": before, "reason": reason.strip()}
    _record("reopened", deal, by=by, now=now, facts=facts)
    _tell(deal, by=by, now=now)
    return deal


@transaction.atomic
def finish(*, deal: Opportunity, waivers: Mapping[str, str], by: Principal, now: datetime) -> Opportunity:
    """The review is done and so is the deal (S8.1). A lost or void deal is judged by its review alone.

    Raises GateClosed; Refused: outcome_open, not_at_review, deal_finished.
    """
    deal = _locked(deal, by)
    _require(rules.may_finish(deal.standing))
    judgement = _through_gate(deal, waivers=waivers, by=by, now=now)
    _pass_gate(deal, to=StepKey.REVIEWS, judgement=judgement, by=by, now=now)
    _apply(deal, finished_at=now)
    _record("finished", deal, by=by, now=now, facts={"outcome": deal.outcome})
    return deal


# People


@transaction.atomic
def transfer(*, deal: Opportunity, owner: User, by: Principal, now: datetime) -> Opportunity:
    """Hand the deal to a colleague within one's scope of people (O2). Changes the owner and nothing else; closed
    deals keep the department that their figures count in. Co-owners stay; one who becomes the owner is none any more.
    Raises Refused: not_a_colleague, same_owner, not_yours_to_give (a co-owner hands nothing over)."""
    deal = _locked(deal, by)
    verdict = no("same_owner", name=owner.name) if owner.pk == deal.owner_id else YES
    verdict &= may_give(deal, by)
    if owner.pk not in {person.pk for person in colleagues(by, Permission.DEAL_WRITE)}:
        verdict &= no("not_a_colleague", name=owner.name)
    _require(verdict)
    changes = {"owner": (deal.owner.name, owner.name)}
    _apply(deal, owner_id=owner.pk, department_id=owner.department_id)
    _record("transferred", deal, by=by, now=now, changes=changes)
    if deal.is_running:
        for member in Membership.objects.agreed(timezone.localdate(now)).filter(opportunity=deal, user=owner):
            _end(deal, member, by=by, now=now)
    for handed_over in hooks.on_transferred:
        handed_over(deal, by, now)
    return deal


@transaction.atomic
def join(
    *,
    deal: Opportunity,
    user: User,
    duty: str,
    by: Principal,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """Let a colleague join the deal: he reads it, from – until (P4). Joining again renews duty and dates.

    Raises Refused: owner_is_member, owner_inactive, may_not_read, duty_too_long, dates_crossed, is_co_owner.
    """
    deal = _locked(deal, by)
    verdict = _may_join(deal, user, duty, starts_on, ends_on)
    if user.is_active and not holders_of(Permission.DEAL_READ, among=[user]):
        verdict &= no("may_not_read", name=user.name)
    shared = Membership.objects.filter(opportunity=deal, user=user, share__isnull=False)
    if (shared if deal.outcome == Outcome.WON else shared.agreed(timezone.localdate(now))).exists():
        verdict &= no("is_co_owner", name=user.name)
    _require(verdict)
    given = {"duty": duty.strip(), "starts_on": starts_on, "ends_on": ends_on, "share": None, "department": None}
    member, _ = Membership.objects.update_or_create(opportunity=deal, user=user, defaults=given)
    facts = {"member": user.name, "duty": member.duty, "starts_on": starts_on, "ends_on": ends_on}
    _record("joined", deal, by=by, now=now, facts=facts)
    return member


@transaction.atomic
def share_credit(
    *,
    deal: Opportunity,
    user: User,
    share: int,
    by: Principal,
    now: datetime,
    duty: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """协同负责人: a colleague owns the deal together with its owner, for ``share`` per cent of the credit, from – until.

    He writes the deal as the owner does; only the owner and who leads him set shares and hand the deal over. Said again
    it changes what was agreed; ``leave`` ends it. Raises Refused: not_yours_to_give, share_out_of_range, shares_over,
    share_settled (signed: the shares of that day hold), deal_closed, owner_is_member, owner_inactive, may_not_sell,
    duty_too_long, dates_crossed.
    """
    deal = _locked(deal, by)
    others = Membership.objects.agreed(timezone.localdate(now)).filter(opportunity=deal).exclude(user=user)
    verdict = may_give(deal, by)
    verdict &= rules.may_share(deal.standing, share=share, others=sum(other.share or 0 for other in others))
    verdict &= _may_join(deal, user, duty, starts_on, ends_on)
    if user.is_active and not holders_of(Permission.DEAL_WRITE, among=[user]):
        verdict &= no("may_not_sell", name=user.name)
    _require(verdict)
    before = Membership.objects.filter(opportunity=deal, user=user).first()
    given = {
        "duty": duty.strip(), "starts_on": starts_on, "ends_on": ends_on, "share": share,
        "department_id": user.department_id,
    }  # fmt: skip
    member, _ = Membership.objects.update_or_create(opportunity=deal, user=user, defaults=given)
    facts = {"member": user.name, "duty": member.duty, "starts_on": starts_on, "ends_on": ends_on}
    changes = {"share": (before.share if before else None, share)}
    _record("shared", deal, by=by, now=now, changes=changes, facts=facts)
    return member


@transaction.atomic
def leave(*, deal: Opportunity, user: User, by: Principal, now: datetime) -> None:
    """End a membership: from today on he sees the deal no more, and has no part in a credit that comes later. A share
    in what is signed already stays his. Raises Refused: not_a_member, not_yours_to_give (a co-owner's share)."""
    deal = _locked(deal, by)
    present = Membership.objects.current(timezone.localdate(now)) | Membership.objects.agreed(timezone.localdate(now))
    member = present.filter(opportunity=deal, user=user).first()
    if member is None:
        raise Refused(no("not_a_member", name=user.name))
    if member.is_co_owner:
        _require(may_give(deal, by))
    _end(deal, member, by=by, now=now)


def may_give(deal: Opportunity, by: Principal) -> Verdict:
    """Whether ``by`` holds the deal or leads who does: a co-owner writes it, shares nothing out and hands nothing over."""
    is_own = Opportunity.objects.visible_to(by, "own").filter(pk=deal.pk).exists()
    return YES if is_own else no("not_yours_to_give", name=deal.owner.name)


# Ticks


@transaction.atomic
def tick(*, deal: Opportunity, item: str, note: str, by: Principal, now: datetime) -> Tick:
    """Give one's word that a key action is done or a criterion of kind tick is met.

    Raises Refused: unknown_item (the deal's process doesn't have it, or facts prove it), note_too_long, deal_finished.
    """
    deal = _locked(deal, by)
    step = _step_of(deal, item)
    return playbook.tick(subject=deal, item=item, step=step, note=note, by=by, now=now, thread=deal, party=_party(deal))


@transaction.atomic
def untick(*, deal: Opportunity, item: str, by: Principal, now: datetime) -> None:
    """Take one's word back. Raises Refused: unknown_item, deal_finished."""
    deal = _locked(deal, by)
    _step_of(deal, item)
    playbook.untick(subject=deal, item=item, by=by, now=now, thread=deal, party=_party(deal))


# Below: what the verbs are made of


def _locked(deal: Opportunity, by: Principal) -> Opportunity:
    """The deal as it stands, locked until the end of the transaction, if ``by`` may write it."""
    found = Opportunity.objects.visible_to(by, "write").select_for_update().get(pk=deal.id)
    found.playbook_version = PlaybookVersion.objects.defer("content").get(pk=found.playbook_version_id)
    return found


def _require(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def _apply(deal: Opportunity, **values: Any) -> None:
    """Write the columns, and a new version with them."""
    for field, value in values.items():
        setattr(deal, field, value)
    deal.version += 1
    deal.save(update_fields=[*(field.removesuffix("_id") for field in values), "version"])


def _may_join(deal: Opportunity, user: User, duty: str, starts_on: date | None, ends_on: date | None) -> Verdict:
    verdict = no("owner_is_member", name=user.name) if user.pk == deal.owner_id else YES
    if not user.is_active:
        verdict &= no("owner_inactive", name=user.name)
    if len(duty.strip()) > rules.DUTY_LIMIT:
        verdict &= no("duty_too_long", limit=rules.DUTY_LIMIT)
    if starts_on and ends_on and ends_on < starts_on:
        verdict &= no("dates_crossed")
    return verdict


def _end(deal: Opportunity, member: Membership, *, by: Principal, now: datetime) -> None:
    """Yesterday was his last day; never before the signature that he has a share in."""
    yesterday = timezone.localdate(now) - timedelta(days=1)
    signed_on = deal.outcome_on if member.is_co_owner and deal.outcome == Outcome.WON else None
    member.ends_on = max(yesterday, signed_on) if signed_on else yesterday
    member.save(update_fields=["ends_on"])
    facts = {"member": member.user.name, "duty": member.duty, "share": member.share}
    _record("left", deal, by=by, now=now, facts=facts)


def _plan_once(deal: Opportunity, *, amount: Decimal | None, expected_close_on: date | None) -> dict[str, Any]:
    """The plan that the review compares with (S8.1): what was first known, never changed again."""
    plan: dict[str, Any] = {}
    if deal.target_amount is None and amount is not None:
        plan["target_amount"] = amount
    if deal.target_close_on is None and expected_close_on is not None:
        plan["target_close_on"] = expected_close_on
    return plan


def _go(deal: Opportunity, *, to: StepKey, move: Move, now: datetime, reason: str = "") -> None:
    deal.visits.filter(left_at=None).update(left_at=now)
    StepVisit.objects.create(opportunity=deal, step=to, move=move, reason=reason.strip(), entered_at=now)
    _apply(deal, step=to, entered_step_at=now)


def _judgement(deal: Opportunity, *, waiving: Iterable[str] = ()) -> Judgement:
    stored = deal.waivers.values_list("criterion", flat=True)
    return judge_with(deal, facts=facts_for_gate(deal), ticked=set(ticks_of(deal)), waived={*stored, *waiving})


def _through_gate(deal: Opportunity, *, waivers: Mapping[str, str], by: Principal, now: datetime) -> Judgement:
    """The open gate, with the waivers that it needed stored; or GateClosed with everything that is wrong."""
    before = _judgement(deal)
    verdict = rules.may_waive(waivers, before, is_manager=bool(waivers) and is_manager_of(by, deal))
    if not verdict:
        raise GateClosed(before, verdict)
    needed = {key: reason for key, reason in waivers.items() if key in rules.waivable(before)}
    after = _judgement(deal, waiving=needed) if needed else before
    if not after:
        raise GateClosed(after)
    _waive(deal, needed, before, by=by, now=now)
    return after


def _waive(
    deal: Opportunity, waivers: Mapping[str, str], judgement: Judgement, *, by: Principal, now: datetime
) -> None:
    asked = {finding.criterion.key: finding.criterion for finding in judgement.findings}
    if waivers and by.user_id is None:
        raise Refused(no("may_not_waive"))  # a waiver is a person's, never the system's
    for key, reason in waivers.items():
        criterion = asked[key]
        Waiver.objects.create(
            opportunity=deal,
            criterion=key,
            step=criterion.step,
            reason=reason.strip(),
            by_id=by.user_id,
            at=now,  # type: ignore[misc]  # known above
        )
        facts = {"criterion": key, "title": criterion.title, "step": criterion.step, "reason": reason.strip()}
        _record("waived", deal, by=by, now=now, facts=facts)


def _pass_gate(deal: Opportunity, *, to: str, judgement: Judgement, by: Principal, now: datetime) -> None:
    """Keep what was true, and what the plan said, when the deal went through."""
    kept = [
        {
            "criterion": finding.criterion.key,
            "required": finding.criterion.required,
            "actual": str(finding.actual) if isinstance(finding.actual, Decimal) else finding.actual,
            "met": finding.met,
            "waived": finding.waived,
        }
        for finding in judgement.findings
    ]
    plan = {
        "amount": None if deal.amount is None else str(deal.amount),
        "expected_close_on": deal.expected_close_on.isoformat() if deal.expected_close_on else None,
    }
    GatePass.objects.create(
        opportunity=deal, step=deal.step, to=to, at=now, by_id=by.user_id, judgement={"findings": kept, "plan": plan}
    )


def _closed(deal: Opportunity, outcome: Outcome, *, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "outcome_on": timezone.localdate(now),
        "outcome_reason": reason.strip(),
        "outcome_department_id": deal.department_id,
        "paused_until": None,
    }


def _give_up(
    deal: Opportunity,
    outcome: Outcome,
    verb: str,
    *,
    reason: str,
    by: Principal,
    now: datetime,
    lost_to: Competitor | None = None,
) -> Opportunity:
    for end in hooks.on_giving_up:
        end(deal, by, now)
    deal = _locked(deal, by)
    _require(may_be_given_up(deal, reason=reason))
    left = StepKey(deal.step)
    _apply(deal, **_closed(deal, outcome, reason=reason, now=now), lost_to_id=lost_to.pk if lost_to else None)
    if left is not StepKey.REVIEWS and StepKey.REVIEWS in process_of(deal):
        _go(deal, to=StepKey.REVIEWS, move=Move.CLOSED, reason=reason, now=now)
    facts = {"step": left, "reason": reason.strip(), "amount": deal.amount}
    _record(verb, deal, by=by, now=now, facts=facts | ({"lost_to": lost_to.name} if lost_to else {}))
    for end in hooks.on_closed:
        end(deal, by, now)
    _tell(deal, by=by, now=now)
    return deal


def _tell(deal: Opportunity, *, by: Principal, now: datetime) -> None:
    for told in hooks.on_changed:
        told(deal, by, now)


_repoint = repointer((Opportunity, "customer"), (Opportunity, "lead"))


def repoint(move: customer_hooks.Move) -> customer_hooks.Moved:
    """Wired into ``customers.hooks.repointers``: deals go along when their customer or lead is merged into another."""
    moved = _repoint(move)
    deals = Opportunity.objects.filter(pk__in=moved.get(f"{Opportunity._meta.label_lower}.customer", ()))
    for deal in deals.select_related("customer"):
        _index(deal)
    return moved


def _step_of(deal: Opportunity, item: str) -> StepKey:
    """The step of an action or tick criterion in this deal's process."""
    if deal.finished_at is not None:
        raise Refused(no("deal_finished"))
    for step in process_of(deal).steps:
        ticks = [criterion.key for criterion in step.criteria if criterion.kind == TICK]
        if step.key in DEAL_STEPS and item in {*(action.key for action in step.actions), *ticks}:
            return step.key
    raise Refused(no("unknown_item", item=item))


def _index(deal: Opportunity) -> None:
    deal.search_text = search_text(names=(deal.name, deal.customer.name))
    deal.save(update_fields=["search_text"])
    index("opportunity", {deal.pk: deal.search_text})


def _passage(deal: Opportunity, left: StepKey, to: str) -> dict[str, str]:
    """Both steps with their names as the playbook said them then."""
    names = {step.key: step.name for step in deal.playbook_version.document().steps}
    return {"from": left, "to": to, "from_name": names[left], "to_name": names[StepKey(to)]}


def _party(deal: Opportunity) -> str:
    return f"{Customer._meta.label_lower}:{deal.customer_id}"


def _record(
    verb: str,
    deal: Opportunity,
    *,
    by: Principal,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    record(
        kind=f"deals.{verb}", subject=deal, by=by, at=now, thread=key_of(deal), party=_party(deal), changes=changes,
        facts=facts,
    )  # fmt: skip
