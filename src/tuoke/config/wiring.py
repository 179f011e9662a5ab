"""Every place where a lower package is handed something by a higher one: all of it, on one screen.

Imported when the applications are ready (``config.apps``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts import hooks as accounts
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.actions import forget_submissions
from tuoke.base.ui import nav
from tuoke.config import menu, notices
from tuoke.services.approvals import actions as approval_actions
from tuoke.services.approvals import hooks as approvals
from tuoke.services.approvals.models import Request
from tuoke.services.calendar import hooks as calendar
from tuoke.services.files import hooks as files
from tuoke.services.files.rules import SCANS
from tuoke.services.jobs import actions as job_actions
from tuoke.services.jobs import hooks as jobs
from tuoke.services.links import hooks as links
from tuoke.services.notifications import actions as notifications
from tuoke.services.notifications import hooks as mail
from tuoke.services.notifications.bell import bell_of
from tuoke.spine.customers import actions as customer_actions
from tuoke.spine.customers import hooks as customers
from tuoke.spine.deals import actions as deal_actions
from tuoke.spine.deals import facts as deal_facts
from tuoke.spine.deals import hooks as deal
from tuoke.spine.deals import queries as deals
from tuoke.spine.deals import words as deal_words
from tuoke.spine.deals.changeovers import jobs as changeovers
from tuoke.spine.deals.changeovers import queries as changeover_queries
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups import agenda
from tuoke.spine.followups import cards as followup_cards
from tuoke.spine.followups import facts as followup_facts
from tuoke.spine.followups import hooks as followup_hooks
from tuoke.spine.followups import places as followup_places
from tuoke.spine.library import hooks as library
from tuoke.spine.playbook import hooks as playbook
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts import cards as contract_cards
from tuoke.steps.contracts import facts as contract_facts
from tuoke.steps.contracts import hooks as contract_hooks
from tuoke.steps.contracts import places as contract_places
from tuoke.steps.contracts import scans as contract_scans
from tuoke.steps.contracts.clearances import actions as clearances
from tuoke.steps.contracts.clearances import cards as clearance_cards
from tuoke.steps.contracts.clearances import facts as clearance_facts
from tuoke.steps.contracts.clearances import places as clearance_places
from tuoke.steps.contracts.clearances import queries as clearance_queries
from tuoke.steps.contracts.clearances import words as clearance_words
from tuoke.steps.contracts.clearances.rules import Kind as ClearanceKind
from tuoke.steps.contracts.confirmations import actions as confirmations
from tuoke.steps.contracts.confirmations import cards as confirmation_cards
from tuoke.steps.contracts.confirmations import hooks as confirmation_hooks
from tuoke.steps.contracts.confirmations import places as confirmation_places
from tuoke.steps.contracts.confirmations import queries as confirmation_queries
from tuoke.steps.contracts.confirmations import words as confirmation_words
from tuoke.steps.contracts.deliveries import actions as deliveries
from tuoke.steps.contracts.deliveries import cards as delivery_cards
from tuoke.steps.contracts.deliveries import facts as delivery_facts
from tuoke.steps.contracts.deliveries import hooks as delivery_hooks
from tuoke.steps.contracts.deliveries import places as delivery_places
from tuoke.steps.contracts.deliveries import queries as delivery_queries
from tuoke.steps.contracts.deliveries import scans as delivery_scans
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff import cards as kickoff_cards
from tuoke.steps.contracts.kickoff import facts as kickoff_facts
from tuoke.steps.contracts.kickoff import hooks as kickoff_hooks
from tuoke.steps.contracts.kickoff import places as kickoff_places
from tuoke.steps.contracts.payments import actions as payments
from tuoke.steps.contracts.payments import facts as payment_facts
from tuoke.steps.contracts.payments import hooks as payment_hooks
from tuoke.steps.contracts.payments import places as payment_places
from tuoke.steps.contracts.payments import queries as payment_queries
from tuoke.steps.contracts.payments import sources as payment_sources
from tuoke.steps.contracts.teams import actions as teams
from tuoke.steps.contracts.teams import cards as team_cards
from tuoke.steps.contracts.teams import documents as team_documents
from tuoke.steps.contracts.teams import facts as team_facts
from tuoke.steps.contracts.teams import hooks as team_hooks
from tuoke.steps.contracts.teams import places as team_places
from tuoke.steps.contracts.teams import queries as team_queries
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.discovery import facts as discovery_facts
from tuoke.steps.discovery import hooks as discovery_hooks
from tuoke.steps.discovery import places as discovery_places
from tuoke.steps.discovery import queries as discovery_queries
from tuoke.steps.discovery.decisions import actions as decisions
from tuoke.steps.discovery.decisions import facts as decision_facts
from tuoke.steps.discovery.decisions import hooks as decision_hooks
from tuoke.steps.discovery.decisions import places as decision_places
from tuoke.steps.discovery.interviews import actions as interviews
from tuoke.steps.discovery.interviews import facts as interview_facts
from tuoke.steps.discovery.interviews import places as interview_places
from tuoke.steps.discovery.interviews.queries import answers_behind, met_in_interviews
from tuoke.steps.leads import actions as lead_actions
from tuoke.steps.leads import export_jobs
from tuoke.steps.leads import hooks as lead_hooks
from tuoke.steps.leads import jobs as leads
from tuoke.steps.leads import queries as lead_queries
from tuoke.steps.leads.actions import facts as lead_facts
from tuoke.steps.leads.imports import actions as imports
from tuoke.steps.leads.queries.campaigns import campaign_figures
from tuoke.steps.negotiation import actions as negotiation
from tuoke.steps.negotiation import facts as negotiation_facts
from tuoke.steps.negotiation import hooks as negotiation_hooks
from tuoke.steps.negotiation import places as negotiation_places
from tuoke.steps.negotiation.returns import actions as returns
from tuoke.steps.negotiation.returns import cards as return_cards
from tuoke.steps.negotiation.returns import facts as return_facts
from tuoke.steps.negotiation.returns import hooks as return_hooks
from tuoke.steps.negotiation.returns import places as return_places
from tuoke.steps.negotiation.returns import queries as return_queries
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.negotiation.rounds import cards as round_cards
from tuoke.steps.negotiation.rounds import facts as round_facts
from tuoke.steps.negotiation.rounds import hooks as round_hooks
from tuoke.steps.negotiation.rounds import places as round_places
from tuoke.steps.negotiation.rounds import queries as round_queries
from tuoke.steps.negotiation.rounds.documents import rounds_sections
from tuoke.steps.negotiation.rounds.queries import approvals as round_approvals
from tuoke.steps.negotiation.signals import actions as signals
from tuoke.steps.negotiation.signals import hooks as signal_hooks
from tuoke.steps.negotiation.signals import places as signal_places
from tuoke.steps.negotiation.signals import queries as signal_queries
from tuoke.steps.outreach import actions as outreach
from tuoke.steps.outreach import hooks as outreach_hooks
from tuoke.steps.outreach.calls import actions as calls
from tuoke.steps.outreach.calls import facts as call_facts
from tuoke.steps.outreach.calls import hooks as call_hooks
from tuoke.steps.outreach.calls import places as call_places
from tuoke.steps.outreach.calls import queries as call_queries
from tuoke.steps.outreach.mails import places as letter_places
from tuoke.steps.outreach.mails.queries import letters_seen
from tuoke.steps.outreach.queries import sheet_of
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals import cards as proposal_cards
from tuoke.steps.proposals import facts as proposal_facts
from tuoke.steps.proposals import hooks as proposal_hooks
from tuoke.steps.proposals import places as proposal_places
from tuoke.steps.proposals import queries as proposal_queries
from tuoke.steps.proposals.demos import actions as demos
from tuoke.steps.proposals.demos import cards as demo_cards
from tuoke.steps.proposals.objections import actions as objections
from tuoke.steps.proposals.objections import cards as objection_cards
from tuoke.steps.proposals.objections import facts as objection_facts
from tuoke.steps.proposals.objections import hooks as objection_hooks
from tuoke.steps.proposals.objections import places as objection_places
from tuoke.steps.proposals.objections import queries as objection_queries
from tuoke.steps.proposals.offers import actions as offers
from tuoke.steps.proposals.offers import cards as offer_cards
from tuoke.steps.proposals.offers import parts as offer_parts
from tuoke.steps.proposals.offers import places as offer_places
from tuoke.steps.proposals.offers import queries as offer_queries
from tuoke.steps.proposals.rivals import cards as rival_cards
from tuoke.steps.proposals.rivals import hooks as rival_hooks
from tuoke.steps.proposals.rivals import parts as rival_parts
from tuoke.steps.proposals.rivals import queries as rival_queries
from tuoke.steps.proposals.sendings import actions as sendings
from tuoke.steps.proposals.sendings import cards as sending_cards
from tuoke.steps.proposals.sendings import facts as sending_facts
from tuoke.steps.proposals.sendings import hooks as sending_hooks
from tuoke.steps.proposals.sendings import places as sending_places
from tuoke.steps.proposals.sendings import queries as sending_queries
from tuoke.steps.proposals.signoffs import actions as signoffs
from tuoke.steps.proposals.signoffs import cards as signoff_cards
from tuoke.steps.proposals.signoffs import facts as signoff_facts
from tuoke.steps.proposals.signoffs import places as signoff_places
from tuoke.steps.proposals.values import cards as value_cards
from tuoke.steps.proposals.values import facts as value_facts
from tuoke.steps.proposals.values import hooks as value_hooks
from tuoke.steps.proposals.values import places as value_places
from tuoke.steps.proposals.values import queries as value_queries
from tuoke.steps.reviews import actions as reviews
from tuoke.steps.reviews import cards as review_cards
from tuoke.steps.reviews import facts as review_facts
from tuoke.steps.reviews import hooks as review_hooks
from tuoke.steps.reviews import places as review_places
from tuoke.steps.reviews.effects import actions as effects
from tuoke.steps.reviews.improvements import actions as improvements
from tuoke.steps.reviews.improvements import cards as improvement_cards
from tuoke.steps.reviews.improvements import facts as improvement_facts
from tuoke.steps.reviews.improvements import hooks as improvement_hooks
from tuoke.steps.reviews.improvements import places as improvement_places
from tuoke.steps.reviews.improvements import queries as improvement_queries
from tuoke.steps.reviews.revisits import actions as revisits
from tuoke.steps.reviews.revisits import cards as revisit_cards
from tuoke.steps.reviews.revisits import facts as revisit_facts
from tuoke.steps.reviews.revisits import hooks as revisit_hooks
from tuoke.steps.reviews.revisits import neighbours as revisit_neighbours
from tuoke.steps.reviews.revisits import places as revisit_places
from tuoke.steps.reviews.revisits import queries as revisit_queries
from tuoke.steps.reviews.revisits.actions import relations
from tuoke.steps.reviews.rules import Satisfaction
from tuoke.steps.targeting import hooks as targeting
from tuoke.steps.targeting.goals import facts as goal_facts
from tuoke.steps.targeting.goals import hooks as goals
from tuoke.steps.targeting.goals import parts as goal_parts
from tuoke.steps.targeting.goals import sources as goal_sources
from tuoke.steps.targeting.markets import facts as market_facts
from tuoke.steps.targeting.markets import parts as market_parts
from tuoke.steps.targeting.resources import facts as resource_facts
from tuoke.steps.targeting.resources import parts as resource_parts

PLACES = (
    followup_places,
    discovery_places,
    interview_places,
    decision_places,
    call_places,
    proposal_places,
    sending_places,
    value_places,
    objection_places,
    return_places,
    negotiation_places,
    round_places,
    signoff_places,
    contract_places,
    kickoff_places,
    team_places,
    delivery_places,
    payment_places,
    review_places,
    improvement_places,
    revisit_places,
    clearance_places,
)
ROOMY = ("proposals", "negotiation", "contracts", "reviews")
"""Steps whose page lists their rooms with how far each is."""

FACTS = (
    clearance_facts,
    deal_facts,
    followup_facts,
    call_facts,
    discovery_facts,
    interview_facts,
    decision_facts,
    proposal_facts,
    value_facts,
    signoff_facts,
    objection_facts,
    sending_facts,
    return_facts,
    negotiation_facts,
    round_facts,
    contract_facts,
    kickoff_facts,
    team_facts,
    delivery_facts,
    payment_facts,
    review_facts,
    improvement_facts,
    revisit_facts,
)


def connect() -> None:
    """Fill the hooks. Called once."""
    _rights()
    _customers()
    _what_deals_are_judged_by()
    _process()
    _what_deals_tell()
    _deal_page()
    _rooms_of_steps()
    _preparation()
    _first_contact()
    _discovery()
    _proposals()
    _who_decides()
    _rounds()
    _signals()
    _contracts_kept()
    _contracts_confirmed()
    _payments()
    _revisits()
    _reviews()
    _people_are_told()
    _comes_again_and_again()
    menu.fill()


def _customers() -> None:
    customers.extra_visibility[:] = [deals.joined_customers]
    customers.cases_of[:] = [deals.cases_of]
    customers.threads_of[:] = [deals.threads_of]
    customers.customer_verbs[:] = [
        customers.Verb(_("退回公海"), "leads:return_customer", "arrow-back-up"),
    ]
    customers.dates_of[:] = [lead_queries.dates_of]
    customers.new_case_url[:] = [lambda customer: f"{reverse('deals:new')}?customer={customer.pk}"]
    customers.letter_url[:] = [letter_places.letter_url]
    customers.lead_panels[:] = [
        customers.Panel("followups", _("跟进"), "followups:panel_lead"),
        customers.Panel("background", _("客户背景"), "outreach:panel_lead"),
        customers.Panel("verification", _("信息核验"), "customers:facts_lead"),
    ]
    customers.customer_panels[:] = [
        customers.Panel("score", _("评分与级别"), "leads:customer_score"),
        customers.Panel("payments", _("回款"), "payments:customer", Permission.PAYMENT_READ),
        customers.Panel("relationship", _("合作关系"), "revisits:customer", Permission.REVIEW_READ),
        customers.Panel("followups", _("跟进"), "followups:panel_customer"),
        customers.Panel("background", _("客户背景"), "outreach:panel_customer"),
        customers.Panel("needs", _("客户需求"), "discovery:customer", Permission.NEED_READ),
        customers.Panel("referred", _("介绍来的线索"), "leads:referred", Permission.LEAD_READ),
        customers.Panel("verification", _("信息核验"), "customers:facts_customer"),
    ]
    customers.list_filters[:] = [
        customers.ListFilter(
            "relationship",
            _("合作关系"),
            _("所有合作关系"),
            revisit_queries.level_names,
            revisit_queries.customers_of_level,
            Permission.REVIEW_READ,
        ),
    ]
    customers.on_facts_judged[:] = [lead_facts.after_facts_judged]
    customers.on_customer_changed[:] = [lead_actions.after_customer_change]
    customers.repointers[:] = [
        deal_actions.repoint,
        followups.repoint,
        outreach.repoint,
        discovery.repoint,
        decisions.repoint,
        interviews.repoint,
        sendings.repoint,
        returns.repoint,
        objections.repoint,
        negotiation.repoint,
        rounds.repoint,
        contracts.repoint,
        kickoff.repoint,
        demos.repoint,
        confirmations.repoint,
        teams.repoint,
        deliveries.repoint,
        revisits.repoint,
    ]
    customers.after_merge[:] = [lead_facts.after_facts_judged, relations.after_merge]
    customers.take_over_lead[:] = [lead_facts.take_over]


def _what_deals_are_judged_by() -> None:
    deal.fact_sources[:] = [deal.FactSource(facts.KINDS, facts.facts_of) for facts in FACTS]
    for fixing in (deal_words.OWN_PLACES, *(places.FIX_PLACES for places in PLACES)):
        deal.fix_places |= fixing
    for doing in (
        deal_words,
        clearance_places,
        call_places,
        interview_places,
        decision_places,
        proposal_places,
        value_places,
        objection_places,
        return_places,
        negotiation_places,
        signal_places,
        contract_places,
        kickoff_places,
        team_places,
        delivery_places,
        review_places,
        improvement_places,
        revisit_places,
    ):
        deal.action_places |= doing.ACTION_PLACES
    deal.action_places["outreach-prepare"] = sheet_of


def _process() -> None:
    """What the process' own pages say of the deals that run on it."""
    playbook.uses[:] = [changeover_queries.uses]
    playbook.left_behind[:] = [changeover_queries.left_behind]
    playbook.move_url[:] = [lambda version: reverse("deals:changeovers")]


