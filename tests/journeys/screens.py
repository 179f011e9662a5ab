"""Every screen that is looked at on both widths, by who looks at it; ``{name}`` stands for a place of the demo company."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.journeys import signed
from tests.journeys.offered import EMPTY, offered_and_negotiated
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.services.calendar.actions import renew_feed
from tuoke.services.links.actions import make_link, revoke_link
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.services.notifications.models import Mail
from tuoke.services.notifications.rules import MailState
from tuoke.spine.catalog.models import Campaign, Competitor, LeadSource, Product
from tuoke.spine.customers.models import Lead, Merge, Pair
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.discovery.decisions.models import Stance
from tuoke.steps.discovery.interviews import actions as interviews
from tuoke.steps.discovery.interviews.models import Answer, Outline
from tuoke.steps.discovery.interviews.rules import OutlineDraft
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules.bulk import BulkVerb
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.models import BackgroundEvent
from tuoke.steps.outreach.rules import NoteKind
from tuoke.steps.targeting.markets.models import Statement
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.resources.models import Resource

SCREENS = {
    "wang.fang": (
        "/", "/leads/", "/leads/?tab=pool", "/leads/import/", "/leads/new/", "/deals/board/", "/deals/", "/deals/new/",
        "/customers/", "/customers/new/", "/followups/", "/targeting/", "/targeting/history/", "/playbook/",
        "/playbook/discovery/", "/search/?q=恒远", "/password/", "{deal}", "{deal}needs/", "{deal}edit/",
        "{deal}advance/", "{lead}", "{lead}edit/", "{lead}convert/", "{customer}",
        "/leads/sources/", "/leads/pool/customers/", "/leads/views/new/?tab=mine", "/customers/review/", "{pair}",
        "{merge}", "{disputed}", "{lead}tier/", "{lead}return/", "{facts}", "{bulk}", "/goals/", "{goal_mine}",
        "/resources/", "/resources/mine/", "{ask}", "/catalog/products/", "{product}", "/catalog/competitors/",
        "{rival}", "/catalog/sources/", "{market}", "{profile}", "/calendar/",
        "/library/", *(f"/library/{kind.value}/" for kind in ItemKind), "{script}", "{question}", "{script}versions/1/",
        "{lead_sheet}", "{customer_sheet}", "{deal_sheet}", "{new_event}", "{new_concern}", "{new_profile}", "{event}",
        "{lead_desk}", "{customer_desk}", "{deal_desk}", "{call}", "{attempt}",
        "{deal_talks}", "{deal_talks}new/", "{deal_talks}scenes/", "{outline}", "{outline}bank/", "{outline}topics/",
        "{outline}edit/", "{running}hold/", "{running}finish/", "{held}review/", "{take}",
        "{drafts}", "{waiting}needs/", "{waiting}needs/send/", "{version}", "{frozen}", "{draft}", "{link}",
        "{chain}decisions/", "{chain}decisions/people/new/", "{person}", "{chain}criteria/", "{chain}known/",
        "{lead_letter}", "{deal_letter}", "/mails/", "{mail}", "/notices/", "/calendar/mine/",
        *(f"{{early}}{room}" for room in EMPTY), "{early}negotiation/", "{early}rounds/", "{early}returns/",
        "{early}signals/", "{room}", "{room}proposal/", "{room}proposal/title/", "{room}proposal/add/",
        "{room}proposal/blocks/", "{room}proposal/preview/", "{section}", "{proofs}", "{frozen_proposal}",
        "{frozen_proposal}?against=1", "{room}proposal/sendings/", "{room}proposal/send/", "{room}proposal/claims/ask/",
        "{room}proposal/present/", "{sent_proposal}", "{remark}",
        "{room}values/", "{room}values/spending/", "{room}values/items/add/", "{room}values/shares/add/", "{value_item}",
        "{offer}", "{low_offer}", "{low_offer}edit/", "{low_offer}ask/", "{offer_line}",
        "{room}objections/", "{room}objections/add/", "{predicted}", "{unlikely}", "{objection_edit}",
        "{objection_raise}", "{objection_settle}", "{objection_dismiss}",
        "{room}rivals/", "{deal_rival}", "{rival_mark}",
        "{room}demos/", "{room}demos/plan/", "{room}demos/trial/", "{demo}", "{trial_extend}", "{trial_usage}",
        "{trial_end}", "{room}signoffs/",
        "{room}negotiation/", "{room}negotiation/edit/", "{room}negotiation/seats/ours/new/",
        "{room}negotiation/seats/theirs/new/", "{seat}", "{room}negotiation/concessions/new/", "{concession}",
        "{room}negotiation/line/", "{room}negotiation/line/edit/", "{room}negotiation/line/people/",
        "{room}rounds/", "{room}rounds/new/", "{round}", "{concede}", "{waits_confirm}", "{waits_decline}", "{reopen}",
        "{room}returns/", "{calculation}", "{walk}", "{share}",
        "{room}signals/", "{room}signals/tick/", "{room}signals/propose/", "{closing}",
        "/approvals/", "/approvals/?tab=mine", "/approvals/?tab=done", "{asked_line}",
        "{block}", "{objection}", "{closing_words}", "{evidence}", "{case}", *signed.REP,
    ),
    "wu.gang": ("/approvals/", "{asked_signature}", *signed.JOINED),
    "li.na": (
        "/?who=team", "/settings/organisation/", "/deals/board/", "/leads/?tab=team", "{pair}", "/goals/?metric=new_leads",
        "/resources/waiting/", "/leads/assignment/", "/leads/assignment/assign/?tab=pool", "/leads/pool/customers/",
        "{referred}", "/library/", *(f"/library/{kind.value}/new/" for kind in ItemKind), "{script}edit/",
        "{script}variant/", "{script}care/", "/calendar/mine/",
        "/approvals/", "{asked_line}", "{room}rounds/", "{block}edit/", "{objection}edit/", "{evidence}edit/", *signed.LEAD,
    ),
    "zhou.hong": (
        "/", "/targeting/", "{campaign}", "{campaign}edit/", "{market}", "{market}edit/", "{market}add/size/",
        "{market}add/growth/", "{market}add/segment/", "{market}add/competitor/", "{market}add/unmet/", "{statement}",
        "{profile}", "{profile}edit/", "{profile}versions/", "{profile}versions/2/", "{profile}versions/2/restore/",
        "{persons}", "{persons}edit/", "/targeting/profiles/new/", "/targeting/profiles/import/",
        "{suggestions}", "/goals/", "/goals/?metric=new_leads", "{goal}", "{goal}edit/",
        "{goal}split/people/", "{goal}split/periods/", "{goal}records/", "/resources/", "/resources/new/", "{resource}",
        "{resource}edit/", "{resource}allocate/", "/resources/waiting/", "/catalog/products/new/", "{product}edit/",
        "/catalog/competitors/new/", "{rival}edit/", "/catalog/sources/new/", "{source}", "{source}edit/",
        "/leads/rules/", "/leads/assignment/", "/leads/assignment/new/", "/leads/sources/",
        "/calendar/?year=2027",
    ),
    "sun.li": ("/", "/targeting/", "/playbook/", "/playbook/targeting/", "/playbook/leads/", *signed.OWNER),
    "admin": ("/settings/company/",),
    "": ("{portal_list}", "{portal_thanks}", "{portal_challenge}", "{portal_expired}", "{portal_revoked}", "/p/forged/",
         "{portal_proposal}", "{portal_returns}", *signed.CUSTOMER),
}  # fmt: skip
"""The last are a customer's: nobody has logged in."""
CLOSED = {"{portal_expired}": 410, "{portal_revoked}": 410, "/p/forged/": 404}
"""What opens no longer or never did, and how it answers; every other screen answers 200."""


