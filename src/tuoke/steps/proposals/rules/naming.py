"""A case whose customer doesn't want to be named goes by its industry, wherever it is cited (S5.2)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tuoke.spine.library.rules import CaseContent, Content

_KIND = re.compile("(?:股份|集团|有限责任|有限|公司)+$")
SHORT_LEAST = 3
"""A shorter rest of a name is an ordinary word."""


def discretion(content: Content, industry: str) -> Callable[[str], str]:
    """What a text of this case says to strangers: the customer's name, also without its 有限公司, is replaced unless it may
    be named."""
    if not isinstance(content, CaseContent) or content.may_name or not content.customer.strip():
        return str
    name = content.customer.strip()
    short = _KIND.sub("", name)
    peer = f"某{industry}客户" if industry else "某客户"

    def said(text: str) -> str:
        text = text.replace(name, peer)
        return text.replace(short, peer) if len(short) >= SHORT_LEAST else text

    return said