def _what_deals_tell() -> None:
    deal.on_giving_up[:] = [rounds.end_waiting, _nothing_is_asked_any_more]
    deal.on_closed[:] = [followups.end_open_actions, contracts.end_open, reviews.opened_on_closing]
    deal.on_transferred[:] = [followups.hand_open_actions_over, notices.deal_handed_over]
    deal.on_changed[:] = [lead_actions.after_deal_change, revisits.follow_deal, relations.follow_deal]


def _nothing_is_asked_any_more(given_up: Opportunity, by: Principal, now: datetime) -> None:
    why = gettext("商机已输单或作废，不用再审批")
    approval_actions.close_thread(thread=given_up, why=why, by=by, now=now)


def _deal_page() -> None:
    deal.badges[:] = [
        followup_cards.badges_of,
        sending_queries.badges_of,
        kickoff_cards.badges_of,
        delivery_cards.badges_of,
        payment_queries.badges_of,
        revisit_cards.badges_of,
    ]
    deal.panels[:] = [
        deal.Panel("followups", _("跟进"), "followups:panel_deal", column="record"),
        deal.Panel("rooms", _("这一步的内容"), "deals:rooms", column="now", steps=ROOMY, of_step=True),
        deal.Panel("background", _("客户背景"), "outreach:panel_deal", steps=("outreach",)),
        deal.Panel("needs", _("客户需求"), "discovery:panel", permission=Permission.NEED_READ),
        deal.Panel(
            "interviews",
            _("调研与访谈"),
            "interviews:panel",
            steps=("discovery",),
            permission=Permission.NEED_READ,
        ),
        deal.Panel("decisions", _("决策链"), "decisions:panel", column="people", permission=Permission.NEED_READ),
        deal.Panel("negotiation", _("谈判要点"), "negotiation:panel", steps=("negotiation",)),
        deal.Panel(
            "signals",
            _("成交信号"),
            "signals:panel",
            steps=("proposals", "negotiation"),
            permission=Permission.NEGOTIATION_READ,
        ),
    ]