def places() -> dict[str, str]:
    """Addresses in the demo company; the bulk run is chosen here, as its page asks what was chosen."""
    rep = User.objects.get(username="wang.fang")
    deal = Opportunity.objects.filter(owner=rep, outcome="open", step="discovery")[0]
    mine = Lead.objects.filter(owner=rep, status="open").order_by("-score")
    campaign, profile = Campaign.objects.get(), CustomerProfile.objects.get(name__startswith="数据整合")
    year = campaign.starts_on.year
    quarter = f"{year}Q{(campaign.starts_on.month + 2) // 3}"
    expert = Resource.objects.get(name="技术专家时间")
    source = LeadSource.objects.get(name="华东工业数字化展")
    return {
        "deal": deal.get_absolute_url(),
        "lead": mine[0].get_absolute_url(),
        "disputed": mine.exclude(disputed=0)[0].get_absolute_url(),
        "customer": deal.customer.get_absolute_url(),
        "facts": reverse("customers:facts_lead", args=[mine[1].pk]),
        "pair": compared(Pair.objects.filter(state="open", lead__owner=rep, other_lead__owner__isnull=False)[0]),
        "merge": reverse("customers:merge", args=[Merge.objects.get().pk]),
        "referred": reverse("leads:referred", args=[Lead.objects.exclude(referrer=None)[0].referrer_id]),
        "bulk": bulk_of(rep),
        "campaign": reverse("targeting:campaign", args=[campaign.pk]),
        "market": reverse("markets:analysis", args=[campaign.pk]),
        "statement": reverse("markets:statement_edit", args=[Statement.objects.filter(kind="growth")[0].pk]),
        "profile": reverse("targeting:profile", args=[profile.pk]),
        "persons": reverse("targeting:profile", args=[CustomerProfile.objects.get(market="toc").pk]),
        "suggestions": reverse("targeting:history") + f"?profile={profile.pk}",
        "goal": reverse("goals:goal", args=["signed_amount", str(year), "company"]),
        "goal_mine": reverse("goals:goal", args=["signed_amount", quarter, f"d{rep.department_id}u{rep.pk}"]),
        "resource": reverse("resources:detail", args=[expert.pk]),
        "ask": reverse("resources:ask", args=[expert.pk]),
        "product": reverse("catalog:product", args=[Product.objects.order_by("pk")[0].pk]),
        "rival": reverse("catalog:competitor", args=[Competitor.objects.order_by("pk")[0].pk]),
        "source": reverse("catalog:source", args=[source.pk]),
        **before_the_call(rep, deal, mine[0]),
        **in_the_talks(rep),
        **at_the_portal(rep),
        **offered_and_negotiated(rep),
        **signed.signed_and_learned(signed.demo_company()),
    }


