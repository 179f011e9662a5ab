"""How much two records look like one party, from 0 to 100, and by what (S2.3).

The same name says much, an equal phone or address something, the same credit code everything; what each says is
joined as independent evidence. What speaks against it (another code, another place, a branch, another number in the
name) caps what the name may say. 100 is kept for the same credit code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from tuoke.services.exchange.rules import CompanyName, company_name, text_key
from tuoke.spine.customers.rules.parties import keys_of, sound_of

SHOWN = 65
"""From here on somebody who types is told."""
LISTED = 80
"""From here on a pair waits in the review queue."""
CERTAIN = 99

SAME_NAME, SAME_CORE, CORE_ELSEWHERE, NAMESAKE = 95, 90, 76, 65
MOST_BY_LIKENESS = 90
SAME_PHONE, SAME_SWITCHBOARD, SAME_ADDRESS, SAME_PERSON = 70, 35, 75, 50
A_BRANCH, ANOTHER_NUMBER, ANOTHER_CODE = 60, 55, 50
ELSEWHERE = 0.75
BRAND_SHARE = 0.65
TRADE_UNKNOWN = 0.8
HOMOPHONE = 0.9
LEAST_NAME = 50

_CLASSES = ("0123456789一二三四五六七八九十百零〇", "东西南北", "甲乙丙丁戊己", "上下")


class Part(NamedTuple):
    """One thing that speaks for (points) or against (0) it. Codes: name, core, name_like, sound, phone, switchboard,
    email, wechat, contact, credit_code, want, want_blank; region_differs, branch, number_differs, code_differs, want_differs."""

    code: str
    points: int


class Likeness(NamedTuple):
    score: int
    parts: tuple[Part, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(part.code for part in self.parts)

    @property
    def is_exact(self) -> bool:
        """The same beyond doubt: by code, or by name together with wish or phone."""
        codes = self.codes
        return "credit_code" in codes or ("name" in codes and not codes.isdisjoint(("want", "want_blank", "phone")))


class PartyTexts(Protocol):
    """What leads and drafts of leads have."""

    @property
    def company(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def wechat(self) -> str: ...
    @property
    def credit_code(self) -> str: ...
    @property
    def want(self) -> str: ...


class CustomerTexts(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def market(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def credit_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sketch:
    """A party as far as it can be compared. Phones in E.164; several where a record has several.

    ``party`` is the key of who it is (``keys_of``), ``want`` the folded wish of a lead, None for a customer, who may want
    anything. ``company`` is blank for a person.
    """

    party: str = ""
    company: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    wechat: str = ""
    contact: str = ""
    credit_code: str = ""
    want: str | None = None

    @classmethod
    def of(cls, lead: PartyTexts) -> Sketch:
        keys = keys_of(
            company=lead.company, contact=lead.contact, phone=lead.phone, email=lead.email, wechat=lead.wechat,
            want=lead.want,
        )  # fmt: skip
        return cls(
            party=keys.party,
            company=lead.company,
            phones=(lead.phone,) if lead.phone else (),
            emails=(folded_email(lead.email),) if lead.email else (),
            wechat=lead.wechat,
            contact=lead.contact,
            credit_code=lead.credit_code,
            want=keys.want,
        )

    @classmethod
    def of_customer(cls, customer: CustomerTexts) -> Sketch:
        """A customer; of a person his name is no company's."""
        is_person = customer.market == "toc"
        keys = keys_of(
            company="" if is_person else customer.name, contact=customer.name if is_person else "", phone=customer.phone
        )
        return cls(
            party=keys.party,
            company="" if is_person else customer.name,
            phones=(customer.phone,) if customer.phone else (),
            contact=customer.name if is_person else "",
            credit_code=customer.credit_code,
        )


def compare(one: Sketch, other: Sketch) -> Likeness:
    """How much the two look like one party. Wishes are told, not weighed: two wishes of one party are two leads."""
    if one.credit_code and one.credit_code == other.credit_code:
        return Likeness(100, (Part("credit_code", 100), *_name(one, other)[1], *_reach(one, other), *_want(one, other)))
    points, parts = _name(one, other)
    reach = _reach(one, other)
    chance = 1 - points / 100
    for part in reach:
        chance *= 1 - part.points / 100
    score = min(round(100 * (1 - chance)), CERTAIN)
    if one.credit_code and other.credit_code:
        score = min(score, ANOTHER_CODE)
        parts = (*parts, Part("code_differs", 0))
    return Likeness(score, (*parts, *reach, *_want(one, other)))


