"""Reads of confirmations. Each starts from ``visible_to``, or from a contract or link that the caller holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Verdict
from tuoke.services.links.models import Link
from tuoke.services.links.queries import LinkCard, cards_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation, Invitation
from tuoke.steps.contracts.confirmations.rules import ClauseStand, SharedState, Side, against, standing
from tuoke.steps.contracts.models import Contract, ContractVersion
from tuoke.steps.contracts.queries import frozen_now, latest_version
from tuoke.steps.contracts.rules import ContractState, Frozen, seal, store

ANSWERS_MOST = 5000
"""So many answers of one contract are looked at: the newest."""
INVITATIONS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that was sent: ``card`` says what became of it, ``is_behind`` that we have a newer version."""

    invitation: Invitation
    card: LinkCard | None
    is_behind: bool

    @property
    def is_open(self) -> bool:
        return self.card is not None and self.card.is_open


@dataclass(frozen=True, slots=True)
class Board:
    """How both sides stand with the newest version. ``is_stale``: the contract says something else by now, which was not
    made a version yet."""

    contract: Contract
    version: ContractVersion | None
    frozen: Frozen | None
    rows: tuple[ClauseStand, ...]
    invitations: list[InvitationRow]
    is_stale: bool

    def agreed(self, side: Side) -> int:
        return sum(row.of(side).is_agreed for row in self.rows)

    @property
    def ours(self) -> int:
        return self.agreed(Side.OURS)

    @property
    def theirs(self) -> int:
        return self.agreed(Side.THEIRS)

    @property
    def changes(self) -> int:
        return sum(row.wants_change for row in self.rows)

    @property
    def is_settled(self) -> bool:
        return bool(self.rows) and all(row.is_settled for row in self.rows)


@dataclass(frozen=True, slots=True)
class SharedContract:
    """A contract as the customer sees it behind his link. ``rows`` are the clauses with what counts of his side."""

    invitation: Invitation
    deal: Opportunity
    version: ContractVersion
    frozen: Frozen
    state: SharedState
    rows: tuple[ClauseStand, ...]

    @property
    def is_open(self) -> bool:
        return self.state is SharedState.OPEN

    @property
    def shows_text(self) -> bool:
        return self.state in (SharedState.OPEN, SharedState.SIGNED)


def stands_of(contract: Contract, frozen: Frozen) -> tuple[ClauseStand, ...]:
    """What both sides say to these clauses. One query."""
    return standing(frozen.clauses, (row.said for row in _answers(contract)))


def against_signing(version: ContractVersion) -> Verdict:
    """For ``contracts.hooks.against_signing``. One query."""
    return against(stands_of(version.contract, version.frozen))


def summary_of(contract: Contract) -> Board | None:
    """How many clauses are confirmed, without links and without looking whether the contract has been changed since; None
    before the first version. Two queries."""
    version = latest_version(contract)
    if version is None:
        return None
    frozen = version.frozen
    return Board(contract, version, frozen, stands_of(contract, frozen), [], is_stale=False)


def board_of(contract: Contract, *, now: datetime) -> Board:
    """The whole page of one contract. Five queries."""
    version = latest_version(contract)
    frozen = version.frozen if version else None
    rows = stands_of(contract, frozen) if frozen else ()
    return Board(contract, version, frozen, rows, invitations_of(contract, version, now=now), _stale(contract, version))


def invitations_of(contract: Contract, version: ContractVersion | None, *, now: datetime) -> list[InvitationRow]:
    sent = Invitation.objects.filter(contract=contract).select_related("version", "sent_by", "contact")
    found = list(sent[:INVITATIONS_SHOWN])
    cards = cards_of([one.link_id for one in found if one.link_id], now=now)
    newest = version.pk if version else 0
    return [InvitationRow(one, cards.get(one.link_id or 0), one.version_id != newest) for one in found]


def shared_contract(link: Link) -> SharedContract:
    """What this link opens. Three queries. Raises Invitation.DoesNotExist. Whoever asks has checked the link."""
    related = (
        "contract__opportunity__customer", "contract__opportunity__owner", "contract__signed_version", "version",
        "contact", "sent_by", "link",
    )  # fmt: skip
    invitation = Invitation.objects.select_related(*related).get(link_id=link.pk)
    contract = invitation.contract
    deal, version = contract.opportunity, invitation.version
    state = _state(invitation, deal)
    if state is SharedState.SIGNED and contract.signed_version is not None:
        version = contract.signed_version
    frozen = version.frozen
    version.contract = contract
    return SharedContract(invitation, deal, version, frozen, state, stands_of(contract, frozen))


def may_see_link(who: Principal, subject: str) -> bool:
    """Whether ``who`` sees the contract that a link opens; for ``links.hooks.kinds``."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _answers(contract: Contract) -> list[ClauseConfirmation]:
    return list(ClauseConfirmation.objects.standing().filter(contract=contract).order_by("-id")[:ANSWERS_MOST])


def _state(invitation: Invitation, deal: Opportunity) -> SharedState:
    contract = invitation.contract
    if contract.state in (ContractState.SIGNED, ContractState.TERMINATED):
        return SharedState.SIGNED if not invitation.contact.do_not_contact else SharedState.GONE
    if deal.is_given_up or contract.state == ContractState.WITHDRAWN:
        return SharedState.CLOSED
    if invitation.contact.do_not_contact:
        return SharedState.GONE
    newest = latest_version(contract)
    is_newest = newest is not None and newest.pk == invitation.version_id
    return SharedState.OPEN if is_newest else SharedState.SUPERSEDED


def _stale(contract: Contract, version: ContractVersion | None) -> bool:
    if version is None or not contract.is_open:
        return False
    return seal(store(frozen_now(contract, today=timezone.localdate()))) != version.seal


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _, pk = subject.partition(":")
    is_ours = label == Invitation._meta.label_lower and pk.isdecimal() and len(pk) < 19
    return is_ours and Invitation.objects.visible_to(who, action).filter(pk=int(pk)).exists()