def _rooms_of_steps() -> None:
    deal.step_rooms["discovery"] = discovery_places.to_needs
    deal.rooms["discovery"] = [
        deal.Room("interviews", _("调研与访谈"), "interviews:deal", Permission.NEED_READ),
        deal.Room("needs", _("需求清单"), "discovery:needs", Permission.NEED_READ),
        deal.Room("decisions", _("决策链"), "decisions:map", Permission.NEED_READ),
        deal.Room("criteria", _("采购标准与流程"), "decisions:criteria", Permission.NEED_READ),
    ]
    deal.step_rooms["proposals"] = proposal_places.to_proposal
    deal.rooms["proposals"] = [
        deal.Room("proposals", _("方案"), "proposals:builder", Permission.PROPOSAL_READ, proposal_cards.state_of),
        deal.Room("values", _("价值测算"), "values:page", Permission.OFFER_READ, value_cards.state_of),
        deal.Room("offers", _("报价"), "offers:deal", Permission.OFFER_READ, offer_cards.state_of),
        deal.Room("objections", _("异议"), "objections:deal", Permission.PROPOSAL_READ, objection_cards.state_of),
        deal.Room("rivals", _("竞品对比"), "rivals:page", Permission.OFFER_READ, rival_cards.state_of),
        deal.Room("demos", _("演示与试用"), "demos:page", Permission.PROPOSAL_READ, demo_cards.state_of),
        deal.Room("signoffs", _("技术签认"), "signoffs:page", Permission.PROPOSAL_READ, signoff_cards.state_of),
        deal.Room("sendings", _("发送与阅读"), "sendings:page", Permission.PROPOSAL_READ, sending_cards.state_of),
    ]
    deal.rooms_at_hand["negotiation"] = (_("方案与报价"), "proposals")
    deal.step_rooms["negotiation"] = negotiation_places.to_plan
    deal.rooms["negotiation"] = [
        deal.Room(
            "negotiation", _("谈判要点"), "negotiation:plan", Permission.NEGOTIATION_READ, negotiation_places.state_of
        ),
        deal.Room("rounds", _("谈判轮次"), "rounds:page", Permission.NEGOTIATION_READ, round_cards.state_of),
        deal.Room("returns", _("投入产出"), "returns:page", Permission.NEGOTIATION_READ, return_cards.state_of),
        deal.Room("signals", _("成交信号"), "signals:deal", Permission.NEGOTIATION_READ, signal_queries.state_of),
    ]
    deal.rooms_at_hand["contracts"] = (_("谈判结果"), "negotiation")
    deal.step_rooms["contracts"] = contract_places.to_contract
    deal.rooms["contracts"] = [
        deal.Room("contracts", _("合同"), "contracts:page", Permission.CONTRACT_READ, contract_cards.state_of),
        deal.Room(
            "confirmations", _("条款确认"), "confirmations:page", Permission.CONTRACT_READ, confirmation_cards.state_of
        ),
        deal.Room("clearances", _("合同审批"), "clearances:page", Permission.CONTRACT_READ, clearance_cards.state_of),
        deal.Room("payments", _("回款"), "payments:page", Permission.PAYMENT_READ, payment_queries.state_of),
        deal.Room("kickoff", _("启动计划"), "kickoff:page", Permission.PROJECT_READ, kickoff_cards.state_of),
        deal.Room("teams", _("团队与沟通"), "teams:page", Permission.PROJECT_READ, team_cards.state_of),
        deal.Room("deliveries", _("首期交付"), "deliveries:page", Permission.PROJECT_READ, delivery_cards.state_of),
    ]
    deal.rooms_at_hand["reviews"] = (_("签约与交付"), "contracts")
    deal.rooms["reviews"] = [
        deal.Room("reviews", _("复盘"), "reviews:page", Permission.REVIEW_READ, review_cards.state_of),
        deal.Room("improvements", _("改进"), "improvements:deal", Permission.REVIEW_READ, improvement_cards.state_of),
        deal.Room("revisits", _("回访"), "revisits:deal", Permission.REVIEW_READ, revisit_cards.state_of),
    ]


