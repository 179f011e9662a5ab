"""One record of every kind, owned by ``rep``, with all that hangs on it; and people who must not see it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import models, transaction

from tests.architecture.world import World, make_world
from tests.attacks.marking import history
from tests.attacks.tools import FILLED, a_client, address, form_in, taken_back
from tuoke.base.records.actions import record
from tuoke.services.notifications.models import Mail, Notice
from tuoke.services.search.actions import index
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.models import GatePass, Membership, Opportunity, StepVisit, Waiver
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.library.models import Item
from tuoke.spine.playbook.models import Tick
from tuoke.steps.discovery.decisions.models import KnownCheck, PurchaseCriterion, PurchaseProcess, Stance
from tuoke.steps.discovery.interviews.models import Answer, Notes, Outline, OutlineQuestion
from tuoke.steps.discovery.models import Confirmation, Need, NeedComment
from tuoke.steps.leads.imports.models import LeadImport, ReportRow
from tuoke.steps.negotiation.models import BottomLine, Concession, Insider, Plan, Seat
from tuoke.steps.negotiation.returns.models import Walk
from tuoke.steps.negotiation.rounds.models import ConcessionMade, Round
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.mails.models import Letter
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Profile
from tuoke.steps.proposals.demos.models import Demo, Trial
from tuoke.steps.proposals.models import Proof, Proposal, Section
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.rivals.models import Rival
from tuoke.steps.proposals.sendings.models import Presentation, Remark, Sending
from tuoke.steps.proposals.values.models import ValueItem
from tuoke.steps.targeting.models import CustomerProfile


@dataclass
class Scene(World):
    """``World`` with its records at hand."""

    people: Any = None
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        rows = self.__dict__.get("rows", {})
        if name in rows:
            return rows[name]
        raise AttributeError(name)


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refused requests are the point here; what fails is in the assertion."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene(company, playbook, now, settings):
    """The collaborator's time with the deal is over, so he is a stranger, too."""
    settings.EMAIL_HOST = "localhost"  # letters can be written; none leaves
    world = make_world(company, now)
    rep, at = company.rep, now
    get = world.records
    rows: dict[str, Any] = {
        "lead": Lead.objects.get(pk=get["leads.pk"]),
        "customer": Customer.objects.get(pk=get["customers.pk"]),
        "contact": Contact.objects.get(pk=get["customers.contact"]),
        "deal": Opportunity.objects.get(pk=get["deals.pk"]),
        "need": Need.objects.get(pk=get["discovery.pk"]),
        "action": NextAction.objects.get(pk=get["followups.pk"]),
        "campaign": Campaign.objects.get(pk=get["targeting.campaign"]),
        "profile": CustomerProfile.objects.get(pk=get["targeting.pk"]),
        "note": BackgroundEvent.objects.get(),
        "call": Call.objects.get(),
        "outline": Outline.objects.get(),
        "question": OutlineQuestion.objects.get(),
        "answer": Answer.objects.get(),
        "stance": Stance.objects.get(),
        "criterion": PurchaseCriterion.objects.get(pk=get["decisions:criterion_edit.pk"]),
        "sent": Confirmation.objects.get(),
        "comment": NeedComment.objects.get(),
        "item": Item.objects.get(pk=get["library.pk"]),
        "taken_in": LeadImport.objects.get(public_id=get["imports.public_id"]),
        "membership": Membership.objects.get(opportunity=get["deals.pk"]),
    }
    Contact.objects.filter(pk=rows["contact"].pk).update(email="wang@example.com")
    deal, lead, customer = rows["deal"], rows["lead"], rows["customer"]
    said = {"at": at, "by": rep, "channels": ["phone"], "outcome": "progress", "created_at": at}
    rows |= {
        "followup": FollowUp.objects.create(opportunity=deal, step=deal.step, contact=rows["contact"], **said),
        "lead_followup": FollowUp.objects.create(lead=lead, **said),
        "customer_followup": FollowUp.objects.create(customer=customer, **said),
        "lead_action": NextAction.objects.create(lead=lead, owner=rep, due_on=at.date(), created_at=at),
        "waiver": Waiver.objects.create(opportunity=deal, criterion="outreach-x", step=deal.step, by=rep, at=at),
        "visit": StepVisit.objects.filter(opportunity=deal).first(),
        "gate_pass": GatePass.objects.create(opportunity=deal, step=deal.step, to="discovery", at=at, by=rep),
        "report": ReportRow.objects.create(lead_import=rows["taken_in"], number=2, outcome="rejected"),
        "tick": Tick.objects.create(
            subject=f"deals.opportunity:{deal.pk}", item="outreach-x", step="outreach", by_name=rep.name, at=at
        ),
    }
    noted = {"by": rep, "created_at": at}
    rows |= {
        "concern": Concern.objects.create(contact=rows["contact"], text="怕拖", noted_on=at.date(), **noted),
        "profile_of": Profile.objects.create(
            customer=customer, kind="website", link="https://example.com/", seen_on=at.date(), **noted
        ),
        "notes": Notes.objects.create(outline=rows["outline"], by=rep),
        "process": PurchaseProcess.objects.create(opportunity=deal),
        "check": KnownCheck.objects.create(
            opportunity=deal, kind="need", ref=get["decisions.ref"], finding="changed", at=at, by=rep
        ),
        "mail": Mail.objects.get(),
        "notice": Notice.objects.get(user=rep, kind="test"),
    }
    Letter.objects.create(follow_up=rows["followup"], mail=rows["mail"])
    rows["draft"] = Need.objects.create(
        customer=customer, opportunity=deal, state="draft", description="想当天看到", priority="medium", created_at=at
    )
    get["discovery:take.pk"] = rows["draft"].pk
    rows |= _of_the_bid(get)
    Membership.objects.update(ends_on=at.date() - timedelta(days=1))
    return Scene(records=world.records, queries=world.queries, people=company, rows=rows)


