"""Everything that stands between a contract and its signature (S7.1), all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.library.rules import places_in
from tuoke.steps.contracts.rules.content import Frozen
from tuoke.steps.contracts.rules.findings import Finding
from tuoke.steps.contracts.rules.states import Kind


@dataclass(frozen=True, slots=True)
class Basis:
    """How the contract stands to what was agreed. ``number`` of the terms it was compared with; ``newest`` that stands
    now: another one was agreed since. None: nothing stands."""

    number: int | None = None
    newest: int | None = None


def against(
    frozen: Frozen, findings: Sequence[Finding], *, basis: Basis, main_total: Decimal | None, has_version: bool
) -> Verdict:
    """``findings``: those that nobody accepted. ``main_total``: of an amendment, what the contract came to without it."""
    verdict = YES if frozen.clauses else no("no_clauses")
    verdict &= YES if has_version else no("version_missing")
    if not frozen.amount:
        verdict &= no("amount_missing", field="amount")
    for field in ("our_party", "their_party"):
        if not getattr(frozen, field):
            verdict &= no(f"{field}_missing", field=field)
    if places := open_places(frozen):
        verdict &= no("open_places", names="、".join(places[:8]), count=len(places))
    if findings:
        verdict &= no("findings_open", count=len(findings))
    if frozen.kind == Kind.MAIN:
        return verdict & _agreed(basis)
    total = (main_total or Decimal(0)) + Decimal(frozen.amount or 0)
    return verdict & (YES if total > 0 else no("total_not_positive", field="amount"))


def _agreed(basis: Basis) -> Verdict:
    if basis.newest is None:
        return no("agreed_reopened") if basis.number is not None else no("nothing_agreed")
    return YES if basis.number in (None, basis.newest) else no("agreed_anew", number=basis.newest)


def open_places(frozen: Frozen) -> list[str]:
    """The 〔places〕 that nobody filled in, each once."""
    return list(dict.fromkeys(name for clause in frozen.clauses for name in places_in(clause.text)))
