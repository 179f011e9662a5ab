"""存量深挖: what is known from earlier deals is judged for this one, and carried over where it still holds."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.actions.doors import has_map, held, is_open, must, tell
from tuoke.steps.discovery.decisions.models import AttitudeEntry, KnownCheck, PurchaseCriterion, Stance
from tuoke.steps.discovery.decisions.queries import judged_in, known_from_before
from tuoke.steps.discovery.decisions.rules import MOST_CRITERIA, Finding, Known, KnownKind, may_find


@transaction.atomic
def judge_known(
    *, deal: Opportunity, kind: KnownKind, ref: int, finding: Finding, note: str, by: Principal, now: datetime
) -> KnownCheck:
    """仍然成立 / 已变化 / 已解决. Refused: deal_closed, unknown_fact (not among what ``by`` can see of earlier deals),
    finding_missing, change_missing (say what changed), too_long …"""
    deal = held(deal, by=by)
    item = _item(deal, kind, ref, by=by)
    must(is_open(deal) & may_find(finding, note))
    said = {"finding": finding.value, "note": note.strip(), "by_id": by.user_id, "at": now}
    check, _ = KnownCheck.objects.update_or_create(opportunity=deal, kind=kind.value, ref=ref, defaults=said)
    facts = {"kind": kind.value, "title": item.title[:80], "finding": finding.value, "note": check.note}
    tell("known_judged", deal, check, by=by, now=now, facts=facts)
    return check


@transaction.atomic
def reopen_known(*, deal: Opportunity, kind: KnownKind, ref: int, by: Principal, now: datetime) -> None:
    """Take a judgement back."""
    deal = held(deal, by=by)
    must(is_open(deal))
    check = KnownCheck.objects.filter(opportunity=deal, kind=kind.value, ref=ref).exclude(finding="").first()
    if check is not None:
        before, check.finding = check.finding, Finding.OPEN.value
        check.save(update_fields=["finding"])
        tell("known_reopened", deal, check, by=by, now=now, facts={"kind": kind.value, "finding": before})


@transaction.atomic
def hold_the_rest(*, deal: Opportunity, by: Principal, now: datetime) -> int:
    """Everything that wasn't judged yet still holds. Returns how many."""
    deal = held(deal, by=by)
    must(is_open(deal))
    judged = judged_in(deal)
    rest = [item for item in known_from_before(by, deal) if item.key not in judged]
    said = {"finding": Finding.HOLDS.value, "note": "", "by_id": by.user_id, "at": now}
    KnownCheck.objects.bulk_create(
        [KnownCheck(opportunity=deal, kind=item.kind.value, ref=item.ref, **said) for item in rest],
        update_conflicts=True,
        unique_fields=["opportunity", "kind", "ref"],
        update_fields=list(said),
    )
    if rest:
        facts = {"count": len(rest), "finding": Finding.HOLDS.value}
        tell("known_judged", deal, deal, by=by, now=now, facts=facts)
    return len(rest)


@transaction.atomic
def carry_over(*, deal: Opportunity, by: Principal, now: datetime) -> tuple[int, int]:
    """What still holds becomes this deal's own: purchase criteria that it doesn't list, stances of people of whom it
    says nothing yet. Returns how many of each; pressed again it adds nothing. Refused: deal_closed."""
    deal = held(deal, by=by)
    must(is_open(deal))
    holding = set(KnownCheck.objects.filter(opportunity=deal, finding=Finding.HOLDS.value).values_list("kind", "ref"))
    held_items = [item for item in known_from_before(by, deal) if item.key in holding]
    criteria = _carry_criteria(deal, held_items, now=now)
    stances = _carry_stances(deal, held_items, by=by, now=now) if has_map(deal) else 0
    if criteria or stances:
        tell("carried_over", deal, deal, by=by, now=now, facts={"criteria": criteria, "stances": stances})
    return criteria, stances


def _item(deal: Opportunity, kind: KnownKind, ref: int, *, by: Principal) -> Known:
    for item in known_from_before(by, deal):
        if item.key == (kind.value, ref):
            return item
    raise Refused(no("unknown_fact"))


def _carry_criteria(deal: Opportunity, items: list[Known], *, now: datetime) -> int:
    refs = [item.ref for item in items if item.kind is KnownKind.CRITERION]
    own = PurchaseCriterion.objects.filter(opportunity=deal)
    listed = own.listed()
    have = {text.casefold() for text in listed.values_list("text", flat=True)}
    taken = set(own.exclude(carried_from=None).values_list("carried_from_id", flat=True))
    place = listed.aggregate(last=Max("position"))["last"] or 0
    fresh: list[PurchaseCriterion] = []
    for old in PurchaseCriterion.objects.filter(pk__in=refs).order_by("-opportunity_id", "position", "id"):
        if old.text.casefold() in have or old.pk in taken or len(have) >= MOST_CRITERIA:
            continue
        have.add(old.text.casefold())
        fresh.append(_copied(old, deal, place=place + len(fresh) + 1, now=now))
    PurchaseCriterion.objects.bulk_create(fresh)
    return len(fresh)


def _copied(old: PurchaseCriterion, deal: Opportunity, *, place: int, now: datetime) -> PurchaseCriterion:
    """The customer's words and weight; how we stand is asked anew."""
    return PurchaseCriterion(
        opportunity=deal,
        text=old.text,
        weight=old.weight,
        position=place,
        contact_id=old.contact_id,
        own_words=old.own_words,
        carried_from=old,
        created_at=now,
    )


def _carry_stances(deal: Opportunity, items: list[Known], *, by: Principal, now: datetime) -> int:
    refs = [item.ref for item in items if item.kind is KnownKind.STANCE]
    known = set(Stance.objects.filter(opportunity=deal).values_list("contact_id", flat=True))
    fresh = [
        Stance(
            opportunity=deal, contact_id=old.contact_id, influence=old.influence, attitude=old.attitude,
            since=old.since, cares=old.cares, plan=old.plan, note=old.note, created_at=now,
        )
        for old in Stance.objects.filter(pk__in=refs)
        if old.contact_id not in known
    ]  # fmt: skip
    Stance.objects.bulk_create(fresh)
    AttitudeEntry.objects.bulk_create(
        AttitudeEntry(stance=stance, attitude=stance.attitude, since=stance.since, by_id=by.user_id, at=now)
        for stance in fresh
        if stance.attitude
    )
    return len(fresh)
