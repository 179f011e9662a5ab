"""Reads of the first delivery. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Prefetch, Q
from django.urls import reverse

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.models import key_of
from tuoke.services.files.models import File
from tuoke.services.files.queries import standing_by_subject
from tuoke.services.links import queries as links
from tuoke.services.links.models import Link
from tuoke.services.links.queries import LinkCard
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.doors import is_open
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Feedback, Issue, Share
from tuoke.steps.contracts.deliveries.rules import (
    MOST_ISSUES,
    MOST_ITEMS,
    How,
    IssueState,
    ItemState,
    Progress,
    SharedState,
    Side,
    is_late,
    may_answer,
    may_change,
    may_hand_over,
    progress_of,
)
from tuoke.steps.contracts.kickoff.models import Milestone

MOST_ON_TODAY = 50
MOST_PEOPLE = 200
MOST_SHARES, MOST_FEEDBACK, MOST_EARLIER = 20, 20, 10
"""So many links, words of the customer on the whole, and earlier ones on an item are shown; older ones stay in the
history."""
_GONE_LAST = F("withdrawn_at").asc(nulls_first=True)
"""What was withdrawn is cut off first where there is more than a page shows."""
SCAN_KIND = "acceptance"
"""Of the files that belong to an acceptance which was entered from paper (``files.hooks.kinds``)."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the customer himself gave the first delivery, of ten; ``how`` we know it, and who said it."""

    value: int
    comment: str
    name: str
    on: date
    at: datetime
    how: How


def score_of(deal: Opportunity) -> Score | None:
    """The newest word of the customer on the first delivery (1 to 10); None while he has said nothing. One query."""
    found = Feedback.objects.standing().filter(opportunity=deal).order_by("-id").first()
    if found is None:
        return None
    return Score(found.score, found.comment, found.name, found.on, found.at, How(found.how))


def scores_of(deal_ids: Sequence[int]) -> dict[int, int]:
    """The same number for a page of deals. One query."""
    rows = Feedback.objects.standing().filter(opportunity_id__in=deal_ids).order_by("id")
    return dict(rows.values_list("opportunity_id", "score"))


def progress_in(deal: Opportunity) -> Progress:
    """How far the first delivery is. One query."""
    return progress_of(DeliveryItem.objects.standing().filter(opportunity=deal).values_list("state", flat=True))


def open_issues_of(who: Principal) -> list[Issue]:
    """Issues that ``who`` is to solve or see through, the most urgent first; at most MOST_ON_TODAY. One query."""
    if who.user_id is None:
        return []
    mine = Issue.objects.visible_to(who).unclosed().filter(owner_id=who.user_id)
    mine = mine.filter(opportunity__outcome__in=["open", "paused", "won"])
    return list(
        mine.select_related("opportunity__customer", "item").order_by(F("due_on").asc(nulls_last=True), "id")[
            :MOST_ON_TODAY
        ]
    )


def open_issues_in(deal_ids: Sequence[int]) -> dict[int, int]:
    """Deal → how many of its issues aren't closed; deals without any are left out. One query."""
    rows = Issue.objects.unclosed().filter(opportunity_id__in=deal_ids).order_by()
    return dict(rows.values_list("opportunity_id").annotate(count=Count("pk")))


def urgent_in(deal_ids: Sequence[int], *, today: date) -> dict[int, tuple[int, int]]:
    """Deal → (issues of it that are late, items of it that are late); deals without either are left out. Two queries."""
    late = Q(due_on__lt=today)
    issues = Issue.objects.standing().filter(late, state=IssueState.OPEN, opportunity_id__in=deal_ids).order_by()
    items = DeliveryItem.objects.standing().filter(
        late, state__in=[ItemState.OPEN, ItemState.REJECTED], opportunity_id__in=deal_ids
    )
    by_issue = dict(issues.values_list("opportunity_id").annotate(count=Count("pk")))
    by_item = dict(items.order_by().values_list("opportunity_id").annotate(count=Count("pk")))
    return {pk: (by_issue.get(pk, 0), by_item.get(pk, 0)) for pk in {*by_issue, *by_item}}


# Whether a verb can be begun, whatever is typed then: the page asks before it shows a form, the action asks again


def ready_to_deliver(item: DeliveryItem) -> Verdict:
    """already_accepted, already_delivered, item_withdrawn, deal_closed."""
    return _stands(item) & may_hand_over(item.state)


