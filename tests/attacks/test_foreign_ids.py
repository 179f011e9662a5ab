"""An id in a form is a wish: what is not one's own, not there or no number is refused, and nothing has happened (O1)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django import forms

from tests.attacks.tools import (
    FILLED,
    a_client,
    address,
    failure,
    form_in,
    row_of,
    some_of,
    taken_back,
    typed,
    unchanged,
)
from tests.spine.followups.cases import a_deal
from tuoke.services.notifications.models import Mail
from tuoke.spine.catalog.models import Campaign, LeadSource, Product
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.queries import waiting_of
from tuoke.spine.library.models import Item
from tuoke.steps.discovery.decisions.models import PurchaseCriterion
from tuoke.steps.discovery.interviews.models import Outline, OutlineQuestion
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.negotiation.models import Concession, Plan, Seat
from tuoke.steps.negotiation.returns.models import Walk
from tuoke.steps.negotiation.rounds.models import ConcessionMade, Round
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Profile
from tuoke.steps.proposals.demos.models import Demo, Trial
from tuoke.steps.proposals.models import Section
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.sendings.models import Presentation
from tuoke.steps.proposals.values.models import ValueItem, ValueModel

pytestmark = pytest.mark.django_db
NO_IDS = ("999999", "0", "-1", "9" * 19, "9" * 5000, "abc", "1.0", "\x00", "²", "[1]", "' OR 1=1--")


def chosen_by_id(form):
    """The fields that hold the id of another record."""
    for name, field in form.fields.items():
        by_id = isinstance(field, forms.ModelChoiceField | forms.TypedChoiceField | forms.TypedMultipleChoiceField)
        if by_id or name in {"owner", "next_owner"}:
            yield name, form[name].html_name


@pytest.fixture
def foreign(scene, company, now):
    """Records of the other department, by the field that could point to them."""
    other = company.other_team
    owned = {"owner": other, "department": other.department, "created_at": now}
    customer = Customer.objects.create(name="恒远科技有限公司", name_key="恒远科技", **owned)
    contact = Contact.objects.create(customer=customer, name="别人的联系人")
    action = NextAction.objects.create(
        customer=customer, title="别人的待办", owner=other, due_on=now.date(), created_at=now
    )
    NextAction.objects.create(
        opportunity=scene.deal, title="还有一项", owner=company.rep, due_on=now.date(), created_at=now
    )
    LeadSource.objects.get_or_create(name="展会")
    Product.objects.get_or_create(name="数据中台")
    return {
        "owner": other.pk, "next_owner": company.disabled.pk, "user": company.disabled.pk, "customer": customer.pk,
        "contact": contact.pk, "answers": action.pk, **bid_of_another(customer, now),
    }  # fmt: skip


def bid_of_another(customer, now):
    """What steps 5 and 6 could be pointed to on a deal of somebody else's."""
    deal = a_deal(customer.owner, Opportunity.objects.first().playbook_version, customer=customer, name="别人的商机")
    said = {"at": now, "channels": ["phone"], "outcome": "progress", "by": customer.owner, "created_at": now}
    step = Concession.objects.create(
        plan=Plan.objects.create(opportunity=deal, created_at=now), give="别人的", created_at=now
    )
    line = ValueItem.objects.create(
        model=ValueModel.objects.create(opportunity=deal), name="别人的", basis="estimate", direction="less", current=2,
        expected_low=1, expected_likely=1, expected_high=1, unit="次", unit_value=1, times_per_year=1, created_at=now,
    )  # fmt: skip
    sign = Signal.objects.create(opportunity=deal, kind="contract", state="ticked", said_at=now, created_at=now)
    need = Need.objects.create(
        customer=customer, opportunity=deal, kind="rigid", description="别人的", priority="high", created_at=now
    )
    followup = FollowUp.objects.create(opportunity=deal, **said)
    return {
        "need": need.pk, "needs": need.pk, "share_of": line.pk, "followup": followup.pk, "concession": step.pk, "step": step.pk,
        "taken": step.pk, "signal": sign.pk, "contacts": Contact.objects.get(customer=customer).pk,
    }  # fmt: skip


