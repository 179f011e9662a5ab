"""Deals of the demo company in which every room of steps 7 and 8 has something in it, and where their screens are."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

from django.urls import reverse
from django.utils import timezone

from tests.architecture.signed import the_next_process, what_was_signed
from tests.spine.followups.cases import a_contact, a_customer
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff import actions as kickoff

DEMO = {"rep": "wang.fang", "team_lead": "li.na", "collaborator": "wu.gang", "process_owner": "sun.li"}
REP = (
    "{signing}contract/", "{contract}", "{contract}head/", "{contract}clauses/add/", "{contract}clauses/library/",
    "{contract}returned/", "{clause}", "{contract_version}", "{signing}confirmations/",
    "{invite}", "{signing}clearances/", "{clearance}", "{clearance_ask}", "{signing}duties/", "{duty}",
    "{signing}kickoff/", "{signing}kickoff/?view=table", "{signing}kickoff/?view=raci",
    "{signing}kickoff/?view=gantt&zoom=month", "{signing}kickoff/add/", "{line}", "{parts}",
    "{won}payments/", "{won}payments/new/", "{won}payments/receive/", "{instalment}", "/deals/payments/",
    "/deals/payments/received/", "{won_payer}", "{won}team/", "{won}team/introduce/", "{won}team/share/",
    "{won}team/rhythm/", "{won}team/book/", "/deals/bookings/", "{won}delivery/", "{won}delivery/send/", "{item}",
    "{won}review/", "{part}", "{problem}", "/improvements/", "/improvements/due/", "/improvements/new/", "{improvement}",
    "{won_improvements}", "/revisits/", "/revisits/?tab=done", "/revisits/leaving/", "{won_revisits}", "{visit}",
    "{won_survey}", "{won_second}", "{won_relation}", "{files}",
)  # fmt: skip
OWNER = (
    "/improvements/", "{improvement}", "{improvement}decide/", "/playbook/versions/", "/playbook/versions/1/",
    "/playbook/draft/", "/playbook/draft/steps/contracts/", "/playbook/draft/variants/tob_large/",
    "/playbook/draft/edit/steps/contracts/", "/playbook/draft/edit/steps/contracts/?part=script",
    "/playbook/draft/edit/steps/contracts/?part=responsibilities", "/playbook/draft/edit/steps/discovery/criteria/discovery-rigid/",
    "/playbook/draft/changes/", "/playbook/draft/import/", "/playbook/draft/publish/", "/effects/", "/revisits/rhythms/",
    "/deals/changeovers/", "{changeover}",
)  # fmt: skip
LEAD = ("/deals/payments/", "/revisits/", "/revisits/leaving/", "{won}review/")
JOINED = ("/deals/bookings/", "{won}delivery/", "{won}team/", "{won}review/", "{signing}kickoff/")
CUSTOMER = ("{portal_contract}", "{portal_plan}", "{portal_delivery}", "{portal_survey}")


def demo_company() -> SimpleNamespace:
    """The people of the demo by what they are, as the fixtures name them."""
    people = {name: User.objects.select_related("department").get(username=user) for name, user in DEMO.items()}
    return SimpleNamespace(**people, by=lambda name: principal_of(people[name]))


def signed_and_learned(company: SimpleNamespace) -> dict[str, str]:
    now = timezone.now()
    customer = a_customer(company.rep, "明轩铸造", industry="汽车零部件", created_at=now)
    contact = a_contact(customer, "陆主管", position="信息化主管", phone="13900139000", role="decider")
    keys = what_was_signed(company, now, contact=contact) | the_next_process(company, now)

    def at(name: str, *more: str) -> str:
        space = name.partition(":")[0]
        return reverse(name, args=[keys.get(f"{name}.pk", keys.get(f"{space}.pk")), *more])

    def portal(kind: str) -> str:
        return address_of(Link.objects.get(public_id=keys[f"links.{kind}"]))

    signing, won = (reverse("deals:detail", args=[keys[key]]) for key in ("contracts:page.pk", "reviews:page.pk"))
    line = plan(company, keys["contracts:page.pk"], now)
    return {
        "signing": signing, "won": won, "contract": at("contracts:contract"), "clause": at("contracts:clause_edit"),
        "invite": at("confirmations:invite"), "contract_version": at("contracts:version"), "clearance": at("clearances:asked"),
        "clearance_ask": at("clearances:ask", "legal"), "duty": at("deals:duty_edit"),
        "line": reverse("kickoff:edit", args=[line]), "parts": reverse("kickoff:parts", args=[line]),
        "instalment": at("payments:edit"), "won_payer": at("payments:customer"), "item": at("deliveries:edit"),
        "part": at("reviews:write"), "problem": at("reviews:edit_problem"), "improvement": at("improvements:show"),
        "won_improvements": at("improvements:deal"), "won_revisits": at("revisits:deal"), "visit": at("revisits:record"),
        "won_survey": at("revisits:survey"), "won_second": at("revisits:second"),
        "won_relation": at("revisits:customer"), "changeover": at("deals:changeover"),
        "files": reverse("files:list", args=["contract", keys["files.subject"]]),
        **{f"portal_{kind}": portal(kind) for kind in ("contract", "plan", "delivery", "survey")},
    }  # fmt: skip


def plan(company: SimpleNamespace, deal_id: int, now: datetime) -> int:
    """The whole template of a large customer, and one line of it."""
    deal = Opportunity.objects.get(pk=deal_id)
    made = kickoff.make_plan(
        deal=deal, template="tob_large", starts_on=timezone.localdate(), by=company.by("rep"), now=now
    )
    return made.milestones.order_by("pk")[0].pk
