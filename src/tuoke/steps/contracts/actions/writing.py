"""The head of a contract and its clauses: written, ordered, taken from the library, left out and brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tuoke.base.accounts.queries import colleagues
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import ItemKind, fill
from tuoke.steps.contracts.actions.doors import must, of_customer, tell, writable
from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.queries import clauses_of, known_of
from tuoke.steps.contracts.rules import MOST_CLAUSES, ClauseDraft, HeadDraft, Kind, Part, Template, facts_of, stored
from tuoke.steps.contracts.rules.drafting import from_template
from tuoke.steps.contracts.words import PHRASES
from tuoke.steps.negotiation.rounds.queries import agreed_terms
from tuoke.steps.negotiation.rules import Terms


@transaction.atomic
def edit_head(*, contract: Contract, version: int, draft: HeadDraft, by: Principal, now: datetime) -> Contract:
    """Parties, amount, dates. What they say now goes into places that were still open in the clauses (〔开始日期〕).

    Raises Conflict; Refused: whatever ``HeadDraft.faults`` finds, contact_elsewhere, not_a_colleague, contract_signed.
    """
    contract = writable(contract, by=by)
    if contract.version != version:
        raise Conflict(contract)
    must(_head_faults(contract, draft, by=by))
    after: dict[str, Any] = {
        name: said.strip() if isinstance(said := getattr(draft, name), str) else said
        for name in HeadDraft.__dataclass_fields__
    }
    changes = changes_between(before={name: getattr(contract, name) for name in after}, after=after)
    if not changes:
        return contract
    for name, said in after.items():
        setattr(contract, name, said)
    _count(contract)
    filled = _fill_open_places(contract)
    told = {name: pair for name, pair in changes.items() if not name.endswith("_id")}
    tell("head_edited", contract, by=by, now=now, changes=told, facts={"filled": filled})
    return contract


@transaction.atomic
def add_clause(*, contract: Contract, draft: ClauseDraft, by: Principal, now: datetime) -> Clause:
    """Behind the others of its part. Raises Refused: too_many_clauses and what is wrong with the text."""
    contract = writable(contract, by=by)
    must(draft.faults() & _has_room(contract))
    clause = _create(contract, draft, now=now)
    tell("clause_added", contract, clause, by=by, now=now, facts={"title": clause.title})
    return clause


@transaction.atomic
def take_clause(*, contract: Contract, source: ItemVersion, template: Template, by: Principal, now: datetime) -> Clause:
    """A clause of the library, with what is known in its 〔places〕. ``template`` is what ``source`` says.

    Raises Refused: clause_gone (retired, or none), clause_there (it stands in the contract), too_many_clauses.
    """
    contract = writable(contract, by=by)
    item = source.item
    is_clause = item.kind == ItemKind.CLAUSE and item.retired_at is None
    verdict = (YES if is_clause else no("clause_gone")) & _has_room(contract)
    if Clause.objects.standing().filter(contract=contract, source__item=item).exists():
        verdict &= no("clause_there", title=template.title)
    must(verdict)
    drafted = from_template(template, facts_of(known_of(contract.opportunity, _terms(contract)), PHRASES))
    clause = _create(
        contract, ClauseDraft(drafted.part, drafted.title, drafted.text), now=now, source=source,
        must_keep=drafted.must_keep, why=[why.as_json() for why in drafted.why],
    )  # fmt: skip
    tell("clause_added", contract, clause, by=by, now=now, facts={"title": clause.title, "source": item.title})
    return clause


@transaction.atomic
def edit_clause(*, clause: Clause, version: int, draft: ClauseDraft, by: Principal, now: datetime) -> Clause:
    """Write a clause anew. Raises Conflict; Refused: what is wrong with the text, clause_withdrawn, contract_signed."""
    contract, clause = _writable_clause(clause, by=by, version=version)
    must(draft.faults() & (no("clause_withdrawn") if clause.withdrawn_at else YES))
    after = {"part": draft.part, "title": draft.title.strip(), "text": _lines(draft.text)}
    changes = changes_between(before={name: getattr(clause, name) for name in after}, after=after)
    if not changes:
        return clause
    if "part" in changes:
        clause.position = _last(contract, draft.part) + 1
    clause.part, clause.title, clause.text = after["part"], after["title"], after["text"]
    clause.values = stored(clause.text)
    _save(clause)
    _count(contract)
    tell("clause_edited", contract, clause, by=by, now=now, changes=changes, facts={"title": clause.title})
    return clause


@transaction.atomic
def withdraw_clause(*, clause: Clause, version: int, by: Principal, now: datetime) -> Clause:
    """Out of the contract; ``restore_clause`` brings it back (O5). One that our library keeps is told as a finding."""
    contract, clause = _writable_clause(clause, by=by, version=version)
    if clause.withdrawn_at is None:
        clause.withdrawn_at = now
        _save(clause)
        _count(contract)
        tell("clause_withdrawn", contract, clause, by=by, now=now, facts={"title": clause.title})
    return clause


@transaction.atomic
def restore_clause(*, clause: Clause, by: Principal, now: datetime) -> Clause:
    contract, clause = _writable_clause(clause, by=by, version=None)
    if clause.withdrawn_at is not None:
        must(_has_room(contract))
        clause.withdrawn_at = None
        _save(clause)
        _count(contract)
        tell("clause_restored", contract, clause, by=by, now=now, facts={"title": clause.title})
    return clause


@transaction.atomic
def reorder(*, contract: Contract, order: Sequence[int], by: Principal, now: datetime) -> None:
    """Put these clauses into this order, each within its part; those not named come after, as they stood.

    Refused(order_unknown) where the order names what isn't there, or one twice.
    """
    contract = writable(contract, by=by)
    clauses = clauses_of(contract)
    known = {clause.pk: clause for clause in clauses}
    if not set(order) <= set(known) or len(set(order)) != len(order):
        raise Refused(no("order_unknown"))
    named = set(order)
    places = {part.value: place for place, part in enumerate(Part)}
    after = [known[pk] for pk in order] + [clause for clause in clauses if clause.pk not in named]
    after.sort(key=lambda clause: places[clause.part])
    if [clause.pk for clause in after] == [clause.pk for clause in clauses]:
        return
    for place, clause in enumerate(after, start=1):
        clause.position = place
    Clause.objects.bulk_update(after, ["position"])
    _count(contract)
    tell("reordered", contract, by=by, now=now)


@transaction.atomic
def compare_anew(*, contract: Contract, by: Principal, now: datetime) -> Contract:
    """The terms were negotiated anew: from now on the contract is held against those that stand. Refused(nothing_agreed)."""
    contract = writable(contract, by=by)
    agreed = agreed_terms(contract.opportunity)
    if agreed is None:
        raise Refused(no("nothing_agreed"))
    if contract.agreed_id != agreed.pk:
        contract.agreed = agreed
        _count(contract)
        tell("compared_anew", contract, by=by, now=now, facts={"agreed": agreed.number})
    return contract


def _create(
    contract: Contract,
    draft: ClauseDraft,
    *,
    now: datetime,
    source: ItemVersion | None = None,
    must_keep: bool = False,
    why: Sequence[Mapping[str, object]] = (),
) -> Clause:
    text = _lines(draft.text)
    clause = Clause.objects.create(
        contract=contract,
        part=draft.part,
        title=draft.title.strip(),
        text=text,
        values=stored(text),
        source=source,
        why=list(why),
        must_keep=must_keep,
        position=_last(contract, draft.part) + 1,
        created_at=now,
    )
    _count(contract)
    return clause


def _writable_clause(clause: Clause, *, by: Principal, version: int | None) -> tuple[Contract, Clause]:
    contract = writable(clause.contract, by=by)
    row = Clause.objects.select_for_update(of=("self",)).get(pk=clause.pk, contract=contract)
    row.contract = contract
    if version is not None and row.version != version:
        raise Conflict(row)
    return contract, row


def _head_faults(contract: Contract, draft: HeadDraft, *, by: Principal) -> Verdict:
    verdict = draft.faults(Kind(contract.kind))
    if not of_customer(draft.their_signer_id, contract.opportunity):
        verdict &= no("contact_elsewhere", field="their_signer_id")
    if draft.our_signer_id not in (None, contract.our_signer_id, contract.opportunity.owner_id):
        known = {person.pk for person in colleagues(by, Permission.CONTRACT_WRITE)}
        if draft.our_signer_id not in known:
            verdict &= no("not_a_colleague", field="our_signer_id")
    return verdict


def _fill_open_places(contract: Contract) -> int:
    facts = facts_of(known_of(contract.opportunity, _terms(contract), contract=contract), PHRASES)
    changed = []
    for clause in clauses_of(contract):
        text = fill(clause.text, facts).text
        if text != clause.text:
            clause.text, clause.values, clause.version = text, stored(text), clause.version + 1
            changed.append(clause)
    Clause.objects.bulk_update(changed, ["text", "values", "version"])
    return len(changed)


def _terms(contract: Contract) -> Terms:
    """What was agreed, with the contract's own amount and days."""
    said = contract.agreed.terms if contract.agreed is not None else Terms()
    return Terms(contract.amount, contract.delivery_days, said.payment, said.extras, said.clauses)


def _has_room(contract: Contract) -> Verdict:
    count = Clause.objects.standing().filter(contract=contract).count()
    return YES if count < MOST_CLAUSES else no("too_many_clauses", most=MOST_CLAUSES)


def _last(contract: Contract, part: str) -> int:
    rows = Clause.objects.standing().filter(contract=contract, part=part)
    return rows.aggregate(last=Max("position"))["last"] or 0


def _lines(text: str) -> str:
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def _save(clause: Clause) -> None:
    clause.version += 1
    clause.save()


def _count(contract: Contract) -> None:
    contract.version += 1
    contract.save()
