"""How to reach a party, and what of it is shown while it waits in the pool (S2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HIDDEN = "****"
_NUMBER = re.compile(r"\+?\d[\d -]{5,}\d")
_DATE = re.compile(r"(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?")
SHORTEST_NUMBER = 7
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


@dataclass(frozen=True, slots=True)
class Reach:
    """Name and addresses of whom to talk to, as the viewer may see them."""

    contact: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    is_masked: bool = False
    hides: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """What a free text of this party doesn't say either."""

    def told(self, text: str) -> str:
        """A free text of the party as the viewer may read it: while it is masked without the numbers and addresses that
        people write into it, and without the person's name."""
        if not self.is_masked:
            return text
        for name in self.hides:
            text = text.replace(name, name[:1] + "**")
        return masked_numbers(text)


def masked(reach: Reach) -> Reach:
    """Enough to see that it is known, not enough to call: 王**, 138****8000, z***@example.com."""
    return Reach(
        contact=reach.contact[:1] + "**" if reach.contact else "",
        phone=_masked_phone(reach.phone) if reach.phone else "",
        email=_masked_email(reach.email) if reach.email else "",
        wechat=reach.wechat[:1] + HIDDEN if reach.wechat else "",
        is_masked=True,
        hides=tuple(name for name in (reach.contact, reach.wechat) if len(name) > 1),
    )


def masked_numbers(text: str) -> str:
    """A free text without the phone numbers and addresses that people write into it."""
    return _EMAIL.sub(HIDDEN, _NUMBER.sub(_hidden, text))


def _hidden(found: re.Match[str]) -> str:
    said = found[0]
    is_short = sum(char.isdigit() for char in said) < SHORTEST_NUMBER
    return said if is_short or _DATE.fullmatch(said.strip()) else HIDDEN


def _masked_phone(phone: str) -> str:
    digits = phone.removeprefix("+86")
    if len(digits) < 7:
        return HIDDEN
    return digits[:3] + HIDDEN + digits[-4:] if len(digits) > 10 else digits[:2] + HIDDEN + digits[-2:]


def _masked_email(email: str) -> str:
    name, at, host = email.partition("@")
    return name[:1] + "***" + at + host
