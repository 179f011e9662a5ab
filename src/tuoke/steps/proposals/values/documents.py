"""The value part of a proposal on paper and on the customer's page, from what a version has frozen (S5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuoke.services.documents.rules import Part
from tuoke.steps.proposals.values.rules import parse_frozen


def parts_of(frozen: Mapping[str, Any]) -> tuple[Part, ...]:
    """Table of lines, totals, charts and how it is counted, in the language that is on."""
    parse_frozen(frozen)
    return ()
