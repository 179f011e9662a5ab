"""What becomes of an answer that was written in two places at once: nothing that somebody typed is lost (S4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kept(StrEnum):
    SAME = "same"  # nothing new
    REPLACED = "replaced"  # the standing text was what he had before him
    BESIDE = "beside"  # both stay: somebody wrote meanwhile


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer as it is stored. ``writer`` names the open page that saved it last."""

    text: str
    version: int
    writer: str


def kept(standing: Standing, *, text: str, base: int, writer: str) -> Kept:
    """``base`` is the version that was on the screen when ``text`` was typed.

    The same open page may always go on: its last save may have arrived without its being told. Another page may only
    where it had the newest text before it, or where it only adds to it.
    """
    if text == standing.text:
        return Kept.SAME
    goes_on = writer == standing.writer or base == standing.version or text.startswith(standing.text)
    return Kept.REPLACED if goes_on else Kept.BESIDE
