"""A survey as the customer sees it behind his link."""

from __future__ import annotations

from dataclasses import dataclass

from tuoke.base.accounts.rules import Principal
from tuoke.services.links.models import Link
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.reviews.revisits.models import Survey
from tuoke.steps.reviews.revisits.rules import Answer, SurveyState


@dataclass(frozen=True, slots=True)
class SharedSurvey:
    survey: Survey
    deal: Opportunity
    state: SurveyState

    @property
    def is_open(self) -> bool:
        return self.state is SurveyState.OPEN

    @property
    def answer(self) -> Answer | None:
        """What he said last."""
        said = self.survey
        if said.answered_at is None:
            return None
        return Answer(said.score, said.choices, said.comment, said.wants_call)


def shared_survey(link: Link) -> SharedSurvey:
    """What this link opens, one query. Raises Survey.DoesNotExist. Whoever asks has checked the link."""
    related = ("opportunity__customer", "opportunity__owner", "contact", "sent_by", "link")
    survey = Survey.objects.select_related(*related).get(link_id=link.pk)
    deal = survey.opportunity
    state = SurveyState.OPEN if deal.outcome in (Outcome.WON, Outcome.LOST) else SurveyState.CLOSED
    return SharedSurvey(survey, deal, SurveyState.GONE if survey.contact.do_not_contact else state)


def may_see_link(who: Principal, subject: str) -> bool:
    """Whether ``who`` sees the survey that a link opens; for ``links.hooks.kinds``."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _, pk = subject.partition(":")
    is_ours = label == Survey._meta.label_lower and pk.isascii() and pk.isdigit() and len(pk) < 19
    return is_ours and Survey.objects.visible_to(who, action).filter(pk=int(pk)).exists()
