"""When two records speak of the same party, and of the same wish (S2.3): exact equality of normalised keys."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from tuoke.services.exchange.rules import company_key, text_key

PARTY_WIDTH = 120
WANT_WIDTH = 64


class Keys(NamedTuple):
    """The duplicate key of a lead: one party, one wish."""

    party: str
    want: str


def keys_of(
    *, company: str = "", contact: str = "", phone: str = "", email: str = "", wechat: str = "", want: str = ""
) -> Keys:
    """The party is the company; without one the person, by phone, e-mail, WeChat or, with nothing better, name."""
    if company:
        return Keys(name_key_of(company), want_key_of(want))
    for mark, value in (("p", phone), ("e", email.casefold()), ("w", wechat), ("n", contact and text_key(contact))):
        if value:
            return Keys(_fitted(f"{mark}:{value}", PARTY_WIDTH), want_key_of(want))
    return Keys("", want_key_of(want))


@lru_cache(maxsize=4096)  # a file names the same buyer again and again
def name_key_of(name: str) -> str:
    """The normalised name of a company."""
    return _fitted(company_key(name), PARTY_WIDTH)


def want_key_of(want: str) -> str:
    return _fitted(text_key(want), WANT_WIDTH) if want else ""


def _fitted(key: str, width: int) -> str:
    """Keys longer than their column keep their beginning and a fingerprint of the whole."""
    if len(key) <= width:
        return key
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return key[: width - 25] + "#" + digest