def _of_the_bid(get: dict[str, Any]) -> dict[str, Any]:
    """Of the second deal, on which steps 5 and 6 stand: its rows by the names that the tables of forms use."""
    deal = Opportunity.objects.get(pk=get["proposals.pk"])
    only: dict[str, type[models.Model]] = {
        "proposal": Proposal, "section": Section, "proof": Proof, "sending": Sending, "remark": Remark, "presentation": Presentation,
        "offer": Offer, "offer_line": OfferLine, "value": ValueItem, "rival": Rival, "demo": Demo, "trial": Trial,
        "objection": DealObjection, "plan": Plan, "seat": Seat, "concession": Concession, "bottom_line": BottomLine,
        "insider": Insider, "round": Round, "made": ConcessionMade, "signal": Signal, "closing": ClosingProposal, "walk": Walk,
    }  # fmt: skip
    return {"bid": deal, **{name: model._base_manager.get() for name, model in only.items()}}


@pytest.fixture
def found_by_search(scene):
    """Put the rows into the search index by the texts that they have now."""

    def indexed():
        for kind, name in (
            ("lead", "lead"), ("customer", "customer"), ("contact", "contact"), ("opportunity", "deal"),
        ):  # fmt: skip
            row = scene.rows[name]
            row.refresh_from_db()
            index(kind, {row.pk: row.search_text})

    return indexed


@pytest.fixture
def tell(scene, company, now):
    """``tell(word)``: one event of every kind in the history of lead, customer and deal; ``word(place, kind)``."""

    def told(word):
        with transaction.atomic():
            for name, party in (("deal", scene.customer), ("lead", scene.lead), ("customer", scene.customer)):
                place = scene.rows[name]
                for kind, facts, changes in history(partial(word, name)):
                    record(
                        kind=kind, subject=place, thread=place, party=party, by=company.by("rep"), at=now,
                        facts=facts, changes=changes,
                    )  # fmt: skip

    return told


NONE = {"text": "\x00"}  # shows the form again, also where an empty one is fine


@dataclass(frozen=True)
class Filled:
    """A form as somebody who may send it would: ``form`` says its fields, ``sent`` is accepted."""

    name: str
    client: Any
    path: str
    form: Any
    sent: dict[str, Any]

    def post(self, changes: dict[str, Any]) -> Any:
        return self.client.post(self.path, {**self.sent, **changes})


@pytest.fixture
def every_form(scene, company):
    """``every_form()`` goes through the forms of the house, each meeting the same world."""
    clients: dict[str, Any] = {}

    def each(*names):
        for name in names or FILLED:
            actor, data = FILLED[name]
            client = clients.setdefault(actor, a_client(getattr(company, actor)))
            path = address(name, scene)
            with taken_back():
                shown = client.get(path)
                has_form = shown.status_code == 200 and shown.context and "form" in shown.context
                form = form_in(shown if has_form else client.post(path, NONE), name)
                yield Filled(name, client, path, form, data(client, scene))

    return each
