"""What a person says of a profile in one go, and how its history says what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.steps.targeting.rules.content import Dimension, Pain, ProfileContent
from tuoke.steps.targeting.rules.phrases import amount_text, count_text
from tuoke.steps.targeting.rules.table import URGENCY_WORDS

MINIMUM = range(5, 1001)
"""How few closed deals somebody may call evidence (S1.3); below 5 a win rate says next to nothing."""


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """``minimum_cases``: closed deals that a value needs, and as many outside it, before history suggests it."""

    name: str
    market: str = "tob"
    product_id: int | None = None
    owner_id: int | None = None
    review_by: date | None = None
    minimum_cases: int = 20
    content: ProfileContent = field(default_factory=ProfileContent)


def sound_minimum(draft: ProfileDraft) -> Verdict:
    if draft.minimum_cases in MINIMUM:
        return YES
    return no("minimum_out_of_range", field="minimum_cases", low=MINIMUM.start, high=MINIMUM.stop - 1)


def told(content: ProfileContent) -> dict[str, str | bool | int]:
    """The content by field, each as one line that a person reads: what the history compares."""
    lists = (
        "industries", "lifecycle", "policies", "life_stages", "situations", "deciders", "influencers", "regions", "sources",
    )  # fmt: skip
    return {
        **{name: "、".join(getattr(content, name)) for name in lists},
        "staff": count_text(content.staff, "人"),
        "revenue": amount_text(content.revenue),
        "paying_customers": count_text(content.paying_customers, "家"),
        "income": amount_text(content.income),
        "pains": "；".join(pain_text(p) for p in content.pains),
        "budget": amount_text(content.budget),
        "price": amount_text(content.price),
        "custom_quote": content.custom_quote,
        **{f"weight_{d.value}": f"{content.weights[d].normalize():f}%" for d in Dimension},
        "threshold": f"{content.threshold.normalize():f}",
        "watch_after_months": content.watch_after_months,
        "unverified_share": f"{content.unverified_share}%",
    }


def pain_text(pain: Pain) -> str:
    urgency = URGENCY_WORDS[pain.urgency]
    return f"{pain.text}({urgency}：{pain.reason})" if pain.reason else f"{pain.text}({urgency})"