def _preparation() -> None:
    targeting.on_profile_changed[:] = [leads.after_profile_change]
    targeting.previews[:] = [lead_queries.preview]
    targeting.campaign_facts[:] = [market_facts.facts_of, goal_facts.facts_of, resource_facts.facts_of]
    targeting.campaign_parts[:] = [market_parts.parts_of, goal_parts.parts_of, resource_parts.parts_of]
    targeting.campaign_leads[:] = [campaign_figures]
    goals.sources[:] = [*goal_sources.OWN, payment_sources.RECEIVED]
    lead_hooks.on_pool_rules_changed[:] = [leads.after_pool_rules_change]
    calendar.on_changed[:] = [lead_actions.redate_all]


def _first_contact() -> None:
    calendar.entries_of[:] = [agenda.entries_of]
    followup_hooks.call_url[:] = [call_places.call_url]
    followup_hooks.desk_url[:] = [call_places.desk_url]
    followup_hooks.letter_url[:] = [letter_places.action_url]
    mail.mail_visibility[:] = [letters_seen]
    library.effects |= dict.fromkeys(("script", "opening"), call_queries.effect_of_items)
    library.uses[:] = [
        call_queries.uses_of,
        proposal_queries.uses_of,
        objection_queries.uses_of,
        signal_queries.uses_of,
    ]
    lead_hooks.on_converted[:] = [outreach.carry_notes, calls.draft_from_calls]
    outreach_hooks.more_facts[:] = [call_queries.facts_told]
    outreach_hooks.draft_needs[:] = [discovery.draft_after_call]
    call_hooks.needs_url[:] = [discovery_places.to_needs]


