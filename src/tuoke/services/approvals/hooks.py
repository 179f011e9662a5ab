"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal

if TYPE_CHECKING:
    from tuoke.base.accounts.models import User
    from tuoke.services.approvals.models import Request


@dataclass(frozen=True, slots=True)
class Kind:
    """What is asked for in requests of one kind, as the package says that asks.

    ``url`` leads to the place it is about. ``may_decide`` is asked when somebody decides, besides being an approver;
    ``may_receive`` when a request is handed on; ``on_decided`` runs in the transaction of the decision. ``describe`` is a
    template that draws ``asked.facts`` on the decision page.

    ``secret``: what was asked for is nobody else's business: the history of its thread says nothing of it, notices name
    neither reason nor label, and the texts are shown only to whoever asked and to whom ``may_see`` (default:
    ``may_decide``) allows at that moment. ``receivers``: whom the page offers for handing on (default: the managers above
    whoever asked); each is asked ``may_receive`` too. ``section``: of the history, where not everybody reads it.
    """

    title: StrOrPromise
    url: Callable[[Request], str]
    may_decide: Callable[[Principal, Request], bool]
    on_decided: Callable[[Request, Principal, datetime], None]
    may_receive: Callable[[User, Request], bool]
    describe: str = ""
    secret: bool = False
    may_see: Callable[[Principal, Request], bool] | None = None
    receivers: Callable[[Request], Sequence[User]] | None = None
    section: str = ""


kinds: dict[str, Kind] = {}
"""By ``Request.kind``. What isn't named here can't be asked for, and nobody decides it."""

heir_of: list[Callable[[Request], User | None]] = []
"""Who carries on for somebody who asked and no longer works here: he reads the answer and may take the request back. None:
not this one's to say. Whoever is to decide it can't be."""

Told = Callable[["Request", Collection[int], Principal, datetime], object]
# Each in the transaction of what happened, with the people whom it concerns: the approvers …
on_asked: list[Told] = []
on_reminded: list[Told] = []
on_delegated: list[Told] = []
on_withdrawn: list[Told] = []
# … whoever carries on for somebody who left …
on_inherited: list[Told] = []
# … or whoever asked.
on_decided: list[Told] = []
on_expired: list[Told] = []
