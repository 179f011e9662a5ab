from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.spine.followups.cases import a_customer, a_deal
from tuoke.base.kernel.verdict import Refused
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.spine.deals import actions as deals
from tuoke.steps.proposals.models import Proposal, Section
from tuoke.steps.proposals.signoffs import actions, queries
from tuoke.steps.proposals.signoffs.facts import facts_of
from tuoke.steps.proposals.signoffs.models import SignOff
from tuoke.steps.proposals.signoffs.rules import Passage, may_be_asked, seal


def to(name, *args):
    return reverse(f"signoffs:{name}", args=args)


def refusal(call, **given):
    with pytest.raises(Refused) as refused:
        call(**given)
    return refused.value.verdict.codes


def test_the_seal_is_of_the_words():
    words = (Passage("solution", "交期对齐", "四周上线"),)
    assert seal(words) == seal((Passage("solution", "交期对齐", "四周上线"),))
    assert seal(words) != seal((Passage("solution", "交期对齐", "三周上线"),))
    assert may_be_asked(passages=(), is_waiting=True, is_signed=False).codes == ("nothing_to_sign", "already_waiting")
    assert may_be_asked(passages=words, is_waiting=False, is_signed=True).codes == ("already_signed",)


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, customer=a_customer(company.rep), step="proposals")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def tech(company, deal, by, now):
    deals.join(deal=deal, user=company.collaborator, duty="技术方案签认", by=by, now=now)
    return company.collaborator


@pytest.fixture
def section(deal, now):
    proposal = Proposal.objects.create(opportunity=deal, title="排产方案", created_at=now)
    Section.objects.create(proposal=proposal, part="terms", title="报价", text="不归技术管", created_at=now)
    return Section.objects.create(
        proposal=proposal, part="solution", title="交期对齐", text="<b>四周上线</b>", created_at=now
    )


@pytest.fixture
def asked(deal, section, tech, by, now):
    return actions.ask(deal=deal, signer=tech, note="四周够不够", by=by, now=now)


def test_signed_with_conditions_until_a_word_changes(asked, deal, section, company, now):
    assert facts_of(deal) == {"feasibility_signed": False}
    request = Request.objects.get()
    approvals.approve(request=request, version=1, reason="接口由客户提供", by=company.by("collaborator"), now=now)
    signed = SignOff.objects.get()
    assert (signed.state, signed.remark, signed.decided_by) == ("signed", "接口由客户提供", company.collaborator)
    assert facts_of(deal) == {"feasibility_signed": True}
    Section.objects.filter(part="terms").update(text="另一个价格")
    assert queries.is_signed(deal), "prices are not his business"
    Section.objects.filter(pk=section.pk).update(text="三周上线")
    assert facts_of(deal) == {"feasibility_signed": False}
    assert queries.standing_of(company.by("rep"), deal).is_stale
    Section.objects.filter(pk=section.pk).update(text="<b>四周上线</b>")
    assert queries.is_signed(deal), "the very words that he signed"


def test_refused_with_a_reason_and_asked_anew(asked, deal, tech, company, by, now):
    approvals.reject(
        request=Request.objects.get(), version=1, reason="四周不够", by=company.by("collaborator"), now=now
    )
    assert (SignOff.objects.get().state, queries.is_signed(deal)) == ("refused", False)
    again = actions.ask(deal=deal, signer=tech, note="改成六周了", by=by, now=now)
    assert again.pk != asked.pk


def test_one_question_at_a_time(asked, deal, tech, by, now):
    assert refusal(actions.ask, deal=deal, signer=tech, note="再看", by=by, now=now) == ("already_waiting",)
    actions.withdraw(signoff=asked, by=by, now=now)
    assert Request.objects.get().state == "withdrawn"
    second = actions.ask(deal=deal, signer=tech, note="再看", by=by, now=now)
    late = now + timedelta(days=15)
    third = actions.ask(deal=deal, signer=tech, note="过期了再请", by=by, now=late)
    second.refresh_from_db()
    assert (second.state, third.state) == ("withdrawn", "asked")


def test_a_question_whose_time_ran_out_waits_for_nobody(asked, deal, by, now):
    approvals.expire_due(now + timedelta(days=15))
    standing = queries.standing_of(by, deal)
    assert (standing.is_waiting, standing.last.state) == (False, "withdrawn")


def test_only_a_technical_colleague_who_has_joined(deal, section, company, by, now):
    for person in (company.collaborator, company.teammate):
        assert refusal(actions.ask, deal=deal, signer=person, note="请看", by=by, now=now) == ("not_a_signer",)
    deals.join(deal=deal, user=company.teammate, duty="帮忙", by=by, now=now)
    assert refusal(actions.ask, deal=deal, signer=company.teammate, note="请看", by=by, now=now) == ("not_a_signer",)


def test_who_has_left_decides_no_more(asked, deal, tech, company, by, now):
    deals.leave(deal=deal, user=tech, by=by, now=now)
    assert refusal(
        approvals.approve, request=Request.objects.get(), version=1, reason="", by=company.by("collaborator"), now=now
    ) == ("may_not_decide",)


def test_without_words_there_is_nothing_to_sign(deal, tech, by, now, section):
    section.delete()
    assert refusal(actions.ask, deal=deal, signer=tech, note="请看", by=by, now=now) == ("nothing_to_sign",)
    Proposal.objects.update(state="withdrawn", withdrawn_at=now)
    assert refusal(actions.ask, deal=deal, signer=tech, note="请看", by=by, now=now) == ("no_proposal",)


def test_he_gets_from_the_deal_to_his_signature(login, deal, section, tech):
    rep, colleague = login("rep"), login("collaborator")
    assert "还有没填的地方" not in rep.get(to("page", deal.pk)).content.decode()
    Section.objects.filter(pk=section.pk).update(text="<b>四周上线</b>，由〔写明谁负责〕")
    assert "交期对齐：〔写明谁负责〕" in rep.get(to("page", deal.pk)).content.decode()
    assert rep.post(to("ask", deal.pk), {"signer": tech.pk, "note": ""}).status_code == 422
    assert rep.post(to("ask", deal.pk), {"signer": tech.pk, "note": "四周够不够"}).status_code == 302
    page = colleague.get(to("page", deal.pk)).content.decode()
    request = Request.objects.get()
    assert request.get_absolute_url() in page
    assert "去签认" not in rep.get(to("page", deal.pk)).content.decode()
    decision = colleague.get(request.get_absolute_url()).content.decode()
    assert "交期对齐" in decision
    assert "<b>四周" not in decision
    given = {"verb": "approve", "reason": "接口由客户提供", "version": request.version}
    assert colleague.post(reverse("approvals:decide", args=[request.pk]), given).status_code == 302
    page = rep.get(to("page", deal.pk)).content.decode()
    assert "现在的内容已经签认" in page
    assert "接口由客户提供" in page


def test_who_opens_it(login, deal, asked):
    seen = {"rep": 200, "team_lead": 200, "auditor": 200, "collaborator": 200, "teammate": 404, "admin": 403}
    for person, status in seen.items():
        assert login(person).get(to("page", deal.pk)).status_code == status, person
    assert login("collaborator").post(to("withdraw", asked.pk)).status_code == 403
    assert login("teammate").post(to("withdraw", asked.pk)).status_code == 404
