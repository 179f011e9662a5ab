"""Steps 7 and 8 while somebody else is at it: two who sign, two who confirm, money that comes in twice, one colleague's time
asked for by two deals, a circle that neither of two sees. Real threads and connections, on either database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from tests.attacks.test_at_once import at_once, sorted_out
from tests.people import make_company
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.contracts import cases
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.links.queries import holder_of
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import editing
from tuoke.spine.playbook.rules.drafts import fingerprint
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts import hooks as contract_hooks
from tuoke.steps.contracts import queries as contract_queries
from tuoke.steps.contracts.confirmations import actions as confirmations
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation
from tuoke.steps.contracts.confirmations.rules import ToldDraft
from tuoke.steps.contracts.deliveries import actions as deliveries
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem
from tuoke.steps.contracts.deliveries.rules import Answer, ItemAnswer, ItemDraft, ItemKind, SendDraft
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.models import Dependency, KickoffPlan, Milestone, Part
from tuoke.steps.contracts.kickoff.rules import MilestoneDraft, MilestoneKind, Party, Raci, Wait
from tuoke.steps.contracts.models import AcceptedDifference, Clause, Contract, ContractVersion, NumberRun
from tuoke.steps.contracts.payments import actions as payments
from tuoke.steps.contracts.payments.models import Receipt
from tuoke.steps.contracts.payments.rules import InstalmentDraft, ReceiptDraft
from tuoke.steps.contracts.rules import ClauseDraft, SignDraft
from tuoke.steps.contracts.teams import actions as teams
from tuoke.steps.contracts.teams.models import Booking
from tuoke.steps.contracts.teams.rules import BookingDraft
from tuoke.steps.reviews.improvements import actions as improvements
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import ImprovementDraft, State, Target
from tuoke.steps.reviews.revisits import actions as revisits
from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.rules import Opening, VisitDraft

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def house(now):
    company = make_company()
    company.version = playbook.load_default(by=system("test"), now=now)
    return company


@pytest.fixture
def by(house):
    return house.by("rep")


@pytest.fixture
def deal(house):
    return cases.a_signing_deal(house, house.version)


@pytest.fixture
def won(house):
    customer = a_customer(house.rep)
    a_contact(customer, name="林总", phone="13800138000")
    ended = {"outcome": "won", "outcome_on": TODAY, "outcome_department": house.rep.department}
    return a_deal(house.rep, house.version, customer=customer, step="contracts", amount=Decimal(480_000), **ended)


@pytest.fixture
def contract(deal, by):
    return cases.a_contract(deal, by=by)


@pytest.fixture
def version(contract, by, now):
    return contracts.freeze(contract=contract, note="", by=by, now=now)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# The contract


def test_it_is_signed_once(contract, version, by, now, monkeypatch):
    """Pressed thrice, by two people: one signature, one deal won, one line in the history."""
    monkeypatch.setattr(contract_hooks, "against_signing", [])

    def sign():
        return contracts.sign(contract=contract, draft=SignDraft(version.pk, TODAY), by=by, now=now)

    assert sorted_out(at_once(sign, sign, sign), Contract) == (1, 2)
    assert fresh(contract).state == "signed"
    assert Event.objects.filter(kind__in=["contracts.signed", "deals.won"]).count() == 2


def test_whoever_signs_has_read_what_is_signed(contract, version, by, now, monkeypatch):
    """One changes a clause in the moment in which another signs: what is signed is the version that was read, or nothing."""
    monkeypatch.setattr(contract_hooks, "against_signing", [])
    clause = contract.clauses.filter(withdrawn_at=None, part="breach").get()

    def write():
        draft = ClauseDraft("breach", clause.title, "任何一方逾期的，每逾期一日支付 9% 违约金。")
        return contracts.edit_clause(clause=clause, version=clause.version, draft=draft, by=by, now=now)

    def sign():
        return contracts.sign(contract=contract, draft=SignDraft(version.pk, TODAY), by=by, now=now)

    signed, written = at_once(sign, write)
    assert sorted_out([signed], Contract)[0] + sorted_out([written], Clause)[0] == 1, (signed, written)
    if isinstance(signed, Contract):
        assert "9%" not in str(fresh(contract).signed_version.content)
        assert "9%" not in fresh(clause).text


@pytest.fixture
def signed(contract, version, by, now, monkeypatch):
    monkeypatch.setattr(contract_hooks, "against_signing", [])
    return contracts.sign(contract=contract, draft=SignDraft(version.pk, TODAY), by=by, now=now)


def test_a_difference_is_accepted_once(deal, house, by, now):
    contract = cases.a_contract(deal, by=by, texts={**cases.TEXTS, "standard": "自合同生效之日起 100 日内完成交付。"})
    (found,) = contract_queries.findings_of(contract)

    def accept(who):
        given = {"key": found.key, "seal": found.seal, "reason": "客户的流程", "by": house.by(who), "now": now}
        return lambda: contracts.accept(contract=contract, **given)

    assert sorted_out(at_once(*map(accept, ("team_lead", "director"))), AcceptedDifference) == (1, 1)
    assert AcceptedDifference.objects.count() == 1


def test_it_is_terminated_once(signed, house, now):
    def terminate(who):
        return lambda: contracts.terminate(contract=signed, on=TODAY, reason="停产", by=house.by(who), now=now)

    assert sorted_out(at_once(*map(terminate, ("team_lead", "director"))), Contract) == (1, 1)
    assert Event.objects.filter(kind="contracts.terminated").count() == 1


def test_one_amendment_is_begun_and_none_to_what_has_ended(signed, house, by, now):
    """Two begin an amendment while a manager terminates what it would amend: one contract was begun, or it has ended."""

    def amend():
        return contracts.amend(contract=signed, title="增购", by=by, now=now)

    def terminate():
        given = {"on": TODAY, "reason": "停产", "by": house.by("team_lead"), "now": now}
        return contracts.terminate(contract=signed, **given)

    assert sorted_out(at_once(amend, amend, terminate), Contract) == (1, 2)
    assert (signed.amendments.count(), fresh(signed).state) in [(1, "signed"), (0, "terminated")]


def test_a_deal_is_won_again_once_or_its_contract_ends(signed, house, by, now):
    """Taken up again: one wins it by what is signed, another terminates that; what is won has its contract."""
    deal = deals.reopen(deal=signed.opportunity, reason="误关", by=by, now=now)

    def win():
        return deals.close_won(deal=deal, by=by, now=now)

    def lose():
        return deals.close_lost(deal=deal, reason="不做了", by=by, now=now)

    assert sorted_out(at_once(win, win, lose), Opportunity) == (1, 2)
    assert (fresh(deal).outcome, fresh(deal).outcome_on) == ("won", TODAY)


def test_its_text_is_frozen_once(contract, by, now):
    def freeze():
        return contracts.freeze(contract=contract, note="", by=by, now=now)

    assert sorted_out(at_once(freeze, freeze, freeze), ContractVersion) == (3, 0)
    assert ContractVersion.objects.count() == 1


def test_numbers_run_without_gaps_and_none_is_given_twice(house, by, now):
    """Four deals begin their contract in one moment; one of them can't, for nothing was agreed: its number isn't lost."""
    running = [
        cases.a_signing_deal(house, house.version, customer=a_customer(house.rep, name=f"客户{n}")) for n in range(4)
    ]
    for deal in running[:3]:
        cases.agreed(deal, by=by)

    def begin(deal):
        return lambda: contracts.begin(deal=deal, by=by, now=now)

    assert sorted_out(at_once(*map(begin, running)), Contract) == (3, 1)
    assert sorted(Contract.objects.values_list("number", flat=True)) == [f"HT-2026-000{n}" for n in (1, 2, 3)]
    with transaction.atomic():
        cases.agreed(running[3], by=by)
        contracts.begin(deal=running[3], by=by, now=now)
        transaction.set_rollback(True)
    cases.agreed(running[3], by=by, number=2)
    assert contracts.begin(deal=running[3], by=by, now=now).number == "HT-2026-0004"
    assert NumberRun.objects.get().last == 4


def test_a_deal_has_one_open_contract(deal, by, now):
    cases.agreed(deal, by=by)

    def begin():
        return contracts.begin(deal=deal, by=by, now=now)

    assert sorted_out(at_once(begin, begin), Contract) == (1, 1)


def test_two_confirm_the_same_clause(contract, version, house, by, now):
    """Each press is kept or told that nothing is left: never two words of one side to the same text."""
    clause, contact = contract.clauses.filter(withdrawn_at=None).first(), a_contact(contract.opportunity.customer)

    def ours(who):
        given = {"contract": contract, "version_id": version.pk, "clause_ids": [clause.pk], "now": now}
        return lambda: confirmations.confirm(by=house.by(who), **given)

    assert sorted_out(at_once(ours("rep"), ours("team_lead"), ours("rep")), int) == (1, 2)
    assert ClauseConfirmation.objects.filter(side="ours", withdrawn_at=None).count() == 1
    told = ToldDraft(contact.pk, TODAY, "phone", (clause.pk,), "电话里说好")

    def theirs():
        return confirmations.note_told(contract=contract, version_id=version.pk, draft=told, by=by, now=now)

    results = at_once(theirs, theirs)
    assert all(isinstance(result, int | Refused) for result in results), results
    assert {row.answer for row in ClauseConfirmation.objects.filter(side="theirs")} == {"agreed"}


# Money


def test_no_more_comes_in_than_was_signed(won, by, now):
    def receive(amount):
        draft = ReceiptDraft(Decimal(amount), TODAY)
        return lambda: payments.receive(deal=won, draft=draft, instalment=None, by=by, now=now)

    assert sorted_out(at_once(*[receive(300_000)] * 3), list) == (1, 2)
    assert [row.amount for row in Receipt.objects.all()] == [300_000]


def test_one_transfer_is_entered_once_and_instalments_keep_to_the_whole(won, by, now):
    draft = ReceiptDraft(Decimal(1000), TODAY, reference="TX-1")

    def enter():
        return payments.receive(deal=won, draft=draft, instalment=None, by=by, now=now)

    assert sorted_out(at_once(enter, enter), list) == (1, 1)

    def plan(name):
        given = InstalmentDraft(name, Decimal(400_000), on=date(2026, 12, 1))
        return lambda: payments.add_instalment(deal=won, draft=given, by=by, now=now)

    results = at_once(plan("甲"), plan("乙"))
    assert sum(isinstance(result, Refused) for result in results) == 1, results


def test_it_is_taken_back_once_and_a_deal_with_money_stays_won(won, house, by, now):
    """A receipt and the reopening at once: never a deal that is open and paid."""
    lead = house.by("team_lead")

    def enter():
        return payments.receive(deal=won, draft=ReceiptDraft(Decimal(1000), TODAY), instalment=None, by=by, now=now)

    def reopen():
        return deals.reopen(deal=won, reason="还没签", by=lead, now=now)

    entered, reopened = at_once(enter, reopen)
    assert isinstance(entered, list) != isinstance(reopened, Opportunity), (entered, reopened)
    assert Receipt.objects.exists() == (fresh(won).outcome == "won")
    if Receipt.objects.exists():
        receipt = Receipt.objects.get()

        def withdraw():
            return payments.withdraw_receipt(receipt=receipt, reason="录错了", by=by, now=now)

        assert sorted_out(at_once(withdraw, withdraw), list) == (1, 1)


# The plan and the people


def test_nobodys_time_is_given_away_twice(house, by, now):
    """Two deals ask for 60 % of the same colleague; both say yes in one moment."""
    expert, asked = house.collaborator, []
    for name in ("甲厂", "乙厂"):
        deal = cases.a_signing_deal(house, house.version, customer=a_customer(house.rep, name=name))
        draft = BookingDraft(expert.pk, date(2026, 12, 1), date(2026, 12, 31), 60)
        asked.append(teams.book(deal=deal, draft=draft, by=by, now=now))

    def agree(booking):
        who = house.by("collaborator")
        return lambda: teams.decide(booking=booking, version=booking.version, agrees=True, by=who, now=now)

    assert sorted_out(at_once(*map(agree, asked)), Booking) == (1, 1)
    assert [row.percent for row in Booking.objects.agreed()] == [60]


@pytest.fixture
def lines(deal, by, now):
    plan = kickoff.make_plan(deal=deal, template="", starts_on=TODAY, by=by, now=now)

    def add(name):
        draft = MilestoneDraft(name, MilestoneKind.TASK, TODAY + timedelta(days=7), 2)
        return kickoff.add_milestone(plan=plan, draft=draft, by=by, now=now), draft

    return [add("调研"), add("实施")]


def test_two_who_each_draw_half_a_circle(lines, by, now):
    """调研 waits for 实施, 实施 for 调研, both saved in one moment: the second is told the circle."""
    (first, first_draft), (second, second_draft) = lines
    late = TODAY + timedelta(days=28)

    def wait(row, draft, other):
        given = replace(draft, waits=(Wait(other.pk),), starts_on=late)
        return lambda: kickoff.edit_milestone(milestone=row, version=row.version, draft=given, by=by, now=now)

    results = at_once(wait(first, first_draft, second), wait(second, second_draft, first))
    assert sorted_out(results, tuple) == (1, 1)
    (refused,) = [result for result in results if isinstance(result, Refused)]
    assert "circle" in refused.verdict.codes
    assert Dependency.objects.filter(withdrawn_at=None).count() == 1


def test_a_line_has_one_who_answers_for_it(lines, by, now):
    row = lines[0][0]

    def take(party):
        return lambda: kickoff.set_part(milestone=row, party=party, part=Raci.ACCOUNTABLE, by=by, now=now)

    assert sorted_out(at_once(take(Party.SALES), take(Party.TECH), take(Party.SERVICE)), Part) == (1, 2)
    assert Part.objects.filter(raci=Raci.ACCOUNTABLE.value).count() == 1


def test_a_plan_is_made_once(deal, by, now):
    def make():
        return kickoff.make_plan(deal=deal, template="tob_large", starts_on=TODAY, by=by, now=now)

    results = at_once(make, make)
    assert sorted_out(results, KickoffPlan) == (1, 1)
    names = list(Milestone.objects.values_list("name", flat=True))
    assert len(names) == len(set(names)) > 3


def test_an_item_is_accepted_once(won, by, now):
    """Through the customer's link on two devices: his word stands once; what he says otherwise at the same time, not at all."""
    draft = ItemDraft(ItemKind.GOLIVE, "首批上线", ("12 项功能通过",))
    item = deliveries.add_item(deal=won, draft=draft, by=by, now=now)
    item = deliveries.deliver(item=item, on=TODAY, note="", by=by, now=now)
    to = SendDraft(won.customer.contacts.get().pk, TODAY + timedelta(days=20))
    link = deliveries.send(deal=won, draft=to, by=by, now=now).link

    def say(answer, note=""):
        said = [ItemAnswer(item.pk, item.seal, answer, note)]
        given = {"link": link, "answers": said, "name": "陈工", "by": holder_of(link), "now": now}
        return lambda: deliveries.customer_answers(**given)

    results = at_once(say(Answer.ACCEPTED), say(Answer.ACCEPTED), say(Answer.REJECTED, "登录不了"))
    assert all(isinstance(result, list | Refused | Conflict) for result in results), results
    assert Acceptance.objects.count() == 1
    assert (
        DeliveryItem.objects.get().state
        == {"accepted": "accepted", "rejected": "rejected"}[Acceptance.objects.get().answer]
    )