def is_offered(form, field, value):
    return value in {str(offered) for offered, _label in form.fields[field].choices}


def test_what_is_filled_in_rightly_is_taken(every_form, foreign):
    """The other tests would prove nothing if these were refused."""
    for filled in every_form():
        with taken_back():
            answer = filled.post({})
            assert answer.status_code == 302, (filled.name, form_in(answer, filled.name).errors)


def test_ids_in_forms(foreign, every_form):
    """What belongs to others is refused in every field; of what is no id, each field meets three, which rotate."""
    for filled in every_form():
        fields = dict(chosen_by_id(filled.form))
        if not fields:
            continue
        met = {
            field: [value for value in NO_IDS if not is_offered(filled.form, field, value)]  # 0 is a tax rate
            for field in fields
        }
        met = {field: some_of(values, f"{filled.name} {field}") for field, values in met.items()}
        with unchanged(f"refused ids at {filled.name}"):
            for field in fields.keys() & foreign.keys():
                answer = filled.post({fields[field]: str(foreign[field])})
                assert answer.status_code in (404, 422), (filled.name, field)
            for turn in range(3):
                told = {field: values[turn] for field, values in met.items()}
                answer = filled.post({fields[field]: value for field, value in told.items()})
                assert answer.status_code in (404, 422), (filled.name, told, answer.status_code)
                if answer.status_code == 422:
                    assert told.keys() <= set(form_in(answer, filled.name).errors), (filled.name, told)


HIS_OWN = {"offers:line_edit"}
"""Saved field by field while he types: his own last change is no conflict, whichever version he has seen."""


NO_VERSIONS = ("0", "-1", "9" * 30, "9" * 5000, "abc", "", "\x00", "1.5", "²")


def test_versions_that_nobody_has_seen(every_form):
    """The version in an edit form is no place to break in either: a conflict or a refusal, nothing saved. Which two of
    them a field meets rotates."""
    for filled in every_form():
        versions = [key for key in filled.sent if key.endswith("version")]
        if not versions or filled.name in HIS_OWN:
            continue
        with unchanged(f"wrong versions at {filled.name}"):
            for field in versions:
                for value in some_of(NO_VERSIONS, f"{filled.name} {field}", 2):
                    answer = filled.post({field: value})
                    assert answer.status_code in (404, 409, 422), (filled.name, value[:20], answer.status_code)


def test_ids_in_addresses_of_follow_ups(scene, foreign, company):
    client = a_client(company.rep)
    data = FILLED["followups:new"][1](client, scene)
    customer = foreign["customer"]
    with unchanged("follow-ups about foreign records"):
        for query in (
            f"customer={customer}",
            "deal=999999",
            "lead=-1",
            "deal=abc",
            "deal=%00",
            "customer=" + "9" * 400,
            "",
        ):
            for path in ("/followups/new/", "/followups/plan/"):
                assert client.post(f"{path}?{query}", data).status_code == 404, query


def test_ids_of_deals_for_a_new_deal(scene, foreign, company):
    client = a_client(company.rep)
    data = FILLED["deals:new"][1](client, scene)
    with unchanged("deals with foreign customers"):
        for value in (foreign["customer"], *NO_IDS):
            if str(value).strip():
                answer = client.post(
                    "/deals/new/", data, QUERY_STRING=f"customer={str(value)[:300]}".replace("\x00", "%00")
                )
                assert answer.status_code in (404, 400), value


