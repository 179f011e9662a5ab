"""How another supplier stands in one deal (S1.1, S5.1). Plain Python."""

from __future__ import annotations

from enum import StrEnum


class Threat(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = ""
