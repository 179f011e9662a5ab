"""Every screen that is looked at on both widths, by who looks at it; ``{name}`` stands for a place of the demo company."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.spine.catalog.models import Campaign, Competitor, LeadSource, Product
from tuoke.spine.customers.models import Lead, Merge, Pair
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules.bulk import BulkVerb
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
    ),
    "li.na": (
        "/?who=team", "/settings/organisation/", "/deals/board/", "/leads/?tab=team", "{pair}", "/goals/?metric=new_leads",
        "/resources/waiting/", "/leads/assignment/", "/leads/assignment/assign/?tab=pool", "/leads/pool/customers/",
        "{referred}",
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
    "sun.li": ("/", "/targeting/", "/playbook/", "/playbook/targeting/", "/playbook/leads/"),
}  # fmt: skip


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
    }


def compared(pair: Pair) -> str:
    one, other = pair.sides
    return reverse("customers:compare", args=["lead", one.pk, "lead", other.pk])


def bulk_of(rep: User) -> str:
    mine = Lead.objects.filter(owner=rep, status="open").values_list("pk", "version")
    by, now = principal_of(rep), timezone.now()
    run = leads.choose(verb=BulkVerb.RETURN, chosen=list(mine[:5]), query="tab=mine", by=by, now=now)
    return run.get_absolute_url()
