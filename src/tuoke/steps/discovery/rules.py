"""Vocabulary of needs (S4.3)."""

from __future__ import annotations

from enum import StrEnum


class NeedKind(StrEnum):
    RIGID = "rigid"  # 刚性: must be solved, or the core business suffers
    ELASTIC = "elastic"  # 弹性: worth improving, not indispensable
    LATENT = "latent"  # 潜在: not yet seen by the customer, but worth money to him


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
