"""A yes, or a no with all its reasons; and the refusals that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands in the way: a stable code; the words for it live in templates."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons

    def __and__(self, other: Verdict) -> Verdict:
        return Verdict(self.reasons + other.reasons)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


YES = Verdict()


def no(code: str, **params: object) -> Verdict:
    """A refusal for one reason."""
    return Verdict((Reason(code, params),))


class Refused(Exception):
    """An action said no. Nothing was changed; ``verdict`` holds every reason."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(", ".join(verdict.codes))
        self.verdict = verdict


class Conflict(Exception):
    """Somebody else saved first (optimistic locking). ``current`` is the record as it stands now."""

    def __init__(self, current: object) -> None:
        super().__init__("stale version")
        self.current = current
