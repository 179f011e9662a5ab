"""What a version of a contract says, once and for all: screens, papers and the customer's page draw from this alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Alters:
    """Which clause an amendment's clause changes: the ``place``-th of the contract ``of`` that number; ``values`` before and
    after."""

    of: str
    place: int
    title: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenClause:
    """``clause_id`` names it across versions; ``seal`` is the fingerprint of what it says: the same seal, the same words.
    ``alters``: of an amendment, None where it is new."""

    clause_id: int
    part: str
    title: str
    text: str
    seal: str
    must_keep: bool = False
    source_version: int = 0
    alters: Alters | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Money is a decimal string in yuan or empty, days are ISO or empty, ``delivery_days`` 0 where not said. ``main`` is
    the number of the contract that an amendment changes; ``changes`` what it makes of that one's head, (field, before, after)."""

    number: str
    title: str
    kind: str
    customer: str
    our_party: str
    their_party: str
    our_signer: str
    their_signer: str
    amount: str
    tax_note: str
    starts_on: str
    ends_on: str
    delivery_days: int
    delivery_on: str
    main: str
    made_on: str
    clauses: tuple[FrozenClause, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()

    def clause(self, clause_id: int) -> FrozenClause | None:
        return next((one for one in self.clauses if one.clause_id == clause_id), None)


def store(frozen: Frozen) -> dict[str, Any]:
    """As JSON takes it; the reverse of ``parse``."""
    said = asdict(frozen)
    said["clauses"] = [_without_none(row) for row in said["clauses"]]
    if not said["changes"]:
        del said["changes"]
    return json.loads(json.dumps(said, ensure_ascii=False))  # type: ignore[no-any-return]  # a dict went in


def parse(data: Mapping[str, Any]) -> Frozen:
    changes = tuple((name, before, after) for name, before, after in data.get("changes", ()))
    return Frozen(**{**data, "clauses": tuple(map(_clause, data["clauses"])), "changes": changes})


def seal(content: Mapping[str, Any]) -> str:
    """The fingerprint of what a version says, whenever it was made."""
    return fingerprint({name: said for name, said in content.items() if name != "made_on"})


def clause_seal(*, part: str, title: str, text: str) -> str:
    """The fingerprint of one clause: confirmations rest on it (an unchanged clause stays confirmed)."""
    return fingerprint([part, title.strip(), text.strip().replace("\r\n", "\n")])


def _without_none(row: Mapping[str, Any]) -> dict[str, Any]:
    """What only an amendment has is left out elsewhere: older versions keep their seals."""
    return {name: said for name, said in row.items() if said is not None}


def _clause(row: Mapping[str, Any]) -> FrozenClause:
    if not (said := row.get("alters")):
        return FrozenClause(**row)
    values = tuple((before, after) for before, after in said["values"])
    return FrozenClause(**{**row, "alters": Alters(**{**said, "values": values})})


def fingerprint(said: object) -> str:
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