# What was learned


@pytest.fixture
def draft(house, now):
    owner = house.by("process_owner")
    draft = playbook.start_draft(by=owner, now=now)
    said = editing.fields_of(draft.content, "steps/discovery")
    seen = fingerprint({"goal": said.get("goal")})
    playbook.change_draft(draft=draft, place="steps/discovery", fields={"goal": "新目标"}, seen=seen, by=owner, now=now)
    return fresh(draft)


def test_a_draft_is_published_once(draft, house, now):
    owner = house.by("process_owner")

    def publish():
        return playbook.publish_draft(draft=draft, revision=draft.revision, note="复盘", by=owner, now=now)

    assert sorted_out(at_once(publish, publish, publish), PlaybookVersion) == (1, 2)
    assert list(PlaybookVersion.objects.published().values_list("number", flat=True)) == [house.version.number + 1]


def test_two_editors_of_one_part_lose_nothing(draft, house, now):
    """The same part: the second is shown the first's words. Different parts: both stand."""
    owner = house.by("process_owner")

    def write(place, words):
        seen = fingerprint({"goal": editing.fields_of(draft.content, place).get("goal")})
        given = {"draft": draft, "place": place, "fields": {"goal": words}, "seen": seen, "by": owner, "now": now}
        return lambda: playbook.change_draft(**given)

    same = at_once(write("steps/outreach", "甲"), write("steps/outreach", "乙"))
    assert sum(isinstance(result, Conflict) for result in same) == 1, same
    apart = at_once(write("steps/proposals", "丙"), write("steps/negotiation", "丁"))
    assert not [result for result in apart if isinstance(result, Exception)]
    goals = {
        step: editing.fields_of(fresh(draft).content, f"steps/{step}")["goal"] for step in ("proposals", "negotiation")
    }
    assert goals == {"proposals": "丙", "negotiation": "丁"}


