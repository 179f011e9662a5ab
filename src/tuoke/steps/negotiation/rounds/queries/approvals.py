"""What the approvals of this room are about, who may decide them, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest_of
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import is_manager_of
from tuoke.steps.negotiation.queries import may_see_line
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position
from tuoke.steps.negotiation.rounds.rules import authority_of, suffices
from tuoke.steps.negotiation.rules import Authority

LINE, CONCESSION = "bottom_line", "concession"

Row = Position | AgreedTerms | ConcessionMade
_MODELS: dict[str, type[Row]] = {model._meta.label_lower: model for model in (Position, AgreedTerms, ConcessionMade)}


def kind_of(row: Row) -> str:
    return CONCESSION if isinstance(row, ConcessionMade) else LINE


def subject_of(request: Request) -> Row | None:
    """The row that a request is about, with its deal."""
    label, _, pk = request.subject.partition(":")
    model = _MODELS.get(label)
    if model is None or not pk.isdecimal():
        return None
    deal = "round__opportunity" if model is Position else "opportunity"
    found: Row | None = model._default_manager.select_related(deal).filter(pk=int(pk)).first()
    return found


def deal_of(row: Row) -> Opportunity:
    return row.round.opportunity if isinstance(row, Position) else row.opportunity


def place_of(request: Request) -> str:
    """Where one sees what is asked."""
    row = subject_of(request)
    return reverse("rounds:page", args=[deal_of(row).pk]) if row else reverse("approvals:list")


def may_decide_line(who: Principal, request: Request) -> bool:
    """A manager of the deal before whom the line's door stands open, and who doesn't hold the deal himself."""
    row = subject_of(request)
    if row is None:
        return False
    deal = deal_of(row)
    return deal.owner_id != who.user_id and is_manager_of(who, deal) and may_see_line(who, deal)


def may_decide_concession(who: Principal, request: Request) -> bool:
    row = subject_of(request)
    return row is not None and is_manager_of(who, deal_of(row)) and has_authority(who, needed_by(request))


def may_receive_line(user: User, request: Request) -> bool:
    return may_decide_line(principal_of(user), request)


def may_receive_concession(user: User, request: Request) -> bool:
    return may_decide_concession(principal_of(user), request)


def needed_by(request: Request) -> Authority:
    said = str(request.facts.get("needed", ""))
    return Authority(said) if said in set(Authority) else Authority.DIRECTOR


def has_authority(who: Principal, needed: Authority) -> bool:
    return suffices(authority_of(who.roles), needed)


def asked_about(rows: Sequence[Row]) -> dict[str, Request]:
    """The newest request of each row, by its key; rows of one kind. One query, none where there are none."""
    return latest_of(kind_of(rows[0]), rows) if rows else {}


def key(row: Row) -> str:
    return key_of(row)
