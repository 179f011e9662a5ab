"""Parties in bulk, as rescoring needs them: which ones a profile covers, and their facts in plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, ExpressionWrapper, Q, QuerySet, Value, When

from tuoke.base.records.bulk_reading import rows_of
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import DecisionRole, LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.leads.models import Rescoring
from tuoke.steps.leads.queries.scoring import Profiles, Weighed, situation_of
from tuoke.steps.leads.rules import LeadFacts, crossed, limits_of
from tuoke.steps.targeting.models import Aim, CustomerProfile
from tuoke.steps.targeting.queries import content_of


class Standing(NamedTuple):
    """A party's facts, and the score that it has so far."""

    pk: int
    version: int
    verified: int
    campaign_id: int | None
    tier_by_hand: bool
    score: Decimal | None
    score_max: Decimal | None
    scored_profile: int | None
    scored_number: int | None
    tier: str
    is_unqualified: bool
    facts: LeadFacts


_STANDING = (
    "pk", "version", "verified", "campaign_id", "tier_by_hand", "score", "score_max", "scored_profile", "scored_number",
    "tier", "is_unqualified",
)  # fmt: skip
_FACTS = LeadFacts._fields[:-1]  # the situation of persons is put together
_KNOWN = len(_STANDING)
_REACHABLE = ~Q(contact="", phone="", email="", wechat="")


def leads_to_weigh(run: Rescoring) -> QuerySet[Lead]:
    """Open leads that the run covers; what is converted keeps the score that it was screened with."""
    leads = Lead.objects.filter(status=LeadStatus.OPEN)
    if run.campaign is not None:
        leads = leads.filter(campaign_id=run.campaign)
    if run.profile is not None:
        leads = leads.filter(covered_by(run.profile) | Q(scored_profile=run.profile))
    if run.since is not None:
        leads = leads.filter(_nearer(run.since, run.today) | ~_present())
    return leads


def customers_to_weigh(run: Rescoring) -> QuerySet[Customer]:
    """Customers are weighed by the default profile of their market, whatever campaign brought them."""
    customers = Customer.objects.filter(merged_into=None)
    if run.campaign is not None:
        return customers.none()
    if run.profile is not None:
        markets = CustomerProfile.objects.filter(pk=run.profile, is_default=True).values("market")
        customers = customers.filter(Q(scored_profile=run.profile) | Q(market__in=markets))
    return customers


def covered_by(profile: int) -> Q:
    """The leads that are weighed against this profile today (``targeting.queries.chooser`` says it of one). Two queries."""
    found = CustomerProfile.objects.filter(pk=profile).first()
    if found is None:
        return Q(pk__in=[])
    aims = dict(Aim.objects.filter(profile__market=found.market).values_list("campaign_id", "profile_id"))
    own = [campaign for campaign, aimed in aims.items() if aimed == profile]
    covered = Q(campaign_id__in=own)
    if found.is_default:
        covered |= Q(campaign=None) | ~Q(campaign_id__in=[c for c in aims if c not in own])
    return Q(market=found.market) & covered


def standings(leads: QuerySet[Lead]) -> list[Standing]:
    """These leads in plain rows; one query, one more where there are persons."""
    rows = rows_of(
        leads.annotate(
            has_contact=Case(When(_REACHABLE, then=Value(True)), default=Value(False)),
            is_unqualified=ExpressionWrapper(Q(qualified_at=None), output_field=BooleanField()),
        ).values_list(*_STANDING, *_FACTS)
    )
    found = [Standing._make((*row[:_KNOWN], LeadFacts(*row[_KNOWN:]))) for row in rows]
    return _with_situations(found) if any(row.facts.market == "toc" for row in found) else found


def standings_of_customers(customers: QuerySet[Customer]) -> list[Standing]:
    """These customers in plain rows: what is known of them, of their people and of what they want to buy. Four queries."""
    columns = (
        "pk", "version", "verified", "tier_by_hand", "score", "score_max", "scored_profile", "scored_number", "tier",
        "qualified_at", "market", "industry", "region", "staff_low", "staff_high", "revenue_low", "revenue_high", "phone",
    )  # fmt: skip
    rows = list(customers.values(*columns))
    ids = [row["pk"] for row in rows]
    persons = [row["pk"] for row in rows if row["market"] == "toc"]
    attributes = dict(Customer.objects.filter(pk__in=persons).values_list("pk", "attributes")) if persons else {}
    people, wishes = _people_of(ids), _wishes_of(ids)
    return [
        _standing_of_customer(row, people.get(row["pk"], _NOBODY), wishes.get(row["pk"], {}), attributes)
        for row in rows
    ]


def facts_of_customer(customer: Customer) -> LeadFacts:
    """As bulk rescoring reads them. Four queries."""
    return standings_of_customers(Customer.objects.filter(pk=customer.pk))[0].facts


def weigh_customer(customer: Customer, profiles: Profiles) -> Weighed:
    return profiles.weigh_facts(facts_of_customer(customer))