def _discovery() -> None:
    links.kinds["returns"] = links.Kind(return_queries.may_see_link, return_queries.may_revoke_link)
    links.kinds["plan"] = links.Kind(team_queries.may_see_link, team_queries.may_revoke_link)
    links.kinds["delivery"] = links.Kind(delivery_queries.may_see_link, delivery_queries.may_revoke_link)
    links.kinds["needs"] = links.Kind(discovery_queries.may_see_link, discovery_queries.may_revoke_link)
    discovery_hooks.sources_of[:] = [answers_behind]
    decision_hooks.touches[:] = [met_in_interviews]


def _proposals() -> None:
    library.effects["objection"] = objection_queries.effect_of_answers
    objection_hooks.rivals_of[:] = [_rivals_seen]
    objection_hooks.price_of[:] = [_price]
    library.on_withdrawn[:] = [proposals.evidence_lost, notices.evidence_withdrawn]
    value_hooks.investment_of[:] = [_invested]
    proposal_hooks.values_of[:] = [value_cards.said_by_need]
    proposal_hooks.parts[:] = [
        proposal_hooks.Part("value", _("价值"), value_queries.frozen_of, "values:page", "value", Permission.OFFER_READ),
        proposal_hooks.Part("offer", _("报价"), offer_parts.freeze, "offers:deal", "terms", Permission.OFFER_READ),
        proposal_hooks.Part(
            "difference", _("差异化优势"), rival_parts.freeze, "rivals:page", "difference", Permission.OFFER_READ
        ),
    ]
    deal.rivals_named[:] = [rival_queries.competitor_ids]
    rival_hooks.our_price[:] = [_price]
    links.kinds["proposal"] = links.Kind(sending_queries.may_see_link, sending_queries.may_revoke_link)