def wants_apart(one: Sketch, other: Sketch) -> bool:
    """Both are leads and want different things: then they are two leads, however much the party is the same."""
    return wishes_apart(one.want, other.want)


def wishes_apart(one: str | None, other: str | None) -> bool:
    if not one or not other or one == other:
        return False
    return fuzz.ratio(one, other) < LISTED


def folded_email(address: str) -> str:
    return address.strip().rstrip(".。").casefold()


def base_number(phone: str) -> str:
    """The number without its extension: who shares it sits at one switchboard."""
    return phone.partition("x")[0]


def _name(one: Sketch, other: Sketch) -> tuple[int, tuple[Part, ...]]:
    if one.party and one.party == other.party:
        points = NAMESAKE if one.party.startswith("n:") else SAME_NAME
        return points, (Part("name", points),)
    if not one.company or not other.company:
        return 0, ()
    return _names(one.company, other.company)


@lru_cache(maxsize=8192)
def _names(one: str, other: str) -> tuple[int, tuple[Part, ...]]:
    a, b = company_name(one), company_name(other)
    if a.key == b.key:
        return SAME_NAME, (Part("name", SAME_NAME),)
    points, parts = _cores(a, b)
    against: list[str] = []
    if a.place.contradicts(b.place) and not (a.core == b.core and bool(a.brand) != bool(b.brand)):
        against.append("region_differs")
        points = CORE_ELSEWHERE if a.core == b.core else round(points * ELSEWHERE)
    if bool(a.branch) != bool(b.branch) or (a.branch and a.branch != b.branch):
        against.append("branch")
        points = min(points, A_BRANCH)
    if _counts_on(a.core, b.core):
        against.append("number_differs")
        points = min(points, ANOTHER_NUMBER)
    if points < LEAST_NAME:
        return 0, ()
    return points, (Part(parts, points), *(Part(code, 0) for code in against))


def _cores(a: CompanyName, b: CompanyName) -> tuple[int, str]:
    if a.core == b.core:
        return SAME_CORE, "core"
    if not a.brand or not b.brand:
        return round(MOST_BY_LIKENESS * Levenshtein.normalized_similarity(a.core, b.core)), "name_like"
    written = Levenshtein.normalized_similarity(a.brand, b.brand)
    heard = HOMOPHONE * Levenshtein.normalized_similarity(_heard(a.brand), _heard(b.brand)) if written < 1 else 0
    brand = max(written, heard)
    trade = Indel.normalized_similarity(a.trade, b.trade) if a.trade and b.trade else TRADE_UNKNOWN
    if not a.trade and not b.trade:
        trade = brand
    whole = BRAND_SHARE * brand + (1 - BRAND_SHARE) * trade
    return round(MOST_BY_LIKENESS * whole), "sound" if heard > written else "name_like"


def _heard(text: str) -> tuple[str, ...]:
    return tuple(sound_of(text).split())


def _counts_on(one: str, other: str) -> bool:
    """第一 and 第二, 东区 and 西区: one letter, but it is there to tell them apart."""
    if len(one) != len(other):
        return False
    pairs = [(x, y) for x, y in zip(one, other, strict=True) if x != y]
    return any(x in letters and y in letters for x, y in pairs for letters in _CLASSES)


def _reach(one: Sketch, other: Sketch) -> tuple[Part, ...]:
    return tuple(_reached(one, other))


def _reached(one: Sketch, other: Sketch) -> Iterable[Part]:
    by_phone = _phones(one.phones, other.phones) if one.phones and other.phones else None
    if by_phone:
        yield by_phone
    by_mail = bool(one.emails) and not set(one.emails).isdisjoint(other.emails)
    if by_mail:
        yield Part("email", SAME_ADDRESS)
    by_wechat = bool(one.wechat) and one.wechat == other.wechat
    if by_wechat:
        yield Part("wechat", SAME_ADDRESS)
    if (by_phone or by_mail or by_wechat) and one.contact and text_key(one.contact) == text_key(other.contact):
        yield Part("contact", SAME_PERSON)


def _phones(one: Iterable[str], other: Iterable[str]) -> Part | None:
    if not set(one).isdisjoint(other):
        return Part("phone", SAME_PHONE)
    if not {base_number(phone) for phone in one}.isdisjoint(base_number(phone) for phone in other):
        return Part("switchboard", SAME_SWITCHBOARD)
    return None


def _want(one: Sketch, other: Sketch) -> tuple[Part, ...]:
    if one.want is None or other.want is None:
        return ()
    if one.want == other.want:
        return (Part("want" if one.want else "want_blank", 0),)
    return (Part("want_differs", 0),) if one.want and other.want else ()
