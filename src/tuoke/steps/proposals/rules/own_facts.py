"""What of this customer's own a text carries: a figure of his, words of his, a name that he uses (S5.1).

The screen explains just this; nothing else counts as customised. The customer's name on a general text doesn't.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tuoke.spine.library.rules import quantities

RUN = 6
"""So many characters in a row that he said, digits aside, are his words."""
NAME_LEAST = 2
_NAMED = re.compile(r"[“「《『‘]([^“”「」《》『』‘’\n]{2,20})[”」》』’]")
_PLACE = re.compile(r"〔[^〔〕]*〕")
_COUNTED = re.compile(r"(?<![\d.A-Za-z])(\d[\d,]*(?:\.\d+)?)\s*(?![年月日号点.])([%％]|[\u4e00-\u9fff])")
"""A number with its measure word: 240 单, 4.5 万. Small round numbers (3 个) are everybody's; dates are nobody's."""


class FactKind(StrEnum):
    FIGURE = "figure"
    WORDS = "words"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Told:
    """Something that is known of the customer from himself. ``where`` says from where, ``need_id`` which need it is
    about (0: none). ``is_name``: the text is a name as such (a system, a process, a site)."""

    text: str
    where: str
    need_id: int = 0
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class OwnFact:
    kind: FactKind
    text: str
    where: str
    need_id: int = 0


@dataclass(slots=True)
class Known:
    """All that a customer told, laid out to be found in many texts. Make it by ``known_of``."""

    figures: dict[tuple[object, ...], tuple[str, Told]] = field(default_factory=dict)
    runs: dict[str, Told] = field(default_factory=dict)
    names: dict[str, Told] = field(default_factory=dict)
    customer: str = ""

    def found_in(self, text: str, *, general: str = "") -> tuple[OwnFact, ...]:
        """What of it this text carries, each once. ``general`` is the library's text that it began with: what already
        stood there says nothing of the customer. Open 〔places〕 say nothing."""
        said = _PLACE.sub(lambda place: "\0" * len(place[0]), text)
        plain, before = _spelled(said, self.customer), _spelled(general, self.customer).letters
        names = tuple(self._names(plain.letters, before))
        named = "\0".join(_plain(fact.text, self.customer) for fact in names)
        words = (fact for fact in self._words(plain, before) if _plain(fact.text, self.customer) not in named)
        return (*self._figures(text, general), *names, *words)

    def _figures(self, text: str, general: str) -> Iterable[OwnFact]:
        stood = _figures(general)
        told = {key: self.figures[key] for key in _figures(text) if key in self.figures and key not in stood}
        for said, source in dict.fromkeys(told.values()):
            yield OwnFact(FactKind.FIGURE, said, source.where, source.need_id)

    def _names(self, said: str, before: str) -> Iterable[OwnFact]:
        for name, told in self.names.items():
            plain = _plain(name, self.customer)
            if plain in said and plain not in before:
                yield OwnFact(FactKind.NAME, name, told.where, told.need_id)

    def _words(self, plain: _Spelled, before: str) -> Iterable[OwnFact]:
        said, at, seen = plain.letters, 0, set[str]()
        while at <= len(said) - RUN:
            told = self.runs.get(said[at : at + RUN])
            if told is None or said[at : at + RUN] in before:
                at += 1
                continue
            end = at + RUN
            while end < len(said) and self.runs.get(said[end - RUN + 1 : end + 1]) is told:
                end += 1
            words = said[at:end]
            if words not in seen and sum(not c.isdigit() for c in words) >= RUN:
                seen.add(words)
                yield OwnFact(FactKind.WORDS, plain.written(at, end), told.where, told.need_id)
            at = end


def known_of(told: Sequence[Told], *, customer: str = "") -> Known:
    """``customer`` is his name: saying it isn't knowing him."""
    known = Known(customer=_letters(customer))
    for one in told:
        for key, said in _figures(one.text).items():
            known.figures.setdefault(key, (said, one))
        for name in (one.text.strip(),) if one.is_name else _NAMED.findall(one.text):
            if len(_plain(name, known.customer)) >= NAME_LEAST:
                known.names.setdefault(name, one)
        if not one.is_name:
            plain = _plain(one.text, known.customer)
            for at in range(len(plain) - RUN + 1):
                known.runs.setdefault(plain[at : at + RUN], one)
    return known


@dataclass(frozen=True, slots=True)
class _Spelled:
    """Letters and digits alone, so that commas and line ends don't part what was said together, without the customer's
    name; ``places`` are where each stood in ``text``."""

    text: str
    letters: str
    places: tuple[int, ...]

    def written(self, start: int, end: int) -> str:
        """What stood there, with its commas."""
        return " ".join(self.text[self.places[start] : self.places[end - 1] + 1].split())


def _spelled(text: str, customer: str) -> _Spelled:
    found = [(c, at) for at, raw in enumerate(text) for c in _letters(raw)]
    letters = "".join(c for c, _at in found)
    if customer and customer in letters:
        keep = [True] * len(letters)
        for match in re.finditer(re.escape(customer), letters):
            keep[match.start() : match.end()] = [False] * len(customer)
        found = [one for one, is_kept in zip(found, keep, strict=True) if is_kept]
    return _Spelled(text, "".join(c for c, _at in found), tuple(at for _c, at in found))


def _plain(text: str, customer: str) -> str:
    return _spelled(text, customer).letters


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _figures(text: str) -> dict[tuple[object, ...], str]:
    """By what makes two figures the same (5 天, 五天): how it was written. The more telling of two ways to read one."""
    found: dict[tuple[object, ...], str] = {}
    for match in _COUNTED.finditer(text):
        number = match[1].replace(",", "")
        if len(number) > 1:
            found[number, match[2]] = match[0]
    spans = {(quantity.start, quantity.end): quantity for quantity in quantities(text)}
    for match in _COUNTED.finditer(text):
        if any(start <= match.start() and match.end() <= end + 1 for start, end in spans):
            found.pop((match[1].replace(",", ""), match[2]), None)
    return found | {(q.unit.split("/")[0], q.low, q.high): q.text for q in spans.values()}
