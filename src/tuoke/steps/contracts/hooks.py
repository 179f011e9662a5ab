"""The ways in which the rooms beside and above reach into a contract. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from tuoke.base.accounts.rules import Principal
    from tuoke.base.kernel.verdict import Reason, Verdict
    from tuoke.steps.contracts.models import Contract, ContractVersion


@dataclass(frozen=True, slots=True)
class Panel:
    """A region of the contract's page: loaded by htmx from ``url_name`` with the contract's id."""

    key: str
    title: StrOrPromise
    url_name: str


# What else stands against signing exactly this version: clauses nobody confirmed, clearances that are missing.
against_signing: list[Callable[[ContractVersion], Verdict]] = []
# Run inside the transaction when a contract or an amendment was signed.
on_signed: list[Callable[[Contract, Principal, datetime], None]] = []
# Run inside the transaction when a new version was frozen (links to older ones say so, clearances are asked anew).
on_frozen: list[Callable[[ContractVersion, Principal, datetime], None]] = []
# Run inside the transaction when a contract that wasn't signed was withdrawn, or a signed one terminated.
on_ended: list[Callable[[Contract, Principal, datetime], None]] = []
# What else comes to an end with a signed contract, said before it is terminated; empty: nothing, or not for this person.
said_of_ending: list[Callable[[Contract, Principal], str]] = []
# The words for what those rooms have against it, by the reason; empty where it isn't theirs.
sentences: list[Callable[[Reason], str]] = []
# Where it is put right, by the code of the reason.
places: dict[str, Callable[[Contract], str]] = {}
# Regions that other rooms show on the contract's page.
panels: list[Panel] = []
