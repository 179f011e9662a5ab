"""A form on which an action's refusal is told."""

from __future__ import annotations

from django import forms

from tuoke.base.kernel.verdict import Reason, Verdict


class SaysWhy(forms.Form):
    """Says every reason of a refusal, at its field where it has one. A package gives its words: ``say = sentence``."""

    @staticmethod
    def say(reason: Reason) -> str:
        raise NotImplementedError

    def refuse(self, verdict: Verdict) -> None:
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            self.add_error(field if field in self.fields else None, self.say(reason))
