from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.models import Product
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting import hooks
from tuoke.steps.targeting.actions.permits import may_write, must, sound_name, sound_note
from tuoke.steps.targeting.models import CustomerProfile, ProfileVersion
from tuoke.steps.targeting.queries import content_of
from tuoke.steps.targeting.rules import (
    Facet,
    Pain,
    ProfileContent,
    ProfileDraft,
    Span,
    Urgency,
    problems_of,
    sound_minimum,
    told,
)
from tuoke.steps.targeting.rules import table as sheet


@transaction.atomic
def create_profile(
    *, draft: ProfileDraft, by: Principal, now: datetime, note: str = "", texts: dict[str, Any] | None = None
) -> CustomerProfile:
    """Describe an ideal customer. The first profile of a market becomes its default. ``texts``: an imported table's cells.

    Raises Refused: may_not_write, name_missing, name_too_long, name_taken, minimum_out_of_range, note_too_long, and
    what ``problems_of(content)`` finds.
    """
    must(verdict_on(draft=draft, profile=None, by=by) & sound_note(note))
    profile = CustomerProfile(**_columns(draft), content=draft.content.to_json(), texts=texts or {})
    profile.is_default = not CustomerProfile.objects.filter(market=draft.market, is_default=True).exists()
    profile.save()
    _keep(profile, note=note, by=by, now=now)
    record(
        kind="targeting.profile_created", subject=profile, thread=profile, by=by, at=now,
        changes=changes_between(before=_said(None), after=_said(profile)),
        facts={"number": profile.number} | _noted(note),
    )  # fmt: skip
    tell(profile, now)
    return profile


@transaction.atomic
def save_profile(
    *, profile: CustomerProfile, version: int, draft: ProfileDraft, by: Principal, now: datetime, note: str = ""
) -> CustomerProfile:
    """Change a profile. Where scores depend on what changed, its ``number`` goes up, the content is kept as that
    version with ``note``, and the leads are told.

    Nothing changed: nothing is saved. Raises Conflict (stale ``version``) or Refused as ``create_profile``; a default
    profile can't leave its market (default_stays).
    """
    current = locked(profile, version)
    must(verdict_on(draft=draft, profile=current, by=by) & sound_note(note))
    return store(current, draft, texts=texts_left(current, draft.content), by=by, now=now, note=note)


@transaction.atomic
def restore_profile(
    *, profile: CustomerProfile, version: int, number: int, by: Principal, now: datetime, note: str = ""
) -> CustomerProfile:
    """Let the profile say again what it said as ``number``: a new version, so that nothing is lost (undo).

    An imported table's cells come back too. Name, owner and review date stay. Raises Conflict, Refused: nothing_differs
    and as ``save_profile``; ProfileVersion.DoesNotExist.
    """
    current = locked(profile, version)
    kept = ProfileVersion.objects.get(profile=current, number=number)
    draft = replace(draft_of(current), market=kept.market, content=ProfileContent.from_json(kept.content))
    verdict = verdict_on(draft=draft, profile=current, by=by) & sound_note(note)
    if (content_of(current), current.market) == (draft.content, draft.market):
        verdict &= no("nothing_differs", number=number)
    must(verdict)
    return store(current, draft, texts=kept.texts, by=by, now=now, note=note, facts={"restored": number})


def locked(profile: CustomerProfile, version: int) -> CustomerProfile:
    """The profile as it is now, held until the transaction ends. Raises Conflict when somebody saved since ``version``."""
    current = CustomerProfile.objects.select_for_update().get(pk=profile.pk)
    if current.version != version:
        raise Conflict(current)
    return current


@transaction.atomic
def make_default(*, profile: CustomerProfile, by: Principal, now: datetime) -> CustomerProfile:
    """Let this profile cover its market wherever no campaign aims elsewhere. Raises Refused: may_not_write."""
    must(may_write(by))
    rivals = CustomerProfile.objects.select_for_update().filter(market=profile.market)
    before = next((rival for rival in rivals if rival.is_default), None)
    if before is not None and before.pk == profile.pk:
        return before
    if before is not None:
        before.is_default = False
        before.version += 1
        before.save(update_fields=["is_default", "version"])
    current = CustomerProfile.objects.get(pk=profile.pk)
    current.is_default = True
    current.version += 1
    current.save(update_fields=["is_default", "version"])
    record(
        kind="targeting.profile_made_default", subject=current, thread=current, by=by, at=now,
        changes={"default": (before.name if before else None, current.name)},
    )  # fmt: skip
    tell(current, now)
    return current