ONE_PRESS = {
    "deals:tick": {"item": "{}", "note": "x"}, "deals:untick": {"item": "{}"}, "leads:tick": {"item": "{}", "note": "x"},
    "leads:untick": {"item": "{}"}, "targeting:campaign_tick": {"item": "{}", "note": "x"}, "targeting:campaign_untick": {"item": "{}"},
    "deals:waive": {"criterion": "{}", "reason": "因为"}, "deals:move": {"to": "{}", "reason": "因为"},
    "deals:advance": {"to": "{}", "waive-{}": "因为"}, "deals:move_back": {"to": "{}", "reason": "因为"},
    "deals:lost": {"cause": "{}"}, "deals:void": {"cause": "{}"}, "leads:claim": {"seen": "{}"},
    "followups:reschedule": {"due_on": "{}", "version": "1"}, "discovery:confirm": {"version": "{}", "on": "{}"},
    "imports:sheet": {"sheet": "{}"}, "decisions:set": {"attitude": "{}"}, "decisions:known_judge": {"finding": "{}"},
    "decisions:criterion_move": {"to": "{}"}, "interviews:pick": {"item": "{}"}, "interviews:bring_in": {"contact": "{}"},
    "interviews:order": {"order": "{}"}, "interviews:notes": {"notes": "\x00{}"}, "discovery:order": {"order": "{}"},
    "discovery:move": {"to": "{}"}, "discovery:merge": {"into": "{}", "version": "1"}, "library:review": {"review_by": "{}"},
    "library:version_restore": {"version": "{}"}, "proposals:order": {"order": "{}"}, "proposals:section_move": {"to": "{}"},
    "proposals:section_withdraw": {"version": "{}"}, "proposals:withdraw": {"version": "{}"}, "offers:issue": {"version": "{}"},
    "offers:line_move": {"to": "{}"}, "values:item_move": {"to": "{}"}, "negotiation:concession_move": {"to": "{}"},
    "negotiation:ladder_order": {"order": "{}"}, "negotiation:line_restore": {"version": "{}"}, "objections:take_back": {"version": "{}"},
    "signals:confirm": {"version": "{}"}, "signals:dismiss": {"version": "{}", "reason": "x"}, "signoffs:ask": {"signer": "{}", "note": "x"},
    "approvals:delegate": {"to": "{}"}, "approvals:decide": {"verb": "{}", "version": "1"}, "proposals:proofs": {"item": "{}"},
    "returns:keep": {"base": "{}", "investment": "{}"}, "rivals:add": {"competitor": "{}"},
}  # fmt: skip


SAID_ON_THE_PAGE = {
    "discovery:confirm", "followups:reschedule", "imports:sheet", "decisions:set", "interviews:pick", "interviews:order",
    "interviews:notes", "discovery:order", "discovery:move", "discovery:merge", "library:version_restore",
    "proposals:order", "offers:line_move", "values:item_move", "proposals:section_move", "proposals:section_withdraw", "proposals:withdraw", "offers:issue",
    "negotiation:ladder_order", "negotiation:line_restore", "signals:confirm", "signals:dismiss",
}  # fmt: skip
"""Refused on the page that comes next, not by the status; where the address of 撤销 says the place (``?to=``), "" is none."""


NO_KEYS = (
    "", "x", "outreach", "targeting-1", "deals-1", "\x00", "a\x00b", "x" * 300_000, "9" * 5000, "-1", "__class__", "{{7*7}}", "²",
    "\u202e", "won'--", "reviews\n",
)  # fmt: skip


def test_keys_that_no_playbook_has(scene, company):
    """Verbs of one press take keys, steps, days and versions; other ones do nothing and say so. Which six of them a verb
    meets rotates."""
    for name in ONE_PRESS:
        press(name, scene, company)


def press(name, scene, company):
    actor = "rep" if name.startswith("imports") else "director"
    client, path = a_client(getattr(company, actor)), address(name, scene)
    allowed = {404, 409, 422} | ({302, 200} if name in SAID_ON_THE_PAGE else set())
    with unchanged(f"{name} with unknown keys"):
        for value in some_of(NO_KEYS, name, 6):
            if (name, value) == ("deals:move", "outreach") or name == "targeting:campaign_untick":
                continue  # where it is already; what was never ticked: nothing to do
            data = {key.replace("{}", value[:200]): said.replace("{}", value) for key, said in ONE_PRESS[name].items()}
            answer = client.post(path, data)
            assert answer.status_code in allowed, (name, value[:30], answer.status_code, failure(answer))


