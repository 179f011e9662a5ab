"""Phone numbers in all their spellings, and e-mail addresses."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

import phonenumbers

from tuoke.services.exchange.rules.cells import Cell, Problem, compact, text

Kind = Literal["mobile", "landline", "service", "foreign", "local"]


class Phone(NamedTuple):
    """``number`` is E.164 (``+8613800138000``), but for ``local`` the bare digits: its area code is unknown."""

    number: str
    kind: Kind
    extension: str = ""


_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_SERVICE = re.compile(r"(?:\+?86)?([48]00[0-9]{7})")
_LANDLINE = re.compile(r"(?:\+?86|0086)?0?(10[2-9][0-9]{7}|2[0-9][2-9][0-9]{7}|[3-9][0-9]{2}[2-9][0-9]{6,7})")
_LOCAL = re.compile(r"(?!20[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9])[2-9][0-9]{2,3}[- ]?[0-9]{4}")  # no compact date
_EXTENSION = re.compile(
    r"(?P<number>.{5,30}?)\s?(?:转|分机|ext\.?|#|x|,)[:号]?\s?(?P<extension>[0-9]{1,6})", re.IGNORECASE
)
_DASHED_EXTENSION = re.compile(r"(?P<number>\(?0[0-9]{2,3}[)-][0-9]{7,8})-(?P<extension>[0-9]{1,6})")
_LABEL = re.compile(r"^[^\d+(]{1,8}:")
_SEPARATORS = re.compile(r"[/、;|\n]|,(?![0-9]{1,6}$)|或")
_GLUE = str.maketrans("", "", " -–—‐.()·_\u00a0\t")
_MASKED = re.compile(r"[0-9]+[*x•●]{2,}[0-9]*", re.IGNORECASE)
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")


def phones(cell: Cell) -> tuple[Phone, ...] | Problem | None:
    """Every number in the cell, each once. One that can't be a number refuses the cell."""
    if type(cell) is str and len(cell) == 11 and _MOBILE.fullmatch(cell):
        return (Phone("+86" + cell, "mobile"),)
    if type(cell) is int and 13_000_000_000 <= cell < 20_000_000_000:
        return (Phone(f"+86{cell}", "mobile"),)
    shown = compact(cell, limit=200)
    if shown is None or isinstance(shown, Problem):
        return shown
    folded = unicodedata.normalize("NFKC", str(cell)).strip()
    found: dict[Phone, None] = {}
    for piece in _SEPARATORS.split(folded):
        if piece := piece.strip():
            read = _phones_in(piece)
            if isinstance(read, Problem):
                return read
            found.update(dict.fromkeys(read))
    return tuple(found) or Problem("phone_invalid", {"text": folded[:80]})


def phone_key(phone: Phone) -> str | None:
    """What two spellings of one number share; ``None`` where the number isn't whole."""
    return None if phone.kind == "local" else phone.number


def emails(cell: Cell) -> tuple[str, ...] | Problem | None:
    """Every address in the cell, lower case, each once."""
    if type(cell) is str and len(cell) < 65 and _EMAIL.fullmatch(lower := cell.lower()) and ".." not in lower:
        return (lower,)
    folded = text(cell, limit=1000)
    if folded is None or isinstance(folded, Problem):
        return folded
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", folded)
    shown = compact(cell, limit=1000)
    if not isinstance(shown, str):
        return shown
    pieces = [piece for piece in re.split(r"[;,、\s]+", folded.lower()) if piece]
    for piece in pieces:
        if len(piece) > 254 or ".." in piece or not _EMAIL.fullmatch(piece):
            return Problem("email_invalid", {"text": piece[:80]})
    return tuple(dict.fromkeys(pieces)) or Problem("email_invalid", {"text": folded[:80]})


def _phones_in(piece: str) -> list[Phone] | Problem:
    """One number, or several with blanks between them."""
    piece = _LABEL.sub("", piece).strip()
    whole = _phone(piece)
    if whole is not None:
        return [whole]
    if _MASKED.search(piece.translate(_GLUE)):
        return Problem("phone_invalid", {"text": piece[:80], "masked": True})
    parts = [_phone(part) for part in piece.split()]
    numbers = [part for part in parts if part is not None]
    return numbers if len(parts) > 1 and len(numbers) == len(parts) else Problem("phone_invalid", {"text": piece[:80]})


def _phone(piece: str) -> Phone | None:
    extension = ""
    if found := _DASHED_EXTENSION.fullmatch(piece.replace(" ", "")) or _EXTENSION.fullmatch(piece):
        piece, extension = found["number"], found["extension"]
    digits = piece.translate(_GLUE)
    if len(digits) > 20 or not digits.lstrip("+").isascii() or not digits.lstrip("+").isdigit():
        return None
    if found := _MOBILE.fullmatch(digits):
        return Phone("+86" + found[1], "mobile", extension)
    if found := _SERVICE.fullmatch(digits):
        return Phone("+86" + found[1], "service", extension)
    if digits.startswith(("0", "+86", "86")) and (found := _LANDLINE.fullmatch(digits)):
        return Phone("+86" + found[1], "landline", extension)
    if _LOCAL.fullmatch(piece):
        return Phone(digits, "local", extension)
    return _by_library(digits, extension)


def _by_library(digits: str, extension: str) -> Phone | None:
    """Everything rarer: other countries, landlines that lost their zero in Excel. Some 50 µs, so it comes last."""
    if not 8 <= len(digits) <= 20:
        return None
    try:
        parsed = phonenumbers.parse(re.sub("^00", "+", digits), "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    home = parsed.country_code == 86
    return Phone(
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        "landline" if home else "foreign",
        extension,
    )