class _People(NamedTuple):
    decision_maker: bool | None = None
    position: str = ""
    has_contact: bool = False


_NOBODY = _People()
_ORDER = {DecisionRole.DECIDER.value: 0, DecisionRole.INFLUENCER.value: 1}


def _people_of(customers: Sequence[int]) -> dict[int, _People]:
    """Is a decider contacted, and who is the best known: a decider, an influencer, anybody with a position."""
    columns = ("customer_id", "role", "position", "contacted_on", "phone", "email", "wechat", "name")
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    for customer, *rest in Contact.objects.filter(customer_id__in=customers).order_by("id").values_list(*columns):
        grouped.setdefault(customer, []).append(tuple(rest))
    return {customer: _best_known(contacts) for customer, contacts in grouped.items()}


def _best_known(contacts: Iterable[tuple[Any, ...]]) -> _People:
    ranked = sorted(contacts, key=lambda contact: (_ORDER.get(contact[0], 2), not contact[1]))
    is_contacted = any(role == DecisionRole.DECIDER.value and met is not None for role, _, met, *_ in ranked)
    position = next((position for _, position, *_ in ranked if position), "")
    return _People(True if is_contacted else None, position, has_contact=bool(ranked))


def _wishes_of(customers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What they want to buy: the newest running deal, where it is silent the newest lead."""
    wishes: dict[int, dict[str, Any]] = {}
    leads = Lead.objects.filter(customer_id__in=customers).exclude(status=LeadStatus.MERGED).order_by("id")
    for customer, low, high, day, want, met in leads.values_list(
        "customer_id", "budget_low", "budget_high", "purchase_on", "want", "decision_maker"
    ):
        wishes[customer] = {
            "budget_low": low, "budget_high": high, "purchase_on": day, "want": want, "decision_maker": met,
        }  # fmt: skip
    deals = Opportunity.objects.running().filter(customer_id__in=customers).order_by("id")
    for customer, name, amount, low, high, day in deals.values_list(
        "customer_id", "name", "amount", "budget_low", "budget_high", "expected_close_on"
    ):
        known = wishes.setdefault(customer, {})
        if low is not None or high is not None:
            known |= {"budget_low": low, "budget_high": high}
        elif amount is not None:
            known |= {"budget_low": amount, "budget_high": amount}
        if day is not None:
            known["purchase_on"] = day
        known["want"] = f"{known.get('want', '')} {name}".strip()
    return wishes


def _standing_of_customer(
    row: dict[str, Any], people: _People, wish: dict[str, Any], attributes: dict[int, Any]
) -> Standing:
    is_person = row["market"] == "toc"
    facts = LeadFacts(
        market=row["market"],
        industry=row["industry"],
        staff_low=row["staff_low"],
        staff_high=row["staff_high"],
        revenue_low=row["revenue_low"],
        revenue_high=row["revenue_high"],
        budget_low=wish.get("budget_low"),
        budget_high=wish.get("budget_high"),
        purchase_on=wish.get("purchase_on"),
        decision_maker=people.decision_maker if people.has_contact else wish.get("decision_maker"),
        position=people.position,
        has_contact=people.has_contact or bool(row["phone"]),
        want=wish.get("want", ""),
        verified=row["verified"],
        situation=situation_of(row["region"], people.position, attributes.get(row["pk"])) if is_person else "",
    )
    return Standing(
        pk=row["pk"], version=row["version"], verified=row["verified"], campaign_id=None,
        tier_by_hand=row["tier_by_hand"], score=row["score"], score_max=row["score_max"],
        scored_profile=row["scored_profile"], scored_number=row["scored_number"], tier=row["tier"],
        is_unqualified=row["qualified_at"] is None, facts=facts,
    )  # fmt: skip


def _with_situations(found: list[Standing]) -> list[Standing]:
    persons = [row.pk for row in found if row.facts.market == "toc"]
    said = {
        pk: situation_of(region, position, attributes)
        for pk, region, position, attributes in Lead.objects.filter(pk__in=persons).values_list(
            "pk", "region", "position", "attributes"
        )
    }
    return [row._replace(facts=row.facts._replace(situation=said[row.pk])) if row.pk in said else row for row in found]


def _nearer(since: date, today: date) -> Q:
    """Leads whose expected purchase has crossed a limit since that day: nothing else changes with the days."""
    limits = limits_of(content_of(profile) for profile in CustomerProfile.objects.all())
    moved = Q(pk__in=[])
    for first, before in crossed(since, today, limits):
        moved |= Q(purchase_on__gte=first, purchase_on__lt=before)
    return moved


def _present() -> Q:
    """Leads whose score carries the present version of the profile that covers them."""
    present = Q(pk__in=[])
    covered = Q(pk__in=[])
    for profile in CustomerProfile.objects.all():
        own = covered_by(profile.pk)
        covered |= own
        present |= own & Q(scored_profile=profile.pk, scored_number=profile.number)
    return present | (Q(scored_profile=None, score__isnull=False) & ~covered)
