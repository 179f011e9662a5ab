"""The sections of a proposal: written, ordered, taken from the library, backed by evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.queries import standing_of
from tuoke.spine.library.rules import PROVING, ItemKind, ProofStanding
from tuoke.steps.proposals.actions.checks import (
    locked_proposal,
    locked_section,
    may_change,
    must,
    needs_belong,
    tell,
)
from tuoke.steps.proposals.models import Proof, Proposal, Section, SectionNeed
from tuoke.steps.proposals.rules import (
    NOTE_LIMIT,
    PROOFS_MOST,
    SECTIONS_MOST,
    SectionDraft,
    may_be_kept,
    text_verdict,
)


@transaction.atomic
def add_section(
    *,
    proposal: Proposal,
    draft: SectionDraft,
    source: ItemVersion | None = None,
    why: Sequence[Mapping[str, object]] = (),
    by: Principal,
    now: datetime,
) -> Section:
    """Behind the others of its part. ``source`` is the library's block that it begins with: Refused(block_gone) where that
    is none, or was retired."""
    proposal = locked_proposal(proposal, by=by)
    standing = Section.objects.standing().filter(proposal=proposal)
    verdict = may_change(proposal) & may_be_kept(draft) & needs_belong(draft.needs, proposal) & _is_block(source)
    if standing.count() >= SECTIONS_MOST:
        verdict &= no("sections_too_many", limit=SECTIONS_MOST)
    must(verdict)
    last = max(standing.filter(part=draft.part).values_list("position", flat=True), default=0)
    section = Section.objects.create(
        proposal=proposal, part=draft.part, title=draft.title.strip(), text=draft.text.strip(), position=last + 1,
        source=source, why=list(why), created_at=now,
    )  # fmt: skip
    _answer(section, draft.needs)
    tell("section_added", proposal, section=section, by=by, at=now, block=source.item.title if source else "")
    return section


@transaction.atomic
def edit_section(*, section: Section, version: int, draft: SectionDraft, by: Principal, now: datetime) -> Section:
    """Write a section anew. Conflict where somebody saved first; needs that were withdrawn meanwhile stay linked."""
    section = locked_section(section, by=by, version=version)
    kept = set(section.answers.values_list("need_id", flat=True))
    new = [need for need in draft.needs if need not in kept]
    must(_may_change(section) & may_be_kept(draft) & needs_belong(new, section.proposal))
    before, moved = _shown(section), draft.part != section.part
    section.part, section.title, section.text = draft.part, draft.title.strip(), draft.text.strip()
    if moved:
        others = Section.objects.standing().filter(proposal=section.proposal_id, part=draft.part)
        section.position = max(others.values_list("position", flat=True), default=0) + 1
    _answer(section, draft.needs)
    after = _shown(section)
    if changes := changes_between(before=before, after=after):
        _save(section)
        tell("section_edited", section.proposal, section=section, by=by, at=now, changes=changes)
    return section


@transaction.atomic
def withdraw_section(*, section: Section, version: int, by: Principal, now: datetime) -> Section:
    """Out of the proposal; ``restore_section`` brings it back (O5)."""
    section = locked_section(section, by=by, version=version)
    must(_may_change(section))
    section.withdrawn_at = now
    _save(section)
    tell("section_withdrawn", section.proposal, section=section, by=by, at=now)
    return section


@transaction.atomic
def restore_section(*, section: Section, by: Principal, now: datetime) -> Section:
    section = locked_section(section, by=by)
    if section.withdrawn_at is None:
        return section
    must(may_change(section.proposal))
    section.withdrawn_at = None
    _save(section)
    tell("section_restored", section.proposal, section=section, by=by, at=now)
    return section


@transaction.atomic
def reorder(*, proposal: Proposal, order: Sequence[int], by: Principal, now: datetime) -> None:
    """Put these sections into this order, each within its part; those not named come after, as they stood.

    Refused(order_unknown) where the order names what isn't there, or one twice.
    """
    proposal = locked_proposal(proposal, by=by)
    sections = sorted(Section.objects.standing().filter(proposal=proposal), key=lambda section: section.place)
    known = {section.pk: section for section in sections}
    is_known = set(order) <= set(known) and len(set(order)) == len(order)
    must((YES if is_known else no("order_unknown")) & may_change(proposal))
    named = set(order)
    after = [known[pk] for pk in order] + [section for section in sections if section.pk not in named]
    after.sort(key=lambda section: section.place[0])
    if [section.pk for section in after] == [section.pk for section in sections]:
        return
    for place, section in enumerate(after, start=1):
        section.position = place
    Section.objects.bulk_update(after, ["position"])
    tell("reordered", proposal, by=by, at=now, sections=[section.title for section in after[:12]])


@transaction.atomic
def attach_proof(*, section: Section, version: ItemVersion, note: str = "", by: Principal, now: datetime) -> Proof:
    """Put a case or evidence of the library behind a section. Refused(proof_unfit) for what isn't in use or no longer
    holds, proof_already, proofs_too_many."""
    section = locked_section(section, by=by)
    standing = Proof.objects.standing().filter(section=section)
    verdict = _may_change(section) & text_verdict(note, "note", NOTE_LIMIT) & _proves(version, now)
    if standing.filter(item_version__item=version.item_id).exists():
        verdict &= no("proof_already")
    if standing.count() >= PROOFS_MOST:
        verdict &= no("proofs_too_many", limit=PROOFS_MOST)
    must(verdict)
    proof = Proof.objects.create(section=section, item_version=version, note=note.strip(), created_at=now)
    tell("proof_attached", section.proposal, section=section, by=by, at=now, proof=version.item.title)
    return proof


@transaction.atomic
def withdraw_proof(*, proof: Proof, by: Principal, now: datetime) -> Proof:
    proof = _locked_proof(proof, by=by)
    must(_may_change(proof.section))
    if proof.withdrawn_at is None:
        proof.withdrawn_at = now
        proof.save(update_fields=["withdrawn_at"])
        _tell_of_proof("proof_withdrawn", proof, by=by, now=now)
    return proof


@transaction.atomic
def restore_proof(*, proof: Proof, by: Principal, now: datetime) -> Proof:
    proof = _locked_proof(proof, by=by)
    if proof.withdrawn_at is None:
        return proof
    verdict = _may_change(proof.section)
    others = Proof.objects.standing().filter(section=proof.section_id)
    if others.filter(item_version__item=proof.item_version.item_id).exists():
        verdict &= no("proof_already")
    if others.count() >= PROOFS_MOST:
        verdict &= no("proofs_too_many", limit=PROOFS_MOST)
    must(verdict)
    proof.withdrawn_at = None
    proof.save(update_fields=["withdrawn_at"])
    _tell_of_proof("proof_restored", proof, by=by, now=now)
    return proof


@transaction.atomic
def renew_proof(*, proof: Proof, by: Principal, now: datetime) -> Proof:
    """The newest wording of the same evidence takes the place of this one. Refused(proof_unfit) where that no longer
    holds either."""
    old = _locked_proof(proof, by=by)
    item = old.item_version.item
    version = ItemVersion.objects.select_related("item").get(item=item, number=item.current_number)
    must(_may_change(old.section) & _proves(version, now))
    if version.pk == old.item_version_id or old.withdrawn_at:
        return old
    old.withdrawn_at = now
    old.save(update_fields=["withdrawn_at"])
    new = Proof.objects.create(section=old.section, item_version=version, note=old.note, created_at=now)
    _tell_of_proof("proof_renewed", new, by=by, now=now)
    return new


def _locked_proof(proof: Proof, *, by: Principal) -> Proof:
    section_id = Proof.objects.visible_to(by, "write").values_list("section_id", flat=True).get(pk=proof.pk)
    section = locked_section(Section(pk=section_id), by=by)
    current = Proof.objects.select_related("item_version__item").get(pk=proof.pk)
    current.section = section
    return current


def _may_change(section: Section) -> Verdict:
    return (no("section_withdrawn") if section.withdrawn_at else YES) & may_change(section.proposal)


def _is_block(source: ItemVersion | None) -> Verdict:
    fits = source is None or (source.item.kind == ItemKind.BLOCK and source.item.retired_at is None)
    return YES if fits else no("block_gone")


def _proves(version: ItemVersion, now: datetime) -> Verdict:
    held = standing_of([version.pk], today=timezone.localdate(now)).get(version.pk)
    fits = version.item.kind in PROVING and held in (ProofStanding.CURRENT, ProofStanding.REPLACED)
    return YES if fits else no("proof_unfit")


def _answer(section: Section, needs: Sequence[int]) -> None:
    """Link exactly these needs; which were linked before, history says."""
    SectionNeed.objects.filter(section=section).exclude(need__in=needs).delete()
    known = set(SectionNeed.objects.filter(section=section).values_list("need_id", flat=True))
    fresh = [need for need in dict.fromkeys(needs) if need not in known]
    SectionNeed.objects.bulk_create(SectionNeed(section=section, need_id=need) for need in fresh)


def _shown(section: Section) -> Mapping[str, Any]:
    answered = section.answers.order_by("need_id").values_list("need__description", flat=True)
    needs = [description[:60] for description in answered]
    return {"part": section.part, "title": section.title, "text": section.text, "needs": needs}


def _save(section: Section) -> None:
    section.version += 1
    section.save()


def _tell_of_proof(verb: str, proof: Proof, *, by: Principal, now: datetime) -> None:
    title = proof.item_version.item.title
    tell(verb, proof.section.proposal, section=proof.section, by=by, at=now, proof=title)