def ready_to_answer(item: DeliveryItem) -> Verdict:
    """not_delivered, already_accepted, item_withdrawn, deal_closed."""
    return _stands(item) & may_answer(item.state)


def ready_to_edit(item: DeliveryItem) -> Verdict:
    """already_accepted, item_withdrawn, deal_closed."""
    return _stands(item) & may_change(item.state)


def ready_to_send(deal: Opportunity) -> Verdict:
    """nothing_to_accept, deal_closed. One query."""
    has_items = DeliveryItem.objects.standing().filter(opportunity=deal).exists()
    return is_open(deal) & (YES if has_items else no("nothing_to_accept"))


def ready_to_score(deal: Opportunity) -> Verdict:
    """nothing_delivered, deal_closed. One query."""
    return is_open(deal) & something_delivered(deal)


def something_delivered(deal: Opportunity) -> Verdict:
    handed = DeliveryItem.objects.standing().filter(opportunity=deal).exclude(state=ItemState.OPEN)
    return YES if handed.exists() else no("nothing_delivered")


def ready_to_edit_issue(issue: Issue) -> Verdict:
    """issue_closed, issue_withdrawn, deal_closed."""
    return stands_issue(issue) & (no("issue_closed") if issue.state == IssueState.CLOSED else YES)


def stands_issue(issue: Issue) -> Verdict:
    """issue_withdrawn, deal_closed."""
    return is_open(issue.opportunity) & (no("issue_withdrawn") if issue.withdrawn_at else YES)


# The page


@dataclass(frozen=True, slots=True)
class Word:
    """What the customer said of an item, and the sheets on which he signed it."""

    said: Acceptance
    sheets: list[File]

    @property
    def sheets_url(self) -> str:
        return reverse("files:list", args=[SCAN_KIND, key_of(self.said)])


@dataclass(frozen=True, slots=True)
class ItemShown:
    """``said``: the customer's words on it, newest first, and those that were taken back among them."""

    item: DeliveryItem
    said: list[Word]
    is_late: bool

    @property
    def last(self) -> Word | None:
        return next((word for word in self.said if word.said.taken_back_at is None), None)

    @property
    def earlier(self) -> list[Word]:
        last = self.last
        return [word for word in self.said if word is not last][:MOST_EARLIER]


@dataclass(frozen=True, slots=True)
class SharedLink:
    share: Share
    card: LinkCard | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first delivery of one deal as its page shows it."""

    items: list[ItemShown]
    withdrawn: list[DeliveryItem]
    issues: list[Issue]
    closed: list[Issue]
    withdrawn_issues: list[Issue]
    feedback: list[Feedback]
    shares: list[SharedLink]
    progress: Progress

    @property
    def score(self) -> Feedback | None:
        return next((one for one in self.feedback if one.taken_back_at is None), None)

    @property
    def may_be_scored(self) -> bool:
        return self.progress.total > self.progress.open


def overview_of(deal: Opportunity, *, now: datetime, today: date) -> Overview:
    """Eight queries at most, whatever there is."""
    said = Prefetch("acceptances", Acceptance.objects.select_related("entered_by").order_by("-id"))
    rows = DeliveryItem.objects.filter(opportunity=deal).select_related("milestone").prefetch_related(said)
    items = list(rows.order_by(_GONE_LAST, "position", "id")[: MOST_ITEMS * 2])
    standing = [item for item in items if item.withdrawn_at is None]
    on_paper = [one for item in standing for one in item.acceptances.all() if one.how == How.PAPER]
    sheets = standing_by_subject(on_paper, kind=SCAN_KIND) if on_paper else {}
    issues = list(
        Issue.objects.filter(opportunity=deal)
        .select_related("owner", "item")
        .order_by(_GONE_LAST, "due_on", "id")[: MOST_ISSUES * 2]
    )
    known = [issue for issue in issues if issue.withdrawn_at is None]
    feedback = Feedback.objects.filter(opportunity=deal, taken_back_at=None).select_related("entered_by")
    return Overview(
        items=[_item_shown(item, sheets, today=today) for item in standing],
        withdrawn=[item for item in items if item.withdrawn_at],
        issues=sorted((i for i in known if i.state != IssueState.CLOSED), key=_urgency),
        closed=[issue for issue in known if issue.state == IssueState.CLOSED],
        withdrawn_issues=[issue for issue in issues if issue.withdrawn_at],
        feedback=list(feedback.order_by("-id")[:MOST_FEEDBACK]),
        shares=_shares(deal, now=now),
        progress=progress_of(item.state for item in standing),
    )


def possible_owners(deal: Opportunity) -> list[User]:
    """Who may be given an issue: the deal's owner and those who have joined it, by name. One query."""
    joined = Membership.objects.current().filter(opportunity=deal).values("user_id")
    people = User.objects.filter(Q(pk=deal.owner_id) | Q(pk__in=joined), is_active=True)
    return list(people.order_by("name", "id")[:MOST_PEOPLE])


