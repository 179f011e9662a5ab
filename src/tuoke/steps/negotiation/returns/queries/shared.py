"""A calculation as the customer sees it behind his link."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuoke.base.accounts.rules import Principal
from tuoke.services.links.models import Link
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns.models import Calculation, Share
from tuoke.steps.negotiation.returns.rules import Figures, SharedState


@dataclass(frozen=True, slots=True)
class SharedCalculation:
    """``variants`` are those that came back through this link, newest first."""

    share: Share
    deal: Opportunity
    state: SharedState
    variants: list[Calculation]

    @property
    def is_open(self) -> bool:
        return self.state is SharedState.OPEN

    @property
    def figures(self) -> Figures:
        """What he begins with; the other suppliers only where they are shown to him."""
        found = self.share.calculation.figures
        return found if self.share.shows_rivals else replace(found, rivals=())


def shared_calculation(link: Link) -> SharedCalculation:
    """What this link opens, two queries. Raises Share.DoesNotExist. Whoever asks has checked the link."""
    related = ("calculation__opportunity__customer", "calculation__opportunity__owner", "contact", "sent_by", "link")
    share = Share.objects.select_related(*related).get(link_id=link.pk)
    deal = share.calculation.opportunity
    return SharedCalculation(share, deal, _state(share, deal), list(share.variants.all()))


def may_see_link(who: Principal, subject: str) -> bool:
    """Whether ``who`` sees the calculation that a link opens; for ``links.hooks.kinds``."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _state(share: Share, deal: Opportunity) -> SharedState:
    if deal.is_given_up:
        return SharedState.CLOSED
    is_gone = share.contact.do_not_contact or share.calculation.withdrawn_at is not None
    return SharedState.GONE if is_gone else SharedState.OPEN


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _, pk = subject.partition(":")
    is_ours = label == Share._meta.label_lower and pk.isdigit()
    return is_ours and Share.objects.visible_to(who, action).filter(pk=int(pk)).exists()