def _who_decides() -> None:
    """What one may not decide oneself, by the kind of what is asked (ADR 18)."""
    approvals.kinds["claims"] = approvals.Kind(
        _("没有证据的数字"),
        url=sendings.url_of,
        may_decide=sendings.may_decide,
        on_decided=sendings.on_decided,
        may_receive=sendings.may_receive,
        describe="sendings/_claims.html",
    )
    approvals.kinds["feasibility"] = approvals.Kind(
        _("技术签认"),
        url=signoff_places.of_request,
        may_decide=signoffs.may_decide,
        on_decided=signoffs.on_decided,
        may_receive=signoffs.may_receive,
        describe="signoffs/_asked.html",
        receivers=signoffs.receivers,
    )
    approvals.kinds["discount"] = approvals.Kind(
        _("优惠审批"),
        url=offer_places.of_request,
        may_decide=offers.may_decide,
        on_decided=offers.on_decided,
        may_receive=offers.may_receive,
        describe="offers/_asked.html",
    )
    approvals.kinds["bottom_line"] = approvals.Kind(
        _("越过底线的报价"),
        url=round_approvals.place_of,
        may_decide=round_approvals.may_decide_line,
        on_decided=rounds.decided,
        may_receive=round_approvals.may_receive_line,
        describe="rounds/asked_line.html",
        secret=True,
    )
    approvals.kinds["concession"] = approvals.Kind(
        _("让步审批"),
        url=round_approvals.place_of,
        may_decide=round_approvals.may_decide_concession,
        on_decided=rounds.decided,
        may_receive=round_approvals.may_receive_concession,
        describe="rounds/asked_concession.html",
        section="negotiation",
    )
    for kind, title in ((ClearanceKind.LEGAL, _("法务审核")), (ClearanceKind.CONTRACT, _("合同审批"))):
        approvals.kinds[kind.value] = approvals.Kind(
            title,
            url=clearance_places.of_request,
            may_decide=clearances.may_decide,
            on_decided=clearances.on_decided,
            may_receive=clearances.may_receive,
            describe="clearances/_facts.html",
            receivers=clearances.receivers,
            section="contracts",
        )


def _rivals_seen(deal: Opportunity) -> list[objection_hooks.RivalFact]:
    return [
        objection_hooks.RivalFact(rival.competitor.name, rival.price_low, rival.price_high)
        for rival in rival_queries.rivals_of(deal)
    ]


def _invested(deal: Opportunity) -> value_hooks.Investment | None:
    """What the customer would pay by the current offer, or by the newest draft."""
    offer = offer_queries.working_offer(deal)
    if offer is None:
        return None
    return value_hooks.Investment(
        offer_queries.totals_of(offer).gross, gettext("报价 %(number)s") % {"number": offer.number}
    )


def _price(deal: Opportunity) -> Decimal | None:
    found = _invested(deal)
    return found.amount if found else None


def _rights() -> None:
    """What is told of a room on timelines is for those who may read the room."""
    for section in ("offers", "values", "rivals"):
        accounts.sections[section] = Permission.OFFER_READ
    for section in ("negotiation", "rounds", "returns", "signals"):
        accounts.sections[section] = Permission.NEGOTIATION_READ
    accounts.sections["contracts"] = Permission.CONTRACT_READ
    accounts.sections["deliveries"] = Permission.PROJECT_READ
    accounts.sections["reviews"] = Permission.REVIEW_READ
    accounts.sections["improvements"] = Permission.IMPROVEMENT_READ
    accounts.sections["kickoff"] = Permission.PROJECT_READ
    accounts.sections["payments"] = Permission.PAYMENT_READ
    accounts.sections["teams"] = Permission.PROJECT_READ


def _rounds() -> None:
    """What speaks against a call, and for one."""
    negotiation_hooks.asked[:] = [round_queries.asked_of]
    negotiation_hooks.document_sections[:] = [
        lambda who, deal, today: rounds_sections(who, deal, today=today),
    ]
    followup_hooks.cautions[:] = [round_queries.cautions_of]


