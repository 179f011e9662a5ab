"""Which references may be opened by a press: nothing but web addresses."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_address(reference: str) -> str:
    """The reference where it is an http or https address as a whole, else nothing (javascript:, data:, a title …)."""
    text = reference.strip()
    if any(character.isspace() or ord(character) < 32 for character in text):
        return ""
    try:
        parts = urlsplit(text)
        known = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return text if known else ""
