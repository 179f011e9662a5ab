"""Reads of clearances. Each starts from ``visible_to``, or from a deal or contract that the caller holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of, managers_above
from tuoke.base.accounts.rules import Function, Permission, Principal, Role
from tuoke.base.kernel.verdict import Verdict
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest_of
from tuoke.services.approvals.rules import State
from tuoke.spine.catalog.rules import Scale
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import process_of
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.contracts.clearances.models import Clearance
from tuoke.steps.contracts.clearances.rules import (
    Case,
    ClearState,
    Given,
    Kind,
    Level,
    Want,
    against,
    is_altered,
    wanted,
)
from tuoke.steps.contracts.clearances.words import later
from tuoke.steps.contracts.models import Clause, Contract, ContractVersion
from tuoke.steps.contracts.queries import Standing, current_contract, latest_version, standing
from tuoke.steps.contracts.rules import Due, Finding, Part, Sort, later_than
from tuoke.steps.contracts.rules.findings import What
from tuoke.steps.contracts.words import finding_name

MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class KindStanding:
    """How one clearance of a contract stands. ``last`` is the newest that was asked for; ``request`` what waits for an
    answer; ``is_stale``: its word was about other words than the contract's newest."""

    kind: Kind
    want: Want | None
    last: Clearance | None
    request: Request | None
    is_stale: bool

    @property
    def is_waiting(self) -> bool:
        return self.request is not None

    @property
    def is_cleared(self) -> bool:
        return self.last is not None and self.last.state == ClearState.CLEARED and not self.is_stale

    @property
    def is_refused(self) -> bool:
        return self.last is not None and self.last.state == ClearState.REFUSED and not self.is_stale

    @property
    def gone(self) -> list[str]:
        """Who was asked and no longer works here."""
        asked = self.request.approvers.all() if self.request else []
        return [one.user.name for one in asked if not one.user.is_active]


@dataclass(frozen=True, slots=True)
class Overview:
    contract: Contract
    version: ContractVersion | None
    is_current: bool
    kinds: tuple[KindStanding, ...]
    earlier: list[Clearance]

    @property
    def open(self) -> int:
        return sum(one.want is not None and not one.is_cleared for one in self.kinds)


def case_of(found: Standing) -> Case:
    """The contract as it reads now, as the rules judge it. Two queries beside what ``found`` has asked."""
    contract = found.contract
    deal = contract.opportunity
    accepted = [one.finding for one in found.accepted]
    removed = [one.name for one in (*accepted, *found.open) if one.what is What.KEPT]
    return Case(
        amount=_amount(found),
        is_large=deal.scale == Scale.LARGE,
        is_complex=deal.is_complex,
        gate_asks=_gate_asks(deal),
        altered=_altered(found.clauses),
        removed=removed,
        accepted=_named(one for one in accepted if not _is_of_time(one)),
        paid_later=_later(found) if any(map(_is_of_time, accepted)) else (),
    )


def _is_of_time(finding: Finding) -> bool:
    """Says when how much is paid; not that two figures of one instalment contradict each other."""
    return finding.what in (What.STAGE, What.PAYMENT) and finding.sort is not Sort.CONTRADICTS


def _later(found: Standing) -> list[str]:
    """The instalments by which less will have been paid than was agreed, with both shares."""
    terms, contract = found.agreed.terms if found.agreed else None, found.contract
    if terms is None:
        return []
    text = "\n".join(clause.text for clause in found.clauses if clause.part == Part.PAYMENT)
    return [
        later(one)
        for one in later_than(
            Due(terms.payment, terms.price, terms.delivery_days), Due(text, contract.amount, contract.delivery_days)
        )
    ]


def _named(findings: Iterable[Finding]) -> list[str]:
    """第 1 期付款, once, whatever differs in it."""
    return list(dict.fromkeys(finding_name(one) for one in findings))


def wants_of(found: Standing) -> tuple[Want, ...]:
    """What the contract needs as it reads now. What was signed elsewhere and noted afterwards needs nothing any more;
    nor is anything wanted that nobody could give: no one stands above the deal's owner, and no one is of the legal side."""
    if found.contract.is_recorded:
        return ()
    wants = []
    for want in wanted(case_of(found)):
        if not deciders_of(found.contract, want.kind):
            continue
        if want.level is Level.DIRECTOR and not _directors(managers_of(found.contract.opportunity)):
            want = replace(want, level=Level.MANAGER)
        wants.append(want)
    return tuple(wants)


def against_signing(version: ContractVersion) -> Verdict:
    """For ``contracts.hooks.against_signing``: judged as the contract reads now, which that version says."""
    contract = version.contract
    return against(wants_of(standing(contract)), given_for(contract, version.seal))


def given_for(contract: Contract, seal: str) -> dict[Kind, Given]:
    """The newest word of each kind on what that seal stands for. One query, another where something waits."""
    rows = Clearance.objects.filter(contract=contract, seal=seal).select_related("decided_by").order_by("id")
    newest = {Kind(row.kind): row for row in rows}
    waiting = {kind: row for kind, row in newest.items() if row.state == ClearState.ASKED}
    requests = _requests(waiting)
    return {kind: _given(row, requests.get(kind)) for kind, row in newest.items()}