def test_foreign_records_in_verbs_of_one_press(scene, foreign, company, now):
    """A contact, a need or a question of somebody else's customer has no place here; what is no question isn't asked."""
    client, pk = a_client(company.director), scene.deal.pk
    other = Customer.objects.get(pk=foreign["customer"])
    need = Need.objects.create(customer=other, kind="rigid", description="别人的", priority="high", created_at=now)
    with unchanged("foreign records in verbs"):
        for path, data in (
            (address("interviews:bring_in", scene), {"contact": foreign["contact"]}),
            (f"/deals/{pk}/decisions/people/{foreign['contact']}/set/", {"attitude": "supports"}),
            (f"/deals/{pk}/decisions/people/{foreign['contact']}/", {"attitude": "supports"}),
            (f"/deals/{pk}/decisions/people/{foreign['contact']}/leave-out/", {}),
            (f"/deals/{pk}/known/need/{need.pk}/judge/", {"finding": "holds"}),
            (f"/deals/{pk}/known/need/{scene.need.pk}/judge/", {"finding": "holds"}),
            (address("interviews:pick", scene), {"item": scene.item.pk}),
            (address("discovery:merge", scene), {"into": need.pk, "version": 1}),
            (address("discovery:order", scene), {"order": f"{need.pk},{scene.need.pk}"}),
        ):
            answer = client.post(path, data)
            assert answer.status_code in (302, 404, 422), (path, failure(answer))


HIDDEN = {
    "objections:add": "source", "objections:edit": "source", "signals:propose": "version_id", "proposals:proofs": "item",
    "rounds:new": "seen",
}  # fmt: skip
"""Fields that no choice limits: an id of the library, the round that was seen (the first: 1.0 is read as that)."""


def test_ids_in_hidden_fields(scene, every_form, foreign):
    """A section's proof, an answer's or a closing's origin is a fitting item of the library, or nothing is kept."""
    unfit = scene.item.versions.get().pk
    for name, field in HIDDEN.items():
        client = a_client(scene.people.rep)
        sent = FILLED[name][1](client, scene) if name in FILLED else {}
        with unchanged(f"hidden ids at {name}"):
            for value in (*NO_IDS, str(unfit)) if name != "rounds:new" else sorted({*NO_IDS[2:]} - {"1.0"}):
                answer = client.post(address(name, scene), sent | {field: value})
                assert answer.status_code in (404, 409, 422), (name, value[:30], answer.status_code, failure(answer))


def test_nobody_joins_himself_to_a_foreign_deal(scene, company):
    client = a_client(company.other_team)
    with unchanged("a stranger's verbs"):
        for name, data in (("deals:join", {"user": company.other_team.pk}), ("deals:transfer", {"owner": company.other_team.pk}),
                           ("leads:claim", {}), ("leads:claim", {"seen": "1"}), ("customers:transfer", {"owner": company.other_team.pk}),
                           ("leads:assign", {"owner": company.other_team.pk}), ("followups:finish", {"outcome": "internal"})):  # fmt: skip
            assert client.post(address(name, scene), data).status_code in (403, 404), name


def test_a_rep_gives_nothing_to_another_department(scene, company):
    """He may hand over within his scope of people: himself. Names beyond it are not even offered."""
    client = a_client(company.rep)
    with unchanged("a rep's gifts"):
        for name in ("customers:transfer", "deals:transfer"):
            for person in (company.other_team, company.director, company.disabled, company.collaborator):
                answer = client.post(address(name, scene), {"owner": person.pk})
                assert answer.status_code == 422
                assert person.name not in str(answer.context["form"]["owner"]), name


# Mass assignment


