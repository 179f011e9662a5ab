"""Translations. Simplified Chinese is the source; traditional is derived with OpenCC; English is translated by hand.

``python -m tuoke.config.messages collect`` brings ``locale/en`` up to date with the strings in code and templates,
``compile`` writes what Django reads (needs no gettext), ``check`` fails on a missing or broken translation.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib

PACKAGE = Path(__file__).resolve().parents[1]
ENGLISH = PACKAGE / "locale/en/LC_MESSAGES/django.po"
TRADITIONAL = PACKAGE / "locale/zh_Hant/LC_MESSAGES/django.mo"
# Words of business that OpenCC takes for words of programming.
TRADE_WORDS = {"程式碼": "代碼", "型別": "類型", "許可權": "權限", "釋出": "發布", "最佳化": "優化", "賬號": "帳號"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_LITERAL = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext)\(\s*((?:{_LITERAL}\s*,?\s*)+)")
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "ngettext_lazy": (1, 2)}  # fmt: skip


def main(words: list[str]) -> int:
    command = words[0] if words else ""
    if command == "compile":
        return compile_all()
    if command == "collect":
        return collect()
    if command == "check":
        return check()
    print(__doc__)
    return 2


def compile_all() -> int:
    """Write the ``.mo`` files where the ``.po`` is newer."""
    if TRADITIONAL.exists() and TRADITIONAL.stat().st_mtime >= ENGLISH.stat().st_mtime:
        return 0
    import opencc

    catalogue = polib.pofile(str(ENGLISH))
    catalogue.save_as_mofile(str(ENGLISH.with_suffix(".mo")))
    to_taiwan = opencc.OpenCC("s2twp").convert

    def convert(text: str) -> str:
        text = to_taiwan(text)
        for taken, meant in TRADE_WORDS.items():
            text = text.replace(taken, meant)
        return text

    derived = polib.POFile()
    derived.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    for entry in catalogue:
        plain = {"msgid": entry.msgid, "msgctxt": entry.msgctxt}
        if entry.msgid_plural:
            text = {"msgid_plural": entry.msgid_plural, "msgstr_plural": {0: convert(entry.msgid)}}
        else:
            text = {"msgstr": convert(entry.msgid)}
        derived.append(polib.POEntry(**plain, **text))
    TRADITIONAL.parent.mkdir(parents=True, exist_ok=True)
    derived.save_as_mofile(str(TRADITIONAL))
    return 0


def collect() -> int:
    """Add new strings (untranslated) and drop the ones that are gone; translations are kept."""
    known = {(e.msgctxt, e.msgid): e for e in (polib.pofile(str(ENGLISH)) if ENGLISH.exists() else [])}
    fresh = polib.POFile(wrapwidth=110)
    fresh.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for context, singular, plural in sorted(found(), key=lambda m: (m[1], m[0] or "")):
        kept = known.get((context, singular))
        entry = polib.POEntry(msgid=singular, msgctxt=context, msgid_plural=plural or "")
        if plural:
            entry.msgstr_plural = kept.msgstr_plural if kept and kept.msgstr_plural else {0: "", 1: ""}
        elif kept:
            entry.msgstr = kept.msgstr
        fresh.append(entry)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(ENGLISH))
    missing = [e for e in fresh if not is_translated(e)]
    print(f"{len(fresh)} strings, {len(missing)} without English")
    return 0


def check() -> int:
    catalogue = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(ENGLISH))}
    wrong = []
    used = set()
    for context, singular, _plural in found():
        used.add((context, singular))
        entry = catalogue.get((context, singular))
        if entry is None or not is_translated(entry):
            wrong.append(f"no English: {singular!r}")
        elif entry.msgstr and sorted(PLACEHOLDER.findall(singular)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            wrong.append(f"placeholders differ: {singular!r} / {entry.msgstr!r}")
    wrong += [f"no longer used: {msgid!r}" for context, msgid in catalogue if (context, msgid) not in used]
    for line in wrong[:40]:
        print(line)
    if wrong:
        print(
            f"{len(wrong)} translations need a hand: python -m tuoke.config.messages collect, then edit {ENGLISH.name}"
        )
    return 1 if wrong else 0


def is_translated(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def found() -> set[tuple[str | None, str, str | None]]:
    """Every (context, singular, plural) in code and templates."""
    messages: set[tuple[str | None, str, str | None]] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            messages.update(_in_python(path.read_text(encoding="utf-8")))
    for path in sorted(PACKAGE.rglob("templates/**/*.*")):
        if path.is_file() and path.suffix in {".html", ".txt"}:
            messages.update(_in_template(path))
    return messages


def _in_python(source: str) -> Iterator[tuple[str | None, str, str | None]]:
    from babel.messages.extract import extract

    for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=_called(source)):
        parts = (text,) if isinstance(text, str) else text
        if parts and parts[0]:
            yield context, parts[0], parts[1] if len(parts) > 1 and parts[1] else None


def _called(source: str) -> dict[str, Any]:
    """What texts are passed to in this file: also under the names that it gives them (``gettext as _now``)."""
    given = re.findall(r"^\s*from django\.utils\.translation import (\w+) as (\w+)$", source, re.M)
    return KEYWORDS | {name: KEYWORDS[known] for known, name in given if known in KEYWORDS}


def _in_template(path: Path) -> Iterator[tuple[str | None, str, str | None]]:
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    for name, literals in CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        words = ast.literal_eval(f"({literals.rstrip().rstrip(',')},)")
        context = words[0] if name.startswith("p") else None
        words = words[1:] if context else words
        if words[0]:
            yield context, words[0], words[1] if name.startswith("n") else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