def _signals() -> None:
    """What customers let out, found where it is recorded; what was proposed on it, and the extras that went with it."""
    followup_hooks.on_recorded[:] = [signals.find_in]
    round_hooks.opens_way[:] = [signal_queries.opens_way]
    signal_hooks.extra_given[:] = [rounds.concede_extra]
    signal_hooks.extra_taken_back[:] = [rounds.take_back_extra]
    signal_hooks.extra_states[:] = [round_queries.extra_states]
    library.effects["closing"] = signal_queries.effect_of_items


def _contracts_kept() -> None:
    """Signed scans and annexes, of contracts and of what was accepted on paper."""
    files.kinds["contract"] = files.Kind(
        _("合同附件"),
        may_read=contract_scans.may_read,
        may_write=contract_scans.may_write,
        place_of=contract_scans.place_of,
        section="contracts",
    )
    files.kinds["acceptance"] = files.Kind(
        _("签字单据"),
        may_read=delivery_scans.may_read,
        may_write=delivery_scans.may_write,
        place_of=delivery_scans.place_of,
        endings=SCANS,
        section="deliveries",
    )


def _contracts_confirmed() -> None:
    """Both sides' word to each clause stands before the signature (S7.1)."""
    links.kinds["contract"] = links.Kind(confirmation_queries.may_see_link, confirmation_queries.may_revoke_link)
    confirmation_hooks.on_customer_answered[:] = [notices.clauses_answered]
    contract_hooks.against_signing[:] = [confirmation_queries.against_signing, clearance_queries.against_signing]
    contract_hooks.on_ended[:] = [payments.after_ending, clearances.after_the_contract]
    contract_hooks.sentences[:] = [confirmation_words.against_signing, clearance_words.against_signing]
    for code in confirmation_places.REASONS:
        contract_hooks.places[code] = lambda contract: confirmation_places.to_confirmations(contract.opportunity)
    for code in clearance_places.REASONS:
        contract_hooks.places[code] = lambda contract: clearance_places.to_clearances(contract.opportunity)


def _payments() -> None:
    """The schedule comes with the signature and follows the kick-off plan; whoever has paid isn't sold to anew."""
    contract_hooks.on_signed[:] = [payments.after_signing, clearances.after_the_contract]
    contract_hooks.said_of_ending[:] = [payment_queries.said_of_ending]
    kickoff_hooks.on_moved[:] = [payments.follow_moves, notices.plan_moved]
    deal.against_winning[:] = [contract_facts.signed_first]
    deal.signed[:] = [contract_facts.signed_for]
    deal.against_reopening[:] = [payment_queries.against_reopening]
    payment_hooks.on_due[:] = [notices.payment_due]
    payment_hooks.on_received[:] = [notices.payment_received]


def _revisits() -> None:
    """Who is visited again, what he said, who may leave."""
    links.kinds["survey"] = links.Kind(revisit_queries.may_see_link, revisit_queries.may_revoke_link)
    revisit_hooks.scores_of[:] = [revisit_neighbours.scores_of_deliveries]
    revisit_hooks.issues_open[:] = [revisit_neighbours.open_issues]
    revisit_hooks.payments_late[:] = [revisit_neighbours.late_payments]
    revisit_hooks.on_answered[:] = [notices.survey_answered]
    revisit_hooks.on_recorded[:] = [notices.visit_recorded]


def _reviews() -> None:
    """What a review is computed from, and what becomes of what it wants changed (S8.1, S8.3)."""
    deal.step_rooms["reviews"] = review_places.to_review
    review_hooks.satisfaction_of[:] = [_satisfaction]
    review_hooks.improvements_of[:] = [improvement_queries.proposed_in]
    review_hooks.on_opened[:] = [notices.review_due]
    review_hooks.on_asked[:] = [notices.review_part_asked]
    library.on_published[:] = [improvements.item_published]
    targeting.on_published[:] = [improvements.profile_published]
    playbook.on_published[:] = [improvements.process_published]
    playbook.on_discarded[:] = [improvements.process_discarded]
    playbook.on_resumed[:] = [improvements.process_resumed]
    playbook.wishes[:] = [improvement_queries.wishes_for]
    library.wishes[:] = [improvement_queries.taken_up_for]
    targeting.wishes[:] = [improvement_queries.taken_up_for]
    improvement_hooks.on_proposed[:] = [notices.improvement_proposed]
    improvement_hooks.on_decided[:] = [notices.improvement_decided]
    improvement_hooks.on_carried_out[:] = [notices.improvement_carried_out]
    improvement_hooks.on_overdue[:] = [notices.improvement_overdue]


_ANSWERED = {
    revisit_queries.Source.SURVEY: _("满意度问卷"),
    revisit_queries.Source.SAID: _("回访时客户打分"),
    revisit_queries.Source.DELIVERY: _("首期交付评分"),
}