def before_the_call(rep: User, deal: Opportunity, lead: Lead) -> dict[str, str]:
    """Background, desk, letters, library."""
    subjects = {"lead": lead, "customer": deal.customer, "deal": deal}
    rooms = {"sheet": "outreach", "desk": "calls", "letter": "mails"}
    calls = Call.objects.filter(by=rep).order_by("pk")
    event = BackgroundEvent.objects.visible_to(principal_of(rep), "write").order_by("pk")[0]
    mail = Mail.objects.create(
        sender=rep, state=MailState.FAILED.value, to=["a@example.com"], subject="资料", text="见附件",
        message_id="<screens@example.com>", created_at=timezone.now(),
    )  # fmt: skip
    renew_feed(by=principal_of(User.objects.get(username="li.na")), now=timezone.now())
    return {
        **{
            f"{kind}_{word}": reverse(f"{room}:{kind}", args=[subject.pk])
            for word, room in rooms.items()
            for kind, subject in subjects.items()
        },
        **{f"new_{sort.value}": reverse("outreach:add", args=[sort.value, "lead", lead.pk]) for sort in NoteKind},
        "event": reverse("outreach:edit", args=["event", event.pk]),
        "call": calls.filter(reached="reached")[0].get_absolute_url(),
        "attempt": (calls.exclude(reached="reached").first() or calls[0]).get_absolute_url(),
        "mail": reverse("notifications:mail", args=[mail.pk]),
        "script": Item.objects.filter(kind="script").order_by("pk")[0].get_absolute_url(),
        "question": Item.objects.filter(kind="question").order_by("pk")[0].get_absolute_url(),
    }