def test_one_draft_is_open(house, now):
    owner = house.by("process_owner")

    def start():
        return playbook.start_draft(by=owner, now=now)

    assert len({result.pk for result in at_once(start, start, start)}) == 1


def test_an_improvement_is_decided_once(house, by, now):
    said = ImprovementDraft(
        "付款方案先给两套",
        Target.OTHER,
        "谈判前请财务给出两套付款方案",
        "",
        "",
        house.rep.pk,
        TODAY + timedelta(days=30),
    )
    row = improvements.propose(draft=said, by=by, now=now)

    def decide(who, decision):
        return lambda: improvements.decide(row=row, decision=decision, reason="想过了", by=house.by(who), now=now)

    results = at_once(decide("process_owner", State.ACCEPTED), decide("director", State.DECLINED))
    assert sorted_out(results, Improvement) == (1, 1)
    assert Event.objects.filter(kind__in=["improvements.accepted", "improvements.declined"]).count() == 1


def test_one_visit_opens_one_second_sale(won, by, now):
    """The same words twice are one second sale; two openings that one visit has found are two."""
    revisit = revisits.record_extra(
        deal=won, draft=VisitDraft(TODAY, "phone", None, "白班天天用", "steady", None, "二厂也要"), by=by, now=now
    )

    def second(name):
        draft = revisits.SecondDraft(name, Opening.EXTEND, won.owner_id, revisit_id=revisit.pk)
        return lambda: revisits.open_second(deal=won, draft=draft, by=by, now=now)

    assert sorted_out(at_once(second("二厂"), second("二厂")), Opportunity) == (1, 1)
    assert sorted_out(at_once(second("三厂"), second("四厂")), Opportunity) == (2, 0)
    assert Opportunity.objects.filter(linked_from=won).count() == 3


def test_a_visit_is_recorded_once(won, by, now):
    with transaction.atomic():
        revisits.follow_deal(won, by, now)
    row, draft = Revisit.objects.due().get(), VisitDraft(TODAY, "phone", None, "白班天天用", "steady", None, "")

    def record():
        return revisits.record_visit(revisit=row, version=row.version, draft=draft, by=by, now=now)

    assert sorted_out(at_once(record, record, record), Revisit) == (1, 2)
    assert Event.objects.filter(kind="revisits.recorded").count() == 1
