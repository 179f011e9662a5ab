"""What a first draft is made of: the agreed terms, the offer's lines, the needs that must be met, the library's clauses."""

from __future__ import annotations

from tuoke.base.accounts.queries import company
from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.queries import Offer, fitting_clauses
from tuoke.spine.library.rules import ClauseContent, Fit
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.queries.judging import offered_lines
from tuoke.steps.contracts.rules import Known, Part, Template
from tuoke.steps.discovery.models import Need
from tuoke.steps.negotiation.rules import Terms
from tuoke.steps.proposals.offers.queries import current_offer

MOST_NEEDS = 20


def known_of(deal: Opportunity, terms: Terms, *, contract: Contract | None = None) -> Known:
    """A constant number of queries."""
    offer = current_offer(deal)
    tax = "" if offer is None else ("含税" if offer.tax_included else "不含税，税费另计")
    day = "{0.year} 年 {0.month} 月 {0.day} 日".format
    starts, ends = (contract.starts_on, contract.ends_on) if contract else (None, None)
    return Known(
        number=contract.number if contract else "",
        our_party=(contract.our_party if contract else "") or company().name,
        their_party=(contract.their_party if contract else "") or deal.customer.name,
        terms=terms,
        tax_note=(contract.tax_note if contract else "") or tax,
        lines=offered_lines(deal),
        needs=rigid_needs(deal),
        starts_on=day(starts) if starts else "",
        ends_on=day(ends) if ends else "",
    )


def rigid_needs(deal: Opportunity) -> list[str]:
    rows = Need.objects.listed().filter(opportunity=deal, kind="rigid")
    return [need.description.splitlines()[0] for need in sorted(rows, key=lambda need: need.place)[:MOST_NEEDS]]


def templates_for(who: Principal, deal: Opportunity) -> list[Template]:
    """The library's clauses that come into a draft for this customer. Two queries."""
    return [template_of(offer) for offer in fitting_clauses(who, fit=fit_of(deal), is_draft=True)]


def clauses_offered(who: Principal, deal: Opportunity) -> list[Template]:
    """Those that may be put in by hand as well."""
    return [template_of(offer) for offer in fitting_clauses(who, fit=fit_of(deal))]


def fit_of(deal: Opportunity) -> Fit:
    return Fit(market=deal.market, scale=deal.scale, motion=deal.motion, industry=deal.customer.industry)


def template_of(offer: Offer) -> Template:
    said = offer.content
    assert isinstance(said, ClauseContent), "of its kind"
    return Template(
        item_id=offer.item.pk,
        version_id=offer.version.pk,
        part=Part(said.part),
        title=said.heading or offer.item.title,
        text=said.text,
        must_keep=said.must_keep,
        reasons=offer.reasons,
    )