def in_the_talks(rep: User) -> dict[str, str]:
    """Interviews, needs, who decides; an interview is begun here, so that one can be looked at while it runs."""
    outlines = Outline.objects.filter(opportunity__owner=rep).order_by("pk")
    prepared, held = outlines.filter(begun_at=None)[0], outlines.exclude(begun_at=None)[0]
    running = interviews.draw_up(
        deal=prepared.opportunity, draft=OutlineDraft(title="加访"), in_calendar=False, by=principal_of(rep),
        now=timezone.now(),
    )  # fmt: skip
    interviews.suggest(outline=running, by=principal_of(rep), now=timezone.now())
    interviews.begin(outline=running, by=principal_of(rep), now=timezone.now())
    answer = Answer.objects.filter(question__outline=held, withdrawn_at=None)[0]
    drafted = Need.objects.drafts().filter(opportunity__owner=rep, opportunity__outcome="open")[0]
    stance = Stance.objects.filter(opportunity__owner=rep, opportunity__outcome="open")[0]
    return {
        "deal_talks": reverse("interviews:deal", args=[held.opportunity_id]),
        "outline": reverse("interviews:outline", args=[prepared.pk]),
        "running": reverse("interviews:outline", args=[running.pk]),
        "held": reverse("interviews:outline", args=[held.pk]),
        "take": reverse("interviews:take_need", args=[answer.pk]),
        "drafts": reverse("discovery:needs", args=[drafted.opportunity_id]),
        "draft": reverse("discovery:take", args=[drafted.pk]),
        "chain": stance.opportunity.get_absolute_url(),
        "person": reverse("decisions:person", args=[stance.opportunity_id, stance.contact_id]),
    }


def at_the_portal(rep: User) -> dict[str, str]:
    """Lists that customers were sent, and links that open nothing (any more)."""
    sent = Confirmation.objects.filter(opportunity__owner=rep).select_related("link")
    waiting = sent.filter(confirmed_at=None, superseded_at=None)
    opens, asks = waiting.filter(link__challenge="")[0], waiting.exclude(link__challenge="")[0]
    frozen = sent.exclude(confirmed_at=None)[0]
    return {
        "waiting": opens.opportunity.get_absolute_url(),
        "version": reverse("discovery:version", args=[opens.pk]),
        "frozen": reverse("discovery:version", args=[frozen.pk]),
        "link": reverse("links:show", args=[opens.link.public_id]),
        "portal_list": address_of(opens.link),
        "portal_thanks": address_of(frozen.link),
        "portal_challenge": address_of(asks.link),
        "portal_expired": address_of(dead(opens, rep, ago=timedelta(days=40))),
        "portal_revoked": address_of(dead(opens, rep, ago=timedelta())),
    }


def dead(sent: Confirmation, rep: User, *, ago: timedelta) -> Link:
    """Made so long ago that it has expired, or revoked at once."""
    by, then = principal_of(rep), timezone.now() - ago
    link = make_link(
        kind="needs", subject=sent, recipient=sent.recipient, expires_at=then + timedelta(days=14), by=by, now=then
    )
    return link if ago else revoke_link(link=link, by=by, now=then)


def compared(pair: Pair) -> str:
    one, other = pair.sides
    return reverse("customers:compare", args=["lead", one.pk, "lead", other.pk])


def bulk_of(rep: User) -> str:
    mine = Lead.objects.filter(owner=rep, status="open").values_list("pk", "version")
    by, now = principal_of(rep), timezone.now()
    run = leads.choose(verb=BulkVerb.RETURN, chosen=list(mine[:5]), query="tab=mine", by=by, now=now)
    return run.get_absolute_url()
