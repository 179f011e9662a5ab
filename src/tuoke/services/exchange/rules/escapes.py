"""Texts that a spreadsheet would take for a formula, made harmless in csv and back (reversible)."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s\x00-\x20\ufeff\u200b-\u200f\"＂]*[=+\-@＝＋－＠﹢﹣]|[\t\r\n]")


def is_formula_like(text: str) -> bool:
    """Would a spreadsheet, perhaps after trimming, calculate this?"""
    return bool(_FORMULA.match(text))


def escaped(text: str) -> str:
    """One apostrophe in front of a dangerous text, and of one that starts with an apostrophe, so that it can be undone."""
    return "'" + text if text.startswith("'") or is_formula_like(text) else text


def unescaped(text: str) -> str:
    """Takes off exactly the apostrophe that ``escaped`` put there; others stay."""
    rest = text[1:]
    return rest if text.startswith("'") and (rest.startswith("'") or is_formula_like(rest)) else text