def _satisfaction(deal: Opportunity) -> list[Satisfaction]:
    """What the customer gave, whichever room knows it; scores of deliveries are for those who read the project."""
    return [
        Satisfaction(
            key=score.source.value,
            source=str(_ANSWERED[score.source]),
            score=score.score,
            on=score.on,
            by=score.who,
            comment=score.words,
            url=score.url or reverse("revisits:deal", args=[deal.pk]),
            permission=Permission.PROJECT_READ.value if score.source is revisit_queries.Source.DELIVERY else "",
        )
        for score in revisit_queries.satisfaction_of(deal)
    ]


def _people_are_told() -> None:
    nav.bell[:] = [bell_of]
    customers.on_given[:] = [notices.parties_given]
    followup_hooks.on_entrusted[:] = [notices.action_entrusted]
    discovery_hooks.on_customer_answered[:] = [notices.customer_answered]
    negotiation_hooks.on_named[:] = [notices.named_insider]
    round_hooks.on_waiting[:] = [notices.offer_waits]
    signal_hooks.on_found[:] = [notices.signals_found]
    return_hooks.on_customer_calculated[:] = [notices.customer_calculated]
    links.on_opened[:] = [notices.list_opened]
    sending_hooks.on_sent[:] = [notices.proposal_sent]
    sending_hooks.on_failed[:] = [notices.proposal_failed]
    sending_hooks.on_remarked[:] = [notices.proposal_remarked]
    kickoff_hooks.document_parts[:] = [team_documents.document_parts]
    team_hooks.on_asked[:] = [notices.time_asked]
    team_hooks.on_decided[:] = [notices.booking_decided]
    delivery_hooks.on_customer_said[:] = [notices.customer_on_delivery]
    delivery_hooks.on_issue_given[:] = [notices.issue_given]
    delivery_hooks.on_issue_solved[:] = [notices.issue_solved]
    approvals.on_asked[:] = [notices.approval_asked]
    approvals.on_reminded[:] = [notices.approval_reminded]
    approvals.heir_of[:] = [_owner_now]
    approvals.on_inherited[:] = [notices.approval_inherited]
    approvals.on_delegated[:] = [notices.approval_delegated]
    approvals.on_withdrawn[:] = [rounds.ended, clearances.ended, notices.approval_withdrawn]
    approvals.on_decided[:] = [notices.approval_decided]
    approvals.on_expired[:] = [rounds.ended, clearances.ended, notices.approval_expired]


def _owner_now(request: Request) -> User | None:
    """Whoever has the deal that a request is about."""
    label, _colon, key = request.thread.partition(":")
    if label != Opportunity._meta.label_lower or not key.isdecimal():
        return None
    found = Opportunity.objects.filter(pk=int(key)).select_related("owner").first()
    return found.owner if found else None


def _comes_again_and_again() -> None:
    jobs.periodic[:] = [
        jobs.Periodic("jobs.prune", every=24 * 3600, run=job_actions.prune),
        jobs.Periodic(
            "forms.forget", every=24 * 3600, run=lambda now: forget_submissions(before=now - timedelta(days=7))
        ),
        jobs.Periodic("effects.measure", every=24 * 3600, run=effects.every_night),
        jobs.Periodic("deals.wake", every=3600, run=deal_actions.wake_paused),
        jobs.Periodic("deals.changeovers", every=60, run=changeovers.wake),
        jobs.Periodic("leads.pool", every=900, run=leads.keep_pool),
        jobs.Periodic("leads.rescore", every=24 * 3600, run=leads.every_day),
        jobs.Periodic("customers.duplicates", every=24 * 3600, run=customer_actions.every_night),
        jobs.Periodic("customers.wake_search", every=600, run=customer_actions.wake_search),
        jobs.Periodic("imports.wake", every=60, run=imports.wake),
        jobs.Periodic("leads.forget_exports", every=24 * 3600, run=export_jobs.forget),
        jobs.Periodic("imports.forget", every=24 * 3600, run=imports.forget),
        jobs.Periodic("sendings.wake", every=300, run=sendings.wake),
        jobs.Periodic("trials.remind", every=3600, run=demos.remind_trials),
        jobs.Periodic("rhythms.ahead", every=24 * 3600, run=teams.keep_ahead),
        jobs.Periodic("mails.wake", every=900, run=notifications.wake),
        jobs.Periodic("approvals.expire", every=300, run=approval_actions.expire_due),
        jobs.Periodic("approvals.remind", every=1800, run=approval_actions.remind_due),
        jobs.Periodic("payments.follow", every=3600, run=payments.follow_all),
        jobs.Periodic("payments.remind", every=3600, run=payments.remind_due),
        jobs.Periodic("reviews.open", every=3600, run=reviews.open_due),
        jobs.Periodic("improvements.remind", every=24 * 3600, run=improvements.remind_overdue),
        jobs.Periodic("revisits.plan", every=24 * 3600, run=revisits.plan_missing),
        jobs.Periodic("revisits.relations", every=24 * 3600, run=relations.every_night),
        jobs.Periodic("notices.forget", every=24 * 3600, run=notifications.forget),
    ]