EDITS = {
    "leads:edit": "lead", "customers:edit": "customer", "customers:edit_contact": "contact", "deals:edit": "deal",
    "discovery:edit": "need", "followups:edit": "action", "targeting:campaign_edit": "campaign", "targeting:profile_edit": "profile",
    "outreach:edit": "note", "discovery:take": "draft", "interviews:edit": "outline", "interviews:edit_question": "question",
    "proposals:title": "proposal", "proposals:section_edit": "section", "values:item_edit": "value", "offers:edit": "offer",
    "offers:line_edit": "offer_line", "rivals:edit": "rival", "demos:usage": "trial", "objections:edit": "objection",
    "negotiation:plan_edit": "plan", "negotiation:seat_edit": "seat",
    "negotiation:concession_edit": "concession", "negotiation:line_edit": "bottom_line", "rounds:edit": "round",
    "signals:answer": "closing", "interviews:correct": "answer", "decisions:person": "stance", "decisions:criterion_edit": "criterion", "library:edit": "item",
}  # fmt: skip
MADE = {
    "leads:new": Lead, "customers:new": Customer, "deals:new": Opportunity, "customers:add_contact": Contact,
    "followups:new": FollowUp, "followups:plan": NextAction, "discovery:add": Need, "targeting:campaign_new": Campaign,
    "outreach:add event": BackgroundEvent, "outreach:add concern": Concern, "outreach:add profile": Profile,
    "calls:lead": Call, "calls:deal": Call, "mails:write": Mail, "library:new": Item, "library:variant": Item,
    "discovery:send": Confirmation, "interviews:new": Outline, "interviews:add_question": OutlineQuestion,
    "interviews:take_need": Need, "decisions:add_person": Contact, "decisions:criterion_add": PurchaseCriterion,
    "deals:share_credit": Membership, "proposals:add": Section, "values:item_add": ValueItem,
    "demos:plan": Demo, "demos:trial": Trial, "objections:add": DealObjection, "sendings:present": Presentation,
    "negotiation:seat_add": Seat, "negotiation:concession_add": Concession, "rounds:new": Round, "rounds:concede": ConcessionMade,
    "returns:walk": Walk, "signals:tick": Signal, "signals:propose": ClosingProposal,
}  # fmt: skip


def extras(model, form, other):
    """Every column that the form doesn't ask for, under every name that it could be called by, with a value of an attacker."""
    asked = set(form.fields) | {form[name].html_name for name in form.fields}
    values = {
        "owner": other.pk,
        "department": other.department_id,
        "is_practice": "on",
        "version": "1",
        "created_by": other.pk,
    }
    found = {}
    for field in model._meta.concrete_fields:
        value = values.get(
            field.name, "7" if field.is_relation or field.get_internal_type().endswith("IntegerField") else "2020-01-01"
        )
        for name in {
            field.name,
            field.attname,
            f"{field.name}_0",
            f"form-{field.name}",
            f"{model._meta.model_name}.{field.name}",
        }:
            if name not in asked and name != "version":
                found[name] = value
    more = {"pk": "1", "id": "1", "__all__": "1", "by": other.pk, "user": other.pk, "role": "director", "is_active": ""}
    return found | {name: value for name, value in more.items() if name not in asked}


def test_what_a_form_does_not_ask_is_not_changed(every_form, scene, company):
    for filled in every_form(*EDITS):
        row = scene.rows[EDITS[filled.name]]
        more = extras(type(row), filled.form, company.other_team)
        rows = []
        for extra in ({}, more):
            with taken_back():
                assert filled.client.post(filled.path, {**extra, **filled.sent}).status_code == 302, filled.name
                rows.append({key: to_the_day(value) for key, value in row_of(row).items()})
        assert rows[0] == rows[1], filled.name


def to_the_day(value):
    return value.date() if isinstance(value, datetime) else value


def test_what_a_form_does_not_ask_is_not_set(every_form, company):
    apart = {
        "id",
        "public_id",
        "follow_up_id",
        "link_id",
        "followup_id",
        "next_action_id",
        "message_id",
        "job",
        "action_id",
    }
    for filled in every_form(*MADE):
        model = MADE[filled.name]
        more = extras(model, filled.form, company.other_team)
        made = []
        for extra in ({}, more):
            with taken_back():
                assert filled.client.post(filled.path, {**extra, **filled.sent}).status_code == 302, filled.name
                row = row_of(model.objects.order_by("-pk").first())
                made.append({key: to_the_day(value) for key, value in row.items() if key not in apart})
        assert made[0] == made[1], filled.name


def test_a_stranger_may_not_answer_for_others(scene, foreign, company):
    """What may be answered is what waits for just this subject."""
    client = a_client(company.rep)
    own = waiting_of(scene.deal)[0]
    path = address("followups:new", scene)
    data = typed(client, path, outcome="progress", channels=["phone"], summary="谈了", answers=str(own.pk))
    assert client.post(path, data).status_code == 302
    own.refresh_from_db()
    assert own.done_at
