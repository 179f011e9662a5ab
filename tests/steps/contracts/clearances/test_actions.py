"""Clearing a contract: who is asked, what his word is about, what happens when people leave (S7.1, P4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.steps.contracts.cases import agreed
from tests.steps.contracts.written import reworded
from tuoke.base.accounts.models import Department, User
from tuoke.base.kernel.verdict import Refused
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts import hooks
from tuoke.steps.contracts.clearances import actions
from tuoke.steps.contracts.clearances.facts import facts_of
from tuoke.steps.contracts.clearances.models import Clearance
from tuoke.steps.contracts.clearances.queries import against_signing, deciders_of, overview_of
from tuoke.steps.contracts.clearances.rules import Kind, Level
from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.queries import findings_of, latest_version
from tuoke.steps.negotiation.rules import Terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(contract, by, now):
    def ask(kind, *users, by=by, now=now):
        current = Contract.objects.get(pk=contract.pk)
        keys = [user.pk for user in users]
        return actions.ask(contract=current, kind=kind, decider_ids=keys, note="看违约金", by=by, now=now)

    return ask


def decide(clearance, by, now, *, verb="approve", reason="可以签"):
    request = Request.objects.get(kind=clearance.kind, subject=f"clearances.clearance:{clearance.pk}")
    act = getattr(approvals, verb)
    act(request=request, version=request.version, reason=reason, by=by, now=now)
    clearance.refresh_from_db()
    return clearance


def codes(contract):
    version = latest_version(contract)
    version.contract = Contract.objects.select_related("opportunity__owner", "parent", "agreed").get(pk=contract.pk)
    return against_signing(version).codes


def refused(call):
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value.verdict.codes


def large(deal):
    Opportunity.objects.filter(pk=deal.pk).update(scale="large")


def test_the_legal_side_clears_the_text_without_having_joined(deal, contract, ask, lawyer, lawyers_word, now):
    large(deal)
    clearance = ask(Kind.LEGAL, lawyer)
    assert codes(contract) == ("legal_waits",)
    request = Request.objects.get()
    assert [clause["title"] for clause in request.facts["clauses"]] == ["服务范围", "验收", "付款", "违约责任"]
    assert [why["code"] for why in request.facts["why"]] == ["large"]
    assert not facts_of(deal)["legal_cleared"]
    decide(clearance, lawyers_word, now)
    assert (clearance.state, clearance.remark) == ("cleared", "可以签")
    assert codes(contract) == ()
    assert facts_of(deal)["legal_cleared"] is True


def test_another_word_has_to_be_cleared_again(deal, contract, ask, lawyer, lawyers_word, now):
    large(deal)
    decide(ask(Kind.LEGAL, lawyer), lawyers_word, now)
    assert refused(lambda: ask(Kind.LEGAL, lawyer)) == ("already_cleared",)
    reworded(contract, "违约责任", "每逾期一日按应付金额的 0.1% 支付违约金。")
    second = ask(Kind.LEGAL, lawyer)
    assert second.version.number == 2
    assert codes(contract) == ("legal_waits",)
    assert facts_of(deal)["legal_cleared"] is False
    reworded(contract, "违约责任", "每逾期一日按应付金额的 0.2% 支付违约金。")
    third = ask(Kind.LEGAL, lawyer)  # what waited about the second version ends by itself
    second.refresh_from_db()
    assert (second.state, third.version.number) == ("withdrawn", 3)
    assert Request.objects.filter(state="open").count() == 1
    assert refused(lambda: ask(Kind.LEGAL, lawyer)) == ("already_waiting",)
    decide(third, lawyers_word, now, verb="reject", reason="上限要写")
    assert codes(contract) == ("legal_refused",)


def test_management_by_amount(contract, ask, company, by, now):
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(2_000_000))
    contract.refresh_from_db()
    people = deciders_of(contract, Kind.CONTRACT, level=Level.DIRECTOR)
    assert [user.pk for user in people] == [company.director.pk]
    assert refused(lambda: ask(Kind.CONTRACT, company.team_lead)) == ("not_a_decider",)
    assert refused(lambda: ask(Kind.CONTRACT)) == ("deciders_missing",)
    decide(ask(Kind.CONTRACT, company.director), company.by("director"), now)
    assert codes(contract) == ()
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(600_000))
    decide(ask(Kind.CONTRACT, company.team_lead), company.by("team_lead"), now)
    assert codes(contract) == ()
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(100_000))
    contract.refresh_from_db()
    assert all(one.want is None for one in overview_of(contract).kinds)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("签订后 5 日内付 70%；验收后付 30%。", None),
        ("签订后 5 日内付 50%；验收后付 50%。", ["第 1 期付款（到这一期谈定付 60%，合同付 50%）"]),
    ],
)
def test_who_pays_earlier_than_agreed_needs_nobodys_word(deal, contract, company, by, now, text, why):
    agreed(deal, Terms(Decimal(480_000), None, "签订后 5 日内付 60%，验收后付 40%", "", ()), by=by)
    reworded(contract, "付款", text)
    stages = [one for one in findings_of(contract) if one.key.startswith("stage:")]
    assert len(stages) == 2
    for one in stages:
        contracts.accept(
            contract=contract, key=one.key, seal=one.seal, reason="客户的流程", by=company.by("director"), now=now
        )
    wants = [one.want for one in overview_of(contract).kinds if one.want]
    assert [reason.params["titles"] for want in wants for reason in want.why] == ([why] if why else [])


def test_a_clause_of_the_library_that_was_altered_goes_to_legal(contract, by, now):
    item = Item.objects.create(kind="clause", title="保密", created_at=now, updated_at=now)
    content = {"text": "保密 〔交付天数〕 天。", "part": "own", "heading": "保密", "use": "must"}
    version = ItemVersion.objects.create(item=item, number=1, content=content, by_name="x", at=now)
    clause = Clause.objects.create(
        contract=contract, part="own", title="保密", text="保密 30 天。", must_keep=True, source=version, position=9,
        created_at=now,
    )  # fmt: skip
    assert all(one.want is None for one in overview_of(contract).kinds)
    clause.text = "不保密。"
    clause.save()
    (want,) = [one.want for one in overview_of(contract).kinds if one.want]
    assert (want.kind, want.why[0].params) == (Kind.LEGAL, {"titles": ["保密"]})


def test_where_nobody_is_of_the_legal_side_management_speaks_for_it(contract, company):
    assert company.team_lead in deciders_of(contract, Kind.LEGAL)
    assert company.rep not in deciders_of(contract, Kind.LEGAL)


def test_nothing_is_wanted_that_nobody_could_give(deal, contract, company):
    large(deal)
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(3_000_000))
    everyone = User.objects.exclude(pk=company.rep.pk)
    everyone.update(is_active=False)
    contract.refresh_from_db()
    assert all(one.want is None for one in overview_of(contract).kinds)


def test_nobody_is_asked_any_more_about_what_was_signed_or_taken_back(
    deal, contract, ask, lawyer, lawyers_word, by, now, django_capture_on_commit_callbacks
):
    clearance = ask(Kind.LEGAL, lawyer)  # nobody wanted it: it doesn't hold up the signature
    with django_capture_on_commit_callbacks(execute=True):
        contracts.withdraw(contract=contract, version=contract.version, by=by, now=now)
    clearance.refresh_from_db()
    assert (clearance.state, Request.objects.get().state) == ("withdrawn", "withdrawn")
    assert refused(lambda: decide(clearance, lawyers_word, now)) == ("request_withdrawn",)
    assert [hook.__name__ for hook in hooks.on_signed].count("after_the_contract") == 1


def test_an_approver_who_left_is_replaced(deal, contract, ask, lawyer, now):
    large(deal)
    clearance = ask(Kind.LEGAL, lawyer)
    lawyer.is_active = False
    lawyer.save()
    (legal, _management) = overview_of(contract).kinds
    assert legal.gone == ["何律"]
    approvals.remind_due(now + timedelta(hours=1))
    names = set(Request.objects.get().approvers.values_list("user__name", flat=True))
    assert len(names) == 2  # the legal side has nobody else: somebody above is asked
    assert clearance.state == "asked"


def test_whoever_has_the_deal_now_carries_on_when_its_owner_left(
    deal, contract, ask, company, lawyer, lawyers_word, now
):
    """An owner disabled while approvals wait: the request can be decided, or taken back and asked anew by another."""
    large(deal)
    first = ask(Kind.LEGAL, lawyer)
    company.rep.is_active = False
    company.rep.save()
    Opportunity.objects.filter(pk=deal.pk).update(owner=company.teammate)
    teammate = company.by("teammate")
    actions.withdraw(clearance=first, by=teammate, now=now)
    second = ask(Kind.LEGAL, lawyer, by=teammate)
    decide(second, lawyers_word, now)
    assert second.state == "cleared"
    assert refused(lambda: actions.withdraw(clearance=second, by=teammate, now=now)) == ("not_waiting",)


def test_who_may_not(deal, contract, ask, company, lawyer, lawyers_word, now):
    large(deal)
    clearance = ask(Kind.LEGAL, lawyer)
    for stranger in ("other_team", "auditor"):
        with pytest.raises(Clearance.DoesNotExist):
            actions.withdraw(clearance=clearance, by=company.by(stranger), now=now)
        with pytest.raises((Opportunity.DoesNotExist, Contract.DoesNotExist)):
            ask(Kind.LEGAL, lawyer, by=company.by(stranger))
    lawyer.department = Department.objects.get(name=company.rep.department.name)
    lawyer.save()
    assert refused(lambda: decide(clearance, lawyers_word, now)) == ("may_not_decide",)
    Contract.objects.filter(pk=contract.pk).update(state="withdrawn")
    assert "contract_ended" in refused(lambda: ask(Kind.LEGAL, lawyer))


def test_a_request_that_nobody_decided_can_be_asked_again(deal, contract, ask, lawyer, by, now):
    large(deal)
    ask(Kind.LEGAL, lawyer)
    approvals.expire_due(now + timedelta(days=15))
    assert Clearance.objects.get().state == "withdrawn"
    assert codes(contract) == ("legal_not_asked",)
    ask(Kind.LEGAL, lawyer, now=now + timedelta(days=15))
    approvals.withdraw(request=Request.objects.get(state="open"), by=by, now=now + timedelta(days=15))
    assert set(Clearance.objects.values_list("state", flat=True)) == {"withdrawn"}
