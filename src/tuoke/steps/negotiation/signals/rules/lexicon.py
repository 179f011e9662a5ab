"""The maintained lexicon (``content/lexicon.yaml``) as patterns. Read once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tuoke.spine.library.rules import SignalKind

SOURCE = Path(__file__).resolve().parents[1] / "content" / "lexicon.yaml"


@dataclass(frozen=True, slots=True)
class Entries:
    """What shows one kind: ``things`` count where they are asked about, ``phrases`` by themselves."""

    things: re.Pattern[str] | None
    phrases: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    asks: re.Pattern[str]
    questions: re.Pattern[str]
    customers: re.Pattern[str]
    ours: re.Pattern[str]
    toward: re.Pattern[str]
    our_verbs: re.Pattern[str]
    plans: re.Pattern[str]
    others: re.Pattern[str]
    negations: re.Pattern[str]
    put_off: re.Pattern[str]
    not_negations: re.Pattern[str]
    hypotheticals: re.Pattern[str]
    kinds: Mapping[SignalKind, Entries]


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the product. A word that is no pattern stops the first use with its name."""
    return parse(SOURCE.read_text(encoding="utf-8"))


def parse(text: str) -> Lexicon:
    said = yaml.safe_load(text)
    who = f"(?:{'|'.join(said['people'].split())})"
    lists = {name: _any(said[name]) for name in Lexicon.__slots__ if name not in ("kinds", "toward")}
    kinds = {SignalKind(kind): _entries(words, who) for kind, words in said["kinds"].items()}
    toward = re.compile(f"(?:{'|'.join(_longest_first(said['toward'].split()))})$")
    return Lexicon(**lists, toward=toward, kinds=kinds)


def _entries(words: Mapping[str, str], who: str) -> Entries:
    found = {name: _any(words[name].replace("{who}", who)) if words[name].strip() else None for name in words}
    return Entries(found["things"], found["phrases"])


def _any(words: str) -> re.Pattern[str]:
    """The longest first: 签订 is more than 签."""
    return re.compile("|".join(f"(?:{word})" for word in _longest_first(words.split())))


def _longest_first(words: list[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)
