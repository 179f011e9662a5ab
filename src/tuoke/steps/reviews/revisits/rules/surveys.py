"""The survey that a customer answers himself behind his link: one score, three questions, his own words (S8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.rules import DAYS_LEAST, DAYS_MOST
from tuoke.steps.reviews.revisits.rules.visits import LOW, score_faults

COMMENT_LIMIT, MESSAGE_LIMIT, NAME_LIMIT = 1000, 500, 60
VALID_USUAL = timedelta(days=21)
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "usage": ("daily", "weekly", "seldom", "never"),
    "result": ("beyond", "met", "partly", "missed"),
    "service": ("good", "fair", "slow", "poor"),
}
"""Each question with its answers, the best one first."""


class SurveyState(StrEnum):
    """What the customer can do with the page behind his link."""

    OPEN = "open"
    CLOSED = "closed"  # the deal was taken up again or thrown away: there is nothing to ask about
    GONE = "gone"  # he isn't to be contacted any more


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """How a survey is sent."""

    contact_id: int | None
    expires_on: date | None
    message: str = ""
    challenge: bool = False

    def faults(self, *, phone_digits: str, today: date) -> Verdict:
        verdict = YES if self.contact_id else no("contact_missing", field="contact")
        if self.expires_on is None:
            verdict &= no("expires_missing", field="expires_on")
        elif not DAYS_LEAST <= (self.expires_on - today).days <= DAYS_MOST:
            verdict &= no("expiry_out_of_range", field="expires_on", least=DAYS_LEAST, most=DAYS_MOST)
        if self.challenge and not phone_digits:
            verdict &= no("phone_missing", field="challenge")
        return verdict & text_fault(self.message, field="message", limit=MESSAGE_LIMIT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What he says. The score is asked for; the questions may stay open."""

    score: int | None
    choices: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    wants_call: bool = False

    def faults(self) -> Verdict:
        verdict = no("score_missing", field="score") if self.score is None else score_faults(self.score, field="score")
        for question, choice in self.choices.items():
            if choice and choice not in QUESTIONS.get(question, ()):
                verdict &= no("choice_unknown", field=question)
        return verdict & text_fault(self.comment, field="comment", limit=COMMENT_LIMIT)

    @property
    def is_low(self) -> bool:
        return self.score is not None and self.score <= LOW
