"""What a person says of a profile in one go, and how its history says what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tuoke.steps.targeting.rules.content import Dimension, ProfileContent
from tuoke.steps.targeting.rules.table import URGENCY_WORDS, amount_text, count_text


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    name: str
    market: str = "tob"
    product_id: int | None = None
    owner_id: int | None = None
    review_by: date | None = None
    content: ProfileContent = field(default_factory=ProfileContent)


def told(content: ProfileContent) -> dict[str, str | bool | int]:
    """The content by field, each as one line that a person reads: what the history compares."""
    lists = ("industries", "lifecycle", "policies", "life_stages", "situations", "deciders", "influencers")
    return {
        **{name: "、".join(getattr(content, name)) for name in lists},
        "staff": count_text(content.staff, "人"),
        "revenue": amount_text(content.revenue),
        "paying_customers": count_text(content.paying_customers, "家"),
        "income": amount_text(content.income),
        "pains": "；".join(_pain(p.text, URGENCY_WORDS[p.urgency], p.reason) for p in content.pains),
        "budget": amount_text(content.budget),
        "price": amount_text(content.price),
        "custom_quote": content.custom_quote,
        **{f"weight_{d.value}": f"{content.weights[d].normalize():f}%" for d in Dimension},
        "threshold": f"{content.threshold.normalize():f}",
        "watch_after_months": content.watch_after_months,
        "unverified_share": f"{content.unverified_share}%",
    }


def _pain(text: str, urgency: str, reason: str) -> str:
    return f"{text}({urgency}：{reason})" if reason else f"{text}({urgency})"