def people_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])


def milestones_of(deal: Opportunity) -> list[Milestone]:
    """Lines of the kick-off plan that an item can complete."""
    return list(
        Milestone.objects.standing().filter(plan__opportunity=deal).order_by("position", "id")[: MOST_PEOPLE * 2]
    )


# Behind the customer's link


@dataclass(frozen=True, slots=True)
class SharedDelivery:
    """The delivery as the customer sees it: what is handed over, what he said, what he found."""

    share: Share
    deal: Opportunity
    state: SharedState
    items: list[ItemShown]
    issues: list[Issue]
    score: Feedback | None

    @property
    def is_open(self) -> bool:
        return self.state is SharedState.OPEN

    @property
    def waiting(self) -> list[ItemShown]:
        return [one for one in self.items if one.item.state == ItemState.DELIVERED]

    @property
    def may_be_scored(self) -> bool:
        return any(one.item.state != ItemState.OPEN for one in self.items)


def shared_delivery(link: Link, *, today: date) -> SharedDelivery:
    """What this link opens, five queries. Raises Share.DoesNotExist. Whoever asks has checked the link."""
    related = ("opportunity__customer", "opportunity__owner", "contact", "sent_by", "link")
    share = Share.objects.select_related(*related).get(link_id=link.pk)
    deal = share.opportunity
    said = Prefetch("acceptances", Acceptance.objects.standing().order_by("-id"))
    items = DeliveryItem.objects.standing().filter(opportunity=deal).prefetch_related(said)
    issues = Issue.objects.standing().filter(opportunity=deal, found_by=Side.THEIRS).select_related("item")
    return SharedDelivery(
        share=share,
        deal=deal,
        state=_state(share, deal),
        items=[_item_shown(item, {}, today=today) for item in items[:MOST_ITEMS]],
        issues=sorted(issues[:MOST_ISSUES], key=_for_customer),
        score=Feedback.objects.standing().filter(opportunity=deal).order_by("-id").first(),
    )


def may_see_link(who: Principal, subject: str) -> bool:
    """Whether ``who`` sees the delivery that a link opens; for ``links.hooks.kinds``."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _item_shown(item: DeliveryItem, sheets: Mapping[str, list[File]], *, today: date) -> ItemShown:
    words = [Word(said, sheets.get(key_of(said), [])) for said in item.acceptances.all()]
    return ItemShown(item, words, is_late(item.state, item.due_on, today=today))


def _stands(item: DeliveryItem) -> Verdict:
    return is_open(item.opportunity) & (no("item_withdrawn") if item.withdrawn_at else YES)


def _shares(deal: Opportunity, *, now: datetime) -> list[SharedLink]:
    shares = list(Share.objects.filter(opportunity=deal).order_by("-id")[:MOST_SHARES])
    cards: Mapping[int, LinkCard] = links.cards_of([s.link_id for s in shares if s.link_id], now=now)
    return [SharedLink(share, cards.get(share.link_id or 0)) for share in shares]


def _urgency(issue: Issue) -> tuple[int, date, int]:
    """What is to be solved before what waits for the other side's word, then by day."""
    return (int(issue.state == IssueState.SOLVED), issue.due_on or date.max, issue.pk)


def _for_customer(issue: Issue) -> tuple[int, int]:
    """What waits for his word first, what is closed last."""
    order = {IssueState.SOLVED: 0, IssueState.OPEN: 1, IssueState.CLOSED: 2}
    return (order[IssueState(issue.state)], -issue.pk)


def _state(share: Share, deal: Opportunity) -> SharedState:
    if deal.is_given_up:
        return SharedState.CLOSED
    return SharedState.GONE if share.contact.do_not_contact else SharedState.OPEN


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _, pk = subject.partition(":")
    is_ours = label == Share._meta.label_lower and pk.isdigit()
    return is_ours and Share.objects.visible_to(who, action).filter(pk=int(pk)).exists()