EXAMPLE = ProfileContent(
    industries=("SaaS", "信息技术"),
    lifecycle=("成长期",),
    policies=("受“企业数字化转型”政策推动",),
    staff=Span(100, 500),
    revenue=Span(Decimal("50000000"), Decimal("200000000")),
    paying_customers=Span(50, None),
    deciders=("CTO",),
    influencers=("运维主管",),
    pains=(Pain("数据分散导致协作效率低", Urgency.HIGH, "近期客户投诉增加"),),
    budget=Span(Decimal("200000"), Decimal("500000")),
    price=Span(Decimal("300000"), Decimal("800000")),
    custom_quote=True,
)
"""The process document's own example (模板1)."""


def plant_default(*, by: Principal, now: datetime) -> CustomerProfile:
    """The ToB default profile; made from the process document's example where there is none yet."""
    found = CustomerProfile.objects.filter(market=Market.TOB, is_default=True).first()
    return found or create_profile(draft=ProfileDraft(name="ToB 企业服务", content=EXAMPLE), by=by, now=now)


def store(
    current: CustomerProfile,
    draft: ProfileDraft,
    *,
    texts: dict[str, Any],
    by: Principal,
    now: datetime,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> CustomerProfile:
    before, old_texts = _said(current), current.texts
    scored = (content_of(current), current.market) != (draft.content, draft.market)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    current.content, current.texts = draft.content.to_json(), texts
    changes = changes_between(before=before, after=_said(current))
    if not changes and texts == old_texts:
        return current
    current.number += scored
    current.version += 1
    current.save()
    if scored:
        _keep(current, note=note, by=by, now=now)
    record(
        kind="targeting.profile_changed", subject=current, thread=current, by=by, at=now,
        changes=changes, facts={"number": current.number} | _noted(note) | dict(facts or {}),
    )  # fmt: skip
    if scored:
        tell(current, now)
    return current


def _keep(profile: CustomerProfile, *, note: str, by: Principal, now: datetime) -> None:
    version = ProfileVersion.objects.create(
        profile=profile, number=profile.number, market=profile.market, content=profile.content, texts=profile.texts,
        at=now, by_id=by.user_id, by_name=by.name, note=note.strip(),
    )  # fmt: skip
    for told_of in hooks.on_published:
        told_of(version, by, now)


def _noted(note: str) -> dict[str, str]:
    return {"note": note.strip()} if note.strip() else {}


def texts_left(profile: CustomerProfile, content: ProfileContent) -> dict[str, Any]:
    """The imported cells; of a dimension whose content is another now only what isn't its value."""
    before = content_of(profile)
    same = {
        f.value
        for f in Facet
        if all(getattr(before, n) == getattr(content, n) for n in sheet.fields_of(f, profile.market))
    }
    rows = [row if row[0] in same else row[:3] for row in profile.texts.get("rows", [])]
    return {**profile.texts, "rows": rows} if profile.texts else {}


_PLAIN = ("name", "market", "product", "owner", "review_by", "minimum_cases")


def draft_of(profile: CustomerProfile) -> ProfileDraft:
    return ProfileDraft(
        name=profile.name,
        market=profile.market,
        product_id=profile.product_id,
        owner_id=profile.owner_id,
        review_by=profile.review_by,
        minimum_cases=profile.minimum_cases,
        content=content_of(profile),
    )


def _columns(draft: ProfileDraft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "market": draft.market,
        "product_id": draft.product_id,
        "owner_id": draft.owner_id,
        "review_by": draft.review_by,
        "minimum_cases": draft.minimum_cases,
    }


def _said(profile: CustomerProfile | None) -> dict[str, Any]:
    """As the history keeps it: names and readable lines, blank for a profile that isn't there yet."""
    if profile is None:
        return dict.fromkeys([*_PLAIN, *told(ProfileContent())], "")
    product = Product.objects.filter(pk=profile.product_id).first() if profile.product_id else None
    owner = User.objects.filter(pk=profile.owner_id).first() if profile.owner_id else None
    return {
        "name": profile.name,
        "market": profile.market,
        "product": product.name if product else "",
        "owner": owner.name if owner else "",
        "review_by": profile.review_by,
        "minimum_cases": profile.minimum_cases,
        **told(ProfileContent.from_json(profile.content)),
    }


def verdict_on(*, draft: ProfileDraft, profile: CustomerProfile | None, by: Principal) -> Verdict:
    """May this be saved — as a new profile, or as what ``profile`` says from now on? Every reason, as codes."""
    verdict = may_write(by) & sound_name(draft.name) & sound_minimum(draft)
    twins = CustomerProfile.objects.filter(name=draft.name.strip())
    if (twins.exclude(pk=profile.pk) if profile else twins).exists():
        verdict &= no("name_taken", field="name")
    if profile is not None and profile.is_default and draft.market != profile.market:
        verdict &= no("default_stays", field="market")
    return verdict & Verdict(problems_of(draft.content))


def tell(profile: CustomerProfile, now: datetime) -> None:
    for told_of in hooks.on_profile_changed:
        told_of(profile, now)
