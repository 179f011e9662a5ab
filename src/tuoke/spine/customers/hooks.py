"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Permission, Principal

if TYPE_CHECKING:
    from tuoke.spine.customers.models import Contact, Customer, Lead


@dataclass(frozen=True, slots=True)
class Case:
    """What a customer's page shows of something that is pursued with him. ``state`` is said in words."""

    name: str
    url: str
    state: StrOrPromise
    tone: str
    amount: Decimal | None
    owner: str


@dataclass(frozen=True, slots=True)
class Move:
    """Rows that point at one record shall point at another. ``only``: of these, by "app.model.column", and no others."""

    source: Model
    target: Model
    only: Mapping[str, Sequence[int | str]] | None = None


Moved = dict[str, list[int | str]]
"""Keys of the rows that were pointed anew, by "app.model.column"."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A region of a page that a package above fills: loaded by htmx from ``url_name`` with the record's id.

    ``permission`` limits it to whom its address lets in, where that asks for more than to read the record.
    """

    key: str
    title: StrOrPromise
    url_name: str
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """What may be done with a record of one's own on its page, beside what this package does: a sheet at ``url_name``."""

    label: StrOrPromise
    url_name: str
    icon: str


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a package above narrows the list of customers by: ``?name=value``, one of ``choices``. ``matching`` says which
    customers a value means."""

    name: str
    label: StrOrPromise
    none: StrOrPromise
    choices: Callable[[], Sequence[tuple[str, StrOrPromise]]]
    matching: Callable[[str], Q]
    permission: Permission


# Membership in a deal widens the customer below: each returns a Q over Customer.
extra_visibility: list[Callable[[Principal], Q]] = []
lead_panels: list[Panel] = []
customer_panels: list[Panel] = []
customer_verbs: list[Verb] = []
list_filters: list[ListFilter] = []
# Where one writes a mail to somebody of a lead, customer or deal (blank: nowhere). One at most, no query.
letter_url: list[Callable[[Model, Contact | None], str]] = []
# What is pursued with a customer, as far as the viewer may see it; and where a new one is begun.
cases_of: list[Callable[[Principal, Customer], list[Case]]] = []
# The timelines of what is pursued with a customer, as history names them: those that the viewer may see.
threads_of: list[Callable[[Principal, Customer], list[str]]] = []
new_case_url: list[Callable[[Customer], str]] = []
# When a party is to be contacted next and when it goes back to the pool (``due_on``, ``recycle_on``), as it stands in
# memory. One at most; without it nothing is due.
dates_of: list[Callable[[Lead | Customer], Mapping[str, date | None]]] = []
# Told in the same transaction when what is verified or disputed about a party has changed (S2.7).
on_facts_judged: list[Callable[[Lead | Customer, Principal, datetime], None]] = []
# Told in the same transaction when a customer or one of his people has come or changed: what is worked out follows.
on_customer_changed: list[Callable[[Customer, Principal, datetime], None]] = []
# Writes into a lead what a source says: the columns and their values. One at most.
take_over_lead: list[Callable[[Lead, Mapping[str, Any], Principal, datetime], None]] = []
# Told in the same transaction when leads ("lead") or customers ("customer") were given to people: whose are which now.
on_given: list[Callable[[str, Mapping[int, Sequence[int]], Principal, datetime], None]] = []
# Merging (S2.3), in its transaction: each package points its own rows anew and says which; whatever it works out from a
# party's facts it does again, after a merge, an undo or an edit of what was merged.
repointers: list[Callable[[Move], Moved]] = []
after_merge: list[Callable[[Lead | Customer, Principal, datetime], None]] = []
