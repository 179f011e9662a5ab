"""What was sent to the customer, as he sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.steps.proposals.rules import Frozen
from tuoke.steps.proposals.sendings.chapters import Chapter, chapters_of
from tuoke.steps.proposals.sendings.models import Paper, Remark, Sending
from tuoke.steps.proposals.sendings.rules import PaperState, SharedState


@dataclass(frozen=True, slots=True)
class Said:
    """What he asked or said; ``answer`` is ours, empty while nobody has answered."""

    id: int
    section: str
    text: str
    at: datetime
    answer: str
    answered_by: str

    @property
    def may_be_taken_back(self) -> bool:
        return not self.answer


@dataclass(frozen=True, slots=True)
class Shared:
    """Everything that the customer's page shows. ``newer``: the address of the version that he himself was sent since."""

    sending: Sending
    state: SharedState
    frozen: Frozen
    chapters: tuple[Chapter, ...]
    said: Mapping[str, tuple[Said, ...]]
    files: tuple[str, ...]
    newer: str

    @property
    def is_open(self) -> bool:
        return self.state is SharedState.OPEN

    @property
    def sections(self) -> dict[str, str]:
        return {leaf.key: leaf.title for chapter in self.chapters for leaf in chapter.leaves}


def shared_proposal(link: Link) -> Shared:
    """What this link opens, in the language that is on. At most five queries. Raises Sending.DoesNotExist where it opens
    none of ours. Whoever asks has checked the link."""
    related = ("opportunity__customer", "opportunity__owner", "contact", "created_by", "link", "version__proposal")
    sending = Sending.objects.select_related(*related).sent().get(link_id=link.pk)
    frozen = sending.version.frozen
    return Shared(
        sending=sending,
        state=state_of(sending),
        frozen=frozen,
        chapters=chapters_of(frozen),
        said=_said(sending),
        files=_files(sending),
        newer=_newer(sending),
    )


def state_of(sending: Sending) -> SharedState:
    """What the customer can do with it, apart from what its link says."""
    if sending.superseded_at:
        return SharedState.SUPERSEDED
    if sending.opportunity.is_given_up:
        return SharedState.CLOSED
    return SharedState.GONE if sending.contact.do_not_contact else SharedState.OPEN


def _said(sending: Sending) -> dict[str, tuple[Said, ...]]:
    found: dict[str, list[Said]] = {}
    for remark in sending.remarks.standing().select_related("answered_by"):
        found.setdefault(remark.section, []).append(_one(remark))
    return {section: tuple(said) for section, said in found.items()}


def _one(remark: Remark) -> Said:
    by = str(remark.answered_by) if remark.answered_by else ""
    return Said(remark.pk, remark.section, remark.text, remark.at, remark.answer, by)


def _files(sending: Sending) -> tuple[str, ...]:
    if not sending.may_download:
        return ()
    done = Paper.objects.filter(version=sending.version_id, state=PaperState.DONE)
    return tuple(done.order_by("-kind").values_list("kind", flat=True))


def _newer(sending: Sending) -> str:
    """Only what he was sent himself: another person's link isn't his."""
    if not sending.superseded_at:
        return ""
    same = Sending.objects.sent().filter(opportunity=sending.opportunity_id, contact=sending.contact_id)
    later = same.filter(superseded_at=None, link__revoked_at=None).select_related("link").order_by("-pk").first()
    return address_of(later.link) if later and later.link else ""
