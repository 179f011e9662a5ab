"""When two records speak of the same party, and of the same wish (S2.3): exact equality of normalised keys."""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import blake2b
from typing import NamedTuple
from unicodedata import normalize

from tuoke.services.exchange.rules import company_key, company_name, text_key

PARTY_WIDTH = 120
WANT_WIDTH = 64
CORE_WIDTH = 60


class Traces(NamedTuple):
    """By what look-alikes of a company are found: the ``core`` of its name in the order of an index, and a number that
    all cores have that sound the same. Blank and None for persons."""

    core: str = ""
    sound: int | None = None


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


@lru_cache(maxsize=4096)
def traces_of(company: str) -> Traces:
    """What a record with this company's name stores beside its key (some 5 µs)."""
    core = company_name(company).core[:CORE_WIDTH] if company else ""
    return Traces(core, _number(sound_of(core))) if core else Traces()


def sound_of(text: str) -> str:
    """Syllables without tones: 华辰, 华晨 and 桦宸 sound alike. What isn't Chinese sounds like itself."""
    return text.translate(_syllables())


def want_key_of(want: str) -> str:
    return _fitted(text_key(want), WANT_WIDTH) if want else ""


def _fitted(key: str, width: int) -> str:
    """Keys longer than their column keep their beginning and a fingerprint of the whole."""
    if len(key) <= width:
        return key
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return key[: width - 25] + "#" + digest


def _number(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@cache
def _syllables() -> dict[int, str]:
    """Code point → first reading. Made once a process (some 80 ms) from pypinyin's dictionary."""
    from pypinyin.pinyin_dict import pinyin_dict

    plain = {code: readings.partition(",")[0] for code, readings in pinyin_dict.items()}
    return {code: " " + "".join(c for c in normalize("NFD", said) if c.isascii()) for code, said in plain.items()}