def is_cleared(deal: Opportunity, kind: Kind) -> bool:
    """Whether the deal's contract, as its newest version says it (the signed one, once it is signed), has that clearance.
    Four queries at most."""
    contract = current_contract(deal)
    version = (contract.signed_version or latest_version(contract)) if contract else None
    if contract is None or version is None:
        return False
    rows = Clearance.objects.filter(contract=contract, kind=kind.value, seal=version.seal)
    newest = rows.exclude(state=ClearState.WITHDRAWN.value).first()
    return newest is not None and newest.state == ClearState.CLEARED


def overview_of(contract: Contract) -> Overview:
    """The whole page of one contract; a constant number of queries."""
    found = standing(contract)
    wants = {want.kind: want for want in wants_of(found)} if contract.is_open else {}
    people = ("asked_by", "decided_by", "version")
    rows = list(Clearance.objects.filter(contract=contract).select_related(*people)[:MOST_SHOWN])
    last = {kind: next((row for row in rows if row.kind == kind), None) for kind in Kind}
    requests = _requests({kind: row for kind, row in last.items() if row and row.state == ClearState.ASKED})
    seal = found.version.seal if found.version else ""
    kinds = tuple(
        _kind_standing(kind, wants.get(kind), last[kind], requests.get(kind), seal if found.is_current else "")
        for kind in Kind
    )
    shown = {row.pk for row in last.values() if row}
    return Overview(contract, found.version, found.is_current, kinds, [row for row in rows if row.pk not in shown])


def deciders_of(
    contract: Contract, kind: Kind, *, level: Level = Level.MANAGER, without: int | None = None
) -> list[User]:
    """Whom one may ask. The legal side: colleagues of legal departments, joined or not; where there is none, management
    speaks for it. Management: who stands above the deal's owner, directors alone where a director is needed."""
    deal = contract.opportunity
    found = lawyers() if kind is Kind.LEGAL else []
    if not found:
        above = managers_of(deal)
        found = (_directors(above) if level is Level.DIRECTOR else above) or above
    return [user for user in found if user.pk not in (deal.owner_id, without)]


def lawyers() -> list[User]:
    people = User.objects.filter(is_active=True, department__function=Function.LEGAL).select_related("department")
    return holders_of(Permission.APPROVALS, among=people.order_by("name", "pk"))


def managers_of(deal: Opportunity) -> list[User]:
    """Who stands above the deal's owner, the nearest first."""
    return managers_above(deal.owner, department_id=deal.department_id)


def level_of(who: Principal) -> Level:
    return Level.DIRECTOR if Role.DIRECTOR in who.roles else Level.MANAGER


def asked_about(who: Principal, pk: int) -> Clearance:
    """One clearance that ``who`` may read: he reads the contract, asked for it, or is to decide. Raises DoesNotExist."""
    related = ("contract__opportunity__customer", "contract__opportunity__owner", "version", "decided_by", "asked_by")
    rows = Clearance.objects.select_related(*related)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Clearance.DoesNotExist
    subject = f"{Clearance._meta.label_lower}:{pk}"
    is_party = Request.objects.visible_to(who).filter(kind=found.kind, subject=subject).exists()
    if not is_party and not Clearance.objects.visible_to(who).filter(pk=pk).exists():
        raise Clearance.DoesNotExist
    return found


def _kind_standing(
    kind: Kind, want: Want | None, last: Clearance | None, request: Request | None, seal: str
) -> KindStanding:
    if last is not None and last.state == ClearState.ASKED and request is None:  # ran out, or taken back there
        last.state = ClearState.WITHDRAWN.value
    return KindStanding(kind, want, last, request, is_stale=last is not None and last.seal != seal)


def _given(row: Clearance, request: Request | None) -> Given:
    if row.state == ClearState.ASKED:
        names = "、".join(one.user.name for one in request.approvers.all()) if request else ""
        return Given(ClearState.ASKED if request else ClearState.WITHDRAWN, who=names)
    level = Level(row.level) if row.level else Level.MANAGER
    return Given(ClearState(row.state), level, row.decided_by.name if row.decided_by else "")


def _requests(waiting: dict[Kind, Clearance]) -> dict[Kind, Request]:
    """What still waits, with whom it waits for."""
    found: dict[Kind, Request] = {}
    for kind, row in waiting.items():
        request = latest_of(kind.value, [row]).get(f"{Clearance._meta.label_lower}:{row.pk}")
        if request is not None and request.state == State.OPEN:
            found[kind] = Request.objects.prefetch_related("approvers__user").get(pk=request.pk)
    return found


def _directors(people: Sequence[User]) -> list[User]:
    found = User.objects.filter(pk__in=[user.pk for user in people], roles_held__role=Role.DIRECTOR.value)
    keys = set(found.values_list("pk", flat=True))
    return [user for user in people if user.pk in keys]


def _amount(found: Standing) -> Decimal | None:
    return found.contract.amount


def _gate_asks(deal: Opportunity) -> bool:
    process = process_of(deal)
    asked = {criterion.kind for step in process.steps for criterion in process.gate(step.key)}
    return "legal_cleared" in asked


def _altered(clauses: Sequence[Clause]) -> list[str]:
    """Clauses that must be kept and say something else than the library's. One query."""
    kept = [clause for clause in clauses if clause.must_keep and clause.source_id]
    versions = ItemVersion.objects.in_bulk([clause.source_id for clause in kept if clause.source_id])
    return [
        clause.title
        for clause in kept
        if is_altered(clause.text, str(versions[clause.source_id or 0].content.get("text", "")))
    ]
